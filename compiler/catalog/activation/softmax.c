/* Shares that sum to 1 over the last dimension. */
#include "catalog/build.h"

static NodeId build_shares(Build *build, const Call *call, NodeId input) {
    (void)call;
    return build_softmax(build, input);
}

const CatalogEntry catalog_activation_softmax = {
    .name = "softmax", .kind = ENTRY_ACTIVATION, .built = true, .runtime_id = -1,
    .doc = "positive shares that sum to 1 over the last dimension", .formula = "e^xᵢ / Σ e^xⱼ",
    .source = "Bridle 1990",
    .example = "x -> dense(8) -> softmax",
    .output_range = (const double[]){0, 1},
    .build_layer = build_shares,
};
