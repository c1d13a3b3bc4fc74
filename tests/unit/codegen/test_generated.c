/* Generated code against the reference evaluator: random training steps, every row count, one and two threads, with and
 * without AVX-512. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "codegen/codegen.h"
#include "harness/jit.h"
#include "harness/random_graph.h"
#include "passes/passes.h"

enum { CAPACITY = 37, GRAPHS = 60 };

/* A compiled graph and the memory of one run. */
typedef struct Run {
    const Graph *graph;
    const EvalInput *input;
    const LrtProgram *program;
    unsigned char *arena;
    LrtCall call;
    const char *what;
    uint64_t seed;
} Run;

static float *floats_at(const Run *run, int64_t offset) { return (float *)(void *)(run->arena + offset); }

static void fill_floats(const Run *run, int64_t offset, int64_t stride, const double *from, int64_t width) {
    for (int64_t i = 0; offset >= 0 && i < run->input->rows; i++)
        for (int64_t k = 0; k < width && k < stride; k++)
            floats_at(run, offset)[i * stride + k] = (float)from[i * width + k];
}

static void fill_integers(const Run *run, int64_t offset, int64_t stride, const int32_t *from, int64_t width) {
    for (int64_t i = 0; offset >= 0 && i < run->input->rows; i++)
        for (int64_t k = 0; k < width && k < stride; k++)
            memcpy(run->arena + offset + 4 * (i * stride + k), &from[i * width + k], 4);
}

static void fill_inputs(const Run *run) {
    const LrtEntry *entry = &run->program->step;
    const EvalInput *input = run->input;
    fill_floats(run, entry->features, entry->feature_stride, input->features, input->feature_width);
    fill_floats(run, entry->targets, entry->target_stride, input->targets, input->target_width);
    fill_integers(run, entry->indices, entry->index_stride, input->indices, input->index_width);
    fill_integers(run, entry->labels, entry->label_stride, input->labels, input->label_width);
    for (int64_t i = 0; entry->weights >= 0 && i < input->rows; i++)
        floats_at(run, entry->weights)[i] = input->weights != NULL ? (float)input->weights[i] : 1.0f;
}

static void fill_parameter(const Run *run, int64_t offset, const LrtParameter *shape, const double *from) {
    for (int64_t r = 0; r < shape->rows; r++)
        for (int64_t c = 0; c < shape->columns; c++)
            floats_at(run, offset)[r * shape->stride + c] = (float)from[r * shape->columns + c];
}

/* Memory that nothing has written holds what would show: not a number. */
static Run start_run(const Graph *graph, const EvalInput *input, const LrtProgram *program) {
    Run run = {.graph = graph, .input = input, .program = program};
    size_t bytes = ((size_t)program->arena_bytes + 127) / 64 * 64;
    run.arena = aligned_alloc(64, bytes);
    assert_non_null(run.arena);
    memset(run.arena, 0xff, bytes);
    fill_inputs(&run);
    for (int64_t i = 0; i < program->parameter_count; i++)
        fill_parameter(&run, program->parameters[i].offset, &program->parameters[i], input->parameters[i]);
    for (int64_t i = 0; i < program->state_count; i++)
        fill_parameter(&run, program->states[i].offset, &program->parameters[graph->states.items[i].parameter],
                       input->states[i]);
    run.call = (LrtCall){.arena = run.arena,
                         .rows = input->rows,
                         .learning_rate = input->learning_rate,
                         .step = input->step,
                         .random_key = {input->random_key[0], input->random_key[1]},
                         .keep_gradients = true};
    return run;
}

/* Relative to the largest element: float rounds each term of a sum. */
static void expect_near(const Run *run, const char *what, double got, double want, double largest) {
    if (!(fabs(got - want) <= 1e-5 * (1 + largest)))
        fail_msg("graph %llu, %lld rows, %s: %.9g instead of %.9g", (unsigned long long)run->seed,
                 (long long)run->input->rows, what, got, want);
}

