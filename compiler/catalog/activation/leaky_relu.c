/* The rectifier with a slope below 0. */
#include "catalog/build.h"

static NodeId build_leaky_relu(Build *build, const Call *call, NodeId input) {
    Graph *graph = build->graph;
    NodeId positive = graph_binary(graph, OP_GREATER, input, graph_constant(graph, 0));
    return graph_select(graph, positive, input, build_mul_scalar(build, input, call_number(call, "slope")));
}

const CatalogEntry catalog_activation_leaky_relu = {
    .name = "leaky_relu", .kind = ENTRY_ACTIVATION, .built = true, .runtime_id = -1,
    .doc = "the value where it is positive, else `slope` times it", .formula = "x > 0 ? x : slope · x",
    .source = "Maas et al. 2013",
    .example = "x -> dense(64) -> leaky_relu(slope: 0.1)",
    .params = {
        {.name = "slope", .type = PARAM_NUMBER, .fallback = "0.01", .min = -1e30, .max = 1e30,
         .doc = "the derivative below 0"},
    },
    .kernel_init = "he_normal",
    .build_layer = build_leaky_relu,
};
