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
#include "passes/passes.h"

enum { SIZE = 3, STEPS = 20 };

static const double curvature[SIZE] = {1.0, 0.1, 3.0}, centre[SIZE] = {0.5, -2.0, 0.0}, start[SIZE] = {1.5, 1.0, -0.7};

typedef double Valley(const double *weights, double *gradient);

static double quadratic(const double *weights, double *gradient) {
    double sum = 0;
    for (int i = 0; i < SIZE; i++) {
        sum += 0.5 * curvature[i] * (weights[i] - centre[i]) * (weights[i] - centre[i]);
        gradient[i] = curvature[i] * (weights[i] - centre[i]);
    }
    return sum;
}

/* Rosenbrock's valley, a hundredth of it: 0 at (1, 1, 1). */
static double rosenbrock(const double *weights, double *gradient) {
    double sum = 0;
    memset(gradient, 0, SIZE * sizeof *gradient);
    for (int i = 0; i + 1 < SIZE; i++) {
        double rise = weights[i + 1] - weights[i] * weights[i], rest = 1 - weights[i];
        sum += rise * rise + 0.01 * rest * rest;
        gradient[i] += -4 * rise * weights[i] - 0.02 * rest;
        gradient[i + 1] += 2 * rise;
    }
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
    NodeId gradient = graph_reshape(build.graph, sum, graph_node(build.graph, weights)->shape);
    if (call->entry->build_update_all != NULL)
        call->entry->build_update_all(&build, call, &gradient, 1);
    else
        call->entry->build_update(&build, call, 0, gradient);
    graph_verify(build.graph);
    descent->graph = build.graph;
    descent->memory = memory_make(build.graph, session->arena, 0);
    memcpy(descent->weights, start, sizeof start);
    descent->memory.parameters[0] = descent->weights;
    descent->input = (EvalInput){.rows = 1, .features = descent->gradient, .feature_width = SIZE};
}

static double descent_step(Descent *descent, Valley *valley, double rate) {
    double value = valley(descent->weights, descent->gradient);
    descent->input.learning_rate = rate;
    memory_step(descent->graph, descent->session->arena, &descent->input, &descent->memory);
    return value;
}

/* adadelta, which finds its own rate, begins with steps of 1e-3. */
static void check_descends(const CatalogEntry *entry, Valley *valley, const char *name) {
    Session *session = session_new();
    Descent descent;
    descent_begin(&descent, session, call_make(session, entry, NULL));
    bool finds_rate = strcmp(entry->name, "adadelta") == 0;
    double first = descent_step(&descent, valley, finds_rate ? 1 : 0.02), last = first;
    for (int step = 1; step < (finds_rate ? 600 : 200); step++) last = descent_step(&descent, valley, finds_rate ? 1 : 0.02);
    if (!(last <= 0.5 * first)) fail_msg("%s, %s: %g became %g", entry->name, name, first, last);
    session_free(session);
}

static void test_every_optimizer_descends(void **state) {
    (void)state;
    int count = 0;
    for (int64_t i = 0; i < catalog_entry_count; i++) {
        const CatalogEntry *entry = catalog_entries[i];
        if (entry->kind != ENTRY_OPTIMIZER || !entry->built) continue;
        check_descends(entry, quadratic, "a quadratic");
        check_descends(entry, rosenbrock, "Rosenbrock's valley");
        count++;
    }
    assert_true(count >= 13);
}

/* ---- PyTorch's formulas for one number
 * ------------------------------------------------------------------------------------ */

