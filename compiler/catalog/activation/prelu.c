/* The rectifier with a learnt slope below 0, one for the whole layer. */
#include "catalog/build.h"
#include "catalog/layer/layer_params.h"

static NodeId build_prelu(Build *build, const Call *call, NodeId input) {
    Graph *graph = build->graph;
    (void)call;
    int64_t one = 1;
    NodeId slope = build_parameter(build, (ParameterOptions){.suffix = "weight",
                                                             .shape = shape_make(1, &one),
                                                             .init = LRT_INIT_CONSTANT,
                                                             .init_value = 0.25,
                                                             .fan_in = 1,
                                                             .fan_out = 1});
    NodeId positive = graph_binary(graph, OP_GREATER, input, graph_constant(graph, 0));
    return graph_select(graph, positive, input, graph_binary(graph, OP_MUL, input, slope));
}

const CatalogEntry catalog_activation_prelu = {
    .name = "prelu", .kind = ENTRY_ACTIVATION, .built = true, .runtime_id = -1,
    .doc = "the value where it is positive, else a learnt slope times it; the slope starts at 0.25",
    .formula = "x > 0 ? x : a · x",
    .source = "He et al. 2015, eq. 1; torch.nn.PReLU()",
    .example = "x -> dense(64) -> prelu",
    .params = {LAYER_NAME},
    .kernel_init = "he_normal",
    .build_layer = build_prelu,
};
