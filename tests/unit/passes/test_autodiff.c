/* Differentiation: PyTorch's choice at kinks, what is cut, what is shared, and no NaN from a branch that was not taken.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "passes/passes.h"

/* Two vectors of four weights. */
typedef struct Scene {
    Arena *arena;
    Graph *graph;
    NodeId a, b;
} Scene;

static NodeId add_vector(Graph *graph, const char *name, bool trainable) {
    GraphParameter parameter = {
        .name = name, .shape = {.rank = 1, .dims = {4}}, .trainable = trainable, .span = SPAN_NONE};
    return graph_parameter(graph, parameter);
}

static Scene scene_new(void) {
    Scene scene = {.arena = arena_new()};
    scene.graph = graph_new(scene.arena, true);
    scene.a = add_vector(scene.graph, "a", true);
    scene.b = add_vector(scene.graph, "b", true);
    return scene;
}

/* d sum(of) / d wrt at a and b, or NULL where there is none. */
static const double *gradient_at(Scene *scene, NodeId of, NodeId wrt, double a[4], double b[4]) {
    NodeId gradient;
    autodiff_gradients(scene->graph, of, &wrt, 1, &gradient);
    graph_verify(scene->graph);
    if (gradient == NODE_NONE) return NULL;
    EvalInput input = {.rows = 1, .parameters = (double *[]){a, b}, .random_key = {3, 4}};
    return graph_eval(scene->graph, scene->arena, &input)[gradient];
}

static void expect_gradient(Scene *scene, NodeId of, NodeId wrt, double a[4], double b[4], const double want[4]) {
    const double *got = gradient_at(scene, of, wrt, a, b);
    assert_non_null(got);
    for (int i = 0; i < 4; i++)
        if (!(fabs(got[i] - want[i]) < 1e-12)) fail_msg("gradient %d is %g instead of %g", i, got[i], want[i]);
}

static void test_kinks(void **state) {
    (void)state;
    double a[4] = {-1, 0, 0.5, 2}, b[4] = {-1, 1, 0.5, 1};
    Scene scene = scene_new();
    Graph *graph = scene.graph;
    NodeId zero = graph_constant(graph, 0);
    expect_gradient(&scene, graph_binary(graph, OP_MAX, scene.a, zero), scene.a, a, b, (double[]){0, 0, 1, 1});
    expect_gradient(&scene, graph_binary(graph, OP_MAX, zero, scene.a), scene.a, a, b, (double[]){0, 0, 1, 1});
    expect_gradient(&scene, graph_binary(graph, OP_MIN, scene.a, zero), scene.a, a, b, (double[]){1, 0, 0, 0});
    expect_gradient(&scene, graph_binary(graph, OP_MIN, zero, scene.a), scene.a, a, b, (double[]){1, 0, 0, 0});
    expect_gradient(&scene, graph_unary(graph, OP_ABS, scene.a), scene.a, a, b, (double[]){-1, 0, 1, 1});
    NodeId larger = graph_binary(graph, OP_MAX, scene.a, scene.b),
           smaller = graph_binary(graph, OP_MIN, scene.a, scene.b);
    NodeId wrt[2] = {scene.a, scene.b}, gradients[2];
    EvalInput input = {.rows = 1, .parameters = (double *[]){a, b}};
    const double want[2][2][4] = {{{0.5, 0, 0.5, 1}, {0.5, 1, 0.5, 0}}, {{0.5, 1, 0.5, 0}, {0.5, 0, 0.5, 1}}};
    for (int choice = 0; choice < 2; choice++) { /* ties are halved */
        autodiff_gradients(graph, choice == 0 ? larger : smaller, wrt, 2, gradients);
        double **values = graph_eval(graph, scene.arena, &input);
        for (int side = 0; side < 2; side++)
            for (int i = 0; i < 4; i++) assert_true(values[gradients[side]][i] == want[choice][side][i]);
    }
    /* Of several maxima each gets its share. */
    double ties[4] = {2, 1, 2, 0};
    expect_gradient(&scene, graph_reduce(graph, OP_REDUCE_MAX, scene.a, 1), scene.a, ties, b,
                    (double[]){0.5, 0, 0.5, 0});
    arena_free(scene.arena);
}

