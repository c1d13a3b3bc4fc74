/* borderline_smote: SMOTE from the rows at the border alone, those of whose 10 nearest neighbours at least half but not all are of
 * another class (Han, Wang and Mao 2005, Borderline-SMOTE1). A class without such a row stays as it is, as in imbalanced-learn. */
#include "core/unfused.h"

#include "lrt/random.h"
#include "sample/surroundings.h"
#include "sample/synthesis.h"

enum { BORDER_NEIGHBORS = 10 };

static bool is_border(const Surroundings *surroundings, int64_t point) {
    int64_t foreign = surroundings_foreign(surroundings, point);
    return 2 * foreign >= surroundings->neighbors && foreign < surroundings->neighbors;
}

/* Numbers, within the class, of its rows at the border. */
static int64_t *list_border(const Surroundings *surroundings, int64_t level, int64_t *out_count) {
    const Sampling *sampling = surroundings->sampling;
    int64_t *border = REGION_ARRAY(sampling->scratch, int64_t, sampling->before[level], sampling->error);
    int64_t point = 0;
    *out_count = 0;
    for (int64_t i = 0; border && i < surroundings->count; i++) {
        if (surroundings_label(surroundings, i) == level) {
            if (is_border(surroundings, i)) {
                border[(*out_count)++] = point;
            }
            point++;
        }
    }
    return border;
}

static bool fill_class(Synthesis *synthesis, const Surroundings *surroundings, int64_t level, int64_t *after) {
    Sampling *sampling = synthesis->sampling;
    int64_t count, lack = sampling_lack(sampling, level), k = synthesis->neighbors;
    int64_t *border = list_border(surroundings, level, &count);
    if (!border || !synthesis_begin_class(synthesis, level, NEIGHBOR_ONE_HOT_DISTANCE)) {
        return false;
    }
    if (count == 0) {
        after[level] = sampling->before[level];
        return true;
    }
    LrtRandom random = lrt_random_stream(sampling->sampler->seed, "borderline", (uint64_t)level);
    for (int64_t i = 0; i < lack; i++) {
        int64_t draw = lrt_random_below(&random, count * k);
        double place = lrt_random_uniform(&random);
        synthesis_append(synthesis, border[draw / k], draw % k, place);
    }
    return true;
}

bool sampler_borderline_smote(Sampling *sampling, int64_t *after) {
    Synthesis synthesis;
    Surroundings surroundings;
    int64_t extra = sampling_lack_in_all(sampling);
    if (extra == 0) {
        return true;
    }
    if (!synthesis_init(&synthesis, sampling) || !sampling_grow(sampling, extra) ||
        !surroundings_init(&surroundings, sampling, BORDER_NEIGHBORS)) {
        return false;
    }
    for (int64_t level = 0; level < sampling->target->level_count; level++) {
        if (sampling_lack(sampling, level) > 0 && !fill_class(&synthesis, &surroundings, level, after)) {
            return false;
        }
    }
    return true;
}
