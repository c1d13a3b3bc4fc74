/* Random graphs: leaves, random operations on what is there, a loss of some of the values, its gradients, an update. */
#include "harness/random_graph.h"

#include <math.h>

#include "harness/random_graph_internal.h"
#include "passes/passes.h"

enum { LARGEST_VALUE = 3000, HIGHEST_RANK = 4, HEADS = 4 };

int64_t maker_below(Maker *maker, int64_t n) { return lrt_random_below(&maker->random, n); }

NodeId maker_pick(Maker *maker) {
    int64_t count = maker->pool.count;
    int64_t recent = count < 6 ? count : 6;
    return maker->pool
        .items[maker_below(maker, 2) == 0 ? maker_below(maker, count) : count - 1 - maker_below(maker, recent)];
}

static bool joins(const Graph *graph, NodeId x, NodeId y) {
    const Shape *a = &graph_node(graph, x)->shape, *b = &graph_node(graph, y)->shape;
    int32_t rank = a->rank > b->rank ? a->rank : b->rank;
    for (int32_t i = 1; i <= rank; i++) {
        int64_t left = i <= a->rank ? a->dims[a->rank - i] : 1, right = i <= b->rank ? b->dims[b->rank - i] : 1;
        if (left != right && left != 1 && right != 1) return false;
        if ((left < 0 || right < 0) && i != rank) return false; /* the batch stays first */
    }
    return true;
}

NodeId maker_pick_joining(Maker *maker, NodeId other) {
    for (int32_t i = 0; i < 12; i++) {
        NodeId found = maker_pick(maker);
        if (joins(maker->graph, found, other)) return found;
    }
    return maker_constant(maker, -1, 1);
}

NodeId maker_pick_rows(Maker *maker) {
    NodeId found = maker_pick(maker);
    for (int32_t i = 0; i < 12 && !shape_has_batch(&graph_node(maker->graph, found)->shape); i++)
        found = maker_pick(maker);
    const Shape *shape = &graph_node(maker->graph, found)->shape;
    if (!shape_has_batch(shape))
        return graph_leaf(maker->graph, OP_FEATURES, shape_scalar(), 0, 0, RANDOM_GRAPH_FEATURES);
    return graph_reshape(maker->graph, found, shape_batch(shape_count(shape, 1)));
}

NodeId maker_constant(Maker *maker, double low, double high) {
    return graph_constant(maker->graph, random_graph_number(&maker->random, low, high));
}

NodeId maker_parameter(Maker *maker, Shape shape) {
    static const char *const names[] = {"a.weight", "b.weight", "c.bias"};
    GraphParameter parameter = {
        .name = arena_printf(maker->graph->arena, "%lld.%s", (long long)maker->graph->parameters.count,
                             names[maker_below(maker, 3)]),
        .shape = shape,
        .file_shape = shape,
        .trainable = maker_below(maker, 8) != 0,
        .decayed = true,
        .span = SPAN_NONE,
    };
    NodeId node = graph_parameter(maker->graph, parameter);
    vec_push(maker->graph->arena, &maker->pool, node);
    return node;
}

NodeId maker_mean(Maker *maker, NodeId x, uint32_t axes) {
    Graph *graph = maker->graph;
    Shape shape = graph_node(graph, x)->shape;
    NodeId mean = graph_reduce(graph, OP_SUM, x, axes);
    double count = 1;
    for (int32_t i = 0; i < shape.rank; i++)
        if (axes & (1u << i)) count *= (double)(shape.dims[i] < 0 ? -shape.dims[i] : shape.dims[i]);
    mean = graph_binary(graph, OP_MUL, mean, graph_constant(graph, 1 / count));
    if ((axes & 1u) == 0 || !shape_has_batch(&shape)) return mean;
    return graph_binary(graph, OP_DIV, mean, graph_leaf(graph, OP_ROW_COUNT, shape_scalar(), 0, 0, 0));
}

int64_t maker_width(Maker *maker) {
    static const int64_t widths[] = {1, 2, 3, 5, 8, 16, 17, 33};
    return widths[maker_below(maker, sizeof widths / sizeof *widths)];
}

static MakerFunction *const makers[] = {
    make_smooth,      make_smooth,  make_smooth,    make_kink,      make_kink,      make_binary,    make_binary,
    make_binary,      make_neutral, make_neutral,   make_choice,    make_again,     make_mean,      make_largest,
    make_dense,       make_dense,   make_product,   make_reshape,   make_transpose, make_broadcast, make_slice,
    make_pad,         make_concat,  make_columns,   make_gather,    make_scatter,   make_leaf,      make_convolution,
    make_convolution, make_window,  make_recurrent, make_recurrent, make_transpose, make_choice,    make_window,
    make_window,      make_heads,   make_heads,
};

