/* Algebra of movements, sums and matrix products: what moves twice moves once, what is repeated is not summed, and a
 * transposed operand is read transposed. Joins and cuts stand in algebra_concat.c. */
#include "passes/rewrite.h"

static const Node *source_of(const Graph *to, const Node *node) { return graph_node(to, node->inputs[0]); }

/* `longer` is `shorter` behind axes of length 1. */
static bool adds_leading_ones(const Shape *shorter, const Shape *longer) {
    int32_t missing = longer->rank - shorter->rank;
    for (int32_t i = 0; i < longer->rank; i++)
        if (longer->dims[i] != (i < missing ? 1 : shorter->dims[i - missing])) return false;
    return missing >= 0;
}

static NodeId rewrite_broadcast(Graph *to, const Node *node) {
    const Node *source = source_of(to, node);
    if (source->op == OP_BROADCAST) return graph_broadcast(to, source->inputs[0], node->shape);
    if (source->op == OP_RESHAPE && adds_leading_ones(&source_of(to, source)->shape, &source->shape))
        return graph_broadcast(to, source->inputs[0], node->shape);
    return NODE_NONE;
}

static NodeId rewrite_reshape(Graph *to, const Node *node) {
    const Node *source = source_of(to, node);
    if (source->op == OP_RESHAPE) return graph_reshape(to, source->inputs[0], node->shape);
    if (source->op == OP_NEG) return graph_unary(to, OP_NEG, graph_reshape(to, source->inputs[0], node->shape));
    if (source->op == OP_BROADCAST && source_of(to, source)->shape.rank == 0)
        return graph_broadcast(to, source->inputs[0], node->shape);
    return NODE_NONE;
}

static NodeId rewrite_transpose(Graph *to, const Node *node) {
    const Node *source = source_of(to, node);
    if (source->op == OP_TRANSPOSE) {
        int8_t both[GRAPH_MAX_RANK] = {0};
        for (int32_t i = 0; i < node->shape.rank; i++) both[i] = source->permutation[node->permutation[i]];
        return graph_transpose(to, source->inputs[0], both);
    }
    int8_t last = -1;
    for (int32_t i = 0; i < node->shape.rank; i++) {
        if (node->shape.dims[i] == 1) continue; /* where an axis of length 1 stands does not change the order */
        if (node->permutation[i] < last) return NODE_NONE;
        last = node->permutation[i];
    }
    return graph_reshape(to, node->inputs[0], node->shape);
}

/* How many elements lie along the axes: a number, times the batch's rows where its axis is among them. */
static NodeId element_count(Graph *to, const Shape *shape, uint32_t axes) {
    double count = 1;
    NodeId rows = NODE_NONE;
    for (int32_t i = 0; i < shape->rank; i++) {
        if (!(axes & (1u << i))) continue;
        if (shape->dims[i] < 0) rows = graph_leaf(to, OP_ROW_COUNT, shape_scalar(), 0, 0, 0);
        count *= (double)(shape->dims[i] < 0 ? -shape->dims[i] : shape->dims[i]);
    }
    NodeId fixed = graph_constant(to, count);
    return rows == NODE_NONE ? fixed : graph_binary(to, OP_MUL, rows, fixed);
}

/* A reduction over axes along which its input is repeated: a product with their length, or the input itself. The sum of
 * n equal terms differs from n times one of them by roundings of the sum. */
static NodeId rewrite_reduce_of_broadcast(Graph *to, const Node *node, const Node *source) {
    uint32_t repeated;
    Shape given = source_of(to, source)->shape;
    if (!shape_broadcast_axes(&given, &source->shape, &repeated) || (node->axes & ~repeated) != 0) return NODE_NONE;
    NodeId once = graph_broadcast(to, source->inputs[0], node->shape);
    if (node->op == OP_REDUCE_MAX) return once;
    return graph_binary(to, OP_MUL, once, element_count(to, &source->shape, node->axes));
}

static NodeId rewrite_reduce(Graph *to, const Node *node) {
    const Node *source = source_of(to, node);
    uint32_t axes = node->axes;
    for (int32_t i = 0; i < source->shape.rank; i++)
        if (source->shape.dims[i] == 1) axes &= ~(1u << i);
    if (axes != node->axes) return graph_reduce(to, node->op, node->inputs[0], axes);
    if (node->op == OP_SUM && source->op == OP_NEG) /* fewer signs to change, and they move outwards */
        return graph_unary(to, OP_NEG, graph_reduce(to, OP_SUM, source->inputs[0], axes));
    return source->op == OP_BROADCAST ? rewrite_reduce_of_broadcast(to, node, source) : NODE_NONE;
}

/* Exchanges the last two axes and nothing else. */
static bool turns_matrices(const Node *node) {
    int32_t rank = node->shape.rank;
    if (node->op != OP_TRANSPOSE || node->permutation[rank - 1] != rank - 2) return false;
    for (int32_t i = 0; i + 2 < rank; i++)
        if (node->permutation[i] != i) return false;
    return true;
}

static NodeId rewrite_contract(Graph *to, const Node *node) {
    const Node *a = graph_node(to, node->inputs[0]), *b = graph_node(to, node->inputs[1]);
    bool flip_a = turns_matrices(a), flip_b = turns_matrices(b);
    if (!flip_a && !flip_b) return NODE_NONE;
    return graph_contract(to, flip_a ? a->inputs[0] : node->inputs[0], flip_b ? b->inputs[0] : node->inputs[1],
                          node->transpose_a != flip_a, node->transpose_b != flip_b);
}

NodeId algebra_movement_rule(Graph *to, const Node *node) {
    switch ((int)node->op) {
    case OP_BROADCAST: return rewrite_broadcast(to, node);
    case OP_RESHAPE: return rewrite_reshape(to, node);
    case OP_TRANSPOSE: return rewrite_transpose(to, node);
    case OP_TIME_MAJOR: return source_of(to, node)->op == OP_BATCH_MAJOR ? source_of(to, node)->inputs[0] : NODE_NONE;
    case OP_BATCH_MAJOR: return source_of(to, node)->op == OP_TIME_MAJOR ? source_of(to, node)->inputs[0] : NODE_NONE;
    case OP_SUM:
    case OP_REDUCE_MAX: return rewrite_reduce(to, node);
    case OP_CONTRACT: return rewrite_contract(to, node);
    default: return NODE_NONE;
    }
}
