/* Convolution over an image. */
#include "catalog/layer/convolution.h"
#include "catalog/layer/layer_params.h"

static NodeId build_conv2d(Build *build, const Call *call, NodeId input) {
    WindowInput image;
    Window window;
    if (!window_input(build, call, input, WINDOWS_OF_IMAGES, &image)) return NODE_NONE;
    if (!window_read(build, call, &image, &window)) return NODE_NONE;
    return convolution_build(build, call, &image, &window, call_integer(call, "filters"), call_integer(call, "groups"));
}

const CatalogEntry catalog_layer_conv2d = {
    .name = "conv2d", .kind = ENTRY_LAYER, .built = true, .runtime_id = -1,
    .doc = "every filter is a weighted sum over a window of pixels that slides over the image",
    .formula = "y[p, q, f] = Σ_i Σ_k Σ_c x[p · stride + i · dilation − before, "
               "q · stride + k · dilation − before, c] W[f, c, i, k] + b[f]",
    .source = "torch.nn.Conv2d on [height, width, channels]; padding: same as TensorFlow's",
    .example = "image -> conv2d(16, 3x3, padding: same) -> relu -> max_pool(2x2)",
    .params = {
        WINDOW_FILTERS,
        {.name = "size", .type = PARAM_SIZE, .doc = "the height and width of a window; a number is a square"},
        WINDOW_STRIDE, WINDOW_PADDING("valid|same"), WINDOW_DILATION, WINDOW_GROUPS, WINDOW_BIAS,
        LAYER_INIT, LAYER_NAME, LAYER_PENALTIES,
    },
    .build_layer = build_conv2d,
};
