/* Steps of one size, by the sign of a momentum. */
#include "catalog/optimizer/optimizer_params.h"
#include "catalog/optimizer/optimizer_rules.h"

static void build_lion(Build *build, const Call *call, int32_t parameter, NodeId gradient) {
    Graph *graph = build->graph;
    double beta1 = call_number(call, "beta1"), beta2 = call_number(call, "beta2");
    int32_t state;
    NodeId mean = build_state(build, parameter, "m", &state);
    NodeId mixed = graph_binary(graph, OP_ADD, build_mul_scalar(build, mean, beta1),
                                build_mul_scalar(build, gradient, 1 - beta1));
    NodeId kept = graph_binary(graph, OP_ADD, build_mul_scalar(build, mean, beta2),
                               build_mul_scalar(build, gradient, 1 - beta2));
    graph_assign_state(graph, state, kept);
    optimizer_descend(build, parameter, optimizer_decayed_weight(build, call, parameter), build_learning_rate(build),
                      graph_unary(graph, OP_SIGN, mixed));
}

const CatalogEntry catalog_optimizer_lion = {
    .name = "lion", .kind = ENTRY_OPTIMIZER, .built = true, .runtime_id = -1,
    .doc = "each weight moves by lr against the sign of its mean gradient",
    .formula = "w ← w · (1 − lr · weight_decay) − lr · sign(beta1 · m + (1 − beta1) · g); "
               "m ← beta2 · m + (1 − beta2) · g",
    .source = "Chen et al. 2023, algorithm 2", .example = "optimizer: lion(lr: 1e-4)",
    .params = {
        OPTIMIZER_RATE("1e-4"),
        OPTIMIZER_DECAY("beta1", "0.9", "the share of the mean gradient in the direction"),
        OPTIMIZER_DECAY("beta2", "0.99", "the share of the mean gradient that a step keeps"),
        OPTIMIZER_WEIGHT_DECAY("0", "the share of itself, times lr, that a weight loses at each step"),
    },
    .build_update = build_lion,
};
