/* Adam whose rates never rise again. */
#include "catalog/optimizer/optimizer_params.h"
#include "catalog/optimizer/optimizer_rules.h"

static void build_amsgrad(Build *build, const Call *call, int32_t parameter, NodeId gradient) {
    Graph *graph = build->graph;
    double beta1 = call_number(call, "beta1"), beta2 = call_number(call, "beta2");
    int32_t state;
    NodeId decayed = optimizer_decayed_gradient(build, call, parameter, gradient);
    NodeId mean = optimizer_running_mean(build, parameter, "m", beta1, decayed);
    NodeId square = optimizer_running_mean(build, parameter, "v", beta2, graph_unary(graph, OP_SQUARE, decayed));
    NodeId greatest = graph_binary(graph, OP_MAX, build_state(build, parameter, "v_max", &state), square);
    graph_assign_state(graph, state, greatest);
    NodeId rate = graph_binary(graph, OP_DIV, build_learning_rate(build), optimizer_bias_correction(build, beta1));
    NodeId direction = graph_binary(graph, OP_DIV, mean, optimizer_denominator(build, call, greatest));
    optimizer_descend(build, parameter, graph->parameters.items[parameter].node, rate, direction);
}

const CatalogEntry catalog_optimizer_amsgrad = {
    .name = "amsgrad", .kind = ENTRY_OPTIMIZER, .built = true, .runtime_id = -1,
    .doc = "adam with the greatest mean square so far, so that no weight's rate rises again",
    .formula = "as adam, with v̂ ← max(v̂, v) in place of v",
    .source = "Reddi et al. 2018, algorithm 2; torch.optim.Adam(amsgrad=True)",
    .example = "optimizer: amsgrad(lr: 1e-3)",
    .params = {OPTIMIZER_ADAM_PARAMS("0", "adds so much of the weight to its gradient")},
    .build_update = build_amsgrad,
};