typedef struct Scalar {
    double weight, a, b, c; /* the weight and up to three states */
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

static void amsgrad(Scalar *s, double g, double lr, const CallOption *o) {
    double beta1 = get(o, "beta1", 0.9), beta2 = get(o, "beta2", 0.999);
    g += get(o, "weight_decay", 0) * s->weight;
    s->a += (g - s->a) * (1 - beta1);
    s->b = s->b * beta2 + (1 - beta2) * g * g;
    s->c = fmax(s->c, s->b);
    double first = 1 - pow(beta1, s->step), second = 1 - pow(beta2, s->step);
    s->weight -= lr / first * (s->a / (sqrt(s->c) / sqrt(second) + get(o, "epsilon", 1e-8)));
}

static void nadam(Scalar *s, double g, double lr, const CallOption *o) {
    double beta1 = get(o, "beta1", 0.9), beta2 = get(o, "beta2", 0.999), decay = get(o, "momentum_decay", 4e-3);
    g += get(o, "weight_decay", 0) * s->weight;
    double now = beta1 * (1 - 0.5 * pow(0.96, s->step * decay)), next = beta1 * (1 - 0.5 * pow(0.96, (s->step + 1) * decay));
    s->c = s->step == 1 ? now : s->c * now;
    s->a += (g - s->a) * (1 - beta1);
    s->b = s->b * beta2 + (1 - beta2) * g * g;
    double size = sqrt(s->b / (1 - pow(beta2, s->step))) + get(o, "epsilon", 1e-8);
    s->weight -= lr * (1 - now) / (1 - s->c) * g / size;
    s->weight -= lr * next / (1 - s->c * next) * s->a / size;
}

static void radam(Scalar *s, double g, double lr, const CallOption *o) {
    double beta1 = get(o, "beta1", 0.9), beta2 = get(o, "beta2", 0.999);
    g += get(o, "weight_decay", 0) * s->weight;
    s->a += (g - s->a) * (1 - beta1);
    s->b = s->b * beta2 + (1 - beta2) * g * g;
    double second = 1 - pow(beta2, s->step), longest = 2 / (1 - beta2) - 1;
    double length = longest - 2 * s->step * pow(beta2, s->step) / second, scale = 1;
    if (length > 5)
        scale = sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)) * sqrt(second) /
                (sqrt(s->b) + get(o, "epsilon", 1e-8));
    s->weight -= lr * s->a / (1 - pow(beta1, s->step)) * scale;
}

static void adagrad(Scalar *s, double g, double lr, const CallOption *o) {
    g += get(o, "weight_decay", 0) * s->weight;
    s->a += g * g;
    s->weight -= lr / (1 + (s->step - 1) * get(o, "lr_decay", 0)) * g / (sqrt(s->a) + get(o, "epsilon", 1e-10));
}

static void adadelta(Scalar *s, double g, double lr, const CallOption *o) {
    double rho = get(o, "rho", 0.9), epsilon = get(o, "epsilon", 1e-6);
    g += get(o, "weight_decay", 0) * s->weight;
    s->a = rho * s->a + (1 - rho) * g * g;
    double change = sqrt(s->b + epsilon) / sqrt(s->a + epsilon) * g;
    s->b = rho * s->b + (1 - rho) * change * change;
    s->weight -= lr * change;
}

static void lion(Scalar *s, double g, double lr, const CallOption *o) {
    double beta1 = get(o, "beta1", 0.9), beta2 = get(o, "beta2", 0.99), mixed = beta1 * s->a + (1 - beta1) * g;
    s->weight *= 1 - lr * get(o, "weight_decay", 0);
    s->weight -= lr * (mixed > 0 ? 1 : mixed < 0 ? -1 : 0);
    s->a = beta2 * s->a + (1 - beta2) * g;
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
        descent_step(&descent, quadratic, rate);
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
    assert_follows("amsgrad", amsgrad, none);
    assert_follows("amsgrad", amsgrad, OPTIONS(OPTION("beta2", 0.5), OPTION("weight_decay", 0.1)));
    assert_follows("nadam", nadam, none);
    assert_follows("nadam", nadam, OPTIONS(OPTION("momentum_decay", 0.5), OPTION("weight_decay", 0.1)));
    assert_follows("radam", radam, none);
    assert_follows("radam", radam, OPTIONS(OPTION("beta2", 0.9), OPTION("weight_decay", 0.1)));
    assert_follows("radam", radam, OPTIONS(OPTION("beta2", 0.5)));
    assert_follows("adagrad", adagrad, none);
    assert_follows("adagrad", adagrad, OPTIONS(OPTION("lr_decay", 0.1), OPTION("weight_decay", 0.1)));
    assert_follows("adadelta", adadelta, none);
    assert_follows("adadelta", adadelta, OPTIONS(OPTION("rho", 0.5), OPTION("weight_decay", 0.1)));
    assert_follows("lion", lion, none);
    assert_follows("lion", lion, OPTIONS(OPTION("beta1", 0.5), OPTION("weight_decay", 0.1)));
    assert_follows("rmsprop", rmsprop, none);
    assert_follows("rmsprop", rmsprop, OPTIONS(OPTION("alpha", 0.9), OPTION("momentum", 0.9), OPTION("epsilon", 1e-2)));
}

