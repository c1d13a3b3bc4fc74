/* What the data sections come to: columns, slots, steps, targets, split and samplers of the model. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "spec_harness.h"

/* The checked spec; a diagnostic above a note fails the test. */
static Checked check_healthy(SpecParts parts) {
    Checked checked = check_spec(&parts);
    assert_true(is_as_expected(&checked, &parts));
    return checked;
}

static const LrtStep *step_at(const Checked *checked, int64_t number) {
    assert_true(number < checked->model->data.step_count);
    return &checked->model->data.steps[number];
}

static void assert_near(double left, double right) { assert_true(fabs(left - right) < 1e-12); }

#define REGRESSION                                                                                                     \
    .split = "split: random", .preprocess = "preprocess { age -> scale(standard) }",                                   \
    .network = "network { age -> dense(4) -> relu -> output(income) }", .loss = "loss: mse"

static void test_columns(void **state) {
    (void)state;
    Checked checked = check_healthy((SpecParts){
        .columns =
            "columns {\n income : real(0..)?\n age : int(18..120)\n region : category\n plan : category(basic, \"pro "
            "x\", -3)\n"
            " default : category(no, yes)\n size : ordinal(low < mid < high)?\n opened : timestamp(\"%d.%m.%Y\")\n}",
        .preprocess = "preprocess { income -> impute(mean); region, plan, size -> one_hot }"});
    const LrtDataSpec *data = &checked.model->data;
    assert_int_equal(data->column_count, 7);
    assert_true(data->columns[0].optional && data->columns[0].has_low && !data->columns[0].has_high);
    assert_true(data->columns[1].has_high && !data->columns[1].optional);
    assert_near(data->columns[1].high, 120);
    assert_true(!data->columns[2].closed && data->columns[2].levels == NULL);
    assert_int_equal(data->columns[3].level_count, 3);
    assert_string_equal(data->columns[3].levels[1], "pro x");
    assert_string_equal(data->columns[3].levels[2], "-3");
    assert_int_equal(data->columns[5].type, LRT_COLUMN_ORDINAL);
    assert_string_equal(data->columns[5].levels[2], "high");
    assert_string_equal(data->columns[6].format, "%d.%m.%Y");
    for (int64_t i = 0; i < data->column_count; i++) {
        assert_int_equal(data->slots[i].column, i);
        assert_int_equal(data->columns[i].spec_line, 7 + i);
        assert_int_equal(checked.model->column_spans[i].source, 0);
    }
    assert_int_equal(data->slots[0].kind, LRT_SLOT_REAL);
    assert_int_equal(data->slots[2].kind, LRT_SLOT_CODE);
    assert_int_equal(data->weight_slot, -1);
    session_free(checked.session);
}

static void test_source(void **state) {
    (void)state;
    Checked checked = check_healthy((SpecParts){.data = "data: csv(\"customers.csv\", delimiter: \"\\t\", missing: "
                                                        "[\"\", NA], decimal: \",\", quote: \"'\", header: false)"});
    const LrtSource *source = &checked.model->data.source;
    assert_string_equal(source->spec_path, "customers.csv");
    assert_true(source->path[0] == '/' && str_ends_with(source->path, "/tests/data/customers.csv"));
    assert_true(source->delimiter == '\t' && source->decimal == ',' && source->quote == '\'' && !source->header);
    assert_int_equal(source->missing_count, 2);
    assert_string_equal(source->missing[1], "NA");
    session_free(checked.session);
}

static void test_patterns_take_what_is_left(void **state) {
    (void)state;
    Checked checked =
        check_healthy((SpecParts){.columns = "columns { rest : ignore; \"*e\" : real?; default : category(no, yes) }",
                                  .with_data = true,
                                  .preprocess = "preprocess { \"*e\" -> impute(median) }"});
    const LrtDataSpec *data = &checked.model->data;
    /* customers.csv: customer, income, age, region, plan, default, opened */
    assert_int_equal(data->column_count, 7);
    int64_t ignored = 0, real = 0;
    for (int64_t i = 0; i < data->column_count; i++) {
        ignored += data->columns[i].type == LRT_COLUMN_IGNORE;
        real += data->columns[i].type == LRT_COLUMN_REAL;
    }
    assert_int_equal(ignored, 4);
    assert_int_equal(real, 2);
    assert_int_equal(data->step_count, 2);
    session_free(checked.session);
}

