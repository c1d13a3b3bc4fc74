/* The network in the model: a DAG in which inputs come first, definitions expanded, nothing that no output rests on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "spec_harness.h"

#define PLAIN_PLAN                                                                                                     \
    .preprocess = "preprocess {\n income -> impute(median, indicator: true) -> scale(mad)\n region -> one_hot\n}"

/* The network on one line: "input(income,age) dense(8)<0 relu<1 output(default)<2". */
static const char *network_text(const Checked *checked) {
    const Model *model = checked->model;
    Str text;
    str_init(&text, checked->session->arena);
    for (int64_t i = 0; i < model->nodes.count; i++) {
        const NetNode *node = &model->nodes.items[i];
        str_append(&text, i > 0 ? " " : "");
        switch (node->kind) {
        case NET_INPUT:
        case NET_INDEX:
            str_append(&text, node->kind == NET_INPUT ? "input(" : "index(");
            for (int64_t k = 0; k < node->column_count; k++)
                str_printf(&text, "%s%s", k > 0 ? "," : "", model->data.inputs[node->columns[k]].name);
            str_append(&text, ")");
            break;
        case NET_CONSTANT: str_append(&text, str_number(checked->session->arena, node->value)); break;
        case NET_START: str_append(&text, "start"); break;
        case NET_CALL: str_append(&text, node->call->text); break;
        case NET_BINARY: str_append_char(&text, node->op); break;
        case NET_NEGATE: str_append(&text, "neg"); break;
        case NET_CONCAT: str_append(&text, "concat"); break;
        case NET_ASSERT: str_printf(&text, "[%lld]", (long long)node->dims[node->dim_count - 1]); break;
        case NET_OUTPUT:
            str_printf(&text, "output(%s%s)", model->data.targets[node->target].name, node->head_none ? ",none" : "");
            break;
        }
        for (int64_t k = 0; k < node->input_count; k++) {
            assert_true(node->inputs[k] >= 0 && node->inputs[k] < i);
            str_printf(&text, "%s%d", k > 0 ? "," : "<", (int)node->inputs[k]);
        }
    }
    return text.data;
}

static void assert_network(const SpecParts *parts, const char *expected) {
    Checked checked = check_spec(parts);
    assert_true(is_as_expected(&checked, parts));
    assert_string_equal(network_text(&checked), expected);
    session_free(checked.session);
}

static void test_flows(void **state) {
    (void)state;
    const SpecParts features = {.network = "network { features -> dense(8) -> relu -> output(default) }"};
    assert_network(&features, "input(income,age,region,plan) dense(8)<0 relu<1 output(default)<2");
    const SpecParts named = {
        .network =
            "network { h = [age, income] -> dense(8)[8] -> relu; h -> dense(1) -> output(default, head: none) }"};
    assert_network(&named, "input(age,income) dense(8)<0 [8]<1 relu<2 dense(1)<3 output(default,none)<4");
    const SpecParts start = {.network = "network { constant -> dense(8) -> relu -> output(default) }"};
    assert_network(&start, "start dense(8)<0 relu<1 output(default)<2");
}

static void test_concat(void **state) {
    (void)state;
    /* Columns side by side are one input; an indicator follows its column. */
    const SpecParts parts = {
        PLAIN_PLAN,
        .network =
            "network { concat(income, age, plan -> embedding(4), region) -> dense(8) -> relu -> output(default) }"};
    assert_network(&parts, "input(income,income:missing,age) index(plan) embedding(4)<1 input(region) concat<0,2,3 "
                           "dense(8)<4 relu<5 output(default)<6");
    const SpecParts branches = {.network =
                                    "network { age -> dense(8) -> concat(relu, tanh, income) -> output(default) }"};
    assert_network(&branches, "input(age) dense(8)<0 relu<1 tanh<1 input(income) concat<2,3,4 output(default)<5");
    const SpecParts one = {.network = "network { concat(income, age) -> output(default) }"};
    assert_network(&one, "input(income,age) output(default)<0");
}

static void test_arithmetic(void **state) {
    (void)state;
    const SpecParts parts = {.constants = "let half = 50%",
                             .network = "network { x = age -> relu; y = -x * half + 1 - x / 2; y -> output(default) }"};
    assert_network(&parts, "input(age) relu<0 neg<1 0.5 *<2,3 1 +<4,5 2 /<1,7 -<6,8 output(default)<9");
    const SpecParts stages = {.network = "network { x = age -> relu; x -> dense(8) + x -> output(default) }"};
    assert_network(&stages, "input(age) relu<0 dense(8)<1 +<2,1 output(default)<3");
    const SpecParts nested = {
        .network = "network { x = age -> relu; x + (x -> dense(8) -> tanh -> dense(8)) -> output(default) }"};
    assert_network(&nested, "input(age) relu<0 dense(8)<1 tanh<2 dense(8)<3 +<1,4 output(default)<5");
}

