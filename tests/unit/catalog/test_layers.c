/* Layers and activations of the catalogue: values against PyTorch, running statistics, dropout. */
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

/* ---- values
 * ---------------------------------------------------------------------------------------------------------- */

enum { POINT_COUNT = 15 };
static const double points[POINT_COUNT] = {-50, -20, -3.5, -2, -1, -0.5, -1e-3, 0, 1e-3, 0.5, 1, 2, 3.5, 20, 50};

typedef struct ActivationRow {
    const char *name;
    double values[POINT_COUNT], derivatives[POINT_COUNT];
} ActivationRow;

static const ActivationRow activation_rows[] = {
#include "golden/activations.inc"
};

static void test_activation_values(void **state) {
    (void)state;
    for (size_t k = 0; k < sizeof activation_rows / sizeof *activation_rows; k++) {
        const ActivationRow *row = &activation_rows[k];
        Session *session = session_new();
        Build build = build_make(session, true);
        NodeId x = graph_leaf(build.graph, OP_FEATURES, shape_batch(1), 0, 0, 1);
        NodeId y = build_call(&build, call_find(session, ENTRY_ACTIVATION, row->name, NULL), x), gradient;
        autodiff_gradients(build.graph, build_sum_all(&build, y), &x, 1, &gradient);
        double slope = 0.25, *parameters[] = {&slope};
        EvalInput input = {.rows = POINT_COUNT, .features = points, .feature_width = 1, .parameters = parameters};
        double **values = graph_eval(build.graph, session->arena, &input);
        double tolerance = strncmp(row->name, "hard_", 5) == 0 ? 1e-7 : 1e-13; /* PyTorch holds 1/6 as a float */
        for (int i = 0; i < POINT_COUNT; i++) {
            if (!is_near(values[y][i], row->values[i], tolerance))
                fail_msg("%s(%g) is %.17g, not %.17g", row->name, points[i], values[y][i], row->values[i]);
            if (!is_near(values[gradient][i], row->derivatives[i], tolerance))
                fail_msg("%s'(%g) is %.17g, not %.17g", row->name, points[i], values[gradient][i], row->derivatives[i]);
        }
        session_free(session);
    }
}

/* NaN must reach the loss, where it is seen. */
static void test_activations_propagate_nan(void **state) {
    (void)state;
    for (int64_t k = 0; k < catalog_entry_count; k++) {
        const CatalogEntry *entry = catalog_entries[k];
        if (entry->kind != ENTRY_ACTIVATION || !entry->built) continue;
        Session *session = session_new();
        Build build = build_make(session, true);
        NodeId x = graph_leaf(build.graph, OP_FEATURES, shape_batch(2), 0, 0, 2);
        NodeId y = build_call(&build, call_make(session, entry, NULL), x);
        double slope = 0.25, *parameters[] = {&slope};
        const double bad[2] = {(double)NAN, (double)NAN};
        EvalInput input = {.rows = 1, .features = bad, .feature_width = 2, .parameters = parameters};
        if (!isnan(graph_eval(build.graph, session->arena, &input)[y][0])) fail_msg("%s hides NaN", entry->name);
        session_free(session);
    }
}

static void test_softmax_sums_to_one(void **state) {
    (void)state;
    Session *session = session_new();
    Build build = build_make(session, true);
    NodeId x = graph_leaf(build.graph, OP_FEATURES, shape_batch(3), 0, 0, 3);
    NodeId y = build_call(&build, call_find(session, ENTRY_ACTIVATION, "softmax", NULL), x);
    const double features[6] = {1e4, -1e4, 0, 1, 2, 3};
    EvalInput input = {.rows = 2, .features = features, .feature_width = 3};
    const double *values = graph_eval(build.graph, session->arena, &input)[y];
    double sum = exp(1) + exp(2) + exp(3);
    assert_true(values[0] == 1 && values[1] == 0 && values[2] == 0);
    for (int i = 0; i < 3; i++) assert_true(is_near(values[3 + i], exp(i + 1) / sum, 1e-14));
    session_free(session);
}