static void append_random(Maker *maker) {
    static const char *const layers[] = {"dense_1", "norm_1", NULL};
    maker->graph->layer = layers[maker_below(maker, 3)];
    NodeId made = makers[maker_below(maker, sizeof makers / sizeof *makers)](maker);
    if (made == NODE_NONE) return;
    const Shape *shape = &graph_node(maker->graph, made)->shape;
    if (shape->rank <= HIGHEST_RANK && shape_count(shape, 1) <= LARGEST_VALUE)
        vec_push(maker->graph->arena, &maker->pool, made);
}

/* A value as [B, 1]: its mean over everything but the rows. */
static NodeId as_column(Maker *maker, NodeId x) {
    Graph *graph = maker->graph;
    Shape shape = graph_node(graph, x)->shape;
    int64_t width = shape_count(&shape, 1);
    if (shape_has_batch(&shape)) return maker_mean(maker, graph_reshape(graph, x, shape_batch(width)), 2);
    NodeId mean = maker_mean(maker, graph_reshape(graph, x, (Shape){.rank = 1, .dims = {width}}), 1);
    return graph_broadcast(graph, mean, shape_batch(1));
}

static NodeId total(Graph *graph, NodeId x) {
    uint32_t axes = (1u << graph_node(graph, x)->shape.rank) - 1;
    return graph_reshape(graph, graph_reduce(graph, OP_SUM, x, axes), shape_scalar());
}

/* The prediction is some values as columns, the loss the sum of their squared distances from 0.3. */
static void append_loss(Maker *maker) {
    Graph *graph = maker->graph;
    NodeId columns[HEADS];
    for (int32_t i = 0; i < HEADS; i++) columns[i] = as_column(maker, maker_pick(maker));
    NodeId prediction = graph_concat(graph, columns, HEADS, 1);
    NodeId squares = graph_unary(graph, OP_SQUARE, graph_binary(graph, OP_SUB, prediction, graph_constant(graph, 0.3)));
    NodeId row_weight = graph_leaf(graph, OP_ROW_WEIGHTS, shape_scalar(), 0, 0, 0);
    NodeId row_loss = graph_reshape(graph, graph_reduce(graph, OP_SUM, squares, 2), shape_batch(0));
    row_loss = graph_binary(graph, OP_MUL, row_loss, row_weight);
    GraphOutput output = {.prediction = prediction, .row_loss = row_loss, .row_weight = row_weight, .loss_weight = 1};
    vec_push(graph->arena, &graph->outputs, output);
    graph->loss_sum = total(graph, row_loss);
    graph->weight_sum = total(graph, row_weight);
    graph->objective = graph_binary(graph, OP_DIV, graph->loss_sum, graph->weight_sum);
    for (int64_t i = 0; i < graph->parameters.count; i++) {
        NodeId square = graph_unary(graph, OP_SQUARE, graph->parameters.items[i].node);
        NodeId term = graph_binary(graph, OP_MUL, total(graph, square), graph_constant(graph, 0.01));
        graph->penalty = graph->penalty == NODE_NONE ? term : graph_binary(graph, OP_ADD, graph->penalty, term);
    }
    if (graph->penalty != NODE_NONE) graph->objective = graph_binary(graph, OP_ADD, graph->objective, graph->penalty);
}

/* m := 0.9 m + g, v := 0.99 v + 0.01 g², p := p - lr m / (sqrt v + 0.1) */
static void append_update(Graph *graph, int32_t parameter) {
    NodeId value = graph->parameters.items[parameter].node, gradient = graph->parameters.items[parameter].gradient;
    const char *name = graph->parameters.items[parameter].name;
    NodeId m = graph_state(graph, arena_printf(graph->arena, "%s.m", name), parameter, 0);
    int32_t state = graph_node(graph, m)->index;
    NodeId v = graph_state(graph, arena_printf(graph->arena, "%s.v", name), parameter, 0);
    m = graph_binary(graph, OP_ADD, graph_binary(graph, OP_MUL, m, graph_constant(graph, 0.9)), gradient);
    NodeId square = graph_binary(graph, OP_MUL, graph_unary(graph, OP_SQUARE, gradient), graph_constant(graph, 0.01));
    v = graph_binary(graph, OP_ADD, graph_binary(graph, OP_MUL, v, graph_constant(graph, 0.99)), square);
    NodeId rate = graph_leaf(graph, OP_LEARNING_RATE, shape_scalar(), 0, 0, 0);
    NodeId scale = graph_binary(graph, OP_ADD, graph_unary(graph, OP_SQRT, v), graph_constant(graph, 0.1));
    NodeId change = graph_binary(graph, OP_DIV, graph_binary(graph, OP_MUL, m, rate), scale);
    graph_assign_state(graph, state, m);
    graph_assign_state(graph, state + 1, v);
    graph_assign_parameter(graph, parameter, graph_binary(graph, OP_SUB, value, change));
}

