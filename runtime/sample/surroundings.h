/* The nearest neighbours of every training row, of whatever class: how many of them belong to another one tells whether a row lies
 * among its own, at the border, or astray. */
#ifndef SAMPLE_SURROUNDINGS_H
#define SAMPLE_SURROUNDINGS_H

#include "sample/neighbors.h"
#include "sample/sampler.h"

/* Rows that a sampler appends afterwards do not belong to them. */
typedef struct Surroundings {
    const Sampling *sampling;
    Neighbors *tree;
    int64_t count; /* training rows */
    int64_t neighbors;
} Surroundings;

/* Refuses a training part with too few rows. There must be room already for all rows that are to come. */
bool surroundings_init(Surroundings *surroundings, const Sampling *sampling, int64_t neighbors);
/* The class of the training part's `point`th row. */
int32_t surroundings_label(const Surroundings *surroundings, int64_t point);
/* How many of its neighbours are of another class. */
int64_t surroundings_foreign(const Surroundings *surroundings, int64_t point);

#endif
