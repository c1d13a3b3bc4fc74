/* tomek_links and edited_neighbors: rows that their neighbours contradict are left out, as imbalanced-learn does it.
 * Of a Tomek link, two rows of different classes that are each other's nearest neighbour, goes the one that is not of
 * the smallest class. edited_neighbors leaves out a row unless its 3 nearest neighbours, of whatever class, are all of
 * its own. The smallest class is never touched. Neighbours are searched in the space that the network is fed. */
#include "core/unfused.h"

#include "sample/sampler.h"

#include "sample/neighbors.h"

enum { EDITED_NEIGHBORS = 3 };

static int32_t label_of(const Sampling *sampling, int64_t point) {
    const LrtDataset *dataset = sampling->dataset;
    int64_t row = dataset->part_rows[LRT_PART_TRAIN][point];
    return dataset->labels[row * dataset->label_width + sampling->target->offset];
}

static bool is_linked(const Sampling *sampling, Neighbors *neighbors, int64_t point) {
    int32_t nearest = neighbors_of(neighbors, point)[0]; /* read before the next search: its memory may be shared */
    return label_of(sampling, nearest) != label_of(sampling, point) && neighbors_of(neighbors, nearest)[0] == point;
}

static bool is_contradicted(const Sampling *sampling, Neighbors *neighbors, int64_t point) {
    const int32_t *nearest = neighbors_of(neighbors, point);
    for (int k = 0; k < EDITED_NEIGHBORS; k++) {
        if (label_of(sampling, nearest[k]) != label_of(sampling, point)) {
            return true;
        }
    }
    return false;
}

static int64_t smallest_class(const Sampling *sampling) {
    int64_t smallest = 0;
    for (int64_t k = 1; k < sampling->target->level_count; k++) {
        smallest = sampling->before[k] < sampling->before[smallest] ? k : smallest;
    }
    return smallest;
}

/* Marks the training rows to leave out and counts what stays. */
static bool mark(const Sampling *sampling, bool *out_dropped, int64_t *out_after) {
    const LrtDataset *dataset = sampling->dataset;
    bool links = sampling->sampler->kind == LRT_SAMPLER_TOMEK_LINKS;
    NeighborPoints points = {.numbers = dataset->features,
                             .number_width = dataset->feature_width,
                             .indices = dataset->indices,
                             .index_width = dataset->index_width,
                             .rows = dataset->part_rows[LRT_PART_TRAIN],
                             .count = dataset->part_count[LRT_PART_TRAIN]};
    Neighbors *neighbors = neighbors_build(&points, links ? 1 : EDITED_NEIGHBORS, sampling->scratch, sampling->error);
    int64_t smallest = smallest_class(sampling);
    for (int64_t i = 0; neighbors && i < points.count; i++) {
        out_dropped[i] = label_of(sampling, i) != smallest &&
                         (links ? is_linked(sampling, neighbors, i) : is_contradicted(sampling, neighbors, i));
        out_after[label_of(sampling, i)] -= out_dropped[i];
    }
    return neighbors != NULL;
}

static bool refuse_emptied(const Sampling *sampling, int64_t level) {
    bool links = sampling->sampler->kind == LRT_SAMPLER_TOMEK_LINKS;
    lrt_error_set(sampling->error, LRT_EXIT_DATA, "sampler-empties-class",
                  "`%s` would leave class `%s` of target `%s` without a row in the training part",
                  links ? "tomek_links" : "edited_neighbors", sampling->target->levels[level], sampling->target->name);
    lrt_error_why(sampling->error, "each of its rows has a neighbor of another class");
    lrt_error_fix(sampling->error, "leave the sampler out, or `smote`, which adds rows");
    sampling->error->spec_line = sampling->sampler->spec_line;
    return false;
}

static bool refuse_few_rows(const Sampling *sampling) {
    lrt_error_set(sampling->error, LRT_EXIT_DATA, "sampler-neighbors",
                  "the training part has fewer rows than the neighbors that a sampler asks for");
    lrt_error_why(sampling->error, "a row is no neighbor of itself");
    lrt_error_fix(sampling->error, "more rows, or leave the sampler out");
    sampling->error->spec_line = sampling->sampler->spec_line;
    return false;
}

bool sampler_clean(Sampling *sampling, bool counts_alone, int64_t *out_after) {
    LrtDataset *dataset = sampling->dataset;
    int64_t count = dataset->part_count[LRT_PART_TRAIN], *training = dataset->part_rows[LRT_PART_TRAIN], kept = 0;
    if (count <= EDITED_NEIGHBORS) {
        return refuse_few_rows(sampling);
    }
    for (int64_t k = 0; k < sampling->target->level_count; k++) {
        out_after[k] = sampling->before[k];
    }
    bool *dropped = REGION_ARRAY(sampling->scratch, bool, count, sampling->error);
    if (!dropped || !mark(sampling, dropped, out_after)) {
        return false;
    }
    for (int64_t k = 0; k < sampling->target->level_count; k++) {
        if (out_after[k] == 0 && sampling->before[k] > 0) {
            return refuse_emptied(sampling, k);
        }
    }
    for (int64_t i = 0; !counts_alone && i < count; i++) {
        if (!dropped[i]) {
            training[kept++] = training[i];
        }
    }
    dataset->part_count[LRT_PART_TRAIN] = counts_alone ? count : kept;
    return true;
}
