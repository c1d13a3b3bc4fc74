/* Exponential below 0. */
#include "catalog/build.h"

static NodeId build_elu(Build *build, const Call *call, NodeId input) {
    Graph *graph = build->graph;
    NodeId positive = graph_binary(graph, OP_GREATER, input, graph_constant(graph, 0));
    NodeId below = build_mul_scalar(build, graph_unary(graph, OP_EXPM1, input), call_number(call, "alpha"));
    return graph_select(graph, positive, input, below);
}

const CatalogEntry catalog_activation_elu = {
    .name = "elu", .kind = ENTRY_ACTIVATION, .built = true, .runtime_id = -1,
    .doc = "the value where it is positive, else an exponential down to −alpha",
    .formula = "x > 0 ? x : alpha · (e^x − 1)",
    .source = "Clevert et al. 2016",
    .example = "x -> dense(64) -> elu",
    .params = {
        {.name = "alpha", .type = PARAM_NUMBER, .fallback = "1", .max = 1e30, .min_open = true,
         .doc = "how far below 0 it goes"},
    },
    .kernel_init = "he_normal",
    .build_layer = build_elu,
};
