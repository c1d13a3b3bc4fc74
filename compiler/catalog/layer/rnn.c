/* The simple recurrent layer. */
#include "catalog/layer/recurrent.h"

static NodeId build_rnn(Build *build, const Call *call, NodeId input) {
    return recurrent_build(build, call, input, LRT_RECURRENCE_RNN);
}

const CatalogEntry catalog_layer_rnn = {
    .name = "rnn", .kind = ENTRY_LAYER, .built = true, .runtime_id = -1,
    .doc = "the simple recurrent layer",
    .formula = "h = tanh(W x + b + U h + c)",
    .source = "Elman 1990; torch.nn.RNN",
    .example = "window([price, volume], 60) -> rnn(64) -> output(y)",
    .params = {RECURRENT_PARAMS},
    .takes_sequence = true,
    .build_layer = build_rnn,
};
