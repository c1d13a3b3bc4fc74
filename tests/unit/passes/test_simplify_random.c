/* The simplifier on random training steps: the same numbers, fewer nodes, the same graph every time. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "harness/random_graph.h"
#include "passes/passes.h"

enum { GRAPHS = 400 };

static void expect_same(uint64_t seed, const char *what, const double *want, const double *got, int64_t count) {
    for (int64_t i = 0; i < count; i++)
        if (!(fabs(want[i] - got[i]) <= 1e-9 * (1 + fabs(want[i]))))
            fail_msg("graph %llu: %s[%lld] is %.17g instead of %.17g", (unsigned long long)seed, what, (long long)i,
                     got[i], want[i]);
}

typedef struct Pair {
    uint64_t seed;
    int64_t rows;
    const Graph *before, *after;
    double **want, **got;
} Pair;

static void expect_node(const Pair *pair, const char *what, NodeId before, NodeId after) {
    if (before == NODE_NONE) {
        assert_int_equal(after, NODE_NONE);
        return;
    }
    const Shape *shape = &graph_node(pair->before, before)->shape;
    assert_true(shape_equal(shape, &graph_node(pair->after, after)->shape));
    expect_same(pair->seed, what, pair->want[before], pair->got[after], shape_count(shape, pair->rows));
}

static void expect_all_results(const Pair *pair) {
    const Graph *before = pair->before, *after = pair->after;
    expect_node(pair, "objective", before->objective, after->objective);
    expect_node(pair, "loss_sum", before->loss_sum, after->loss_sum);
    expect_node(pair, "weight_sum", before->weight_sum, after->weight_sum);
    expect_node(pair, "penalty", before->penalty, after->penalty);
    expect_node(pair, "gradient_norm", before->gradient_norm, after->gradient_norm);
    expect_node(pair, "clipped", before->clipped, after->clipped);
    expect_node(pair, "prediction", before->outputs.items[0].prediction, after->outputs.items[0].prediction);
    expect_node(pair, "row_loss", before->outputs.items[0].row_loss, after->outputs.items[0].row_loss);
    expect_node(pair, "row_weight", before->outputs.items[0].row_weight, after->outputs.items[0].row_weight);
    for (int64_t i = 0; i < before->parameters.count; i++)
        expect_node(pair, "gradient", before->parameters.items[i].gradient, after->parameters.items[i].gradient);
    assert_int_equal(before->assigns.count, after->assigns.count);
    for (int64_t i = 0; i < before->assigns.count; i++)
        expect_node(pair, "assign", before->assigns.items[i].value, after->assigns.items[i].value);
}

static void test_same_numbers(void **state) {
    (void)state;
    int64_t before_count = 0, after_count = 0;
    for (uint64_t seed = 0; seed < GRAPHS; seed++) {
        Arena *arena = arena_new();
        RandomGraphOptions options = {
            .seed = seed, .operations = 5 + (int32_t)(seed % 30), .backward = seed % 3 != 0, .update = seed % 3 == 1};
        const Graph *before = random_graph_new(arena, &options);
        const Graph *after = passes_simplify(before);
        graph_verify(after);
        EvalInput input = random_graph_input(arena, before, seed, 1 + (int64_t)(seed % 7));
        Pair pair = {.seed = seed,
                     .rows = input.rows,
                     .before = before,
                     .after = after,
                     .want = graph_eval(before, arena, &input),
                     .got = graph_eval(after, arena, &input)};
        assert_true(isfinite(pair.want[before->objective][0]));
        expect_all_results(&pair);
        before_count += before->nodes.count;
        after_count += after->nodes.count;
        arena_free(arena);
    }
    /* A rule that stops to work shows here: what the generator and differentiation write shrinks by a fifth or more. */
    assert_true(after_count < before_count * 4 / 5);
}

static char *printed(const Graph *graph, size_t *out_length) {
    char *text;
    FILE *out = open_memstream(&text, out_length);
    assert_non_null(out);
    graph_print(graph, out);
    fclose(out);
    return text;
}

static void test_deterministic_and_complete(void **state) {
    (void)state;
    for (uint64_t seed = 1000; seed < 1040; seed++) {
        Arena *arena = arena_new();
        RandomGraphOptions options = {.seed = seed, .operations = 25, .backward = true, .update = true};
        size_t lengths[3];
        const Graph *once = passes_simplify(random_graph_new(arena, &options));
        const Graph *again = passes_simplify(random_graph_new(arena, &options));
        char *texts[3] = {printed(once, &lengths[0]), printed(again, &lengths[1]),
                          printed(passes_simplify(once), &lengths[2])};
        assert_string_equal(texts[0], texts[1]);
        assert_string_equal(texts[0], texts[2]); /* nothing is left to do */
        for (int i = 0; i < 3; i++) free(texts[i]);
        arena_free(arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_numbers),
        cmocka_unit_test(test_deterministic_and_complete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