static void expect_matrix(const Run *run, const char *what, int64_t offset, int64_t rows, int64_t columns,
                          int64_t stride, const double *want) {
    double largest = 0;
    for (int64_t i = 0; i < rows * columns; i++) largest = fmax(largest, fabs(want[i]));
    for (int64_t r = 0; r < rows; r++)
        for (int64_t c = 0; c < columns; c++)
            expect_near(run, what, (double)floats_at(run, offset)[r * stride + c], want[r * columns + c], largest);
}

static void expect_scalar(const Run *run, const char *what, double got, double *const *values, NodeId node) {
    if (node != NODE_NONE) expect_near(run, what, got, values[node][0], fabs(values[node][0]));
}

static void expect_results(const Run *run, double *const *values) {
    const Graph *graph = run->graph;
    const LrtProgram *program = run->program;
    for (int64_t i = 0; i < graph->outputs.count; i++) {
        const LrtOutput *output = &program->outputs[i];
        int64_t rows = run->input->rows;
        expect_matrix(run, "prediction", output->prediction, rows, output->width, output->prediction_stride,
                      values[graph->outputs.items[i].prediction]);
        expect_matrix(run, "row loss", output->row_loss, rows, 1, 1, values[graph->outputs.items[i].row_loss]);
        expect_matrix(run, "row weight", output->row_weight, rows, 1, 1, values[graph->outputs.items[i].row_weight]);
    }
    expect_scalar(run, "loss sum", run->call.loss_sum, values, graph->loss_sum);
    expect_scalar(run, "weight sum", run->call.weight_sum, values, graph->weight_sum);
    expect_scalar(run, "penalty", run->call.penalty, values, graph->penalty);
    expect_scalar(run, "gradient norm", run->call.gradient_norm, values, graph->gradient_norm);
    if (graph->clipped != NODE_NONE) assert_int_equal(run->call.clipped, values[graph->clipped][0] != 0);
    for (int64_t i = 0; i < graph->parameters.count; i++) {
        const LrtParameter *p = &program->parameters[i];
        NodeId gradient = graph->parameters.items[i].gradient;
        if (gradient == NODE_NONE) continue;
        assert_true(p->gradient_offset >= 0);
        expect_matrix(run, p->name, p->gradient_offset, p->rows, p->columns, p->stride, values[gradient]);
    }
    for (int64_t i = 0; i < graph->assigns.count; i++) {
        const GraphAssign *assign = &graph->assigns.items[i];
        int32_t parameter = assign->is_state ? graph->states.items[assign->index].parameter : assign->index;
        const LrtParameter *p = &program->parameters[parameter];
        int64_t offset = assign->is_state ? program->states[assign->index].offset : p->offset;
        expect_matrix(run, assign->is_state ? "state" : "parameter", offset, p->rows, p->columns, p->stride,
                      values[assign->value]);
    }
}

static Jit compile(Session *session, const Graph *graph, int64_t capacity, const char *cpu, int optimization) {
    const Plan *plan = plan_build(session, graph, capacity, NULL);
    CodegenOptions options = {.optimization = optimization, .target_cpu = cpu, .emit = EMIT_OBJECT};
    const char *object = NULL;
    size_t length = 0;
    assert_true(codegen_run(session, NULL, NULL, plan, plan, &options, &object, &length));
    return jit_load(object, length);
}

