/* Steps scaled by the root of a running mean square. */
#include "catalog/optimizer/optimizer_params.h"
#include "catalog/optimizer/optimizer_rules.h"

static void build_rmsprop(Build *build, const Call *call, int32_t parameter, NodeId gradient) {
    Graph *graph = build->graph;
    double momentum = call_number(call, "momentum");
    NodeId squared = graph_unary(graph, OP_SQUARE, gradient);
    NodeId square = optimizer_running_mean(build, parameter, "square", call_number(call, "alpha"), squared);
    NodeId size = build_add_scalar(build, graph_unary(graph, OP_SQRT, square), call_number(call, "epsilon"));
    NodeId direction = graph_binary(graph, OP_DIV, gradient, size);
    if (momentum != 0) {
        int32_t state;
        NodeId old = build_state(build, parameter, "momentum", &state);
        direction = graph_binary(graph, OP_ADD, build_mul_scalar(build, old, momentum), direction);
        graph_assign_state(graph, state, direction);
    }
    NodeId weight = graph->parameters.items[parameter].node;
    optimizer_descend(build, parameter, weight, build_learning_rate(build), direction);
}

const CatalogEntry catalog_optimizer_rmsprop = {
    .name = "rmsprop", .kind = ENTRY_OPTIMIZER, .built = true, .runtime_id = -1,
    .doc = "each weight moves by its gradient over the root of its running mean square",
    .formula = "s ← alpha · s + (1 − alpha) · g²; b ← momentum · b + g / (√s + epsilon); w ← w − lr · b",
    .source = "Hinton 2012, lecture 6e; torch.optim.RMSprop", .example = "optimizer: rmsprop(lr: 1e-3)",
    .params = {
        OPTIMIZER_RATE("1e-3"),
        OPTIMIZER_DECAY("alpha", "0.99", "the share of the mean square that a step keeps"),
        OPTIMIZER_EPSILON,
        OPTIMIZER_DECAY("momentum", "0", "the share of the running sum that a step keeps"),
    },
    .build_update = build_rmsprop,
};