static void test_batch_norm_statistics(void **state) {
    (void)state;
    Session *session = session_new();
    const CallOption options[] = {
        {.name = "momentum", .number = 0.8}, {.name = "epsilon", .number = 1e-3}, {.name = NULL}};
    Build build = build_make(session, true);
    NodeId x = graph_leaf(build.graph, OP_FEATURES, shape_batch(1), 0, 0, 1);
    NodeId y = build_call(&build, call_find(session, ENTRY_LAYER, "batch_norm", options), x);
    const char *const names[] = {"weight", "bias", "running_mean", "running_var"};
    for (int i = 0; i < 4; i++)
        assert_string_equal(build.graph->parameters.items[i].name,
                            arena_printf(session->arena, "batch_norm_1.%s", names[i]));
    assert_int_equal(build.layers.items[0].parameters, 2);
    double values[4] = {2, 0.5, 1, 4}, *parameters[] = {&values[0], &values[1], &values[2], &values[3]};
    Memory memory = {.parameters = parameters};
    const double features[4] = {1, 2, 4, 9};
    EvalInput input = {.rows = 4, .features = features, .feature_width = 1};
    double **all = memory_step(build.graph, session->arena, &input, &memory);
    double mean = 4, biased = 9.5, unbiased = 38.0 / 3;
    for (int i = 0; i < 4; i++)
        assert_true(is_near(all[y][i], (features[i] - mean) / sqrt(biased + 1e-3) * 2 + 0.5, 1e-14));
    assert_true(is_near(values[2], 0.8 * 1 + 0.2 * mean, 1e-14));
    assert_true(is_near(values[3], 0.8 * 4 + 0.2 * unbiased, 1e-14));
    assert_true(values[0] == 2.0 && values[1] == 0.5);
    input.rows = 1; /* the short last batch of an epoch */
    memory_step(build.graph, session->arena, &input, &memory);
    assert_true(isfinite(values[3]));
    session_free(session);
}

static void test_frozen_batch_norm(void **state) {
    (void)state;
    Session *session = session_new();
    const CallOption options[] = {{.name = "trainable", .number = 0}, {.name = NULL}};
    Build build = build_make(session, true);
    NodeId x = graph_leaf(build.graph, OP_FEATURES, shape_batch(1), 0, 0, 1);
    build_call(&build, call_find(session, ENTRY_LAYER, "batch_norm", options), x);
    for (int i = 0; i < 4; i++) assert_false(build.graph->parameters.items[i].trainable);
    assert_int_equal(build.layers.items[0].parameters, 2);
    assert_int_equal(build.graph->assigns.count, 2); /* the running statistics go on */
    session_free(session);
}

static void test_batch_norm_evaluates_by_running_statistics(void **state) {
    (void)state;
    Session *session = session_new();
    Build build = build_make(session, false);
    NodeId x = graph_leaf(build.graph, OP_FEATURES, shape_batch(1), 0, 0, 1);
    NodeId y = build_call(&build, call_find(session, ENTRY_LAYER, "batch_norm", NULL), x);
    assert_int_equal(build.graph->assigns.count, 0);
    double values[4] = {2, 0.5, 1, 4}, *parameters[] = {&values[0], &values[1], &values[2], &values[3]};
    const double features[1] = {7};
    EvalInput input = {.rows = 1, .features = features, .feature_width = 1, .parameters = parameters};
    double got = graph_eval(build.graph, session->arena, &input)[y][0];
    assert_true(is_near(got, 6 / sqrt(4 + 1e-5) * 2 + 0.5, 1e-14));
    session_free(session);
}

static void test_dropout(void **state) {
    (void)state;
    enum { COUNT = 20000 };
    Session *session = session_new();
    Build build = build_make(session, true);
    const CallOption options[] = {{.name = "rate", .number = 0.3}, {.name = NULL}};
    NodeId x = graph_leaf(build.graph, OP_FEATURES, shape_batch(1), 0, 0, 1);
    NodeId y = build_call(&build, call_find(session, ENTRY_LAYER, "dropout", options), x);
    NodeId z = build_call(&build, call_find(session, ENTRY_LAYER, "dropout", options), x);
    double *ones = ARENA_ARRAY(session->arena, double, COUNT);
    for (int i = 0; i < COUNT; i++) ones[i] = 1;
    EvalInput input = {.rows = COUNT, .features = ones, .feature_width = 1, .random_key = {1, 2}};
    double **values = graph_eval(build.graph, session->arena, &input);
    int kept = 0, both = 0;
    for (int i = 0; i < COUNT; i++) {
        assert_true(values[y][i] == 0 || values[y][i] == 1 / (1 - 0.3));
        kept += values[y][i] != 0;
        both += values[y][i] != 0 && values[z][i] != 0;
    }
    assert_true(fabs(kept / (double)COUNT - 0.7) < 0.013);  /* 4 deviations */
    assert_true(fabs(both / (double)COUNT - 0.49) < 0.015); /* the two masks are independent */
    Build plain = build_make(session, false);
    x = graph_leaf(plain.graph, OP_FEATURES, shape_batch(1), 0, 0, 1);
    assert_int_equal(build_call(&plain, call_find(session, ENTRY_LAYER, "dropout", options), x), x);
    session_free(session);
}

