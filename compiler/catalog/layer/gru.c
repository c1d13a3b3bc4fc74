/* The gated recurrent unit. */
#include "catalog/layer/recurrent.h"

static NodeId build_gru(Build *build, const Call *call, NodeId input) {
    return recurrent_build(build, call, input, LRT_RECURRENCE_GRU);
}

const CatalogEntry catalog_layer_gru = {
    .name = "gru", .kind = ENTRY_LAYER, .built = true, .runtime_id = -1,
    .doc = "gated recurrent unit: a state that is partly kept and partly replaced, with the reset gate behind the product",
    .formula = "r, z = σ(W x + b + U h + c), n = tanh(W x + b + r · (U h + c)); h = (1 − z) · n + z · h",
    .source = "Cho et al. 2014; torch.nn.GRU",
    .example = "window([price, volume], 60) -> gru(64) -> output(y)",
    .params = {RECURRENT_PARAMS},
    .takes_sequence = true,
    .build_layer = build_gru,
};
