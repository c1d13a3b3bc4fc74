/* jsonl(path): one JSON object a line, its keys are the columns. Lines of one file mostly have their keys in one order:
 * a key is first held against that at its place in the line before. */
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/shown_text.h"
#include "data/json_scan.h"
#include "data/table_reader.h"
#include "lrt/number.h"
#include "lrt/reader.h"

enum { LINES_FOR_NAMES = 1000 };

/* The key at some place of the line before; `column` -1: not read. */
typedef struct KnownKey {
    JsonText key;
    int32_t column;
} KnownKey;

typedef struct Lines {
    TableReader *reader;
    JsonScan scan;
    const char *next, *end; /* of the file */
    const char *start;      /* of the line */
    int64_t line;
    LevelSet names; /* column i of the spec has the code i */
    KnownKey *known;
    int64_t known_count;
    int64_t *last_row; /* [columns] 1 + the row of the column's last cell */
    int64_t found;     /* cells of the row */
} Lines;

/* ---- errors ---------------------------------------------------------------------------------------------------- */

static bool place(Lines *lines, const char *column, const char *text) {
    TableReader *reader = lines->reader;
    bool in_row = reader->table != NULL;
    lrt_error_cell(reader->error, reader->file.shown, in_row ? table_row_number(reader) : 0, lines->line, column, text);
    reader->error->spec_line = reader->source->spec_line;
    return false;
}

/* The line is no JSON from `at` on. */
static bool refuse_line(Lines *lines, const char *wanted, const char *column) {
    char text[80];
    const char *at = lines->scan.at;
    shown_text(text, sizeof text, at, (size_t)(lines->scan.end - at));
    lrt_error_set(lines->reader->error, LRT_EXIT_DATA, "data-not-read",
                  "line %" PRId64 " is no JSON object: %s at its byte %td, not `%s`", lines->line, wanted,
                  at - lines->start + 1, text);
    if (*lines->start == '[') {
        lrt_error_fix(lines->reader->error, "a list of objects becomes a line each by: jq -c '.[]' FILE");
    } else if (at == lines->scan.end) {
        lrt_error_fix(lines->reader->error, "an object stands on one line: jq -c . FILE");
    } else {
        lrt_error_fix(lines->reader->error, "correct the line; jq . tells what it takes for JSON");
    }
    return place(lines, column, text);
}

static bool refuse_value(Lines *lines, const ColumnReader *column, const char *what) {
    lrt_error_set(lines->reader->error, LRT_EXIT_DATA, "cell-type", "%s stands under `%s`, which is declared %s", what,
                  column->column->name, column->width > 0 ? "as an array of numbers" : "with a type of one value");
    lrt_error_fix(lines->reader->error, column->width > 0 ? "[1, 2, 3], as many numbers as declared"
                                                          : "correct the line; an array of n numbers is vector[n]");
    place(lines, column->column->name, "");
    lines->reader->error->spec_line = column->column->spec_line;
    lines->reader->error->column_index = column->index;
    return false;
}

static bool refuse_count(Lines *lines, const ColumnReader *column, int64_t count, bool more) {
    lrt_error_set(lines->reader->error, LRT_EXIT_DATA, "cell-type",
                  "the array under `%s` has %s%" PRId64 " number%s, and %" PRId64 " are declared", column->column->name,
                  more ? "more than " : "", count, count == 1 ? "" : "s", column->width);
    lrt_error_fix(lines->reader->error, "arrays of one length in all lines, and that length in the declaration");
    place(lines, column->column->name, "");
    lines->reader->error->spec_line = column->column->spec_line;
    lines->reader->error->column_index = column->index;
    return false;
}

/* ---- lines ----------------------------------------------------------------------------------------------------- */

/* The next line that is not blank. */
static bool next_line(Lines *lines) {
    while (lines->next < lines->end) {
        const char *feed = memchr(lines->next, '\n', (size_t)(lines->end - lines->next));
        lines->start = lines->scan.at = lines->next;
        lines->scan.end = feed ? feed : lines->end;
        lines->next = feed ? feed + 1 : lines->end;
        lines->line++;
        json_skip_blanks(&lines->scan);
        if (lines->scan.at < lines->scan.end) {
            return true;
        }
    }
    return false;
}