/* Everything persistent and every result: what must have the same bits. */
static void expect_same_bits(const Run *one, const Run *other) {
    const LrtProgram *program = one->program;
    for (int64_t i = 0; i < program->parameter_count; i++) {
        const LrtParameter *p = &program->parameters[i];
        for (int64_t r = 0; r < p->rows; r++) {
            assert_memory_equal(floats_at(one, p->offset) + r * p->stride, floats_at(other, p->offset) + r * p->stride,
                                (size_t)p->columns * 4);
            if (p->gradient_offset >= 0)
                assert_memory_equal(floats_at(one, p->gradient_offset) + r * p->stride,
                                    floats_at(other, p->gradient_offset) + r * p->stride, (size_t)p->columns * 4);
        }
    }
    for (int64_t i = 0; i < program->state_count; i++) {
        const LrtParameter *p = &program->parameters[one->graph->states.items[i].parameter];
        for (int64_t r = 0; r < p->rows; r++)
            assert_memory_equal(floats_at(one, program->states[i].offset) + r * p->stride,
                                floats_at(other, program->states[i].offset) + r * p->stride, (size_t)p->columns * 4);
    }
    assert_memory_equal(&one->call.loss_sum, &other->call.loss_sum, sizeof one->call.loss_sum);
    assert_memory_equal(&one->call.gradient_norm, &other->call.gradient_norm, sizeof one->call.gradient_norm);
}

static void check_graph(uint64_t seed, bool simplified, int64_t *op_counts) {
    Session *session = session_new();
    RandomGraphOptions options = {
        .seed = seed, .operations = 4 + (int32_t)(seed % 30), .backward = seed % 3 != 0, .update = seed % 3 == 1};
    const Graph *graph = random_graph_new(session->arena, &options);
    if (simplified) graph = passes_simplify(graph);
    if (getenv("SEED") != NULL) {
        graph_print(graph, stderr);
        plan_print(plan_build(session, graph, CAPACITY, NULL), stderr);
    }
    for (int64_t i = 0; i < graph->nodes.count; i++) op_counts[graph->nodes.items[i].op]++;
    Jit wide = compile(session, graph, CAPACITY, "native", 1),
        narrow = compile(session, graph, CAPACITY, "x86-64-v3", 1);
    static const int64_t rows[] = {1, 2, 15, 16, 17, CAPACITY};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        EvalInput input = random_graph_input(session->arena, graph, seed + i, rows[i]);
        double **values = graph_eval(graph, session->arena, &input);
        Run run = start_run(graph, &input, wide.program), other = start_run(graph, &input, narrow.program);
        run.seed = other.seed = seed;
        wide.program->step.run(&run.call);
        expect_results(&run, values);
        narrow.program->step.run(&other.call);
        expect_same_bits(&run, &other);
        free(run.arena);
        free(other.arena);
    }
    jit_free(&wide);
    jit_free(&narrow);
    session_free(session);
}

static void test_random_graphs(void **state) {
    (void)state;
    const char *only = getenv("SEED"); /* one graph alone, which is printed */
    int64_t op_counts[OP_COUNT] = {0};
    for (uint64_t seed = 0; seed < GRAPHS; seed++) {
        if (only != NULL) seed = strtoull(only, NULL, 10);
        check_graph(seed, seed % 2 == 0, op_counts);
        if (only != NULL) return;
    }
    for (int op = 0; op < OP_COUNT; op++)
        if (op_counts[op] == 0) fail_msg("no graph has %s", op_table[op].name);
}

/* ---- large enough for threads
 * ------------------------------------------------------------------------------------------ */

static NodeId dense(Graph *graph, NodeId x, int64_t in, int64_t out, const char *name) {
    int64_t kernel[] = {in, out}, bias[] = {out};
    GraphParameter weight = {.name = arena_printf(graph->arena, "%s.weight", name),
                             .shape = shape_make(2, kernel),
                             .file_shape = shape_make(2, kernel),
                             .trainable = true,
                             .span = SPAN_NONE};
    GraphParameter offset = {.name = arena_printf(graph->arena, "%s.bias", name),
                             .shape = shape_make(1, bias),
                             .file_shape = shape_make(1, bias),
                             .trainable = true,
                             .span = SPAN_NONE};
    NodeId product = graph_contract(graph, x, graph_parameter(graph, weight), false, false);
    return graph_binary(graph, OP_ADD, product, graph_parameter(graph, offset));
}

