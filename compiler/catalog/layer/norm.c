/* Centring, scaling, and the affine map behind, as batch_norm and layer_norm do it. */
#include "catalog/layer/norm.h"

NodeId norm_mean(Build *build, NodeId input, uint32_t axes, NodeId *out_variance) {
    NodeId mean = build_mean(build, input, axes);
    /* The derivative of the variance by the mean is -2 Σ (x - mean) / n = 0: nothing needs to flow back that way, which
     * saves a pass over the batch. */
    NodeId fixed = graph_unary(build->graph, OP_STOP_GRADIENT, mean);
    NodeId distance = graph_binary(build->graph, OP_SUB, input, fixed);
    *out_variance = build_mean(build, graph_unary(build->graph, OP_SQUARE, distance), axes);
    return mean;
}

NormWeights norm_weights(Build *build, NodeId input) {
    const Shape *shape = &graph_node(build->graph, input)->shape;
    int64_t width = shape->dims[shape->rank - 1];
    ParameterOptions weight = {.suffix = "weight",
                               .shape = shape_make(1, &width),
                               .init = LRT_INIT_CONSTANT,
                               .init_value = 1,
                               .fan_in = width,
                               .fan_out = width};
    ParameterOptions bias = {
        .suffix = "bias", .shape = weight.shape, .init = LRT_INIT_ZEROS, .fan_in = width, .fan_out = width};
    NodeId first = build_parameter(build, weight);
    return (NormWeights){first, build_parameter(build, bias)};
}

NodeId norm_apply(Build *build, NodeId input, NodeId mean, NodeId variance, double epsilon, NormWeights weights) {
    Graph *graph = build->graph;
    NodeId deviation = graph_unary(graph, OP_SQRT, build_add_scalar(build, variance, epsilon));
    NodeId scale = graph_unary(graph, OP_RECIPROCAL, deviation);
    NodeId normal = graph_binary(graph, OP_MUL, graph_binary(graph, OP_SUB, input, mean), scale);
    return graph_binary(graph, OP_ADD, graph_binary(graph, OP_MUL, normal, weights.weight), weights.bias);
}
