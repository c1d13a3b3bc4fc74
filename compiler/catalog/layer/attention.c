/* Multi-head self-attention. */
#include "catalog/layer/attention_core.h"

static NodeId build_attention(Build *build, const Call *call, NodeId input) {
    if (!attention_wants_heads(build, call, input)) return NODE_NONE;
    return attention_core(build, call, input, "", call_bool(call, "causal"));
}

const CatalogEntry catalog_layer_attention = {
    .name = "attention", .kind = ENTRY_LAYER, .built = true, .runtime_id = -1,
    .doc = "self-attention: each step of a sequence becomes a mixture of all, weighed by how well queries meet keys",
    .formula = "softmax(Q Kᵀ / √d) V for each head; Q, K, V = x W_inᵀ + b_in; y = heads W_outᵀ + b_out",
    .source = "Vaswani et al. 2017, section 3.2; torch.nn.MultiheadAttention",
    .example = "window([price, volume], 60) -> dense(32) -> positions -> attention(4, causal: true)",
    .params = {
        {.name = "heads", .type = PARAM_INTEGER, .min = 1, .max = 1 << 12,
         .doc = "how many parts of the width attend each by itself"},
        {.name = "causal", .type = PARAM_BOOL, .fallback = "false", .named_only = true,
         .doc = "whether a step sees itself and earlier ones alone"},
        {.name = "dropout", .type = PARAM_SHARE, .fallback = "0", .named_only = true, .max = 0.8, .max_open = true,
         .doc = "the share of the weights of the mixture that is left out"},
        {.name = "bias", .type = PARAM_BOOL, .fallback = "true", .named_only = true,
         .doc = "whether the biases are there"},
        LAYER_INIT, LAYER_NAME, LAYER_PENALTIES,
    },
    .takes_sequence = true,
    .build_layer = build_attention,
};
