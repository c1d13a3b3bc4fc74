/* near_miss: of each larger class the rows stay that lie near the smallest class (Mani and Zhang 2003), by their mean distance to its 3
 * nearest rows (version 1), to its 3 farthest (version 2); version 3 first keeps the rows that are among the 3 nearest of a row of the
 * smallest class, and of these the ones whose mean distance to their 3 nearest is greatest, which may be fewer than asked.
 * Ties stay in the order of the rows, as in imbalanced-learn. */
#include "core/unfused.h"

#include <inttypes.h>
#include <math.h>

#include "data/sort_numbers.h"
#include "sample/neighbors.h"
#include "sample/sampler.h"

enum { NEAR = 3 };

/* The NEAR least of the values offered so far, ascending, and their numbers; of equals the earlier. */
typedef struct Least {
    double value[NEAR];
    int64_t number[NEAR];
} Least;

static Least least_of_none(void) {
    Least least;
    for (int i = 0; i < NEAR; i++) {
        least.value[i] = INFINITY;
        least.number[i] = -1;
    }
    return least;
}

static void offer(Least *least, double value, int64_t number) {
    if (!(value < least->value[NEAR - 1])) {
        return;
    }
    int at = NEAR - 1;
    for (; at > 0 && value < least->value[at - 1]; at--) {
        least->value[at] = least->value[at - 1];
        least->number[at] = least->number[at - 1];
    }
    least->value[at] = value;
    least->number[at] = number;
}

static double squared_distance(const LrtDataset *d, int64_t a, int64_t b) {
    const float *first = d->features + a * d->feature_width, *second = d->features + b * d->feature_width;
    double sum = 0;
    for (int64_t c = 0; c < d->feature_width; c++) {
        double distance = (double)first[c] - (double)second[c];
        sum += distance * distance;
    }
    for (int64_t i = 0; i < d->index_width; i++) {
        sum += d->indices[a * d->index_width + i] != d->indices[b * d->index_width + i] ? NEIGHBOR_ONE_HOT_DISTANCE : 0;
    }
    return sum;
}

/* Σ of the distances to the 3 nearest rows of the smallest class, or to the 3 farthest. */
static double sum_of_distances(const LrtDataset *d, int64_t row, const int64_t *smallest, int64_t count, bool farthest) {
    Least least = least_of_none();
    for (int64_t i = 0; i < count; i++) {
        double distance = squared_distance(d, row, smallest[i]);
        offer(&least, farthest ? -distance : distance, i);
    }
    double sum = 0;
    for (int i = 0; i < NEAR; i++) {
        sum += sqrt(fabs(least.value[i]));
    }
    return sum;
}

/* Version 3: the class's rows that are among the 3 nearest of a row of the smallest class. */
static bool shortlist(const Sampling *sampling, const int64_t *rows, int64_t *count, const int64_t *smallest, int64_t smallest_count,
                      int64_t *out) {
    bool *listed = REGION_ARRAY(sampling->scratch, bool, *count, sampling->error);
    for (int64_t i = 0; listed && i < smallest_count; i++) {
        Least least = least_of_none();
        for (int64_t k = 0; k < *count; k++) {
            offer(&least, squared_distance(sampling->dataset, smallest[i], rows[k]), k);
        }
        for (int k = 0; k < NEAR; k++) {
            if (least.number[k] >= 0) {
                listed[least.number[k]] = true;
            }
        }
    }
    int64_t kept = 0;
    for (int64_t k = 0; listed && k < *count; k++) {
        if (listed[k]) {
            out[kept++] = rows[k];
        }
    }
    *count = kept;
    return listed != NULL;
}

/* Marks what goes of one class. */
static bool thin_class(Sampling *sampling, int64_t level, const int64_t *smallest, int64_t smallest_count, unsigned char *dropped,
                       int64_t *after) {
    int64_t count = sampling->before[level], candidates = count, version = sampling->sampler->version;
    int64_t *rows = sampling_class_rows(sampling, level);
    int64_t *chosen = REGION_ARRAY(sampling->scratch, int64_t, count, sampling->error);
    double *sums = REGION_ARRAY(sampling->scratch, double, count, sampling->error);
    if (!rows || !chosen || !sums) {
        return false;
    }
    for (int64_t i = 0; i < count; i++) {
        chosen[i] = rows[i];
        dropped[rows[i]] = 1;
    }
    if (version == 3 && !shortlist(sampling, rows, &candidates, smallest, smallest_count, chosen)) {
        return false;
    }
    for (int64_t i = 0; i < candidates; i++) {
        double sum = sum_of_distances(sampling->dataset, chosen[i], smallest, smallest_count, version == 2);
        sums[i] = version == 3 ? -sum : sum;
    }
    if (!sort_numbers(sums, chosen, candidates, sampling->error)) {
        return false;
    }
    after[level] = candidates < after[level] ? candidates : after[level];
    for (int64_t i = 0; i < after[level]; i++) {
        dropped[chosen[i]] = 0;
    }
    return true;
}

static bool refuse_few(const Sampling *sampling, int64_t level) {
    lrt_error_set(sampling->error, LRT_EXIT_DATA, "sampler-neighbors",
                  "`near_miss` measures the distance to %d rows of the smallest class, and class `%s` of target `%s` has %" PRId64
                  " in the training part",
                  NEAR, sampling->target->levels[level], sampling->target->name, sampling->before[level]);
    lrt_error_fix(sampling->error, "`undersample`, or more rows of the class");
    sampling->error->spec_line = sampling->sampler->spec_line;
    return false;
}

bool sampler_near_miss(Sampling *sampling, int64_t *after) {
    const LrtDataset *dataset = sampling->dataset;
    int64_t level = sampling_smallest_class(sampling);
    if (sampling->before[level] < NEAR) {
        return refuse_few(sampling, level);
    }
    const int64_t *smallest = sampling_class_rows(sampling, level);
    unsigned char *dropped = REGION_ARRAY(sampling->scratch, unsigned char, dataset->row_count, sampling->error);
    if (!smallest || !dropped) {
        return false;
    }
    for (int64_t k = 0; k < sampling->target->level_count; k++) {
        if (sampling_lack(sampling, k) < 0 && !thin_class(sampling, k, smallest, sampling->before[level], dropped, after)) {
            return false;
        }
    }
    sampling_drop(sampling, dropped);
    return true;
}
