/* Rows at random within strata: the classes of the target, or ten bins of equal size of a target that is a number. Each
 * stratum is divided by itself, so every part has the shares of the whole. */
#include "data/sort_numbers.h"
#include "lrt/random.h"
#include "split/split.h"

enum { MAX_BINS = 10, MIN_BIN_ROWS = 10 };

static void divide_stratum(Apportionment *state, const SplitRows *rows, uint64_t stratum, int64_t *members,
                           int64_t count, SplitResult *out) {
    LrtRandom random = lrt_random_stream(rows->spec->split.seed, "split", stratum);
    lrt_random_shuffle(&random, members, count);
    int64_t sizes[LRT_PART_COUNT + 1], next = 0;
    apportionment_next(state, count, sizes);
    for (int part = 0; part < LRT_PART_COUNT; part++) {
        for (int64_t i = 0; i < sizes[part]; i++) {
            out->part[members[next++]] = (unsigned char)part;
        }
    }
}

/* End of the stratum that begins at `begin` of the sorted values. */
static int64_t stratum_end(const double *values, int64_t count, int64_t begin, uint64_t stratum, int64_t bins) {
    if (bins > 0) {
        return (int64_t)(stratum + 1) * count / bins;
    }
    int64_t end = begin + 1;
    while (end < count && values[end] == values[begin]) {
        end++;
    }
    return end;
}

bool split_stratified(const SplitRows *rows, SplitResult *out, LrtError *error) {
    const LrtSplit *split = &rows->spec->split;
    const LrtTableColumn *column = &rows->table->columns[split->column];
    double *values = REGION_ARRAY(rows->region, double, rows->count, error);
    int64_t *members = values ? REGION_ARRAY(rows->region, int64_t, rows->count, error) : NULL;
    for (int64_t i = 0; members && i < rows->count; i++) {
        values[i] = column->code ? (double)column->code[rows->rows[i]] : column->real[rows->rows[i]];
        members[i] = i;
    }
    if (!members || !sort_numbers(values, members, rows->count, error)) {
        return false;
    }
    bool classes = column->code || rows->spec->columns[split->column].type == LRT_COLUMN_BOOL;
    int64_t bins = rows->count / MIN_BIN_ROWS;
    bins = classes ? 0 : bins > MAX_BINS ? MAX_BINS : bins > 1 ? bins : 1;
    Apportionment state = apportionment_begin(split);
    uint64_t stratum = 0;
    for (int64_t begin = 0; begin < rows->count; stratum++) {
        int64_t end = stratum_end(values, rows->count, begin, stratum, bins);
        divide_stratum(&state, rows, stratum, members + begin, end - begin, out);
        begin = end;
    }
    return true;
}
