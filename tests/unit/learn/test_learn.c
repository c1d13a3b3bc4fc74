/* What data_learn finds in data and where its messages point. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "harness/learn_case.h"
#include "support/str.h"

static const char columns[] = "x : real?\ncolor : category?\nplan : category(basic, pro)\ny : category";
static const char network[] = "network { concat(x, color, plan -> embedding(2)) -> dense(4) -> relu -> output(y) "
                              "}\nloss: cross_entropy\noptimizer: adam\n"
                              "train { epochs: 100 }\n";
static const char flows[] = "split: stratified(train: 50%, validation: 25%, test: 25%, seed: 1)\n"
                            "preprocess { x -> impute(median) -> scale(standard); color -> one_hot }\n";

/* `rows` rows of x,color,plan,y whose class is "yes" in one of `every`. */
static char *rows_text(int rows, int every) {
    char *text = malloc(64 * (size_t)rows + 64), *at = text;
    at += sprintf(at, "x,color,plan,y\n");
    for (int i = 0; i < rows; i++)
        at += sprintf(at, "%d,%s,%s,%s\n", i % 7, i % 3 ? i % 3 == 1 ? "red" : "blue" : "green",
                      i % 2 ? "pro" : "basic", i % every ? "no" : "yes");
    return text;
}

static LearnCase run(const char *data, const char *sections, const char *rest) {
    LearnCase learn;
    learn_case_init(&learn);
    learn_case_write(&learn, "case.csv", data);
    char *all = malloc(strlen(sections) + strlen(rest) + 1);
    strcat(strcpy(all, sections), rest);
    learn_case_run_spec(&learn, columns, "y", all);
    free(all);
    return learn;
}

static void test_learnt(void **state) {
    (void)state;
    char *data = rows_text(400, 4);
    LearnCase learn = run(data, flows, network);
    learn_case_expect(&learn, NULL);
    assert_true(learn.learnt && learn.model->data_known);
    const Model *model = learn.model;
    assert_int_equal(model->data.columns[1].level_count, 3);
    assert_string_equal(model->data.columns[1].levels[0], "blue");
    assert_int_equal(model->data.targets[0].level_count, 2);
    assert_string_equal(model->data.targets[0].levels[1], "yes");
    assert_int_equal(model->data.feature_width, 4);
    assert_int_equal(model->data.index_width, 1);
    for (int64_t i = 0; i < model->data.input_count; i++) {
        const LrtInput *input = &model->data.inputs[i];
        if (strcmp(input->name, "color") == 0) assert_int_equal(input->width, 3);
        if (strcmp(input->name, "plan") == 0) assert_int_equal(input->index_count, 2);
        if (i > 0 && !input->is_index && !input[-1].is_index)
            assert_int_equal(input->offset, input[-1].offset + input[-1].width);
    }
    assert_int_equal(model->part_rows[LRT_PART_TRAIN], 200);
    assert_int_equal(model->part_rows[LRT_PART_VALIDATION], 100);
    assert_int_equal(model->training_rows, 200);
    assert_int_equal(model->level_counts[0][0], 150);
    assert_int_equal(model->level_counts[0][1], 50);
    assert_true(model->level_weights[0][1] == 2.0 && model->level_weights[0][0] == 200.0 / 300);
    assert_int_equal(strlen(model->data_digest), 64);
    assert_string_equal(lrt_input_column_name(&model->data, model->fits, 1, 2, (char[LRT_ELEMENT_NAME]){0}), "color=red");
    learn_case_free(&learn);
    free(data);
}

static void test_sampling(void **state) {
    (void)state;
    char *data = rows_text(400, 4);
    LearnCase learn = run(data,
                          "split: stratified(train: 50%, validation: 25%, test: 25%, seed: 1)\n"
                          "preprocess { x -> impute(median) -> scale(standard); color -> one_hot }\n"
                          "sampling { smote(ratio: 80%) }\n",
                          network);
    learn_case_expect(&learn, NULL);
    assert_int_equal(learn.model->training_rows, 270);
    assert_int_equal(learn.model->part_rows[LRT_PART_TRAIN], 200);
    assert_int_equal(learn.model->level_counts[0][1], 50);
    assert_true(learn.model->level_weights[0][1] == 270.0 / 240); /* of the rows that the loss sees */
    learn_case_free(&learn);
    free(data);
}

/* A mistake that only the data can tell, and the text under the caret. */
static void check(const char *data, const char *sections, const char *rest, const char *name, const char *under,
                  const char *says) {
    LearnCase learn = run(data, sections, rest);
    const Diagnostic *d = learn_case_expect(&learn, name);
    assert_true(learn.learnt == (d->severity != SEVERITY_ERROR));
    if (strcmp(learn_case_text(&learn, d->span), under) != 0)
        fail_msg("%s: caret at `%s`", name, learn_case_text(&learn, d->span));
    if (strstr(d->message, says) == NULL) fail_msg("%s: %s", name, d->message);
    assert_true(d->fixes.count > 0);
    learn_case_free(&learn);
}

static void test_cells(void **state) {
    (void)state;
    static const char bad[] = "x,color,plan,y\n1,red,basic,no\nabc,red,pro,yes\n";
    LearnCase learn = run(bad, flows, network);
    const Diagnostic *d = learn_case_expect(&learn, "cell-type");
    assert_string_equal(learn_case_text(&learn, d->span), "x");
    assert_int_equal(d->cell->row, 2);
    assert_int_equal(d->cell->line, 3);
    assert_string_equal(d->cell->column, "x");
    assert_string_equal(d->cell->text, "abc");
    learn_case_free(&learn);
    check("x,color,plan,y\n1,red,max,no\n", flows, network, "level-not-declared", "plan", "max");
}

