/* Lowering of models made by hand: inputs, names, heads, the objective over one and several targets, the step, and the
 * messages about shapes. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "harness/calls.h"
#include "harness/differences.h"
#include "lower/lower.h"
#include "support/str.h"

enum { ROWS = 3 };

/* A spec of which only the places matter: nodes are found in it by their text. */
static const char spec_text[] = "income age city region\n"
                                "a = concat(income, age) -> dense(5)\n"
                                "b = region -> embedding(3)\n"
                                "a + b -> output(price)\n"
                                "concat(a, 2)\n"
                                "a[7]\n"
                                "output(price, head: none) output(kind)\n";

static const LrtInput inputs[] = {
    {.name = "income", .offset = 0, .width = 1},
    {.name = "age", .offset = 1, .width = 1},
    {.name = "city", .offset = 2, .width = 2},
    {.name = "region", .is_index = true, .offset = 0, .width = 1, .index_count = 4},
};
static const char *const kinds[] = {"p", "q", "r"};
static const LrtTarget targets[] = {{.name = "price", .slot = 0},
                                    {.name = "kind", .slot = 1, .is_class = true, .levels = kinds, .level_count = 3}};
static const LrtSlot slots[] = {{.name = "price", .column = 0}, {.name = "kind", .column = 1}};

static const double features[ROWS * 4] = {0.5, -1.0, 1.0, 0.0, 2.0, 0.3, 0.0, 1.0, -0.7, 1.1, 1.0, 0.0};
static const int32_t indices[ROWS] = {3, 0, 3}, labels[ROWS] = {2, 0, 2};
static const double values[ROWS] = {1.0, -0.5, 2.0};

typedef struct Fixture {
    Session *session;
    Model model;
    int32_t source;
} Fixture;

static Span place(const Fixture *fixture, const char *text) {
    const char *at = strstr(spec_text, text);
    assert_non_null(at);
    uint32_t begin = (uint32_t)(at - spec_text);
    return (Span){fixture->source, begin, begin + (uint32_t)strlen(text)};
}

static Fixture begin(void) {
    Fixture fixture = {.session = session_new()};
    fixture.source = source_add(&fixture.session->sources, "a.lspec", spec_text, sizeof spec_text - 1);
    fixture.model = (Model){.data = {.inputs = inputs,
                                     .input_count = 4,
                                     .feature_width = 4,
                                     .index_width = 1,
                                     .targets = targets,
                                     .target_count = 2,
                                     .target_width = 1,
                                     .label_width = 1,
                                     .slots = slots,
                                     .weight_slot = -1}};
    fixture.model.optimizer = call_find(fixture.session, ENTRY_OPTIMIZER, "sgd", NULL);
    return fixture;
}

static int32_t add(Fixture *fixture, NetNode node, const char *text) {
    node.span = place(fixture, text);
    node.definition_call = SPAN_NONE;
    vec_push(fixture->session->arena, &fixture->model.nodes, node);
    return (int32_t)fixture->model.nodes.count - 1;
}

static const int32_t *list(Fixture *fixture, int32_t first, int32_t second) {
    int32_t *out = ARENA_ARRAY(fixture->session->arena, int32_t, 2);
    out[0] = first;
    out[1] = second;
    return out;
}

static int32_t add_columns(Fixture *fixture, int32_t first, int32_t second, const char *text) {
    return add(fixture, (NetNode){.kind = NET_INPUT, .columns = list(fixture, first, second), .column_count = 2}, text);
}

static int32_t add_call(Fixture *fixture, EntryKind kind, const char *name, const CallOption *options, int32_t input,
                        const char *text) {
    Call *call = call_find(fixture->session, kind, name, options);
    call->text = text;
    call->span = call->name_span = place(fixture, text);
    return add(fixture, (NetNode){.kind = NET_CALL, .call = call, .inputs = list(fixture, input, -1), .input_count = 1},
               text);
}

static int32_t add_layer(Fixture *fixture, const char *name, int32_t input, const char *text) {
    return add_call(fixture, ENTRY_LAYER, name, NULL, input, text);
}

static int32_t add_binary(Fixture *fixture, char op, int32_t left, int32_t right, const char *text) {
    return add(fixture, (NetNode){.kind = NET_BINARY, .op = op, .inputs = list(fixture, left, right), .input_count = 2},
               text);
}