static NodeId total(Graph *graph, NodeId x) {
    uint32_t axes = (1u << graph_node(graph, x)->shape.rank) - 1;
    return graph_reshape(graph, graph_reduce(graph, OP_SUM, x, axes), shape_scalar());
}

typedef enum Form { FORM_PLAIN, FORM_CLIPPED, FORM_SEQUENCES, FORM_IMAGES } Form;

static NodeId dense_layers(Graph *graph, NodeId x) {
    NodeId h = graph_binary(graph, OP_MAX, dense(graph, x, 200, 256, "dense_1"), graph_constant(graph, 0));
    NodeId uniform = graph_uniform(graph, shape_batch(256), 3);
    NodeId kept = graph_binary(graph, OP_GREATER, uniform, graph_constant(graph, 0.25));
    h = graph_binary(graph, OP_MUL, h, kept);
    return graph_unary(graph, OP_TANH, dense(graph, h, 256, 128, "dense_2"));
}

static NodeId kernel(Graph *graph, int64_t in, int64_t out) {
    Shape shape = shape_make(2, (int64_t[]){in, out});
    return graph_parameter(
        graph,
        (GraphParameter){.name = "w", .shape = shape, .file_shape = shape, .trainable = true, .span = SPAN_NONE});
}

static NodeId pass(Graph *graph, LrtRecurrence cell, bool reverse, bool last, NodeId x, int64_t units) {
    int64_t in = graph_node(graph, x)->shape.dims[1], gates = units * recurrent_form(cell)->gates;
    NodeId bias = graph_broadcast(graph, graph_constant(graph, 0.125), shape_make(1, &gates));
    NodeId projected = graph_contract(graph, x, kernel(graph, in, gates), false, false);
    return graph_recurrent(graph, cell, reverse, last, projected, kernel(graph, units, gates), bias);
}

/* Passes over time in both directions, and products side by side of 2 heads of 16 columns. */
static NodeId sequence_layers(Graph *graph, NodeId x) {
    enum { TIME = 10, WIDTH = 20, HEADS = 2, SIZE = 16 };
    x = graph_time_major(graph, graph_reshape(graph, x, shape_make(3, (int64_t[]){DIM_BATCH, TIME, WIDTH})));
    x = pass(graph, LRT_RECURRENCE_LSTM, true, false, x, 37);
    x = pass(graph, LRT_RECURRENCE_GRU, false, false, x, HEADS * SIZE);
    NodeId heads =
        graph_reshape(graph, graph_batch_major(graph, x), shape_make(4, (int64_t[]){DIM_BATCH, TIME, HEADS, SIZE}));
    heads = graph_transpose(graph, heads, (const int8_t[]){0, 2, 1, 3});
    NodeId pairs = graph_unary(graph, OP_TANH, graph_contract(graph, heads, heads, false, true));
    heads = graph_transpose(graph, graph_contract(graph, pairs, heads, false, false), (const int8_t[]){0, 2, 1, 3});
    x = graph_reshape(graph, heads, shape_make(3, (int64_t[]){DIM_BATCH, TIME, HEADS * SIZE}));
    return pass(graph, LRT_RECURRENCE_LSTM, false, true, graph_time_major(graph, x), 128);
}

