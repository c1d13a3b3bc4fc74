/* The sum of magnitudes. */
#include "catalog/build.h"

static NodeId build_l1(Build *build, const Call *call, NodeId parameter_node) {
    NodeId sum = build_sum_all(build, graph_unary(build->graph, OP_ABS, parameter_node));
    return build_mul_scalar(build, sum, call_number(call, "factor"));
}

const CatalogEntry catalog_penalty_l1 = {
    .name = "l1", .kind = ENTRY_PENALTY, .built = true, .runtime_id = -1,
    .doc = "adds the magnitudes of all kernels to what is minimized; not of biases and norms", .formula = "a · Σ|w|",
    .source = "Tibshirani 1996", .example = "loss: mse + l1(1e-5)",
    .params = {{.name = "factor", .type = PARAM_NUMBER, .max = 1e30, .doc = "the weight a of the sum"}},
    .build_penalty = build_l1,
};
