/* The value times its sigmoid. */
#include <math.h>

#include "catalog/build.h"

static NodeId build_silu(Build *build, const Call *call, NodeId input) {
    (void)call;
    return graph_binary(build->graph, OP_MUL, input, graph_unary(build->graph, OP_SIGMOID, input));
}

const CatalogEntry catalog_activation_silu = {
    .name = "silu", .kind = ENTRY_ACTIVATION, .built = true, .runtime_id = -1,
    .doc = "the value times its sigmoid, also called swish", .formula = "x / (1 + e^−x)",
    .source = "Elfwing et al. 2018",
    .example = "x -> dense(64) -> silu",
    .kernel_init = "he_normal",
    .output_range = (const double[]){-0.2785, INFINITY},
    .build_layer = build_silu,
};
