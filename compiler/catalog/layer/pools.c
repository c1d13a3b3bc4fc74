/* Pools of images and sequences: the greatest or the mean of each window, or of all places. What lies outside of the
 * input under `padding: same` neither is the greatest nor counts for the mean. */
#include "catalog/layer/layer_windows.h"

enum { EITHER = WINDOWS_OF_SEQUENCES | WINDOWS_OF_IMAGES };

static NodeId build_pool(Build *build, const Call *call, NodeId input, OpKind op) {
    WindowInput places;
    Window window;
    if (!window_input(build, call, input, (WindowRank)EITHER, &places)) return NODE_NONE;
    if (!window_read(build, call, &places, &window)) return NODE_NONE;
    return window_output(build, &places, graph_window(build->graph, op, places.image, NODE_NONE, window));
}

static NodeId build_global_pool(Build *build, const Call *call, NodeId input, OpKind op) {
    WindowInput places;
    if (!window_input(build, call, input, (WindowRank)EITHER, &places)) return NODE_NONE;
    NodeId pooled = graph_window(build->graph, op, places.image, NODE_NONE, window_whole(build, &places));
    return graph_reshape(build->graph, pooled, shape_batch(places.channels));
}

static NodeId build_max_pool(Build *build, const Call *call, NodeId input) {
    return build_pool(build, call, input, OP_WINDOW_MAX);
}

static NodeId build_avg_pool(Build *build, const Call *call, NodeId input) {
    return build_pool(build, call, input, OP_WINDOW_MEAN);
}

static NodeId build_global_max_pool(Build *build, const Call *call, NodeId input) {
    return build_global_pool(build, call, input, OP_WINDOW_MAX);
}

static NodeId build_global_avg_pool(Build *build, const Call *call, NodeId input) {
    return build_global_pool(build, call, input, OP_WINDOW_MEAN);
}

#define POOL_PARAMETERS                                                                                                \
    {                                                                                                                  \
        {.name = "size", .type = PARAM_SIZE,                                                                           \
         .doc = "the height and width of a window; of a sequence, its time steps"},                                    \
            {.name = "stride", .type = PARAM_SIZE, .fallback = "-",                                                    \
             .doc = "the distance from window to window; the size where it is not given"},                             \
            WINDOW_PADDING("valid|same"),                                                                              \
    }

const CatalogEntry catalog_layer_max_pool = {
    .name = "max_pool", .kind = ENTRY_LAYER, .built = true, .runtime_id = -1,
    .doc = "the greatest value of each window, channel by channel",
    .formula = "y[p, q, c] = max over i, k of x[p · stride + i − before, q · stride + k − before, c]",
    .source = "torch.nn.MaxPool2d, MaxPool1d; of equals the first one learns",
    .example = "image -> conv2d(16, 3x3) -> relu -> max_pool(2x2)",
    .params = POOL_PARAMETERS, .build_layer = build_max_pool,
};

const CatalogEntry catalog_layer_avg_pool = {
    .name = "avg_pool", .kind = ENTRY_LAYER, .built = true, .runtime_id = -1,
    .doc = "the mean of each window over the places inside the input, channel by channel",
    .formula = "y[p, q, c] = mean over i, k of x[p · stride + i − before, q · stride + k − before, c]",
    .source = "torch.nn.AvgPool2d, AvgPool1d; padding: same leaves out what lies outside, as TensorFlow does",
    .example = "image -> conv2d(16, 3x3) -> relu -> avg_pool(2x2)",
    .params = POOL_PARAMETERS, .build_layer = build_avg_pool,
};

const CatalogEntry catalog_layer_global_max_pool = {
    .name = "global_max_pool", .kind = ENTRY_LAYER, .built = true, .runtime_id = -1,
    .doc = "the greatest value of each channel over all places of an image or time steps of a sequence",
    .formula = "y[c] = max over p, q of x[p, q, c]", .source = "torch.nn.AdaptiveMaxPool2d(1)",
    .example = "window([ret, vol], 60) -> conv1d(16, 5) -> relu -> global_max_pool",
    .build_layer = build_global_max_pool,
};

const CatalogEntry catalog_layer_global_avg_pool = {
    .name = "global_avg_pool", .kind = ENTRY_LAYER, .built = true, .runtime_id = -1,
    .doc = "the mean of each channel over all places of an image or time steps of a sequence",
    .formula = "y[c] = mean over p, q of x[p, q, c]", .source = "Lin et al. 2014; torch.nn.AdaptiveAvgPool2d(1)",
    .example = "image -> conv2d(16, 3x3) -> relu -> global_avg_pool -> output(digit)",
    .build_layer = build_global_avg_pool,
};
