/* Optimizers of the catalogue: each against PyTorch's formulas written out for one number, over 20 steps; each descends
 * a quadratic; gradient steps and penalties by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "harness/calls.h"
#include "harness/differences.h"

enum { SIZE = 3, STEPS = 20 };

static const double curvature[SIZE] = {1.0, 0.1, 3.0}, centre[SIZE] = {0.5, -2.0, 0.0}, start[SIZE] = {1.5, 1.0, -0.7};

static double quadratic(const double *weights) {
    double sum = 0;
    for (int i = 0; i < SIZE; i++) sum += 0.5 * curvature[i] * (weights[i] - centre[i]) * (weights[i] - centre[i]);
    return sum;
}

/* One parameter of three numbers; its gradient comes in as the features of one row. */
typedef struct Descent {
    Session *session;
    Graph *graph;
    Memory memory;
    EvalInput input;
    double weights[SIZE], gradient[SIZE];
} Descent;

static NodeId add_weights(Build *build) {
    int64_t size = SIZE;
    return graph_parameter(build->graph,
                           (GraphParameter){.name = "w", .shape = shape_make(1, &size), .trainable = true});
}

static void descent_begin(Descent *descent, Session *session, const Call *call) {
    *descent = (Descent){.session = session};
    Build build = build_make(session, true);
    NodeId weights = add_weights(&build);
    NodeId row = graph_leaf(build.graph, OP_FEATURES, shape_batch(SIZE), 0, 0, SIZE);
    NodeId sum = graph_reduce(build.graph, OP_SUM, row, 1u);
    call->entry->build_update(&build, call, 0,
                              graph_reshape(build.graph, sum, graph_node(build.graph, weights)->shape));
    graph_verify(build.graph);
    descent->graph = build.graph;
    descent->memory = memory_make(build.graph, session->arena, 0);
    memcpy(descent->weights, start, sizeof start);
    descent->memory.parameters[0] = descent->weights;
    descent->input = (EvalInput){.rows = 1, .features = descent->gradient, .feature_width = SIZE};
}

static void descent_step(Descent *descent, double rate) {
    for (int i = 0; i < SIZE; i++) descent->gradient[i] = curvature[i] * (descent->weights[i] - centre[i]);
    descent->input.learning_rate = rate;
    memory_step(descent->graph, descent->session->arena, &descent->input, &descent->memory);
}

static void test_every_optimizer_descends(void **state) {
    (void)state;
    int count = 0;
    for (int64_t i = 0; i < catalog_entry_count; i++) {
        const CatalogEntry *entry = catalog_entries[i];
        if (entry->kind != ENTRY_OPTIMIZER || !entry->built) continue;
        Session *session = session_new();
        Descent descent;
        descent_begin(&descent, session, call_make(session, entry, NULL));
        double before = quadratic(descent.weights);
        for (int step = 0; step < 200; step++) descent_step(&descent, 0.02);
        if (quadratic(descent.weights) > 0.5 * before)
            fail_msg("%s: %g became %g", entry->name, before, quadratic(descent.weights));
        session_free(session);
        count++;
    }
    assert_int_equal(count, 4);
}

/* ---- PyTorch's formulas for one number
 * ------------------------------------------------------------------------------------ */

typedef struct Scalar {
    double weight, a, b; /* the weight and up to two states */
    int step;
} Scalar;

typedef void ScalarRule(Scalar *s, double g, double lr, const CallOption *o);

static double get(const CallOption *options, const char *name, double fallback) {
    for (; options->name != NULL; options++)
        if (strcmp(options->name, name) == 0) return options->number;
    return fallback;
}

static void sgd(Scalar *s, double g, double lr, const CallOption *o) {
    double momentum = get(o, "momentum", 0);
    g += get(o, "weight_decay", 0) * s->weight;
    if (momentum != 0) {
        s->a = s->step == 1 ? g : momentum * s->a + g;
        g = get(o, "nesterov", 0) != 0 ? g + momentum * s->a : s->a;
    }
    s->weight -= lr * g;
}

static void adam_step(Scalar *s, double g, double lr, const CallOption *o) {
    double beta1 = get(o, "beta1", 0.9), beta2 = get(o, "beta2", 0.999);
    s->a += (g - s->a) * (1 - beta1);
    s->b = s->b * beta2 + (1 - beta2) * g * g;
    double first = 1 - pow(beta1, s->step), second = 1 - pow(beta2, s->step);
    s->weight -= lr / first * (s->a / (sqrt(s->b) / sqrt(second) + get(o, "epsilon", 1e-8)));
}

static void adam(Scalar *s, double g, double lr, const CallOption *o) {
    adam_step(s, g + get(o, "weight_decay", 0) * s->weight, lr, o);
}

static void adamw(Scalar *s, double g, double lr, const CallOption *o) {
    s->weight *= 1 - lr * get(o, "weight_decay", 1e-2);
    adam_step(s, g, lr, o);
}

static void rmsprop(Scalar *s, double g, double lr, const CallOption *o) {
    double alpha = get(o, "alpha", 0.99), momentum = get(o, "momentum", 0);
    s->a = alpha * s->a + (1 - alpha) * g * g;
    double change = g / (sqrt(s->a) + get(o, "epsilon", 1e-8));
    s->b = momentum * s->b + change;
    s->weight -= lr * (momentum > 0 ? s->b : change);
}