static void test_classes(void **state) {
    (void)state;
    char *one = rows_text(60, 1), *few = rows_text(400, 40), *lost = rows_text(60, 60);
    check(one, flows, network, "one-class", "target", "`yes`");
    check(few, flows, network, "class-too-small", "target", "has 5 rows");
    check(lost,
          "split: stratified(train: 50%, validation: 25%, test: 25%, seed: 1)\npreprocess { x -> impute(median); color "
          "-> one_hot }\n"
          "sampling { smote }\n",
          network, "sampler-neighbors", "smote", "has 1 row in");
    free(one), free(few), free(lost);
}

/* With weights, a sampler or a macro metric a small class is looked after. */
static void test_small_class_is_looked_after(void **state) {
    (void)state;
    char *few = rows_text(400, 40), rest[1024];
    snprintf(rest, sizeof rest, "%smetrics: [f1(macro)]\n", network);
    LearnCase learn = run(few, flows, rest);
    learn_case_expect(&learn, NULL);
    learn_case_free(&learn);
    free(few);
}

/* Few rows of each class, but an even share: a small table, not a small class. */
static void test_small_table_has_no_small_class(void **state) {
    (void)state;
    char *even = rows_text(60, 2);
    LearnCase learn = run(even, flows, network);
    learn_case_expect(&learn, NULL);
    learn_case_free(&learn);
    free(even);
}

static void test_class_is_missing(void **state) {
    (void)state;
    static const char data[] =
        "x,color,plan,y,part\n1,red,pro,a,train\n2,red,pro,b,train\n3,red,pro,c,test\n4,red,pro,a,test\n";
    LearnCase learn;
    learn_case_init(&learn);
    learn_case_write(&learn, "case.csv", data);
    learn_case_run_spec(
        &learn, "x : real\ny : category\npart : fold\nrest : ignore", "y",
        "split: predefined\nnetwork { x -> dense(4) -> relu -> output(y) }\nloss: cross_entropy\noptimizer: adam\n");
    const Diagnostic *d = learn_case_expect(&learn, "class-too-small");
    assert_true(d->severity == SEVERITY_ERROR && strstr(d->message, "`c`"));
    learn_case_free(&learn);
}

static void test_parts_and_batch(void **state) {
    (void)state;
    static const char small[] = "x,color,plan,y\n1,red,pro,a\n2,red,pro,b\n";
    check(small, flows, network, "no-rows", "split", "test part");
    char *data = rows_text(400, 2);
    check(data, flows,
          "network { concat(x, color, plan -> embedding(2)) -> dense(4) -> relu -> output(y) }\nloss: "
          "cross_entropy\noptimizer: adam\n"
          "train { batch: 300; drop_last: true }\n",
          "batch-vs-data", "300", "300");
    free(data);
}

static void test_flows(void **state) {
    (void)state;
    static const char zero[] = "x,color,plan,y\n1,red,pro,a\n0,red,pro,b\n3,blue,pro,a\n1,red,pro,b\n";
    static const char split[] = "split: random(train: 50%, validation: 25%, test: 25%)\n";
    char text[512];
    snprintf(text, sizeof text, "%spreprocess { x -> impute(median) -> log; color -> one_hot }\n", split);
    check(zero, text, network, "transform-domain", "log", "row 2");
}

static void test_notes_are_warnings(void **state) {
    (void)state;
    char *data = rows_text(400, 2);
    for (char *at = data + strlen("x,color,plan,y\n"); *at; at = strchr(at, '\n') + 1)
        if (*at > '1') *at = '0';
    check(data,
          "split: stratified(train: 50%, validation: 25%, test: 25%, seed: 1)\npreprocess { x -> impute(median) -> "
          "scale(mad); color -> one_hot }\n",
          network, "zero-mad", "scale(mad)", "MAD of column `x` is 0");
    for (char *at = data + strlen("x,color,plan,y\n"); *at; at = strchr(at, '\n') + 1) *at = '5';
    check(data, flows, network, "constant-feature", "scale(standard)", "the same in all 200");
    free(data);
}

/* The specs that users copy: nothing to say about them. */
static void test_examples(void **state) {
    (void)state;
    static const char *const paths[] = {"examples/credit/credit.lspec",     "examples/digits/digits.lspec",
                                        "examples/houses/houses.lspec",     "examples/loans/loans.lspec",
                                        "examples/penguins/penguins.lspec", "examples/tumors/tumors.lspec"};
    static const int64_t training_rows[] = {2672, -1, 1758, 5913, 206, 341};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        LearnCase learn = {.session = session_new()};
        const CheckOptions options = {0};
        const char *why = NULL;
        int32_t source = source_read(&learn.session->sources, paths[i], &why);
        learn.model = sema_check(learn.session, syntax_parse(learn.session, source), &options);
        learn.learnt = learn.session->error_count == 0 && data_learn(learn.session, learn.model, &options);
        learn_case_expect(&learn, NULL);
        assert_true(learn.learnt);
        if (training_rows[i] > 0) assert_int_equal(learn.model->training_rows, training_rows[i]);
        session_free(learn.session);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_learnt),
        cmocka_unit_test(test_sampling),
        cmocka_unit_test(test_cells),
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_class_is_missing),
        cmocka_unit_test(test_small_class_is_looked_after),
        cmocka_unit_test(test_small_table_has_no_small_class),
        cmocka_unit_test(test_flows),
        cmocka_unit_test(test_notes_are_warnings),
        cmocka_unit_test(test_parts_and_batch),
        cmocka_unit_test(test_examples),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
