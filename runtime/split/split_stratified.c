/* Rows at random within strata: the classes of the target, or ten bins of equal size of a target that is a number. Each
 * stratum is divided by itself, so every part has the shares of the whole. */
#include <math.h>
#include <stdlib.h>

#include "lrt/random.h"
#include "split/split.h"

enum { MAX_BINS = 10, MIN_BIN_ROWS = 10 };

/* A row and what it is sorted by. */
typedef struct Ranked {
    double value;
    int64_t row;                   /* index into SplitRows.rows */
} Ranked;

static int compare_ranked(const void *left, const void *right) {
    const Ranked *a = left, *b = right;
    if (a->value != b->value) {
        return a->value < b->value ? -1 : 1;
    }
    return (a->row > b->row) - (a->row < b->row);
}

static void divide_stratum(Apportionment *state, const SplitRows *rows, uint64_t stratum, int64_t *members, int64_t count,
                           SplitResult *out) {
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

/* End of the stratum that begins at `begin` of the sorted rows. */
static int64_t stratum_end(const Ranked *ranked, int64_t count, int64_t begin, uint64_t stratum, int64_t bins) {
    if (bins > 0) {
        return (int64_t)(stratum + 1) * count / bins;
    }
    int64_t end = begin + 1;
    while (end < count && ranked[end].value == ranked[begin].value) {
        end++;
    }
    return end;
}

bool split_stratified(const SplitRows *rows, SplitResult *out, LrtError *error) {
    const LrtSplit *split = &rows->spec->split;
    const LrtTableColumn *column = &rows->table->columns[split->column];
    Ranked *ranked = REGION_ARRAY(rows->region, Ranked, rows->count, error);
    int64_t *members = ranked ? REGION_ARRAY(rows->region, int64_t, rows->count, error) : NULL;
    if (!members) {
        return false;
    }
    for (int64_t i = 0; i < rows->count; i++) {
        double value = column->code ? (double)column->code[rows->rows[i]] : column->real[rows->rows[i]];
        ranked[i] = (Ranked){.value = value, .row = i};
    }
    qsort(ranked, (size_t)rows->count, sizeof *ranked, compare_ranked);
    bool classes = column->code || rows->spec->columns[split->column].type == LRT_COLUMN_BOOL;
    int64_t bins = rows->count / MIN_BIN_ROWS;
    bins = classes ? 0 : bins > MAX_BINS ? MAX_BINS : bins > 1 ? bins : 1;
    Apportionment state = apportionment_begin(split);
    uint64_t stratum = 0;
    for (int64_t begin = 0; begin < rows->count; stratum++) {
        int64_t end = stratum_end(ranked, rows->count, begin, stratum, bins);
        for (int64_t i = begin; i < end; i++) {
            members[i - begin] = ranked[i].row;
        }
        divide_stratum(&state, rows, stratum, members, end - begin, out);
        begin = end;
    }
    return true;
}
