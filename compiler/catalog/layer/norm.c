/* Centring, scaling, and the affine map behind, as the norms do it. */
#include "catalog/layer/norm.h"

bool norm_wants_channels(Build *build, const Call *call, NodeId input) {
    const Shape *shape = &graph_node(build->graph, input)->shape;
    if (shape->rank >= 2) return true;
    diag_report(build->session, DIAG_SHAPE_ERROR, call->span, "`%s` wants [B, …, width]; it gets %s", call->entry->name,
                shape_text(build->session->arena, shape));
    return false;
}

/* The derivative of the variance by the mean is -2 Σ (x - mean) / n = 0: nothing needs to flow back that way, which
 * saves a pass over the batch. */
NodeId norm_distance(Build *build, NodeId input, NodeId mean) {
    return graph_binary(build->graph, OP_SUB, input, graph_unary(build->graph, OP_STOP_GRADIENT, mean));
}

NodeId norm_mean(Build *build, NodeId input, uint32_t axes, NodeId *out_variance) {
    NodeId mean = build_mean(build, input, axes);
    NodeId distance = norm_distance(build, input, mean);
    *out_variance = build_mean(build, graph_unary(build->graph, OP_SQUARE, distance), axes);
    return mean;
}

/* One number for each place of the last axis. */
static NodeId vector(Build *build, NodeId input, const char *suffix, double value) {
    const Shape *shape = &graph_node(build->graph, input)->shape;
    int64_t width = shape->dims[shape->rank - 1];
    return build_parameter(build, (ParameterOptions){.suffix = suffix,
                                                     .shape = shape_make(1, &width),
                                                     .init = value == 0 ? LRT_INIT_ZEROS : LRT_INIT_CONSTANT,
                                                     .init_value = value,
                                                     .fan_in = width,
                                                     .fan_out = width});
}

NodeId norm_weight(Build *build, NodeId input) { return vector(build, input, "weight", 1); }

NormWeights norm_named_weights(Build *build, NodeId input, const char *prefix) {
    Arena *arena = build->session->arena;
    NodeId weight = vector(build, input, arena_printf(arena, "%sweight", prefix), 1);
    return (NormWeights){weight, vector(build, input, arena_printf(arena, "%sbias", prefix), 0)};
}

NormWeights norm_weights(Build *build, NodeId input) { return norm_named_weights(build, input, ""); }

NodeId norm_apply(Build *build, NodeId input, NodeId mean, NodeId variance, double epsilon, NormWeights weights) {
    Graph *graph = build->graph;
    NodeId deviation = graph_unary(graph, OP_SQRT, build_add_scalar(build, variance, epsilon));
    NodeId scale = graph_unary(graph, OP_RECIPROCAL, deviation);
    NodeId normal = graph_binary(graph, OP_MUL, graph_binary(graph, OP_SUB, input, mean), scale);
    return graph_binary(graph, OP_ADD, graph_binary(graph, OP_MUL, normal, weights.weight), weights.bias);
}
