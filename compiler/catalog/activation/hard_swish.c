/* The value times its hard sigmoid. */
#include <math.h>

#include "catalog/build.h"

static NodeId build_hard_swish(Build *build, const Call *call, NodeId input) {
    (void)call;
    NodeId line = build_add_scalar(build, build_mul_scalar(build, input, 1.0 / 6), 0.5);
    NodeId gate = build_min_scalar(build, build_max_scalar(build, line, 0), 1);
    return graph_binary(build->graph, OP_MUL, input, gate);
}

const CatalogEntry catalog_activation_hard_swish = {
    .name = "hard_swish", .kind = ENTRY_ACTIVATION, .built = true, .runtime_id = -1,
    .doc = "the value times its hard sigmoid", .formula = "x · min(max(x / 6 + 1/2, 0), 1)",
    .source = "Howard et al. 2019, eq. 2",
    .example = "x -> dense(64) -> hard_swish",
    .kernel_init = "he_normal",
    .output_range = (const double[]){-0.375, INFINITY},
    .build_layer = build_hard_swish,
};
