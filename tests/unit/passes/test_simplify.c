/* What each rule of the simplifier makes of a small graph, and that the numbers stay. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "passes/passes.h"
#include "support/str.h"

enum { ROWS = 3, WIDTH = 8 };

/* The values that the cases build on. */
typedef struct Scene {
    Graph *graph;
    NodeId x; /* features 0..4: [B, 4] */
    NodeId y; /* features 4..8: [B, 4] */
    NodeId p; /* parameter [4] */
    NodeId w; /* parameter [4, 3] */
} Scene;

static NodeId number(Scene *scene, double value) { return graph_constant(scene->graph, value); }
static NodeId unary(Scene *scene, OpKind op, NodeId a) { return graph_unary(scene->graph, op, a); }
static NodeId binary(Scene *scene, OpKind op, NodeId a, NodeId b) { return graph_binary(scene->graph, op, a, b); }
static NodeId columns(Scene *scene, int64_t begin, int64_t end) {
    return graph_leaf(scene->graph, OP_FEATURES, shape_scalar(), 0, begin, end);
}
static NodeId slice(Scene *scene, NodeId a, int64_t begin, int64_t end) {
    return graph_slice(scene->graph, a, 1, begin, end);
}
static NodeId pad(Scene *scene, NodeId a, int64_t before, int64_t behind) {
    return graph_pad(scene->graph, a, 1, before, behind);
}
static NodeId join(Scene *scene, NodeId a, NodeId b) { return graph_concat(scene->graph, (NodeId[]){a, b}, 2, 1); }
static NodeId sum(Scene *scene, NodeId a, uint32_t axes) { return graph_reduce(scene->graph, OP_SUM, a, axes); }
static NodeId transposed(Scene *scene, NodeId a) { return graph_transpose(scene->graph, a, (const int8_t[]){1, 0}); }
static NodeId turned(Scene *scene, NodeId a) { /* [4, 3] as [2, 2, 3], axes in the order 1 2 0, as [4, 3] again */
    Graph *graph = scene->graph;
    NodeId cube = graph_reshape(graph, a, shape_make(3, (int64_t[]){2, 2, 3}));
    cube = graph_transpose(graph, cube, (const int8_t[]){1, 2, 0});
    return graph_transpose(graph, cube, (const int8_t[]){0, 2, 1});
}
static NodeId condition(Scene *scene) { return binary(scene, OP_GREATER, scene->x, scene->y); }

#define CASE(name, expression)                                                                                         \
    static NodeId name(Scene *s) { return expression; }

CASE(add_zero, binary(s, OP_ADD, number(s, 0), s->x))
CASE(sub_zero, binary(s, OP_SUB, s->x, number(s, 0)))
CASE(sub_from_zero, binary(s, OP_SUB, number(s, 0), s->x))
CASE(mul_one, binary(s, OP_MUL, s->x, number(s, 1)))
CASE(mul_minus_one, binary(s, OP_MUL, number(s, -1), s->x))
CASE(mul_constant_left, binary(s, OP_MUL, number(s, 3), s->x))
CASE(mul_itself, binary(s, OP_MUL, s->x, s->x))
CASE(mul_signs, binary(s, OP_MUL, unary(s, OP_NEG, s->x), unary(s, OP_NEG, s->y)))
CASE(mul_sign_and_constant, binary(s, OP_MUL, unary(s, OP_NEG, s->x), number(s, 3)))
CASE(mul_exact_twice, binary(s, OP_MUL, binary(s, OP_MUL, s->x, number(s, 0.3)), number(s, 2)))
CASE(mul_inexact_twice, binary(s, OP_MUL, binary(s, OP_MUL, s->x, number(s, 0.3)), number(s, 0.7)))
CASE(div_power_of_two, binary(s, OP_DIV, s->x, number(s, 8)))
CASE(div_three, binary(s, OP_DIV, s->x, number(s, 3)))
CASE(one_over, binary(s, OP_DIV, number(s, 1), s->x))
CASE(neg_neg, unary(s, OP_NEG, unary(s, OP_NEG, s->x)))
CASE(neg_sub, unary(s, OP_NEG, binary(s, OP_SUB, s->x, s->y)))
CASE(add_neg, binary(s, OP_ADD, s->x, unary(s, OP_NEG, s->y)))
CASE(neg_add, binary(s, OP_ADD, unary(s, OP_NEG, s->x), s->y))
CASE(sub_neg, binary(s, OP_SUB, s->x, unary(s, OP_NEG, s->y)))
CASE(add_neg_row, binary(s, OP_ADD, s->x, unary(s, OP_NEG, s->p)))
CASE(add_neg_product, binary(s, OP_ADD, s->x, binary(s, OP_MUL, unary(s, OP_NEG, s->p), s->y)))
CASE(pow_zero, binary(s, OP_POW, s->x, number(s, 0)))
CASE(pow_one, binary(s, OP_POW, s->x, number(s, 1)))
CASE(pow_two, binary(s, OP_POW, s->x, number(s, 2)))
CASE(pow_half, binary(s, OP_POW, s->x, number(s, 0.5)))
CASE(pow_minus_one, binary(s, OP_POW, s->x, number(s, -1)))
CASE(pow_three, binary(s, OP_POW, s->x, number(s, 3)))
CASE(max_constant_left, binary(s, OP_MAX, number(s, 0), s->x))
CASE(max_itself, binary(s, OP_MAX, s->x, s->x))
CASE(square_neg, unary(s, OP_SQUARE, unary(s, OP_NEG, s->x)))
CASE(square_abs, unary(s, OP_SQUARE, unary(s, OP_ABS, s->x)))
CASE(abs_square, unary(s, OP_ABS, unary(s, OP_SQUARE, s->x)))
CASE(stop_gradient, unary(s, OP_STOP_GRADIENT, s->x))
CASE(select_known, graph_select(s->graph, number(s, 1), s->x, s->y))
CASE(select_unknown, graph_select(s->graph, number(s, 0), s->x, s->y))
CASE(select_same, graph_select(s->graph, condition(s), s->x, s->x))
CASE(select_condition, graph_select(s->graph, condition(s), number(s, 1), number(s, 0)))
CASE(select_twice, graph_select(s->graph, condition(s), graph_select(s->graph, condition(s), s->x, s->y), number(s, 2)))
CASE(select_twice_other,
     graph_select(s->graph, condition(s), s->x, graph_select(s->graph, condition(s), number(s, 2), s->y)))
