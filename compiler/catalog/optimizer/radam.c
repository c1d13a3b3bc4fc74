/* Adam that waits until its mean square can be trusted. */
#include <math.h>

#include "catalog/optimizer/optimizer_params.h"
#include "catalog/optimizer/optimizer_rules.h"

/* The length of the average behind v at this step, at most 2 / (1 - beta2) - 1. */
static NodeId average_length(Build *build, double beta2, double longest) {
    Graph *graph = build->graph;
    NodeId step = build_step_number(build);
    NodeId power = graph_unary(graph, OP_EXP, build_mul_scalar(build, step, log(beta2)));
    NodeId lost = graph_binary(graph, OP_MUL, build_mul_scalar(build, step, 2), power);
    NodeId share = graph_binary(graph, OP_DIV, lost, optimizer_bias_correction(build, beta2));
    return graph_binary(graph, OP_SUB, graph_constant(graph, longest), share);
}

/* √((ρ - 4)(ρ - 2) ρ∞ / ((ρ∞ - 4)(ρ∞ - 2) ρ)) */
static NodeId rectification(Build *build, NodeId length, double longest) {
    Graph *graph = build->graph;
    NodeId at = build_max_scalar(build, length, 5);
    NodeId product = graph_binary(graph, OP_MUL, build_add_scalar(build, at, -4), build_add_scalar(build, at, -2));
    NodeId ratio = graph_binary(graph, OP_DIV, product, at);
    return graph_unary(graph, OP_SQRT, build_mul_scalar(build, ratio, longest / ((longest - 4) * (longest - 2))));
}

static void build_radam(Build *build, const Call *call, int32_t parameter, NodeId gradient) {
    Graph *graph = build->graph;
    double beta1 = call_number(call, "beta1"), beta2 = call_number(call, "beta2"), longest = 2 / (1 - beta2) - 1;
    NodeId decayed = optimizer_decayed_gradient(build, call, parameter, gradient);
    NodeId mean = optimizer_running_mean(build, parameter, "m", beta1, decayed);
    NodeId square = optimizer_running_mean(build, parameter, "v", beta2, graph_unary(graph, OP_SQUARE, decayed));
    NodeId rate = graph_binary(graph, OP_DIV, build_learning_rate(build), optimizer_bias_correction(build, beta1));
    NodeId direction = mean;
    if (longest > 5) {
        NodeId length = average_length(build, beta2, longest);
        NodeId trusted = graph_binary(graph, OP_GREATER, length, graph_constant(graph, 5));
        NodeId size = build_add_scalar(build, graph_unary(graph, OP_SQRT, square), call_number(call, "epsilon"));
        NodeId root = graph_unary(graph, OP_SQRT, optimizer_bias_correction(build, beta2));
        NodeId scale = graph_binary(graph, OP_MUL, root, rectification(build, length, longest));
        NodeId scaled = graph_binary(graph, OP_MUL, graph_binary(graph, OP_DIV, mean, size), scale);
        direction = graph_select(graph, trusted, scaled, mean);
    }
    optimizer_descend(build, parameter, graph->parameters.items[parameter].node, rate, direction);
}

const CatalogEntry catalog_optimizer_radam = {
    .name = "radam", .kind = ENTRY_OPTIMIZER, .built = true, .runtime_id = -1,
    .doc = "adam whose first steps go by the mean gradient alone, until its mean square rests on enough of them",
    .formula = "ρ = ρ∞ − 2t · beta2^t / (1 − beta2^t); ρ > 5: w ← w − lr · m̂ · r · √(1 − beta2^t) / (√v + epsilon), "
               "else w ← w − lr · m̂",
    .source = "Liu et al. 2020, algorithm 2; torch.optim.RAdam", .example = "optimizer: radam(lr: 1e-3)",
    .params = {OPTIMIZER_ADAM_PARAMS("0", "adds so much of the weight to its gradient")},
    .build_update = build_radam,
};
