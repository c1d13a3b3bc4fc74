/* The value times the tanh of its softplus. */
#include <math.h>

#include "catalog/build.h"

static NodeId build_mish(Build *build, const Call *call, NodeId input) {
    (void)call;
    return graph_binary(build->graph, OP_MUL, input, graph_unary(build->graph, OP_TANH, build_softplus(build, input)));
}

const CatalogEntry catalog_activation_mish = {
    .name = "mish", .kind = ENTRY_ACTIVATION, .built = true, .runtime_id = -1,
    .doc = "the value times the tanh of its softplus", .formula = "x · tanh(log(1 + e^x))",
    .source = "Misra 2020",
    .example = "x -> dense(64) -> mish",
    .kernel_init = "he_normal",
    .output_range = (const double[]){-0.3089, INFINITY},
    .build_layer = build_mish,
};