/* Normal inputs keep mean 0 and variance 1 through alpha_dropout, and get the variance 1 + 0.5² from gaussian_noise. */
static void test_noises(void **state) {
    (void)state;
    enum { COUNT = 20000 };
    const struct {
        const char *name;
        CallOption option;
        double variance;
    } rows[] = {{"alpha_dropout", {.name = "rate", .number = 0.2}, 1},
                {"gaussian_noise", {.name = "stddev", .number = 0.5}, 1.25}};
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        Session *session = session_new();
        const CallOption options[] = {rows[k].option, {.name = NULL}};
        const Call *call = call_find(session, ENTRY_LAYER, rows[k].name, options);
        Build build = build_make(session, true);
        NodeId y = build_call(&build, call, build_normal(&build, shape_batch(1)));
        EvalInput input = {.rows = COUNT, .random_key = {1, 2}};
        const double *values = graph_eval(build.graph, session->arena, &input)[y];
        double sum = 0, square = 0;
        for (int i = 0; i < COUNT; i++) sum += values[i], square += values[i] * values[i];
        assert_true(fabs(sum / (double)COUNT) < 4 * sqrt(rows[k].variance / (double)COUNT));
        assert_true(fabs(square / (double)COUNT / rows[k].variance - 1) < 0.05);
        Build plain = build_make(session, false);
        NodeId x = graph_leaf(plain.graph, OP_FEATURES, shape_batch(1), 0, 0, 1);
        assert_int_equal(build_call(&plain, call, x), x);
        session_free(session);
    }
}

/* Two groups of two channels over two places, by hand. */
static void test_group_norm(void **state) {
    (void)state;
    Session *session = session_new();
    Build build = build_make(session, true);
    NodeId x = graph_leaf(build.graph, OP_FEATURES, shape_batch(8), 0, 0, 8);
    NodeId image = graph_reshape(build.graph, x, shape_make(4, (int64_t[]){DIM_BATCH, 1, 2, 4}));
    NodeId y = build_call(&build, call_find(session, ENTRY_LAYER, "group_norm", NULL), image);
    const double features[8] = {1, 2, 10, 10, 3, 6, 20, 40};
    double ones[4] = {1, 1, 1, 1}, zeros[4] = {0}, *parameters[] = {ones, zeros};
    EvalInput input = {.rows = 1, .features = features, .feature_width = 8, .parameters = parameters};
    const double *values = graph_eval(build.graph, session->arena, &input)[y];
    for (int i = 0; i < 8; i++) {
        double mean = i % 4 < 2 ? 3 : 20, variance = i % 4 < 2 ? 3.5 : 150;
        assert_true(is_near(values[i], (features[i] - mean) / sqrt(variance + 1e-5), 1e-14));
    }
    session_free(session);
}

/* ---- names, parameters, mistakes
 * --------------------------------------------------------------------------------------- */

static void test_dense_parameters(void **state) {
    (void)state;
    Session *session = session_new();
    Build build = build_make(session, true);
    NodeId x = graph_leaf(build.graph, OP_FEATURES, shape_batch(4), 0, 0, 4);
    build.next_activation = catalog_find(ENTRY_ACTIVATION, "relu");
    x = build_call(&build, call_find(session, ENTRY_LAYER, "dense", NULL), x);
    const CallOption options[] = {{.name = "bias", .number = 0},
                                  {.name = "trainable", .number = 0},
                                  {.name = "name", .word = "trunk"},
                                  {.name = NULL}};
    x = build_call(&build, call_find(session, ENTRY_LAYER, "dense", options), x);
    x = build_call(&build, call_find(session, ENTRY_LAYER, "dense", NULL), x);
    const GraphParameter *all = build.graph->parameters.items;
    assert_int_equal(build.graph->parameters.count, 5);
    assert_string_equal(all[0].name, "dense_1.weight");
    assert_string_equal(all[1].name, "dense_1.bias");
    assert_string_equal(all[2].name, "trunk.weight");
    assert_string_equal(all[3].name, "dense_3.weight");
    assert_true(all[0].transposed && all[0].decayed && !all[1].decayed && !all[2].trainable && all[3].trainable);
    assert_true(all[0].shape.dims[0] == 4 && all[0].shape.dims[1] == 5);
    assert_true(all[0].file_shape.dims[0] == 5 && all[0].file_shape.dims[1] == 4);
    assert_true(all[0].fan_in == 4 && all[0].fan_out == 5);
    assert_int_equal(all[0].init, LRT_INIT_HE_NORMAL);
    assert_int_equal(all[1].init, LRT_INIT_ZEROS);
    assert_int_equal(all[3].init, LRT_INIT_GLOROT_UNIFORM);
    assert_int_equal(build.layers.items[0].parameters, 25);
    assert_int_equal(build.layers.items[0].flops, 2 * 4 * 5 + 5);
    assert_int_equal(build.layers.items[1].parameters, 25); /* frozen ones count, the bias is not there */
    session_free(session);
}

