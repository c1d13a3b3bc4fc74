/* Scaled by the root of the mean square over the last dimension of each row; nothing is centred. */
#include "catalog/layer/layer_params.h"
#include "catalog/layer/norm.h"

static NodeId build_rms_norm(Build *build, const Call *call, NodeId input) {
    Graph *graph = build->graph;
    if (!norm_wants_channels(build, call, input)) return NODE_NONE;
    NodeId weight = norm_weight(build, input);
    NodeId square = build_mean(build, graph_unary(graph, OP_SQUARE, input), build_last_axis(build, input));
    NodeId root = graph_unary(graph, OP_SQRT, build_add_scalar(build, square, call_number(call, "epsilon")));
    NodeId normal = graph_binary(graph, OP_MUL, input, graph_unary(graph, OP_RECIPROCAL, root));
    return graph_binary(graph, OP_MUL, normal, weight);
}

const CatalogEntry catalog_layer_rms_norm = {
    .name = "rms_norm", .kind = ENTRY_LAYER, .built = true, .runtime_id = -1,
    .doc = "each row divided by the root of its mean square over the last dimension, then scaled by learnt weights",
    .formula = "y = x / √(mean(x²) + epsilon) · weight",
    .source = "Zhang and Sennrich 2019, eq. 4; torch.nn.RMSNorm",
    .example = "x -> rms_norm -> dense(64)",
    .params = {
        {.name = "epsilon", .type = PARAM_NUMBER, .fallback = "1e-5", .named_only = true, .max = 1, .min_open = true,
         .doc = "added to the mean square"},
        LAYER_NAME,
    },
    .build_layer = build_rms_norm,
};