/* Images 10 x 10 of two channels: a convolution, a pool, a convolution of each channel by itself, one with a stride. */
static NodeId image_layers(Graph *graph, NodeId x) {
    Window window = {
        .size = {3, 3}, .stride = {1, 1}, .dilation = {1, 1}, .before = {1, 1}, .places = {10, 10}, .image = {10, 10}};
    x = graph_reshape(graph, x, shape_make(4, (int64_t[]){DIM_BATCH, 10, 10, 2}));
    x = graph_contract(graph, graph_window(graph, OP_PATCHES, x, NODE_NONE, window), kernel(graph, 18, 40), false, false);
    x = graph_binary(graph, OP_MAX, x, graph_constant(graph, 0));
    x = graph_reshape(graph, x, shape_make(4, (int64_t[]){DIM_BATCH, 10, 10, 40}));
    Window pool = {.size = {3, 3}, .stride = {2, 2}, .dilation = {1, 1}, .places = {5, 5}, .image = {10, 10}};
    x = graph_window(graph, OP_WINDOW_MAX, x, NODE_NONE, pool);
    window.places[0] = window.places[1] = window.image[0] = window.image[1] = 5;
    x = graph_window(graph, OP_DEPTHWISE, x, kernel(graph, 9, 40), window);
    window.stride[0] = 2;
    window.places[0] = 3;
    x = dense(graph, graph_window(graph, OP_PATCHES, x, NODE_NONE, window), 360, 128, "conv2d_2");
    x = graph_reshape(graph, graph_unary(graph, OP_TANH, x), shape_make(4, (int64_t[]){DIM_BATCH, 3, 5, 128}));
    Window mean = {.size = {3, 5}, .stride = {1, 1}, .dilation = {1, 1}, .places = {1, 1}, .image = {3, 5}};
    return graph_reshape(graph, graph_window(graph, OP_WINDOW_MEAN, x, NODE_NONE, mean), shape_batch(128));
}

/* A few layers and a squared error, momentum and decay, the gradient's norm; clipped: the update waits for the norm. */
static Graph *large_graph(Arena *arena, Form form) {
    Graph *graph = graph_new(arena, true);
    NodeId x = graph_leaf(graph, OP_FEATURES, shape_batch(200), 0, 0, 200);
    NodeId zero = graph_constant(graph, 0);
    NodeId h = form == FORM_SEQUENCES ? sequence_layers(graph, x)
               : form == FORM_IMAGES  ? image_layers(graph, x)
                                      : dense_layers(graph, x);
    NodeId y = dense(graph, h, 128, 10, "dense_3");
    NodeId row_loss = graph_reduce(graph, OP_SUM, graph_unary(graph, OP_SQUARE, y), 2);
    NodeId weight = graph_leaf(graph, OP_ROW_WEIGHTS, shape_batch(0), 0, 0, 0);
    row_loss = graph_binary(graph, OP_MUL, graph_reshape(graph, row_loss, shape_batch(0)), weight);
    vec_push(arena, &graph->outputs,
             (GraphOutput){.prediction = y, .row_loss = row_loss, .row_weight = weight, .loss_weight = 1});
    graph->loss_sum = total(graph, row_loss);
    graph->weight_sum = total(graph, weight);
    graph->objective = graph_binary(graph, OP_DIV, graph->loss_sum, graph->weight_sum);
    autodiff_run(graph);
    graph->phase = PHASE_UPDATE;
    NodeId squares = zero;
    for (int32_t i = 0; i < graph->parameters.count; i++)
        squares = graph_binary(graph, OP_ADD, squares,
                               total(graph, graph_unary(graph, OP_SQUARE, graph->parameters.items[i].gradient)));
    graph->gradient_norm = graph_unary(graph, OP_SQRT, squares);
    NodeId factor =
        graph_binary(graph, OP_MIN, graph_unary(graph, OP_RECIPROCAL, graph->gradient_norm), graph_constant(graph, 1));
    for (int32_t i = 0; i < graph->parameters.count; i++) {
        NodeId gradient = graph->parameters.items[i].gradient, value = graph->parameters.items[i].node;
        if (form == FORM_CLIPPED) gradient = graph_binary(graph, OP_MUL, gradient, factor);
        NodeId m = graph_state(graph, arena_printf(arena, "%d.m", i), i, 0);
        int32_t state = graph_node(graph, m)->index;
        m = graph_binary(graph, OP_ADD, graph_binary(graph, OP_MUL, m, graph_constant(graph, 0.9)), gradient);
        graph_assign_state(graph, state, m);
        NodeId rate = graph_leaf(graph, OP_LEARNING_RATE, shape_scalar(), 0, 0, 0);
        NodeId decay = graph_binary(graph, OP_MUL, value, graph_constant(graph, 0.01));
        NodeId change = graph_binary(graph, OP_MUL, graph_binary(graph, OP_ADD, m, decay), rate);
        graph_assign_parameter(graph, i, graph_binary(graph, OP_SUB, value, change));
    }
    graph_verify(graph);
    return graph;
}

