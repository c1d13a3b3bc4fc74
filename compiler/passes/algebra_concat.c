/* Algebra of joins and cuts along an axis: neighbours are joined before they are read, and what is cut from a join is
 * cut from its part. */
#include "passes/rewrite.h"

static const Node *source_of(const Graph *to, const Node *node) { return graph_node(to, node->inputs[0]); }

/* A leaf with columns of the batch, which can be read narrower or wider. */
static bool is_columns(OpKind op) { return op == OP_FEATURES || op == OP_TARGETS; }

/* Columns or a slice that ends where the next begins, as one; else NODE_NONE. */
static NodeId join_neighbours(Graph *to, NodeId left, NodeId right, int32_t axis) {
    const Node *a = graph_node(to, left), *b = graph_node(to, right);
    if (a->op != b->op || a->end != b->begin) return NODE_NONE;
    if (is_columns(a->op) && axis == 1) return graph_leaf(to, a->op, shape_scalar(), 0, a->begin, b->end);
    if (a->op == OP_SLICE && a->axis == axis && b->axis == axis && a->inputs[0] == b->inputs[0])
        return graph_slice(to, a->inputs[0], axis, a->begin, b->end);
    return NODE_NONE;
}

static NodeId rewrite_concat(Graph *to, const Node *node) {
    VEC(NodeId) parts = {0};
    bool changed = false;
    for (int32_t i = 0; i < node->input_count; i++) {
        const Node *input = graph_node(to, node->inputs[i]);
        bool nested = input->op == OP_CONCAT && input->axis == node->axis;
        changed = changed || nested;
        for (int32_t k = 0; k < (nested ? input->input_count : 1); k++) {
            NodeId part = nested ? input->inputs[k] : node->inputs[i];
            NodeId joined =
                parts.count > 0 ? join_neighbours(to, parts.items[parts.count - 1], part, node->axis) : NODE_NONE;
            if (joined == NODE_NONE) {
                vec_push(to->arena, &parts, part);
            } else {
                parts.items[parts.count - 1] = joined;
                changed = true;
            }
        }
    }
    return changed ? graph_concat(to, parts.items, (int32_t)parts.count, node->axis) : NODE_NONE;
}

/* begin..end of a join: of its one part, or of the join of those that it touches. */
static NodeId slice_of_concat(Graph *to, const Node *node, const Node *source) {
    VEC(NodeId) parts = {0};
    int64_t at = 0;
    for (int32_t i = 0; i < source->input_count; i++) {
        int64_t length = graph_node(to, source->inputs[i])->shape.dims[node->axis];
        int64_t begin = node->begin > at ? node->begin - at : 0;
        int64_t end = node->end < at + length ? node->end - at : length;
        if (begin < end) vec_push(to->arena, &parts, graph_slice(to, source->inputs[i], node->axis, begin, end));
        at += length;
    }
    return graph_concat(to, parts.items, (int32_t)parts.count, node->axis);
}

static NodeId slice_of_pad(Graph *to, const Node *node, const Node *source) {
    int64_t length = source_of(to, source)->shape.dims[node->axis];
    int64_t begin = node->begin - source->begin, end = node->end - source->begin; /* in the padded tensor */
    if (end <= 0 || begin >= length) return graph_broadcast(to, graph_constant(to, 0), node->shape);
    int64_t first = begin > 0 ? begin : 0, last = end < length ? end : length;
    return graph_pad(to, graph_slice(to, source->inputs[0], node->axis, first, last), node->axis, first - begin,
                     end - last);
}

static NodeId slice_of_broadcast(Graph *to, const Node *node, const Node *source) {
    Shape given = source_of(to, source)->shape;
    int32_t axis = node->axis - (node->shape.rank - given.rank); /* of what is broadcast */
    NodeId cut = axis < 0 || given.dims[axis] == 1 ? source->inputs[0]
                                                   : graph_slice(to, source->inputs[0], axis, node->begin, node->end);
    return graph_broadcast(to, cut, node->shape);
}

static NodeId rewrite_slice(Graph *to, const Node *node) {
    const Node *source = source_of(to, node);
    if (is_columns(source->op) && node->axis == 1)
        return graph_leaf(to, source->op, shape_scalar(), 0, source->begin + node->begin, source->begin + node->end);
    if (source->op == OP_BROADCAST) return slice_of_broadcast(to, node, source);
    bool along = source->axis == node->axis;
    if (source->op == OP_SLICE && along)
        return graph_slice(to, source->inputs[0], node->axis, source->begin + node->begin, source->begin + node->end);
    if (source->op == OP_CONCAT && along) return slice_of_concat(to, node, source);
    if (source->op == OP_PAD && along) return slice_of_pad(to, node, source);
    return NODE_NONE;
}

static NodeId rewrite_pad(Graph *to, const Node *node) {
    const Node *source = source_of(to, node);
    if (source->op != OP_PAD || source->axis != node->axis) return NODE_NONE;
    return graph_pad(to, source->inputs[0], node->axis, source->begin + node->begin, source->end + node->end);
}

/* The sum of two padded tensors that lie side by side is their join, padded: gradients of neighbouring slices. */
static NodeId rewrite_add_of_pads(Graph *to, const Node *node) {
    const Node *left = graph_node(to, node->inputs[0]), *right = graph_node(to, node->inputs[1]);
    if (left->op != OP_PAD || right->op != OP_PAD || left->axis != right->axis) return NODE_NONE;
    if (left->begin > right->begin) {
        const Node *swap = left;
        left = right;
        right = swap;
    }
    if (left->begin + source_of(to, left)->shape.dims[left->axis] != right->begin) return NODE_NONE;
    NodeId joined = graph_concat(to, (NodeId[]){left->inputs[0], right->inputs[0]}, 2, left->axis);
    return graph_pad(to, joined, left->axis, left->begin, right->end);
}

NodeId algebra_concat_rule(Graph *to, const Node *node) {
    switch ((int)node->op) {
    case OP_CONCAT: return rewrite_concat(to, node);
    case OP_SLICE: return rewrite_slice(to, node);
    case OP_PAD: return rewrite_pad(to, node);
    case OP_ADD: return rewrite_add_of_pads(to, node);
    default: return NODE_NONE;
    }
}
