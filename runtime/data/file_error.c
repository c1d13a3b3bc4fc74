/* What is said of a file whose rows and bytes are not those of a table. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/utf8_check.h"
#include "data/table_reader.h"

/* The place of a field, as far as it is known. */
static bool place(TableReader *reader, int64_t row, int64_t line, int64_t field, const char *text) {
    bool named = row > 0 && field >= 0 && field < reader->field_count && reader->field_names;
    const char *name = named ? reader->field_names[field] : "";
    lrt_error_cell(reader->error, reader->file.shown, row, line, name, text);
    for (int64_t i = 0; named && reader->spec && i < reader->spec->column_count; i++) {
        if (strcmp(reader->spec->columns[i].name, name) == 0) {
            reader->error->column_index = (int32_t)i;
        }
    }
    reader->error->spec_line = reader->source->spec_line;
    return false;
}

typedef struct Place {
    int64_t row, line, field; /* row 0: the header */
    const char *text;         /* of the line from the start of the cell */
} Place;

/* Where each line is a row. */
static Place locate_line(const TableReader *reader, const char *target) {
    Place found = {.line = 1, .field = -1, .text = reader->file.bytes};
    for (const char *at = reader->file.bytes; at < target; at++) {
        if (*at == '\n') {
            found.line++;
            found.text = at + 1;
        }
    }
    found.row = found.line;
    return found;
}

/* Which cell a byte lies in. Rows are counted as the reader counts them. */
static Place locate(const TableReader *reader, size_t offset) {
    const char *target = reader->file.bytes + offset;
    if (reader->has_lines && !reader->has_header && reader->table) {
        return locate_line(reader, target);
    }
    CsvReader csv;
    csv_init(&csv, reader->file.bytes, reader->file.length, reader->source, reader->file.shown);
    Place found = {.row = reader->source->header ? -1 : 0, .line = 1, .field = -1, .text = csv.at};
    int64_t line = 1;
    while (csv_begin_row(&csv, 2)) {
        found.row++;
        found.field = -1;
        csv.row_ended = false;
        while (!csv.row_ended) {
            CsvCell cell;
            found.field++;
            found.text = csv.at;
            line = csv.line;
            if (csv_next_cell(&csv, &cell) != CSV_CELL || csv.at > target) {
                csv_free(&csv);
                for (const char *at = found.text; at < target; at++) {
                    line += *at == '\n';
                }
                found.line = line;
                return found;
            }
        }
    }
    csv_free(&csv);
    found.line = line;
    return found;
}

/* What a file is whose first bytes tell; NULL: nothing that we know of. */
static const char *known_format(const SourceFile *file, const char **out_fix) {
    static const struct {
        const char *start, *name, *fix;
    } formats[] = {
        {"\x1f\x8b", "a gzip file", "unpack it with gunzip, or give its name the ending .gz in the spec"},
        {"\x28\xb5\x2f\xfd", "a zstd file", "unpack it with zstd -d, or give its name the ending .zst in the spec"},
        {"PK\x03\x04", "a zip file or a spreadsheet", "unpack it, or save the sheet as CSV"},
        {"PAR1", "a Parquet file", "save the table as CSV"},
        {"SQLite format 3", "a SQLite database", "save the table as CSV"},
        {"\xff\xfe", "UTF-16 text", "save the file as UTF-8: iconv -f UTF-16 -t UTF-8"},
        {"\xfe\xff", "UTF-16 text", "save the file as UTF-8: iconv -f UTF-16 -t UTF-8"}};
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        size_t length = strlen(formats[i].start);
        if (file->length >= length && memcmp(file->bytes, formats[i].start, length) == 0) {
            *out_fix = formats[i].fix;
            return formats[i].name;
        }
    }
    return NULL;
}

