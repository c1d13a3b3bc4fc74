/* One search of the neighbours of all training rows, asked for labels. */
#include "sample/surroundings.h"

#include <inttypes.h>

static bool refuse_few_rows(const Sampling *sampling, int64_t neighbors) {
    lrt_error_set(sampling->error, LRT_EXIT_DATA, "sampler-neighbors",
                  "the training part has %" PRId64 " rows, and a sampler asks for %" PRId64 " neighbors of each",
                  sampling->dataset->part_count[LRT_PART_TRAIN], neighbors);
    lrt_error_why(sampling->error, "a row is no neighbor of itself");
    lrt_error_fix(sampling->error, "more rows, or leave the sampler out");
    sampling->error->spec_line = sampling->sampler->spec_line;
    return false;
}

bool surroundings_init(Surroundings *surroundings, const Sampling *sampling, int64_t neighbors) {
    const LrtDataset *dataset = sampling->dataset;
    *surroundings = (Surroundings){
        .sampling = sampling, .count = dataset->part_count[LRT_PART_TRAIN], .neighbors = neighbors};
    if (surroundings->count <= neighbors) {
        return refuse_few_rows(sampling, neighbors);
    }
    NeighborPoints points = {.numbers = dataset->features,
                             .number_width = dataset->feature_width,
                             .indices = dataset->indices,
                             .index_width = dataset->index_width,
                             .index_distance = NEIGHBOR_ONE_HOT_DISTANCE,
                             .rows = dataset->part_rows[LRT_PART_TRAIN],
                             .count = surroundings->count};
    surroundings->tree = neighbors_build(&points, neighbors, sampling->scratch, sampling->error);
    return surroundings->tree != NULL;
}

int32_t surroundings_label(const Surroundings *surroundings, int64_t point) {
    return sampling_label(surroundings->sampling, surroundings->sampling->dataset->part_rows[LRT_PART_TRAIN][point]);
}

int64_t surroundings_foreign(const Surroundings *surroundings, int64_t point) {
    const int32_t *nearest = neighbors_of(surroundings->tree, point);
    int64_t foreign = 0;
    for (int64_t k = 0; k < surroundings->neighbors; k++) {
        foreign += surroundings_label(surroundings, nearest[k]) != surroundings_label(surroundings, point);
    }
    return foreign;
}