static void test_cuts(void **state) {
    (void)state;
    double a[4] = {1, 2, 3, 4}, b[4] = {5, 6, 7, 8};
    Scene scene = scene_new();
    Graph *graph = scene.graph;
    NodeId stopped = graph_unary(graph, OP_STOP_GRADIENT, scene.a);
    assert_null(gradient_at(&scene, stopped, scene.a, a, b));
    expect_gradient(&scene, graph_binary(graph, OP_MUL, stopped, scene.a), scene.a, a, b, a);
    assert_null(gradient_at(&scene, graph_unary(graph, OP_FLOOR, scene.a), scene.a, a, b));
    assert_null(gradient_at(&scene, graph_binary(graph, OP_GREATER, scene.a, scene.b), scene.a, a, b));
    assert_null(gradient_at(&scene, scene.b, scene.a, a, b));
    expect_gradient(&scene, scene.a, scene.a, a, b, (double[]){1, 1, 1, 1});
    /* A condition carries none; beside one that is not differentiated, a maximum's tie gives nothing. */
    NodeId condition = graph_binary(graph, OP_GREATER, scene.a, graph_constant(graph, 2.5));
    assert_null(gradient_at(&scene, graph_select(graph, condition, scene.b, graph_constant(graph, 1)), scene.a, a, b));
    expect_gradient(&scene, graph_binary(graph, OP_MAX, scene.a, graph_unary(graph, OP_FLOOR, scene.a)), scene.a, a, b,
                    (double[]){0, 0, 0, 0});
    NodeId three = graph_select(graph, scene.a, graph_constant(graph, 3), scene.b);
    expect_gradient(&scene, graph_binary(graph, OP_MAX, scene.a, three), scene.a, a, b, (double[]){0, 0, 0, 1});
    arena_free(scene.arena);
}

/* A value used three times, twice by one node. */
static void test_several_uses(void **state) {
    (void)state;
    double a[4] = {1, 2, 3, 4}, b[4] = {5, 6, 7, 8};
    Scene scene = scene_new();
    Graph *graph = scene.graph;
    NodeId square = graph_binary(graph, OP_MUL, scene.a, scene.a);
    NodeId total = graph_binary(graph, OP_ADD, square, graph_binary(graph, OP_MUL, scene.a, scene.b));
    expect_gradient(&scene, total, scene.a, a, b, (double[]){7, 10, 13, 16});
    arena_free(scene.arena);
}

typedef struct Branch {
    OpKind op;
    double a[4]; /* the op overflows or has no derivative at some; they are not taken */
} Branch;

/* sum of (a > 0.5 ? op(a) : b): where it is not taken, the gradient is 0 and no NaN. In PyTorch it is NaN. */
static void test_branches_not_taken(void **state) {
    (void)state;
    static const Branch branches[] = {
        {OP_LOG, {0, -1, 1, 2}},    {OP_SQRT, {0, -1, 1, 2}},         {OP_EXP, {-2000, -1, 1, 2}},
        {OP_LOG1P, {-1, -3, 1, 2}}, {OP_RECIPROCAL, {0, -0.0, 1, 2}},
    };
    for (size_t i = 0; i < sizeof branches / sizeof *branches; i++) {
        Scene scene = scene_new();
        Graph *graph = scene.graph;
        double a[4], b[4] = {1, 2, 3, 4};
        for (int k = 0; k < 4; k++) a[k] = branches[i].a[k];
        NodeId taken = graph_binary(graph, OP_GREATER, scene.a, graph_constant(graph, 0.5));
        /* The exponential overflows for -a. */
        NodeId argument = branches[i].op == OP_EXP ? graph_unary(graph, OP_NEG, scene.a) : scene.a;
        NodeId value = graph_unary(graph, branches[i].op, argument);
        NodeId reshaped = graph_reshape(graph, value, (Shape){.rank = 2, .dims = {2, 2}});
        reshaped = graph_reshape(graph, graph_binary(graph, OP_MUL, reshaped, graph_constant(graph, 3)),
                                 (Shape){.rank = 1, .dims = {4}});
        const double *got = gradient_at(&scene, graph_select(graph, taken, reshaped, scene.b), scene.a, a, b);
        assert_true(got[0] == 0 && got[1] == 0);
        assert_true(isfinite(got[2]) && got[2] != 0 && isfinite(got[3]) && got[3] != 0);
        got = gradient_at(&scene,
                          graph_select(graph, graph_binary(graph, OP_LESS_EQUAL, scene.a, graph_constant(graph, 0.5)),
                                       scene.b, reshaped),
                          scene.a, a, b);
        assert_true(got[0] == 0 && got[1] == 0 && got[2] != 0 && got[3] != 0);
        arena_free(scene.arena);
    }
}

