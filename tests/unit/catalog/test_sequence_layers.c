/* Layers over sequences: gradients in every form at three shapes, names of tensors, what a state depends on. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "harness/calls.h"
#include "harness/differences.h"
#include "harness/layer_check.h"

#define OPTIONS(...) ((const CallOption[]){__VA_ARGS__, {.name = NULL}})
#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *const cells[] = {"lstm", "gru", "rnn"};

static void check_shapes(const char *name, const CallOption *options) {
    const CatalogEntry *entry = catalog_find(ENTRY_LAYER, name);
    layer_check_gradients(entry, options, 1, 3, true);
    layer_check_gradients(entry, options, 4, 2, true);
    layer_check_gradients(entry, options, 3, 5, false);
}

static void test_recurrent_gradients(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(cells); i++) {
        check_shapes(cells[i], OPTIONS({.name = "units", .number = 3}, {.name = "return", .word = "sequence"}));
        check_shapes(cells[i], OPTIONS({.name = "units", .number = 2}, {.name = "bidirectional", .number = 1}));
        check_shapes(cells[i], OPTIONS({.name = "units", .number = 2}, {.name = "layers", .number = 3},
                                       {.name = "dropout", .number = 0.3}));
        check_shapes(cells[i], OPTIONS({.name = "units", .number = 2}, {.name = "layers", .number = 2},
                                       {.name = "bidirectional", .number = 1}, {.name = "return", .word = "sequence"}));
        check_shapes(cells[i], OPTIONS({.name = "units", .number = 2}, {.name = "bias", .number = 0}));
    }
}

static void test_attention_gradients(void **state) {
    (void)state;
    static const char *const norms[] = {"pre", "post"};
    for (int i = 0; i < 2; i++) {
        const CatalogEntry *attention = catalog_find(ENTRY_LAYER, "attention");
        const CatalogEntry *transformer = catalog_find(ENTRY_LAYER, "transformer");
        const CallOption *options = OPTIONS({.name = "heads", .number = 3}, {.name = "causal", .number = i},
                                            {.name = "dropout", .number = 0.2}, {.name = "bias", .number = 1 - i});
        layer_check_gradients(attention, options, 1, 3, true);
        layer_check_gradients(attention, options, 4, 6, true);
        layer_check_gradients(attention, options, 5, 3, false);
        options = OPTIONS({.name = "heads", .number = 2}, {.name = "ff", .number = 3}, {.name = "layers", .number = 2},
                          {.name = "norm", .word = norms[i]}, {.name = "dropout", .number = 0.1});
        layer_check_gradients(transformer, options, 1, 4, true);
        layer_check_gradients(transformer, options, 3, 2, true);
        layer_check_gradients(transformer, options, 4, 4, false);
        layer_check_gradients(catalog_find(ENTRY_LAYER, "positions"),
                              OPTIONS({.name = "kind", .word = i == 0 ? "learned" : "sinusoidal"}), 4, 3, true);
    }
}

/* x [B, time, width] of the batch's columns. */
static NodeId sequence_leaf(Graph *graph, int64_t time, int64_t width) {
    NodeId leaf = graph_leaf(graph, OP_FEATURES, shape_batch(time * width), 0, 0, time * width);
    return graph_reshape(graph, leaf, shape_make(3, (int64_t[]){DIM_BATCH, time, width}));
}

