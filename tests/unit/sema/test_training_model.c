/* What the sections of training and the network come to in the model: defaults filled, definitions expanded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "spec_harness.h"

static Checked healthy(const SpecParts *parts) {
    Checked checked = check_spec(parts);
    assert_true(is_as_expected(&checked, parts));
    return checked;
}

static void test_defaults(void **state) {
    (void)state;
    const SpecParts parts = {.train = ""};
    Checked checked = healthy(&parts);
    const Model *model = checked.model;
    assert_int_equal(model->train.batch, 32);
    assert_false(model->train.batch_all);
    assert_int_equal(model->train.epochs, 100);
    assert_true(model->train.shuffle);
    assert_false(model->train.drop_last);
    assert_int_equal(model->train.seed, 0);
    assert_int_equal(model->train.threads, 0);
    assert_int_equal(model->stops.count, 0);
    assert_int_equal(model->metrics.count, 1);
    assert_int_equal(model->metrics.items[0].kind, LRT_METRIC_LOSS);
    assert_int_equal(model->metrics.items[0].target, -1);
    assert_int_equal(model->best.part, LRT_PART_VALIDATION);
    assert_int_equal(model->best.metric, 0);
    assert_true(model->restore_best);
    assert_string_equal(model->run_directory, "runs/churn");
    assert_int_equal(model->schedule.kind, LRT_SCHEDULE_CONSTANT);
    assert_true(model->schedule.from == 1e-3);
    session_free(checked.session);
}

static void test_train_settings(void **state) {
    (void)state;
    const SpecParts parts = {
        .train =
            "train { batch: all; epochs: 7; shuffle: false; seed: 42; threads: 2; drop_last: true; precision: f32 }",
        .report = "report { directory: \"elsewhere\" }"};
    Checked checked = healthy(&parts);
    const LrtTrain *train = &checked.model->train;
    assert_true(train->batch_all);
    assert_int_equal(train->epochs, 7);
    assert_false(train->shuffle);
    assert_int_equal(train->seed, 42);
    assert_int_equal(train->threads, 2);
    assert_true(train->drop_last);
    assert_string_equal(checked.model->run_directory, "elsewhere");
    session_free(checked.session);
}

static void test_optimizer_chain(void **state) {
    (void)state;
    const SpecParts parts = {.constants = "param lr = 2e-3",
                             .optimizer = "optimizer: clip_norm(1.0) -> clip_value(0.5) -> "
                                          "adamw(lr: cosine(lr..1e-5, restarts: 2, warmup: 1 epoch), beta2: 0.99)"};
    Checked checked = healthy(&parts);
    const Model *model = checked.model;
    assert_int_equal(model->gradient_steps.count, 2);
    assert_string_equal(model->gradient_steps.items[0]->entry->name, "clip_norm");
    assert_string_equal(model->gradient_steps.items[1]->entry->name, "clip_value");
    assert_string_equal(model->optimizer->entry->name, "adamw");
    assert_true(call_number(model->optimizer, "beta1") == 0.9);
    assert_true(call_number(model->optimizer, "beta2") == 0.99);
    assert_true(call_number(model->optimizer, "weight_decay") == 1e-2);
    assert_int_equal(model->schedule.kind, LRT_SCHEDULE_COSINE);
    assert_true(model->schedule.from == 2e-3 && model->schedule.to == 1e-5);
    assert_int_equal(model->schedule.restarts, 2);
    assert_true(model->schedule.warmup.count == 1 && model->schedule.warmup.unit == LRT_UNIT_EPOCHS);
    session_free(checked.session);
}

static void test_schedules(void **state) {
    (void)state;
    const SpecParts step = {.optimizer = "optimizer: adam(lr: step(1e-2, every: 500 steps, factor: 0.5, warmup: 20))"};
    Checked checked = healthy(&step);
    const LrtSchedule *schedule = &checked.model->schedule;
    assert_int_equal(schedule->kind, LRT_SCHEDULE_STEP);
    assert_true(schedule->from == 1e-2 && schedule->factor == 0.5);
    assert_true(schedule->every.count == 500 && schedule->every.unit == LRT_UNIT_STEPS);
    assert_true(schedule->warmup.count == 20 && schedule->warmup.unit == LRT_UNIT_STEPS);
    session_free(checked.session);
    const SpecParts constant = {.optimizer = "optimizer: sgd(lr: constant(0.1, warmup: 2 epochs))"};
    checked = healthy(&constant);
    schedule = &checked.model->schedule;
    assert_int_equal(schedule->kind, LRT_SCHEDULE_CONSTANT);
    assert_true(schedule->from == 0.1 && schedule->warmup.count == 2);
    session_free(checked.session);
}

static void test_stops_and_best(void **state) {
    (void)state;
    const SpecParts parts = {.stop =
                                 "stop { early(validation.f1(yes), patience: 3, min_delta: 0.01); time_limit(10 min); "
                                 "max_steps(20_000) }",
                             .metrics = "metrics: [accuracy, f1(macro)]"};
    Checked checked = healthy(&parts);
    const Model *model = checked.model;
    assert_int_equal(model->stops.count, 3);
    assert_int_equal(model->stops.items[0].patience, 3);
    assert_true(model->stops.items[0].min_delta == 0.01 && model->stops.items[0].restore_best);
    assert_true(model->stops.items[1].limit == 600);
    assert_true(model->stops.items[2].limit == 20000);
    /* What `metrics` lists comes first; what a rule watches besides is measured too. */
    static const char *const names[] = {"loss", "accuracy", "f1(macro)", "f1(yes)"};
    assert_int_equal(model->metrics.count, 4);
    for (int i = 0; i < 4; i++) assert_string_equal(model->metrics.items[i].name, names[i]);
    assert_int_equal(model->metrics.items[2].average, LRT_AVERAGE_MACRO);
    assert_int_equal(model->metrics.items[3].average, LRT_AVERAGE_CLASS);
    assert_int_equal(model->metrics.items[3].level, 1);
    assert_int_equal(model->best.part, LRT_PART_VALIDATION);
    assert_int_equal(model->best.metric, 3);
    assert_true(model->restore_best);
    session_free(checked.session);
}