/* Where both branches come from one value, its gradient is masked nowhere: the norm before an elu needs no guards. */
static void test_both_branches(void **state) {
    (void)state;
    Scene scene = scene_new();
    Graph *graph = scene.graph;
    NodeId before = graph_binary(graph, OP_DIV, scene.a, scene.b);
    NodeId positive = graph_binary(graph, OP_GREATER, before, graph_constant(graph, 0));
    NodeId elu = graph_select(graph, positive, before, graph_unary(graph, OP_EXPM1, before));
    double a[4] = {2000, -1, 3, -2000}, b[4] = {1, 1, 2, 1};
    expect_gradient(&scene, elu, scene.a, a, b, (double[]){1, exp(-1), 0.5, 0});
    int selects = 0;
    for (NodeId id = 0; id < graph->nodes.count; id++) selects += graph_node(graph, id)->op == OP_SELECT;
    assert_int_equal(selects, 1 + 2 + 1); /* forward; one a branch; the guard of expm1 */
    arena_free(scene.arena);
}

static void test_pow_at_zero(void **state) {
    (void)state;
    double a[4] = {0, 0, 2, 0}, b[4] = {0, 1, 3, 2};
    Scene scene = scene_new();
    NodeId power = graph_binary(scene.graph, OP_POW, scene.a, scene.b);
    expect_gradient(&scene, power, scene.a, a, b, (double[]){0, 1, 12, 0});
    expect_gradient(&scene, power, scene.b, a, b, (double[]){0, 0, 8 * log(2.0), 0});
    NodeId square = graph_binary(scene.graph, OP_POW, scene.a, graph_constant(scene.graph, 2));
    expect_gradient(&scene, square, scene.a, a, b, (double[]){0, 0, 4, 0});
    NodeId one = graph_binary(scene.graph, OP_POW, scene.a, graph_constant(scene.graph, 0));
    assert_null(gradient_at(&scene, one, scene.a, a, b));
    arena_free(scene.arena);
}

static NodeId total(Graph *graph, NodeId x) {
    NodeId sum = graph_reduce(graph, OP_SUM, x, (1u << graph_node(graph, x)->shape.rank) - 1);
    return graph_reshape(graph, sum, shape_scalar());
}

