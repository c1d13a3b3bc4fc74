/* Formulas that several entries share, written so that they neither overflow nor lose digits at ±1e4. */
#include "catalog/build.h"

#include "support/panic.h"

NodeId build_add_scalar(Build *build, NodeId a, double value) {
    return graph_binary(build->graph, OP_ADD, a, graph_constant(build->graph, value));
}

NodeId build_mul_scalar(Build *build, NodeId a, double value) {
    return graph_binary(build->graph, OP_MUL, a, graph_constant(build->graph, value));
}

NodeId build_max_scalar(Build *build, NodeId a, double value) {
    return graph_binary(build->graph, OP_MAX, a, graph_constant(build->graph, value));
}

NodeId build_min_scalar(Build *build, NodeId a, double value) {
    return graph_binary(build->graph, OP_MIN, a, graph_constant(build->graph, value));
}

NodeId build_row_count(Build *build) { return graph_leaf(build->graph, OP_ROW_COUNT, shape_scalar(), 0, 0, 0); }

NodeId build_learning_rate(Build *build) { return graph_leaf(build->graph, OP_LEARNING_RATE, shape_scalar(), 0, 0, 0); }

/* ⌊(step + n - 1) / n⌋, which in the steps that update is step / n. */
NodeId build_step_number(Build *build) {
    NodeId step = graph_leaf(build->graph, OP_STEP_NUMBER, shape_scalar(), 0, 0, 0);
    double every = (double)build->update_every;
    if (every == 1) return step;
    NodeId upper = build_add_scalar(build, step, every - 1);
    return graph_unary(build->graph, OP_FLOOR,
                       graph_binary(build->graph, OP_DIV, upper, graph_constant(build->graph, every)));
}

void build_update_every(Build *build, int64_t steps) {
    Graph *graph = build->graph;
    if (build->update_every != 1) BUG("gradients are accumulated twice");
    NodeId step = build_step_number(build), every = graph_constant(graph, (double)steps);
    NodeId whole = graph_unary(graph, OP_FLOOR, graph_binary(graph, OP_DIV, step, every));
    build->update_due = graph_binary(graph, OP_EQUAL, graph_binary(graph, OP_MUL, whole, every), step);
    build->update_every = steps;
}

/* √(-2 log(1 - u)) · cos(2π v), u and v uniform in [0, 1). */
NodeId build_normal(Build *build, Shape shape) {
    Graph *graph = build->graph;
    NodeId first = graph_uniform(graph, shape, build->random_streams++);
    NodeId second = graph_uniform(graph, shape, build->random_streams++);
    NodeId logarithm = graph_unary(graph, OP_LOG1P, graph_unary(graph, OP_NEG, first));
    NodeId radius = graph_unary(graph, OP_SQRT, build_mul_scalar(build, logarithm, -2));
    NodeId angle = build_mul_scalar(build, second, 6.283185307179586476925);
    return graph_binary(graph, OP_MUL, radius, graph_unary(graph, OP_COS, angle));
}

NodeId build_dropped(Build *build, NodeId a, double rate) {
    Graph *graph = build->graph;
    if (!build->training || rate == 0) return a;
    NodeId uniform = graph_uniform(graph, graph_node(graph, a)->shape, build->random_streams++);
    NodeId kept = graph_binary(graph, OP_GREATER_EQUAL, uniform, graph_constant(graph, rate));
    NodeId factor = graph_select(graph, kept, graph_constant(graph, 1 / (1 - rate)), graph_constant(graph, 0));
    return graph_binary(graph, OP_MUL, a, factor);
}

NodeId build_state(Build *build, int32_t parameter, const char *suffix, int32_t *out_state) {
    Graph *graph = build->graph;
    const char *name = arena_printf(graph->arena, "%s.%s", graph->parameters.items[parameter].name, suffix);
    *out_state = (int32_t)graph->states.count;
    return graph_state(graph, name, parameter, 0);
}

uint32_t build_last_axis(const Build *build, NodeId a) { return 1u << (graph_node(build->graph, a)->shape.rank - 1); }

uint32_t build_leading_axes(const Build *build, NodeId a) { return build_last_axis(build, a) - 1; }

