/* Stacks of recurrent layers. The inputs of all steps are projected by one product; the pass over time is one operation.
 * Inside, sequences are time-major [T B, width], so that a step's rows lie side by side. */
#include "catalog/layer/recurrent.h"

#include <math.h>
#include <string.h>

/* torch.nn.LSTM and its like draw all tensors from ±1/√units. */
static ParameterOptions tensor(const Call *call, const char *suffix, Shape shape) {
    return (ParameterOptions){.suffix = suffix,
                              .shape = shape,
                              .init = LRT_INIT_UNIFORM,
                              .init_value = 1 / sqrt((double)call_integer(call, "units")),
                              .fan_in = shape.dims[0],
                              .fan_out = shape.dims[shape.rank - 1]};
}

static NodeId kernel(Build *build, const Call *call, const char *suffix, int64_t in, int64_t out) {
    ParameterOptions options = tensor(call, suffix, shape_make(2, (int64_t[]){in, out}));
    options.transposed = options.decayed = true;
    if (call_argument(call, "init")->call != NULL) build_kernel_init(build, call, &options);
    return build_parameter(build, options);
}

/* One direction of one layer over [T B, in]: the tensors' names end in "_l0", "_l0_reverse", "_l1"… */
static NodeId build_direction(Build *build, const Call *call, LrtRecurrence cell, NodeId input, const char *ending,
                              bool reverse, bool last) {
    Graph *graph = build->graph;
    Arena *arena = build->session->arena;
    int64_t units = call_integer(call, "units"), gates = units * recurrent_form(cell)->gates;
    int64_t in = graph_node(graph, input)->shape.dims[1];
    NodeId input_weight = kernel(build, call, arena_printf(arena, "weight_ih%s", ending), in, gates);
    NodeId state_weight = kernel(build, call, arena_printf(arena, "weight_hh%s", ending), units, gates);
    NodeId projected = graph_contract(graph, input, input_weight, false, false);
    NodeId bias = graph_broadcast(graph, graph_constant(graph, 0), shape_make(1, &gates));
    if (call_bool(call, "bias")) {
        Shape shape = shape_make(1, &gates);
        NodeId input_bias = build_parameter(build, tensor(call, arena_printf(arena, "bias_ih%s", ending), shape));
        bias = build_parameter(build, tensor(call, arena_printf(arena, "bias_hh%s", ending), shape));
        projected = graph_binary(graph, OP_ADD, projected, input_bias);
    }
    return graph_recurrent(graph, cell, reverse, last, projected, state_weight, bias);
}

NodeId recurrent_build(Build *build, const Call *call, NodeId input, LrtRecurrence cell) {
    Graph *graph = build->graph;
    if (!build_wants_sequence(build, call, input)) return NODE_NONE;
    bool sequence = strcmp(call_word(call, "return"), "sequence") == 0;
    bool both_ways = call_bool(call, "bidirectional");
    int64_t layers = call_integer(call, "layers");
    NodeId x = graph_time_major(graph, input);
    for (int64_t layer = 0; layer < layers; layer++) {
        bool last = !sequence && layer + 1 == layers;
        const char *ending = arena_printf(build->session->arena, "_l%lld", (long long)layer);
        NodeId directions[2] = {build_direction(build, call, cell, x, ending, false, last)};
        ending = arena_printf(build->session->arena, "%s_reverse", ending);
        if (both_ways) directions[1] = build_direction(build, call, cell, x, ending, true, last);
        x = graph_concat(graph, directions, both_ways ? 2 : 1, 1);
        if (layer + 1 < layers) x = build_dropped(build, x, call_number(call, "dropout"));
    }
    return sequence ? graph_batch_major(graph, x) : x;
}
