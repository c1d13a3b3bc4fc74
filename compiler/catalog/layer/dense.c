/* The fully connected layer. */
#include "catalog/build.h"
#include "catalog/layer/layer_params.h"

static NodeId build_dense(Build *build, const Call *call, NodeId input) {
    if (!build_wants_rows(build, input, true, "`dense`")) return NODE_NONE;
    return build_affine(build, call, input, call_integer(call, "units"));
}

const CatalogEntry catalog_layer_dense = {
    .name = "dense", .kind = ENTRY_LAYER, .built = true, .runtime_id = -1,
    .doc = "every output is a weighted sum of all inputs, on the last dimension",
    .formula = "y = x Wᵀ + b", .source = "torch.nn.Linear", .example = "x -> dense(64) -> relu",
    .params = {
        {.name = "units", .type = PARAM_INTEGER, .min = 1, .max = 1 << 20, .doc = "the width of the output"},
        {.name = "bias", .type = PARAM_BOOL, .fallback = "true", .named_only = true, .doc = "whether b is there"},
        LAYER_INIT, LAYER_NAME, LAYER_PENALTIES,
    },
    .build_layer = build_dense,
};