CASE(folded, binary(s, OP_ADD, s->x, unary(s, OP_SQRT, binary(s, OP_MUL, number(s, 8), number(s, 2)))))
CASE(not_folded, binary(s, OP_ADD, s->x, binary(s, OP_DIV, number(s, 1), number(s, 0))))
CASE(hoisted, binary(s, OP_ADD, s->x, binary(s, OP_MUL, graph_broadcast(s->graph, s->p, shape_batch(4)), number(s, 3))))
CASE(broadcast_twice,
     graph_broadcast(s->graph, graph_broadcast(s->graph, s->p, shape_make(2, (int64_t[]){1, 4})), shape_batch(4)))
CASE(broadcast_reshape,
     graph_broadcast(s->graph, graph_reshape(s->graph, s->p, shape_make(2, (int64_t[]){1, 4})), shape_batch(4)))
CASE(reshape_twice,
     graph_reshape(s->graph, graph_reshape(s->graph, s->x, shape_make(2, (int64_t[]){-2, 2})), shape_batch(4)))
CASE(reshape_constant,
     graph_reshape(s->graph, graph_broadcast(s->graph, number(s, 2), shape_make(2, (int64_t[]){-2, 2})),
                   shape_batch(4)))
CASE(transpose_twice, transposed(s, transposed(s, s->w)))
CASE(transpose_turn, graph_reshape(s->graph, turned(s, s->w), shape_make(2, (int64_t[]){4, 3})))
CASE(transpose_row, transposed(s, graph_reshape(s->graph, s->p, shape_make(2, (int64_t[]){1, 4}))))
CASE(contract_transposed, graph_contract(s->graph, s->x, transposed(s, s->w), false, true))
CASE(sum_length_one, sum(s, slice(s, s->x, 0, 1), 2))
CASE(sum_some_length_one, sum(s, slice(s, s->x, 0, 1), 3))
CASE(sum_neg, sum(s, unary(s, OP_NEG, s->w), 1))
CASE(sum_of_ones,
     graph_reshape(s->graph, sum(s, graph_broadcast(s->graph, number(s, 1), shape_batch(0)), 1), shape_scalar()))
CASE(sum_broadcast, sum(s, graph_broadcast(s->graph, slice(s, s->x, 0, 1), shape_batch(5)), 2))
CASE(max_broadcast,
     graph_reduce(s->graph, OP_REDUCE_MAX, graph_broadcast(s->graph, slice(s, s->x, 0, 1), shape_batch(5)), 2))
