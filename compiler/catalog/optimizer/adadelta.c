/* Steps in the unit of the weights, without a rate to choose. */
#include "catalog/optimizer/optimizer_params.h"
#include "catalog/optimizer/optimizer_rules.h"

static void build_adadelta(Build *build, const Call *call, int32_t parameter, NodeId gradient) {
    Graph *graph = build->graph;
    double rho = call_number(call, "rho"), epsilon = call_number(call, "epsilon");
    int32_t state;
    NodeId decayed = optimizer_decayed_gradient(build, call, parameter, gradient);
    NodeId square = optimizer_running_mean(build, parameter, "square", rho, graph_unary(graph, OP_SQUARE, decayed));
    NodeId moved = build_state(build, parameter, "moved", &state);
    NodeId ratio = graph_binary(graph, OP_DIV, graph_unary(graph, OP_SQRT, build_add_scalar(build, moved, epsilon)),
                                graph_unary(graph, OP_SQRT, build_add_scalar(build, square, epsilon)));
    NodeId direction = graph_binary(graph, OP_MUL, ratio, decayed);
    NodeId kept = build_mul_scalar(build, moved, rho);
    NodeId added = build_mul_scalar(build, graph_unary(graph, OP_SQUARE, direction), 1 - rho);
    graph_assign_state(graph, state, graph_binary(graph, OP_ADD, kept, added));
    optimizer_descend(build, parameter, graph->parameters.items[parameter].node, build_learning_rate(build), direction);
}

const CatalogEntry catalog_optimizer_adadelta = {
    .name = "adadelta", .kind = ENTRY_OPTIMIZER, .built = true, .runtime_id = -1,
    .doc = "each weight moves by its gradient times the root mean square of its past moves over that of its gradients",
    .formula = "s ← rho · s + (1 − rho) · g²; δ = √(d + epsilon) / √(s + epsilon) · g; "
               "d ← rho · d + (1 − rho) · δ²; w ← w − lr · δ",
    .source = "Zeiler 2012, algorithm 1; torch.optim.Adadelta", .example = "optimizer: adadelta(rho: 0.9)",
    .params = {
        OPTIMIZER_RATE("1"),
        OPTIMIZER_DECAY("rho", "0.9", "the share of both mean squares that a step keeps"),
        {.name = "epsilon", .type = PARAM_NUMBER, .fallback = "1e-6", .named_only = true, .max = 1,
         .doc = "added to the mean squares; it sets the first moves"},
        OPTIMIZER_WEIGHT_DECAY("0", "adds so much of the weight to its gradient"),
    },
    .build_update = build_adadelta,
};
