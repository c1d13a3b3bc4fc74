/* adasyn: synthetic rows as SMOTE's, more of them from the rows that have more neighbours of another class (He et al. 2008, steps 2 to
 * 5). Each row's share is rounded by itself, half to even, so a class may end some rows beside its count, as in imbalanced-learn. */
#include "core/unfused.h"

#include <math.h>

#include "lrt/random.h"
#include "sample/surroundings.h"
#include "sample/synthesis.h"

static bool refuse_secluded(const Sampling *sampling, int64_t level) {
    lrt_error_set(sampling->error, LRT_EXIT_DATA, "sampler-neighbors",
                  "`adasyn` finds no row of class `%s` of target `%s` that has a neighbor of another class",
                  sampling->target->levels[level], sampling->target->name);
    lrt_error_why(sampling->error, "it makes rows where classes meet, and these lie apart");
    lrt_error_fix(sampling->error, "`smote`, which does not look at other classes");
    sampling->error->spec_line = sampling->sampler->spec_line;
    return false;
}

/* Rows to make from each row of the class; their sum in *out_extra. */
static int64_t *plan_class(const Surroundings *surroundings, int64_t level, int64_t *out_extra) {
    const Sampling *sampling = surroundings->sampling;
    int64_t count = sampling->before[level], lack = sampling_lack(sampling, level), point = 0;
    int64_t *foreign = REGION_ARRAY(sampling->scratch, int64_t, count, sampling->error), all = 0;
    if (!foreign) {
        return NULL;
    }
    for (int64_t i = 0; i < surroundings->count; i++) {
        if (surroundings_label(surroundings, i) == level) {
            all += foreign[point++] = surroundings_foreign(surroundings, i);
        }
    }
    *out_extra = 0;
    if (all == 0) {
        refuse_secluded(sampling, level);
        return NULL;
    }
    double neighbors = (double)surroundings->neighbors, sum = 0;
    for (int64_t i = 0; i < count; i++) {
        sum += (double)foreign[i] / neighbors;
    }
    for (int64_t i = 0; i < count; i++) {
        foreign[i] = (int64_t)rint((double)foreign[i] / neighbors / sum * (double)lack);
        *out_extra += foreign[i];
    }
    return foreign;
}

static bool fill_class(Synthesis *synthesis, int64_t level, const int64_t *wanted) {
    const Sampling *sampling = synthesis->sampling;
    if (!synthesis_begin_class(synthesis, level, NEIGHBOR_ONE_HOT_DISTANCE)) {
        return false;
    }
    LrtRandom random = lrt_random_stream(sampling->sampler->seed, "adasyn", (uint64_t)level);
    for (int64_t point = 0; point < sampling->before[level]; point++) {
        for (int64_t i = 0; i < wanted[point]; i++) {
            int64_t choice = lrt_random_below(&random, synthesis->neighbors);
            synthesis_append(synthesis, point, choice, lrt_random_uniform(&random));
        }
    }
    return true;
}

bool sampler_adasyn(Sampling *sampling, int64_t *after) {
    Synthesis synthesis;
    Surroundings surroundings;
    int64_t levels = sampling->target->level_count, extra = 0;
    if (sampling_lack_in_all(sampling) == 0) {
        return true;
    }
    int64_t **wanted = REGION_ARRAY(sampling->scratch, int64_t *, levels, sampling->error);
    if (!wanted || !surroundings_init(&surroundings, sampling, sampling->sampler->neighbors)) {
        return false;
    }
    for (int64_t level = 0; level < levels; level++) {
        int64_t of_class = 0;
        if (sampling_lack(sampling, level) > 0) {
            wanted[level] = plan_class(&surroundings, level, &of_class);
            if (!wanted[level]) {
                return false;
            }
            after[level] = sampling->before[level] + of_class;
            extra += of_class;
        }
    }
    if (!synthesis_init(&synthesis, sampling) || !sampling_grow(sampling, extra)) {
        return false;
    }
    for (int64_t level = 0; level < levels; level++) {
        if (wanted[level] && !fill_class(&synthesis, level, wanted[level])) {
            return false;
        }
    }
    return true;
}
