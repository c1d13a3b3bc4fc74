/* The reference evaluator against numbers worked out by hand, op by op. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ir/graph.h"
#include "lrt/random.h"

enum { ROWS = 2 };

typedef struct Scene {
    Arena *arena;
    Graph *graph;
    double **values;
    NodeId x;      /* [B, 3]: 1 -2 3; 0.5 0 -1 */
    NodeId weight; /* [3, 2]: 1 2; 3 4; 5 6 */
    NodeId row;    /* [3]: 10 20 30 */
    NodeId index;  /* [B]: 2 0 */
} Scene;

static NodeId add_parameter(Graph *graph, const char *name, int32_t rank, int64_t rows, int64_t columns) {
    GraphParameter parameter = {.name = name, .shape = {.rank = rank, .dims = {rows, columns}}, .span = SPAN_NONE};
    return graph_parameter(graph, parameter);
}

static Scene scene_new(void) {
    Scene s = {.arena = arena_new()};
    s.graph = graph_new(s.arena, true);
    s.x = graph_leaf(s.graph, OP_FEATURES, shape_scalar(), 0, 1, 4);
    s.weight = add_parameter(s.graph, "weight", 2, 3, 2);
    s.row = add_parameter(s.graph, "row", 1, 3, 0);
    s.index = graph_leaf(s.graph, OP_INDICES, shape_scalar(), 1, 0, 0);
    return s;
}

static void evaluate(Scene *s) {
    static double features[ROWS * 4] = {99, 1, -2, 3, 99, 0.5, 0, -1};
    static double targets[ROWS * 2] = {7, 8, 9, 10};
    static const int32_t indices[ROWS * 2] = {1, 2, 1, 0}, labels[ROWS] = {1, 3};
    static const double weights[ROWS] = {0.5, 2};
    static double weight[6] = {1, 2, 3, 4, 5, 6}, row[3] = {10, 20, 30}, state[3] = {1, 2, 3};
    graph_verify(s->graph);
    EvalInput input = {.rows = ROWS,
                       .features = features,
                       .feature_width = 4,
                       .indices = indices,
                       .index_width = 2,
                       .targets = targets,
                       .target_width = 2,
                       .labels = labels,
                       .label_width = 1,
                       .weights = weights,
                       .learning_rate = 0.25,
                       .step = 41,
                       .random_key = {11, 12},
                       .parameters = (double *[]){weight, row},
                       .states = (double *[]){state}};
    s->values = graph_eval(s->graph, s->arena, &input);
}

static void expect(Scene *s, NodeId id, const double *want) {
    int64_t count = shape_count(&graph_node(s->graph, id)->shape, ROWS);
    for (int64_t i = 0; i < count; i++)
        if (!(fabs(s->values[id][i] - want[i]) <= 1e-12))
            fail_msg("%s[%lld] is %.17g instead of %.17g", op_table[graph_node(s->graph, id)->op].name, (long long)i,
                     s->values[id][i], want[i]);
}

#define EXPECT(scene, id, ...) expect((scene), (id), (const double[]){__VA_ARGS__})

static void test_leaves(void **state) {
    (void)state;
    Scene s = scene_new();
    Graph *g = s.graph;
    NodeId targets = graph_leaf(g, OP_TARGETS, shape_scalar(), 0, 1, 2);
    NodeId labels = graph_unary(g, OP_CONVERT, graph_leaf(g, OP_LABELS, shape_scalar(), 0, 0, 0));
    NodeId weights = graph_leaf(g, OP_ROW_WEIGHTS, shape_scalar(), 0, 0, 0);
    NodeId rate = graph_leaf(g, OP_LEARNING_RATE, shape_scalar(), 0, 0, 0);
    NodeId step = graph_leaf(g, OP_STEP_NUMBER, shape_scalar(), 0, 0, 0);
    NodeId count = graph_leaf(g, OP_ROW_COUNT, shape_scalar(), 0, 0, 0);
    NodeId iota = graph_iota(g, shape_make(2, (int64_t[]){2, 3}));
    NodeId moment = graph_state(g, "row.m", 1, 0);
    NodeId constant = graph_constant(g, -3.5);
    evaluate(&s);
    EXPECT(&s, s.x, 1, -2, 3, 0.5, 0, -1);
    EXPECT(&s, s.weight, 1, 2, 3, 4, 5, 6);
    EXPECT(&s, s.index, 2, 0);
    EXPECT(&s, targets, 8, 10);
    EXPECT(&s, labels, 1, 3);
    EXPECT(&s, weights, 0.5, 2);
    EXPECT(&s, rate, 0.25);
    EXPECT(&s, step, 42);
    EXPECT(&s, count, 2);
    EXPECT(&s, iota, 0, 1, 2, 0, 1, 2);
    EXPECT(&s, moment, 1, 2, 3);
    EXPECT(&s, constant, -3.5);
    arena_free(s.arena);
}

