/* A gated unit: silu of the first half times the second half. */
#include "catalog/build.h"

static NodeId build_swiglu(Build *build, const Call *call, NodeId input) {
    (void)call;
    Graph *graph = build->graph;
    const Shape shape = graph_node(graph, input)->shape;
    int32_t axis = shape.rank - 1;
    if (shape.rank < 2 || shape.dims[axis] % 2 != 0) {
        Diagnostic *diagnostic =
            diag_report(build->session, DIAG_SHAPE_ERROR, build->graph->span,
                        "`swiglu` halves the last dimension; it gets %s", shape_text(build->session->arena, &shape));
        diag_advice(diagnostic, "an even number of units before it");
        return NODE_NONE;
    }
    int64_t half = shape.dims[axis] / 2;
    NodeId gate = graph_slice(graph, input, axis, 0, half);
    NodeId value = graph_slice(graph, input, axis, half, 2 * half);
    NodeId silu = graph_binary(graph, OP_MUL, gate, graph_unary(graph, OP_SIGMOID, gate));
    return graph_binary(graph, OP_MUL, silu, value);
}

const CatalogEntry catalog_activation_swiglu = {
    .name = "swiglu", .kind = ENTRY_ACTIVATION, .built = true, .runtime_id = -1,
    .doc = "silu of the first half of the last dimension times the second half; half as wide",
    .formula = "silu(x₁) · x₂",
    .source = "Shazeer 2020",
    .example = "x -> dense(128) -> swiglu",
    .kernel_init = "he_normal",
    .build_layer = build_swiglu,
};
