/* Convolution of each channel by itself. */
#include "catalog/layer/convolution.h"
#include "catalog/layer/layer_params.h"

static NodeId build_depthwise_conv2d(Build *build, const Call *call, NodeId input) {
    WindowInput image;
    Window window;
    if (!window_input(build, call, input, WINDOWS_OF_IMAGES, &image)) return NODE_NONE;
    if (!window_read(build, call, &image, &window)) return NODE_NONE;
    int64_t filters = image.channels * call_integer(call, "multiplier");
    return convolution_build(build, call, &image, &window, filters, image.channels);
}

const CatalogEntry catalog_layer_depthwise_conv2d = {
    .name = "depthwise_conv2d", .kind = ENTRY_LAYER, .built = true, .runtime_id = -1,
    .doc = "each channel of an image is convolved by itself, `multiplier` times",
    .formula = "y[p, q, c · multiplier + m] = Σ_i Σ_k x[p · stride + i · dilation − before, "
               "q · stride + k · dilation − before, c] W[c · multiplier + m, 0, i, k] + b",
    .source = "torch.nn.Conv2d with as many groups as channels; Howard et al. 2017",
    .example = "image -> depthwise_conv2d(3x3, padding: same) -> conv2d(32, 1x1) -> relu",
    .params = {
        {.name = "size", .type = PARAM_SIZE, .doc = "the height and width of a window; a number is a square"},
        {.name = "multiplier", .type = PARAM_INTEGER, .fallback = "1", .min = 1, .max = 1 << 10,
         .doc = "the channels that are made of each"},
        WINDOW_STRIDE, WINDOW_PADDING("valid|same"), WINDOW_DILATION, WINDOW_BIAS,
        LAYER_INIT, LAYER_NAME, LAYER_PENALTIES,
    },
    .build_layer = build_depthwise_conv2d,
};