NodeId build_mean(Build *build, NodeId a, uint32_t axes) {
    Graph *graph = build->graph;
    const Shape shape = graph_node(graph, a)->shape;
    int64_t count = 1;
    bool over_batch = false;
    for (int32_t i = 0; i < shape.rank; i++) {
        if ((axes & 1u << i) == 0) continue;
        over_batch |= shape.dims[i] < 0;
        count *= shape.dims[i] < 0 ? -shape.dims[i] : shape.dims[i];
    }
    NodeId mean = graph_reduce(graph, OP_SUM, a, axes);
    if (count > 1) mean = build_mul_scalar(build, mean, 1 / (double)count);
    return over_batch ? graph_binary(graph, OP_DIV, mean, build_row_count(build)) : mean;
}

NodeId build_sum_all(Build *build, NodeId a) {
    int32_t rank = graph_node(build->graph, a)->shape.rank;
    NodeId sum = graph_reduce(build->graph, OP_SUM, a, (1u << rank) - 1);
    return graph_reshape(build->graph, sum, shape_scalar());
}

NodeId build_log_softmax(Build *build, NodeId logits) {
    Graph *graph = build->graph;
    uint32_t axis = build_last_axis(build, logits);
    NodeId peak = graph_unary(graph, OP_STOP_GRADIENT, graph_reduce(graph, OP_REDUCE_MAX, logits, axis));
    NodeId shifted = graph_binary(graph, OP_SUB, logits, peak);
    NodeId sum = graph_reduce(graph, OP_SUM, graph_unary(graph, OP_EXP, shifted), axis);
    return graph_binary(graph, OP_SUB, shifted, graph_unary(graph, OP_LOG, sum));
}

NodeId build_softmax(Build *build, NodeId logits) {
    Graph *graph = build->graph;
    uint32_t axis = build_last_axis(build, logits);
    NodeId peak = graph_unary(graph, OP_STOP_GRADIENT, graph_reduce(graph, OP_REDUCE_MAX, logits, axis));
    NodeId exponential = graph_unary(graph, OP_EXP, graph_binary(graph, OP_SUB, logits, peak));
    NodeId sum = graph_reduce(graph, OP_SUM, exponential, axis);
    return graph_binary(graph, OP_MUL, exponential, graph_unary(graph, OP_RECIPROCAL, sum));
}

NodeId build_softplus_tail(Build *build, NodeId a) {
    Graph *graph = build->graph;
    NodeId magnitude = graph_unary(graph, OP_ABS, a);
    return graph_unary(graph, OP_LOG1P, graph_unary(graph, OP_EXP, graph_unary(graph, OP_NEG, magnitude)));
}

/* (a + |a|)/2 + log(1 + e^-|a|): written with |a| and not max(a, 0), whose derivative at 0 would not be 1/2. */
NodeId build_softplus(Build *build, NodeId a) {
    Graph *graph = build->graph;
    NodeId twice = graph_binary(graph, OP_ADD, a, graph_unary(graph, OP_ABS, a));
    return graph_binary(graph, OP_ADD, build_mul_scalar(build, twice, 0.5), build_softplus_tail(build, a));
}

NodeId build_global_norm(Build *build, const NodeId *gradients, int64_t count) {
    Graph *graph = build->graph;
    NodeId sum = NODE_NONE;
    for (int64_t i = 0; i < count; i++) {
        if (gradients[i] == NODE_NONE) continue;
        NodeId square = build_sum_all(build, graph_unary(graph, OP_SQUARE, gradients[i]));
        sum = sum == NODE_NONE ? square : graph_binary(graph, OP_ADD, sum, square);
    }
    return graph_unary(graph, OP_SQRT, sum == NODE_NONE ? graph_constant(graph, 0) : sum);
}

void build_mark_clipped(Build *build, NodeId flag) {
    Graph *graph = build->graph;
    if (graph_node(graph, flag)->shape.rank != 0) BUG("a flag that is no scalar");
    graph->clipped = graph->clipped == NODE_NONE ? flag : graph_binary(graph, OP_MAX, graph->clipped, flag);
}
