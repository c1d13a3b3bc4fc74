/* Steps of W1, W3, W4 and W5 as generated code alone, without data and runtime: microseconds a step, the quickest of many
 * rounds, and what share of that the multiply-adds need at the machine's peak. The spec's path is built like any other;
 * see bench/run.sh for whole trainers beside PyTorch. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../tests/harness/jit.h"
#include "codegen/codegen.h"
#include "lrt/random.h"
#include "passes/passes.h"

typedef struct Workload {
    const char *name;
    int64_t batch;
    int64_t widths[5]; /* features, hidden…, classes, 0 */
    int64_t steps;     /* 0: dense layers; else sequences of so many steps, an LSTM, and one real target */
    bool images;       /* 28 x 28 pixels through two convolutions, whose output is widths[0] wide */
} Workload;

static const Workload workloads[] = {
    {"W1", 32, {30, 64, 32, 2, 0}, 0, false},
    {"W3", 128, {784, 512, 256, 10, 0}, 0, false},
    {"W4", 64, {7 * 7 * 64, 512, 10, 0}, 0, true},
    {"W5", 64, {8, 64, 1, 0}, 64, false},
};

/* Time of the process: other work on the machine counts little. It adds up over threads, so two are measured by the
 * wall. */
static double now_on(clockid_t clock) {
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec * 1e6 + 1e-3 * (double)time.tv_nsec;
}

static NodeId constant(Graph *graph, double value) { return graph_constant(graph, value); }
static NodeId times(Graph *graph, NodeId a, NodeId b) { return graph_binary(graph, OP_MUL, a, b); }
static NodeId plus(Graph *graph, NodeId a, NodeId b) { return graph_binary(graph, OP_ADD, a, b); }

static NodeId parameter(Graph *graph, const char *name, Shape shape) {
    return graph_parameter(
        graph,
        (GraphParameter){.name = name, .shape = shape, .file_shape = shape, .trainable = true, .span = SPAN_NONE});
}

static NodeId total(Graph *graph, NodeId rows) {
    return graph_reshape(graph, graph_reduce(graph, OP_SUM, rows, 1), shape_scalar());
}

/* Adam with its bias corrections as numbers of the step. */
static void append_adam(Graph *graph) {
    graph->phase = PHASE_UPDATE;
    NodeId step = graph_leaf(graph, OP_STEP_NUMBER, shape_scalar(), 0, 0, 0);
    NodeId rate = graph_leaf(graph, OP_LEARNING_RATE, shape_scalar(), 0, 0, 0);
    NodeId one = constant(graph, 1);
    NodeId first = graph_binary(graph, OP_SUB, one, graph_binary(graph, OP_POW, constant(graph, 0.9), step));
    NodeId second = graph_binary(graph, OP_SUB, one, graph_binary(graph, OP_POW, constant(graph, 0.999), step));
    NodeId scale = graph_unary(graph, OP_RECIPROCAL, graph_unary(graph, OP_SQRT, second));
    rate = graph_binary(graph, OP_DIV, rate, first);
    for (int32_t i = 0; i < graph->parameters.count; i++) {
        NodeId gradient = graph->parameters.items[i].gradient;
        NodeId m = graph_state(graph, "m", i, 0);
        int32_t state = graph_node(graph, m)->index;
        NodeId v = graph_state(graph, "v", i, 0);
        m = plus(graph, times(graph, m, constant(graph, 0.9)), times(graph, gradient, constant(graph, 0.1)));
        v = plus(graph, times(graph, v, constant(graph, 0.999)),
                 times(graph, graph_unary(graph, OP_SQUARE, gradient), constant(graph, 0.001)));
        NodeId below = plus(graph, times(graph, graph_unary(graph, OP_SQRT, v), scale), constant(graph, 1e-8));
        NodeId change = times(graph, graph_binary(graph, OP_DIV, m, below), rate);
        graph_assign_state(graph, state, m);
        graph_assign_state(graph, state + 1, v);
        graph_assign_parameter(graph, i, graph_binary(graph, OP_SUB, graph->parameters.items[i].node, change));
    }
}

