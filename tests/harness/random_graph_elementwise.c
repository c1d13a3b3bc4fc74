/* Random element-wise work. Every function is bounded or grows slowly: what could overflow goes through tanh or 1 + x².
 */
#include "harness/random_graph_internal.h"

static NodeId unary(Maker *maker, OpKind op, NodeId x) { return graph_unary(maker->graph, op, x); }
static NodeId binary(Maker *maker, OpKind op, NodeId x, NodeId y) { return graph_binary(maker->graph, op, x, y); }

/* 1 + x² */
static NodeId above_one(Maker *maker, NodeId x) {
    return binary(maker, OP_ADD, unary(maker, OP_SQUARE, x), graph_constant(maker->graph, 1));
}

NodeId make_smooth(Maker *maker) {
    NodeId x = maker_pick(maker);
    switch (maker_below(maker, 14)) {
    case 0: return unary(maker, OP_NEG, x);
    case 1: return unary(maker, OP_TANH, x);
    case 2: return unary(maker, OP_SIGMOID, x);
    case 3: return unary(maker, OP_SIN, x);
    case 4: return unary(maker, OP_COS, x);
    case 5: return unary(maker, OP_ERF, x);
    case 6: return unary(maker, OP_SQUARE, unary(maker, OP_TANH, x));
    case 7: return unary(maker, OP_EXP, unary(maker, OP_TANH, x));
    case 8: return unary(maker, OP_EXPM1, unary(maker, OP_SIN, x));
    case 9: return unary(maker, OP_LOG, above_one(maker, x));
    case 10: return unary(maker, OP_LOG1P, unary(maker, OP_SQUARE, x));
    case 11: return unary(maker, OP_SQRT, above_one(maker, x));
    case 12: return unary(maker, OP_RECIPROCAL, above_one(maker, x));
    default: return unary(maker, OP_STOP_GRADIENT, x);
    }
}

NodeId make_kink(Maker *maker) {
    if (maker->smooth) return NODE_NONE;
    NodeId x = maker_pick(maker);
    switch (maker_below(maker, 6)) {
    case 0: return unary(maker, OP_ABS, x);
    case 1: return binary(maker, OP_MAX, x, graph_constant(maker->graph, 0));
    case 2: return binary(maker, OP_MIN, x, maker_constant(maker, -0.5, 0.5));
    case 3: return binary(maker, OP_MAX, x, maker_pick_joining(maker, x));
    case 4: return binary(maker, OP_MIN, maker_pick_joining(maker, x), x);
    default: {
        NodeId column = graph_leaf(maker->graph, OP_FEATURES, shape_scalar(), 0, 0, 1);
        NodeId level = binary(maker, OP_MUL, column, graph_constant(maker->graph, 4));
        return unary(maker, maker_below(maker, 2) == 0 ? OP_FLOOR : OP_SIGN, level);
    }
    }
}

NodeId make_binary(Maker *maker) {
    NodeId x = maker_pick(maker), y = maker_pick_joining(maker, x);
    switch (maker_below(maker, 6)) {
    case 0: return binary(maker, OP_ADD, x, y);
    case 1: return binary(maker, OP_SUB, x, y);
    case 2: return binary(maker, OP_MUL, x, unary(maker, OP_TANH, y));
    case 3: return binary(maker, OP_DIV, x, above_one(maker, y));
    case 4: return binary(maker, OP_POW, above_one(maker, unary(maker, OP_TANH, x)), unary(maker, OP_SIGMOID, y));
    default: return binary(maker, OP_SUB, y, x);
    }
}

/* What the simplifier should see through. */
NodeId make_neutral(Maker *maker) {
    Graph *graph = maker->graph;
    NodeId x = maker_pick(maker);
    switch (maker_below(maker, 12)) {
    case 0: return binary(maker, OP_MUL, x, graph_constant(graph, 1));
    case 1: return binary(maker, OP_ADD, graph_constant(graph, 0), x);
    case 2: return binary(maker, OP_SUB, x, graph_constant(graph, 0));
    case 3: return binary(maker, OP_SUB, graph_constant(graph, 0), x);
    case 4: return binary(maker, OP_MUL, graph_constant(graph, -1), x);
    case 5: return unary(maker, OP_NEG, unary(maker, OP_NEG, x));
    case 6: return binary(maker, OP_DIV, x, graph_constant(graph, 4));
    case 7:
        return binary(maker, OP_POW, unary(maker, OP_TANH, x), graph_constant(graph, (double)maker_below(maker, 3)));
    case 8:
        return binary(maker, OP_ADD, x, binary(maker, OP_MUL, maker_constant(maker, -1, 1), graph_constant(graph, 3)));
    case 9:
        return binary(maker, OP_MUL, binary(maker, OP_MUL, x, maker_constant(maker, -1, 1)),
                      graph_constant(graph, 0.5));
    case 10: return binary(maker, OP_SUB, x, unary(maker, OP_NEG, maker_pick_joining(maker, x)));
    default: return binary(maker, OP_ADD, unary(maker, OP_NEG, x), maker_pick_joining(maker, x));
    }
}

static NodeId random_condition(Maker *maker, Shape shape) {
    static const OpKind comparisons[] = {OP_GREATER, OP_GREATER_EQUAL, OP_LESS, OP_LESS_EQUAL};
    Graph *graph = maker->graph;
    if (shape.rank == 2 && shape.dims[0] == DIM_BATCH && maker_below(maker, 2) == 0) { /* a class, one-hot */
        NodeId label = graph_unary(
            graph, OP_CONVERT,
            graph_leaf(graph, OP_LABELS, shape_scalar(), (int32_t)maker_below(maker, RANDOM_GRAPH_LABELS), 0, 0));
        NodeId column = graph_reshape(graph, label, shape_batch(1));
        return graph_binary(graph, OP_EQUAL, column, graph_iota(graph, (Shape){.rank = 1, .dims = {shape.dims[1]}}));
    }
    NodeId uniform = graph_uniform(graph, shape, maker->streams++);
    return graph_binary(graph, comparisons[maker_below(maker, 4)], uniform, maker_constant(maker, 0.1, 0.9));
}

/* One or the other: dropout, by class, or by a condition that is known. Smooth in what it chooses from. */
NodeId make_choice(Maker *maker) {
    Graph *graph = maker->graph;
    NodeId x = maker_pick(maker);
    NodeId y = maker_below(maker, 2) == 0 ? graph_constant(graph, 0) : maker_pick_joining(maker, x);
    Shape shape = graph_node(graph, x)->shape;
    NodeId condition = maker_below(maker, 5) == 0 ? graph_constant(graph, (double)maker_below(maker, 2))
                                                  : random_condition(maker, shape);
    NodeId chosen = graph_select(graph, condition, x, y);
    return maker_below(maker, 4) == 0 ? graph_select(graph, condition, chosen, x) : chosen;
}

/* A node once more: a common subexpression. */
NodeId make_again(Maker *maker) {
    Node node = *graph_node(maker->graph, maker_pick(maker));
    if (node.op == OP_PARAMETER || node.op == OP_CONSTANT) return NODE_NONE;
    NodeId again = graph_append(maker->graph, node);
    return binary(maker, OP_MUL, again, maker_constant(maker, -1, 1));
}
