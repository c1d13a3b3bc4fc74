/* undersample: of each greater class as many rows are kept, drawn without replacement, that the smallest class is
 * `ratio` times it. The rows that are kept stay in order. */
#include "lrt/random.h"
#include "sample/sampler.h"

bool sampler_undersample(Sampling *sampling) {
    unsigned char *dropped =
        REGION_ARRAY(sampling->scratch, unsigned char, sampling->dataset->row_count, sampling->error);
    if (!dropped) {
        return false;
    }
    for (int64_t k = 0; k < sampling->target->level_count; k++) {
        if (sampling_lack(sampling, k) == 0) {
            continue;
        }
        int64_t *rows = sampling_class_rows(sampling, k);
        if (!rows) {
            return false;
        }
        LrtRandom random = lrt_random_stream(sampling->sampler->seed, "undersample", (uint64_t)k);
        lrt_random_shuffle(&random, rows, sampling->before[k]);
        for (int64_t i = sampling->after[k]; i < sampling->before[k]; i++) {
            dropped[rows[i]] = 1;
        }
    }
    sampling_drop(sampling, dropped);
    return true;
}
