/* What is said of a cell that breaks its column's contract: the fact, the place, and what most likely was meant. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/nearest.h"
#include "core/shown_text.h"
#include "data/table_reader.h"
#include "lrt/json.h"

enum { CELL_TEXT = 100, LEVELS_SHOWN = 8, LEVELS_TEXT = 200 };

/* The place, and what the message rests on in the spec. */
static bool place(TableReader *reader, const ColumnReader *column, CsvCell cell) {
    char text[CELL_TEXT];
    LrtError *error = reader->error;
    shown_text(text, sizeof text, cell.text, cell.length);
    lrt_error_cell(error, reader->file.shown, table_row_number(reader), reader->row_line, column->column->name, text);
    error->spec_line = column->column->spec_line;
    error->column_index = column->index;
    return false;
}

static const char *type_word(LrtColumnType type) {
    static const char *const words[] = {
#define COLUMN_TYPE(id, word, built, doc) word,
#include "lrt/column_types.def"
#undef COLUMN_TYPE
    };
    return words[type];
}

/* What tables write where they have no value. */
static bool means_missing(const char *text) {
    static const char *const words[] = {"na",      "n/a", "nan", "null", "none", "nil", "missing",
                                        "unknown", "?",   "-",   "--",   ".",    "#n/a"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcasecmp(text, words[i]) == 0) {
            return true;
        }
    }
    return false;
}

static void fix_missing_text(TableReader *reader, const ColumnReader *column, const char *text) {
    lrt_error_fix(reader->error, "add \"%s\" to the texts of a missing cell, csv(…, missing: [\"%s\"])%s", text, text,
                  column->column->optional ? "" : ", and declare the column optional with `?`");
}

/* Of a text that was meant as a number: "1,5", "1,234.5", "$5", "12%", "0x1f". */
static bool fix_number_text(TableReader *reader, const char *text) {
    char decimal = reader->source->decimal, other = decimal == ',' ? '.' : ',';
    const char *comma = strchr(text, other);
    size_t digits = strspn(text, "+-0123456789.,'_ ");
    if (text[digits] == '\0' && comma && !strchr(text, decimal) && strchr(comma + 1, other) == NULL) {
        lrt_error_fix(reader->error, "if `%c` is the decimal point here: csv(…, decimal: \"%c\")", other, other);
    } else if (text[digits] == '\0' && strpbrk(text, ",._' ")) {
        lrt_error_fix(reader->error, "write numbers without marks between the thousands");
    } else if (text[0] == '0' && (text[1] | 0x20) == 'x') {
        lrt_error_fix(reader->error, "write the number in decimal digits");
    } else {
        static const char *const signs[] = {"%", "$", "€", "£"};
        for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
            if (strstr(text, signs[i]) && strpbrk(text, "0123456789")) {
                lrt_error_fix(reader->error, "write the number without its sign `%s`", signs[i]);
                return true;
            }
        }
        return false;
    }
    return true;
}

bool cell_refuse_number(TableReader *reader, const ColumnReader *column, CsvCell cell) {
    char text[CELL_TEXT];
    shown_text(text, sizeof text, cell.text, cell.length);
    lrt_error_set(reader->error, LRT_EXIT_DATA, "cell-type", "`%s` is no number, and column `%s` is declared as %s",
                  text, column->column->name, type_word(column->column->type));
    if (strcasecmp(text, "inf") == 0 || strcasecmp(text + 1, "inf") == 0 || strcasecmp(text, "infinity") == 0) {
        lrt_error_why(reader->error, "an infinite value would make every result infinite or undefined");
        fix_missing_text(reader, column, text);
    } else if (means_missing(text)) {
        fix_missing_text(reader, column, text);
    } else if (!fix_number_text(reader, text)) {
        lrt_error_fix(reader->error, "correct the cell, or declare `%s : category`", column->column->name);
    }
    return place(reader, column, cell);
}

bool cell_refuse_range(TableReader *reader, const ColumnReader *column, CsvCell cell) {
    char text[CELL_TEXT];
    shown_text(text, sizeof text, cell.text, cell.length);
    lrt_error_set(reader->error, LRT_EXIT_DATA, "cell-type",
                  "`%s` in column `%s` is beyond the range of 32-bit floats, ±3.4e38", text, column->column->name);
    lrt_error_fix(reader->error, "correct the cell, give the column in another unit, or add its text to `missing`");
    return place(reader, column, cell);
}

bool cell_refuse_fraction(TableReader *reader, const ColumnReader *column, CsvCell cell) {
    char text[CELL_TEXT];
    shown_text(text, sizeof text, cell.text, cell.length);
    lrt_error_set(reader->error, LRT_EXIT_DATA, "cell-type", "`%s` has a fraction, and column `%s` is declared as int",
                  text, column->column->name);
    lrt_error_fix(reader->error, "declare `%s : real`", column->column->name);
    return place(reader, column, cell);
}

