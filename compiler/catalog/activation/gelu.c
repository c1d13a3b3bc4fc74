/* The value times the normal distribution function of it, exact. */
#include <math.h>

#include "catalog/build.h"

static NodeId build_gelu(Build *build, const Call *call, NodeId input) {
    (void)call;
    Graph *graph = build->graph;
    const double sqrt_half = 0.70710678118654752440;
    NodeId twice = build_add_scalar(build, graph_unary(graph, OP_ERF, build_mul_scalar(build, input, sqrt_half)), 1);
    return graph_binary(graph, OP_MUL, build_mul_scalar(build, input, 0.5), twice);
}

const CatalogEntry catalog_activation_gelu = {
    .name = "gelu", .kind = ENTRY_ACTIVATION, .built = true, .runtime_id = -1,
    .doc = "the value times the probability that a normal one is smaller", .formula = "x · (1 + erf(x / √2)) / 2",
    .source = "Hendrycks and Gimpel 2016",
    .example = "x -> dense(64) -> gelu",
    .kernel_init = "he_normal",
    .output_range = (const double[]){-0.17, INFINITY},
    .build_layer = build_gelu,
};