/* log softmax of the logits at the label, summed. */
static void append_loss(Graph *graph, NodeId logits, int64_t classes) {
    NodeId largest = graph_reduce(graph, OP_REDUCE_MAX, logits, 2);
    NodeId moved = graph_binary(graph, OP_SUB, logits, graph_unary(graph, OP_STOP_GRADIENT, largest));
    NodeId sum = graph_reduce(graph, OP_SUM, graph_unary(graph, OP_EXP, moved), 2);
    NodeId likelihood = graph_binary(graph, OP_SUB, moved, graph_unary(graph, OP_LOG, sum));
    NodeId labels = graph_unary(graph, OP_CONVERT, graph_leaf(graph, OP_LABELS, shape_batch(0), 0, 0, 0));
    NodeId hit = graph_binary(graph, OP_EQUAL, graph_reshape(graph, labels, shape_batch(1)),
                              graph_iota(graph, shape_make(1, &classes)));
    NodeId rows = graph_reduce(graph, OP_SUM, times(graph, likelihood, hit), 2);
    graph->loss_sum = graph_unary(graph, OP_NEG, total(graph, graph_reshape(graph, rows, shape_batch(0))));
    graph->weight_sum = graph_leaf(graph, OP_ROW_COUNT, shape_scalar(), 0, 0, 0);
    graph->objective = graph_binary(graph, OP_DIV, graph->loss_sum, graph->weight_sum);
}

/* The layer whose final state comes out. */
static NodeId append_lstm(Graph *graph, NodeId x, int64_t steps, int64_t width, int64_t units) {
    int64_t gates = 4 * units;
    graph->layer = "lstm_1";
    x = graph_time_major(graph, graph_reshape(graph, x, shape_make(3, (int64_t[]){DIM_BATCH, steps, width})));
    NodeId input_weight = parameter(graph, "weight_ih", shape_make(2, (int64_t[]){width, gates}));
    NodeId state_weight = parameter(graph, "weight_hh", shape_make(2, (int64_t[]){units, gates}));
    NodeId input_bias = parameter(graph, "bias_ih", shape_make(1, &gates));
    NodeId state_bias = parameter(graph, "bias_hh", shape_make(1, &gates));
    NodeId projected = plus(graph, graph_contract(graph, x, input_weight, false, false), input_bias);
    return graph_recurrent(graph, LRT_RECURRENCE_LSTM, false, true, projected, state_weight, state_bias);
}

/* 5 x 5 filters at every pixel, relu, the greatest of each 2 x 2. */
static NodeId append_convolution(Graph *graph, NodeId image, int64_t filters, const char *name) {
    const Shape shape = graph_node(graph, image)->shape;
    int64_t height = shape.dims[1], width = shape.dims[2], depth = 25 * shape.dims[3];
    graph->layer = name;
    Window window = {.size = {5, 5}, .stride = {1, 1}, .dilation = {1, 1}, .before = {2, 2}};
    Window pool = {.size = {2, 2}, .stride = {2, 2}, .dilation = {1, 1}, .places = {height / 2, width / 2}};
    window.places[0] = window.image[0] = pool.image[0] = height;
    window.places[1] = window.image[1] = pool.image[1] = width;
    NodeId patches = graph_window(graph, OP_PATCHES, image, NODE_NONE, window);
    NodeId kernel = parameter(graph, name, shape_make(2, (int64_t[]){depth, filters}));
    NodeId x = plus(graph, graph_contract(graph, patches, kernel, false, false),
                    parameter(graph, name, shape_make(1, &filters)));
    x = graph_reshape(graph, x, shape_make(4, (int64_t[]){shape.dims[0], height, width, filters}));
    x = graph_binary(graph, OP_MAX, x, constant(graph, 0));
    return graph_window(graph, OP_WINDOW_MAX, x, NODE_NONE, pool);
}

static NodeId append_images(Graph *graph, NodeId x, int64_t width) {
    x = graph_reshape(graph, x, shape_make(4, (int64_t[]){DIM_BATCH, 28, 28, 1}));
    x = append_convolution(graph, append_convolution(graph, x, 32, "conv2d_1"), 64, "conv2d_2");
    return graph_reshape(graph, x, shape_batch(width));
}

static void append_squares(Graph *graph, NodeId value) {
    NodeId target = graph_leaf(graph, OP_TARGETS, shape_scalar(), 0, 0, 1);
    NodeId square = graph_unary(graph, OP_SQUARE, graph_binary(graph, OP_SUB, value, target));
    graph->loss_sum = total(graph, graph_reshape(graph, square, shape_batch(0)));
    graph->weight_sum = graph_leaf(graph, OP_ROW_COUNT, shape_scalar(), 0, 0, 0);
    graph->objective = graph_binary(graph, OP_DIV, graph->loss_sum, graph->weight_sum);
}

