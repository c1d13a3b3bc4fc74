/* The row that lies between: numbers on the segment, what is one of few values by vote. */
#include "core/unfused.h"

#include "sample/synthesis.h"

#include <math.h>
#include <string.h>

#include "data/sort_numbers.h"

/* An indicator of a missing cell, a truth value, and whatever comes from a category is one of few values, not a
 * quantity. */
static bool is_voted(const LrtDataSpec *spec, int32_t slot) {
    for (int64_t i = 0; i < spec->step_count; i++) {
        if (spec->steps[i].indicator == slot) {
            return true;
        }
    }
    switch (spec->columns[spec->slots[slot].column].type) {
    case LRT_COLUMN_BOOL:
    case LRT_COLUMN_CATEGORY:
    case LRT_COLUMN_ORDINAL: return true;
    case LRT_COLUMN_REAL:
    case LRT_COLUMN_INT:
    case LRT_COLUMN_TIMESTAMP:
    case LRT_COLUMN_KEY:
    case LRT_COLUMN_GROUP:
    case LRT_COLUMN_WEIGHT:
    case LRT_COLUMN_FOLD:
    case LRT_COLUMN_IGNORE:
    case LRT_COLUMN_TEXT:
    case LRT_COLUMN_IMAGE:
    case LRT_COLUMN_VECTOR: break;
    }
    return false;
}

bool synthesis_init(Synthesis *synthesis, Sampling *sampling) {
    *synthesis = (Synthesis){.sampling = sampling, .neighbors = sampling->sampler->neighbors};
    const LrtDataSpec *spec = sampling->spec;
    Block *blocks = REGION_ARRAY(sampling->scratch, Block, spec->input_count, sampling->error);
    int64_t column = 0;
    for (int64_t i = 0; blocks && i < spec->input_count; i++) {
        if (!spec->inputs[i].is_index) {
            int64_t width = lrt_input_width(spec, sampling->dataset->fits, i);
            blocks[synthesis->block_count++] = (Block){column, width, is_voted(spec, spec->inputs[i].slot)};
            column += width;
        }
    }
    synthesis->blocks = blocks;
    return blocks != NULL;
}

/* The neighbour whose `size` bytes at `items` + row * stride most of the neighbours share; the nearest of those that
 * tie. */
static int64_t vote(const Synthesis *synthesis, const int32_t *neighbors, const unsigned char *items, size_t stride,
                    size_t size) {
    int64_t best = 0, best_votes = 0;
    for (int64_t i = 0; i < synthesis->neighbors; i++) {
        const unsigned char *item = items + (size_t)synthesis->rows[neighbors[i]] * stride;
        int64_t votes = 0;
        for (int64_t j = 0; j < synthesis->neighbors; j++) {
            votes += memcmp(item, items + (size_t)synthesis->rows[neighbors[j]] * stride, size) == 0;
        }
        if (votes > best_votes) {
            best = i;
            best_votes = votes;
        }
    }
    return synthesis->rows[neighbors[best]];
}

static void between(const float *from, const float *to, double place, int64_t count, float *out) {
    for (int64_t i = 0; i < count; i++) {
        out[i] = (float)((double)from[i] + place * ((double)to[i] - (double)from[i]));
    }
}

void synthesis_append(const Synthesis *synthesis, int64_t point, int64_t choice, double place) {
    const int32_t *neighbors = neighbors_of(synthesis->tree, point);
    int64_t base = synthesis->rows[point], other = synthesis->rows[neighbors[choice]];
    LrtDataset *d = synthesis->sampling->dataset;
    int64_t row = sampling_append(synthesis->sampling, base);
    d->source_row[row] = -1;
    float *features = d->features + row * d->feature_width;
    size_t stride = (size_t)d->feature_width * sizeof(float), index_stride = (size_t)d->index_width * sizeof(int32_t);
    for (int64_t b = 0; b < synthesis->block_count; b++) {
        const Block *block = &synthesis->blocks[b];
        size_t size = (size_t)block->width * sizeof(float);
        if (block->voted) {
            int64_t winner = vote(synthesis, neighbors, (const unsigned char *)(d->features + block->begin), stride, size);
            memcpy(features + block->begin, d->features + winner * d->feature_width + block->begin, size);
        } else {
            between(d->features + base * d->feature_width + block->begin,
                    d->features + other * d->feature_width + block->begin, place, block->width,
                    features + block->begin);
        }
    }
    for (int64_t i = 0; i < d->index_width; i++) {
        int64_t winner = vote(synthesis, neighbors, (const unsigned char *)(d->indices + i), index_stride, sizeof(int32_t));
        d->indices[row * d->index_width + i] = d->indices[winner * d->index_width + i];
    }
    between(d->targets + base * d->target_width, d->targets + other * d->target_width, place, d->target_width,
            d->targets + row * d->target_width);
    for (int64_t i = 0; i < d->label_width; i++) {
        if (i != synthesis->sampling->target->offset) {
            int64_t winner = vote(synthesis, neighbors, (const unsigned char *)(d->labels + i),
                                  (size_t)d->label_width * sizeof(int32_t), sizeof(int32_t));
            d->labels[row * d->label_width + i] = d->labels[winner * d->label_width + i];
        }
    }
    if (d->weights) {
        between(d->weights + base, d->weights + other, place, 1, d->weights + row);
    }
}

