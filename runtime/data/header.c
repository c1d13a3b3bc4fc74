/* The first row of a file, and which declared column each of its cells names. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/nearest.h"
#include "core/utf8_check.h"
#include "data/table_reader.h"
#include "lrt/number.h"
#include "lrt/reader.h"

bool table_no_memory(TableReader *reader) {
    return lrt_error_set(reader->error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for the table of `%s`",
                         reader->file.shown);
}

/* Room grows at powers of two. */
bool header_add_name(TableReader *reader, const char *text, size_t length) {
    if ((reader->field_count & (reader->field_count - 1)) == 0) {
        size_t capacity = reader->field_count > 0 ? 2 * (size_t)reader->field_count : 1;
        char **names = realloc(reader->field_names, capacity * sizeof *names);
        if (!names) {
            return table_no_memory(reader);
        }
        reader->field_names = names;
    }
    char *name = malloc(length + 1);
    if (!name) {
        return table_no_memory(reader);
    }
    memcpy(name, text, length);
    name[length] = '\0';
    reader->field_names[reader->field_count++] = name;
    return true;
}

static bool refuse_nameless(TableReader *reader) {
    lrt_error_set(reader->error, LRT_EXIT_DATA, "empty-header",
                  "column %" PRId64 " of the file has no name in the header", reader->field_count);
    lrt_error_fix(reader->error, "name it; pandas writes the index so, to_csv(…, index=False) leaves it out");
    lrt_error_cell(reader->error, reader->file.shown, 0, reader->row_line, "", "");
    reader->error->spec_line = reader->source->spec_line;
    return false;
}

/* The cells of the first row as names; without a header they are only counted. `out_end`: how many bytes were read. */
static bool read_first_row(TableReader *reader, size_t *out_end) {
    CsvReader before;
    *out_end = reader->file.length;
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
        } else if (!header_add_name(reader, cell.text, cell.length)) {
            return false;
        } else if (cell.length == 0) {
            return refuse_nameless(reader);
        }
    } while (!reader->csv.row_ended);
    *out_end = (size_t)(reader->csv.at - reader->file.bytes);
    if (!reader->source->header) {
        before.unquoted = reader->csv.unquoted;
        before.unquoted_capacity = reader->csv.unquoted_capacity;
        reader->csv = before;
    }
    return true;
}

/* Bytes that are no text come first: a file with such may well have a strange header, too. */
static bool check_text(TableReader *reader, size_t read_end, const SourceScan *scan) {
    size_t wanted = scan ? reader->file.length : read_end;
    size_t text = scan ? scan->text_length : utf8_text_prefix(reader->file.bytes, wanted);
    return text == wanted || file_refuse_bytes(reader, text);
}

static bool check_dialect(TableReader *reader) {
    if (reader->source->decimal != reader->csv.delimiter) {
        return true;
    }
    lrt_error_set(reader->error, LRT_EXIT_DATA, "data-not-read",
                  "`%c` is both the delimiter and the decimal point of `%s`", reader->csv.delimiter,
                  reader->file.shown);
    lrt_error_fix(reader->error, "csv(…, delimiter: \";\")");
    lrt_error_cell(reader->error, reader->file.shown, 0, 0, "", "");
    reader->error->spec_line = reader->source->spec_line;
    return false;
}

bool header_open(TableReader *reader, const char *path, SourceScan *out_scan) {
    if (!source_file_open(&reader->file, path, reader->source, reader->error)) {
        return false;
    }
    csv_init(&reader->csv, reader->file.bytes, reader->file.length, reader->source, path);
    if (out_scan) {
        source_file_scan(&reader->file, out_scan);
    }
    LrtError of_row = {0}, *error = reader->error;
    size_t end;
    reader->error = &of_row;
    bool good = read_first_row(reader, &end);
    reader->error = error;
    if (!check_text(reader, end, out_scan) || !check_dialect(reader)) {
        return false;
    }
    if (!good) {
        *error = of_row;
    }
    return good;
}

