/* Random windows over random images: convolutions as products of patches, pools, depthwise convolutions. */
#include "harness/random_graph_internal.h"

/* A value of the pool as images [B, h, w, c]; other axes of length 1 where it has too few. */
static NodeId pick_image(Maker *maker) {
    NodeId rows = maker_pick_rows(maker);
    int64_t width = graph_node(maker->graph, rows)->shape.dims[1], size[2];
    for (int i = 0; i < 2; i++) {
        size[i] = 1;
        for (int64_t length = 2 + maker_below(maker, 4); length > 1 && size[i] == 1; length--)
            if (width % length == 0) size[i] = length;
        width /= size[i];
    }
    NodeId image = graph_reshape(maker->graph, rows, (Shape){.rank = 4, .dims = {DIM_BATCH, size[0], size[1], width}});
    if (maker_below(maker, 4) != 0) return image;
    /* A layout of its own, in which pixels are padded. */
    return graph_unary(maker->graph, OP_TANH, image);
}

static Window random_window(Maker *maker, const Shape *image, bool dilated) {
    Window window = {0};
    for (int i = 0; i < 2; i++) {
        window.image[i] = image->dims[i + 1];
        window.size[i] = 1 + maker_below(maker, 3);
        window.stride[i] = 1 + maker_below(maker, 2);
        window.dilation[i] = dilated ? 1 + maker_below(maker, 2) : 1;
        int64_t span = (window.size[i] - 1) * window.dilation[i] + 1;
        window.before[i] = maker_below(maker, span);
        /* The last window begins inside. */
        int64_t most = (window.image[i] - 1 + window.before[i]) / window.stride[i] + 1;
        window.places[i] = 1 + maker_below(maker, most);
    }
    return window;
}

/* tanh keeps what many products add up small. */
NodeId make_convolution(Maker *maker) {
    Graph *graph = maker->graph;
    NodeId image = pick_image(maker);
    Shape shape = graph_node(graph, image)->shape;
    Window window = random_window(maker, &shape, true);
    int64_t depth = window.size[0] * window.size[1] * shape.dims[3], filters = maker_width(maker);
    if (depth > 400) return NODE_NONE;
    NodeId patches = graph_window(graph, OP_PATCHES, image, NODE_NONE, window);
    if (maker_below(maker, 5) == 0) /* read by more than a product */
        return graph_unary(graph, OP_TANH, graph_window(graph, OP_PATCHES_ADD, patches, NODE_NONE, window));
    NodeId out = graph_contract(graph, patches, maker_parameter(maker, (Shape){.rank = 2, .dims = {depth, filters}}),
                                false, false);
    if (maker_below(maker, 2) == 0)
        out = graph_binary(graph, OP_ADD, out, maker_parameter(maker, (Shape){.rank = 1, .dims = {filters}}));
    out = graph_unary(graph, OP_TANH, out);
    return graph_reshape(graph, out,
                         (Shape){.rank = 4, .dims = {DIM_BATCH, window.places[0], window.places[1], filters}});
}

NodeId make_window(Maker *maker) {
    Graph *graph = maker->graph;
    NodeId image = pick_image(maker);
    Shape shape = graph_node(graph, image)->shape;
    int64_t kind = maker_below(maker, maker->smooth ? 2 : 3);
    Window window = random_window(maker, &shape, kind == 1);
    if (kind == 0) return graph_window(graph, OP_WINDOW_MEAN, image, NODE_NONE, window);
    if (kind == 2) return graph_window(graph, OP_WINDOW_MAX, image, NODE_NONE, window);
    int64_t cells = window.size[0] * window.size[1];
    NodeId weights = maker_parameter(maker, (Shape){.rank = 2, .dims = {cells, shape.dims[3]}});
    return graph_unary(graph, OP_TANH, graph_window(graph, OP_DEPTHWISE, image, weights, window));
}