CASE(join_columns, join(s, s->x, s->y))
CASE(join_apart, join(s, columns(s, 0, 2), columns(s, 3, 4)))
CASE(join_nested, join(s, join(s, unary(s, OP_TANH, s->x), s->x), s->y))
CASE(join_slices, join(s, slice(s, unary(s, OP_TANH, s->x), 0, 2), slice(s, unary(s, OP_TANH, s->x), 2, 3)))
CASE(slice_columns, slice(s, s->y, 1, 3))
CASE(slice_slice, slice(s, slice(s, unary(s, OP_TANH, s->x), 1, 4), 1, 2))
CASE(slice_join, slice(s, join(s, unary(s, OP_TANH, s->x), unary(s, OP_SIN, s->y)), 1, 3))
CASE(slice_join_both, slice(s, join(s, unary(s, OP_TANH, s->x), unary(s, OP_SIN, s->y)), 3, 6))
CASE(slice_pad, slice(s, pad(s, unary(s, OP_TANH, s->x), 2, 3), 1, 8))
CASE(slice_padding, slice(s, pad(s, unary(s, OP_TANH, s->x), 2, 3), 6, 8))
CASE(slice_broadcast, slice(s, graph_broadcast(s->graph, s->p, shape_batch(4)), 1, 3))
CASE(pad_pad, pad(s, pad(s, s->x, 1, 2), 3, 4))
CASE(pad_zero, pad(s, binary(s, OP_SUB, s->x, s->x), 1, 1))
CASE(add_pads, binary(s, OP_ADD, pad(s, unary(s, OP_TANH, s->x), 4, 1), pad(s, unary(s, OP_SIN, s->y), 0, 5)))
CASE(add_pads_apart, binary(s, OP_ADD, pad(s, s->x, 5, 0), pad(s, s->y, 0, 5)))
CASE(gather_constant, graph_gather(s->graph, graph_broadcast(s->graph, number(s, 2), shape_make(2, (int64_t[]){5, 3})),
                                   graph_leaf(s->graph, OP_INDICES, shape_scalar(), 0, 0, 0)))

typedef struct Case {
    const char *name;
    NodeId (*build)(Scene *);
    const char *expected;
} Case;

#define ROW(name, expected) {#name, name, expected}
static const Case cases[] = {
    ROW(add_zero, "x0..4"),
    ROW(sub_zero, "x0..4"),
    ROW(sub_from_zero, "neg(x0..4)"),
    ROW(mul_one, "x0..4"),
    ROW(mul_minus_one, "neg(x0..4)"),
    ROW(mul_constant_left, "mul(x0..4, 3)"),
    ROW(mul_itself, "square(x0..4)"),
    ROW(mul_signs, "mul(x0..4, x4..8)"),
    ROW(mul_sign_and_constant, "mul(x0..4, -3)"),
    ROW(mul_exact_twice, "mul(x0..4, 0.6)"),
    ROW(mul_inexact_twice, "mul(mul(x0..4, 0.3), 0.7)"),
    ROW(div_power_of_two, "mul(x0..4, 0.125)"),
    ROW(div_three, "div(x0..4, 3)"),
    ROW(one_over, "reciprocal(x0..4)"),
    ROW(neg_neg, "x0..4"),
    ROW(neg_sub, "sub(x4..8, x0..4)"),
    ROW(add_neg, "sub(x0..4, x4..8)"),
    ROW(neg_add, "sub(x4..8, x0..4)"),
    ROW(sub_neg, "add(x0..4, x4..8)"),
    ROW(add_neg_row, "sub(x0..4, broadcast(p))"),
    ROW(add_neg_product, "sub(x0..4, mul(broadcast(p), x4..8))"),
    ROW(pow_zero, "1"),
    ROW(pow_one, "x0..4"),
    ROW(pow_two, "square(x0..4)"),
    ROW(pow_half, "sqrt(x0..4)"),
    ROW(pow_minus_one, "reciprocal(x0..4)"),
    ROW(pow_three, "pow(x0..4, 3)"),
    ROW(max_constant_left, "max(x0..4, 0)"),
    ROW(max_itself, "x0..4"),
    ROW(square_neg, "square(x0..4)"),
    ROW(square_abs, "square(x0..4)"),
    ROW(abs_square, "square(x0..4)"),
    ROW(stop_gradient, "x0..4"),
    ROW(select_known, "x0..4"),
    ROW(select_unknown, "x4..8"),
    ROW(select_same, "x0..4"),
    ROW(select_condition, "greater(x0..4, x4..8)"),
    ROW(select_twice, "select(greater(x0..4, x4..8), x0..4, 2)"),
    ROW(select_twice_other, "select(greater(x0..4, x4..8), x0..4, x4..8)"),
    ROW(folded, "add(x0..4, 4)"),
    ROW(not_folded, "add(x0..4, broadcast(reciprocal(0)))"),
    ROW(hoisted, "add(x0..4, broadcast(mul(p, 3)))"),
    ROW(broadcast_twice, "broadcast(p)"),
    ROW(broadcast_reshape, "broadcast(p)"),
    ROW(reshape_twice, "x0..4"),
    ROW(reshape_constant, "2"),
    ROW(transpose_twice, "w"),
    ROW(transpose_turn, "reshape(transpose(reshape(w)))"),
    ROW(transpose_row, "reshape(p)"),
    ROW(contract_transposed, "contract(x0..4, w)"),
    ROW(sum_length_one, "x0..1"),
    ROW(sum_some_length_one, "sum(x0..1) 1"),
    ROW(sum_neg, "neg(sum(w) 1)"),
    ROW(sum_of_ones, "row_count"),
    ROW(sum_broadcast, "mul(x0..1, 5)"),
    ROW(max_broadcast, "x0..1"),
    ROW(join_columns, "x0..8"),
    ROW(join_apart, "concat(x0..2, x3..4)"),
    ROW(join_nested, "concat(tanh(x0..4), x0..8)"),
    ROW(join_slices, "slice(tanh(x0..4)) 0..3"),
    ROW(slice_columns, "x5..7"),
    ROW(slice_slice, "slice(tanh(x0..4)) 2..3"),
    ROW(slice_join, "slice(tanh(x0..4)) 1..3"),
    ROW(slice_join_both, "concat(slice(tanh(x0..4)) 3..4, slice(sin(x4..8)) 0..2)"),
    ROW(slice_pad, "pad(tanh(x0..4)) 1..2"),
    ROW(slice_padding, "0"),
    ROW(slice_broadcast, "broadcast(slice(p) 1..3)"),
    ROW(pad_pad, "pad(x0..4) 4..6"),
    ROW(pad_zero, "pad(sub(x0..4, x0..4)) 1..1"),
    ROW(add_pads, "pad(concat(sin(x4..8), tanh(x0..4))) 0..1"),
    ROW(add_pads_apart, "add(pad(x0..4) 5..0, pad(x4..8) 0..5)"),
    ROW(gather_constant, "2"),
};