static void test_elementwise(void **state) {
    (void)state;
    Scene s = scene_new();
    Graph *g = s.graph;
    NodeId zero = graph_constant(g, 0);
    NodeId relu = graph_binary(g, OP_MAX, s.x, zero), mask = graph_binary(g, OP_GREATER_EQUAL, s.x, zero);
    NodeId chosen = graph_select(g, mask, s.x, s.row), scaled = graph_binary(g, OP_MUL, s.row, s.x);
    NodeId sigmoid = graph_unary(g, OP_SIGMOID, s.x), power = graph_binary(g, OP_POW, s.x, graph_constant(g, 3));
    evaluate(&s);
    EXPECT(&s, relu, 1, 0, 3, 0.5, 0, 0);
    EXPECT(&s, mask, 1, 0, 1, 1, 1, 0);
    EXPECT(&s, chosen, 1, 20, 3, 0.5, 0, 30);
    EXPECT(&s, scaled, 10, -40, 90, 5, 0, -30);
    EXPECT(&s, power, 1, -8, 27, 0.125, 0, -1);
    EXPECT(&s, sigmoid, 0.73105857863000487925, 0.11920292202211755594, 0.95257412682243321912, 0.62245933120185456464,
           0.5, 0.26894142136999512075);
    arena_free(s.arena);
}

static void test_reductions(void **state) {
    (void)state;
    Scene s = scene_new();
    Graph *g = s.graph;
    NodeId columns = graph_reduce(g, OP_SUM, s.x, 1), rows = graph_reduce(g, OP_SUM, s.x, 2);
    NodeId all = graph_reduce(g, OP_SUM, s.x, 3), largest = graph_reduce(g, OP_REDUCE_MAX, s.x, 2);
    NodeId most = graph_reduce(g, OP_REDUCE_MAX, s.x, 1);
    NodeId cube = graph_binary(g, OP_MUL, graph_reshape(g, s.x, shape_make(3, (int64_t[]){-1, 3, 1})), s.row);
    NodeId middle = graph_reduce(g, OP_SUM, cube, 2), outer = graph_reduce(g, OP_SUM, cube, 5);
    NodeId poisoned = graph_reduce(g, OP_REDUCE_MAX, graph_unary(g, OP_LOG, s.x), 2);
    evaluate(&s);
    EXPECT(&s, columns, 1.5, -2, 2);
    EXPECT(&s, rows, 2, -0.5);
    EXPECT(&s, all, 1.5);
    EXPECT(&s, largest, 3, 0.5);
    EXPECT(&s, most, 1, 0, 3);
    EXPECT(&s, middle, 20, 40, 60, -5, -10, -15);
    EXPECT(&s, outer, 90, -120, 120);
    assert_true(isnan(s.values[poisoned][0]) && isnan(s.values[poisoned][1])); /* log(-2), log(-1) */
    arena_free(s.arena);
}

static void test_contract(void **state) {
    (void)state;
    Scene s = scene_new();
    Graph *g = s.graph;
    NodeId product = graph_contract(g, s.x, s.weight, false, false);
    NodeId back = graph_contract(g, product, s.weight, false, true);
    NodeId moments = graph_contract(g, s.x, product, true, false);
    NodeId both = graph_contract(g, s.weight, moments, true, false);
    NodeId turned = graph_contract(g, moments, s.weight, true, false);
    NodeId twice = graph_contract(g, s.weight, graph_reshape(g, s.row, shape_make(2, (int64_t[]){1, 3})), true, true);
    evaluate(&s);
    EXPECT(&s, product, 10, 12, -4.5, -5);
    EXPECT(&s, back, 34, 78, 122, -14.5, -33.5, -52.5);
    EXPECT(&s, moments, 7.75, 9.5, -20, -24, 34.5, 41);
    EXPECT(&s, both, 120.25, 142.5, 142.5, 169);
    EXPECT(&s, turned, 120.25, 142.5, 142.5, 169);
    EXPECT(&s, twice, 220, 280);
    arena_free(s.arena);
}

