/* The first row of a file, and which declared column each of its cells names. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/nearest.h"
#include "data/table_reader.h"
#include "lrt/number.h"

bool table_no_memory(TableReader *reader) {
    return lrt_error_set(reader->error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for the table of `%s`", reader->file.shown);
}

static bool add_name(TableReader *reader, CsvCell cell, int64_t *capacity) {
    if (reader->field_count == *capacity) {
        *capacity = *capacity > 0 ? 2 * *capacity : 16;
        char **names = realloc(reader->field_names, (size_t)*capacity * sizeof *names);
        if (!names) {
            return table_no_memory(reader);
        }
        reader->field_names = names;
    }
    char *name = malloc(cell.length + 1);
    if (!name) {
        return table_no_memory(reader);
    }
    memcpy(name, cell.text, cell.length);
    name[cell.length] = '\0';
    reader->field_names[reader->field_count++] = name;
    return true;
}

static bool refuse_nameless(TableReader *reader) {
    lrt_error_set(reader->error, LRT_EXIT_DATA, "empty-header", "column %" PRId64 " of the file has no name in the header",
                  reader->field_count);
    lrt_error_fix(reader->error, "name it; pandas writes the index so, to_csv(…, index=False) leaves it out");
    lrt_error_cell(reader->error, reader->file.shown, 0, reader->row_line, "", "");
    reader->error->spec_line = reader->source->spec_line;
    return false;
}

/* The cells of the first row as names; without a header they are only counted. */
static bool read_first_row(TableReader *reader) {
    CsvReader before;
    int64_t capacity = 0;
    if (!csv_begin_row(&reader->csv, 2)) {
        return file_refuse_empty(reader, false);
    }
    before = reader->csv;
    reader->row_line = reader->csv.line;
    do {
        CsvCell cell;
        CsvResult result = csv_next_cell(&reader->csv, &cell);
        if (result != CSV_CELL) {
            return file_refuse_cell(reader, result, -1);
        }
        if (!reader->source->header) {
            reader->field_count++;
        } else if (!add_name(reader, cell, &capacity)) {
            return false;
        } else if (cell.length == 0) {
            return refuse_nameless(reader);
        }
    } while (!reader->csv.row_ended);
    if (!reader->source->header) {
        before.unquoted = reader->csv.unquoted;
        before.unquoted_capacity = reader->csv.unquoted_capacity;
        reader->csv = before;
    }
    return true;
}

bool header_open(TableReader *reader, const char *path, SourceScan *out_scan) {
    if (!source_file_open(&reader->file, path, reader->source->spec_line, reader->error)) {
        return false;
    }
    csv_init(&reader->csv, reader->file.bytes, reader->file.length, reader->source, path);
    if (out_scan) {
        source_file_scan(&reader->file, out_scan);
        if (out_scan->text_length < reader->file.length) {
            LrtError passed = {0}, *error = reader->error;
            reader->error = &passed; /* of the header only the names are wanted here */
            read_first_row(reader);
            reader->error = error;
            return file_refuse_bytes(reader, out_scan->text_length);
        }
    }
    if (reader->source->decimal == reader->csv.delimiter) {
        lrt_error_set(reader->error, LRT_EXIT_DATA, "data-not-read", "`%c` is both the delimiter and the decimal point of `%s`",
                      reader->csv.delimiter, reader->file.shown);
        lrt_error_fix(reader->error, "csv(…, delimiter: \";\")");
        lrt_error_cell(reader->error, reader->file.shown, 0, 0, "", "");
        reader->error->spec_line = reader->source->spec_line;
        return false;
    }
    return read_first_row(reader);
}

void header_close(TableReader *reader) {
    for (int64_t i = 0; reader->field_names && i < reader->field_count; i++) {
        free(reader->field_names[i]);
    }
    free(reader->field_names);
    csv_free(&reader->csv);
    source_file_close(&reader->file);
}

