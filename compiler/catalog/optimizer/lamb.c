/* Adam with steps in proportion to each tensor. */
#include "catalog/optimizer/optimizer_params.h"
#include "catalog/optimizer/optimizer_rules.h"

static void build_lamb(Build *build, const Call *call, int32_t parameter, NodeId gradient) {
    Graph *graph = build->graph;
    double beta1 = call_number(call, "beta1"), beta2 = call_number(call, "beta2");
    NodeId weight = graph->parameters.items[parameter].node, none = graph_constant(graph, 0);
    NodeId mean = optimizer_running_mean(build, parameter, "m", beta1, gradient);
    NodeId square = optimizer_running_mean(build, parameter, "v", beta2, graph_unary(graph, OP_SQUARE, gradient));
    NodeId corrected = graph_binary(graph, OP_DIV, mean, optimizer_bias_correction(build, beta1));
    NodeId ratio = graph_binary(graph, OP_DIV, corrected, optimizer_denominator(build, call, square));
    double decay = call_number(call, "weight_decay");
    NodeId update =
        decay == 0 ? ratio : graph_binary(graph, OP_ADD, ratio, build_mul_scalar(build, weight, decay));
    NodeId size = optimizer_norm(build, weight), step = optimizer_norm(build, update);
    NodeId both = graph_binary(graph, OP_MUL, graph_binary(graph, OP_GREATER, size, none),
                               graph_binary(graph, OP_GREATER, step, none));
    NodeId trust = graph_select(graph, both, graph_binary(graph, OP_DIV, size, step), graph_constant(graph, 1));
    NodeId rate = graph_binary(graph, OP_MUL, build_learning_rate(build), trust);
    optimizer_descend(build, parameter, weight, rate, update);
}

const CatalogEntry catalog_optimizer_lamb = {
    .name = "lamb", .kind = ENTRY_OPTIMIZER, .built = true, .runtime_id = -1,
    .doc = "adam whose step is scaled, tensor by tensor, to the size of the weights: for large batches",
    .formula = "u = m̂ / (√v̂ + epsilon) + weight_decay · w; w ← w − lr · ‖w‖ / ‖u‖ · u (1 where a norm is 0)",
    .source = "You et al. 2020, algorithm 2", .example = "optimizer: lamb(lr: 1e-3)",
    .params = {
        OPTIMIZER_RATE("1e-3"),
        OPTIMIZER_DECAY("beta1", "0.9", "the share of the mean gradient that a step keeps"),
        OPTIMIZER_DECAY("beta2", "0.999", "the share of the mean square that a step keeps"),
        {.name = "epsilon", .type = PARAM_NUMBER, .fallback = "1e-6", .named_only = true, .max = 1,
         .doc = "added to the root of the mean square"},
        OPTIMIZER_WEIGHT_DECAY("0", "adds so much of the weight to its update"),
    },
    .build_update = build_lamb,
};
