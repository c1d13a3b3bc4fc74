/* undersample: of each greater class as many rows are kept, drawn without replacement, that the smallest class is `ratio` times
 * it. The rows that are kept stay in order. */
#include "data/share.h"
#include "lrt/random.h"
#include "sample/sampler.h"

bool sampler_undersample(Sampling *sampling) {
    LrtDataset *dataset = sampling->dataset;
    int64_t wanted = share_divide_floor(sampling->smallest, sampling->sampler->ratio);
    unsigned char *dropped = REGION_ARRAY(sampling->scratch, unsigned char, dataset->row_count, sampling->error);
    if (!dropped) {
        return false;
    }
    for (int64_t k = 0; k < sampling->target->level_count; k++) {
        if (sampling->counts[k] <= wanted) {
            continue;
        }
        int64_t *rows = sampling_class_rows(sampling, k);
        if (!rows) {
            return false;
        }
        LrtRandom random = lrt_random_stream(sampling->sampler->seed, "undersample", (uint64_t)k);
        lrt_random_shuffle(&random, rows, sampling->counts[k]);
        for (int64_t i = wanted; i < sampling->counts[k]; i++) {
            dropped[rows[i]] = 1;
        }
    }
    int64_t *training = dataset->part_rows[LRT_PART_TRAIN], kept = 0;
    for (int64_t i = 0; i < dataset->part_count[LRT_PART_TRAIN]; i++) {
        if (!dropped[training[i]]) {
            training[kept++] = training[i];
        }
    }
    dataset->part_count[LRT_PART_TRAIN] = kept;
    return true;
}