static void test_flow(void **state) {
    (void)state;
    Checked checked = check_healthy(
        (SpecParts){.preprocess = "preprocess {\n"
                                  " income, age -> impute(median, indicator: true) -> winsorize(1%..99%)\n"
                                  " income -> scale(mad, normal: true)\n"
                                  " region -> one_hot(rare: 20, unseen: other, missing: zero)\n"
                                  " plan -> ordinal -> clip(0..)\n}"});
    const LrtDataSpec *data = &checked.model->data;
    assert_int_equal(data->step_count, 8);
    const LrtStep *impute = step_at(&checked, 0), *winsorize = step_at(&checked, 2), *scale = step_at(&checked, 4);
    assert_int_equal(impute->transform, LRT_TRANSFORM_IMPUTE);
    assert_int_equal(impute->option[0], LRT_IMPUTE_MEDIAN);
    assert_int_equal(impute->input, 1);
    assert_string_equal(data->slots[impute->indicator].name, "income:missing");
    assert_int_equal(winsorize->input, impute->output);
    assert_near(winsorize->number[0], 0.01);
    assert_near(winsorize->number[1], 0.99);
    assert_int_equal(winsorize->indicator, -1);
    assert_int_equal(scale->input, winsorize->output);
    assert_int_equal(scale->option[0], LRT_SCALE_MAD);
    assert_int_equal(scale->option[1], 1);
    const LrtStep *one_hot = step_at(&checked, 5), *clip = step_at(&checked, 7);
    assert_int_equal(data->slots[one_hot->output].kind, LRT_SLOT_MATRIX);
    assert_int_equal(one_hot->option[0], LRT_UNSEEN_OTHER);
    assert_int_equal(one_hot->option[1], LRT_MISSING_ZERO);
    assert_near(one_hot->number[0], 20);
    assert_int_equal(data->slots[clip->output].kind, LRT_SLOT_REAL);
    assert_true(clip->option[0] == 0 && clip->number[0] == 0 && isinf(clip->number[1]));
    assert_string_equal(source_text(&checked.session->sources, checked.session->arena, checked.model->step_spans[4]),
                        "scale(mad, normal: true)");
    for (int64_t i = 0; i < data->step_count; i++) {
        assert_true(data->steps[i].input < data->steps[i].output);
        assert_true(data->steps[i].spec_line >= 16);
    }
    session_free(checked.session);
}

static void test_derived(void **state) {
    (void)state;
    Checked checked =
        check_healthy((SpecParts){.preprocess = "preprocess { x = age / 4 -> log; y = x -> scale(standard); income -> "
                                                "impute(mean); region, plan -> one_hot }"});
    const LrtStep *rescale = step_at(&checked, 0), *log = step_at(&checked, 1), *scale = step_at(&checked, 2);
    assert_int_equal(rescale->transform, LRT_TRANSFORM_RESCALE);
    assert_near(rescale->number[0], 0.25);
    assert_int_equal(log->input, rescale->output);
    assert_int_equal(scale->input, log->output);
    const LrtDataSpec *data = &checked.model->data;
    assert_string_equal(data->slots[scale->output].name, "y");
    assert_int_equal(data->slots[scale->output].column, 2);
    /* Features: income with its flow, region, plan, y; age and x only served to derive others. */
    assert_int_equal(data->input_count, 4);
    session_free(checked.session);
}

static void test_target(void **state) {
    (void)state;
    Checked checked = check_healthy((SpecParts){.name = NULL});
    const LrtTarget *target = &checked.model->data.targets[0];
    assert_true(target->is_class && !target->is_ordinal);
    assert_int_equal(target->level_count, 2);
    assert_int_equal(target->slot, 5);
    assert_int_equal(checked.model->data.label_width, 1);
    assert_int_equal(checked.model->data.target_width, 0);
    session_free(checked.session);

    checked = check_healthy((SpecParts){.target = "target { income -> log1p -> scale(standard) }", REGRESSION});
    target = &checked.model->data.targets[0];
    assert_true(!target->is_class);
    assert_string_equal(target->units, "");
    assert_int_equal(step_at(&checked, 1)->output, target->slot);
    assert_int_equal(checked.model->data.target_width, 1);
    session_free(checked.session);

    checked = check_healthy((SpecParts){.target = "target { income -> log1p -> abs -> scale(standard) }", REGRESSION});
    assert_string_equal(checked.model->data.targets[0].units, "abs(log1p income)");
    session_free(checked.session);
}

