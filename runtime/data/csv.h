/* CSV as the world writes it: RFC 4180 and its dialects, cut into cells without copying them. */
#ifndef DATA_CSV_H
#define DATA_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lrt/program.h"

typedef struct CsvCell {
    const char *text;              /* without quotes and the blanks around it; not NUL-terminated */
    size_t length;
} CsvCell;

typedef struct CsvReader {
    const char *at, *end;          /* `at`: the first byte of the next cell */
    const char *content_end;       /* behind the last byte that is neither blank nor the end of a line */
    int64_t line;                  /* of `at`, from 1 */
    char delimiter, quote;
    bool row_ended;                /* the cell before was the last of its row */
    char *unquoted;                /* memory of a cell with doubled quotes */
    size_t unquoted_capacity;
} CsvReader;

typedef enum CsvResult {
    CSV_CELL,
    CSV_UNCLOSED_QUOTE,            /* the file ends within quotes */
    CSV_TEXT_BEHIND_QUOTE,         /* "abc"d: a quote within quotes is doubled */
    CSV_NO_MEMORY
} CsvResult;

/* The dialect of `source`; where it leaves the delimiter open, the ending of `path` decides. Skips a byte order mark. */
void csv_init(CsvReader *reader, const char *bytes, size_t length, const LrtSource *source, const char *path);
void csv_free(CsvReader *reader);

/* Skips lines that hold nothing but blanks; false where no row is left. In a file of one column an empty line is a row
 * with an empty cell, but for those at the end of the file. */
bool csv_begin_row(CsvReader *reader, int64_t column_count);

/* The cell at `at`, which is then behind its delimiter. The cell's text is valid until the next call. On failure `at`
 * stays at the cell. */
CsvResult csv_next_cell(CsvReader *reader, CsvCell *out);

/* Takes the end of a cell that lies at `at`, if it does. */
static inline bool csv_finish_cell(CsvReader *reader, const char *at) {
    if (at == reader->end) {
        reader->row_ended = true;
    } else if (*at == reader->delimiter) {
        reader->row_ended = false;
        at++;
    } else if (*at == '\n' || *at == '\r') {
        bool pair = *at == '\r' && at + 1 < reader->end && at[1] == '\n';
        reader->row_ended = true;
        reader->line++;
        at += pair ? 2 : 1;
    } else {
        return false;
    }
    reader->at = at;
    return true;
}

/* A space or a tab that does not divide cells. */
static inline bool csv_is_blank(const CsvReader *reader, char character) {
    return (character == ' ' || character == '\t') && character != reader->delimiter;
}

#endif
