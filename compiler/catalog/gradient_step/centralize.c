/* Gradients of kernels without their mean. */
#include "catalog/build.h"

/* The gradient of a kernel [in, out] has the mean over all inputs of each unit taken off. */
static void build_centralize(Build *build, const Call *call, NodeId *gradients, int64_t count) {
    (void)call;
    Graph *graph = build->graph;
    for (int64_t i = 0; i < count; i++) {
        const GraphParameter *parameter = &graph->parameters.items[i];
        if (gradients[i] == NODE_NONE || !parameter->decayed || parameter->shape.rank < 2) continue;
        NodeId mean = build_mean(build, gradients[i], build_leading_axes(build, gradients[i]));
        gradients[i] = graph_binary(graph, OP_SUB, gradients[i], mean);
    }
}

const CatalogEntry catalog_gradient_step_centralize = {
    .name = "centralize", .kind = ENTRY_GRADIENT_STEP, .built = true, .runtime_id = -1,
    .doc = "takes off each unit's kernel gradient its mean over the inputs", .formula = "g − mean(g)",
    .source = "Yong et al. 2020, eq. 1", .example = "optimizer: centralize -> adam(lr: 1e-3)",
    .build_gradients = build_centralize,
};
