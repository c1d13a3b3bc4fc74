/* elu scaled so that mean 0 and variance 1 are kept from layer to layer. */
#include <math.h>

#include "catalog/build.h"

static NodeId build_selu(Build *build, const Call *call, NodeId input) {
    (void)call;
    Graph *graph = build->graph;
    const double alpha = 1.6732632423543772848170429916717, scale = 1.0507009873554804934193349852946;
    NodeId positive = graph_binary(graph, OP_GREATER, input, graph_constant(graph, 0));
    NodeId below = build_mul_scalar(build, graph_unary(graph, OP_EXPM1, input), alpha);
    return build_mul_scalar(build, graph_select(graph, positive, input, below), scale);
}

const CatalogEntry catalog_activation_selu = {
    .name = "selu", .kind = ENTRY_ACTIVATION, .built = true, .runtime_id = -1,
    .doc = "elu with the constants that keep mean 0 and variance 1",
    .formula = "1.0507 · (x > 0 ? x : 1.6733 · (e^x − 1))",
    .source = "Klambauer et al. 2017",
    .example = "x -> dense(64) -> selu",
    .kernel_init = "lecun_normal",
    .output_range = (const double[]){-1.7581, INFINITY},
    .build_layer = build_selu,
};