bool file_refuse_bytes(TableReader *reader, size_t offset) {
    const char *fix = NULL, *format = known_format(&reader->file, &fix);
    if (format) {
        lrt_error_set(reader->error, LRT_EXIT_DATA, "invalid-encoding", "`%s` is %s, not CSV in UTF-8",
                      reader->file.shown, format);
        lrt_error_fix(reader->error, "%s", fix);
        return place(reader, 0, 0, -1, "");
    }
    Place at = locate(reader, offset);
    char text[100];
    size_t length = (size_t)(reader->file.bytes + offset - at.text) + 1;
    length = length < sizeof text ? length : sizeof text - 1;
    memcpy(text, reader->file.bytes + offset + 1 - length, length);
    text[length] = '\0';
    unsigned byte = (unsigned char)reader->file.bytes[offset];
    if (byte == 0) {
        lrt_error_set(reader->error, LRT_EXIT_DATA, "nul-byte", "a NUL byte stands in the file, which no text has");
        lrt_error_fix(reader->error, "look whether the file is damaged or no CSV; tr -d '\\000' takes such bytes out");
    } else {
        lrt_error_set(reader->error, LRT_EXIT_DATA, "invalid-encoding", "the byte 0x%02x is not UTF-8", byte);
        lrt_error_fix(reader->error, "save the file as UTF-8, for example by iconv -f WINDOWS-1252 -t UTF-8");
    }
    return place(reader, at.row > 0 ? at.row : 0, at.line, at.field, text);
}

bool file_refuse_cell(TableReader *reader, CsvResult result, int64_t field) {
    char text[100];
    size_t left = (size_t)(reader->csv.end - reader->csv.at);
    size_t length = left < sizeof text ? left : sizeof text - 1;
    memcpy(text, reader->csv.at, length);
    text[length] = '\0';
    text[strcspn(text, "\r\n")] = '\0';
    bool in_header = reader->field_columns == NULL;
    switch (result) {
    case CSV_UNCLOSED_QUOTE:
        lrt_error_set(reader->error, LRT_EXIT_DATA, "unclosed-quote",
                      "a quote opens here, and none closes it until the end of the file");
        lrt_error_fix(reader->error,
                      "close it; a quote within quotes is doubled; csv(…, quote: \"'\") takes another character");
        break;
    case CSV_TEXT_BEHIND_QUOTE:
        lrt_error_set(reader->error, LRT_EXIT_DATA, "unclosed-quote", "text follows the quote that closes this cell");
        lrt_error_fix(reader->error, "double a quote that belongs to the text: \"5\"\" pipe\"");
        break;
    case CSV_CELL:
    case CSV_NO_MEMORY: return table_no_memory(reader);
    }
    return place(reader, in_header ? 0 : table_row_number(reader), reader->csv.line, field, text);
}

bool file_refuse_row(TableReader *reader, int64_t cells) {
    int64_t want = reader->field_count;
    bool more = cells > want;
    lrt_error_set(reader->error, LRT_EXIT_DATA, "ragged-row", "row %" PRId64 " has %" PRId64 " cell%s, the %s %" PRId64,
                  table_row_number(reader), cells, cells == 1 ? "" : "s",
                  reader->field_names ? "header has" : "spec declares", want);
    if (more) {
        lrt_error_fix(reader->error, "quote the cell that holds a `%c`, or add what %s lacks", reader->csv.delimiter,
                      reader->field_names ? "the header" : "`columns`");
    } else {
        lrt_error_fix(reader->error,
                      "write an empty cell for each missing one, and quote a cell that holds a line break");
    }
    return place(reader, table_row_number(reader), reader->row_line, -1, "");
}

bool file_refuse_empty(TableReader *reader, bool has_header) {
    lrt_error_set(reader->error, LRT_EXIT_DATA, "no-rows",
                  has_header ? "`%s` has a header, but no rows" : "`%s` is empty", reader->file.shown);
    lrt_error_fix(reader->error, "a table has %sat least one row",
                  reader->has_header && reader->source->header ? "a header and " : "");
    return place(reader, 0, 0, -1, "");
}
