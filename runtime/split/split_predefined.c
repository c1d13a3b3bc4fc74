/* As the column of type fold says: the words train, validation and test, or integers of which one is the test part. An
 * empty cell leaves its row out. */
#include <inttypes.h>
#include <string.h>

#include "lrt/number.h"
#include "data/table_place.h"
#include "split/split.h"

static bool level_integer(const char *text, int64_t *out) {
    double number;
    const char *end = text + strlen(text);
    if (text == end || lrt_number_scan(text, end, '.', &number) != end || !(number >= -1e15 && number <= 1e15)) {
        return false;
    }
    *out = (int64_t)number;
    return (double)*out == number;
}

static bool refuse_level(const SplitRows *rows, int64_t row, const char *text, LrtError *error) {
    const LrtSplit *split = &rows->spec->split;
    const char *name = rows->spec->columns[split->column].name;
    int64_t number;
    bool integer = level_integer(text, &number);
    if (split->test_fold >= 0) {
        lrt_error_set(error, LRT_EXIT_DATA, "level-not-declared",
                      "`%s` in column `%s` is no fold: with `test: %" PRId64 "` folds are whole numbers", text, name,
                      split->test_fold);
        lrt_error_fix(error, "`split: predefined` for the words train, validation and test");
    } else {
        lrt_error_set(error, LRT_EXIT_DATA, "level-not-declared",
                      "`%s` in column `%s` is no part: train, validation or test", text, name);
        if (integer) {
            lrt_error_fix(error, "`split: predefined(test: %" PRId64 ")` where folds are numbered", number);
        } else {
            lrt_error_fix(error, "write train, validation or test; an empty cell leaves the row out");
        }
    }
    table_error_cell(error, rows->table, row, name, text);
    error->column_index = split->column;
    error->spec_line = split->spec_line;
    return false;
}

/* LRT_PART_COUNT where the level names no part. */
static LrtPart part_of_level(const LrtSplit *split, const char *text) {
    int64_t number;
    if (split->test_fold >= 0) {
        return !level_integer(text, &number) ? LRT_PART_COUNT
               : number == split->test_fold  ? LRT_PART_TEST
                                             : LRT_PART_TRAIN;
    }
    for (int part = 0; part < LRT_PART_COUNT; part++) {
        if (strcmp(text, split_part_word((LrtPart)part)) == 0) {
            return (LrtPart)part;
        }
    }
    return strcmp(text, "valid") == 0 ? LRT_PART_VALIDATION : LRT_PART_COUNT; /* what many published splits write */
}

static bool check_test_fold(const SplitRows *rows, int64_t test_rows, LrtError *error) {
    const LrtSplit *split = &rows->spec->split;
    const LrtTableColumn *column = &rows->table->columns[split->column];
    if (split->test_fold < 0 || test_rows > 0) {
        return true;
    }
    lrt_error_set(error, LRT_EXIT_DATA, "no-rows", "no row is of fold %" PRId64 ", the test part, in column `%s`",
                  split->test_fold, rows->spec->columns[split->column].name);
    if (column->level_count > 0) {
        lrt_error_fix(error, "a fold that occurs, from %s to %s", column->levels[0],
                      column->levels[column->level_count - 1]);
    }
    error->spec_line = split->spec_line;
    return false;
}

bool split_predefined(const SplitRows *rows, SplitResult *out, LrtError *error) {
    const LrtSplit *split = &rows->spec->split;
    const LrtTableColumn *column = &rows->table->columns[split->column];
    int64_t test_rows = 0;
    for (int64_t i = 0; i < rows->count; i++) {
        int32_t code = column->code[rows->rows[i]];
        if (code < 0) {
            out->without_fold++;
            continue;
        }
        LrtPart part = part_of_level(split, column->levels[code]);
        if (part == LRT_PART_COUNT) {
            return refuse_level(rows, rows->rows[i], column->levels[code], error);
        }
        out->part[i] = (unsigned char)part;
        test_rows += part == LRT_PART_TEST;
    }
    return check_test_fold(rows, test_rows, error);
}