void table_file_close(TableReader *reader) {
    for (int64_t i = 0; reader->field_names && i < reader->field_count; i++) {
        free(reader->field_names[i]);
    }
    free(reader->field_names);
    free(reader->field_columns);
    reader->field_names = NULL;
    reader->field_columns = NULL;
    reader->field_count = 0;
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
    lrt_error_set(reader->error, LRT_EXIT_DATA, "duplicate-column", "column `%s` stands twice in the header",
                  column->column->name);
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

bool header_refuse_absent(TableReader *reader, const ColumnReader *column) {
    const char *name = column->column->name;
    const char *const *names = (const char *const *)reader->field_names;
    lrt_error_set(reader->error, LRT_EXIT_DATA, "column-not-in-data", "the %s has no column `%s`",
                  reader->has_header ? "header" : "data", name);
    const char *near = nearest_word(name, names, reader->field_count);
    for (int64_t i = 0; i < reader->field_count; i++) {
        near = strcasecmp(name, names[i]) == 0 ? names[i] : near;
    }
    const char *mark = reader->has_header && reader->field_count == 1 ? strpbrk(names[0], ";\t,|") : NULL;
    if (mark) {
        lrt_error_fix(reader->error, "the header is one cell: csv(…, delimiter: \"%s\")",
                      *mark == '\t' ? "\\t" : (char[]){*mark, '\0'});
    } else if (near) {
        lrt_error_fix(reader->error, "did you mean `%s`?", near);
    } else if (reader->has_header && header_is_data(reader)) {
        lrt_error_fix(reader->error, "the first row looks like data: csv(…, header: false)");
    } else {
        lrt_error_fix(reader->error, "correct the name, or take `%s` out of `columns`", name);
    }
    return at_header(reader, column);
}

/* Column `i` of the spec has the code `i` in `names`; a name that no column bears gets a code beyond. */
static bool bind_names(TableReader *reader, LevelSet *names) {
    int64_t count = reader->spec->column_count;
    level_set_init(names, reader->memory, NULL, 0, false, '.');
    for (int64_t i = 0; i < count; i++) {
        const char *name = reader->spec->columns[i].name;
        reader->columns[i].present = false;
        int32_t code = level_set_find(names, name, strlen(name));
        if (code < 0) {
            return table_no_memory(reader);
        }
        if (code != i) {
            return refuse_duplicate(reader, &reader->columns[i]);
        }
    }
    for (int64_t field = 0; field < reader->field_count; field++) {
        const char *name = reader->field_names[field];
        int32_t code = level_set_find(names, name, strlen(name));
        if (code < 0) {
            return table_no_memory(reader);
        }
        reader->field_columns[field] = -1;
        if (code >= count) {
            continue;
        }
        ColumnReader *column = &reader->columns[code];
        if (column->present) {
            return refuse_duplicate(reader, column);
        }
        column->present = true;
        if (column->column->type != LRT_COLUMN_IGNORE) {
            reader->field_columns[field] = code;
        }
    }
    for (int64_t i = 0; i < count; i++) {
        if (!reader->columns[i].present && !reader->columns[i].may_be_absent) {
            return header_refuse_absent(reader, &reader->columns[i]);
        }
    }
    return true;
}

bool header_bind(TableReader *reader) {
    if (!reader->field_names) {
        reader->field_count = reader->spec->column_count;
    }
    reader->field_columns = malloc((size_t)(reader->field_count + 1) * sizeof *reader->field_columns);
    if (!reader->field_columns) {
        return table_no_memory(reader);
    }
    if (reader->field_names) {
        LevelSet names;
        bool good = bind_names(reader, &names);
        level_set_free(&names);
        return good;
    }
    for (int64_t i = 0, field = 0; i < reader->spec->column_count && field < reader->field_count; i++) {
        const LrtColumn *column = reader->columns[i].column;
        if (column->from_count == 0) { /* what others make up is no field */
            reader->field_columns[field++] = column->type != LRT_COLUMN_IGNORE ? (int32_t)i : -1;
        }
    }
    return true;
}

bool header_bind_images(TableReader *reader, bool has_labels) {
    static const char *const names[] = {"image", "label"};
    const LrtDataSpec *spec = reader->spec;
    bool named = true;
    for (int64_t i = 0; i < spec->column_count; i++) {
        named &= strcmp(spec->columns[i].name, names[0]) == 0 || strcmp(spec->columns[i].name, names[1]) == 0;
    }
    for (int64_t i = 0; i < (has_labels ? 2 : 1); i++) {
        const char *name = named || i >= spec->column_count ? names[i] : spec->columns[i].name;
        if (!header_add_name(reader, name, strlen(name))) {
            return false;
        }
    }
    return header_bind(reader);
}

bool lrt_header_read(const LrtSource *source, const char *path, char ***out_names, int64_t *out_count,
                     LrtError *error) {
    TableMemory memory = {0};
    const LrtReader *kind = source->reader ? source->reader : &lrt_reader_csv;
    TableReader reader = {.source = source,
                          .error = error,
                          .memory = &memory,
                          .has_lines = kind->has_lines,
                          .has_header = kind == &lrt_reader_csv};
    LrtSourceFile file = {.path = path ? path : source->path, .part = LRT_PART_NONE};
    if (source->file_count > 0) {
        file.label_path = source->files[0].label_path;
    }
    bool good = kind->read_names(&reader, &file);
    *out_names = NULL;
    *out_count = 0;
    if (good) {
        *out_names = reader.field_names;
        *out_count = reader.field_count;
        reader.field_names = NULL;
    }
    table_file_close(&reader);
    table_memory_free(&memory);
    return good;
}

void lrt_header_free(char **names, int64_t count) {
    for (int64_t i = 0; names && i < count; i++) {
        free(names[i]);
    }
    free(names);
}