static const Graph *build_graph(Arena *arena, const Workload *workload) {
    Graph *graph = graph_new(arena, true);
    const int64_t *widths = workload->widths;
    int64_t columns = workload->images ? 28 * 28 : widths[0] * (workload->steps > 0 ? workload->steps : 1);
    NodeId x = graph_leaf(graph, OP_FEATURES, shape_batch(columns), 0, 0, columns);
    if (workload->steps > 0) x = append_lstm(graph, x, workload->steps, widths[0], widths[1]);
    if (workload->images) x = append_images(graph, x, widths[0]);
    for (int i = workload->steps > 0; widths[i + 1] != 0; i++) {
        graph->layer = arena_printf(arena, "dense_%d", i + 1);
        NodeId weight = parameter(graph, arena_printf(arena, "%d.weight", i), shape_make(2, &widths[i]));
        NodeId bias = parameter(graph, arena_printf(arena, "%d.bias", i), shape_make(1, &widths[i + 1]));
        x = plus(graph, graph_contract(graph, x, weight, false, false), bias);
        if (widths[i + 2] == 0 && workload->steps > 0)
            append_squares(graph, x);
        else if (widths[i + 2] == 0)
            append_loss(graph, x, widths[i + 1]);
        else
            x = graph_binary(graph, OP_MAX, x, constant(graph, 0));
    }
    autodiff_run(graph);
    append_adam(graph);
    return passes_simplify(graph);
}

static void fill(LrtCall *call, const LrtProgram *program, LrtRandom *random) {
    for (int64_t i = 0; i < program->parameter_count; i++) {
        const LrtParameter *p = &program->parameters[i];
        float *values = (float *)(void *)(call->arena + p->offset);
        for (int64_t k = 0; k < p->rows * p->stride; k++) values[k] = (float)(lrt_random_uniform(random) * 0.1 - 0.05);
    }
    float *features = (float *)(void *)(call->arena + program->step.features);
    for (int64_t k = 0; k < call->rows * program->step.feature_stride; k++)
        features[k] = (float)(lrt_random_uniform(random) * 2 - 1);
}

/* Microseconds of the quickest of many rounds of some milliseconds. */
static double time_steps(const LrtProgram *program, LrtCall *call, clockid_t clock) {
    enum { ROUNDS = 60 };
    double best = 1e30;
    for (int round = 0; round < ROUNDS; round++) {
        int64_t steps = 0;
        double begin = now_on(clock), end;
        do {
            for (int i = 0; i < 8; i++) program->step.run(call);
            steps += 8;
            call->step += 8;
            end = now_on(clock);
        } while (end - begin < 4000);
        if ((end - begin) / (double)steps < best) best = (end - begin) / (double)steps;
    }
    return best;
}

static void run_workload(const Workload *workload) {
    Session *session = session_new();
    const Graph *graph = build_graph(session->arena, workload);
    double begin = now_on(CLOCK_PROCESS_CPUTIME_ID);
    const Plan *plan = plan_build(session, graph, workload->batch, NULL);
    CodegenOptions options = {.optimization = 3, .target_cpu = "native", .emit = EMIT_OBJECT};
    const char *object = NULL;
    size_t length = 0;
    if (!codegen_run(session, NULL, NULL, plan, plan, &options, &object, &length)) exit(1);
    double compiled = (now_on(CLOCK_PROCESS_CPUTIME_ID) - begin) * 1e-3;
    Jit jit = jit_load(object, length);
    LrtRandom random = lrt_random_stream(1, "bench", 0);
    int64_t flops = 0;
    for (int64_t i = 0; i < plan->kernels.count; i++)
        if (plan_is_product(&plan->kernels.items[i]) || plan->kernels.items[i].kind == KERNEL_CONVOLVE_BACK ||
            plan->kernels.items[i].kind == KERNEL_RECURRENT)
            flops += plan->kernels.items[i].flops;
    for (int threads = 1; threads <= 2; threads++) {
        LrtCall call = {.rows = workload->batch, .learning_rate = 1e-3, .pool = lrt_pool_new(threads)};
        size_t bytes = ((size_t)jit.program->arena_bytes + 127) / 64 * 64;
        call.arena = aligned_alloc(64, bytes);
        memset(call.arena, 0, bytes);
        fill(&call, jit.program, &random);
        uint64_t state = lrt_flush_denormals_enable();
        double microseconds = time_steps(jit.program, &call, threads == 1 ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC);
        lrt_flush_denormals_restore(state);
        printf("%s  %d thread%s %9.2f us a step  %6.1f GFLOP/s in products  (compiled in %.0f ms, %zu bytes)\n",
               workload->name, threads, threads == 1 ? " " : "s", microseconds, (double)flops / microseconds * 1e-3,
               compiled, length);
        lrt_pool_free(call.pool);
        free(call.arena);
    }
    jit_free(&jit);
    session_free(session);
}

int main(int count, char **words) {
    for (size_t i = 0; i < sizeof workloads / sizeof *workloads; i++)
        if (count < 2 || strcmp(words[1], workloads[i].name) == 0) run_workload(&workloads[i]);
    return 0;
}