/* A node as an expression. A broadcast of a constant shows as the constant. */
static void append_expression(Str *text, const Graph *graph, NodeId id) {
    const Node *node = graph_node(graph, id);
    if (node->op == OP_BROADCAST && graph_node(graph, node->inputs[0])->op == OP_CONSTANT) id = node->inputs[0];
    node = graph_node(graph, id);
    if (node->op == OP_CONSTANT)
        str_append(text, str_number(graph->arena, node->value));
    else if (node->op == OP_FEATURES)
        str_printf(text, "x%d..%d", (int)node->begin, (int)node->end);
    else if (node->op == OP_PARAMETER)
        str_append(text, graph->parameters.items[node->index].name);
    else
        str_append(text, op_table[node->op].name);
    if (node->input_count == 0) return;
    for (int32_t i = 0; i < node->input_count; i++) {
        str_append(text, i == 0 ? "(" : ", ");
        append_expression(text, graph, node->inputs[i]);
    }
    str_append(text, ")");
    if (node->op == OP_SUM) str_printf(text, " %u", node->axes);
    if (node->op == OP_SLICE || node->op == OP_PAD) str_printf(text, " %d..%d", (int)node->begin, (int)node->end);
    if (node->transpose_a || node->transpose_b) str_printf(text, " %d %d", node->transpose_a, node->transpose_b);
}

static NodeId add_parameter(Graph *graph, const char *name, Shape shape) {
    return graph_parameter(graph, (GraphParameter){.name = name, .shape = shape, .trainable = true, .span = SPAN_NONE});
}

/* Hangs the value up where a result of its shape hangs, so that it is live; returns the place. */
static NodeId *result_of(Graph *graph, const Shape *shape) {
    if (shape->rank == 0) return &graph->loss_sum;
    if (shape_has_batch(shape)) {
        assert_int_equal(shape->rank, 2);
        return &graph->outputs.items[0].prediction;
    }
    return &graph->parameters.items[2].gradient;
}