static bool at_header(TableReader *reader, const ColumnReader *column) {
    lrt_error_cell(reader->error, reader->file.shown, 0, reader->row_line, column->column->name, "");
    reader->error->spec_line = column->column->spec_line;
    reader->error->column_index = column->index;
    return false;
}

static bool refuse_duplicate(TableReader *reader, const ColumnReader *column) {
    lrt_error_set(reader->error, LRT_EXIT_DATA, "duplicate-column", "column `%s` stands twice in the header", column->column->name);
    lrt_error_fix(reader->error, "rename one of them in the file");
    return at_header(reader, column);
}

/* A header of numbers is a row of data. */
static bool header_is_data(const TableReader *reader) {
    double value;
    for (int64_t i = 0; i < reader->field_count; i++) {
        const char *name = reader->field_names[i], *end = name + strlen(name);
        if (lrt_number_scan(name, end, reader->source->decimal, &value) != end) {
            return false;
        }
    }
    return true;
}

static bool refuse_absent(TableReader *reader, const ColumnReader *column) {
    const char *name = column->column->name;
    const char *const *names = (const char *const *)reader->field_names;
    lrt_error_set(reader->error, LRT_EXIT_DATA, "column-not-in-data", "the header has no column `%s`", name);
    const char *near = nearest_word(name, names, reader->field_count);
    for (int64_t i = 0; i < reader->field_count; i++) {
        near = strcasecmp(name, names[i]) == 0 ? names[i] : near;
    }
    const char *mark = reader->field_count == 1 ? strpbrk(names[0], ";\t,|") : NULL;
    if (mark) {
        lrt_error_fix(reader->error, "the header is one cell: csv(…, delimiter: \"%s\")", *mark == '\t' ? "\\t" : (char[]){*mark, '\0'});
    } else if (near) {
        lrt_error_fix(reader->error, "did you mean `%s`?", near);
    } else if (header_is_data(reader)) {
        lrt_error_fix(reader->error, "the first row looks like data: csv(…, header: false)");
    } else {
        lrt_error_fix(reader->error, "correct the name, or take `%s` out of `columns`", name);
    }
    return at_header(reader, column);
}

bool header_bind(TableReader *reader) {
    int64_t count = reader->spec->column_count;
    if (!reader->field_names) {
        reader->field_count = count;
    }
    reader->field_columns = malloc((size_t)(reader->field_count + 1) * sizeof *reader->field_columns);
    if (!reader->field_columns) {
        return table_no_memory(reader);
    }
    for (int64_t i = 0; i < reader->field_count; i++) {
        bool is_read = !reader->field_names && reader->columns[i].column->type != LRT_COLUMN_IGNORE;
        reader->field_columns[i] = is_read ? (int32_t)i : -1;
    }
    for (int64_t i = 0; reader->field_names && i < count; i++) {
        ColumnReader *column = &reader->columns[i];
        bool found = false;
        for (int64_t field = 0; field < reader->field_count; field++) {
            if (strcmp(reader->field_names[field], column->column->name) == 0) {
                if (found) {
                    return refuse_duplicate(reader, column);
                }
                found = true;
                reader->field_columns[field] = column->column->type == LRT_COLUMN_IGNORE ? -1 : (int32_t)i;
            }
        }
        if (!found && !column->may_be_absent) {
            return refuse_absent(reader, column);
        }
        column->present = found;
    }
    return true;
}

bool lrt_header_read(const LrtSource *source, const char *path, char ***out_names, int64_t *out_count, LrtError *error) {
    TableReader reader = {.source = source, .error = error};
    bool good = header_open(&reader, path ? path : source->path, NULL);
    *out_names = NULL;
    *out_count = 0;
    if (good) {
        *out_names = reader.field_names;
        *out_count = reader.field_count;
        reader.field_names = NULL;
    }
    header_close(&reader);
    return good;
}

void lrt_header_free(char **names, int64_t count) {
    for (int64_t i = 0; names && i < count; i++) {
        free(names[i]);
    }
    free(names);
}