bool cell_refuse_bound(TableReader *reader, const ColumnReader *column, double value, CsvCell cell) {
    const LrtColumn *contract = column->column;
    bool has_low = contract->has_low || contract->type == LRT_COLUMN_WEIGHT;
    char low[32] = "", high[32] = "";
    if (has_low) {
        lrt_format_number(contract->has_low ? contract->low : 0, low);
    }
    if (contract->has_high) {
        lrt_format_number(contract->high, high);
    }
    char text[CELL_TEXT];
    shown_text(text, sizeof text, cell.text, cell.length);
    bool below = has_low && value < (contract->has_low ? contract->low : 0);
    lrt_error_set(reader->error, LRT_EXIT_DATA, "bound-violated", "`%s` is %s the bounds %s..%s of column `%s`", text,
                  below ? "below" : "above", low, high, contract->name);
    if (contract->type == LRT_COLUMN_WEIGHT) {
        lrt_error_fix(reader->error, "a weight is 0 or more: correct the cell");
    } else {
        lrt_error_fix(reader->error, "correct the cell, widen the bounds, or add its text to `missing`");
    }
    return place(reader, column, cell);
}

bool cell_refuse_bool(TableReader *reader, const ColumnReader *column, CsvCell cell) {
    char text[CELL_TEXT];
    shown_text(text, sizeof text, cell.text, cell.length);
    lrt_error_set(reader->error, LRT_EXIT_DATA, "cell-type",
                  "`%s` is neither true nor false, and column `%s` is declared as bool", text, column->column->name);
    lrt_error_why(reader->error, "a bool is true or false, yes or no, t or f, y or n, 1 or 0");
    if (means_missing(text)) {
        fix_missing_text(reader, column, text);
    } else {
        lrt_error_fix(reader->error, "correct the cell, or declare `%s : category`", column->column->name);
    }
    return place(reader, column, cell);
}

/* "no, yes", or the first of many. */
static void list_levels(const LevelSet *levels, char out[LEVELS_TEXT]) {
    size_t length = 0;
    out[0] = '\0';
    for (int64_t i = 0; i < levels->count && length < LEVELS_TEXT; i++) {
        if (i == LEVELS_SHOWN && levels->count > LEVELS_SHOWN + 1) {
            snprintf(out + length, LEVELS_TEXT - length, ", … (%" PRId64 " in all)", levels->count);
            break;
        }
        length += (size_t)snprintf(out + length, LEVELS_TEXT - length, "%s%.60s", i > 0 ? ", " : "", levels->names[i]);
    }
}

bool cell_refuse_level(TableReader *reader, const ColumnReader *column, CsvCell cell) {
    char text[CELL_TEXT], levels[LEVELS_TEXT];
    const LevelSet *set = &column->levels;
    list_levels(set, levels);
    shown_text(text, sizeof text, cell.text, cell.length);
    lrt_error_set(reader->error, LRT_EXIT_DATA, "level-not-declared", "`%s` is no level of column `%s`: %s", text,
                  column->column->name, levels);
    const char *near = nearest_word(text, set->names, set->count);
    for (int64_t i = 0; i < set->count; i++) {
        near = strcasecmp(text, set->names[i]) == 0 ? set->names[i] : near;
    }
    if (near) {
        lrt_error_fix(reader->error, "did you mean `%s`? else add \"%s\" to the levels", near, text);
    } else if (means_missing(text)) {
        fix_missing_text(reader, column, text);
    } else {
        lrt_error_fix(reader->error, "correct the cell, or add \"%s\" to the levels of `%s`", text,
                      column->column->name);
    }
    return place(reader, column, cell);
}

bool cell_refuse_timestamp(TableReader *reader, const ColumnReader *column, CsvCell cell) {
    const char *format = column->column->format ? column->column->format : "%Y-%m-%dT%H:%M:%S";
    char text[CELL_TEXT];
    shown_text(text, sizeof text, cell.text, cell.length);
    lrt_error_set(reader->error, LRT_EXIT_DATA, "timestamp-format",
                  "`%s` in column `%s` is no moment in the format \"%s\"", text, column->column->name, format);
    lrt_error_fix(reader->error, "correct the cell, or the format: %%Y %%m %%d %%H %%M %%S %%f %%z %%y %%b %%j");
    return place(reader, column, cell);
}

bool cell_refuse_missing(TableReader *reader, const ColumnReader *column, CsvCell cell) {
    const LrtColumn *contract = column->column;
    lrt_error_set(reader->error, LRT_EXIT_DATA, "missing-not-declared",
                  "a cell of column `%s` is %s, and the column is not declared optional", contract->name,
                  cell.length == 0 ? "empty" : "missing");
    lrt_error_fix(reader->error, "declare `%s : %s?`, or fill the cell", contract->name, type_word(contract->type));
    return place(reader, column, cell);
}
