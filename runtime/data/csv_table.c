/* A CSV file as rows: a number is read where it stands, all else is cut out as a cell and then converted. */
#include "data/table_reader.h"
#include "lrt/number.h"
#include "lrt/reader.h"

/* Takes a number at the reader's place if it is the whole cell; else nothing. */
static bool take_number(TableReader *reader, double *out, CsvCell *out_text) {
    CsvReader *csv = &reader->csv;
    const char *start = csv->at, *end = lrt_number_scan(start, csv->end, reader->source->decimal, out);
    if (!end || !csv_finish_cell(csv, end)) {
        return false;
    }
    *out_text = (CsvCell){start, (size_t)(end - start)};
    return true;
}

/* One cell of any column; NULL: not read. */
static bool read_cell(TableReader *reader, ColumnReader *column, int64_t field) {
    double value;
    CsvCell cell;
    if (column && column->is_number && take_number(reader, &value, &cell)) {
        if (value >= column->plain_low && value <= column->plain_high) {
            column->real[reader->row] = value;
            return true;
        }
        return cell_store_number(reader, column, value, cell);
    }
    CsvResult result = csv_next_cell(&reader->csv, &cell);
    if (result != CSV_CELL) {
        return file_refuse_cell(reader, result, field);
    }
    return !column || cell_read(reader, column, cell);
}

/* A cell that breaks a contract in a row of the wrong length most likely stands in the wrong place: so that is said. */
static bool refuse_rest_of_row(TableReader *reader, int64_t field) {
    int64_t cells = field + 1;
    while (!reader->csv.row_ended) {
        CsvCell cell;
        if (csv_next_cell(&reader->csv, &cell) != CSV_CELL) {
            return false;
        }
        cells++;
    }
    if (cells != reader->field_count) {
        *reader->error = (LrtError){0};
        return file_refuse_row(reader, cells);
    }
    return false;
}

static bool read_row(TableReader *reader) {
    int64_t field = 0;
    reader->csv.row_ended = false;
    do {
        int32_t index = field < reader->field_count ? reader->field_columns[field] : -1;
        ColumnReader *column = index >= 0 ? &reader->columns[index] : NULL;
        const char *before = reader->csv.at;
        if (!read_cell(reader, column, field)) {
            bool is_cut = reader->csv.at == before && !reader->csv.row_ended; /* the cell has no end */
            return is_cut ? false : refuse_rest_of_row(reader, field);
        }
        field++;
    } while (!reader->csv.row_ended);
    return field == reader->field_count || file_refuse_row(reader, field);
}

static bool read_rows(TableReader *reader) {
    while (csv_begin_row(&reader->csv, reader->field_count)) {
        reader->row_line = reader->csv.line;
        if (!read_row(reader)) {
            return false;
        }
        reader->table->lines[reader->row++] = reader->row_line;
        table_row_done(reader);
    }
    return reader->row > reader->first_row || file_refuse_empty(reader, reader->field_names != NULL);
}

static bool read_file(TableReader *reader, const LrtSourceFile *file) {
    SourceScan scan;
    if (!header_open(reader, file->path, &scan) || !header_bind(reader) ||
        !table_reserve_rows(reader, scan.most_lines) || !read_rows(reader)) {
        return false;
    }
    table_add_digest(reader, scan.digest);
    return true;
}

static bool read_names(TableReader *reader, const LrtSourceFile *file) { return header_open(reader, file->path, NULL); }

const LrtReader lrt_reader_csv = {
    .word = "csv", .symbol = "lrt_reader_csv", .has_lines = true, .read_names = read_names, .read_rows = read_file};
