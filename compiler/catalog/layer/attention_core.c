/* softmax(Q Kᵀ / √d) V for each head. Heads are columns of the projections, read and written where they lie: the
 * products side by side take any strides. */
#include "catalog/layer/attention_core.h"

#include <math.h>

bool attention_wants_heads(Build *build, const Call *call, NodeId input) {
    if (!build_wants_sequence(build, call, input)) return false;
    int64_t width = graph_node(build->graph, input)->shape.dims[2], heads = call_integer(call, "heads");
    if (width % heads == 0) return true;
    Diagnostic *diagnostic =
        diag_report(build->session, DIAG_SHAPE_ERROR, call->span, "a width of %lld does not divide into %lld heads",
                    (long long)width, (long long)heads);
    diag_caret(diagnostic, "each head takes an equal share of the width");
    int64_t units = (width + heads - 1) / heads * heads;
    diag_advice(diagnostic, "`dense(%lld) ->` before it", (long long)units);
    return false;
}

/* W of x W. torch.nn.Linear draws from ±1/√in; what `init:` says goes before. */
static NodeId kernel(Build *build, const Call *call, const char *suffix, int64_t in, int64_t out, bool glorot) {
    ParameterOptions options = {.suffix = suffix,
                                .shape = shape_make(2, (int64_t[]){in, out}),
                                .transposed = true,
                                .decayed = true,
                                .init = glorot ? LRT_INIT_GLOROT_UNIFORM : LRT_INIT_UNIFORM,
                                .init_value = 1 / sqrt((double)in),
                                .fan_in = in,
                                .fan_out = out};
    if (call_argument(call, "init")->call != NULL) build_kernel_init(build, call, &options);
    return build_parameter(build, options);
}

/* x W (+ b) as rows [B T, units]. */
static NodeId project(Build *build, const Call *call, NodeId input, const char *weight_name, const char *bias_name,
                      int64_t units, bool glorot) {
    Graph *graph = build->graph;
    Shape shape = graph_node(graph, input)->shape;
    int64_t in = shape.dims[2];
    NodeId rows = graph_reshape(graph, input, shape_make(2, (int64_t[]){shape.dims[0] * shape.dims[1], in}));
    NodeId weight = kernel(build, call, weight_name, in, units, glorot);
    NodeId output = graph_contract(graph, rows, weight, false, false);
    if (!call_bool(call, "bias")) return output;
    NodeId bias = build_parameter(build, (ParameterOptions){.suffix = bias_name,
                                                            .shape = shape_make(1, &units),
                                                            .init = LRT_INIT_ZEROS,
                                                            .fan_in = in,
                                                            .fan_out = units});
    return graph_binary(graph, OP_ADD, output, bias);
}

NodeId attention_affine(Build *build, const Call *call, NodeId input, const char *prefix, int64_t units) {
    Arena *arena = build->session->arena;
    Shape shape = graph_node(build->graph, input)->shape;
    NodeId output = project(build, call, input, arena_printf(arena, "%sweight", prefix),
                            arena_printf(arena, "%sbias", prefix), units, false);
    shape.dims[2] = units;
    return graph_reshape(build->graph, output, shape);
}

/* Columns begin..begin + width of the projections [B T, 3 width] as [B, heads, T, width / heads]. */
static NodeId take_heads(Graph *graph, NodeId projected, int64_t begin, Shape sequence, int64_t heads) {
    int64_t width = sequence.dims[2];
    NodeId part = graph_slice(graph, projected, 1, begin, begin + width);
    Shape split = {.rank = 4, .dims = {sequence.dims[0], sequence.dims[1], heads, width / heads}};
    return graph_transpose(graph, graph_reshape(graph, part, split), (const int8_t[]){0, 2, 1, 3});
}

/* A step sees itself and what came before: later ones get a score that no exponential survives. */
static NodeId hide_later(Graph *graph, NodeId scores) {
    Shape shape = graph_node(graph, scores)->shape;
    NodeId later = graph_binary(graph, OP_GREATER, graph_iota(graph, shape), graph_iota_rows(graph, shape));
    return graph_select(graph, later, graph_constant(graph, -1e30), scores);
}

NodeId attention_core(Build *build, const Call *call, NodeId input, const char *prefix, bool causal) {
    Graph *graph = build->graph;
    Arena *arena = build->session->arena;
    Shape shape = graph_node(graph, input)->shape;
    int64_t width = shape.dims[2], heads = call_integer(call, "heads");
    NodeId projected = project(build, call, input, arena_printf(arena, "%sin_proj_weight", prefix),
                               arena_printf(arena, "%sin_proj_bias", prefix), 3 * width, true);
    NodeId query = take_heads(graph, projected, 0, shape, heads);
    NodeId key = take_heads(graph, projected, width, shape, heads);
    NodeId value = take_heads(graph, projected, 2 * width, shape, heads);
    NodeId scores = graph_contract(graph, query, key, false, true);
    scores = build_mul_scalar(build, scores, 1 / sqrt((double)(width / heads)));
    if (causal) scores = hide_later(graph, scores);
    NodeId shares = build_dropped(build, build_softmax(build, scores), call_number(call, "dropout"));
    NodeId mixed = graph_contract(graph, shares, value, false, false);
    NodeId joined = graph_reshape(graph, graph_transpose(graph, mixed, (const int8_t[]){0, 2, 1, 3}), shape);
    return attention_affine(build, call, joined, arena_printf(arena, "%sout_proj.", prefix), width);
}