static void add_output(Fixture *fixture, int32_t target, int32_t input, const char *text) {
    add(fixture, (NetNode){.kind = NET_OUTPUT, .target = target, .inputs = list(fixture, input, -1), .input_count = 1},
        text);
}

static Call *add_target(Fixture *fixture, int32_t index, const char *loss, double weight) {
    Call *call = call_find(fixture->session, ENTRY_LOSS, loss, NULL);
    vec_push(fixture->session->arena, &fixture->model.targets,
             (ModelTarget){.index = index, .loss = call, .loss_weight = weight});
    return call;
}

/* income, age -> dense(5) -> tanh -> output(price) with mse. */
static Fixture regression(void) {
    Fixture fixture = begin();
    int32_t x = add_columns(&fixture, 0, 1, "income, age");
    x = add_layer(&fixture, "dense", x, "dense(5)");
    x = add_call(&fixture, ENTRY_ACTIVATION, "tanh", NULL, x, "a");
    add_output(&fixture, 0, x, "output(price)");
    add_target(&fixture, 0, "mse", 1);
    return fixture;
}

static EvalInput make_input(const double *weights) {
    return (EvalInput){.rows = ROWS,
                       .features = features,
                       .feature_width = 4,
                       .indices = indices,
                       .index_width = 1,
                       .targets = values,
                       .target_width = 1,
                       .labels = labels,
                       .label_width = 1,
                       .weights = weights,
                       .learning_rate = 0.1};
}

static double evaluate(const Fixture *fixture, const Graph *graph, Memory *memory, const double *weights, NodeId node) {
    EvalInput input = make_input(weights);
    input.parameters = memory->parameters;
    input.states = memory->states;
    return graph_eval(graph, fixture->session->arena, &input)[node][0];
}

static const Diagnostic *only_error(const Fixture *fixture, DiagId id) {
    assert_int_equal(fixture->session->error_count, 1);
    const Diagnostic *diagnostic = fixture->session->diagnostics.items[0];
    assert_int_equal(diagnostic->id, id);
    return diagnostic;
}

/* ---- structure
 * ----------------------------------------------------------------------------------------------------------- */

static void test_names_and_shapes(void **state) {
    (void)state;
    Fixture fixture = regression();
    Lowered *lowered = lower_model(fixture.session, &fixture.model);
    assert_non_null(lowered);
    static const char *const names[] = {"dense_1.weight", "dense_1.bias", "output_price.weight", "output_price.bias"};
    assert_int_equal(lowered->training->parameters.count, 4);
    for (int i = 0; i < 4; i++) {
        assert_string_equal(lowered->training->parameters.items[i].name, names[i]);
        assert_string_equal(lowered->evaluation->parameters.items[i].name, names[i]);
    }
    assert_int_equal(lowered->layer_count, 3);
    assert_string_equal(lowered->layers[1].name, "tanh_1");
    assert_string_equal(lowered->layers[2].name, "output_price");
    assert_string_equal(shape_text(fixture.session->arena, &lowered->layers[0].output_shape), "[B, 5]");
    assert_int_equal(lowered->net_layers[0], -1);
    assert_int_equal(lowered->net_layers[3], 2);
    assert_string_equal(shape_text(fixture.session->arena, &lowered->net_shapes[3]), "[B, 1]");
    assert_int_equal(lowered->training->outputs.count, 0);
    assert_int_equal(lowered->evaluation->outputs.count, 1);
    assert_int_equal(lowered->evaluation->objective, NODE_NONE);
    session_free(fixture.session);
}

static int64_t count_ops(const Graph *graph, OpKind op) {
    int64_t count = 0;
    for (int64_t i = 0; i < graph->nodes.count; i++) count += graph->nodes.items[i].op == op;
    return count;
}

/* Neighbouring columns are one slice of the matrix, others are joined. */
static void test_columns(void **state) {
    (void)state;
    for (int apart = 0; apart < 2; apart++) {
        Fixture fixture = begin();
        int32_t x = add_columns(&fixture, 0, apart ? 2 : 1, "income");
        add_output(&fixture, 0, x, "output(price)");
        add_target(&fixture, 0, "mse", 1);
        Lowered *lowered = lower_model(fixture.session, &fixture.model);
        assert_int_equal(count_ops(lowered->training, OP_FEATURES), apart ? 2 : 1);
        assert_int_equal(lowered->net_shapes[0].dims[1], apart ? 3 : 2);
        session_free(fixture.session);
    }
}