static void open_lines(Lines *lines, TableReader *reader) {
    static const char mark[] = "\xef\xbb\xbf";
    const char *bytes = reader->file.bytes;
    bool marked = reader->file.length >= 3 && memcmp(bytes, mark, 3) == 0;
    *lines = (Lines){.reader = reader, .next = bytes + (marked ? 3 : 0), .end = bytes + reader->file.length};
}

/* The next key and the colon behind it; *out_more false: the object ends. */
static bool next_key(Lines *lines, bool first, JsonText *out, bool *out_more) {
    JsonScan *scan = &lines->scan;
    *out_more = !json_take(scan, '}');
    if (!*out_more) {
        json_skip_blanks(scan);
        return scan->at == scan->end || refuse_line(lines, "the end of the line is wanted", "");
    }
    if (!first && !json_take(scan, ',')) {
        return refuse_line(lines, "`,` or `}` is wanted", "");
    }
    json_skip_blanks(scan);
    if (scan->at == scan->end || *scan->at != '"') {
        return refuse_line(lines, "a key in double quotes is wanted", "");
    }
    JsonValue value = json_string(scan, out);
    if (value == JSON_NO_MEMORY) {
        return table_no_memory(lines->reader);
    }
    return value == JSON_TEXT ? json_take(scan, ':') || refuse_line(lines, "`:` behind the key is wanted", "")
                              : refuse_line(lines, "a key with its closing quote is wanted", "");
}

/* ---- values ---------------------------------------------------------------------------------------------------- */

static bool store_element(Lines *lines, ColumnReader *column, JsonValue value, JsonText text, int64_t at) {
    double number;
    float *out = column->floats + lines->reader->row * column->width + at;
    if (value == JSON_NULL) {
        *out = NAN;
        return column->may_miss || cell_refuse_missing(lines->reader, column, (CsvCell){text.text, text.length});
    }
    const char *end = text.text + text.length;
    if (value != JSON_NUMBER || lrt_number_scan(text.text, end, '.', &number) != end) {
        return cell_refuse_number(lines->reader, column, (CsvCell){text.text, text.length});
    }
    *out = (float)number;
    return fabs(number) <= (double)FLT_MAX ||
           cell_refuse_range(lines->reader, column, (CsvCell){text.text, text.length});
}

/* The numbers of an array whose bracket has been taken, and of the arrays in it, row by row. */
static bool read_array(Lines *lines, ColumnReader *column) {
    int64_t count = 0;
    int depth = 1;
    bool first = true;
    while (depth > 0) {
        JsonText text;
        if (json_take(&lines->scan, ']')) {
            depth--;
            first = false;
            continue;
        }
        if (!first && !json_take(&lines->scan, ',')) {
            return refuse_line(lines, "`,` or `]` is wanted", column->column->name);
        }
        JsonValue value = json_value(&lines->scan, &text);
        first = value == JSON_ARRAY;
        if (value == JSON_ARRAY && depth < 4) {
            depth++;
            continue;
        }
        if (value == JSON_NO_MEMORY) {
            return table_no_memory(lines->reader);
        }
        if (value == JSON_BROKEN) {
            return refuse_line(lines, "a number is wanted", column->column->name);
        }
        if (value == JSON_ARRAY || value == JSON_OBJECT) {
            return refuse_value(lines, column, "something else than numbers");
        }
        if (count == column->width) {
            return refuse_count(lines, column, count, true);
        }
        if (!store_element(lines, column, value, text, count++)) {
            return false;
        }
    }
    return count == column->width || refuse_count(lines, column, count, false);
}

static bool store_missing(Lines *lines, ColumnReader *column) {
    for (int64_t j = 0; j < column->width; j++) {
        column->floats[lines->reader->row * column->width + j] = NAN;
    }
    return column->width > 0 ? column->may_miss || cell_refuse_missing(lines->reader, column, (CsvCell){"", 0})
                             : cell_read(lines->reader, column, (CsvCell){"", 0});
}

static CsvCell trimmed(JsonText text) {
    const char *start = text.text, *end = start + text.length;
    while (start < end && (*start == ' ' || *start == '\t')) {
        start++;
    }
    while (end > start && (end[-1] == ' ' || end[-1] == '\t')) {
        end--;
    }
    return (CsvCell){start, (size_t)(end - start)};
}