static void test_own_penalties(void **state) {
    (void)state;
    Session *session = session_new();
    Build build = build_make(session, true);
    NodeId x = graph_leaf(build.graph, OP_FEATURES, shape_batch(1), 0, 0, 1);
    const CallOption options[] = {
        {.name = "units", .number = 2}, {.name = "l1", .number = 0.5}, {.name = "l2", .number = 0.25}, {.name = NULL}};
    build_call(&build, call_find(session, ENTRY_LAYER, "dense", options), x);
    double weight[2] = {-3, 2}, bias[2] = {100, 100}, *parameters[] = {weight, bias};
    const double features[1] = {1};
    EvalInput input = {.rows = 1, .features = features, .feature_width = 1, .parameters = parameters};
    double **values = graph_eval(build.graph, session->arena, &input);
    assert_true(is_near(values[build.penalty][0], 0.5 * 5 + 0.25 * 13, 1e-14));
    session_free(session);
}

static void assert_reported(const Session *session, DiagId id) {
    assert_int_equal(session->error_count, 1);
    assert_int_equal(session->diagnostics.items[0]->id, id);
}

static void test_mistakes(void **state) {
    (void)state;
    const struct {
        EntryKind kind;
        const char *name;
        int64_t rank, width;
        DiagId id;
    } rows[] = {
        {ENTRY_ACTIVATION, "swiglu", 2, 5, DIAG_SHAPE_ERROR}, {ENTRY_LAYER, "dense", 4, 5, DIAG_MISSING_FLATTEN},
        {ENTRY_LAYER, "dense", 0, 0, DIAG_SHAPE_ERROR},       {ENTRY_LAYER, "batch_norm", 0, 0, DIAG_SHAPE_ERROR},
        {ENTRY_LAYER, "layer_norm", 0, 0, DIAG_SHAPE_ERROR},  {ENTRY_LAYER, "embedding", 2, 1, DIAG_TYPE_MISMATCH},
        {ENTRY_LAYER, "group_norm", 2, 5, DIAG_SHAPE_ERROR},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Session *session = session_new();
        Build build = build_make(session, true);
        NodeId x = graph_constant(build.graph, 1);
        if (rows[i].rank > 0) x = graph_leaf(build.graph, OP_FEATURES, shape_batch(rows[i].width), 0, 0, rows[i].width);
        if (rows[i].rank == 4)
            x = graph_reshape(build.graph, x, shape_make(4, (int64_t[]){DIM_BATCH, 1, 1, rows[i].width}));
        assert_int_equal(build_call(&build, call_find(session, rows[i].kind, rows[i].name, NULL), x), NODE_NONE);
        assert_reported(session, rows[i].id);
        session_free(session);
    }
}

static void test_equal_names(void **state) {
    (void)state;
    Session *session = session_new();
    Build build = build_make(session, true);
    NodeId x = graph_leaf(build.graph, OP_FEATURES, shape_batch(1), 0, 0, 1);
    const CallOption options[] = {{.name = "name", .word = "a"}, {.name = NULL}};
    x = build_call(&build, call_find(session, ENTRY_LAYER, "dense", options), x);
    build_call(&build, call_find(session, ENTRY_LAYER, "dense", options), x);
    assert_reported(session, DIAG_DUPLICATE_NAME);
    session_free(session);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_activation_values),
        cmocka_unit_test(test_activations_propagate_nan),
        cmocka_unit_test(test_softmax_sums_to_one),
        cmocka_unit_test(test_batch_norm_statistics),
        cmocka_unit_test(test_batch_norm_evaluates_by_running_statistics),
        cmocka_unit_test(test_frozen_batch_norm),
        cmocka_unit_test(test_dropout),
        cmocka_unit_test(test_noises),
        cmocka_unit_test(test_group_norm),
        cmocka_unit_test(test_dense_parameters),
        cmocka_unit_test(test_own_penalties),
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_equal_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
