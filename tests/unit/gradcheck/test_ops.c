/* Every primitive op that carries a gradient, against central differences, at three shapes: rows of the batch, a row
 * broadcast over them, and three axes. Walks ops.def, so a new op cannot be left out. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "harness/differences.h"
#include "lrt/random.h"
#include "passes/passes.h"

enum { ROWS = 3, FEATURES = 36, VARIANTS = 3 };
static const double TOLERANCE = 1e-7;

typedef struct Bench {
    Arena *arena;
    Graph *graph;
    double features[ROWS * FEATURES];
    double *parameters[8];
    int32_t indices[ROWS];
    EvalInput input;
    NodeId wrt[8];
    int64_t begins[8]; /* wrt is FEATURES: its first column; else -1 */
    int32_t wrt_count;
    int64_t next_feature;
    LrtRandom random;
} Bench;

/* Away from 0 by 0.2, so that no difference crosses a kink; positive where the op asks for it. */
static double number(Bench *bench, bool positive) {
    double value = 0.2 + 1.3 * lrt_random_uniform(&bench->random);
    return positive || lrt_random_below(&bench->random, 2) == 0 ? value : -value;
}

/* A leaf that is differentiated by, reshaped to `shape`: columns of the batch where the shape has one, else weights. */
static NodeId operand(Bench *bench, Shape shape, bool positive) {
    Graph *graph = bench->graph;
    int64_t width = shape_count(&shape, 1);
    int32_t slot = bench->wrt_count++;
    assert_true(slot < 8);
    if (shape_has_batch(&shape)) {
        int64_t begin = bench->next_feature;
        assert_true(begin + width <= FEATURES);
        for (int64_t i = 0; i < ROWS * width; i++)
            bench->features[i / width * FEATURES + begin + i % width] = number(bench, positive);
        bench->next_feature += width;
        bench->begins[slot] = begin;
        bench->wrt[slot] = graph_leaf(graph, OP_FEATURES, shape_scalar(), 0, begin, begin + width);
    } else {
        int64_t index = graph->parameters.count;
        bench->parameters[index] = ARENA_ARRAY(bench->arena, double, width);
        for (int64_t i = 0; i < width; i++) bench->parameters[index][i] = number(bench, positive);
        GraphParameter parameter = {
            .name = "w", .shape = {.rank = 1, .dims = {width}}, .trainable = true, .span = SPAN_NONE};
        bench->begins[slot] = -1;
        bench->wrt[slot] = graph_parameter(graph, parameter);
    }
    return graph_reshape(graph, bench->wrt[slot], shape);
}

static Shape shape_of_variant(int variant) {
    static const Shape shapes[VARIANTS] = {{.rank = 2, .dims = {DIM_BATCH, 4}},
                                           {.rank = 2, .dims = {DIM_BATCH, 5}},
                                           {.rank = 3, .dims = {DIM_BATCH, 2, 3}}};
    return shapes[variant];
}

/* What the second operand of an element-wise op is: of the same shape, a row, a column of each. */
static Shape partner_of_variant(int variant) {
    static const Shape shapes[VARIANTS] = {
        {.rank = 2, .dims = {DIM_BATCH, 4}}, {.rank = 1, .dims = {5}}, {.rank = 3, .dims = {DIM_BATCH, 2, 1}}};
    return shapes[variant];
}

static NodeId build_elementwise(Bench *bench, OpKind op, int variant) {
    Graph *graph = bench->graph;
    if (op == OP_CONVERT) return NODE_NONE;
    bool positive = op == OP_SQRT || op == OP_LOG || op == OP_LOG1P || op == OP_POW;
    Shape shape = shape_of_variant(variant);
    if (op_table[op].arity == 1) return graph_unary(graph, op, operand(bench, shape, positive));
    if (op != OP_SELECT) {
        NodeId a = operand(bench, shape, positive);
        return graph_binary(graph, op, a, operand(bench, partner_of_variant(variant), false));
    }
    NodeId chance = graph_uniform(graph, shape, 1);
    NodeId condition = graph_binary(graph, OP_GREATER, chance, graph_constant(graph, 0.5));
    NodeId taken = operand(bench, shape, false);
    return graph_select(graph, condition, taken, operand(bench, partner_of_variant(variant), false));
}

