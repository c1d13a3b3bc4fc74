/* Dropout behind `selu`: what is left out becomes the value that selu tends to, not 0, and an affine map restores mean 0
 * and variance 1. */
#include <math.h>

#include "catalog/build.h"

static NodeId build_alpha_dropout(Build *build, const Call *call, NodeId input) {
    Graph *graph = build->graph;
    const double least = 1.7580993408473766; /* -selu(-∞) */
    double rate = call_number(call, "rate");
    if (!build->training || rate == 0) return input;
    double scale = 1 / sqrt((1 - rate) * (1 + rate * least * least));
    NodeId uniform = graph_uniform(graph, graph_node(graph, input)->shape, build->random_streams++);
    NodeId kept = graph_binary(graph, OP_GREATER_EQUAL, uniform, graph_constant(graph, rate));
    NodeId factor = graph_select(graph, kept, graph_constant(graph, scale), graph_constant(graph, 0));
    NodeId shift = graph_select(graph, kept, graph_constant(graph, scale * least * rate),
                                graph_constant(graph, scale * least * (rate - 1)));
    return graph_binary(graph, OP_ADD, graph_binary(graph, OP_MUL, input, factor), shift);
}

const CatalogEntry catalog_layer_alpha_dropout = {
    .name = "alpha_dropout", .kind = ENTRY_LAYER, .built = true, .runtime_id = -1,
    .doc = "dropout that keeps the mean and variance of what comes out of selu",
    .formula = "y = a · (u ≥ rate ? x : −1.7581) + 1.7581 · a · rate, a = 1 / √((1 − rate)(1 + 1.7581² · rate))",
    .source = "Klambauer et al. 2017, section 2; torch.nn.AlphaDropout",
    .example = "x -> dense(64) -> selu -> alpha_dropout(10%)",
    .params = {
        {.name = "rate", .type = PARAM_SHARE, .max = 0.8, .max_open = true, .doc = "the share that is left out"},
    },
    .build_layer = build_alpha_dropout,
};
