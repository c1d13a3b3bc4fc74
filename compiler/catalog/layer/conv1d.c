/* Convolution over a sequence. */
#include "catalog/layer/convolution.h"
#include "catalog/layer/layer_params.h"

static NodeId build_conv1d(Build *build, const Call *call, NodeId input) {
    WindowInput sequence;
    Window window;
    if (!window_input(build, call, input, WINDOWS_OF_SEQUENCES, &sequence)) return NODE_NONE;
    if (!window_read(build, call, &sequence, &window)) return NODE_NONE;
    return convolution_build(build, call, &sequence, &window, call_integer(call, "filters"),
                             call_integer(call, "groups"));
}

const CatalogEntry catalog_layer_conv1d = {
    .name = "conv1d", .kind = ENTRY_LAYER, .built = true, .runtime_id = -1,
    .doc = "every filter is a weighted sum over a window of time steps that slides along the sequence",
    .formula = "y[t, f] = Σ_k Σ_c x[t · stride + k · dilation − before, c] W[f, c, k] + b[f]",
    .source = "torch.nn.Conv1d on [time, channels]; padding: same as TensorFlow's, causal sees no later step",
    .example = "window([ret, vol], 60) -> conv1d(16, 5, padding: causal) -> relu",
    .params = {
        WINDOW_FILTERS,
        {.name = "size", .type = PARAM_INTEGER, .min = 1, .max = 1 << 16, .doc = "the time steps of a window"},
        WINDOW_STRIDE, WINDOW_PADDING("valid|same|causal"), WINDOW_DILATION, WINDOW_GROUPS, WINDOW_BIAS,
        LAYER_INIT, LAYER_NAME, LAYER_PENALTIES,
    },
    .build_layer = build_conv1d,
};