/* Columns fed as rows of a shape; a row [F] meets rows [T, F] at every time, and an image joins no row. */
static void test_shaped_rows(void **state) {
    (void)state;
    for (int join = 0; join < 2; join++) {
        Fixture fixture = begin();
        const int64_t dims[] = {1, 2};
        int32_t columns[] = {0, 1};
        int32_t x = add(
            &fixture, (NetNode){.kind = NET_INPUT, .columns = columns, .column_count = 2, .dims = dims, .dim_count = 2},
            "income, age");
        int32_t y = add(&fixture, (NetNode){.kind = NET_INPUT, .columns = (int32_t[]){2}, .column_count = 1}, "city");
        int32_t sum =
            join ? add(&fixture, (NetNode){.kind = NET_CONCAT, .inputs = list(&fixture, x, y), .input_count = 2},
                       "concat(a, 2)")
                 : add_binary(&fixture, '+', x, y, "a + b");
        add_output(&fixture, 0, sum, "output(price)");
        add_target(&fixture, 0, "mse", 1);
        assert_null(lower_model(fixture.session, &fixture.model));
        assert_string_equal(
            only_error(&fixture, DIAG_SHAPE_ERROR)->message,
            join ? "`concat` joins along the last dimension alone, and its parts are [B, 1, 2] and [B, 2]"
                 : "`output(price)` wants [B, width]; it gets [B, 1, 2]");
        session_free(fixture.session);
    }
}

static void test_evaluation_has_no_dropout(void **state) {
    (void)state;
    Fixture fixture = begin();
    int32_t x = add_columns(&fixture, 0, 1, "income");
    x = add_layer(&fixture, "dropout", x, "age");
    x = add_layer(&fixture, "batch_norm", x, "city");
    add_output(&fixture, 0, x, "output(price)");
    add_target(&fixture, 0, "mse", 1);
    Lowered *lowered = lower_model(fixture.session, &fixture.model);
    lower_training_step(fixture.session, &fixture.model, lowered);
    assert_int_equal(count_ops(lowered->training, OP_UNIFORM), 1);
    assert_int_equal(count_ops(lowered->evaluation, OP_UNIFORM), 0);
    assert_int_equal(count_ops(lowered->evaluation, OP_ROW_COUNT), 0);
    assert_int_equal(lowered->evaluation->assigns.count, 0);
    assert_int_equal(lowered->training->assigns.count, 6); /* weight, bias, mean, variance; the head's two */
    session_free(fixture.session);
}

static void test_learnt_start(void **state) {
    (void)state;
    Fixture fixture = begin();
    int32_t x = add(&fixture, (NetNode){.kind = NET_START}, "a");
    add_output(&fixture, 0, x, "output(price)");
    add_target(&fixture, 0, "mse", 1);
    Lowered *lowered = lower_model(fixture.session, &fixture.model);
    lower_training_step(fixture.session, &fixture.model, lowered);
    assert_string_equal(lowered->training->parameters.items[0].name, "constant_1.weight");
    assert_int_not_equal(lowered->training->parameters.items[0].gradient, NODE_NONE);
    session_free(fixture.session);
}

/* ---- the objective
 * --------------------------------------------------------------------------------------------------------- */

