/* svm_smote: SMOTE from the support vectors of the class (Nguyen, Cooper and Kamei 2011), of a Gaussian support vector machine with
 * C = 1 and gamma = 1 / (columns · variance), one for each other class. Support vectors all of whose 10 neighbours are of another
 * class are noise and left out. Where at least half are, the new row lies between the vector and a neighbour of its class; elsewhere it
 * goes beyond the vector by up to half the way, so the class expands. How many rows go to either kind is drawn from Beta(10, 10), as
 * in imbalanced-learn; where there is one kind alone, it gets all. */
#include "core/unfused.h"

#include <math.h>

#include "lrt/random.h"
#include "lrt/real_math.h"
#include "sample/surroundings.h"
#include "sample/svm.h"
#include "sample/synthesis.h"

enum { MARGIN_NEIGHBORS = 10, SHAPE = 10 };

static const double out_step = 0.5;

/* The class's support vectors by kind: numbers within the class. */
typedef struct Margin {
    int64_t *danger, *safe;
    int64_t danger_count, safe_count;
} Margin;

static double variance_of_cells(const LrtDataset *d, const int64_t *rows, int64_t count) {
    double cells = (double)(count * d->feature_width), mean = 0, variance = 0;
    for (int64_t i = 0; i < count; i++) {
        for (int64_t c = 0; c < d->feature_width; c++) {
            mean += (double)d->features[rows[i] * d->feature_width + c] / cells;
        }
    }
    for (int64_t i = 0; i < count; i++) {
        for (int64_t c = 0; c < d->feature_width; c++) {
            double distance = (double)d->features[rows[i] * d->feature_width + c] - mean;
            variance += distance * distance / cells;
        }
    }
    return variance;
}

/* Marks the class's rows (by their number within it) that support the margin to class `other`. */
static bool mark_against(const Surroundings *surroundings, int64_t level, int64_t other, double gamma, bool *marked) {
    const Sampling *sampling = surroundings->sampling;
    const LrtDataset *d = sampling->dataset;
    int64_t count = sampling->before[level], all = count + sampling->before[other];
    const int64_t *own = sampling_class_rows(sampling, level), *foreign = sampling_class_rows(sampling, other);
    int64_t *rows = REGION_ARRAY(sampling->scratch, int64_t, all, sampling->error);
    signed char *side = REGION_ARRAY(sampling->scratch, signed char, all, sampling->error);
    bool *support = REGION_ARRAY(sampling->scratch, bool, all, sampling->error);
    if (!own || !foreign || !rows || !side || !support) {
        return false;
    }
    for (int64_t i = 0; i < all; i++) {
        rows[i] = i < count ? own[i] : foreign[i - count];
        side[i] = i < count ? 1 : -1;
    }
    NeighborPoints points = {.numbers = d->features,
                             .number_width = d->feature_width,
                             .indices = d->indices,
                             .index_width = d->index_width,
                             .index_distance = NEIGHBOR_ONE_HOT_DISTANCE,
                             .rows = rows,
                             .count = all};
    SvmPoints svm = {.points = &points, .side = side, .gamma = gamma};
    if (!svm_mark_support(&svm, support, sampling->scratch, sampling->error)) {
        return false;
    }
    for (int64_t i = 0; i < count; i++) {
        marked[i] = marked[i] || support[i];
    }
    return true;
}

static bool refuse_noise(const Sampling *sampling, int64_t level) {
    lrt_error_set(sampling->error, LRT_EXIT_DATA, "sampler-neighbors",
                  "`svm_smote` finds no support vector of class `%s` of target `%s` with a neighbor of its own class",
                  sampling->target->levels[level], sampling->target->name);
    lrt_error_why(sampling->error, "vectors all of whose neighbors are of another class count as noise");
    lrt_error_fix(sampling->error, "`smote`, which does not look at other classes");
    sampling->error->spec_line = sampling->sampler->spec_line;
    return false;
}