static void test_no_validation_part(void **state) {
    (void)state;
    const SpecParts parts = {.split = "split: random(train: 80%, validation: 0%, test: 20%)"};
    Checked checked = healthy(&parts);
    assert_false(checked.model->restore_best);
    assert_int_equal(checked.model->best.part, LRT_PART_TRAIN);
    session_free(checked.session);
}

static void test_several_targets(void **state) {
    (void)state;
    const SpecParts parts = {
        .target = "target: [default, income]",
        .preprocess = "preprocess { age -> scale(standard) }",
        .network = "network { h = age -> dense(8) -> relu; h -> output(income); h -> output(default) }",
        .loss = "loss { income: 0.3 * huber(2.0); default: cross_entropy / 2; penalty: l1(1e-5) + l2(1e-4) }",
        .metrics = "metrics: [accuracy, rmse, income.mae]",
        .stop = "stop { early(validation.income.loss, patience: 3) }"};
    Checked checked = healthy(&parts);
    const Model *model = checked.model;
    assert_int_equal(model->targets.count, 2);
    assert_int_equal(model->targets.items[0].index, 1);
    assert_string_equal(model->targets.items[0].loss->entry->name, "huber");
    assert_true(call_number(model->targets.items[0].loss, "delta") == 2);
    assert_true(model->targets.items[0].loss_weight == 0.3);
    assert_int_equal(model->targets.items[1].index, 0);
    assert_true(model->targets.items[1].loss_weight == 0.5);
    assert_int_equal(model->penalties.count, 2);
    static const char *const names[] = {"loss", "default.accuracy", "income.rmse", "income.mae", "income.loss"};
    assert_int_equal(model->metrics.count, 5);
    for (int i = 0; i < 5; i++) assert_string_equal(model->metrics.items[i].name, names[i]);
    assert_int_equal(model->best.metric, 4);
    session_free(checked.session);
}

/* A class of an open category is matched when the data is known. */
static void test_open_levels(void **state) {
    (void)state;
    const SpecParts parts = {.target = "target: region",
                             .preprocess = "preprocess { age -> scale(standard) }",
                             .network = "network { age -> dense(8) -> relu -> output(region) }",
                             .metrics = "metrics: [f1(north)]"};
    Checked checked = healthy(&parts);
    Model *model = checked.model;
    assert_int_equal(model->metrics.items[1].level, -1);
    assert_int_equal(model->metric_levels.count, 1);
    static const char *const levels[] = {"east", " north "};
    LrtTarget target = model->data.targets[0];
    target.levels = levels;
    target.level_count = 2;
    model->data.targets = &target;
    assert_true(model_bind_levels(checked.session, model));
    assert_int_equal(model->metrics.items[1].level, 1);
    target.level_count = 1;
    assert_false(model_bind_levels(checked.session, model));
    assert_int_equal(checked.session->error_count, 1);
    assert_string_equal(diag_name(checked.session->diagnostics.items[0]->id), "unknown-level");
    session_free(checked.session);
}

static void test_levels_are_compared_as_numbers(void **state) {
    (void)state;
    static const char *const levels[] = {"0", "1.0", "ten"};
    const LrtTarget target = {.name = "y", .levels = levels, .level_count = 3};
    assert_int_equal(level_find(&target, "1"), 1);
    assert_int_equal(level_find(&target, " 0.0"), 0);
    assert_int_equal(level_find(&target, "ten"), 2);
    assert_int_equal(level_find(&target, "10"), -1);
    assert_int_equal(level_find(&target, ""), -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_train_settings),
        cmocka_unit_test(test_optimizer_chain),
        cmocka_unit_test(test_schedules),
        cmocka_unit_test(test_stops_and_best),
        cmocka_unit_test(test_no_validation_part),
        cmocka_unit_test(test_several_targets),
        cmocka_unit_test(test_open_levels),
        cmocka_unit_test(test_levels_are_compared_as_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