static void test_objective_of_one_target(void **state) {
    (void)state;
    const double weights[ROWS] = {1, 0, 3}, none[ROWS] = {0, 0, 0};
    for (int weighted = 0; weighted < 2; weighted++) {
        Fixture fixture = regression();
        fixture.model.targets.items[0].loss_weight = 0.5;
        fixture.model.data.weight_slot = weighted ? 0 : -1;
        vec_push(fixture.session->arena, &fixture.model.penalties,
                 call_find(fixture.session, ENTRY_PENALTY, "l2", NULL));
        Lowered *lowered = lower_model(fixture.session, &fixture.model);
        Graph *graph = lowered->training;
        Memory memory = memory_make(graph, fixture.session->arena, 5);
        double sum = evaluate(&fixture, graph, &memory, weights, graph->loss_sum);
        double weight = evaluate(&fixture, graph, &memory, weights, graph->weight_sum);
        double penalty = evaluate(&fixture, graph, &memory, weights, graph->penalty);
        double objective = evaluate(&fixture, graph, &memory, weights, graph->objective);
        assert_true(weight == (weighted ? 4.0 : (double)ROWS));
        assert_true(is_near(objective, sum / weight + penalty, 1e-13));
        double squares = 0;
        for (int i = 0; i < 10; i++) squares += memory.parameters[0][i] * memory.parameters[0][i];
        for (int i = 0; i < 5; i++) squares += memory.parameters[2][i] * memory.parameters[2][i];
        assert_true(is_near(penalty, 0.5 * squares, 1e-13));
        /* The rows' losses of the evaluation graph are the same. */
        EvalInput input = make_input(weights);
        input.parameters = memory.parameters;
        double **all = graph_eval(lowered->evaluation, fixture.session->arena, &input);
        const GraphOutput *output = &lowered->evaluation->outputs.items[0];
        double rows = 0;
        for (int i = 0; i < ROWS; i++) rows += all[output->row_loss][i];
        assert_true(is_near(sum, 0.5 * rows, 1e-13) && output->loss_weight == 0.5);
        if (weighted) assert_true(evaluate(&fixture, graph, &memory, none, graph->objective) == penalty);
        session_free(fixture.session);
    }
}

/* Σ of the targets' own means, though one of them has class weights. */
static void test_objective_of_two_targets(void **state) {
    (void)state;
    Fixture fixture = begin();
    int32_t x = add_columns(&fixture, 0, 1, "income");
    x = add_layer(&fixture, "dense", x, "dense(5)");
    add_output(&fixture, 1, x, "output(kind)");
    add_output(&fixture, 0, x, "output(price)");
    add_target(&fixture, 0, "huber", 0.3);
    const double class_weights[] = {1, 2, 5};
    call_set_numbers(add_target(&fixture, 1, "cross_entropy", 2), "class_weights", class_weights, NULL, 3);
    Lowered *lowered = lower_model(fixture.session, &fixture.model);
    Graph *graph = lowered->training, *plain = lowered->evaluation;
    assert_string_equal(graph->parameters.items[2].name, "output_kind.weight");
    Memory memory = memory_make(graph, fixture.session->arena, 5);
    double want = 0;
    for (int t = 0; t < 2; t++) {
        const GraphOutput *output = &plain->outputs.items[t];
        EvalInput input = make_input(NULL);
        input.parameters = memory.parameters;
        double **all = graph_eval(plain, fixture.session->arena, &input), loss = 0, weight = 0;
        for (int i = 0; i < ROWS; i++) {
            loss += all[output->row_loss][i];
            weight += all[output->row_weight][i];
        }
        assert_true(weight == (t == 0 ? 3.0 : 11.0));
        want += output->loss_weight * loss / weight;
    }
    assert_true(is_near(evaluate(&fixture, graph, &memory, NULL, graph->objective), want, 1e-13));
    double sum = evaluate(&fixture, graph, &memory, NULL, graph->loss_sum);
    assert_true(is_near(sum / evaluate(&fixture, graph, &memory, NULL, graph->weight_sum), want, 1e-13));
    session_free(fixture.session);
}

/* ---- the step
 * -------------------------------------------------------------------------------------------------------------- */

