/* Inverted dropout: what is kept is scaled up in training, so that evaluation does nothing. */
#include "catalog/build.h"

static NodeId build_dropout(Build *build, const Call *call, NodeId input) {
    return build_dropped(build, input, call_number(call, "rate"));
}

const CatalogEntry catalog_layer_dropout = {
    .name = "dropout", .kind = ENTRY_LAYER, .built = true, .runtime_id = -1,
    .doc = "sets each value to 0 with probability `rate` in training and scales the others by 1 / (1 − rate)",
    .formula = "y = x · [u ≥ rate] / (1 − rate), u uniform in [0, 1)",
    .source = "Srivastava et al. 2014; torch.nn.Dropout",
    .example = "x -> dense(64) -> relu -> dropout(30%)",
    .params = {
        {.name = "rate", .type = PARAM_SHARE, .max = 0.8, .max_open = true, .doc = "the share that is left out"},
    },
    .build_layer = build_dropout,
};