/* ---- rules that look at a whole tensor --------------------------------------------------------------------------- */

static double norm(const double *values) {
    double sum = 0;
    for (int i = 0; i < SIZE; i++) sum += values[i] * values[i];
    return sqrt(sum);
}

static void test_lamb(void **state) {
    (void)state;
    Session *session = session_new();
    Descent descent;
    descent_begin(&descent, session, call_find(session, ENTRY_OPTIMIZER, "lamb", OPTIONS(OPTION("weight_decay", 0.1))));
    double weights[SIZE], m[SIZE] = {0}, v[SIZE] = {0};
    memcpy(weights, start, sizeof weights);
    for (int step = 1; step <= STEPS; step++) {
        double gradient[SIZE], update[SIZE];
        quadratic(weights, gradient);
        for (int i = 0; i < SIZE; i++) {
            m[i] = 0.9 * m[i] + 0.1 * gradient[i];
            v[i] = 0.999 * v[i] + 0.001 * gradient[i] * gradient[i];
            update[i] = m[i] / (1 - pow(0.9, step)) / (sqrt(v[i] / (1 - pow(0.999, step))) + 1e-6) + 0.1 * weights[i];
        }
        double trust = norm(weights) / norm(update);
        for (int i = 0; i < SIZE; i++) weights[i] -= 0.05 * trust * update[i];
        descent_step(&descent, quadratic, 0.05);
        for (int i = 0; i < SIZE; i++) assert_true(is_near(descent.weights[i], weights[i], 1e-10));
    }
    session_free(session);
}

/* torch.optim.LBFGS(max_iter=1, history_size=h) as it is written, in loops over a list that forgets its oldest pair. */
static void test_lbfgs(void **state) {
    (void)state;
    enum { HISTORY = 3, FEW_STEPS = 14 };
    Session *session = session_new();
    Descent descent;
    descent_begin(&descent, session, call_find(session, ENTRY_OPTIMIZER, "lbfgs", OPTIONS(OPTION("history", HISTORY))));
    double w[SIZE], d[SIZE] = {0}, last[SIZE] = {0}, s[HISTORY][SIZE], y[HISTORY][SIZE], ro[HISTORY], t = 0, scale = 1;
    int pairs = 0;
    memcpy(w, start, sizeof w);
    for (int step = 1; step <= FEW_STEPS; step++) {
        double g[SIZE], ys = 0, yy = 0, sum = 0, share[HISTORY], rate = 0.3, greatest = 0, slope = 0;
        rosenbrock(w, g);
        for (int i = 0; i < SIZE; i++) {
            ys += (g[i] - last[i]) * d[i] * t;
            yy += (g[i] - last[i]) * (g[i] - last[i]);
            sum += fabs(g[i]);
            greatest = fmax(greatest, fabs(g[i]));
        }
        if (step > 1 && ys > 1e-10) {
            if (pairs == HISTORY) {
                memmove(s, s + 1, (HISTORY - 1) * sizeof s[0]);
                memmove(y, y + 1, (HISTORY - 1) * sizeof y[0]);
                memmove(ro, ro + 1, (HISTORY - 1) * sizeof ro[0]);
                pairs--;
            }
            for (int i = 0; i < SIZE; i++) {
                s[pairs][i] = d[i] * t;
                y[pairs][i] = g[i] - last[i];
            }
            ro[pairs++] = 1 / ys;
            scale = ys / yy;
        }
        for (int i = 0; i < SIZE; i++) d[i] = -g[i];
        for (int p = pairs - 1; p >= 0; p--) {
            share[p] = 0;
            for (int i = 0; i < SIZE; i++) share[p] += s[p][i] * d[i] * ro[p];
            for (int i = 0; i < SIZE; i++) d[i] -= share[p] * y[p][i];
        }
        for (int i = 0; i < SIZE; i++) d[i] *= scale;
        for (int p = 0; p < pairs; p++) {
            double back = 0;
            for (int i = 0; i < SIZE; i++) back += y[p][i] * d[i] * ro[p];
            for (int i = 0; i < SIZE; i++) d[i] += s[p][i] * (share[p] - back);
        }
        for (int i = 0; i < SIZE; i++) slope += g[i] * d[i];
        t = greatest > 1e-7 && slope <= -1e-9 ? (step == 1 ? fmin(1, 1 / sum) * rate : rate) : 0;
        for (int i = 0; i < SIZE; i++) w[i] += t * d[i];
        memcpy(last, g, sizeof last);
        descent_step(&descent, rosenbrock, rate);
        for (int i = 0; i < SIZE; i++)
            if (!is_near(descent.weights[i], w[i], 1e-9)) fail_msg("step %d: %.17g, not %.17g", step, descent.weights[i], w[i]);
    }
    session_free(session);
}