static void test_several_targets(void **state) {
    (void)state;
    Checked checked = check_healthy((SpecParts){
        .target = "target: [default, income, plan]",
        .preprocess = "preprocess { age -> scale(standard) }",
        .network =
            "network { x = age -> dense(4) -> relu; x -> output(default); x -> output(income); x -> output(plan) }",
        .loss = "loss { default: cross_entropy; income: mse; plan: cross_entropy }"});
    const LrtDataSpec *data = &checked.model->data;
    assert_int_equal(data->target_count, 3);
    assert_int_equal(data->label_width, 2);
    assert_int_equal(data->target_width, 1);
    assert_int_equal(data->targets[1].offset, 0);
    assert_int_equal(data->targets[2].offset, 1);
    session_free(checked.session);
}

static void test_bool_target(void **state) {
    (void)state;
    Checked checked = check_healthy((SpecParts){.columns = "columns { age : int; default : bool }",
                                                .preprocess = "",
                                                .network = "network { age -> dense(4) -> relu -> output(default) }"});
    const LrtTarget *target = &checked.model->data.targets[0];
    assert_true(target->is_class);
    assert_int_equal(target->level_count, 2);
    assert_string_equal(target->levels[1], "true");
    session_free(checked.session);
}

/* The split that comes of the text, or of the default. */
static LrtSplit split_of(SpecParts parts) {
    Checked checked = check_healthy(parts);
    LrtSplit split = checked.model->data.split;
    session_free(checked.session);
    return split;
}

static void assert_shares(LrtSplit split, double train, double validation, double test) {
    assert_near(split.share[LRT_PART_TRAIN], train);
    assert_near(split.share[LRT_PART_VALIDATION], validation);
    assert_near(split.share[LRT_PART_TEST], test);
}

static void test_split(void **state) {
    (void)state;
    LrtSplit split = split_of((SpecParts){.name = NULL});
    assert_int_equal(split.kind, LRT_SPLIT_STRATIFIED);
    assert_int_equal(split.column, 5);
    assert_int_equal(split.seed, 7);
    assert_shares(split, 0.7, 0.15, 0.15);
    assert_shares(split_of((SpecParts){.split = "split: random(train: 90%, validation: 10%)"}), 0.9, 0.1, 0);
    assert_shares(split_of((SpecParts){.split = "split: random(train: 80%)"}), 0.8, 0.1, 0.1);
    assert_shares(split_of((SpecParts){.split = "split: random(train: 70%, test: 20%)"}), 0.7, 0.1, 0.2);
    assert_shares(split_of((SpecParts){.split = "split: random(train: 50%, validation: 10%, test: 10%)"}), 0.5, 0.1,
                  0.1);
    assert_shares(split_of((SpecParts){.split = "split: random(validation: 20%, test: 20%)"}), 0.6, 0.2, 0.2);
    split = split_of((SpecParts){.split = ""});
    assert_int_equal(split.kind, LRT_SPLIT_CHRONOLOGICAL);
    assert_int_equal(split.column, 6);
    static const char columns[] = "columns { age : int; income : real; default : category(no, yes) }";
    split = split_of((SpecParts){.columns = columns, .split = "", .preprocess = ""});
    assert_int_equal(split.kind, LRT_SPLIT_STRATIFIED);
    assert_shares(split, 0.7, 0.15, 0.15);
    split = split_of((SpecParts){.columns = columns,
                                 .target = "target: income",
                                 .split = "",
                                 .preprocess = "",
                                 .network = "network { age -> dense(4) -> relu -> output(income) }",
                                 .loss = "loss: mse"});
    assert_int_equal(split.kind, LRT_SPLIT_RANDOM);
    assert_int_equal(split.seed, 0);
    split = split_of((SpecParts){.columns = "columns { age : int; part : fold?; default : category(no, yes) }",
                                 .split = "split: predefined(test: 4)",
                                 .preprocess = ""});
    assert_int_equal(split.kind, LRT_SPLIT_PREDEFINED);
    assert_int_equal(split.column, 1);
    assert_int_equal(split.test_fold, 4);
}

