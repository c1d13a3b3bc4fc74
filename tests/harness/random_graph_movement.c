/* Random movements, reductions, matrix products and look-ups. Sums become means, so that values keep their size. */
#include <math.h>

#include "harness/random_graph_internal.h"

static Shape shape_of(const Maker *maker, NodeId x) { return graph_node(maker->graph, x)->shape; }

static uint32_t random_axes(Maker *maker, const Shape *shape) {
    uint32_t all = (1u << shape->rank) - 1;
    return all == 0 ? 0 : (uint32_t)maker_below(maker, all) + 1;
}

NodeId make_mean(Maker *maker) {
    NodeId x = maker_pick(maker);
    Shape shape = shape_of(maker, x);
    return shape.rank == 0 ? NODE_NONE : maker_mean(maker, x, random_axes(maker, &shape));
}

NodeId make_largest(Maker *maker) {
    NodeId x = maker_pick(maker);
    Shape shape = shape_of(maker, x);
    if (maker->smooth || shape.rank == 0) return NODE_NONE;
    return graph_reduce(maker->graph, OP_REDUCE_MAX, x, random_axes(maker, &shape));
}

/* A dense layer: weights in either order, with or without a bias. */
NodeId make_dense(Maker *maker) {
    Graph *graph = maker->graph;
    NodeId x = maker_pick_rows(maker);
    int64_t in = shape_of(maker, x).dims[1], out = maker_width(maker);
    bool transposed = maker_below(maker, 2) == 0;
    NodeId weight = maker_parameter(maker, (Shape){.rank = 2, .dims = {transposed ? out : in, transposed ? in : out}});
    NodeId result = graph_contract(graph, x, weight, false, transposed);
    if (maker_below(maker, 3) == 0) return result;
    return graph_binary(graph, OP_ADD, result, maker_parameter(maker, (Shape){.rank = 1, .dims = {out}}));
}

/* xᵀ y / rows of two values of the batch, and another one times that. */
NodeId make_product(Maker *maker) {
    Graph *graph = maker->graph;
    NodeId x = maker_pick_rows(maker), y = maker_pick_rows(maker);
    NodeId moments = graph_contract(graph, x, y, true, false);
    NodeId count = graph_leaf(graph, OP_ROW_COUNT, shape_scalar(), 0, 0, 0);
    moments = graph_unary(graph, OP_TANH, graph_binary(graph, OP_DIV, moments, count));
    return maker_below(maker, 2) == 0 ? moments : graph_contract(graph, y, moments, false, true);
}

/* [B, a, b] from and to [B, a b]; k rows of the batch as one and back. */
NodeId make_reshape(Maker *maker) {
    NodeId x = maker_pick(maker);
    Shape shape = shape_of(maker, x);
    int64_t first = shape.rank > 0 && shape.dims[0] < 0 ? -1 : 1;
    int64_t count = 1;
    for (int32_t i = 0; i < shape.rank; i++) count *= shape.dims[i] < 0 ? -shape.dims[i] : shape.dims[i];
    int64_t factor = 1;
    for (int64_t try = 2 + maker_below(maker, 3); try <= 5; try++)
        if (count % try == 0) factor = try;
    switch (maker_below(maker, 4)) {
    case 0: return graph_reshape(maker->graph, x, (Shape){.rank = 2, .dims = {first * factor, count / factor}});
    case 1: return graph_reshape(maker->graph, x, (Shape){.rank = 3, .dims = {first, factor, count / factor}});
    case 2: return graph_reshape(maker->graph, x, (Shape){.rank = 2, .dims = {first, count}});
    default: return graph_reshape(maker->graph, x, (Shape){.rank = 1, .dims = {first * count}});
    }
}

NodeId make_transpose(Maker *maker) {
    NodeId x = maker_pick(maker);
    Shape shape = shape_of(maker, x);
    int8_t begin = shape.rank > 0 && shape.dims[0] < 0 ? 1 : 0, permutation[GRAPH_MAX_RANK];
    if (shape.rank - begin < 2) return NODE_NONE;
    for (int8_t i = 0; i < shape.rank; i++) permutation[i] = i;
    for (int8_t i = (int8_t)(shape.rank - 1); i > begin; i--) {
        int64_t other = begin + maker_below(maker, i - begin + 1);
        int8_t swap = permutation[i];
        permutation[i] = permutation[other];
        permutation[other] = swap;
    }
    return graph_transpose(maker->graph, x, permutation);
}

/* Axes of length 1 repeated, or a new one in front. */
NodeId make_broadcast(Maker *maker) {
    NodeId x = maker_pick(maker);
    Shape shape = shape_of(maker, x);
    bool has_batch = shape.rank > 0 && shape.dims[0] < 0;
    for (int32_t i = 0; i < shape.rank; i++)
        if (shape.dims[i] == 1) shape.dims[i] = i == 0 && maker_below(maker, 2) == 0 ? DIM_BATCH : maker_width(maker);
    if (!has_batch && shape.rank < 3 && (shape.rank == 0 || shape.dims[0] > 0)) {
        Shape wider = {.rank = shape.rank + 1, .dims = {maker_below(maker, 2) == 0 ? DIM_BATCH : 3}};
        for (int32_t i = 0; i < shape.rank; i++) wider.dims[i + 1] = shape.dims[i];
        shape = wider;
    }
    return graph_broadcast(maker->graph, x, shape);
}

