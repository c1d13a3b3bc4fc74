/* Encoder layers: attention and a network of two layers, each inside a residual sum with a norm before or behind. */
#include "catalog/layer/attention_core.h"
#include "catalog/layer/norm.h"

#include <string.h>

static const double epsilon = 1e-5; /* of torch.nn.TransformerEncoderLayer */

static NodeId layer_norm(Build *build, NodeId input, NormWeights weights) {
    NodeId variance, mean = norm_mean(build, input, build_last_axis(build, input), &variance);
    return norm_apply(build, input, mean, variance, epsilon, weights);
}

static NodeId feed_forward(Build *build, const Call *call, NodeId input, const char *prefix) {
    Graph *graph = build->graph;
    Arena *arena = build->session->arena;
    int64_t width = graph_node(graph, input)->shape.dims[2];
    double dropout = call_number(call, "dropout");
    NodeId hidden = attention_affine(build, call, input, arena_printf(arena, "%slinear1.", prefix),
                                     call_integer(call, "ff"));
    hidden = graph_binary(graph, OP_MAX, hidden, graph_constant(graph, 0));
    hidden = build_dropped(build, hidden, dropout);
    hidden = attention_affine(build, call, hidden, arena_printf(arena, "%slinear2.", prefix), width);
    return build_dropped(build, hidden, dropout);
}

static NodeId attend(Build *build, const Call *call, NodeId input, const char *prefix) {
    const char *tensors = arena_printf(build->session->arena, "%sself_attn.", prefix);
    return build_dropped(build, attention_core(build, call, input, tensors, false), call_number(call, "dropout"));
}

static NodeId build_block(Build *build, const Call *call, NodeId x, const char *prefix) {
    Graph *graph = build->graph;
    Arena *arena = build->session->arena;
    NormWeights first = norm_named_weights(build, x, arena_printf(arena, "%snorm1.", prefix));
    NormWeights second = norm_named_weights(build, x, arena_printf(arena, "%snorm2.", prefix));
    if (strcmp(call_word(call, "norm"), "pre") == 0) {
        x = graph_binary(graph, OP_ADD, x, attend(build, call, layer_norm(build, x, first), prefix));
        return graph_binary(graph, OP_ADD, x, feed_forward(build, call, layer_norm(build, x, second), prefix));
    }
    x = layer_norm(build, graph_binary(graph, OP_ADD, x, attend(build, call, x, prefix)), first);
    return layer_norm(build, graph_binary(graph, OP_ADD, x, feed_forward(build, call, x, prefix)), second);
}

static NodeId build_transformer(Build *build, const Call *call, NodeId input) {
    if (!attention_wants_heads(build, call, input)) return NODE_NONE;
    NodeId x = input;
    for (int64_t layer = 0; layer < call_integer(call, "layers"); layer++)
        x = build_block(build, call, x, arena_printf(build->session->arena, "layers.%lld.", (long long)layer));
    return x;
}

const CatalogEntry catalog_layer_transformer = {
    .name = "transformer", .kind = ENTRY_LAYER, .built = true, .runtime_id = -1,
    .doc = "encoder layers: attention, then a network of two layers with relu, each added to what it reads; as wide as the "
           "input, without a norm at the end",
    .formula = "pre: x + attention(norm(x)), then x + ff(norm(x)); post: norm(x + attention(x)), then norm(x + ff(x))",
    .source = "Vaswani et al. 2017, section 3.1; torch.nn.TransformerEncoderLayer(batch_first=True)",
    .example = "window([price, volume], 60) -> dense(32) -> positions -> transformer(4, 64, layers: 2)",
    .params = {
        {.name = "heads", .type = PARAM_INTEGER, .min = 1, .max = 1 << 12, .doc = "heads of the attention"},
        {.name = "ff", .type = PARAM_INTEGER, .min = 1, .max = 1 << 20,
         .doc = "units of the first layer of the network"},
        {.name = "dropout", .type = PARAM_SHARE, .fallback = "0", .named_only = true, .max = 0.8, .max_open = true,
         .doc = "the share that is left out of attention, of the network's units and of both results"},
        {.name = "layers", .type = PARAM_INTEGER, .fallback = "1", .named_only = true, .min = 1, .max = 64,
         .doc = "how many stand on each other"},
        {.name = "norm", .type = PARAM_WORD, .fallback = "pre", .named_only = true, .choices = "pre|post",
         .doc = "whether norms stand before attention and network or behind the sums"},
        {.name = "bias", .type = PARAM_BOOL, .fallback = "true", .named_only = true,
         .doc = "whether attention and network have biases"},
        LAYER_INIT, LAYER_NAME, LAYER_PENALTIES,
    },
    .takes_sequence = true,
    .build_layer = build_transformer,
};
