/* The rows of a file as typed columns, each cell held against its column's contract. Rows are counted first, so that
 * columns never move; a number is read where it stands, all else is cut out as a cell and then converted. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data/table_reader.h"
#include "data/timestamp.h"
#include "lrt/number.h"
#include "preprocess/transform.h"

static bool is_level_type(LrtColumnType type) {
    return type == LRT_COLUMN_CATEGORY || type == LRT_COLUMN_ORDINAL || type == LRT_COLUMN_KEY ||
           type == LRT_COLUMN_GROUP || type == LRT_COLUMN_FOLD;
}

/* Where a number of the range cannot break the contract. */
static void set_plain_range(const TableReader *reader, ColumnReader *column) {
    const LrtColumn *contract = column->column;
    bool all_need_a_look = contract->type == LRT_COLUMN_INT || reader->missing_number_count > 0;
    column->plain_low = all_need_a_look ? 1 : contract->has_low ? contract->low : (double)-FLT_MAX;
    column->plain_high = all_need_a_look ? 0 : contract->has_high ? contract->high : (double)FLT_MAX;
    if (contract->type == LRT_COLUMN_WEIGHT && column->plain_low < 0) {
        column->plain_low = 0;
    }
}

static bool check_timestamp_format(TableReader *reader, const LrtColumn *column, int32_t index) {
    char directive =
        column->type == LRT_COLUMN_TIMESTAMP && column->format ? timestamp_format_check(column->format) : '\0';
    if (!directive) {
        return true;
    }
    lrt_error_set(reader->error, LRT_EXIT_DATA, "timestamp-format",
                  "the format \"%s\" of column `%s` has `%%%c`, which is not read", column->format, column->name,
                  directive);
    lrt_error_fix(reader->error, "one of %%Y %%m %%d %%H %%M %%S %%f %%z %%y %%b %%j");
    reader->error->spec_line = column->spec_line;
    reader->error->column_index = index;
    return false;
}

static bool init_columns(TableReader *reader, LrtReadMode mode) {
    int64_t count = reader->spec->column_count;
    reader->columns = calloc((size_t)count + 1, sizeof *reader->columns);
    bool *fed = table_memory_new(reader->memory, (size_t)reader->spec->slot_count + 1, sizeof *fed);
    if (!reader->columns || !fed) {
        return table_no_memory(reader);
    }
    memset(fed, 0, (size_t)reader->spec->slot_count * sizeof *fed);
    transforms_needed(reader->spec, true, fed);
    for (int64_t i = 0; i < count; i++) {
        const LrtColumn *column = &reader->spec->columns[i];
        LrtColumnType type = column->type;
        bool may_be_absent = mode == LRT_READ_PREDICT && !fed[i]; /* slot i is column i */
        reader->columns[i] = (ColumnReader){
            .column = column,
            .index = (int32_t)i,
            .may_be_absent = may_be_absent,
            .present = true,
            .may_miss = column->optional || may_be_absent || type == LRT_COLUMN_FOLD,
            .is_number = type == LRT_COLUMN_REAL || type == LRT_COLUMN_INT || type == LRT_COLUMN_WEIGHT,
        };
        set_plain_range(reader, &reader->columns[i]);
        bool by_number = type == LRT_COLUMN_CATEGORY || type == LRT_COLUMN_ORDINAL || type == LRT_COLUMN_FOLD;
        level_set_init(&reader->columns[i].levels, reader->memory, column->closed ? column->levels : NULL,
                       column->level_count, by_number, reader->source->decimal);
        if (!check_timestamp_format(reader, column, (int32_t)i)) {
            return false;
        }
    }
    return true;
}

static bool init_missing_numbers(TableReader *reader) {
    const LrtSource *source = reader->source;
    reader->missing_numbers = malloc((size_t)(source->missing_count + 1) * sizeof *reader->missing_numbers);
    if (!reader->missing_numbers) {
        return table_no_memory(reader);
    }
    for (int64_t i = 0; i < source->missing_count; i++) {
        const char *text = source->missing[i], *end = text + strlen(text);
        double value;
        if (lrt_number_scan(text, end, source->decimal, &value) == end && *text) {
            reader->missing_numbers[reader->missing_number_count++] = value;
        }
    }
    return true;
}

