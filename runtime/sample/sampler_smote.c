/* smote: synthetic rows on the segment from a random row of a smaller class to one of its nearest neighbours in that
 * class (Chawla et al. 2002, JAIR 16, algorithm SMOTE; row, neighbour and place are drawn as imbalanced-learn draws
 * them: row and neighbour uniformly, with replacement, one place in [0, 1) for all columns). Neighbours are searched in
 * the space that the network is fed. Categories, indicators and indices are not interpolated: the row takes the value
 * that most of the neighbours have, the nearest of them among equals. */
#include "core/unfused.h"

#include "sample/sampler.h"

#include <string.h>

#include "lrt/random.h"
#include "sample/neighbors.h"

/* Columns of the feature matrix that belong together. */
typedef struct Block {
    int64_t begin, width;
    bool voted;
} Block;

typedef struct Smote {
    Sampling *sampling;
    const Block *blocks;
    int64_t block_count;
    const int64_t *rows; /* of the class */
    int64_t neighbors;   /* k */
} Smote;

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

static bool list_blocks(Smote *smote) {
    const Sampling *sampling = smote->sampling;
    const LrtDataSpec *spec = sampling->spec;
    Block *blocks = REGION_ARRAY(sampling->scratch, Block, spec->input_count, sampling->error);
    int64_t column = 0;
    for (int64_t i = 0; blocks && i < spec->input_count; i++) {
        if (!spec->inputs[i].is_index) {
            int64_t width = lrt_input_width(spec, sampling->dataset->fits, i);
            blocks[smote->block_count++] = (Block){column, width, is_voted(spec, spec->inputs[i].slot)};
            column += width;
        }
    }
    smote->blocks = blocks;
    return blocks != NULL;
}

/* The neighbour whose `size` bytes at `items` + row * stride most of the neighbours share; the nearest of those that
 * tie. */
static int64_t vote(const Smote *smote, const int32_t *neighbors, const unsigned char *items, size_t stride,
                    size_t size) {
    int64_t best = 0, best_votes = 0;
    for (int64_t i = 0; i < smote->neighbors; i++) {
        const unsigned char *item = items + (size_t)smote->rows[neighbors[i]] * stride;
        int64_t votes = 0;
        for (int64_t j = 0; j < smote->neighbors; j++) {
            votes += memcmp(item, items + (size_t)smote->rows[neighbors[j]] * stride, size) == 0;
        }
        if (votes > best_votes) {
            best = i;
            best_votes = votes;
        }
    }
    return smote->rows[neighbors[best]];
}

static void between(const float *from, const float *to, double place, int64_t count, float *out) {
    for (int64_t i = 0; i < count; i++) {
        out[i] = (float)((double)from[i] + place * ((double)to[i] - (double)from[i]));
    }
}

static void append_synthetic(const Smote *smote, const int32_t *neighbors, int64_t base, int64_t other, double place) {
    LrtDataset *d = smote->sampling->dataset;
    int64_t row = sampling_append(smote->sampling, base);
    d->source_row[row] = -1;
    float *features = d->features + row * d->feature_width;
    size_t stride = (size_t)d->feature_width * sizeof(float), index_stride = (size_t)d->index_width * sizeof(int32_t);
    for (int64_t b = 0; b < smote->block_count; b++) {
        const Block *block = &smote->blocks[b];
        size_t size = (size_t)block->width * sizeof(float);
        if (block->voted) {
            int64_t winner = vote(smote, neighbors, (const unsigned char *)(d->features + block->begin), stride, size);
            memcpy(features + block->begin, d->features + winner * d->feature_width + block->begin, size);
        } else {
            between(d->features + base * d->feature_width + block->begin,
                    d->features + other * d->feature_width + block->begin, place, block->width,
                    features + block->begin);
        }
    }
    for (int64_t i = 0; i < d->index_width; i++) {
        int64_t winner = vote(smote, neighbors, (const unsigned char *)(d->indices + i), index_stride, sizeof(int32_t));
        d->indices[row * d->index_width + i] = d->indices[winner * d->index_width + i];
    }
    between(d->targets + base * d->target_width, d->targets + other * d->target_width, place, d->target_width,
            d->targets + row * d->target_width);
    for (int64_t i = 0; i < d->label_width; i++) {
        if (i != smote->sampling->target->offset) {
            int64_t winner = vote(smote, neighbors, (const unsigned char *)(d->labels + i),
                                  (size_t)d->label_width * sizeof(int32_t), sizeof(int32_t));
            d->labels[row * d->label_width + i] = d->labels[winner * d->label_width + i];
        }
    }
    if (d->weights) {
        between(d->weights + base, d->weights + other, place, 1, d->weights + row);
    }
}

static bool fill_class(Smote *smote, int64_t level, int64_t lack) {
    Sampling *sampling = smote->sampling;
    const LrtDataset *d = sampling->dataset;
    int64_t count = sampling->before[level], k = smote->neighbors;
    smote->rows = sampling_class_rows(sampling, level);
    NeighborPoints points = {.numbers = d->features,
                             .number_width = d->feature_width,
                             .indices = d->indices,
                             .index_width = d->index_width,
                             .rows = smote->rows,
                             .count = count};
    Neighbors *tree = smote->rows ? neighbors_build(&points, k, sampling->scratch, sampling->error) : NULL;
    if (!tree) {
        return false;
    }
    LrtRandom random = lrt_random_stream(sampling->sampler->seed, "smote", (uint64_t)level);
    for (int64_t i = 0; i < lack; i++) {
        int64_t draw = lrt_random_below(&random, count * k), base = draw / k;
        double place = lrt_random_uniform(&random);
        const int32_t *neighbors = neighbors_of(tree, base);
        append_synthetic(smote, neighbors, smote->rows[base], smote->rows[neighbors[draw % k]], place);
    }
    return true;
}

bool sampler_smote(Sampling *sampling) {
    Smote smote = {.sampling = sampling, .neighbors = sampling->sampler->neighbors};
    int64_t extra = sampling_lack_in_all(sampling);
    if (extra == 0) {
        return true;
    }
    if (!list_blocks(&smote) || !sampling_grow(sampling, extra)) {
        return false;
    }
    for (int64_t k = 0; k < sampling->target->level_count; k++) {
        int64_t lack = sampling_lack(sampling, k);
        if (lack > 0 && !fill_class(&smote, k, lack)) {
            return false;
        }
    }
    return true;
}
