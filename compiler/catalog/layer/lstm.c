/* Long short-term memory. */
#include "catalog/layer/recurrent.h"

static NodeId build_lstm(Build *build, const Call *call, NodeId input) {
    return recurrent_build(build, call, input, LRT_RECURRENCE_LSTM);
}

const CatalogEntry catalog_layer_lstm = {
    .name = "lstm", .kind = ENTRY_LAYER, .built = true, .runtime_id = -1,
    .doc = "long short-term memory: gates decide what a cell keeps, takes in and shows",
    .formula = "i, f, o = σ(W x + U h + b), g = tanh(W x + U h + b); c = f · c + i · g; h = o · tanh(c)",
    .source = "Hochreiter and Schmidhuber 1997, Gers et al. 2000; torch.nn.LSTM",
    .example = "window([price, volume], 60) -> lstm(64) -> output(y)",
    .params = {RECURRENT_PARAMS},
    .takes_sequence = true,
    .build_layer = build_lstm,
};
