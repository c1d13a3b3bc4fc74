/* By the hash of a key: a row's part depends on the key's text and the shares alone, so that a row stays in its part whatever
 * rows come and go. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "data/table_place.h"
#include "lrt/json.h"
#include "lrt/sha256.h"
#include "split/split.h"

/* The first 52 bits of SHA-256 as a number in 0..1. */
static double fraction_of(const char *text) {
    enum { DIGITS = 13 };
    char digest[65];
    double fraction = 0, place = 1;
    lrt_sha256_hex(text, strlen(text), digest);
    for (int i = 0; i < DIGITS; i++) {
        int digit = digest[i] <= '9' ? digest[i] - '0' : digest[i] - 'a' + 10;
        place /= 16;
        fraction += digit * place;
    }
    return fraction;
}

static bool refuse_missing(const SplitRows *rows, int64_t row, LrtError *error) {
    int32_t number = rows->spec->split.column;
    const char *name = rows->spec->columns[number].name;
    lrt_error_set(error, LRT_EXIT_DATA, "missing-unhandled",
                  "row %" PRId64 " has no value in column `%s`, so it has no place in a split by its hash",
                  table_file_row(rows->table, row), name);
    lrt_error_fix(error, "leave the row out, or fill the cell");
    table_error_cell(error, rows->table, row, name, "");
    error->column_index = number;
    error->spec_line = rows->spec->split.spec_line;
    return false;
}

bool split_hashed(const SplitRows *rows, SplitResult *out, LrtError *error) {
    const LrtSplit *split = &rows->spec->split;
    const LrtTableColumn *column = &rows->table->columns[split->column];
    for (int64_t i = 0; i < rows->count; i++) {
        int64_t row = rows->rows[i];
        char number[32];
        if (column->code ? column->code[row] < 0 : column->real[row] != column->real[row]) {
            return refuse_missing(rows, row, error);
        }
        if (!column->code) {
            lrt_format_number(column->real[row], number);
        }
        double fraction = fraction_of(column->code ? column->levels[column->code[row]] : number), end = 0;
        for (int part = 0; part < LRT_PART_COUNT; part++) {
            end += split->share[part];
            if (fraction < end) {
                out->part[i] = (unsigned char)part;
                break;
            }
        }
    }
    return true;
}
