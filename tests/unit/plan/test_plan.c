/* What a plan promises: nothing is read before it is written or after it is overwritten, parameters lie alike in both
 * entry points, element-wise chains share a loop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "harness/random_graph.h"
#include "passes/passes.h"
#include "plan/plan.h"

enum { CAPACITY = 40 };

/* ---- the order of reads and writes
 * -------------------------------------------------------------------------------------- */

/* Who wrote the bytes of each buffer last, by kernel order. */
typedef struct Tracker {
    const Plan *plan;
    bool *written; /* by buffer */
    int32_t kernel;
} Tracker;

static void expect_readable(const Tracker *tracker, int32_t buffer) {
    if (buffer < 0) return;
    const PlanBuffer *place = &tracker->plan->buffers.items[buffer];
    if (place->section != SECTION_CALL || place->first < 0) return; /* filled by the caller */
    if (!tracker->written[buffer]) fail_msg("kernel %d reads buffer %d before it is written", tracker->kernel, buffer);
    assert_in_range(tracker->kernel, place->first, place->last);
}

static void note_write(Tracker *tracker, int32_t buffer) {
    if (buffer >= 0) tracker->written[buffer] = true;
}

static void expect_operand(const Tracker *tracker, NodeId operand) {
    NodeId base;
    PlanMatrix matrix;
    if (plan_operand(tracker->plan, tracker->kernel, operand, &base, &matrix) == SOURCE_MEMORY)
        expect_readable(tracker, matrix.buffer);
}

static void track_region(Tracker *tracker, const PlanRegion *region) {
    for (int64_t i = 0; i < region->nodes.count; i++) {
        const Node *node = graph_node(tracker->plan->graph, region->nodes.items[i]);
        for (int32_t k = 0; k < node->input_count; k++) expect_operand(tracker, node->inputs[k]);
    }
    for (int64_t i = 0; i < region->stores.count; i++) {
        PlanReduction reduction = tracker->plan->reductions[region->stores.items[i].node];
        if (reduction != REDUCTION_COLUMN && reduction != REDUCTION_TOTAL)
            expect_operand(tracker, region->stores.items[i].node);
    }
    for (int64_t i = 0; i < region->stores.count; i++) note_write(tracker, region->stores.items[i].matrix.buffer);
}

static void track_kernel(Tracker *tracker, const PlanKernel *kernel) {
    switch (kernel->kind) {
    case KERNEL_REGION: track_region(tracker, &kernel->region); break;
    case KERNEL_CONTRACT:
    case KERNEL_CONVOLVE:
    case KERNEL_CONVOLVE_WEIGHTS:
    case KERNEL_CONVOLVE_BACK:
    case KERNEL_WINDOW:
        expect_readable(tracker, kernel->contract.b.buffer);
        expect_readable(tracker, kernel->contract.bias.buffer);
        __attribute__((fallthrough));
    case KERNEL_TRANSPOSE:
        expect_readable(tracker, kernel->contract.a.buffer);
        note_write(tracker, kernel->contract.out.buffer);
        track_region(tracker, &kernel->region);
        break;
    case KERNEL_MOVE:
        expect_readable(tracker, kernel->move.from.buffer);
        note_write(tracker, kernel->move.to.buffer);
        break;
    case KERNEL_RECURRENT:
        expect_readable(tracker, kernel->recurrent.input.buffer);
        expect_readable(tracker, kernel->recurrent.weight.buffer);
        expect_readable(tracker, kernel->recurrent.side.buffer);
        note_write(tracker, kernel->recurrent.out.buffer);
        break;
    case KERNEL_SWAP:
    case KERNEL_RESHAPE:
        expect_readable(tracker, kernel->reshape.from.buffer);
        note_write(tracker, kernel->reshape.to.buffer);
        break;
    case KERNEL_GATHER:
    case KERNEL_SCATTER: {
        bool is_gather = kernel->kind == KERNEL_GATHER;
        expect_readable(tracker, kernel->index.indices.buffer);
        expect_readable(tracker, is_gather ? kernel->index.table.buffer : kernel->index.values.buffer);
        note_write(tracker, is_gather ? kernel->index.values.buffer : kernel->index.table.buffer);
        break;
    }
    case KERNEL_REDUCE:
        expect_readable(tracker, kernel->reduce.from.buffer);
        note_write(tracker, kernel->reduce.to.buffer);
        break;
    }
}

/* Buffers that live at one time share no byte. */
static void expect_disjoint(const Plan *plan) {
    for (int64_t i = 0; i < plan->buffers.count; i++) {
        const PlanBuffer *a = &plan->buffers.items[i];
        if (a->offset < 0) continue; /* nobody touches it */
        assert_int_equal(a->offset % 64, 0);
        assert_true(a->offset + a->size <= plan->section_size[a->section]);
        for (int64_t k = 0; k < i; k++) {
            const PlanBuffer *b = &plan->buffers.items[k];
            if (b->offset < 0 || a->section != b->section) continue;
            bool same_time = a->section != SECTION_CALL || (a->first <= b->last && b->first <= a->last);
            bool overlap = a->offset < b->offset + b->size && b->offset < a->offset + a->size;
            if (same_time && overlap) fail_msg("buffers %d and %d share bytes", (int)k, (int)i);
        }
    }
}

