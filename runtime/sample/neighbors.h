/* The exact nearest neighbours of points among themselves, by a k-d tree with bounding boxes. */
#ifndef SAMPLE_NEIGHBORS_H
#define SAMPLE_NEIGHBORS_H

#include "data/region.h"

/* Points as they are given: `count` rows of two matrices. The squared distance of two points is the sum over the
 * columns of numbers of the squared difference, plus 2 for each index that differs, as if it were one-hot. */
typedef struct NeighborPoints {
    const float *numbers;
    int64_t number_width; /* columns; also the stride */
    const int32_t *indices;
    int64_t index_width;
    const int64_t *rows; /* [count] */
    int64_t count;
} NeighborPoints;

typedef struct Neighbors Neighbors;

/* For searches of the k nearest, k < count. */
Neighbors *neighbors_build(const NeighborPoints *points, int64_t k, Region *region, LrtError *error);
/* The k points nearest to point `point` (an index into points->rows) without itself, nearest first; of equals the one
 * with the smaller index. Points that lie together are searched for together, and remembered. */
const int32_t *neighbors_of(Neighbors *neighbors, int64_t point);

#endif