static void append_updates(Graph *graph) {
    graph->phase = PHASE_UPDATE;
    graph->layer = NULL;
    NodeId squares = graph_constant(graph, 0);
    for (int32_t i = 0; i < graph->parameters.count; i++) {
        NodeId gradient = graph->parameters.items[i].gradient;
        if (gradient == NODE_NONE) continue;
        squares = graph_binary(graph, OP_ADD, squares, total(graph, graph_unary(graph, OP_SQUARE, gradient)));
        append_update(graph, i);
    }
    graph->gradient_norm = graph_unary(graph, OP_SQRT, squares);
    graph->clipped = graph_binary(graph, OP_GREATER, graph->gradient_norm, graph_constant(graph, 1));
}

Graph *random_graph_new(Arena *arena, const RandomGraphOptions *options) {
    Maker maker = {.graph = graph_new(arena, true),
                   .random = lrt_random_stream(options->seed, "random graph", 0),
                   .smooth = options->smooth};
    Graph *graph = maker.graph;
    NodeId features = graph_leaf(graph, OP_FEATURES, shape_scalar(), 0, 0, RANDOM_GRAPH_FEATURES);
    vec_push(arena, &maker.pool, features);
    maker_parameter(&maker, (Shape){.rank = 1, .dims = {RANDOM_GRAPH_FEATURES}});
    for (int32_t i = 0; i < options->operations; i++) append_random(&maker);
    append_loss(&maker);
    if (options->backward) autodiff_run(graph);
    if (options->update) append_updates(graph);
    graph_verify(graph);
    return graph;
}

double random_graph_number(LrtRandom *random, double low, double high) {
    return (double)(float)(low + (high - low) * lrt_random_uniform(random));
}

static double *random_numbers(Arena *arena, LrtRandom *random, int64_t count, double low, double high) {
    double *numbers = ARENA_ARRAY(arena, double, count);
    for (int64_t i = 0; i < count; i++) numbers[i] = random_graph_number(random, low, high);
    return numbers;
}

static int32_t *random_integers(Arena *arena, LrtRandom *random, int64_t count, int64_t below) {
    int32_t *numbers = ARENA_ARRAY(arena, int32_t, count);
    for (int64_t i = 0; i < count; i++) numbers[i] = (int32_t)lrt_random_below(random, below);
    return numbers;
}

EvalInput random_graph_input(Arena *arena, const Graph *graph, uint64_t seed, int64_t batch) {
    LrtRandom random = lrt_random_stream(seed, "random graph input", 0);
    double **parameters = ARENA_ARRAY(arena, double *, graph->parameters.count);
    double **states = ARENA_ARRAY(arena, double *, graph->states.count);
    for (int64_t i = 0; i < graph->parameters.count; i++) {
        const Shape *shape = &graph->parameters.items[i].shape;
        int64_t rows = shape->dims[0], columns = shape->rank == 2 ? shape->dims[1] : 1;
        double scale = 1 / sqrt((double)(rows > columns ? rows : columns));
        parameters[i] = random_numbers(arena, &random, shape_count(shape, 1), -scale, scale);
    }
    for (int64_t i = 0; i < graph->states.count; i++) {
        const Shape *shape = &graph->parameters.items[graph->states.items[i].parameter].shape;
        states[i] = random_numbers(arena, &random, shape_count(shape, 1), 0, 0.5);
    }
    return (EvalInput){
        .rows = batch,
        .features = random_numbers(arena, &random, batch * RANDOM_GRAPH_FEATURES, -1.5, 1.5),
        .feature_width = RANDOM_GRAPH_FEATURES,
        .indices = random_integers(arena, &random, batch * RANDOM_GRAPH_INDICES, RANDOM_GRAPH_LEVELS),
        .index_width = RANDOM_GRAPH_INDICES,
        .targets = random_numbers(arena, &random, batch * RANDOM_GRAPH_TARGETS, -1, 1),
        .target_width = RANDOM_GRAPH_TARGETS,
        .labels = random_integers(arena, &random, batch * RANDOM_GRAPH_LABELS, RANDOM_GRAPH_CLASSES),
        .label_width = RANDOM_GRAPH_LABELS,
        .weights = random_numbers(arena, &random, batch, 0.5, 2),
        .learning_rate = 0.0625,
        .step = (int64_t)(seed % 1000),
        .random_key = {(uint32_t)seed * 2654435761u, 0x5bd1e995u},
        .parameters = parameters,
        .states = states,
    };
}