static void assert_follows(const char *name, ScalarRule *rule, const CallOption *options) {
    Session *session = session_new();
    Descent descent;
    Scalar scalars[SIZE];
    descent_begin(&descent, session, call_find(session, ENTRY_OPTIMIZER, name, options));
    for (int i = 0; i < SIZE; i++) scalars[i] = (Scalar){.weight = start[i]};
    for (int step = 1; step <= STEPS; step++) {
        double rate = 0.1 / (1 + 0.2 * step);
        for (int i = 0; i < SIZE; i++) {
            scalars[i].step = step;
            rule(&scalars[i], curvature[i] * (scalars[i].weight - centre[i]), rate, options);
        }
        descent_step(&descent, rate);
        for (int i = 0; i < SIZE; i++)
            if (fabs(descent.weights[i] - scalars[i].weight) > 1e-12)
                fail_msg("%s, step %d: %.17g, not %.17g", name, step, descent.weights[i], scalars[i].weight);
    }
    session_free(session);
}

#define OPTIONS(...) ((const CallOption[]){__VA_ARGS__, {.name = NULL}})
#define OPTION(word, value) {.name = word, .number = value}

static void test_formulas(void **state) {
    (void)state;
    const CallOption none[] = {{.name = NULL}};
    assert_follows("sgd", sgd, none);
    assert_follows("sgd", sgd, OPTIONS(OPTION("momentum", 0.9)));
    assert_follows("sgd", sgd, OPTIONS(OPTION("momentum", 0.8), OPTION("nesterov", 1), OPTION("weight_decay", 0.05)));
    assert_follows("adam", adam, none);
    assert_follows("adam", adam, OPTIONS(OPTION("beta1", 0), OPTION("beta2", 0.5), OPTION("epsilon", 1e-3)));
    assert_follows("adam", adam, OPTIONS(OPTION("beta1", 0.7), OPTION("weight_decay", 0.1)));
    assert_follows("adamw", adamw, none);
    assert_follows("adamw", adamw, OPTIONS(OPTION("weight_decay", 0.3), OPTION("beta2", 0.9)));
    assert_follows("rmsprop", rmsprop, none);
    assert_follows("rmsprop", rmsprop, OPTIONS(OPTION("alpha", 0.9), OPTION("momentum", 0.9), OPTION("epsilon", 1e-2)));
}

static void test_nesterov_wants_momentum(void **state) {
    (void)state;
    Session *session = session_new();
    const Call *call = call_find(session, ENTRY_OPTIMIZER, "sgd", OPTIONS(OPTION("nesterov", 1)));
    assert_false(call->entry->check_call(session, call));
    assert_int_equal(session->diagnostics.items[0]->id, DIAG_ARGUMENT_RANGE);
    session_free(session);
}

/* ---- gradient steps and penalties
 * ----------------------------------------------------------------------------------------- */

/* The gradient (3, 4) of a parameter of two numbers and (12) of one: norm 13. */
static void run_step(const char *name, const char *option, double value, double out[3], double *out_clipped) {
    Session *session = session_new();
    Build build = build_make(session, true);
    Graph *graph = build.graph;
    NodeId row = graph_leaf(graph, OP_FEATURES, shape_batch(3), 0, 0, 3);
    NodeId gradients[3] = {graph_slice(graph, row, 1, 0, 2), NODE_NONE, graph_slice(graph, row, 1, 2, 3)};
    const Call *call = call_find(session, ENTRY_GRADIENT_STEP, name, OPTIONS(OPTION(option, value)));
    call->entry->build_gradients(&build, call, gradients, 3);
    assert_int_equal(gradients[1], NODE_NONE);
    const double features[3] = {3, -4, 12};
    EvalInput input = {.rows = 1, .features = features, .feature_width = 3};
    double **values = graph_eval(graph, session->arena, &input);
    out[0] = values[gradients[0]][0];
    out[1] = values[gradients[0]][1];
    out[2] = values[gradients[2]][0];
    *out_clipped = values[graph->clipped][0];
    session_free(session);
}

static void test_clip_norm(void **state) {
    (void)state;
    double out[3], clipped;
    run_step("clip_norm", "norm", 6.5, out, &clipped);
    double scale = 6.5 / (13 + 1e-6);
    assert_true(is_near(out[0], 3 * scale, 1e-14) && is_near(out[1], -4 * scale, 1e-14) &&
                is_near(out[2], 12 * scale, 1e-14));
    assert_true(clipped == 1.0);
    run_step("clip_norm", "norm", 14, out, &clipped);
    assert_true(out[0] == 3.0 && out[1] == -4.0 && out[2] == 12.0 && clipped == 0.0);
}

static void test_clip_value(void **state) {
    (void)state;
    double out[3], clipped;
    run_step("clip_value", "value", 3.5, out, &clipped);
    assert_true(out[0] == 3.0 && out[1] == -3.5 && out[2] == 3.5 && clipped == 1.0);
    run_step("clip_value", "value", 12, out, &clipped);
    assert_true(out[0] == 3.0 && out[1] == -4.0 && out[2] == 12.0 && clipped == 0.0);
}

static void test_penalties(void **state) {
    (void)state;
    Session *session = session_new();
    Build build = build_make(session, true);
    NodeId weights = add_weights(&build);
    build_add_penalty(&build, call_find(session, ENTRY_PENALTY, "l1", OPTIONS(OPTION("factor", 0.1))), weights);
    build_add_penalty(&build, call_find(session, ENTRY_PENALTY, "l2", OPTIONS(OPTION("factor", 0.01))), weights);
    double values[SIZE] = {1, -2, 3}, *parameters[] = {values};
    EvalInput input = {.rows = 1, .parameters = parameters};
    double got = graph_eval(build.graph, session->arena, &input)[build.penalty][0];
    assert_true(is_near(got, 0.1 * 6 + 0.01 * 14, 1e-14));
    session_free(session);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_optimizer_descends),
        cmocka_unit_test(test_formulas),
        cmocka_unit_test(test_nesterov_wants_momentum),
        cmocka_unit_test(test_clip_norm),
        cmocka_unit_test(test_clip_value),
        cmocka_unit_test(test_penalties),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
