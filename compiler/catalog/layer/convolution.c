/* The kernel lies in the arena as the product wants it, [cells x channels of a group, filters], and in files as
 * PyTorch's, [filters, channels of a group, height, width]. */
#include "catalog/layer/convolution.h"

static int64_t cells_of(const Window *window) { return window->size[0] * window->size[1]; }

static NodeId build_kernel(Build *build, const Call *call, const WindowInput *input, const Window *window,
                           int64_t filters, int64_t channels) {
    int64_t cells = cells_of(window);
    ParameterOptions kernel = {.suffix = "weight",
                               .shape = shape_make(2, (int64_t[]){cells * channels, filters}),
                               .transposed = true,
                               .cells = cells,
                               .decayed = true,
                               .fan_in = cells * channels,
                               .fan_out = cells * filters};
    kernel.file_shape = shape_make(4, (int64_t[]){filters, channels, window->size[0], window->size[1]});
    if (input->is_sequence) kernel.file_shape = shape_make(3, (int64_t[]){filters, channels, window->size[1]});
    build_kernel_init(build, call, &kernel);
    return build_parameter(build, kernel);
}

static NodeId product(Graph *graph, NodeId image, NodeId kernel, const Window *window) {
    NodeId patches = graph_window(graph, OP_PATCHES, image, NODE_NONE, *window);
    return graph_contract(graph, patches, kernel, false, false);
}

/* Each group of channels with its own filters, side by side: [B places, filters]. */
static NodeId grouped_product(Build *build, const WindowInput *input, NodeId kernel, const Window *window,
                              int64_t filters, int64_t groups) {
    Graph *graph = build->graph;
    int64_t channels = input->channels / groups, width = filters / groups;
    NodeId *parts = ARENA_ARRAY(graph->arena, NodeId, groups);
    for (int64_t i = 0; i < groups; i++) {
        NodeId image = graph_slice(graph, input->image, 3, i * channels, (i + 1) * channels);
        parts[i] = product(graph, image, graph_slice(graph, kernel, 1, i * width, (i + 1) * width), window);
    }
    return graph_concat(graph, parts, (int32_t)groups, 1);
}

/* Each channel by itself, `filters / channels` times. */
static NodeId depthwise_product(Build *build, const WindowInput *input, NodeId kernel, const Window *window,
                                int64_t filters) {
    Graph *graph = build->graph;
    Shape shape = graph_node(graph, input->image)->shape;
    int64_t multiplier = filters / input->channels;
    NodeId image = input->image;
    if (multiplier > 1) {
        Shape apart = {.rank = 5, .dims = {shape.dims[0], shape.dims[1], shape.dims[2], input->channels, 1}};
        image = graph_reshape(graph, image, apart);
        apart.dims[4] = multiplier;
        shape.dims[3] = filters;
        image = graph_reshape(graph, graph_broadcast(graph, image, apart), shape);
    }
    NodeId out = graph_window(graph, OP_DEPTHWISE, image, kernel, *window);
    int64_t rows = shape.dims[0] * window->places[0] * window->places[1];
    return graph_reshape(graph, out, shape_make(2, (int64_t[]){rows, filters}));
}

static bool groups_fit(Build *build, const Call *call, const WindowInput *input, int64_t filters, int64_t groups) {
    bool of_channels = input->channels % groups != 0;
    if (!of_channels && filters % groups == 0) return true;
    Diagnostic *diagnostic = diag_report(build->session, DIAG_ARGUMENT_RANGE, call_argument(call, "groups")->span,
                                         "%lld groups do not divide the %lld %s", (long long)groups,
                                         (long long)(of_channels ? input->channels : filters),
                                         of_channels ? "channels of the input" : "filters");
    diag_advice(diagnostic, "a number that divides both the channels and the filters");
    return false;
}

NodeId convolution_build(Build *build, const Call *call, const WindowInput *input, const Window *window,
                         int64_t filters, int64_t groups) {
    Graph *graph = build->graph;
    if (!groups_fit(build, call, input, filters, groups)) return NODE_NONE;
    NodeId kernel = build_kernel(build, call, input, window, filters, input->channels / groups);
    NodeId out;
    if (groups == 1)
        out = product(graph, input->image, kernel, window);
    else if (groups == input->channels)
        out = depthwise_product(build, input, kernel, window, filters);
    else
        out = grouped_product(build, input, kernel, window, filters, groups);
    if (call_bool(call, "bias")) {
        int64_t fan_in = cells_of(window) * input->channels / groups;
        out = graph_binary(graph, OP_ADD, out,
                           build_parameter(build, (ParameterOptions){.suffix = "bias",
                                                                     .shape = shape_make(1, &filters),
                                                                     .init = LRT_INIT_ZEROS,
                                                                     .fan_in = fan_in,
                                                                     .fan_out = filters}));
    }
    Shape shape = {
        .rank = 4,
        .dims = {graph_node(graph, input->image)->shape.dims[0], window->places[0], window->places[1], filters}};
    return window_output(build, input, graph_reshape(graph, out, shape));
}
