/* smote: synthetic rows on the segment from a random row of a smaller class to one of its nearest neighbours in that class (Chawla
 * et al. 2002, JAIR 16, algorithm SMOTE; row, neighbour and place are drawn as imbalanced-learn draws them: row and neighbour
 * uniformly, with replacement, one place in [0, 1) for all columns). smote_nc differs in how far apart levels of a category are. */
#include "core/unfused.h"

#include "lrt/random.h"
#include "sample/synthesis.h"

static bool fill_class(Synthesis *synthesis, int64_t level, int64_t lack) {
    const LrtSampler *sampler = synthesis->sampling->sampler;
    int64_t count = synthesis->sampling->before[level], k = synthesis->neighbors;
    bool nominal = sampler->kind == LRT_SAMPLER_SMOTE_NC;
    double distance = nominal ? synthesis_level_distance(synthesis, level) : NEIGHBOR_ONE_HOT_DISTANCE;
    if (distance < 0 || !synthesis_begin_class(synthesis, level, distance)) {
        return false;
    }
    LrtRandom random = lrt_random_stream(sampler->seed, "smote", (uint64_t)level);
    for (int64_t i = 0; i < lack; i++) {
        int64_t draw = lrt_random_below(&random, count * k);
        double place = lrt_random_uniform(&random);
        synthesis_append(synthesis, draw / k, draw % k, place);
    }
    return true;
}

bool sampler_smote(Sampling *sampling) {
    Synthesis synthesis;
    int64_t extra = sampling_lack_in_all(sampling);
    if (extra == 0) {
        return true;
    }
    if (!synthesis_init(&synthesis, sampling) || !sampling_grow(sampling, extra)) {
        return false;
    }
    for (int64_t k = 0; k < sampling->target->level_count; k++) {
        int64_t lack = sampling_lack(sampling, k);
        if (lack > 0 && !fill_class(&synthesis, k, lack)) {
            return false;
        }
    }
    return true;
}
