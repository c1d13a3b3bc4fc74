/* The sum of squares. */
#include "catalog/build.h"

static NodeId build_l2(Build *build, const Call *call, NodeId parameter_node) {
    NodeId sum = build_sum_all(build, graph_unary(build->graph, OP_SQUARE, parameter_node));
    return build_mul_scalar(build, sum, call_number(call, "factor"));
}

const CatalogEntry catalog_penalty_l2 = {
    .name = "l2", .kind = ENTRY_PENALTY, .built = true, .runtime_id = -1,
    .doc = "adds the squares of all kernels to what is minimized; not of biases and norms", .formula = "a · Σw²",
    .source = "Hoerl and Kennard 1970", .example = "loss: mse + l2(1e-4)",
    .params = {{.name = "factor", .type = PARAM_NUMBER, .max = 1e30, .doc = "the weight a of the sum"}},
    .build_penalty = build_l2,
};