static bool sort_margin(const Surroundings *surroundings, int64_t level, const bool *marked, Margin *margin) {
    const Sampling *sampling = surroundings->sampling;
    margin->danger = REGION_ARRAY(sampling->scratch, int64_t, sampling->before[level], sampling->error);
    margin->safe = REGION_ARRAY(sampling->scratch, int64_t, sampling->before[level], sampling->error);
    int64_t point = 0;
    for (int64_t i = 0; margin->danger && margin->safe && i < surroundings->count; i++) {
        if (surroundings_label(surroundings, i) != level) {
            continue;
        }
        if (marked[point]) {
            int64_t foreign = surroundings_foreign(surroundings, i);
            if (2 * foreign < MARGIN_NEIGHBORS) {
                margin->safe[margin->safe_count++] = point;
            } else if (foreign < MARGIN_NEIGHBORS) {
                margin->danger[margin->danger_count++] = point;
            }
        }
        point++;
    }
    if (!margin->danger || !margin->safe) {
        return false;
    }
    return margin->danger_count + margin->safe_count > 0 || refuse_noise(sampling, level);
}

/* Beta(10, 10) from two sums of exponential numbers (Devroye 1986, chapter IX). */
static double draw_beta(LrtRandom *random) {
    double sums[2] = {0, 0};
    for (int i = 0; i < 2 * SHAPE; i++) {
        sums[i / SHAPE] -= lrt_log1p(-lrt_random_uniform(random));
    }
    return sums[0] / (sums[0] + sums[1]);
}

static void append_from(const Synthesis *synthesis, LrtRandom *random, const int64_t *points, int64_t count, int64_t rows, double reach) {
    int64_t k = synthesis->neighbors;
    for (int64_t i = 0; i < rows; i++) {
        int64_t draw = lrt_random_below(random, count * k);
        synthesis_append(synthesis, points[draw / k], draw % k, reach * lrt_random_uniform(random));
    }
}

static bool fill_class(Synthesis *synthesis, const Surroundings *surroundings, int64_t level, double gamma) {
    Sampling *sampling = synthesis->sampling;
    int64_t lack = sampling_lack(sampling, level);
    bool *marked = REGION_ARRAY(sampling->scratch, bool, sampling->before[level], sampling->error);
    Margin margin = {0};
    for (int64_t other = 0; marked && other < sampling->target->level_count; other++) {
        if (other != level && !mark_against(surroundings, level, other, gamma, marked)) {
            return false;
        }
    }
    if (!marked || !sort_margin(surroundings, level, marked, &margin) ||
        !synthesis_begin_class(synthesis, level, NEIGHBOR_ONE_HOT_DISTANCE)) {
        return false;
    }
    LrtRandom random = lrt_random_stream(sampling->sampler->seed, "svm_smote", (uint64_t)level);
    int64_t between = (int64_t)(draw_beta(&random) * (double)(lack + 1));
    between = margin.danger_count == 0 ? 0 : margin.safe_count == 0 || between > lack ? lack : between;
    append_from(synthesis, &random, margin.danger, margin.danger_count, between, 1);
    append_from(synthesis, &random, margin.safe, margin.safe_count, lack - between, -out_step);
    return true;
}

/* All classes are measured as they were before the first row was made. */
bool sampler_svm_smote(Sampling *sampling) {
    Synthesis synthesis;
    Surroundings surroundings;
    const LrtDataset *d = sampling->dataset;
    int64_t extra = sampling_lack_in_all(sampling);
    if (extra == 0) {
        return true;
    }
    if (!synthesis_init(&synthesis, sampling) || !sampling_grow(sampling, extra) ||
        !surroundings_init(&surroundings, sampling, MARGIN_NEIGHBORS)) {
        return false;
    }
    double variance = variance_of_cells(d, d->part_rows[LRT_PART_TRAIN], surroundings.count);
    double gamma = 1 / ((double)(d->feature_width + d->index_width) * (variance > 0 ? variance : 1));
    for (int64_t level = 0; level < sampling->target->level_count; level++) {
        if (sampling_lack(sampling, level) > 0 && !fill_class(&synthesis, &surroundings, level, gamma)) {
            return false;
        }
    }
    return true;
}