static void check_numbers(const Case *row, const Graph *before, const Graph *after, NodeId want, NodeId got) {
    Arena *arena = before->arena;
    double features[ROWS * WIDTH], p[4] = {0.5, -1, 2, 0.25}, w[12], unused[64] = {0};
    double *parameters[] = {p, w, unused};
    int32_t indices[ROWS] = {4, 0, 2};
    for (int i = 0; i < ROWS * WIDTH; i++) features[i] = 0.1 + 0.37 * ((i * 7) % 11);
    for (int i = 0; i < 12; i++) w[i] = 0.3 * i - 1;
    EvalInput input = {.rows = ROWS,
                       .features = features,
                       .feature_width = WIDTH,
                       .indices = indices,
                       .index_width = 1,
                       .parameters = parameters};
    double *wanted = graph_eval(before, arena, &input)[want], *gotten = graph_eval(after, arena, &input)[got];
    const Shape *shape = &graph_node(before, want)->shape;
    assert_true(shape_equal(shape, &graph_node(after, got)->shape));
    for (int64_t i = 0; i < shape_count(shape, ROWS); i++)
        if (wanted[i] != gotten[i] && !(fabs(wanted[i] - gotten[i]) <= 1e-14 * fabs(wanted[i])))
            fail_msg("%s: element %d is %.17g instead of %.17g", row->name, (int)i, gotten[i], wanted[i]);
}

static void check_case(const Case *row) {
    Arena *arena = arena_new();
    Scene scene = {.graph = graph_new(arena, true)};
    Graph *graph = scene.graph;
    scene.x = columns(&scene, 0, 4);
    scene.y = columns(&scene, 4, 8);
    scene.p = add_parameter(graph, "p", (Shape){.rank = 1, .dims = {4}});
    scene.w = add_parameter(graph, "w", (Shape){.rank = 2, .dims = {4, 3}});
    GraphOutput output = {.prediction = scene.x, .row_loss = NODE_NONE, .row_weight = NODE_NONE};
    vec_push(arena, &graph->outputs, output);
    NodeId value = row->build(&scene);
    Shape shape = graph_node(graph, value)->shape;
    add_parameter(graph, "result", shape_has_batch(&shape) ? shape_scalar() : shape);
    *result_of(graph, &shape) = value;
    graph_verify(graph);
    Graph *after = passes_simplify(graph);
    graph_verify(after);
    NodeId result = *result_of(after, &shape);
    Str text;
    str_init(&text, arena);
    append_expression(&text, after, result);
    if (!str_equal(text.data, row->expected)) fail_msg("%s became %s, not %s", row->name, text.data, row->expected);
    check_numbers(row, graph, after, value, result);
    arena_free(arena);
}

static void test_rules(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) check_case(&cases[i]);
}

static void test_dead_code(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Graph *graph = graph_new(arena, true);
    NodeId x = graph_leaf(graph, OP_FEATURES, shape_scalar(), 0, 0, 4);
    NodeId unused = graph_unary(graph, OP_TANH, x);
    graph_unary(graph, OP_SIN, unused);
    NodeId p = add_parameter(graph, "p", (Shape){.rank = 1, .dims = {4}});
    graph_state(graph, "p.m", 0, 0);
    graph_assign_parameter(graph, 0, graph_unary(graph, OP_NEG, p));
    const Graph *after = passes_simplify(graph);
    assert_int_equal(after->nodes.count, 3); /* the weights, their state, and what is assigned */
    assert_int_equal(graph_node(after, after->parameters.items[0].node)->op, OP_PARAMETER);
    assert_int_equal(graph_node(after, after->states.items[0].node)->op, OP_STATE);
    assert_int_equal(graph_node(after, after->assigns.items[0].value)->op, OP_NEG);
    assert_int_equal(graph->nodes.count, 6); /* the old one is as it was */
    arena_free(arena);
}

/* Who wrote a node is kept. */
static void test_origin(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Graph *graph = graph_new(arena, true);
    NodeId p = add_parameter(graph, "p", (Shape){.rank = 1, .dims = {4}});
    graph->layer = "dense_1";
    graph->span = (Span){.source = 2, .begin = 10, .end = 20};
    graph->phase = PHASE_UPDATE;
    NodeId value = graph_binary(graph, OP_ADD, p, graph_unary(graph, OP_NEG, graph_unary(graph, OP_TANH, p)));
    graph_assign_parameter(graph, 0, value);
    const Graph *after = passes_simplify(graph);
    const Node *node = graph_node(after, after->assigns.items[0].value);
    assert_int_equal(node->op, OP_SUB);
    assert_string_equal(node->layer, "dense_1");
    assert_int_equal(node->span.begin, 10);
    assert_int_equal(node->phase, PHASE_UPDATE);
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_dead_code),
        cmocka_unit_test(test_origin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
