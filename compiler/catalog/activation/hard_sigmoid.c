/* The sigmoid in three straight pieces. */
#include "catalog/build.h"

static NodeId build_hard_sigmoid(Build *build, const Call *call, NodeId input) {
    (void)call;
    NodeId line = build_add_scalar(build, build_mul_scalar(build, input, 1.0 / 6), 0.5);
    return build_min_scalar(build, build_max_scalar(build, line, 0), 1);
}

const CatalogEntry catalog_activation_hard_sigmoid = {
    .name = "hard_sigmoid", .kind = ENTRY_ACTIVATION, .built = true, .runtime_id = -1,
    .doc = "a straight line between −3 and 3, 0 and 1 outside", .formula = "min(max(x / 6 + 1/2, 0), 1)",
    .source = "torch.nn.Hardsigmoid",
    .example = "x -> dense(64) -> hard_sigmoid",
    .output_range = (const double[]){0, 1},
    .build_layer = build_hard_sigmoid,
};