static void test_definitions(void **state) {
    (void)state;
    const SpecParts parts = {
        .definitions = "def block(w, act) { input -> dense(w) -> act }",
        .network = "network { age -> repeat(2, block(8, relu)) -> block(act: tanh, w: 2 * 2) -> output(default) }"};
    assert_network(&parts, "input(age) dense(8)<0 relu<1 dense(8)<2 relu<3 dense(4)<4 tanh<5 output(default)<6");
    /* A tensor argument is built once, however often it is named. */
    const SpecParts square = {.definitions = "def square(x) { x * x }",
                              .network = "network { square(age -> dense(8) -> tanh) -> output(default) }"};
    assert_network(&square, "input(age) dense(8)<0 tanh<1 *<2,2 output(default)<3");
    const SpecParts tower = {.definitions = "def tower(w) { features -> dense(w) -> relu }",
                             .network = "network { concat(tower(4), tower(8)) -> output(default) }"};
    assert_network(&tower,
                   "input(income,age,region,plan) dense(4)<0 relu<1 input(income,age,region,plan) dense(8)<3 relu<4 "
                   "concat<2,5 output(default)<6");
    const SpecParts head = {.definitions = "def head(t) { input -> relu -> output(t) }",
                            .network = "network { age -> dense(8) -> head(default) }"};
    assert_network(&head, "input(age) dense(8)<0 relu<1 output(default)<2");
    const SpecParts higher = {.definitions =
                                  "def twice(f) { input -> f -> f }\ndef deep(f) { input -> twice(f) -> twice(f) }",
                              .network = "network { age -> deep(dense(2) -> relu) -> output(default) }"};
    assert_network(
        &higher,
        "input(age) dense(2)<0 relu<1 dense(2)<2 relu<3 dense(2)<4 relu<5 dense(2)<6 relu<7 output(default)<8");
}

/* What an initializer must know: the activation behind, past norms and dropout, never past other layers. */
static void test_next_activation(void **state) {
    (void)state;
    const SpecParts parts = {.network =
                                 "network { age -> dense(8) -> batch_norm -> selu -> dropout(10%) -> dense(4) -> relu\n"
                                 " -> dense(2)[2] -> tanh -> output(default) }"};
    Checked checked = check_spec(&parts);
    assert_true(is_as_expected(&checked, &parts));
    static const char *const wanted[] = {"selu", "relu", "tanh"};
    int found = 0;
    for (int64_t i = 0; i < checked.model->nodes.count; i++) {
        const NetNode *node = &checked.model->nodes.items[i];
        if (node->kind != NET_CALL || strcmp(node->call->entry->name, "dense") != 0) continue;
        assert_non_null(node->next_activation);
        assert_string_equal(node->next_activation->name, wanted[found++]);
    }
    assert_int_equal(found, 3);
    session_free(checked.session);
}

/* Inside a definition a node knows the outermost call that it comes from. */
static void test_definition_calls(void **state) {
    (void)state;
    const SpecParts parts = {.definitions = "def inner() { input -> dense(8) -> relu }\ndef outer() { input -> inner }",
                             .network = "network { age -> ^outer() -> tanh + relu -> output(default) }"};
    Checked checked = check_spec(&parts);
    const NetNode *dense = &checked.model->nodes.items[1],
                  *output = &checked.model->nodes.items[checked.model->nodes.count - 1];
    assert_string_equal(dense->call->text, "dense(8)");
    assert_int_equal(dense->definition_call.begin, checked.caret);
    assert_true(span_is_none(output->definition_call));
    session_free(checked.session);
}

/* The index step that an embedding implies: unseen levels of an open category have a row of their own. */
static void test_embedding_steps(void **state) {
    (void)state;
    const SpecParts parts = {
        .preprocess = "preprocess { age -> scale(standard) }",
        .network =
            "network { e = region -> embedding(2); concat(age, e, region -> embedding(3), plan -> embedding(4))\n"
            " -> dense(8) -> relu -> output(default) }"};
    Checked checked = check_spec(&parts);
    assert_true(is_as_expected(&checked, &parts));
    const LrtDataSpec *data = &checked.model->data;
    int64_t steps = 0;
    for (int64_t i = 0; i < data->step_count; i++) {
        if (data->steps[i].transform != LRT_TRANSFORM_INDEX) continue;
        bool open = steps++ == 0;
        assert_int_equal(data->steps[i].option[0], open ? LRT_UNSEEN_OTHER : LRT_UNSEEN_ERROR);
        assert_int_equal(data->slots[data->steps[i].output].kind, LRT_SLOT_INDEX);
    }
    assert_int_equal(steps, 2);
    assert_int_equal(data->input_count, 3);
    assert_true(data->inputs[0].is_index && !data->inputs[1].is_index && data->inputs[2].is_index);
    session_free(checked.session);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_flows),           cmocka_unit_test(test_concat),
        cmocka_unit_test(test_arithmetic),      cmocka_unit_test(test_definitions),
        cmocka_unit_test(test_next_activation), cmocka_unit_test(test_definition_calls),
        cmocka_unit_test(test_embedding_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