static bool read_value(Lines *lines, ColumnReader *column) {
    JsonText text;
    TableReader *reader = lines->reader;
    JsonValue value = json_value(&lines->scan, &text);
    switch (value) {
    case JSON_NUMBER:
        if (column->is_number) {
            double number;
            const char *end = text.text + text.length;
            bool good = lrt_number_scan(text.text, end, '.', &number) == end;
            if (good && number >= column->plain_low && number <= column->plain_high) {
                column->real[reader->row] = number;
                return true;
            }
        }
        break;
    case JSON_TEXT:
    case JSON_WORD: break;
    case JSON_NULL: return store_missing(lines, column);
    case JSON_ARRAY: return column->width > 0 ? read_array(lines, column) : refuse_value(lines, column, "an array");
    case JSON_OBJECT: return refuse_value(lines, column, "an object");
    case JSON_BROKEN: return refuse_line(lines, "a value is wanted", column->column->name);
    case JSON_NO_MEMORY: return table_no_memory(reader);
    }
    return column->width > 0 ? refuse_value(lines, column, "one value") : cell_read(reader, column, trimmed(text));
}

/* ---- rows ------------------------------------------------------------------------------------------------------ */

/* The column of the key at a place of the line; -2: no memory. */
static int32_t column_of(Lines *lines, JsonText key, int64_t at) {
    if (at < lines->known_count) {
        const KnownKey *known = &lines->known[at];
        if (known->key.length == key.length && memcmp(known->key.text, key.text, key.length) == 0) {
            return known->column;
        }
    }
    TableReader *reader = lines->reader;
    int32_t code = level_set_find(&lines->names, key.text, key.length);
    if (code < 0) {
        return -2;
    }
    bool is_read = code < reader->spec->column_count && reader->columns[code].column->type != LRT_COLUMN_IGNORE;
    if (at == lines->known_count) {
        KnownKey *grown = realloc(lines->known, (size_t)(2 * at + 16) * sizeof *grown);
        if (!grown) {
            return -2;
        }
        lines->known = grown;
        for (int64_t i = at; i < 2 * at + 16; i++) {
            grown[i] = (KnownKey){{"", 0}, -1};
        }
        lines->known_count = 2 * at + 16;
    }
    /* a key with escapes lies in memory that the next one takes */
    bool stays = key.text >= reader->file.bytes && key.text < reader->file.bytes + reader->file.length;
    if (at < lines->known_count && stays) {
        lines->known[at] = (KnownKey){key, is_read ? code : -1};
    }
    return is_read ? code : -1;
}

static bool read_pair(Lines *lines, JsonText key, int64_t at) {
    TableReader *reader = lines->reader;
    int32_t index = column_of(lines, key, at);
    if (index == -2) {
        return table_no_memory(reader);
    }
    if (index < 0) {
        JsonValue skipped = json_skip(&lines->scan, JSON_NULL);
        return (skipped != JSON_BROKEN && skipped != JSON_NO_MEMORY) || refuse_line(lines, "a value is wanted", "");
    }
    ColumnReader *column = &reader->columns[index];
    if (lines->last_row[index] == reader->row + 1) {
        lrt_error_set(reader->error, LRT_EXIT_DATA, "duplicate-column", "the key `%s` stands twice in line %" PRId64,
                      column->column->name, lines->line);
        lrt_error_fix(reader->error, "one value a key");
        return place(lines, column->column->name, "");
    }
    lines->last_row[index] = reader->row + 1;
    lines->found++;
    return read_value(lines, column);
}

/* Keys that a line lacks are missing cells. */
static bool fill_row(Lines *lines) {
    TableReader *reader = lines->reader;
    for (int64_t i = 0; lines->found < reader->spec->column_count && i < reader->spec->column_count; i++) {
        ColumnReader *column = &reader->columns[i];
        bool read = lines->last_row[i] == reader->row + 1 || column->column->type == LRT_COLUMN_IGNORE;
        if (!read && !store_missing(lines, column)) {
            return false;
        }
    }
    return true;
}

static bool read_line(Lines *lines) {
    JsonText key;
    bool more = true;
    lines->reader->row_line = lines->line;
    lines->found = 0;
    if (!json_take(&lines->scan, '{')) {
        return refuse_line(lines, "`{` is wanted", "");
    }
    for (int64_t at = 0; more; at++) {
        if (!next_key(lines, at == 0, &key, &more) || (more && !read_pair(lines, key, at))) {
            return false;
        }
    }
    return fill_row(lines);
}

