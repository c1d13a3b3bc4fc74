/* Scales all gradients down together where their common norm is too large. */
#include "catalog/build.h"

static void build_clip_norm(Build *build, const Call *call, NodeId *gradients, int64_t count) {
    Graph *graph = build->graph;
    NodeId norm = build_add_scalar(build, build_global_norm(build, gradients, count), 1e-6);
    NodeId scale = graph_binary(graph, OP_DIV, graph_constant(graph, call_number(call, "norm")), norm);
    NodeId one = graph_constant(graph, 1);
    build_mark_clipped(build, graph_binary(graph, OP_LESS, scale, one));
    NodeId factor = graph_binary(graph, OP_MIN, scale, one);
    for (int64_t i = 0; i < count; i++)
        if (gradients[i] != NODE_NONE) gradients[i] = graph_binary(graph, OP_MUL, gradients[i], factor);
}

const CatalogEntry catalog_gradient_step_clip_norm = {
    .name = "clip_norm", .kind = ENTRY_GRADIENT_STEP, .built = true, .runtime_id = -1,
    .doc = "scales the whole gradient down to a norm where it is longer", .formula = "g · min(norm / (‖g‖ + 1e-6), 1)",
    .source = "Pascanu et al. 2013, algorithm 1; torch.nn.utils.clip_grad_norm_",
    .example = "optimizer: clip_norm(1.0) -> adam(lr: 1e-3)",
    .params = {{.name = "norm", .type = PARAM_NUMBER, .max = 1e30, .min_open = true,
                .doc = "the longest that the gradient of all weights together may be"}},
    .build_gradients = build_clip_norm,
};
