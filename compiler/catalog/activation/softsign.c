/* A sigmoid that saturates slowly. */
#include "catalog/build.h"

static NodeId build_softsign(Build *build, const Call *call, NodeId input) {
    (void)call;
    Graph *graph = build->graph;
    NodeId magnitude = build_add_scalar(build, graph_unary(graph, OP_ABS, input), 1);
    return graph_binary(graph, OP_DIV, input, magnitude);
}

const CatalogEntry catalog_activation_softsign = {
    .name = "softsign", .kind = ENTRY_ACTIVATION, .built = true, .runtime_id = -1,
    .doc = "between −1 and 1, with long tails", .formula = "x / (1 + |x|)",
    .source = "Turian et al. 2009",
    .example = "x -> dense(64) -> softsign",
    .output_range = (const double[]){-1, 1},
    .build_layer = build_softsign,
};
