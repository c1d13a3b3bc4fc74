/* Gradients of whole random models against central differences, and the same after simplification. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "harness/differences.h"
#include "harness/random_graph.h"
#include "passes/passes.h"

enum { GRAPHS = 120, PROBES = 4 };

static void check_parameter(const Graph *graph, const EvalInput *input, uint64_t seed, int64_t number,
                            double **values) {
    const GraphParameter *parameter = &graph->parameters.items[number];
    LrtRandom random = lrt_random_stream(seed, "probes", (uint64_t)number);
    for (int i = 0; i < PROBES; i++) {
        int64_t at = lrt_random_below(&random, shape_count(&parameter->shape, 1));
        double want = difference_at(graph, input, graph->objective, &input->parameters[number][at]);
        double got = values[parameter->gradient][at];
        if (!is_near(got, want, 1e-7))
            fail_msg("graph %llu, %s[%lld]: gradient %.12g, by differences %.12g", (unsigned long long)seed,
                     parameter->name, (long long)at, got, want);
    }
}

/* Smooth graphs without cuts: what STOP_GRADIENT stops, differences do not. */
static bool has_cut(const Graph *graph) {
    for (NodeId id = 0; id < graph->nodes.count; id++)
        if (graph_node(graph, id)->op == OP_STOP_GRADIENT) return true;
    return false;
}

static void test_random_models(void **state) {
    (void)state;
    int checked = 0;
    for (uint64_t seed = 0; seed < GRAPHS; seed++) {
        Arena *arena = arena_new();
        RandomGraphOptions options = {
            .seed = seed, .operations = 4 + (int32_t)(seed % 12), .smooth = true, .backward = true};
        const Graph *graph = random_graph_new(arena, &options);
        if (!has_cut(graph)) {
            if (seed % 2 == 1) graph = passes_simplify(graph);
            EvalInput input = random_graph_input(arena, graph, seed, 1 + (int64_t)(seed % 5));
            double **values = graph_eval(graph, arena, &input);
            for (int64_t i = 0; i < graph->parameters.count; i++) {
                if (graph->parameters.items[i].gradient == NODE_NONE) {
                    assert_false(graph->parameters.items[i].trainable); /* the penalty reaches all that are trained */
                    continue;
                }
                check_parameter(graph, &input, seed, i, values);
                checked++;
            }
        }
        arena_free(arena);
    }
    assert_true(checked > 2 * GRAPHS);
}

/* With kinks: at places where both one-sided differences agree there is none in reach, and the gradient is theirs. */
static void test_kinked_models(void **state) {
    (void)state;
    int checked = 0, skipped = 0;
    for (uint64_t seed = 1000; seed < 1000 + GRAPHS; seed++) {
        Arena *arena = arena_new();
        RandomGraphOptions options = {.seed = seed, .operations = 4 + (int32_t)(seed % 12), .backward = true};
        const Graph *graph = random_graph_new(arena, &options);
        if (seed % 2 == 1 && !has_cut(graph)) graph = passes_simplify(graph);
        EvalInput input = random_graph_input(arena, graph, seed, 1 + (int64_t)(seed % 5));
        double **values = graph_eval(graph, arena, &input);
        for (int64_t i = 0; i < graph->parameters.count && !has_cut(graph); i++) {
            const GraphParameter *parameter = &graph->parameters.items[i];
            if (parameter->gradient == NODE_NONE) continue;
            int64_t at = (int64_t)(seed % (uint64_t)shape_count(&parameter->shape, 1));
            double *place = &input.parameters[i][at], middle = *place;
            double want = difference_at(graph, &input, graph->objective, place);
            *place = middle + 2e-5;
            double above = difference_at(graph, &input, graph->objective, place);
            *place = middle - 2e-5;
            double below = difference_at(graph, &input, graph->objective, place);
            *place = middle;
            if (!is_near(above, below, 2e-3)) {
                skipped++;
                continue;
            }
            if (!is_near(values[parameter->gradient][at], want, 2e-6))
                fail_msg("graph %llu, %s[%lld]: gradient %.12g, by differences %.12g", (unsigned long long)seed,
                         parameter->name, (long long)at, values[parameter->gradient][at], want);
            checked++;
        }
        arena_free(arena);
    }
    assert_true(checked > GRAPHS && skipped < checked / 20);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_random_models), cmocka_unit_test(test_kinked_models)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