/* An axis that can be cut, or -1. */
static int32_t movable_axis(Maker *maker, const Shape *shape) {
    int32_t axis = shape->rank == 0 ? -1 : (int32_t)maker_below(maker, shape->rank);
    return axis >= 0 && shape->dims[axis] > 0 ? axis : -1;
}

NodeId make_slice(Maker *maker) {
    NodeId x = maker_pick(maker);
    Shape shape = shape_of(maker, x);
    int32_t axis = movable_axis(maker, &shape);
    if (axis < 0) return NODE_NONE;
    int64_t begin = maker_below(maker, shape.dims[axis]);
    return graph_slice(maker->graph, x, axis, begin, begin + 1 + maker_below(maker, shape.dims[axis] - begin));
}

NodeId make_pad(Maker *maker) {
    NodeId x = maker_pick(maker);
    Shape shape = shape_of(maker, x);
    int32_t axis = movable_axis(maker, &shape);
    if (axis < 0) return NODE_NONE;
    int64_t before = maker_below(maker, 4);
    return graph_pad(maker->graph, x, axis, before, maker_below(maker, 4));
}

/* A value joined with its own slices, or rows with rows. */
NodeId make_concat(Maker *maker) {
    Graph *graph = maker->graph;
    if (maker_below(maker, 2) == 0) {
        NodeId parts[3] = {maker_pick_rows(maker), maker_pick_rows(maker), maker_pick_rows(maker)};
        return graph_concat(graph, parts, 2 + (int32_t)maker_below(maker, 2), 1);
    }
    NodeId x = maker_pick(maker);
    Shape shape = shape_of(maker, x);
    int32_t axis = movable_axis(maker, &shape);
    if (axis < 0 || shape.dims[axis] < 2) return NODE_NONE;
    int64_t middle = 1 + maker_below(maker, shape.dims[axis] - 1);
    NodeId left = graph_slice(graph, x, axis, 0, middle), right = graph_slice(graph, x, axis, middle, shape.dims[axis]);
    bool swapped = maker_below(maker, 2) == 0;
    return graph_concat(graph, (NodeId[]){swapped ? right : left, swapped ? left : right, x}, 3, axis);
}

/* Columns of the batch, side by side or not. */
NodeId make_columns(Maker *maker) {
    Graph *graph = maker->graph;
    NodeId parts[3];
    int64_t at = maker_below(maker, 4);
    for (int i = 0; i < 3; i++) {
        int64_t end = at + 1 + maker_below(maker, 2);
        parts[i] = graph_leaf(graph, OP_FEATURES, shape_scalar(), 0, at, end);
        at = end + maker_below(maker, 2);
    }
    return graph_concat(graph, parts, 3, 1);
}

static NodeId random_indices(Maker *maker) {
    return graph_leaf(maker->graph, OP_INDICES, shape_scalar(), (int32_t)maker_below(maker, RANDOM_GRAPH_INDICES), 0,
                      0);
}

NodeId make_gather(Maker *maker) {
    NodeId table = maker_parameter(maker, (Shape){.rank = 2, .dims = {RANDOM_GRAPH_LEVELS, maker_width(maker)}});
    return graph_gather(maker->graph, table, random_indices(maker));
}

NodeId make_scatter(Maker *maker) {
    NodeId indices = random_indices(maker);
    NodeId sums = graph_scatter_add(maker->graph, maker_pick_rows(maker), indices, RANDOM_GRAPH_LEVELS);
    NodeId count = graph_leaf(maker->graph, OP_ROW_COUNT, shape_scalar(), 0, 0, 0);
    NodeId means = graph_binary(maker->graph, OP_DIV, sums, count);
    return maker_below(maker, 2) == 0 ? means : graph_gather(maker->graph, means, indices);
}

NodeId make_leaf(Maker *maker) {
    Graph *graph = maker->graph;
    switch (maker_below(maker, 6)) {
    case 0: return graph_leaf(graph, OP_TARGETS, shape_scalar(), 0, 0, RANDOM_GRAPH_TARGETS);
    case 1: return graph_leaf(graph, OP_LEARNING_RATE, shape_scalar(), 0, 0, 0);
    case 2: return graph_unary(graph, OP_SIN, graph_leaf(graph, OP_STEP_NUMBER, shape_scalar(), 0, 0, 0));
    case 3: return graph_uniform(graph, shape_batch(maker_width(maker)), maker->streams++);
    case 4: return graph_unary(graph, OP_COS, graph_iota(graph, (Shape){.rank = 2, .dims = {2, maker_width(maker)}}));
    default: return graph_leaf(graph, OP_ROW_WEIGHTS, shape_scalar(), 0, 0, 0);
    }
}