static void test_movement(void **state) {
    (void)state;
    Scene s = scene_new();
    Graph *g = s.graph;
    NodeId turned = graph_transpose(g, s.weight, (int8_t[]){1, 0});
    NodeId deep = graph_reshape(g, s.x, shape_make(3, (int64_t[]){-1, 3, 1}));
    NodeId wide = graph_broadcast(g, deep, shape_make(3, (int64_t[]){-1, 3, 2}));
    NodeId swapped = graph_transpose(g, wide, (int8_t[]){0, 2, 1});
    NodeId flat = graph_reshape(g, swapped, shape_make(2, (int64_t[]){-2, 3}));
    NodeId cut = graph_slice(g, wide, 1, 1, 3), padded = graph_pad(g, s.x, 1, 1, 2);
    NodeId padded_rows = graph_pad(g, s.weight, 0, 1, 0),
           joined = graph_concat(g, (NodeId[]){s.x, graph_slice(g, s.x, 1, 0, 1)}, 2, 1);
    NodeId stacked = graph_concat(g, (NodeId[]){turned, turned}, 2, 0),
           repeated = graph_broadcast(g, s.row, shape_batch(3));
    evaluate(&s);
    EXPECT(&s, turned, 1, 3, 5, 2, 4, 6);
    EXPECT(&s, wide, 1, 1, -2, -2, 3, 3, 0.5, 0.5, 0, 0, -1, -1);
    EXPECT(&s, flat, 1, -2, 3, 1, -2, 3, 0.5, 0, -1, 0.5, 0, -1);
    EXPECT(&s, cut, -2, -2, 3, 3, 0, 0, -1, -1);
    EXPECT(&s, padded, 0, 1, -2, 3, 0, 0, 0, 0.5, 0, -1, 0, 0);
    EXPECT(&s, padded_rows, 0, 0, 1, 2, 3, 4, 5, 6);
    EXPECT(&s, joined, 1, -2, 3, 1, 0.5, 0, -1, 0.5);
    EXPECT(&s, stacked, 1, 3, 5, 2, 4, 6, 1, 3, 5, 2, 4, 6);
    EXPECT(&s, repeated, 10, 20, 30, 10, 20, 30);
    arena_free(s.arena);
}

static void test_index(void **state) {
    (void)state;
    Scene s = scene_new();
    Graph *g = s.graph;
    NodeId picked = graph_gather(g, s.weight, s.index), added = graph_scatter_add(g, s.x, s.index, 4);
    NodeId same = graph_scatter_add(g, s.x, graph_leaf(g, OP_INDICES, shape_scalar(), 0, 0, 0), 2);
    evaluate(&s);
    EXPECT(&s, picked, 5, 6, 1, 2);
    EXPECT(&s, added, 0.5, 0, -1, 0, 0, 0, 1, -2, 3, 0, 0, 0);
    EXPECT(&s, same, 0, 0, 0, 1.5, -2, 2);
    arena_free(s.arena);
}

/* The key is the call's, mixed with the stream; the counters are the element and the step. */
static void test_uniform(void **state) {
    (void)state;
    Scene s = scene_new();
    NodeId first = graph_uniform(s.graph, shape_batch(5), 0), third = graph_uniform(s.graph, shape_batch(5), 2);
    evaluate(&s);
    for (uint32_t i = 0; i < ROWS * 5; i++) {
        assert_true(s.values[first][i] == (double)lrt_random_uniform_at(11, 12u ^ 0x9e3779b9u, i, 41));
        assert_true(s.values[third][i] == (double)lrt_random_uniform_at(11, 12u ^ 3u * 0x9e3779b9u, i, 41));
    }
    /* No two streams have the same key. */
    for (int32_t a = 0; a < 4096; a++)
        assert_int_equal(graph_stream_mix(a) * 0x144cbc89u, a + 1); /* the mix's inverse */
    arena_free(s.arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_leaves),   cmocka_unit_test(test_elementwise), cmocka_unit_test(test_reductions),
        cmocka_unit_test(test_contract), cmocka_unit_test(test_movement),    cmocka_unit_test(test_index),
        cmocka_unit_test(test_uniform),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