static NodeId build_contract(Bench *bench, int variant, bool ta, bool tb) {
    /* Products with the batch as rows; as the inner dimension; of weights alone. */
    NodeId a, b;
    if (variant == 0) {
        if (ta) return NODE_NONE;
        a = operand(bench, shape_batch(4), false);
        b = operand(bench, (Shape){.rank = 2, .dims = {tb ? 3 : 4, tb ? 4 : 3}}, false);
    } else if (variant == 1) {
        if (!ta || tb) return NODE_NONE;
        a = operand(bench, shape_batch(4), false);
        b = operand(bench, shape_batch(3), false);
    } else {
        a = operand(bench, (Shape){.rank = 2, .dims = {ta ? 4 : 2, ta ? 2 : 4}}, false);
        b = operand(bench, (Shape){.rank = 2, .dims = {tb ? 3 : 4, tb ? 4 : 3}}, false);
    }
    return graph_contract(bench->graph, a, b, ta, tb);
}

static Shape sequence_of_variant(int variant) {
    static const Shape shapes[VARIANTS] = {{.rank = 3, .dims = {DIM_BATCH, 2, 2}},
                                           {.rank = 3, .dims = {DIM_BATCH, 5, 1}},
                                           {.rank = 3, .dims = {DIM_BATCH, 2, 3}}};
    return shapes[variant];
}

static Shape rows_of_variant(int variant) {
    Shape sequence = sequence_of_variant(variant);
    return (Shape){.rank = 2, .dims = {-sequence.dims[1], sequence.dims[2]}};
}

/* Each cell, at lengths and widths of its own, in both directions. */
static NodeId build_recurrent(Bench *bench, OpKind op, int variant, bool reverse) {
    static const int64_t steps[VARIANTS] = {4, 2, 3}, widths[VARIANTS] = {3, 2, 2};
    if (op != OP_RECURRENT && op != OP_RECURRENT_LAST) return NODE_NONE;
    int64_t units = widths[variant], gates = units * recurrent_form((LrtRecurrence)variant)->gates;
    NodeId z = operand(bench, (Shape){.rank = 2, .dims = {-steps[variant], gates}}, false);
    NodeId weight = operand(bench, (Shape){.rank = 2, .dims = {units, gates}}, false);
    NodeId bias = operand(bench, (Shape){.rank = 1, .dims = {gates}}, false);
    return graph_recurrent(bench->graph, (LrtRecurrence)variant, reverse, op == OP_RECURRENT_LAST, z, weight, bias);
}

/* One product for each place along one or two axes, with and without the batch among them. */
static NodeId build_products(Bench *bench, int variant, bool ta, bool tb) {
    static const Shape leads[VARIANTS] = {
        {.rank = 1, .dims = {DIM_BATCH}}, {.rank = 2, .dims = {DIM_BATCH, 2}}, {.rank = 2, .dims = {2, 3}}};
    Shape a = leads[variant], b = leads[variant];
    int64_t rows = 2, inner = variant == 0 ? 3 : 2, columns = 2;
    a.dims[a.rank++] = ta ? inner : rows;
    a.dims[a.rank++] = ta ? rows : inner;
    b.dims[b.rank++] = tb ? columns : inner;
    b.dims[b.rank++] = tb ? inner : columns;
    NodeId left = operand(bench, a, false);
    return graph_contract(bench->graph, left, operand(bench, b, false), ta, tb);
}

