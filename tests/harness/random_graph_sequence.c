/* Random sequences: recurrent layers of all cells, products side by side. */
#include "harness/random_graph_internal.h"

/* A value of the batch as a sequence [B, T, w], T of 1..5. */
static NodeId pick_sequence(Maker *maker) {
    NodeId x = maker_pick_rows(maker);
    int64_t count = graph_node(maker->graph, x)->shape.dims[1], steps = 1;
    for (int64_t try = 2 + maker_below(maker, 3); try <= 5; try++)
        if (count % try == 0) steps = try;
    return graph_reshape(maker->graph, x, (Shape){.rank = 3, .dims = {DIM_BATCH, steps, count / steps}});
}

/* A layer of a cell, in either direction, of all steps or of the last. */
NodeId make_recurrent(Maker *maker) {
    Graph *graph = maker->graph;
    NodeId x = graph_time_major(graph, pick_sequence(maker));
    LrtRecurrence cell = (LrtRecurrence)maker_below(maker, 3);
    int64_t in = graph_node(graph, x)->shape.dims[1], units = maker_width(maker);
    int64_t gates = units * recurrent_form(cell)->gates;
    NodeId projected =
        graph_contract(graph, x, maker_parameter(maker, (Shape){.rank = 2, .dims = {in, gates}}), false, false);
    NodeId weight = maker_parameter(maker, (Shape){.rank = 2, .dims = {units, gates}});
    NodeId bias = maker_parameter(maker, (Shape){.rank = 1, .dims = {gates}});
    bool reverse = maker_below(maker, 2) == 0, last = maker_below(maker, 2) == 0;
    NodeId output = graph_recurrent(graph, cell, reverse, last, projected, weight, bias);
    return last ? output : graph_batch_major(graph, output);
}

/* [B, T, w] as [B, heads, T, w / heads], or as it is. */
static NodeId split_heads(Maker *maker, NodeId x, int64_t heads) {
    Shape shape = graph_node(maker->graph, x)->shape;
    if (heads == 0) return x;
    x = graph_reshape(maker->graph, x,
                      (Shape){.rank = 4, .dims = {shape.dims[0], shape.dims[1], heads, shape.dims[2] / heads}});
    return graph_transpose(maker->graph, x, (const int8_t[]){0, 2, 1, 3});
}

/* What attention does, without its exponentials: products of all pairs of steps, of which some are masked, times the
 * values, heads side by side. */
NodeId make_heads(Maker *maker) {
    Graph *graph = maker->graph;
    NodeId x = pick_sequence(maker);
    Shape shape = graph_node(graph, x)->shape;
    int64_t width = maker_below(maker, 2) == 0 ? 32 : maker_width(maker), steps = shape.dims[1];
    NodeId rows = graph_reshape(graph, x, (Shape){.rank = 2, .dims = {shape.dims[0] * steps, shape.dims[2]}});
    NodeId weight = maker_parameter(maker, (Shape){.rank = 2, .dims = {shape.dims[2], 2 * width}});
    NodeId projected = graph_contract(graph, rows, weight, false, false), parts[2];
    Shape sequence = {.rank = 3, .dims = {shape.dims[0], steps, width}};
    int64_t heads = width % 2 == 0 ? 2 * maker_below(maker, 2) : 0;
    for (int i = 0; i < 2; i++) {
        NodeId part = graph_slice(graph, projected, 1, i * width, (i + 1) * width);
        parts[i] = split_heads(maker, graph_reshape(graph, part, sequence), heads);
    }
    bool turned = maker_below(maker, 2) == 0;
    NodeId pairs = graph_contract(graph, parts[turned], parts[!turned], false, true);
    pairs = graph_unary(graph, OP_TANH, pairs);
    Shape square = graph_node(graph, pairs)->shape;
    NodeId later = graph_binary(graph, OP_GREATER, graph_iota(graph, square), graph_iota_rows(graph, square));
    if (maker_below(maker, 2) == 0) pairs = graph_select(graph, later, graph_constant(graph, -0.5), pairs);
    NodeId output = graph_contract(graph, pairs, parts[0], maker_below(maker, 2) == 0, false);
    if (heads > 0) output = graph_transpose(graph, output, (const int8_t[]){0, 2, 1, 3});
    return graph_reshape(graph, output, sequence);
}
