/* One cell after the other. A row ends with LF, CR LF or CR; within quotes all three are text. */
#include "data/csv.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool is_blank_or_line_end(const CsvReader *reader, char character) {
    return character == '\n' || character == '\r' || csv_is_blank(reader, character);
}

/* By the ending of the name, before that of a packed file: "x.tsv", "x.tsv.gz". */
static bool is_tabbed(const char *path) {
    static const char *const endings[] = {".tsv", ".tab"}, *const packed[] = {"", ".gz", ".zst"};
    size_t length = strlen(path);
    for (size_t i = 0; i < 6; i++) {
        size_t behind = strlen(packed[i / 2]), end = strlen(endings[i % 2]);
        if (length >= end + behind && strcasecmp(path + length - behind, packed[i / 2]) == 0 &&
            strncasecmp(path + length - behind - end, endings[i % 2], end) == 0) {
            return true;
        }
    }
    return false;
}

void csv_init(CsvReader *reader, const char *bytes, size_t length, const LrtSource *source, const char *path) {
    static const char mark[] = "\xef\xbb\xbf";
    size_t skipped = length >= sizeof mark - 1 && memcmp(bytes, mark, sizeof mark - 1) == 0 ? sizeof mark - 1 : 0;
    char delimiter = source->delimiter ? source->delimiter : is_tabbed(path) ? '\t' : ',';
    *reader = (CsvReader){.at = bytes + skipped,
                          .end = bytes + length,
                          .content_end = bytes + length,
                          .line = 1,
                          .delimiter = delimiter,
                          .quote = source->quote,
                          .row_ended = true};
    while (reader->content_end > reader->at && is_blank_or_line_end(reader, reader->content_end[-1])) {
        reader->content_end--;
    }
}

void csv_free(CsvReader *reader) {
    free(reader->unquoted);
    reader->unquoted = NULL;
}

static const char *skip_blanks(const CsvReader *reader, const char *at) {
    while (at < reader->end && csv_is_blank(reader, *at)) {
        at++;
    }
    return at;
}

bool csv_begin_row(CsvReader *reader, int64_t column_count) {
    if (reader->at >= reader->content_end) {
        return false;
    }
    while (column_count > 1) {
        const char *at = skip_blanks(reader, reader->at);
        if (*at != '\n' && *at != '\r') {
            break; /* before content_end, so within the file */
        }
        csv_finish_cell(reader, at);
    }
    return true;
}

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
/* Marks the lowest byte of `word` that equals the byte repeated in `pattern`; what it marks above that may be wrong. */
static uint64_t first_equal(uint64_t word, uint64_t pattern) {
    uint64_t difference = word ^ pattern;
    return (difference - UINT64_C(0x0101010101010101)) & ~difference & UINT64_C(0x8080808080808080);
}
#endif

static const char *find_cell_end(const CsvReader *reader, const char *at) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t delimiters = ones * (unsigned char)reader->delimiter;
    while ((size_t)(reader->end - at) >= sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, at, sizeof word);
        uint64_t found =
            first_equal(word, delimiters) | first_equal(word, ones * '\n') | first_equal(word, ones * '\r');
        if (found) {
            return at + __builtin_ctzll(found) / 8;
        }
        at += sizeof word;
    }
#endif
    while (at < reader->end && *at != reader->delimiter && *at != '\n' && *at != '\r') {
        at++;
    }
    return at;
}

static CsvCell trim(const CsvReader *reader, const char *start, const char *end) {
    while (start < end && csv_is_blank(reader, *start)) {
        start++;
    }
    while (end > start && csv_is_blank(reader, end[-1])) {
        end--;
    }
    return (CsvCell){start, (size_t)(end - start)};
}

static int64_t count_lines(const char *at, const char *end) {
    int64_t count = 0;
    for (; at < end; at++) {
        count += *at == '\n' || (*at == '\r' && !(at + 1 < end && at[1] == '\n'));
    }
    return count;
}

/* The text between start and end with each doubled quote once. */
static bool undouble_quotes(CsvReader *reader, const char *start, const char *end, CsvCell *out) {
    size_t most = (size_t)(end - start);
    if (most > reader->unquoted_capacity) {
        char *grown = realloc(reader->unquoted, 2 * most);
        if (!grown) {
            return false;
        }
        reader->unquoted = grown;
        reader->unquoted_capacity = 2 * most;
    }
    char *written = reader->unquoted;
    for (const char *at = start; at < end; at++) {
        *written++ = *at;
        at += *at == reader->quote;
    }
    *out = trim(reader, reader->unquoted, written);
    return true;
}

/* `open` is the quote that opens the cell. */
static CsvResult read_quoted(CsvReader *reader, const char *open, CsvCell *out) {
    const char *start = open + 1, *close = start;
    bool has_doubled = false;
    for (;;) {
        close = close < reader->end ? memchr(close, reader->quote, (size_t)(reader->end - close)) : NULL;
        if (!close) {
            return CSV_UNCLOSED_QUOTE;
        }
        if (close + 1 == reader->end || close[1] != reader->quote) {
            break;
        }
        has_doubled = true;
        close += 2;
    }
    int64_t lines = count_lines(start, close);
    if (!csv_finish_cell(reader, skip_blanks(reader, close + 1))) {
        return CSV_TEXT_BEHIND_QUOTE;
    }
    reader->line += lines;
    if (!has_doubled) {
        *out = trim(reader, start, close);
        return CSV_CELL;
    }
    return undouble_quotes(reader, start, close, out) ? CSV_CELL : CSV_NO_MEMORY;
}

CsvResult csv_next_cell(CsvReader *reader, CsvCell *out) {
    const char *start = skip_blanks(reader, reader->at);
    if (start < reader->end && *start == reader->quote && reader->quote) {
        return read_quoted(reader, start, out);
    }
    const char *end = find_cell_end(reader, start);
    *out = trim(reader, start, end);
    csv_finish_cell(reader, end);
    return CSV_CELL;
}
