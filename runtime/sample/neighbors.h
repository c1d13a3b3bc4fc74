/* The exact nearest neighbours of points among themselves, by a k-d tree with bounding boxes. */
#ifndef SAMPLE_NEIGHBORS_H
#define SAMPLE_NEIGHBORS_H

#include "data/region.h"

/* Points as they are given: `count` rows of two matrices. The squared distance of two points is the sum over the
 * columns of numbers of the squared difference, plus `index_distance` for each index that differs. */
#define NEIGHBOR_ONE_HOT_DISTANCE 2.0 /* of two different rows of an identity matrix */

typedef struct NeighborPoints {
    const float *numbers;
    const float *own_numbers; /* [count, number_width] in place of rows of `numbers`, or NULL */
    int64_t number_width; /* columns; also the stride */
    const int32_t *indices;
    int64_t index_width;
    double index_distance;
    const int64_t *rows; /* [count] */
    int64_t count;
} NeighborPoints;

/* The squared distance of two points. */
double neighbor_distance(const NeighborPoints *points, int64_t a, int64_t b);

typedef struct Neighbors Neighbors;

/* For searches of the k nearest, k < count. */
Neighbors *neighbors_build(const NeighborPoints *points, int64_t k, Region *region, LrtError *error);
/* The k points nearest to point `point` (an index into points->rows) without itself, nearest first; of equals the one
 * with the smaller index. Points that lie together are searched for together, and remembered. */
const int32_t *neighbors_of(Neighbors *neighbors, int64_t point);

#endif
