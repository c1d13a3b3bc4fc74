/* Steps scaled by running means of the gradient and its square. */
#include "catalog/optimizer/optimizer_params.h"
#include "catalog/optimizer/optimizer_rules.h"

static void build_adam(Build *build, const Call *call, int32_t parameter, NodeId gradient) {
    NodeId weight = build->graph->parameters.items[parameter].node;
    NodeId decayed = optimizer_decayed_gradient(build, call, parameter, gradient);
    optimizer_adam_step(build, call, parameter, weight, decayed);
}

const CatalogEntry catalog_optimizer_adam = {
    .name = "adam", .kind = ENTRY_OPTIMIZER, .built = true, .runtime_id = -1,
    .doc = "each weight moves by its running mean gradient over the root of its running mean square",
    .formula = "m ← beta1 · m + (1 − beta1) · g; v ← beta2 · v + (1 − beta2) · g²; "
               "w ← w − lr / (1 − beta1^t) · m / (√v / √(1 − beta2^t) + epsilon)",
    .source = "Kingma and Ba 2015, algorithm 1; torch.optim.Adam", .example = "optimizer: adam(lr: 1e-3)",
    .params = {OPTIMIZER_ADAM_PARAMS("0", "adds so much of the weight to its gradient")},
    .build_update = build_adam,
};