static void test_random_plans_are_sound(void **state) {
    (void)state;
    for (uint64_t seed = 0; seed < 300; seed++) {
        Session *session = session_new();
        RandomGraphOptions options = {
            .seed = seed, .operations = 5 + (int32_t)(seed % 40), .backward = seed % 3 != 0, .update = seed % 3 == 1};
        const Graph *graph = random_graph_new(session->arena, &options);
        if (seed % 2 == 0) graph = passes_simplify(graph);
        const Plan *plan = plan_build(session, graph, CAPACITY, NULL);
        Tracker tracker = {.plan = plan, .written = ARENA_ARRAY(session->arena, bool, plan->buffers.count + 1)};
        for (; tracker.kernel < plan->kernels.count; tracker.kernel++)
            track_kernel(&tracker, &plan->kernels.items[tracker.kernel]);
        expect_disjoint(plan);
        session_free(session);
    }
}

/* ---- fusion
 * ---------------------------------------------------------------------------------------------------------------- */

static Plan *plan_of(Session *session, Graph *graph, NodeId result) {
    NodeId weight = graph_leaf(graph, OP_ROW_WEIGHTS, shape_batch(0), 0, 0, 0);
    GraphOutput output = {.prediction = result, .row_loss = weight, .row_weight = weight, .loss_weight = 1};
    vec_push(graph->arena, &graph->outputs, output);
    graph->loss_sum = graph_constant(graph, 0);
    graph->weight_sum = graph->loss_sum;
    return plan_build(session, graph, CAPACITY, NULL);
}

static int64_t count_kernels(const Plan *plan, PlanKernelKind kind) {
    int64_t count = 0;
    for (int64_t i = 0; i < plan->kernels.count; i++) count += plan->kernels.items[i].kind == kind;
    return count;
}

static void test_softmax_is_one_loop(void **state) {
    (void)state;
    Session *session = session_new();
    Graph *graph = graph_new(session->arena, false);
    NodeId x = graph_leaf(graph, OP_FEATURES, shape_batch(10), 0, 0, 10);
    NodeId e = graph_unary(graph, OP_EXP, graph_binary(graph, OP_SUB, x, graph_reduce(graph, OP_REDUCE_MAX, x, 2)));
    NodeId y = graph_binary(graph, OP_DIV, e, graph_reduce(graph, OP_SUM, e, 2));
    const Plan *plan = plan_of(session, graph, y);
    const PlanKernel *last = &plan->kernels.items[plan->homes[y]];
    assert_int_equal(last->region.nodes.count, 5);
    assert_int_equal(last->region.stores.count, 1);
    session_free(session);
}

static void test_bias_starts_the_product(void **state) {
    (void)state;
    Session *session = session_new();
    Graph *graph = graph_new(session->arena, false);
    NodeId x = graph_leaf(graph, OP_FEATURES, shape_batch(10), 0, 0, 10);
    GraphParameter weight = {.name = "w", .shape = {2, {10, 7}}, .file_shape = {2, {10, 7}}, .span = SPAN_NONE};
    GraphParameter bias = {.name = "b", .shape = {1, {7}}, .file_shape = {1, {7}}, .span = SPAN_NONE};
    NodeId product = graph_contract(graph, x, graph_parameter(graph, weight), false, false);
    NodeId y = graph_binary(graph, OP_ADD, product, graph_parameter(graph, bias));
    const Plan *plan = plan_of(session, graph, y);
    assert_int_equal(count_kernels(plan, KERNEL_CONTRACT), 1);
    for (int64_t i = 0; i < plan->kernels.count; i++)
        if (plan->kernels.items[i].kind == KERNEL_CONTRACT)
            assert_int_equal(plan->kernels.items[i].contract.bias.buffer, plan->parameters[1].buffer);
    session_free(session);
}

/* The bytes of a deep chain do not grow with its depth. */
static void test_buffers_are_reused(void **state) {
    (void)state;
    int64_t sizes[2];
    for (int round = 0; round < 2; round++) {
        Session *session = session_new();
        Graph *graph = graph_new(session->arena, false);
        NodeId x = graph_leaf(graph, OP_FEATURES, shape_batch(16), 0, 0, 16);
        GraphParameter weight = {.name = "w", .shape = {2, {16, 16}}, .file_shape = {2, {16, 16}}, .span = SPAN_NONE};
        NodeId w = graph_parameter(graph, weight);
        for (int layer = 0; layer < (round == 0 ? 6 : 60); layer++)
            x = graph_unary(graph, OP_TANH, graph_contract(graph, x, w, false, false));
        sizes[round] = plan_of(session, graph, x)->section_size[SECTION_CALL];
        session_free(session);
    }
    assert_int_equal(sizes[0], sizes[1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_plans_are_sound),
        cmocka_unit_test(test_softmax_is_one_loop),
        cmocka_unit_test(test_bias_starts_the_product),
        cmocka_unit_test(test_buffers_are_reused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