/* A run over the objective: gradients of what is trained, backward nodes, layers and spans of their forward nodes. */
static void test_run(void **state) {
    (void)state;
    Scene scene = scene_new();
    Graph *graph = scene.graph;
    NodeId frozen = add_vector(graph, "frozen", false);
    add_vector(graph, "unused", true);
    graph->layer = "dense_1";
    graph->span = (Span){.source = 0, .begin = 5, .end = 9};
    NodeId product = graph_binary(graph, OP_MUL, graph_binary(graph, OP_MUL, scene.a, frozen), scene.b);
    graph->layer = "loss";
    graph->objective = total(graph, product);
    int64_t forward = graph->nodes.count;
    autodiff_run(graph);
    graph_verify(graph);
    assert_true(graph->parameters.items[0].gradient != NODE_NONE && graph->parameters.items[1].gradient != NODE_NONE);
    assert_int_equal(graph->parameters.items[2].gradient, NODE_NONE);
    assert_int_equal(graph->parameters.items[3].gradient, NODE_NONE);
    for (NodeId id = 0; id < graph->nodes.count; id++)
        assert_int_equal(graph_node(graph, id)->phase, id < forward ? PHASE_FORWARD : PHASE_BACKWARD);
    const Node *gradient = graph_node(graph, graph->parameters.items[0].gradient);
    assert_string_equal(gradient->layer, "dense_1");
    assert_int_equal(gradient->span.begin, 5);
    assert_string_equal(graph->layer, "loss"); /* as it was */
    assert_int_equal(graph->phase, PHASE_FORWARD);
    arena_free(scene.arena);
}

/* Products differentiate into products that read transposed: nothing is moved. A bias stays a row that is broadcast. */
static void test_dense_layer(void **state) {
    (void)state;
    for (int flags = 0; flags < 2; flags++) {
        Scene scene = scene_new();
        Graph *graph = scene.graph;
        bool tb = flags == 1;
        NodeId x = graph_leaf(graph, OP_FEATURES, shape_scalar(), 0, 0, 3);
        GraphParameter weight = {
            .name = "w", .shape = {.rank = 2, .dims = {tb ? 4 : 3, tb ? 3 : 4}}, .trainable = true, .span = SPAN_NONE};
        NodeId product = graph_contract(graph, x, graph_parameter(graph, weight), false, tb);
        NodeId dense = graph_binary(graph, OP_ADD, product, scene.a);
        graph->objective = total(graph, graph_unary(graph, OP_SQUARE, dense));
        autodiff_run(graph);
        const Graph *after = passes_simplify(graph);
        int contracts = 0;
        for (NodeId id = 0; id < after->nodes.count; id++) {
            assert_int_not_equal(graph_node(after, id)->op, OP_TRANSPOSE);
            contracts += graph_node(after, id)->op == OP_CONTRACT;
        }
        assert_int_equal(contracts, 2); /* forward and the weights'; nobody wants the features' */
        const Node *gradient = graph_node(after, after->parameters.items[2].gradient);
        assert_int_equal(gradient->op, OP_CONTRACT);
        assert_true(gradient->transpose_a && !gradient->transpose_b);
        assert_int_equal(graph_node(after, after->parameters.items[0].gradient)->op,
                         OP_RESHAPE); /* of a sum over rows */
        arena_free(scene.arena);
    }
}

/* relu' is told from the output, so that the input's buffer can be given up. */
static void test_relu_keeps_output_alone(void **state) {
    (void)state;
    Scene scene = scene_new();
    Graph *graph = scene.graph;
    NodeId hidden = graph_binary(graph, OP_ADD, scene.a, scene.b);
    NodeId relu = graph_binary(graph, OP_MAX, hidden, graph_constant(graph, 0));
    int64_t forward = graph->nodes.count;
    NodeId gradient;
    autodiff_gradients(graph, relu, &scene.a, 1, &gradient);
    for (NodeId id = (NodeId)forward; id < graph->nodes.count; id++)
        for (int32_t i = 0; i < graph_node(graph, id)->input_count; i++)
            assert_int_not_equal(graph_node(graph, id)->inputs[i], hidden);
    arena_free(scene.arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinks),
        cmocka_unit_test(test_cuts),
        cmocka_unit_test(test_several_uses),
        cmocka_unit_test(test_branches_not_taken),
        cmocka_unit_test(test_both_branches),
        cmocka_unit_test(test_pow_at_zero),
        cmocka_unit_test(test_run),
        cmocka_unit_test(test_dense_layer),
        cmocka_unit_test(test_relu_keeps_output_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