static void test_recurrent_tensors(void **state) {
    (void)state;
    static const char *const names[] = {
        "weight_ih_l0",         "weight_hh_l0",         "bias_ih_l0",         "bias_hh_l0",
        "weight_ih_l0_reverse", "weight_hh_l0_reverse", "bias_ih_l0_reverse", "bias_hh_l0_reverse",
        "weight_ih_l1",         "weight_hh_l1",         "bias_ih_l1",         "bias_hh_l1",
        "weight_ih_l1_reverse", "weight_hh_l1_reverse", "bias_ih_l1_reverse", "bias_hh_l1_reverse"};
    static const int64_t gates[] = {4, 3, 1};
    for (size_t i = 0; i < COUNT(cells); i++) {
        Session *session = session_new();
        Build build = build_make(session, true);
        const CallOption *options = OPTIONS({.name = "units", .number = 5}, {.name = "layers", .number = 2},
                                            {.name = "bidirectional", .number = 1}, {.name = "max_norm", .number = 2});
        NodeId y =
            build_call(&build, call_find(session, ENTRY_LAYER, cells[i], options), sequence_leaf(build.graph, 4, 3));
        assert_int_equal(graph_node(build.graph, y)->shape.rank, 2);
        assert_int_equal(graph_node(build.graph, y)->shape.dims[1], 10);
        assert_int_equal(build.graph->parameters.count, COUNT(names));
        for (size_t k = 0; k < COUNT(names); k++) {
            const GraphParameter *parameter = &build.graph->parameters.items[k];
            bool is_kernel = k % 4 < 2;
            assert_string_equal(parameter->name, arena_printf(session->arena, "%s_1.%s", cells[i], names[k]));
            assert_int_equal(parameter->file_shape.dims[0], 5 * gates[i]);
            if (is_kernel) assert_int_equal(parameter->file_shape.dims[1], k % 4 == 1 ? 5 : k < 8 ? 3 : 10);
            assert_true(parameter->decayed == is_kernel && (parameter->max_norm > 0) == is_kernel);
            assert_int_equal(parameter->init, LRT_INIT_UNIFORM);
            assert_true(is_near(parameter->init_value, 1 / sqrt(5), 1e-15));
        }
        session_free(session);
    }
}

/* The outputs of all steps: of a pass forward they depend on nothing later, of a pass back on nothing earlier. */
static void test_recurrent_direction(void **state) {
    (void)state;
    enum { TIME = 5, CHANGED = 2 };
    for (size_t i = 0; i < COUNT(cells); i++) {
        Session *session = session_new();
        Build build = build_make(session, true);
        const CallOption *options = OPTIONS({.name = "units", .number = 1}, {.name = "bidirectional", .number = 1},
                                            {.name = "return", .word = "sequence"});
        NodeId y =
            build_call(&build, call_find(session, ENTRY_LAYER, cells[i], options), sequence_leaf(build.graph, TIME, 1));
        Memory memory = memory_make(build.graph, session->arena, 1);
        double features[TIME] = {0.1, -0.2, 0.3, -0.4, 0.5};
        EvalInput input = {.rows = 1, .features = features, .feature_width = TIME, .parameters = memory.parameters};
        const double *before = graph_eval(build.graph, session->arena, &input)[y];
        features[CHANGED] = 1;
        const double *after = graph_eval(build.graph, session->arena, &input)[y];
        for (int t = 0; t < TIME; t++) {
            assert_true((before[2 * t] == after[2 * t]) == (t < CHANGED));
            assert_true((before[2 * t + 1] == after[2 * t + 1]) == (t > CHANGED));
        }
        session_free(session);
    }
}

/* With `causal` no step depends on a later one, without it each depends on all. */
static void test_attention_is_causal(void **state) {
    (void)state;
    enum { TIME = 5, WIDTH = 2, CHANGED = 2 };
    for (int causal = 0; causal < 2; causal++) {
        Session *session = session_new();
        Build build = build_make(session, false);
        const CallOption *options = OPTIONS({.name = "heads", .number = 1}, {.name = "causal", .number = causal});
        NodeId y = build_call(&build, call_find(session, ENTRY_LAYER, "attention", options),
                              sequence_leaf(build.graph, TIME, WIDTH));
        Memory memory = memory_make(build.graph, session->arena, 1);
        double features[TIME * WIDTH] = {0.1, 1, -0.2, 2, 0.3, -1, -0.4, 0.6, 0.5, -0.2};
        EvalInput input = {
            .rows = 1, .features = features, .feature_width = TIME * WIDTH, .parameters = memory.parameters};
        const double *before = graph_eval(build.graph, session->arena, &input)[y];
        features[CHANGED * WIDTH] = 1;
        const double *after = graph_eval(build.graph, session->arena, &input)[y];
        for (int t = 0; t < TIME; t++)
            assert_true((before[t * WIDTH] == after[t * WIDTH]) == (causal == 1 && t < CHANGED));
        session_free(session);
    }
}

