/* Building graphs: shapes of every family, broadcasting, what is shared or left out, and how a graph prints. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "ir/graph.h"

typedef struct Scene {
    Arena *arena;
    Graph *graph;
    NodeId x;      /* [B, 6] */
    NodeId row;    /* [6] */
    NodeId weight; /* [6, 4] */
} Scene;

static NodeId add_parameter(Graph *graph, const char *name, int32_t rank, int64_t rows, int64_t columns) {
    GraphParameter parameter = {.name = name, .shape = {.rank = rank, .dims = {rows, columns}}, .span = SPAN_NONE};
    return graph_parameter(graph, parameter);
}

static Scene scene_new(void) {
    Scene scene = {.arena = arena_new()};
    scene.graph = graph_new(scene.arena, true);
    scene.x = graph_leaf(scene.graph, OP_FEATURES, shape_scalar(), 0, 2, 8);
    scene.row = add_parameter(scene.graph, "row", 1, 6, 0);
    scene.weight = add_parameter(scene.graph, "weight", 2, 6, 4);
    return scene;
}

static void expect_shape(Scene *scene, NodeId id, const char *text) {
    assert_string_equal(shape_text(scene->arena, &graph_node(scene->graph, id)->shape), text);
}

static void test_shapes(void **state) {
    (void)state;
    Arena *arena = arena_new();
    Shape batch = shape_batch(5), rows = shape_batch(0), scalar = shape_scalar();
    Shape multiple = shape_make(3, (int64_t[]){-4, 2, 3});
    assert_string_equal(shape_text(arena, &batch), "[B, 5]");
    assert_string_equal(shape_text(arena, &rows), "[B]");
    assert_string_equal(shape_text(arena, &scalar), "[]");
    assert_string_equal(shape_text(arena, &multiple), "[4B, 2, 3]");
    assert_int_equal(shape_count(&multiple, 7), 168);
    assert_int_equal(shape_count(&scalar, 7), 1);
    assert_true(shape_has_batch(&rows) && !shape_has_batch(&scalar));
    assert_true(shape_equal(&batch, &batch) && !shape_equal(&batch, &rows) && !shape_equal(&multiple, &batch));
    arena_free(arena);
}

static void test_inference(void **state) {
    (void)state;
    Scene s = scene_new();
    Graph *g = s.graph;
    expect_shape(&s, s.x, "[B, 6]");
    expect_shape(&s, graph_unary(g, OP_TANH, s.x), "[B, 6]");
    expect_shape(&s, graph_reduce(g, OP_SUM, s.x, 1), "[1, 6]");
    expect_shape(&s, graph_reduce(g, OP_REDUCE_MAX, s.x, 2), "[B, 1]");
    expect_shape(&s, graph_reduce(g, OP_SUM, s.x, 3), "[1, 1]");
    NodeId hidden = graph_contract(g, s.x, s.weight, false, false);
    expect_shape(&s, hidden, "[B, 4]");
    expect_shape(&s, graph_contract(g, hidden, s.weight, false, true), "[B, 6]");
    expect_shape(&s, graph_contract(g, s.x, hidden, true, false), "[6, 4]");
    NodeId deep = graph_reshape(g, s.x, shape_make(3, (int64_t[]){-1, 3, 2}));
    expect_shape(&s, deep, "[B, 3, 2]");
    expect_shape(&s, graph_transpose(g, deep, (int8_t[]){0, 2, 1}), "[B, 2, 3]");
    expect_shape(&s, graph_reshape(g, deep, shape_make(2, (int64_t[]){-3, 2})), "[3B, 2]");
    expect_shape(&s, graph_slice(g, deep, 1, 1, 3), "[B, 2, 2]");
    expect_shape(&s, graph_pad(g, s.x, 1, 2, 1), "[B, 9]");
    expect_shape(&s, graph_concat(g, (NodeId[]){s.x, hidden, s.x}, 3, 1), "[B, 16]");
    NodeId index = graph_leaf(g, OP_INDICES, shape_scalar(), 1, 0, 0);
    assert_int_equal(graph_node(g, index)->type, ELEMENT_INT32);
    expect_shape(&s, graph_gather(g, s.weight, index), "[B, 4]");
    expect_shape(&s, graph_scatter_add(g, s.x, index, 9), "[9, 6]");
    expect_shape(&s, graph_iota(g, shape_make(1, (int64_t[]){5})), "[5]");
    expect_shape(&s, graph_state(g, "weight.m", 1, 0), "[6, 4]");
    assert_int_equal(graph_node(g, graph_unary(g, OP_CONVERT, index))->type, ELEMENT_FLOAT);
    graph_verify(g);
    arena_free(s.arena);
}