/* One step of sgd moves each weight by the rate times its derivative, clipped by the norm of all of them. */
static void test_step(void **state) {
    (void)state;
    const double limit = 0.7; /* of clip_norm, in tests/harness/calls.c */
    Fixture fixture = regression();
    vec_push(fixture.session->arena, &fixture.model.gradient_steps,
             call_find(fixture.session, ENTRY_GRADIENT_STEP, "clip_norm", NULL));
    vec_push(fixture.session->arena, &fixture.model.penalties, call_find(fixture.session, ENTRY_PENALTY, "l1", NULL));
    Lowered *lowered = lower_model(fixture.session, &fixture.model);
    Graph *forward = lowered->training;
    NodeId objective = forward->objective;
    lower_training_step(fixture.session, &fixture.model, lowered);
    Graph *graph = lowered->training;
    graph_verify(graph);
    graph_verify(lowered->evaluation);
    Memory memory = memory_make(graph, fixture.session->arena, 9),
           before = memory_make(graph, fixture.session->arena, 9);
    EvalInput input = make_input(NULL), probe = input;
    probe.parameters = before.parameters;
    double **all = memory_step(graph, fixture.session->arena, &input, &memory);
    double norm = all[graph->gradient_norm][0], squares = 0;
    assert_true(norm > limit && all[graph->clipped][0] == 1.0);
    for (int64_t i = 0; i < graph->parameters.count; i++) {
        const GraphParameter *parameter = &graph->parameters.items[i];
        for (int64_t k = 0; k < shape_count(&parameter->shape, 1); k++) {
            double slope = difference_at(forward, &probe, objective, &before.parameters[i][k]);
            assert_true(is_near(all[parameter->gradient][k], slope, 1e-6));
            double want = before.parameters[i][k] - 0.1 * slope * limit / norm;
            assert_true(is_near(memory.parameters[i][k], want, 1e-6));
            squares += slope * slope;
        }
    }
    assert_true(is_near(norm, sqrt(squares), 1e-6));
    session_free(fixture.session);
}

static void test_frozen_layers_stay(void **state) {
    (void)state;
    Fixture fixture = begin();
    const CallOption options[] = {{.name = "trainable", .number = 0}, {.name = NULL}};
    int32_t x = add_columns(&fixture, 0, 1, "income");
    x = add_call(&fixture, ENTRY_LAYER, "dense", options, x, "dense(5)");
    add_output(&fixture, 0, x, "output(price)");
    add_target(&fixture, 0, "mse", 1);
    Lowered *lowered = lower_model(fixture.session, &fixture.model);
    lower_training_step(fixture.session, &fixture.model, lowered);
    const Graph *graph = lowered->training;
    assert_int_equal(graph->assigns.count, 2);
    assert_int_equal(graph->parameters.items[0].gradient, NODE_NONE);
    for (int64_t i = 0; i < graph->assigns.count; i++) assert_true(graph->assigns.items[i].index >= 2);
    session_free(fixture.session);
}

/* ---- mistakes
 * -------------------------------------------------------------------------------------------------------------- */

static void test_operand_shapes(void **state) {
    (void)state;
    Fixture fixture = begin();
    int32_t a = add_layer(&fixture, "dense", add_columns(&fixture, 0, 1, "income, age"), "dense(5)");
    int32_t b =
        add(&fixture, (NetNode){.kind = NET_INDEX, .columns = list(&fixture, 3, -1), .column_count = 1}, "region");
    b = add_layer(&fixture, "embedding", b, "embedding(3)");
    add_output(&fixture, 0, add_binary(&fixture, '+', a, b, "a + b"), "output(price)");
    add_target(&fixture, 0, "mse", 1);
    assert_null(lower_model(fixture.session, &fixture.model));
    const Diagnostic *diagnostic = only_error(&fixture, DIAG_SHAPE_ERROR);
    assert_string_equal(diagnostic->message, "`a` is [B, 5] and `b` is [B, 3]: `+` does not join them");
    assert_int_equal(diagnostic->labels.count, 2);
    assert_string_equal(diagnostic->evidence.items[0], "`a`: income, age [B, 2] -> dense(5) [B, 5]");
    assert_string_equal(diagnostic->evidence.items[1], "`b`: region [B] -> embedding(3) [B, 3]");
    session_free(fixture.session);
}

static void test_part_shapes(void **state) {
    (void)state;
    Fixture fixture = begin();
    int32_t a = add_layer(&fixture, "dense", add_columns(&fixture, 0, 1, "income"), "dense(5)");
    int32_t two = add(&fixture, (NetNode){.kind = NET_CONSTANT, .value = 2}, "2");
    a = add(&fixture, (NetNode){.kind = NET_CONCAT, .inputs = list(&fixture, a, two), .input_count = 2},
            "concat(a, 2)");
    add_output(&fixture, 0, a, "output(price)");
    add_target(&fixture, 0, "mse", 1);
    assert_null(lower_model(fixture.session, &fixture.model));
    const Diagnostic *diagnostic = only_error(&fixture, DIAG_SHAPE_ERROR);
    assert_string_equal(diagnostic->message,
                        "`concat` joins along the last dimension alone, and its parts are [B, 5] and []");
    session_free(fixture.session);
}

