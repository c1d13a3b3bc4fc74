/* The entropy of the predicted classes, which training is to raise. */
#include "catalog/build.h"

/* Σ_c p_c log p_c, the mean over the rows. A probability below 1e-30 adds nothing that a float could hold. */
static NodeId build_entropy_bonus(Build *build, const Call *call, NodeId probabilities) {
    Graph *graph = build->graph;
    NodeId logarithm = graph_unary(graph, OP_LOG, build_max_scalar(build, probabilities, 1e-30));
    NodeId sum = build_sum_all(build, graph_binary(graph, OP_MUL, probabilities, logarithm));
    NodeId mean = graph_binary(graph, OP_DIV, sum, build_row_count(build));
    return build_mul_scalar(build, mean, call_number(call, "factor"));
}

const CatalogEntry catalog_penalty_entropy_bonus = {
    .name = "entropy_bonus", .kind = ENTRY_PENALTY, .built = true, .runtime_id = -1,
    .doc = "rewards predictions of high entropy: the mean of Σ p log p over the rows is added to what is minimized",
    .formula = "c · mean(Σ p log p)",
    .source = "Pereyra et al. 2017, eq. 3", .example = "loss: cross_entropy + entropy_bonus(0.1)",
    .params = {{.name = "factor", .type = PARAM_NUMBER, .max = 1e30, .doc = "the weight c of the entropy"}},
    .build_prediction_penalty = build_entropy_bonus,
};