/* Weights of the size that training has: sums of 256 terms stay near 1. */
static EvalInput large_input(Arena *arena, const Graph *graph, int64_t rows) {
    LrtRandom random = lrt_random_stream(7, "large", (uint64_t)rows);
    EvalInput input = {.rows = rows, .feature_width = 200, .learning_rate = 0.01, .step = 4, .random_key = {11, 22}};
    double *features = ARENA_ARRAY(arena, double, rows * 200), *weights = ARENA_ARRAY(arena, double, rows);
    for (int64_t i = 0; i < rows * 200; i++) features[i] = random_graph_number(&random, -1, 1);
    for (int64_t i = 0; i < rows; i++) weights[i] = random_graph_number(&random, 0.5, 1.5);
    input.features = features;
    input.weights = weights;
    double **parameters = ARENA_ARRAY(arena, double *, graph->parameters.count);
    for (int64_t p = 0; p < graph->parameters.count; p++) {
        int64_t count = shape_count(&graph->parameters.items[p].shape, 1);
        parameters[p] = ARENA_ARRAY(arena, double, count);
        for (int64_t i = 0; i < count; i++) parameters[p][i] = random_graph_number(&random, -0.1, 0.1);
    }
    input.parameters = parameters;
    input.states = parameters;
    return input;
}

static void check_threads(Form form) {
    enum { BATCH = 192 };
    Session *session = session_new();
    const Graph *graph = large_graph(session->arena, form);
    Jit wide = compile(session, graph, BATCH, "native", 3), narrow = compile(session, graph, BATCH, "x86-64-v3", 3);
    LrtPool *pools[] = {lrt_pool_new(2), lrt_pool_new(3)};
    static const int64_t rows[] = {1, 47, 100, BATCH};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        EvalInput input = large_input(session->arena, graph, rows[i]);
        double **values = graph_eval(graph, session->arena, &input);
        Run one = start_run(graph, &input, wide.program);
        one.program->step.run(&one.call);
        expect_results(&one, values);
        for (int k = 0; k < 3; k++) {
            Run other = start_run(graph, &input, k < 2 ? wide.program : narrow.program);
            if (k < 2) other.call.pool = pools[k];
            other.program->step.run(&other.call);
            expect_same_bits(&one, &other);
            free(other.arena);
        }
        free(one.arena);
    }
    lrt_pool_free(pools[0]);
    lrt_pool_free(pools[1]);
    jit_free(&wide);
    jit_free(&narrow);
    session_free(session);
}

static void test_threads_and_processors_agree(void **state) {
    (void)state;
    check_threads(FORM_PLAIN);
    check_threads(FORM_CLIPPED);
    check_threads(FORM_SEQUENCES);
    check_threads(FORM_IMAGES);
}

static void test_levels_of_optimisation_agree(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed < 12; seed += 3) {
        Session *session = session_new();
        RandomGraphOptions options = {.seed = seed, .operations = 20, .backward = true, .update = true};
        const Graph *graph = random_graph_new(session->arena, &options);
        EvalInput input = random_graph_input(session->arena, graph, seed, CAPACITY);
        Jit first = compile(session, graph, CAPACITY, "native", 0);
        Run one = start_run(graph, &input, first.program);
        one.program->step.run(&one.call);
        for (int level = 1; level <= 3; level++) {
            Jit jit = compile(session, graph, CAPACITY, "native", level);
            Run other = start_run(graph, &input, jit.program);
            other.program->step.run(&other.call);
            expect_same_bits(&one, &other);
            free(other.arena);
            jit_free(&jit);
        }
        free(one.arena);
        jit_free(&first);
        session_free(session);
    }
}

/* ---- forms, lines, processors
 * ------------------------------------------------------------------------------------------ */

