/* The pieces of update rules. Each update reads weight, state and gradient once and writes weight and state once,
 * element by element, so that generated code makes one pass over each tensor; what depends on the step alone is a
 * scalar node. */
#include "catalog/optimizer/optimizer_rules.h"

#include <math.h>

NodeId optimizer_decayed_gradient(Build *build, const Call *call, int32_t parameter, NodeId gradient) {
    double decay = call_number(call, "weight_decay");
    if (decay == 0) return gradient;
    NodeId weight = build->graph->parameters.items[parameter].node;
    return graph_binary(build->graph, OP_ADD, gradient, build_mul_scalar(build, weight, decay));
}

NodeId optimizer_running_mean(Build *build, int32_t parameter, const char *suffix, double keep, NodeId value) {
    Graph *graph = build->graph;
    int32_t state;
    NodeId old = build_state(build, parameter, suffix, &state);
    NodeId kept = build_mul_scalar(build, old, keep);
    NodeId mean = graph_binary(graph, OP_ADD, kept, build_mul_scalar(build, value, 1 - keep));
    graph_assign_state(graph, state, mean);
    return mean;
}

void optimizer_descend(Build *build, int32_t parameter, NodeId weight, NodeId rate, NodeId direction) {
    Graph *graph = build->graph;
    NodeId change = graph_binary(graph, OP_MUL, direction, rate);
    graph_assign_parameter(graph, parameter, graph_binary(graph, OP_SUB, weight, change));
}

/* 1 - beta^step, a scalar: by expm1, since in single precision 1 - 0.999^1 has lost half of its digits. */
NodeId optimizer_bias_correction(Build *build, double beta) {
    Graph *graph = build->graph;
    if (beta == 0) return graph_constant(graph, 1);
    NodeId exponent = build_mul_scalar(build, build_step_number(build), log(beta));
    return graph_unary(graph, OP_NEG, graph_unary(graph, OP_EXPM1, exponent));
}

NodeId optimizer_denominator(Build *build, const Call *call, NodeId square) {
    Graph *graph = build->graph;
    NodeId deviation = graph_unary(graph, OP_SQRT, optimizer_bias_correction(build, call_number(call, "beta2")));
    NodeId correction = graph_unary(graph, OP_RECIPROCAL, deviation);
    NodeId root = graph_binary(graph, OP_MUL, graph_unary(graph, OP_SQRT, square), correction);
    return build_add_scalar(build, root, call_number(call, "epsilon"));
}

NodeId optimizer_decayed_weight(Build *build, const Call *call, int32_t parameter) {
    Graph *graph = build->graph;
    NodeId weight = graph->parameters.items[parameter].node;
    double decay = call_number(call, "weight_decay");
    if (decay == 0) return weight;
    NodeId lost = build_mul_scalar(build, build_learning_rate(build), decay);
    NodeId kept = graph_binary(graph, OP_SUB, graph_constant(graph, 1), lost);
    return graph_binary(graph, OP_MUL, weight, kept);
}

NodeId optimizer_norm(Build *build, NodeId a) {
    return graph_unary(build->graph, OP_SQRT, build_sum_all(build, graph_unary(build->graph, OP_SQUARE, a)));
}

void optimizer_adam_step(Build *build, const Call *call, int32_t parameter, NodeId start, NodeId gradient) {
    Graph *graph = build->graph;
    double beta1 = call_number(call, "beta1"), beta2 = call_number(call, "beta2");
    NodeId mean = optimizer_running_mean(build, parameter, "m", beta1, gradient);
    NodeId square = optimizer_running_mean(build, parameter, "v", beta2, graph_unary(graph, OP_SQUARE, gradient));
    NodeId rate = graph_binary(graph, OP_DIV, build_learning_rate(build), optimizer_bias_correction(build, beta1));
    NodeId size = optimizer_denominator(build, call, square);
    optimizer_descend(build, parameter, start, rate, graph_binary(graph, OP_DIV, mean, size));
}
