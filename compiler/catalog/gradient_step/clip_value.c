/* Limits each element of the gradient by itself. */
#include "catalog/build.h"

static void build_clip_value(Build *build, const Call *call, NodeId *gradients, int64_t count) {
    Graph *graph = build->graph;
    double limit = call_number(call, "value");
    for (int64_t i = 0; i < count; i++) {
        if (gradients[i] == NODE_NONE) continue;
        NodeId magnitude = graph_unary(graph, OP_ABS, gradients[i]);
        int32_t rank = graph_node(graph, magnitude)->shape.rank;
        NodeId greatest = graph_reduce(graph, OP_REDUCE_MAX, magnitude, (1u << rank) - 1);
        greatest = graph_reshape(graph, greatest, shape_scalar());
        build_mark_clipped(build, graph_binary(graph, OP_GREATER, greatest, graph_constant(graph, limit)));
        gradients[i] = build_max_scalar(build, build_min_scalar(build, gradients[i], limit), -limit);
    }
}

const CatalogEntry catalog_gradient_step_clip_value = {
    .name = "clip_value", .kind = ENTRY_GRADIENT_STEP, .built = true, .runtime_id = -1,
    .doc = "limits every element of the gradient to ±value", .formula = "min(max(g, −value), value)",
    .source = "torch.nn.utils.clip_grad_value_", .example = "optimizer: clip_value(0.5) -> sgd(lr: 0.1)",
    .params = {{.name = "value", .type = PARAM_NUMBER, .max = 1e30, .min_open = true,
                .doc = "the greatest magnitude of an element"}},
    .build_gradients = build_clip_value,
};