/* The class's rows of the feature matrix, voted columns scaled so that a level that differs counts `distance`. */
static float *scaled_rows(const Synthesis *synthesis, double distance, int64_t count) {
    const LrtDataset *d = synthesis->sampling->dataset;
    int64_t width = d->feature_width;
    float *scaled = REGION_ARRAY(synthesis->sampling->scratch, float, count * width, synthesis->sampling->error);
    for (int64_t i = 0; scaled && i < count; i++) {
        float *row = scaled + i * width;
        memcpy(row, d->features + synthesis->rows[i] * width, (size_t)width * sizeof *row);
        for (int64_t b = 0; b < synthesis->block_count; b++) {
            const Block *block = &synthesis->blocks[b];
            for (int64_t c = block->begin; block->voted && c < block->begin + block->width; c++) {
                row[c] = (float)((double)row[c] * sqrt(distance / 2));
            }
        }
    }
    return scaled;
}

bool synthesis_begin_class(Synthesis *synthesis, int64_t level, double level_distance) {
    Sampling *sampling = synthesis->sampling;
    const LrtDataset *d = sampling->dataset;
    int64_t count = sampling->before[level];
    synthesis->rows = sampling_class_rows(sampling, level);
    if (!synthesis->rows) {
        return false;
    }
    NeighborPoints points = {.numbers = d->features,
                             .number_width = d->feature_width,
                             .indices = d->indices,
                             .index_width = d->index_width,
                             .index_distance = level_distance,
                             .rows = synthesis->rows,
                             .count = count};
    if (level_distance != NEIGHBOR_ONE_HOT_DISTANCE) {
        points.own_numbers = scaled_rows(synthesis, level_distance, count);
        if (!points.own_numbers) {
            return false;
        }
    }
    synthesis->tree = neighbors_build(&points, synthesis->neighbors, sampling->scratch, sampling->error);
    return synthesis->tree != NULL;
}

/* Of an even number the mean of the two in the middle. */
static double median_of_sorted(const double *values, int64_t count) {
    return count == 0 ? 0 : (values[(count - 1) / 2] + values[count / 2]) / 2;
}

double synthesis_level_distance(const Synthesis *synthesis, int64_t level) {
    const Sampling *sampling = synthesis->sampling;
    const LrtDataset *d = sampling->dataset;
    const int64_t *rows = sampling_class_rows(sampling, level);
    double *deviations = REGION_ARRAY(sampling->scratch, double, d->feature_width, sampling->error);
    int64_t count = 0;
    if (!rows || !deviations) {
        return -1;
    }
    for (int64_t b = 0; b < synthesis->block_count; b++) {
        const Block *block = &synthesis->blocks[b];
        for (int64_t c = block->begin; !block->voted && c < block->begin + block->width; c++) {
            double n = (double)sampling->before[level], mean = 0, variance = 0;
            for (int64_t i = 0; i < sampling->before[level]; i++) {
                mean += (double)d->features[rows[i] * d->feature_width + c] / n;
            }
            for (int64_t i = 0; i < sampling->before[level]; i++) {
                double distance = (double)d->features[rows[i] * d->feature_width + c] - mean;
                variance += distance * distance / n;
            }
            deviations[count++] = sqrt(variance);
        }
    }
    if (!sort_numbers(deviations, NULL, count, sampling->error)) {
        return -1;
    }
    double median = median_of_sorted(deviations, count);
    return median > 0 ? median * median : NEIGHBOR_ONE_HOT_DISTANCE;
}