static void test_rows_of_time(void **state) {
    (void)state;
    LrtSplit split = split_of((SpecParts){
        .columns =
            "columns { age : int; t : timestamp(\"%Y-%m-%d %H:%M\", every: 15 min); default : category(no, yes) }",
        .split = "split: chronological(purge: 5, embargo: 1 h)",
        .preprocess = ""});
    assert_int_equal(split.column, 1);
    assert_int_equal(split.purge, 5);
    assert_int_equal(split.embargo, 0);
    assert_near(split.embargo_seconds, 3600);
}

static void test_sampling(void **state) {
    (void)state;
    Checked checked =
        check_healthy((SpecParts){.sampling = "sampling { smote(neighbors: 3, ratio: 50%); undersample(seed: 9) }"});
    const LrtDataSpec *data = &checked.model->data;
    assert_int_equal(data->sampler_count, 2);
    assert_int_equal(data->samplers[0].kind, LRT_SAMPLER_SMOTE);
    assert_int_equal(data->samplers[0].neighbors, 3);
    assert_near(data->samplers[0].ratio, 0.5);
    assert_near(data->samplers[1].ratio, 1);
    assert_int_equal(data->samplers[1].seed, 9);
    session_free(checked.session);
}

/* With a lock beside the spec the data may be absent; `rest` and globs take their names from it. */
static void test_lock_stands_in(void **state) {
    (void)state;
    static const char lock[] = "tests/data/unit_test_locked.lspec.lock";
    SpecParts parts = {.data = "data: csv(\"absent.csv\")",
                       .columns = "columns { default : category(no, yes); rest : real?; \"a*\" : int }",
                       .preprocess = "preprocess { rest -> impute(median) }",
                       .with_data = true,
                       .spec_file = "tests/data/unit_test_locked.lspec"};
    Checked checked = check_spec(&parts);
    assert_int_equal(loud_count(&checked), 1);
    session_free(checked.session);
    FILE *file = fopen(lock, "w");
    assert_non_null(file);
    fputs("{\"columns\": [{\"name\": \"default\"}, {\"name\": \"income\"}, {\"name\": \"age\"}]}\n", file);
    fclose(file);
    checked = check_spec(&parts);
    unlink(lock);
    assert_true(is_as_expected(&checked, &parts));
    const LrtDataSpec *data = &checked.model->data;
    assert_int_equal(data->column_count, 3);
    assert_string_equal(data->columns[1].name, "income");
    assert_int_equal(data->columns[1].type, LRT_COLUMN_REAL);
    assert_string_equal(data->columns[2].name, "age");
    assert_int_equal(data->columns[2].type, LRT_COLUMN_INT);
    session_free(checked.session);
}

static void test_print(void **state) {
    (void)state;
    Checked checked = check_healthy((SpecParts){.constants = "param lr = 1e-3 in log(1e-5..1e-1)"});
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    model_print(checked.model, out);
    fclose(out);
    static const char *const lines[] = {"model churn\n",
                                        "param lr = 0.001\n",
                                        "data \"customers.csv\" header yes\n",
                                        "  1 income : real(0..)?\n",
                                        "  4 plan : category closed [basic, pro, max]\n",
                                        "split stratified 0.7 0.15 0.15 seed 7 column 5\n",
                                        "  1 -> impute #1 -> 7 real income\n",
                                        "loss default: 1 * cross_entropy\n",
                                        "optimizer adam(lr: 1e-3)\n",
                                        "train batch 32 epochs 20 shuffle yes seed 1 threads 0 drop_last no\n",
                                        "best validation.loss\n"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        if (strstr(text, lines[i]) == NULL) {
            fputs(text, stderr);
            fail_msg("the printed model lacks: %s", lines[i]);
        }
    free(text);
    session_free(checked.session);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_source),
        cmocka_unit_test(test_patterns_take_what_is_left),
        cmocka_unit_test(test_flow),
        cmocka_unit_test(test_derived),
        cmocka_unit_test(test_target),
        cmocka_unit_test(test_several_targets),
        cmocka_unit_test(test_bool_target),
        cmocka_unit_test(test_split),
        cmocka_unit_test(test_rows_of_time),
        cmocka_unit_test(test_sampling),
        cmocka_unit_test(test_lock_stands_in),
        cmocka_unit_test(test_print),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
