/* oversample: rows of each smaller class drawn with replacement, until it has `ratio` times the greatest class. */
#include "lrt/random.h"
#include "sample/sampler.h"

bool sampler_oversample(Sampling *sampling) {
    int64_t extra = sampling_lack_in_all(sampling);
    if (extra == 0) {
        return true;
    }
    if (!sampling_grow(sampling, extra)) {
        return false;
    }
    for (int64_t k = 0; k < sampling->target->level_count; k++) {
        int64_t lack = sampling_lack(sampling, k);
        const int64_t *rows = lack > 0 ? sampling_class_rows(sampling, k) : NULL;
        if (lack > 0 && !rows) {
            return false;
        }
        LrtRandom random = lrt_random_stream(sampling->sampler->seed, "oversample", (uint64_t)k);
        for (int64_t i = 0; i < lack; i++) {
            sampling_append(sampling, rows[lrt_random_below(&random, sampling->before[k])]);
        }
    }
    return true;
}