static NodeId build_movement(Bench *bench, OpKind op, int variant) {
    Graph *graph = bench->graph;
    Shape shape = shape_of_variant(variant);
    int32_t axis = shape.rank - 1;
    if (op == OP_BROADCAST)
        return graph_broadcast(graph, operand(bench, partner_of_variant(variant), false),
                               variant == 0 ? (Shape){.rank = 2, .dims = {DIM_BATCH, 4}} : shape);
    if (op == OP_CONCAT) {
        NodeId first = operand(bench, shape, false);
        return graph_concat(graph, (NodeId[]){first, operand(bench, shape, false), first}, 3, axis);
    }
    NodeId x = operand(bench, shape, false);
    if (op == OP_SLICE) return graph_slice(graph, x, axis, 1, shape.dims[axis]);
    if (op == OP_PAD) return graph_pad(graph, x, axis, variant, 2);
    if (op == OP_RESHAPE) return graph_reshape(graph, x, (Shape){.rank = 1, .dims = {-shape_count(&shape, 1)}});
    if (op == OP_TIME_MAJOR) return graph_time_major(graph, graph_reshape(graph, x, sequence_of_variant(variant)));
    if (op == OP_BATCH_MAJOR) return graph_batch_major(graph, graph_reshape(graph, x, rows_of_variant(variant)));
    assert_int_equal(op, OP_TRANSPOSE);
    static const int8_t orders[VARIANTS][4] = {{0, 2, 1}, {0, 2, 1}, {0, 2, 3, 1}};
    Shape deeper = {.rank = 3, .dims = {DIM_BATCH, 2, 2}};
    if (variant == 1) deeper = (Shape){.rank = 3, .dims = {DIM_BATCH, 5, 1}};
    if (variant == 2) deeper = (Shape){.rank = 4, .dims = {DIM_BATCH, 2, 3, 1}};
    return graph_transpose(graph, graph_reshape(graph, x, deeper), orders[variant]);
}

/* Windows without an edge; with stride and padding; dilated. */
static NodeId build_window(Bench *bench, OpKind op, int variant) {
    static const Window windows[VARIANTS] = {
        {.size = {2, 2}, .stride = {1, 1}, .dilation = {1, 1}, .places = {2, 1}, .image = {3, 2}},
        {.size = {2, 3}, .stride = {2, 1}, .dilation = {1, 1}, .before = {1, 1}, .places = {2, 2}, .image = {3, 2}},
        {.size = {2, 1}, .stride = {1, 2}, .dilation = {2, 1}, .before = {1, 0}, .places = {3, 1}, .image = {3, 2}}};
    Window window = windows[variant];
    bool pool = op == OP_WINDOW_MAX || op == OP_WINDOW_MAX_BACK || op == OP_WINDOW_MEAN || op == OP_WINDOW_SPREAD;
    if (pool) window.dilation[0] = 1;
    int64_t channels = variant == 1 ? 1 : 2, cells = window.size[0] * window.size[1];
    int64_t places = window.places[0] * window.places[1];
    Shape image = {.rank = 4, .dims = {DIM_BATCH, window.image[0], window.image[1], channels}};
    Shape placed = {.rank = 4, .dims = {DIM_BATCH, window.places[0], window.places[1], channels}};
    Shape weights = {.rank = 2, .dims = {cells, channels}};
    Shape patches = {.rank = 2, .dims = {-places, cells * channels}};
    bool back = op == OP_WINDOW_SPREAD || op == OP_DEPTHWISE_BACK;
    NodeId a = operand(bench, op == OP_PATCHES_ADD ? patches : back ? placed : image, false), b = NODE_NONE;
    if (op_table[op].arity == 2)
        b = operand(bench, op == OP_DEPTHWISE || op == OP_DEPTHWISE_BACK ? weights : placed, false);
    return graph_window(bench->graph, op, a, b, window);
}

static NodeId build(Bench *bench, OpKind op, int variant, int flags) {
    Graph *graph = bench->graph;
    NodeId indices;
    switch (op_table[op].family) {
    case FAMILY_ELEMENTWISE: return build_elementwise(bench, op, variant);
    case FAMILY_REDUCE:
        return graph_reduce(graph, op, operand(bench, shape_of_variant(variant), false), 1 + (uint32_t)variant);
    case FAMILY_CONTRACT:
        return (flags & 4) == 0 ? build_contract(bench, variant, (flags & 1) != 0, (flags & 2) != 0)
                                : build_products(bench, variant, (flags & 1) != 0, (flags & 2) != 0);
    case FAMILY_MOVEMENT: return build_movement(bench, op, variant);
    case FAMILY_INDEX:
        indices = graph_leaf(graph, OP_INDICES, shape_scalar(), 0, 0, 0);
        if (op == OP_GATHER)
            return graph_gather(graph, operand(bench, (Shape){.rank = 2, .dims = {4, 2 + variant}}, false), indices);
        return graph_scatter_add(graph, operand(bench, shape_batch(2 + variant), false), indices, 4);
    case FAMILY_WINDOW: return build_window(bench, op, variant);
    case FAMILY_RECURRENT: return build_recurrent(bench, op, variant, (flags & 1) != 0);
    case FAMILY_LEAF:
    case FAMILY_RANDOM: return NODE_NONE;
    }
    return NODE_NONE;
}