static bool allocate_rows(TableReader *reader, LrtTable *table, size_t most_rows) {
    table->lines = table_memory_new(reader->memory, most_rows, sizeof *table->lines);
    if (!table->lines) {
        return table_no_memory(reader);
    }
    for (int64_t i = 0; i < table->column_count; i++) {
        ColumnReader *column = &reader->columns[i];
        if (column->column->type == LRT_COLUMN_IGNORE) {
            continue;
        }
        if (is_level_type(column->column->type)) {
            column->code = table_memory_new(reader->memory, most_rows, sizeof *column->code);
        } else {
            column->real = table_memory_new(reader->memory, most_rows, sizeof *column->real);
        }
        if (!column->code && !column->real) {
            return table_no_memory(reader);
        }
    }
    return true;
}

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

static bool read_rows(TableReader *reader, LrtTable *table) {
    while (csv_begin_row(&reader->csv, reader->field_count)) {
        reader->row_line = reader->csv.line;
        if (!read_row(reader)) {
            return false;
        }
        table->lines[reader->row++] = reader->row_line;
    }
    table->row_count = reader->row;
    return reader->row > 0 || file_refuse_empty(reader, reader->field_names != NULL);
}

/* Learnt levels get their order only now that all are known. */
static bool finish_levels(TableReader *reader, ColumnReader *column, LrtTableColumn *out) {
    LevelSet *set = &column->levels;
    if (!set->closed) {
        const int32_t *new_code;
        if (!level_set_sort(set, &new_code)) {
            return table_no_memory(reader);
        }
        for (int64_t row = 0; column->present && row < reader->row; row++) {
            int32_t code = column->code[row];
            column->code[row] = code < 0 ? code : new_code[code];
        }
    }
    out->levels = table_memory_new(reader->memory, (size_t)set->count + 1, sizeof *out->levels);
    if (!out->levels) {
        return table_no_memory(reader);
    }
    for (int64_t i = 0; i < set->count; i++) {
        out->levels[i] = set->names[i];
    }
    out->level_count = set->count;
    return true;
}

static bool finish_columns(TableReader *reader, LrtTable *table) {
    table->columns = table_memory_new(reader->memory, (size_t)table->column_count + 1, sizeof *table->columns);
    if (!table->columns) {
        return table_no_memory(reader);
    }
    for (int64_t i = 0; i < table->column_count; i++) {
        ColumnReader *column = &reader->columns[i];
        table->columns[i] = (LrtTableColumn){.real = column->real, .code = column->code, .present = column->present};
        for (int64_t row = 0; !column->present && row < reader->row; row++) {
            if (column->real) {
                column->real[row] = NAN;
            } else if (column->code) {
                column->code[row] = -1;
            }
        }
        if (column->code && !finish_levels(reader, column, &table->columns[i])) {
            return false;
        }
    }
    return true;
}

static bool read_table(TableReader *reader, const char *path, LrtReadMode mode, LrtTable *table) {
    SourceScan scan;
    if (!init_missing_numbers(reader) || !init_columns(reader, mode) || !header_open(reader, path, &scan) ||
        !header_bind(reader) || !allocate_rows(reader, table, scan.most_lines) || !read_rows(reader, table) ||
        !finish_columns(reader, table)) {
        return false;
    }
    memcpy(table->digest, scan.digest, sizeof table->digest);
    return true;
}

LrtTable *lrt_table_read(const LrtDataSpec *spec, const char *path, LrtReadMode mode, LrtError *error) {
    LrtTable *table = calloc(1, sizeof *table);
    TableMemory *memory = calloc(1, sizeof *memory);
    if (!table || !memory) {
        free(table);
        free(memory);
        lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for a table");
        return NULL;
    }
    table->memory = memory;
    table->column_count = spec->column_count;
    TableReader reader = {.spec = spec, .source = &spec->source, .error = error, .memory = memory};
    if (!path) {
        path = spec->source.path;
    }
    table->path = table_memory_copy(memory, path, strlen(path));
    bool good = table->path ? read_table(&reader, path, mode, table) : table_no_memory(&reader);
    for (int64_t i = 0; reader.columns && i < spec->column_count; i++) {
        level_set_free(&reader.columns[i].levels);
    }
    free(reader.columns);
    free(reader.field_columns);
    free(reader.missing_numbers);
    header_close(&reader);
    if (!good) {
        lrt_table_free(table);
        return NULL;
    }
    return table;
}

void lrt_table_free(LrtTable *table) {
    if (table) {
        table_memory_free(table->memory);
        free(table->memory);
        free(table);
    }
}
