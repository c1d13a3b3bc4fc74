/* Where in the sequence a step stands, added to what it holds: attention alone does not know. */
#include "catalog/layer/layer_params.h"

#include <math.h>
#include <string.h>

#include "catalog/build.h"

/* [T, w]: sin(t / 10000^(2i / w)) in column 2i, the cosine in column 2i + 1. */
static NodeId sinusoids(Build *build, Shape table) {
    Graph *graph = build->graph;
    NodeId column = graph_iota(graph, table), time = graph_iota_rows(graph, table);
    NodeId pair = graph_unary(graph, OP_FLOOR, build_mul_scalar(build, column, 0.5));
    double rate = -2 * log(1e4) / (double)table.dims[1];
    NodeId angle = graph_binary(graph, OP_MUL, time, graph_unary(graph, OP_EXP, build_mul_scalar(build, pair, rate)));
    NodeId odd = graph_binary(graph, OP_GREATER, column, build_mul_scalar(build, pair, 2));
    return graph_select(graph, odd, graph_unary(graph, OP_COS, angle), graph_unary(graph, OP_SIN, angle));
}

static NodeId build_positions(Build *build, const Call *call, NodeId input) {
    Graph *graph = build->graph;
    if (!build_wants_sequence(build, call, input)) return NODE_NONE;
    Shape shape = graph_node(graph, input)->shape;
    Shape table = shape_make(2, &shape.dims[1]);
    NodeId places;
    if (strcmp(call_word(call, "kind"), "learned") == 0)
        places = build_parameter(build, (ParameterOptions){.suffix = "weight",
                                                           .shape = table,
                                                           .init = LRT_INIT_NORMAL,
                                                           .init_value = 0.02,
                                                           .fan_in = table.dims[0],
                                                           .fan_out = table.dims[1]});
    else
        places = sinusoids(build, table);
    /* A whole sequence as one row: the table is then added like a bias. */
    int64_t numbers = shape.dims[1] * shape.dims[2];
    NodeId flat = graph_reshape(graph, input, shape_make(2, (int64_t[]){shape.dims[0], numbers}));
    NodeId sum = graph_binary(graph, OP_ADD, flat, graph_reshape(graph, places, shape_make(1, &numbers)));
    return graph_reshape(graph, sum, shape);
}

const CatalogEntry catalog_layer_positions = {
    .name = "positions", .kind = ENTRY_LAYER, .built = true, .runtime_id = -1,
    .doc = "adds to each step of a sequence a vector for its place: learnt ones, normal with deviation 0.02 at first, or "
           "fixed waves",
    .formula = "y = x + W[t], or x + sin(t / 10000^(2i / width)) in even columns 2i and the cosine in odd ones",
    .source = "Vaswani et al. 2017, section 3.5",
    .example = "window([price, volume], 60) -> dense(32) -> positions(sinusoidal) -> transformer(4, 64)",
    .params = {
        {.name = "kind", .type = PARAM_WORD, .fallback = "learned", .choices = "learned|sinusoidal",
         .doc = "whether the vectors are learnt"},
        LAYER_NAME,
    },
    .takes_sequence = true,
    .build_layer = build_positions,
};
