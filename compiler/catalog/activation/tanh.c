/* The hyperbolic tangent. */
#include "catalog/build.h"

static NodeId build_tanh(Build *build, const Call *call, NodeId input) {
    (void)call;
    return graph_unary(build->graph, OP_TANH, input);
}

const CatalogEntry catalog_activation_tanh = {
    .name = "tanh", .kind = ENTRY_ACTIVATION, .built = true, .runtime_id = -1,
    .doc = "the hyperbolic tangent, between −1 and 1", .formula = "tanh(x)",
    .example = "x -> dense(64) -> tanh",
    .output_range = (const double[]){-1, 1},
    .build_layer = build_tanh,
};