/* A column that no line has is not in the data, which is told of the first line rather than of a missing cell. */
static bool check_columns(Lines *lines) {
    TableReader *reader = lines->reader;
    for (int64_t i = 0; i < reader->spec->column_count; i++) {
        int64_t field = 0;
        while (field < reader->field_count && strcmp(reader->field_names[field], reader->spec->columns[i].name) != 0) {
            field++;
        }
        ColumnReader *column = &reader->columns[i];
        column->present = field < reader->field_count;
        if (!column->present && !column->may_be_absent && column->column->type != LRT_COLUMN_IGNORE) {
            return header_refuse_absent(reader, column);
        }
    }
    return true;
}

static bool read_lines(Lines *lines) {
    TableReader *reader = lines->reader;
    while (next_line(lines)) {
        if (!read_line(lines)) {
            return false;
        }
        reader->table->lines[reader->row++] = lines->line;
        table_row_done(reader);
    }
    return reader->row > reader->first_row || file_refuse_empty(reader, false);
}

/* Every column of the spec under its own number. */
static bool bind(Lines *lines) {
    TableReader *reader = lines->reader;
    level_set_init(&lines->names, reader->memory, NULL, 0, false, '.');
    for (int64_t i = 0; i < reader->spec->column_count; i++) {
        const char *name = reader->spec->columns[i].name;
        if (level_set_find(&lines->names, name, strlen(name)) != i) {
            return table_no_memory(reader);
        }
    }
    lines->last_row = calloc((size_t)reader->spec->column_count + 1, sizeof *lines->last_row);
    return lines->last_row || table_no_memory(reader);
}

/* ---- the file -------------------------------------------------------------------------------------------------- */

static bool has_name(const TableReader *reader, JsonText key) {
    for (int64_t i = 0; i < reader->field_count; i++) {
        if (strlen(reader->field_names[i]) == key.length && memcmp(reader->field_names[i], key.text, key.length) == 0) {
            return true;
        }
    }
    return false;
}

/* The keys of the first lines, in the order in which they come up. */
static bool gather_names(TableReader *reader) {
    Lines lines;
    open_lines(&lines, reader);
    bool good = true;
    for (int64_t i = 0; good && i < LINES_FOR_NAMES && next_line(&lines); i++) {
        bool more = true;
        good = json_take(&lines.scan, '{') || refuse_line(&lines, "`{` is wanted", "");
        for (bool first = true; good && more; first = false) {
            JsonText key;
            good = next_key(&lines, first, &key, &more);
            if (!good || !more) {
                break;
            }
            good = has_name(reader, key) || header_add_name(reader, key.text, key.length);
            JsonValue skipped = good ? json_skip(&lines.scan, JSON_NULL) : JSON_NULL;
            good = good && ((skipped != JSON_BROKEN && skipped != JSON_NO_MEMORY) ||
                            refuse_line(&lines, "a value is wanted", ""));
        }
    }
    json_scan_free(&lines.scan);
    return good && (reader->field_count > 0 || file_refuse_empty(reader, false));
}

static bool read_names(TableReader *reader, const LrtSourceFile *file) {
    return source_file_open(&reader->file, file->path, reader->source, reader->error) && gather_names(reader);
}

static bool read_rows(TableReader *reader, const LrtSourceFile *file) {
    SourceScan scan;
    Lines lines;
    if (!source_file_open(&reader->file, file->path, reader->source, reader->error)) {
        return false;
    }
    source_file_scan(&reader->file, &scan);
    if (scan.text_length < reader->file.length) {
        return file_refuse_bytes(reader, scan.text_length);
    }
    if (!gather_names(reader)) {
        return false;
    }
    open_lines(&lines, reader);
    bool good =
        bind(&lines) && check_columns(&lines) && table_reserve_rows(reader, scan.most_lines) && read_lines(&lines);
    level_set_free(&lines.names);
    json_scan_free(&lines.scan);
    free(lines.known);
    free(lines.last_row);
    if (good) {
        table_add_digest(reader, scan.digest);
    }
    return good;
}

const LrtReader lrt_reader_jsonl = {.word = "jsonl",
                                    .symbol = "lrt_reader_jsonl",
                                    .has_lines = true,
                                    .has_arrays = true,
                                    .read_names = read_names,
                                    .read_rows = read_rows};