/* The sum of the op's elements, each with a weight of its own. */
static NodeId weighted_sum(Graph *graph, NodeId value) {
    Shape shape = graph_node(graph, value)->shape;
    NodeId weights = graph_binary(graph, OP_SUB, graph_uniform(graph, shape, 7), graph_constant(graph, 0.4));
    NodeId sum = graph_reduce(graph, OP_SUM, graph_binary(graph, OP_MUL, value, weights), (1u << shape.rank) - 1);
    return graph_reshape(graph, sum, shape_scalar());
}

static bool is_flat(OpKind op) {
    return op == OP_SIGN || op == OP_FLOOR || op == OP_GREATER || op == OP_GREATER_EQUAL || op == OP_LESS ||
           op == OP_LESS_EQUAL || op == OP_EQUAL;
}

static void check_gradient(Bench *bench, OpKind op, int variant, NodeId of, int32_t slot, NodeId gradient) {
    Graph *graph = bench->graph;
    const Node *leaf = graph_node(graph, bench->wrt[slot]);
    int64_t count = shape_count(&leaf->shape, ROWS), width = leaf->op == OP_FEATURES ? leaf->end - leaf->begin : count;
    double **values = graph_eval(graph, bench->arena, &bench->input);
    bool hidden = op == OP_STOP_GRADIENT || op == OP_WINDOW_MAX_BACK, cut = is_flat(op) || hidden;
    if ((gradient == NODE_NONE) != cut) fail_msg("%s: gradient %d", op_table[op].name, gradient);
    for (int64_t i = 0; i < count; i++) {
        double *place = leaf->op == OP_FEATURES
                            ? &bench->features[i / width * FEATURES + bench->begins[slot] + i % width]
                            : &bench->parameters[leaf->index][i];
        double want = difference_at(graph, &bench->input, of, place);
        if (hidden) continue;
        double got = gradient == NODE_NONE ? 0 : values[gradient][i];
        if (!is_near(got, want, TOLERANCE))
            fail_msg("%s, shape %d, operand %d, element %lld: gradient %.12g, by differences %.12g", op_table[op].name,
                     variant, slot, (long long)i, got, want);
    }
}

/* Whether there was something to differentiate. */
static bool check_op(OpKind op, int variant, int flags) {
    Bench bench = {.arena = arena_new(), .random = lrt_random_stream((uint64_t)op, "gradcheck", (uint64_t)variant)};
    bench.graph = graph_new(bench.arena, true);
    for (int i = 0; i < ROWS; i++) bench.indices[i] = i == 1 ? 3 : 2; /* one twice */
    bench.input = (EvalInput){.rows = ROWS,
                              .features = bench.features,
                              .feature_width = FEATURES,
                              .indices = bench.indices,
                              .index_width = 1,
                              .parameters = bench.parameters,
                              .random_key = {1, 2}};
    NodeId value = build(&bench, op, variant, flags);
    if (value != NODE_NONE) {
        NodeId of = weighted_sum(bench.graph, value), gradients[8];
        autodiff_gradients(bench.graph, of, bench.wrt, bench.wrt_count, gradients);
        graph_verify(bench.graph);
        for (int32_t slot = 0; slot < bench.wrt_count; slot++)
            check_gradient(&bench, op, variant, of, slot, gradients[slot]);
    }
    arena_free(bench.arena);
    return value != NODE_NONE;
}

static void test_every_op(void **state) {
    (void)state;
    for (OpKind op = 0; op < OP_COUNT; op++) {
        int checked = 0;
        int forms = op == OP_CONTRACT ? 8 : op_table[op].family == FAMILY_RECURRENT ? 2 : 1;
        for (int variant = 0; variant < VARIANTS; variant++)
            for (int flags = 0; flags < forms; flags++) checked += check_op(op, variant, flags);
        bool leaf = op_table[op].family == FAMILY_LEAF || op_table[op].family == FAMILY_RANDOM || op == OP_CONVERT ||
                    op == OP_RECURRENT_TAPE || op == OP_RECURRENT_GRADIENT; /* checked by what reads them */
        if (leaf ? checked != 0 : checked < VARIANTS)
            fail_msg("%s was checked at %d shapes", op_table[op].name, checked);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_op)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
