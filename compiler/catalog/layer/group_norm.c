/* Normalised over all places and the channels of a group, row by row. Channels are the last dimension. */
#include "catalog/layer/layer_params.h"
#include "catalog/layer/norm.h"

/* The mean of [B, …, C] over the places and the channels of each group, as [B, 1…, C]: the places first, whose sums run
 * along the channels, then the few channels of a group. */
static NodeId group_mean(Build *build, NodeId input, int64_t groups) {
    Graph *graph = build->graph;
    Shape shape = graph_node(graph, input)->shape;
    int32_t last = shape.rank - 1;
    uint32_t places = build_leading_axes(build, input) & ~1u;
    NodeId by_channel = build_mean(build, input, places);
    for (int32_t axis = 1; axis < last; axis++) shape.dims[axis] = 1;
    Shape grouped = {.rank = 3, .dims = {shape.dims[0], groups, shape.dims[last] / groups}};
    NodeId by_group = build_mean(build, graph_reshape(graph, by_channel, grouped), 1u << 2);
    return graph_reshape(graph, graph_broadcast(graph, by_group, grouped), shape);
}

static bool divides(Build *build, const Call *call, NodeId input, int64_t groups) {
    const Shape *shape = &graph_node(build->graph, input)->shape;
    int64_t channels = shape->dims[shape->rank - 1];
    if (channels % groups == 0) return true;
    Diagnostic *diagnostic =
        diag_report(build->session, DIAG_SHAPE_ERROR, call->span, "%lld channels do not divide into %lld groups",
                    (long long)channels, (long long)groups);
    int64_t fitting = groups < channels ? groups : channels;
    while (channels % fitting != 0) fitting--;
    diag_advice(diagnostic, "`group_norm(%lld)`", (long long)fitting);
    return false;
}

static NodeId build_group_norm(Build *build, const Call *call, NodeId input) {
    Graph *graph = build->graph;
    int64_t groups = call_integer(call, "groups");
    if (!norm_wants_channels(build, call, input) || !divides(build, call, input, groups)) return NODE_NONE;
    NormWeights weights = norm_weights(build, input);
    NodeId mean = group_mean(build, input, groups);
    NodeId distance = norm_distance(build, input, mean);
    NodeId variance = group_mean(build, graph_unary(graph, OP_SQUARE, distance), groups);
    return norm_apply(build, input, mean, variance, call_number(call, "epsilon"), weights);
}

const CatalogEntry catalog_layer_group_norm = {
    .name = "group_norm", .kind = ENTRY_LAYER, .built = true, .runtime_id = -1,
    .doc = "each row centred and scaled by the mean and variance of all places and channels of a group, then by learnt "
           "ones",
    .formula = "y = (x − mean) / √(var + epsilon) · weight + bias",
    .source = "Wu and He 2018, eq. 7; torch.nn.GroupNorm",
    .example = "x -> dense(64) -> group_norm(8) -> relu",
    .params = {
        {.name = "groups", .type = PARAM_INTEGER, .min = 1, .max = 1 << 20,
         .doc = "how many groups the channels, in their order, are divided into"},
        {.name = "epsilon", .type = PARAM_NUMBER, .fallback = "1e-5", .named_only = true, .max = 1, .min_open = true,
         .doc = "added to the variance"},
        LAYER_NAME,
    },
    .build_layer = build_group_norm,
};