static void test_sinusoids(void **state) {
    (void)state;
    Session *session = session_new();
    Build build = build_make(session, true);
    NodeId y = build_call(&build,
                          call_find(session, ENTRY_LAYER, "positions", OPTIONS({.name = "kind", .word = "sinusoidal"})),
                          sequence_leaf(build.graph, 3, 4));
    const double features[12] = {0};
    EvalInput input = {.rows = 1, .features = features, .feature_width = 12};
    const double *values = graph_eval(build.graph, session->arena, &input)[y];
    for (int t = 0; t < 3; t++) {
        const double want[4] = {sin(t), cos(t), sin(t / 100.0), cos(t / 100.0)};
        for (int k = 0; k < 4; k++) assert_true(is_near(values[4 * t + k], want[k], 1e-14));
    }
    session_free(session);
}

static void test_transformer_tensors(void **state) {
    (void)state;
    static const char *const names[] = {"norm1.weight",
                                        "norm1.bias",
                                        "norm2.weight",
                                        "norm2.bias",
                                        "self_attn.in_proj_weight",
                                        "self_attn.in_proj_bias",
                                        "self_attn.out_proj.weight",
                                        "self_attn.out_proj.bias",
                                        "linear1.weight",
                                        "linear1.bias",
                                        "linear2.weight",
                                        "linear2.bias"};
    Session *session = session_new();
    Build build = build_make(session, true);
    const CallOption *options =
        OPTIONS({.name = "heads", .number = 2}, {.name = "ff", .number = 7}, {.name = "layers", .number = 2});
    build_call(&build, call_find(session, ENTRY_LAYER, "transformer", options), sequence_leaf(build.graph, 3, 4));
    assert_int_equal(build.graph->parameters.count, 2 * COUNT(names));
    for (size_t i = 0; i < 2 * COUNT(names); i++) {
        const char *want =
            arena_printf(session->arena, "transformer_1.layers.%zu.%s", i / COUNT(names), names[i % COUNT(names)]);
        assert_string_equal(build.graph->parameters.items[i].name, want);
    }
    session_free(session);
}

static void test_heads_divide_the_width(void **state) {
    (void)state;
    Session *session = session_new();
    Build build = build_make(session, true);
    NodeId x = sequence_leaf(build.graph, 2, 3);
    assert_int_equal(build_call(&build, call_find(session, ENTRY_LAYER, "attention", NULL), x), NODE_NONE);
    assert_int_equal(session->diagnostics.items[0]->id, DIAG_SHAPE_ERROR);
    session_free(session);
}

static void test_rows_are_no_sequence(void **state) {
    (void)state;
    for (int64_t i = 0; i < catalog_entry_count; i++) {
        if (!catalog_entries[i]->takes_sequence) continue;
        Session *session = session_new();
        Build build = build_make(session, true);
        NodeId x = graph_leaf(build.graph, OP_FEATURES, shape_batch(6), 0, 0, 6);
        assert_int_equal(build_call(&build, call_make(session, catalog_entries[i], NULL), x), NODE_NONE);
        assert_int_equal(session->error_count, 1);
        assert_int_equal(session->diagnostics.items[0]->id, DIAG_SHAPE_ERROR);
        session_free(session);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_recurrent_gradients),
        cmocka_unit_test(test_recurrent_tensors),
        cmocka_unit_test(test_attention_gradients),
        cmocka_unit_test(test_attention_is_causal),
        cmocka_unit_test(test_sinusoids),
        cmocka_unit_test(test_transformer_tensors),
        cmocka_unit_test(test_heads_divide_the_width),
        cmocka_unit_test(test_recurrent_direction),
        cmocka_unit_test(test_rows_are_no_sequence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
