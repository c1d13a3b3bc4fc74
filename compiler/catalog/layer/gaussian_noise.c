/* Normal noise on every value in training. */
#include "catalog/build.h"

static NodeId build_gaussian_noise(Build *build, const Call *call, NodeId input) {
    Graph *graph = build->graph;
    double deviation = call_number(call, "stddev");
    if (!build->training || deviation == 0) return input;
    NodeId noise = build_mul_scalar(build, build_normal(build, graph_node(graph, input)->shape), deviation);
    return graph_binary(graph, OP_ADD, input, noise);
}

const CatalogEntry catalog_layer_gaussian_noise = {
    .name = "gaussian_noise", .kind = ENTRY_LAYER, .built = true, .runtime_id = -1,
    .doc = "adds normal noise with mean 0 and deviation `stddev` in training; evaluation does nothing",
    .formula = "y = x + stddev · ε, ε normal",
    .source = "Bishop 1995; tf.keras.layers.GaussianNoise",
    .example = "x -> gaussian_noise(0.1) -> dense(64)",
    .params = {
        {.name = "stddev", .type = PARAM_NUMBER, .max = 1e30, .doc = "the deviation of the noise"},
    },
    .build_layer = build_gaussian_noise,
};
