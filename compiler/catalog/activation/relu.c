/* The rectifier. */
#include <math.h>

#include "catalog/build.h"

static NodeId build_relu(Build *build, const Call *call, NodeId input) {
    (void)call;
    return build_max_scalar(build, input, 0);
}

const CatalogEntry catalog_activation_relu = {
    .name = "relu", .kind = ENTRY_ACTIVATION, .built = true, .runtime_id = -1,
    .doc = "the value where it is positive, else 0", .formula = "max(x, 0)",
    .source = "Nair and Hinton 2010",
    .example = "x -> dense(64) -> relu",
    .kernel_init = "he_normal",
    .output_range = (const double[]){0, INFINITY},
    .build_layer = build_relu,
};
