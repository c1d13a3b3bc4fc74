/* Synthetic rows on the segment from a row of a class to one of its nearest neighbours in that class, in the space that the network
 * is fed. Categories, indicators and indices are not interpolated: the row takes the value that most of the neighbours have, the
 * nearest of them among equals. */
#ifndef SAMPLE_SYNTHESIS_H
#define SAMPLE_SYNTHESIS_H

#include "sample/neighbors.h"
#include "sample/sampler.h"

/* Columns of the feature matrix that belong together. */
typedef struct Block {
    int64_t begin, width;
    bool voted;
} Block;

typedef struct Synthesis {
    Sampling *sampling;
    const Block *blocks;
    int64_t block_count;
    int64_t neighbors; /* k */
    /* of the class under way */
    const int64_t *rows;
    Neighbors *tree;
} Synthesis;

bool synthesis_init(Synthesis *synthesis, Sampling *sampling);
/* Rows and neighbours of a class; there must be room already for all rows that are to come, since a tree reads the matrices where they
 * lie. `level_distance`: what two different levels of a category add to a squared distance. */
bool synthesis_begin_class(Synthesis *synthesis, int64_t level, double level_distance);
/* SMOTE-NC's: the square of the median over the columns of numbers of their standard deviation in the class (Chawla et al. 2002,
 * section 6.1); that of a one-hot category where it is 0. Below 0 where there is no memory. */
double synthesis_level_distance(const Synthesis *synthesis, int64_t level);
/* Appends the row at `place` of the way from the class's row number `point` to its neighbour number `choice`; a place below 0 lies on
 * the other side. */
void synthesis_append(const Synthesis *synthesis, int64_t point, int64_t choice, double place);

#endif
