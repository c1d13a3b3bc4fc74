/* Random sequences: recurrent layers of all cells. */
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