/* Algorithm 5 of the paper, for a matrix and for a vector. */
static void test_adafactor(void **state) {
    (void)state;
    enum { ROWS = 2, COLUMNS = 3, CELLS = ROWS * COLUMNS };
    Session *session = session_new();
    Build build = build_make(session, true);
    int64_t dims[] = {ROWS, COLUMNS};
    Graph *graph = build.graph;
    graph_parameter(graph, (GraphParameter){.name = "w", .shape = shape_make(2, dims), .trainable = true});
    NodeId row = graph_leaf(graph, OP_FEATURES, shape_batch(CELLS), 0, 0, CELLS);
    NodeId gradient = graph_reshape(graph, graph_reduce(graph, OP_SUM, row, 1u), shape_make(2, dims));
    const Call *call = call_find(session, ENTRY_OPTIMIZER, "adafactor", NULL);
    call->entry->build_update(&build, call, 0, gradient);
    Memory memory = memory_make(graph, session->arena, 0);
    double weights[CELLS] = {1, -2, 3, 0.5, 0, 1}, want[CELLS], r[ROWS] = {0}, c[COLUMNS] = {0};
    memcpy(want, weights, sizeof want);
    memory.parameters[0] = weights;
    for (int step = 1; step <= STEPS; step++) {
        double g[CELLS], u[CELLS], keep = 1 - pow(step, -0.8), mean = 0, rms_u = 0, rms_w = 0;
        for (int i = 0; i < CELLS; i++) g[i] = sin(step + i) + want[i];
        for (int i = 0; i < ROWS; i++) {
            double sum = 0;
            for (int k = 0; k < COLUMNS; k++) sum += g[i * COLUMNS + k] * g[i * COLUMNS + k] + 1e-30;
            r[i] = keep * r[i] + (1 - keep) * sum / (double)COLUMNS;
            mean += r[i] / (double)ROWS;
        }
        for (int k = 0; k < COLUMNS; k++) {
            double sum = 0;
            for (int i = 0; i < ROWS; i++) sum += g[i * COLUMNS + k] * g[i * COLUMNS + k] + 1e-30;
            c[k] = keep * c[k] + (1 - keep) * sum / (double)ROWS;
        }
        for (int i = 0; i < CELLS; i++) {
            u[i] = g[i] / sqrt(r[i / COLUMNS] * c[i % COLUMNS] / mean);
            rms_u += u[i] * u[i] / (double)CELLS;
            rms_w += want[i] * want[i] / (double)CELLS;
        }
        double rate = fmin(0.3, 1 / sqrt(step)) * fmax(1e-3, sqrt(rms_w)) / fmax(1, sqrt(rms_u));
        for (int i = 0; i < CELLS; i++) want[i] -= rate * u[i];
        EvalInput input = {.rows = 1, .features = g, .feature_width = CELLS, .learning_rate = 0.3, .step = step - 1};
        memory_step(graph, session->arena, &input, &memory);
        for (int i = 0; i < CELLS; i++) assert_true(is_near(weights[i], want[i], 1e-9));
    }
    session_free(session);
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

/* The mean over the inputs of each unit: the columns of a kernel [in, out]. Other tensors stay. */
static void test_centralize(void **state) {
    (void)state;
    Session *session = session_new();
    Build build = build_make(session, true);
    Graph *graph = build.graph;
    Shape shape = shape_make(2, (int64_t[]){2, 2});
    graph_parameter(graph, (GraphParameter){.name = "a", .shape = shape, .trainable = true, .decayed = true});
    graph_parameter(graph, (GraphParameter){.name = "b", .shape = shape, .trainable = true});
    NodeId row = graph_leaf(graph, OP_FEATURES, shape_batch(4), 0, 0, 4);
    NodeId gradient = graph_reshape(graph, graph_reduce(graph, OP_SUM, row, 1u), shape), gradients[2] = {gradient, gradient};
    const Call *call = call_find(session, ENTRY_GRADIENT_STEP, "centralize", NULL);
    call->entry->build_gradients(&build, call, gradients, 2);
    const double features[4] = {1, 2, 5, -4};
    EvalInput input = {.rows = 1, .features = features, .feature_width = 4};
    Memory memory = memory_make(graph, session->arena, 0);
    const double *value = memory_step(graph, session->arena, &input, &memory)[gradients[0]];
    assert_true(value[0] == -2 && value[1] == 3 && value[2] == 2 && value[3] == -3);
    assert_int_equal(gradients[1], gradient);
    session_free(session);
}

/* Mean 0, variance eta / t^0.55, new at each step. */
static void test_noise(void **state) {
    (void)state;
    enum { CELLS = 10000 };
    Session *session = session_new();
    Build build = build_make(session, true);
    int64_t cells = CELLS;
    NodeId gradient = graph_broadcast(build.graph, graph_constant(build.graph, 0), shape_make(1, &cells));
    const Call *call = call_find(session, ENTRY_GRADIENT_STEP, "noise", OPTIONS(OPTION("eta", 4), OPTION("gamma", 0.55)));
    call->entry->build_gradients(&build, call, &gradient, 1);
    for (int64_t step = 0; step < 10; step += 9) {
        EvalInput input = {.rows = 1, .step = step, .random_key = {1, 2}};
        const double *value = graph_eval(build.graph, session->arena, &input)[gradient];
        double sum = 0, square = 0;
        for (int64_t i = 0; i < CELLS; i++) sum += value[i], square += value[i] * value[i];
        double variance = 4 / pow((double)(step + 1), 0.55);
        assert_true(fabs(sum / (double)CELLS) < 4 * sqrt(variance / (double)CELLS));
        assert_true(fabs(square / (double)CELLS / variance - 1) < 0.06);
    }
    session_free(session);
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

/* A certain row has no entropy and its gradient is a number; an undecided one of four classes has log 4. */
static void test_entropy_bonus(void **state) {
    (void)state;
    Session *session = session_new();
    Build build = build_make(session, true);
    NodeId p = graph_leaf(build.graph, OP_FEATURES, shape_batch(4), 0, 0, 4), gradient;
    Call *call = call_find(session, ENTRY_PENALTY, "entropy_bonus", OPTIONS(OPTION("factor", 0.1)));
    build_add_prediction_penalty(&build, call, p);
    const double features[8] = {1, 0, 0, 0, 0.25, 0.25, 0.25, 0.25};
    EvalInput input = {.rows = 2, .features = features, .feature_width = 4};
    autodiff_gradients(build.graph, build.penalty, &p, 1, &gradient);
    double **values = graph_eval(build.graph, session->arena, &input);
    assert_true(is_near(values[build.penalty][0], -0.1 * log(4) / 2, 1e-14));
    for (int i = 0; i < 8; i++) assert_true(isfinite(values[gradient][i]));
    assert_true(is_near(values[gradient][4], 0.1 / 2 * (1 - log(4)), 1e-14));
    session_free(session);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_entropy_bonus),
        cmocka_unit_test(test_every_optimizer_descends),
        cmocka_unit_test(test_formulas),
        cmocka_unit_test(test_lamb), cmocka_unit_test(test_lbfgs),
        cmocka_unit_test(test_adafactor),
        cmocka_unit_test(test_nesterov_wants_momentum),
        cmocka_unit_test(test_centralize),
        cmocka_unit_test(test_noise),
        cmocka_unit_test(test_clip_norm),
        cmocka_unit_test(test_clip_value),
        cmocka_unit_test(test_penalties),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
