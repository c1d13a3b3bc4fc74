/* Rows at random: the shuffled rows are dealt out in the order train, validation, test. */
#include "lrt/random.h"
#include "split/split.h"

bool split_random(const SplitRows *rows, SplitResult *out, LrtError *error) {
    int64_t *order = REGION_ARRAY(rows->region, int64_t, rows->count, error);
    if (!order) {
        return false;
    }
    for (int64_t i = 0; i < rows->count; i++) {
        order[i] = i;
    }
    LrtRandom random = lrt_random_stream(rows->spec->split.seed, "split", 0);
    lrt_random_shuffle(&random, order, rows->count);
    Apportionment state = apportionment_begin(&rows->spec->split);
    int64_t sizes[LRT_PART_COUNT + 1], next = 0;
    apportionment_next(&state, rows->count, sizes);
    for (int part = 0; part < LRT_PART_COUNT; part++) {
        for (int64_t i = 0; i < sizes[part]; i++) {
            out->part[order[next++]] = (unsigned char)part;
        }
    }
    return true;
}
