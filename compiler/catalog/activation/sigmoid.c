/* The logistic function. */
#include "catalog/build.h"

static NodeId build_sigmoid(Build *build, const Call *call, NodeId input) {
    (void)call;
    return graph_unary(build->graph, OP_SIGMOID, input);
}

const CatalogEntry catalog_activation_sigmoid = {
    .name = "sigmoid", .kind = ENTRY_ACTIVATION, .built = true, .runtime_id = -1,
    .doc = "the logistic function, between 0 and 1", .formula = "1 / (1 + e^−x)",
    .example = "x -> dense(64) -> sigmoid",
    .output_range = (const double[]){0, 1},
    .build_layer = build_sigmoid,
};
