/* The smooth rectifier. */
#include <math.h>

#include "catalog/build.h"

static NodeId build_smooth(Build *build, const Call *call, NodeId input) {
    (void)call;
    return build_softplus(build, input);
}

const CatalogEntry catalog_activation_softplus = {
    .name = "softplus", .kind = ENTRY_ACTIVATION, .built = true, .runtime_id = -1,
    .doc = "a smooth rectifier, always positive", .formula = "log(1 + e^x)",
    .source = "Dugas et al. 2001",
    .example = "x -> dense(64) -> softplus",
    .kernel_init = "he_normal",
    .output_range = (const double[]){0, INFINITY},
    .build_layer = build_smooth,
};