static void test_shape_assertion(void **state) {
    (void)state;
    for (int64_t wanted = 4; wanted <= 5; wanted++) {
        Fixture fixture = begin();
        int32_t x = add_layer(&fixture, "dense", add_columns(&fixture, 0, 1, "income"), "dense(5)");
        x = add(
            &fixture,
            (NetNode){
                .kind = NET_ASSERT, .inputs = list(&fixture, x, -1), .input_count = 1, .dims = &wanted, .dim_count = 1},
            "a[7]");
        add_output(&fixture, 0, x, "output(price)");
        add_target(&fixture, 0, "mse", 1);
        Lowered *lowered = lower_model(fixture.session, &fixture.model);
        if (wanted == 5) {
            assert_non_null(lowered);
        } else {
            assert_null(lowered);
            assert_string_equal(only_error(&fixture, DIAG_SHAPE_ERROR)->message,
                                "the shape is asserted as [4] and is [5]");
        }
        session_free(fixture.session);
    }
}

static void test_head_none(void **state) {
    (void)state;
    for (int32_t target = 0; target < 2; target++) {
        Fixture fixture = begin();
        int32_t x = add_columns(&fixture, 0, 2, "income"); /* three wide: the logits of kind */
        add(&fixture,
            (NetNode){.kind = NET_OUTPUT,
                      .target = target,
                      .head_none = true,
                      .inputs = list(&fixture, x, -1),
                      .input_count = 1},
            "output(price, head: none)");
        add_target(&fixture, target, target == 0 ? "mse" : "cross_entropy", 1);
        Lowered *lowered = lower_model(fixture.session, &fixture.model);
        if (target == 1) {
            assert_non_null(lowered);
            assert_int_equal(lowered->training->parameters.count, 0);
            lower_training_step(fixture.session, &fixture.model, lowered); /* nothing to learn is no bug */
        } else {
            assert_null(lowered);
            assert_string_equal(only_error(&fixture, DIAG_OUTPUT_WIDTH_MISMATCH)->message,
                                "`output(price, head: none)` wants 1 value, and the flow is 3 wide");
        }
        session_free(fixture.session);
    }
}

/* A mistake of a layer tells of its input, and what stands behind it is silent. */
static void test_mistake_of_layer(void **state) {
    (void)state;
    Fixture fixture = begin();
    int32_t x = add_layer(&fixture, "dense", add_columns(&fixture, 0, 1, "income, age"), "dense(5)");
    x = add_call(&fixture, ENTRY_ACTIVATION, "swiglu", NULL, x, "city");
    x = add_binary(&fixture, '*', x, x, "a + b");
    add_output(&fixture, 0, x, "output(price)");
    add_target(&fixture, 0, "mse", 1);
    assert_null(lower_model(fixture.session, &fixture.model));
    const Diagnostic *diagnostic = only_error(&fixture, DIAG_SHAPE_ERROR);
    assert_string_equal(diagnostic->evidence.items[0], "its input: income, age [B, 2] -> dense(5) [B, 5]");
    session_free(fixture.session);
}

static void test_loss_that_does_not_fit(void **state) {
    (void)state;
    Fixture fixture = begin();
    add_output(&fixture, 1, add_columns(&fixture, 0, 1, "income"), "output(kind)");
    add_target(&fixture, 1, "mse", 1);
    assert_null(lower_model(fixture.session, &fixture.model));
    only_error(&fixture, DIAG_REGRESSION_LOSS_ON_CATEGORICAL);
    session_free(fixture.session);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_and_shapes),
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_shaped_rows),
        cmocka_unit_test(test_evaluation_has_no_dropout),
        cmocka_unit_test(test_learnt_start),
        cmocka_unit_test(test_objective_of_one_target),
        cmocka_unit_test(test_objective_of_two_targets),
        cmocka_unit_test(test_step),
        cmocka_unit_test(test_frozen_layers_stay),
        cmocka_unit_test(test_operand_shapes),
        cmocka_unit_test(test_part_shapes),
        cmocka_unit_test(test_shape_assertion),
        cmocka_unit_test(test_head_none),
        cmocka_unit_test(test_mistake_of_layer),
        cmocka_unit_test(test_loss_that_does_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
