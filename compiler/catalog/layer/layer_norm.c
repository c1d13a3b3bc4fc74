/* Normalised over the last dimension of each row. */
#include "catalog/layer/layer_params.h"
#include "catalog/layer/norm.h"

static NodeId build_layer_norm(Build *build, const Call *call, NodeId input) {
    if (!norm_wants_channels(build, call, input)) return NODE_NONE;
    NormWeights weights = norm_weights(build, input);
    NodeId variance;
    NodeId mean = norm_mean(build, input, build_last_axis(build, input), &variance);
    return norm_apply(build, input, mean, variance, call_number(call, "epsilon"), weights);
}

const CatalogEntry catalog_layer_layer_norm = {
    .name = "layer_norm", .kind = ENTRY_LAYER, .built = true, .runtime_id = -1,
    .doc = "each row centred and scaled by its own mean and variance over the last dimension, then by learnt ones",
    .formula = "y = (x − mean) / √(var + epsilon) · weight + bias",
    .source = "Ba et al. 2016, eq. 4; torch.nn.LayerNorm",
    .example = "x -> layer_norm -> dense(64)",
    .params = {
        {.name = "epsilon", .type = PARAM_NUMBER, .fallback = "1e-5", .named_only = true, .max = 1, .min_open = true,
         .doc = "added to the variance"},
        LAYER_NAME,
    },
    .build_layer = build_layer_norm,
};
