/* From the text of a cell to a value, by the type of its column, held against the column's contract. */
#include <float.h>
#include <math.h>
#include <string.h>
#include <strings.h>

#include "data/table_reader.h"
#include "data/timestamp.h"
#include "lrt/number.h"

static bool cell_equals(CsvCell cell, const char *word) {
    return strlen(word) == cell.length && memcmp(word, cell.text, cell.length) == 0;
}

static bool is_missing(const TableReader *reader, CsvCell cell) {
    if (cell.length == 0) {
        return true;
    }
    for (int64_t i = 0; i < reader->source->missing_count; i++) {
        if (cell_equals(cell, reader->source->missing[i])) {
            return true;
        }
    }
    return false;
}

static bool is_missing_number(const TableReader *reader, double value) {
    for (int64_t i = 0; i < reader->missing_number_count; i++) {
        if (reader->missing_numbers[i] == value) {
            return true;
        }
    }
    return false;
}

static void store_missing(const TableReader *reader, ColumnReader *column) {
    if (column->real) {
        column->real[reader->row] = NAN;
    } else {
        column->code[reader->row] = -1;
    }
}

static bool read_missing(TableReader *reader, ColumnReader *column, CsvCell cell) {
    store_missing(reader, column);
    return column->may_miss || cell_refuse_missing(reader, column, cell);
}

bool cell_store_number(TableReader *reader, ColumnReader *column, double value, CsvCell text) {
    if (reader->missing_number_count > 0 && is_missing_number(reader, value)) {
        return read_missing(reader, column, text);
    }
    const LrtColumn *contract = column->column;
    if (!(fabs(value) <= (double)FLT_MAX)) {
        return cell_refuse_range(reader, column, text);
    }
    if (contract->type == LRT_COLUMN_INT && value != trunc(value)) {
        return cell_refuse_fraction(reader, column, text);
    }
    double low = contract->type == LRT_COLUMN_WEIGHT && !(contract->has_low && contract->low > 0) ? 0 : contract->low;
    bool has_low = contract->has_low || contract->type == LRT_COLUMN_WEIGHT;
    if ((has_low && value < low) || (contract->has_high && value > contract->high)) {
        return cell_refuse_bound(reader, column, value, text);
    }
    column->real[reader->row] = value;
    return true;
}

static bool read_number(TableReader *reader, ColumnReader *column, CsvCell cell) {
    double value;
    const char *end = cell.text + cell.length;
    return lrt_number_scan(cell.text, end, reader->source->decimal, &value) == end
               ? cell_store_number(reader, column, value, cell)
               : cell_refuse_number(reader, column, cell);
}

static bool read_bool(TableReader *reader, ColumnReader *column, CsvCell cell) {
    static const struct {
        const char *word;
        double value;
    } words[] = {{"true", 1}, {"false", 0}, {"yes", 1}, {"no", 0}, {"t", 1}, {"f", 0}, {"y", 1}, {"n", 0}};
    double value;
    const char *end = cell.text + cell.length;
    if (lrt_number_scan(cell.text, end, reader->source->decimal, &value) == end) {
        if (is_missing_number(reader, value)) {
            return read_missing(reader, column, cell);
        }
        column->real[reader->row] = value;
        return value == 0 || value == 1 || cell_refuse_bool(reader, column, cell);
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strlen(words[i].word) == cell.length && strncasecmp(words[i].word, cell.text, cell.length) == 0) {
            column->real[reader->row] = words[i].value;
            return true;
        }
    }
    return cell_refuse_bool(reader, column, cell);
}

static bool read_level(TableReader *reader, ColumnReader *column, CsvCell cell) {
    int32_t code = level_set_find(&column->levels, cell.text, cell.length);
    column->code[reader->row] = code;
    if (code >= 0) {
        return true;
    }
    return code == LEVEL_NO_MEMORY ? table_no_memory(reader) : cell_refuse_level(reader, column, cell);
}

/* Without a format: a date or a date and time as ISO 8601 writes them. */
static bool parse_timestamp(const char *format, CsvCell cell, double *out) {
    static const char *const usual[] = {"%Y-%m-%d",
                                        "%Y-%m-%dT%H:%M",
                                        "%Y-%m-%d %H:%M",
                                        "%Y-%m-%dT%H:%M:%S",
                                        "%Y-%m-%d %H:%M:%S",
                                        "%Y-%m-%dT%H:%M:%S%z",
                                        "%Y-%m-%d %H:%M:%S%z",
                                        "%Y-%m-%dT%H:%M:%S.%f",
                                        "%Y-%m-%d %H:%M:%S.%f",
                                        "%Y-%m-%dT%H:%M:%S.%f%z",
                                        "%Y-%m-%d %H:%M:%S.%f%z"};
    if (format) {
        return timestamp_parse(format, cell.text, cell.length, out);
    }
    for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++) {
        if (timestamp_parse(usual[i], cell.text, cell.length, out)) {
            return true;
        }
    }
    return false;
}

bool cell_read(TableReader *reader, ColumnReader *column, CsvCell cell) {
    if (is_missing(reader, cell)) {
        return read_missing(reader, column, cell);
    }
    switch (column->column->type) {
    case LRT_COLUMN_REAL:
    case LRT_COLUMN_INT:
    case LRT_COLUMN_WEIGHT: return read_number(reader, column, cell);
    case LRT_COLUMN_BOOL: return read_bool(reader, column, cell);
    case LRT_COLUMN_CATEGORY:
    case LRT_COLUMN_ORDINAL:
    case LRT_COLUMN_KEY:
    case LRT_COLUMN_TEXT:
    case LRT_COLUMN_GROUP:
    case LRT_COLUMN_FOLD: return read_level(reader, column, cell);
    case LRT_COLUMN_TIMESTAMP:
        return parse_timestamp(column->column->format, cell, &column->real[reader->row]) ||
               cell_refuse_timestamp(reader, column, cell);
    case LRT_COLUMN_IGNORE:
    case LRT_COLUMN_IMAGE:
    case LRT_COLUMN_VECTOR: break; /* never bound to a field: the compiler refuses what is not built */
    }
    return true;
}