static bool emit(Session *session, const Plan *plan, CodegenOptions options, const char **data, size_t *length) {
    return codegen_run(session, NULL, NULL, plan, plan, &options, data, length);
}

static bool holds(const char *data, size_t length, const char *text) {
    return memmem(data, length, text, strlen(text)) != NULL;
}

static void test_every_form_is_emitted(void **state) {
    (void)state;
    Session *session = session_new();
    const Plan *plan = plan_build(session, large_graph(session->arena, FORM_CLIPPED), 64, NULL);
    CodegenOptions options = {.optimization = 1, .target_cpu = "x86-64-v3"};
    const char *data = NULL;
    size_t length = 0;
    options.emit = EMIT_OBJECT;
    assert_true(emit(session, plan, options, &data, &length));
    assert_memory_equal(data, "\177ELF", 4);
    options.emit = EMIT_BITCODE;
    assert_true(emit(session, plan, options, &data, &length));
    assert_memory_equal(data, "BC", 2);
    options.emit = EMIT_LLVM;
    assert_true(emit(session, plan, options, &data, &length));
    assert_true(holds(data, length, "@lrt_program ="));
    assert_false(holds(data, length, "zmm"));
    options.emit = EMIT_ASSEMBLY;
    assert_true(emit(session, plan, options, &data, &length));
    assert_true(holds(data, length, "lrt_program:"));
    assert_true(holds(data, length, "vfmadd"));
    assert_false(holds(data, length, "%zmm"));
    options.target_cpu = "x86-64-v4";
    assert_true(emit(session, plan, options, &data, &length));
    assert_true(holds(data, length, "%zmm"));
    session_free(session);
}

/* Every generated function has the line of its span; the verifier objects to calls without one. */
static void test_lines_point_into_the_spec(void **state) {
    (void)state;
    Session *session = session_new();
    static const char text[] = "lspec 1\n\nnetwork {\n    features -> dense(3)\n}\n";
    int32_t source = source_add(&session->sources, "lines.lspec", text, sizeof text - 1);
    Graph *graph = large_graph(session->arena, FORM_CLIPPED);
    uint32_t begin = (uint32_t)(strstr(text, "dense") - text);
    for (int64_t i = 0; i < graph->nodes.count; i++) graph->nodes.items[i].span = (Span){source, begin, begin + 8};
    const Plan *plan = plan_build(session, graph, 64, NULL);
    CodegenOptions options = {.optimization = 3, .target_cpu = "x86-64-v3", .debug = true, .emit = EMIT_LLVM};
    const char *data = NULL;
    size_t length = 0;
    assert_true(emit(session, plan, options, &data, &length));
    assert_true(holds(data, length, "!DILocation(line: 4, column: 17"));
    options.emit = EMIT_OBJECT;
    assert_true(emit(session, plan, options, &data, &length));
    assert_true(holds(data, length, ".debug_line"));
    session_free(session);
}

static void test_processors_are_known_or_refused(void **state) {
    (void)state;
    Session *session = session_new();
    const Plan *plan = plan_build(session, large_graph(session->arena, FORM_PLAIN), 64, NULL);
    static const char *const refused[] = {"pentium", "x86-64-v2", ""};
    const char *data = NULL;
    size_t length = 0;
    for (int i = 0; i < 3; i++) {
        CodegenOptions options = {.target_cpu = refused[i], .emit = EMIT_LLVM};
        assert_false(emit(session, plan, options, &data, &length));
        assert_int_equal(session->diagnostics.items[0]->id, DIAG_UNKNOWN_CPU);
    }
    session_free(session);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_graphs),
        cmocka_unit_test(test_threads_and_processors_agree),
        cmocka_unit_test(test_levels_of_optimisation_agree),
        cmocka_unit_test(test_every_form_is_emitted),
        cmocka_unit_test(test_lines_point_into_the_spec),
        cmocka_unit_test(test_processors_are_known_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