static void test_broadcasting(void **state) {
    (void)state;
    Scene s = scene_new();
    Graph *g = s.graph;
    NodeId sum = graph_binary(g, OP_ADD, s.x, s.row);
    expect_shape(&s, sum, "[B, 6]");
    assert_int_equal(graph_node(g, sum)->inputs[0], s.x);
    const Node *repeated = graph_node(g, graph_node(g, sum)->inputs[1]);
    assert_int_equal(repeated->op, OP_BROADCAST);
    assert_int_equal(repeated->inputs[0], s.row);
    NodeId column = graph_reduce(g, OP_SUM, s.x, 2);
    expect_shape(&s, graph_binary(g, OP_MUL, s.row, column), "[B, 6]");
    expect_shape(&s, graph_binary(g, OP_MUL, s.row, graph_constant(g, 2)), "[6]");
    expect_shape(&s, graph_select(g, column, s.row, graph_constant(g, 0)), "[B, 6]");
    NodeId deep = graph_reshape(g, s.x, shape_make(3, (int64_t[]){-1, 1, 6}));
    expect_shape(&s, graph_binary(g, OP_SUB, deep, graph_slice(g, s.weight, 1, 0, 1)), "[B, 6, 6]");
    graph_verify(g);
    arena_free(s.arena);
}

/* The same node, or one that would do nothing, is not appended. */
static void test_sharing(void **state) {
    (void)state;
    Scene s = scene_new();
    Graph *g = s.graph;
    assert_int_equal(graph_constant(g, 2), graph_constant(g, 2));
    assert_int_not_equal(graph_constant(g, 0), graph_constant(g, -0.0));
    assert_int_equal(graph_unary(g, OP_TANH, s.x), graph_unary(g, OP_TANH, s.x));
    assert_int_not_equal(graph_unary(g, OP_TANH, s.x), graph_unary(g, OP_SIN, s.x));
    NodeId y = graph_unary(g, OP_TANH, s.x);
    assert_int_equal(graph_binary(g, OP_ADD, s.x, y), graph_binary(g, OP_ADD, y, s.x));
    assert_int_not_equal(graph_binary(g, OP_SUB, s.x, y), graph_binary(g, OP_SUB, y, s.x));
    assert_int_not_equal(graph_binary(g, OP_MAX, s.x, y), graph_binary(g, OP_MAX, y, s.x)); /* -0 and 0 */
    assert_int_not_equal(graph_slice(g, s.x, 1, 0, 2), graph_slice(g, s.x, 1, 0, 3));
    assert_int_not_equal(graph_slice(g, s.x, 1, 0, 2), graph_slice(g, s.x, 1, 1, 2));
    assert_int_not_equal(graph_uniform(g, shape_batch(2), 0), graph_uniform(g, shape_batch(2), 1));
    assert_int_not_equal(graph_uniform(g, shape_batch(2), 0), graph_uniform(g, shape_batch(3), 0));
    assert_int_equal(graph_uniform(g, shape_batch(2), 0), graph_uniform(g, shape_batch(2), 0));
    assert_int_not_equal(graph_reduce(g, OP_SUM, s.x, 1), graph_reduce(g, OP_SUM, s.x, 2));
    assert_int_not_equal(add_parameter(g, "twin", 1, 6, 0), s.row);
    int64_t count = g->nodes.count;
    assert_int_equal(graph_reshape(g, s.x, shape_batch(6)), s.x);
    assert_int_equal(graph_broadcast(g, s.x, shape_batch(6)), s.x);
    assert_int_equal(graph_transpose(g, s.weight, (int8_t[]){0, 1}), s.weight);
    assert_int_equal(graph_slice(g, s.x, 1, 0, 6), s.x);
    assert_int_equal(graph_pad(g, s.x, 1, 0, 0), s.x);
    assert_int_equal(graph_concat(g, &s.x, 1, 1), s.x);
    assert_int_equal(graph_reduce(g, OP_SUM, s.x, 0), s.x);
    assert_int_equal(g->nodes.count, count);
    /* Also among thousands. */
    NodeId first[3000];
    for (int i = 0; i < 3000; i++) first[i] = graph_binary(g, OP_ADD, s.x, graph_constant(g, i));
    count = g->nodes.count;
    for (int i = 0; i < 3000; i++) assert_int_equal(graph_binary(g, OP_ADD, s.x, graph_constant(g, i)), first[i]);
    assert_int_equal(g->nodes.count, count);
    arena_free(s.arena);
}

