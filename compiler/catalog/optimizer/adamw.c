/* Adam with the decay of the weights kept out of the gradient. */
#include "catalog/optimizer/optimizer_params.h"
#include "catalog/optimizer/optimizer_rules.h"

static void build_adamw(Build *build, const Call *call, int32_t parameter, NodeId gradient) {
    optimizer_adam_step(build, call, parameter, optimizer_decayed_weight(build, call, parameter), gradient);
}

const CatalogEntry catalog_optimizer_adamw = {
    .name = "adamw", .kind = ENTRY_OPTIMIZER, .built = true, .runtime_id = -1,
    .doc = "adam, with weights that shrink by lr · weight_decay at each step",
    .formula = "w ← w · (1 − lr · weight_decay), then as adam", .source = "Loshchilov and Hutter 2019, algorithm 2; "
               "torch.optim.AdamW", .example = "optimizer: adamw(lr: 1e-3, weight_decay: 1e-2)",
    .params = {OPTIMIZER_ADAM_PARAMS("1e-2", "the share of itself, times lr, that a weight loses at each step")},
    .build_update = build_adamw,
};
