/* Second moments of a matrix as those of its rows times those of its columns. */
#include <math.h>

#include "catalog/optimizer/optimizer_params.h"
#include "catalog/optimizer/optimizer_rules.h"

/* state + (value - state) · share, assigned to the state; both broadcast to the parameter's shape, of which the new value
 * keeps length 1 along `axis`. */
static NodeId running(Build *build, int32_t parameter, const char *suffix, NodeId value, NodeId share, int32_t axis) {
    Graph *graph = build->graph;
    int32_t state;
    NodeId old = build_state(build, parameter, suffix, &state);
    Shape shape = graph_node(graph, old)->shape;
    if (axis >= 0) old = graph_slice(graph, old, axis, 0, 1);
    NodeId change = graph_binary(graph, OP_MUL, graph_binary(graph, OP_SUB, value, old), share);
    NodeId fresh = graph_binary(graph, OP_ADD, old, change);
    graph_assign_state(graph, state, graph_broadcast(graph, fresh, shape));
    return fresh;
}

/* The estimate of the mean square: of a matrix rows · columns / mean, of a vector its own. */
static NodeId second_moment(Build *build, int32_t parameter, NodeId square, NodeId share) {
    Graph *graph = build->graph;
    if (graph_node(graph, square)->shape.rank < 2) return running(build, parameter, "v", square, share, -1);
    NodeId rows = running(build, parameter, "rows", build_mean(build, square, 1u << 1), share, 1);
    NodeId columns = running(build, parameter, "columns", build_mean(build, square, 1u << 0), share, 0);
    NodeId mean = build_mean(build, rows, 1u << 0);
    return graph_binary(graph, OP_MUL, graph_binary(graph, OP_DIV, rows, mean), columns);
}

static NodeId root_mean_square(Build *build, NodeId a) {
    double count = (double)shape_count(&graph_node(build->graph, a)->shape, 1);
    return build_mul_scalar(build, optimizer_norm(build, a), 1 / sqrt(count));
}

/* min(lr, 1 / √t) · max(1e-3, RMS(w)) */
static NodeId relative_rate(Build *build, NodeId weight) {
    Graph *graph = build->graph;
    NodeId falling = graph_unary(graph, OP_RECIPROCAL, graph_unary(graph, OP_SQRT, build_step_number(build)));
    NodeId rate = graph_binary(graph, OP_MIN, build_learning_rate(build), falling);
    return graph_binary(graph, OP_MUL, rate, build_max_scalar(build, root_mean_square(build, weight), 1e-3));
}

static void build_adafactor(Build *build, const Call *call, int32_t parameter, NodeId gradient) {
    Graph *graph = build->graph;
    NodeId weight = graph->parameters.items[parameter].node;
    NodeId power = build_mul_scalar(build, graph_unary(graph, OP_LOG, build_step_number(build)),
                                    -call_number(call, "decay"));
    NodeId square = build_add_scalar(build, graph_unary(graph, OP_SQUARE, gradient), 1e-30);
    NodeId moment = second_moment(build, parameter, square, graph_unary(graph, OP_EXP, power));
    NodeId update = graph_binary(graph, OP_DIV, gradient, graph_unary(graph, OP_SQRT, moment));
    NodeId excess = build_mul_scalar(build, root_mean_square(build, update), 1 / call_number(call, "threshold"));
    NodeId rate = graph_binary(graph, OP_DIV, relative_rate(build, weight), build_max_scalar(build, excess, 1));
    optimizer_descend(build, parameter, optimizer_decayed_weight(build, call, parameter), rate, update);
}

const CatalogEntry catalog_optimizer_adafactor = {
    .name = "adafactor", .kind = ENTRY_OPTIMIZER, .built = true, .runtime_id = -1,
    .doc = "steps in proportion to the weights, scaled by mean squares of rows and of columns; its states are held as "
           "large as the matrix",
    .formula = "V = R Cᵀ / mean(R), β = 1 − t^−decay; U = g / √V; "
               "w ← w − min(lr, 1/√t) · max(1e-3, RMS(w)) · U / max(1, RMS(U) / threshold)",
    .source = "Shazeer and Stern 2018, algorithms 4 and 5", .example = "optimizer: adafactor(lr: 1e-2)",
    .params = {
        OPTIMIZER_RATE("1e-2"),
        {.name = "decay", .type = PARAM_NUMBER, .fallback = "0.8", .named_only = true, .max = 1, .min_open = true,
         .doc = "how the mean squares forget: the share kept is 1 − t^−decay"},
        {.name = "threshold", .type = PARAM_NUMBER, .fallback = "1", .named_only = true, .max = 1e30, .min_open = true,
         .doc = "the root mean square from which on an update is scaled down"},
        OPTIMIZER_WEIGHT_DECAY("0", "the share of itself, times lr, that a weight loses at each step"),
    },
    .build_update = build_adafactor,
};