static void test_origin(void **state) {
    (void)state;
    Scene s = scene_new();
    s.graph->phase = PHASE_UPDATE;
    s.graph->layer = "dense_1";
    s.graph->span = (Span){.source = 1, .begin = 3, .end = 4};
    const Node *node = graph_node(s.graph, graph_unary(s.graph, OP_TANH, s.x));
    assert_int_equal(node->phase, PHASE_UPDATE);
    assert_string_equal(node->layer, "dense_1");
    assert_int_equal(node->span.end, 4);
    assert_int_equal(graph_node(s.graph, s.x)->phase, PHASE_FORWARD);
    arena_free(s.arena);
}

static void test_print(void **state) {
    (void)state;
    Scene s = scene_new();
    Graph *g = s.graph;
    g->layer = "dense_1";
    NodeId hidden = graph_contract(g, s.x, s.weight, false, false);
    g->layer = NULL;
    NodeId back = graph_contract(g, hidden, s.weight, false, true);
    NodeId row_loss =
        graph_reshape(g, graph_reduce(g, OP_SUM, graph_binary(g, OP_MUL, back, s.row), 2), shape_batch(0));
    NodeId weight = graph_leaf(g, OP_ROW_WEIGHTS, shape_scalar(), 0, 0, 0);
    GraphOutput output = {.prediction = hidden, .row_loss = row_loss, .row_weight = weight, .loss_weight = 0.5};
    vec_push(s.arena, &g->outputs, output);
    g->loss_sum = graph_reshape(g, graph_reduce(g, OP_SUM, row_loss, 1), shape_scalar());
    g->phase = PHASE_UPDATE;
    NodeId m = graph_state(g, "row.m", 0, 0);
    graph_assign_parameter(g, 0, graph_binary(g, OP_MUL, m, graph_constant(g, 0.1)));
    graph_assign_state(g, 0, graph_slice(g, graph_pad(g, m, 0, 1, 2), 0, 3, 9));
    graph_verify(g);
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    graph_print(g, out);
    fclose(out);
    assert_string_equal(text, "%0 = features 2..8                           : [B, 6]         forward\n"
                              "%1 = parameter row                           : [6]            forward\n"
                              "%2 = parameter weight                        : [6, 4]         forward\n"
                              "%3 = contract %0, %2                         : [B, 4]         forward dense_1\n"
                              "%4 = contract %3, %2 transpose_b             : [B, 6]         forward\n"
                              "%5 = broadcast %1                            : [B, 6]         forward\n"
                              "%6 = mul %4, %5                              : [B, 6]         forward\n"
                              "%7 = sum %6 axes 1                           : [B, 1]         forward\n"
                              "%8 = reshape %7                              : [B]            forward\n"
                              "%9 = row_weights                             : [B]            forward\n"
                              "%10 = sum %8 axes 0                          : [1]            forward\n"
                              "%11 = reshape %10                            : []             forward\n"
                              "%12 = state row.m                            : [6]            update\n"
                              "%13 = constant 0.1                           : []             update\n"
                              "%14 = broadcast %13                          : [6]            update\n"
                              "%15 = mul %12, %14                           : [6]            update\n"
                              "%16 = pad %12 axis 0 by 1, 2                 : [9]            update\n"
                              "%17 = slice %16 axis 0 3..9                  : [6]            update\n"
                              "output 0: prediction = %3, row_loss = %8, row_weight = %9, loss_weight = 0.5\n"
                              "loss_sum = %11\n"
                              "assign row = %15\n"
                              "assign row.m = %17\n");
    free(text);
    arena_free(s.arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),  cmocka_unit_test(test_inference), cmocka_unit_test(test_broadcasting),
        cmocka_unit_test(test_sharing), cmocka_unit_test(test_origin),    cmocka_unit_test(test_print),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
