/* What makes a random graph: the pool of values so far and the makers that append to it. Private to the harness. */
#ifndef LSPEC_TESTS_RANDOM_GRAPH_INTERNAL_H
#define LSPEC_TESTS_RANDOM_GRAPH_INTERNAL_H

#include "harness/random_graph.h"

typedef struct Maker {
    Graph *graph;
    LrtRandom random;
    bool smooth;
    VEC(NodeId) pool; /* float values to build on */
    int32_t streams;
} Maker;

/* 0 <= result < n. */
int64_t maker_below(Maker *maker, int64_t n);
/* A value of the pool, rather a late one. */
NodeId maker_pick(Maker *maker);
/* A value of the pool that joins with `other` by broadcasting, or a constant. */
NodeId maker_pick_joining(Maker *maker, NodeId other);
/* A value [B, width], reshaped where it needs be; the width is whatever there is. */
NodeId maker_pick_rows(Maker *maker);
NodeId maker_constant(Maker *maker, double low, double high);
NodeId maker_parameter(Maker *maker, Shape shape);
/* The mean over the axes. */
NodeId maker_mean(Maker *maker, NodeId x, uint32_t axes);
int64_t maker_width(Maker *maker);

/* Appends something random; NODE_NONE where it found nothing to work on. */
typedef NodeId MakerFunction(Maker *maker);
MakerFunction make_smooth, make_kink, make_binary, make_neutral, make_choice, make_again;
MakerFunction make_mean, make_largest, make_dense, make_product, make_reshape, make_transpose, make_broadcast,
    make_slice, make_pad, make_concat, make_columns, make_gather, make_scatter, make_leaf, make_convolution, make_window,
    make_recurrent, make_heads;

#endif
