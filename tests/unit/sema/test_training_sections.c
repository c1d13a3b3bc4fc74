/* `loss`, `optimizer`, `train`, `stop`, `metrics`, `report`: each mistake is told once, by its name, at its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "spec_harness.h"

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])

/* Two targets, one of classes and one of numbers. */
#define TWO_TARGETS                                                                                                    \
    .target = "target: [default, income]", .preprocess = "preprocess { age -> scale(standard) }",                      \
    .network = "network { h = age -> dense(8) -> relu; h -> output(default); h -> output(income) }"
#define REAL_TARGET                                                                                                    \
    .target = "target: income", .split = "split: random", .preprocess = "preprocess { age -> scale(standard) }",       \
    .network = "network { age -> dense(8) -> relu -> output(income) }"
#define PLAN_TARGET                                                                                                    \
    .target = "target: plan", .preprocess = "preprocess { age -> scale(standard) }",                                   \
    .network = "network { age -> dense(8) -> relu -> output(plan) }"

static void test_loss(void **state) {
    (void)state;
    static const SpecParts rows[] = {
        {"unknown-loss", .loss = "loss: ^cross_entropie"},
        {"unknown-loss", .loss = "loss: ^relu"},
        {"regression-loss-on-categorical", .loss = "loss: ^negative_sharpe(cost: 1 bp)"},
        {"loss-target-mismatch", REAL_TARGET, .loss = "loss: ^negative_sharpe"},
        {"loss-target-mismatch", REAL_TARGET, .loss = "loss: mse + ^entropy_bonus(0.1)"},
        {"regression-loss-on-categorical", .loss = "loss: ^mse"},
        {"regression-loss-on-categorical", .loss = "loss: ^huber(1.0) + l2(1e-4)"},
        {"classification-loss-on-continuous", REAL_TARGET, .loss = "loss: ^cross_entropy"},
        {"loss-target-mismatch", PLAN_TARGET, .loss = "loss: ^binary_cross_entropy"},
        {"missing-loss", .loss = "loss: ^l2(1e-4)"},
        {"duplicate-setting", REAL_TARGET, .loss = "loss: mse + ^mae"},
        {"duplicate-setting", .loss = "loss: cross_entropy + l2(1e-4) + ^l2(1e-5)"},
        {"argument-type", .loss = "loss: cross_entropy + ^1"},
        {"argument-type", .loss = "loss: ^[cross_entropy]"},
        {"syntax-error", .loss = "loss: ^cross_entropy -> l2(1e-4)"},
        {"argument-range", .loss = "loss: ^0 * cross_entropy"},
        {"argument-range", .loss = "loss: cross_entropy - ^l2(1e-4)"},
        {"argument-range", .loss = "loss: cross_entropy + 2 * ^l2(1e-4)"},
        {"argument-range", .loss = "loss: cross_entropy + l2(^-1e-4)"},
        {"negative-loss-possible", .loss = "loss: ^-cross_entropy"},
        {"negative-loss-possible", REAL_TARGET, .loss = "loss: ^-1 * mse"},
        {"argument-range", REAL_TARGET, .loss = "loss: huber(delta: ^0)"},
        {"unknown-argument", .loss = "loss: cross_entropy(^smoothing: 5%)"},
        {"argument-range", .loss = "loss: cross_entropy(label_smoothing: ^120%)"},
        {"unknown-value", .loss = "loss: cross_entropy(class_weights: ^balance)"},
        {"argument-type", .loss = "loss: cross_entropy(class_weights: ^[1, 2, 3])"},
        {"unknown-level", .loss = "loss: cross_entropy(class_weights: ^[no: 1, ye: 5])"},
        {"argument-range", .loss = "loss: cross_entropy(class_weights: [no: ^-1, yes: 5])"},
        {"missing-loss", TWO_TARGETS, .loss = "^loss { default: cross_entropy }"},
        {"unknown-target", TWO_TARGETS, .loss = "loss { default: cross_entropy; ^incom: mse }"},
        {"duplicate-setting", TWO_TARGETS,
         .loss = "loss { default: cross_entropy; ^default: cross_entropy; income: mse }"},
        {"argument-type", TWO_TARGETS, .loss = "loss { default: cross_entropy; income: mse; penalty: ^mae }"},
        {"missing-colon", TWO_TARGETS, .loss = "loss { default: cross_entropy; ^income = mse }"},
        {"regression-loss-on-categorical", TWO_TARGETS, .loss = "loss { default: ^huber; income: huber }"},
        {"syntax-error", TWO_TARGETS, .loss = "loss { default: cross_entropy; income: mse; ^l2(1e-4) }"},
    };
    assert_int_equal(failed_rows(rows, COUNT(rows)), 0);
}

static void test_optimizer(void **state) {
    (void)state;
    static const SpecParts rows[] = {
        {"unknown-optimizer", .optimizer = "optimizer: ^adma(lr: 1e-3)"},
        {"unknown-optimizer", .optimizer = "optimizer: ^clipnorm(1.0) -> adam"},
        {"unknown-optimizer", .optimizer = "optimizer: ^cosine(1e-3..1e-5)"},
        {"argument-range", .optimizer = "optimizer: lbfgs(history: ^0)"},
        {"missing-optimizer", .optimizer = "optimizer: ^clip_norm(1.0)"},
        {"missing-optimizer", .optimizer = "optimizer: ^clip_norm(1.0) -> clip_value(0.5)"},
        {"two-optimizers", .optimizer = "optimizer: adam -> ^sgd(lr: 0.1)"},
        {"optimizer-order", .optimizer = "optimizer: adam -> ^clip_norm(1.0)"},
        {"missing-argument", .optimizer = "optimizer: ^sgd"},
        {"missing-argument", .optimizer = "optimizer: ^clip_norm -> adam"},
        {"lr-invalid", .optimizer = "optimizer: adam(lr: ^0)"},
        {"lr-invalid", .optimizer = "optimizer: adam(lr: ^-1e-3)"},
        {"lr-invalid", .optimizer = "optimizer: adam(lr: ^cosine(0..1e-5))"},
        {"argument-type", .optimizer = "optimizer: adam(lr: ^\"1e-3\")"},
        {"argument-type", .optimizer = "optimizer: adam(lr: ^1e-3..1e-5)"},
        {"argument-type", .optimizer = "optimizer: adam(lr: cosine(^1e-3))"},
        {"unknown-schedule", .optimizer = "optimizer: adam(lr: ^cosin(1e-3..1e-5))"},
        {"missing-argument", .optimizer = "optimizer: adam(lr: ^step(1e-3))"},
        {"argument-type", .optimizer = "optimizer: adam(lr: step(1e-3, every: ^10 min))"},
        {"argument-range", .optimizer = "optimizer: adam(lr: step(1e-3, every: 5 epochs, factor: ^2))"},
        {"argument-range", .optimizer = "optimizer: adam(lr: cosine(1e-3..1e-5, restarts: ^-1))"},
        {"unknown-argument", .optimizer = "optimizer: adam(^learning_rate: 1e-3)"},
        {"momentum-range", .optimizer = "optimizer: sgd(lr: 0.1, momentum: ^1.5)"},
        {"momentum-range", .optimizer = "optimizer: adam(beta1: ^1)"},
        {"argument-range", .optimizer = "optimizer: clip_norm(^-1) -> adam"},
        {"argument-range", .optimizer = "optimizer: adam(weight_decay: ^-1)"},
        {"unknown-name", .optimizer = "optimizer: adam(lr: ^rate)"},
        {"syntax-error", .optimizer = "optimizer: ^1e-3 -> adam"},
        {"syntax-error", .optimizer = "^optimizer { adam }"},
    };
    assert_int_equal(failed_rows(rows, COUNT(rows)), 0);
}

static void test_train(void **state) {
    (void)state;
    static const SpecParts rows[] = {
        {"unknown-setting", .train = "train { ^epoch: 20; seed: 1 }"},
        {"unknown-setting", .train = "train { ^batch_size: 20; seed: 1 }"},
        {"duplicate-setting", .train = "train { epochs: 20; ^epochs: 30 }"},
        {"argument-range", .train = "train { epochs: ^0 }"},
        {"argument-range", .train = "train { batch: ^0 }"},
        {"argument-range", .train = "train { seed: ^-1 }"},
        {"argument-range", .train = "train { threads: ^0 }"},
        {"argument-type", .train = "train { epochs: ^5 min }"},
        {"argument-type", .train = "train { epochs: ^2.5 }"},
        {"argument-type", .train = "train { batch: ^\"32\" }"},
        {"argument-type", .train = "train { shuffle: ^1 }"},
        {"unknown-value", .train = "train { precision: ^float32 }"},
        {"unsupported-feature", .train = "train { precision: ^bf16 }"},
        {"unsupported-feature", .train = "train { precision: ^f64 }"},
        {"unknown-name", .train = "train { batch: ^al }"},
        {"missing-colon", .train = "train { ^epochs = 20 }"},
        {"syntax-error", .train = "^train: 20"},
    };
    assert_int_equal(failed_rows(rows, COUNT(rows)), 0);
}

static void test_stop(void **state) {
    (void)state;
    static const char no_validation[] = "split: stratified(train: 80%, validation: 0%, test: 20%)";
    static const SpecParts rows[] = {
        {"unknown-monitor", .stop = "stop { early(^validation.acc) }"},
        {"unknown-monitor", .stop = "stop { early(^val.loss) }"},
        {"unknown-monitor", .stop = "stop { early(^loss) }"},
        {"unknown-monitor", .stop = "stop { early(^accuracy) }"},
        {"unknown-monitor", .stop = "stop { early(^validation.confusion) }"},
        {"unknown-monitor", .stop = "stop { early(^validation.plan.default.loss) }"},
        {"unknown-monitor", .stop = "stop { early(^validation.relu) }"},
        {"unknown-monitor", TWO_TARGETS, .loss = "loss { default: cross_entropy; income: huber }",
         .stop = "stop { early(^validation.accuracy) }"},
        {"unknown-monitor", TWO_TARGETS, .loss = "loss { default: cross_entropy; income: huber }",
         .stop = "stop { early(^validation.defalt.accuracy) }"},
        {"test-set-used", .stop = "stop { early(^test.loss) }"},
        {"early-stop-no-validation", .split = no_validation, .stop = "stop { early(^validation.loss) }"},
        {"metric-task-mismatch", .stop = "stop { early(^validation.rmse) }"},
        {"unknown-level", .stop = "stop { early(validation.f1(^maybe)) }"},
        {"unsupported-feature", .stop = "stop { early(^train.running_loss) }"},
        {"metric-task-mismatch", .stop = "stop { early(^validation.max_drawdown) }"},
        {"missing-argument", .stop = "stop { ^early }"},
        {"argument-type", .stop = "stop { early(^10) }"},
        {"argument-range", .stop = "stop { early(validation.loss, patience: ^0) }"},
        {"argument-type", .stop = "stop { early(validation.loss, patience: ^10 min) }"},
        {"unknown-value", .stop = "stop { early(validation.loss, restore: ^worst) }"},
        {"unknown-argument", .stop = "stop { early(validation.loss, ^patients: 3) }"},
        {"duplicate-setting", .stop = "stop { early(validation.loss); ^early(validation.loss, patience: 3) }"},
        {"duplicate-setting", .stop = "stop { time_limit(1 min); ^time_limit(2 min) }"},
        {"argument-type", .stop = "stop { time_limit(^5 epochs) }"},
        {"argument-range", .stop = "stop { max_steps(^0) }"},
        {"unknown-setting", .stop = "stop { ^earlier(validation.loss) }"},
        {"unknown-setting", .stop = "stop { ^patience: 5 }"},
        {"syntax-error", .stop = "stop { ^5 }"},
        {"syntax-error", .stop = "^stop: early(validation.loss)"},
    };
    assert_int_equal(failed_rows(rows, COUNT(rows)), 0);
}

static void test_metrics(void **state) {
    (void)state;
    static const SpecParts rows[] = {
        {"unknown-metric", .metrics = "metrics: [^acuracy]"},
        {"unknown-metric", .metrics = "metrics: [accuracy, ^cross_entropy]"},
        {"unknown-metric", .metrics = "metrics: [^validation.accuracy]"},
        {"metric-task-mismatch", .metrics = "metrics: [accuracy, ^sharpe]"},
        {"argument-range", .metrics = "metrics: [top_k(^0)]"},
        {"argument-range", .metrics = "metrics: [calibration_error(bins: ^100000)]"},
        {"unknown-argument", .metrics = "metrics: [top_k(^n: 3)]"},
        {"argument-range", REAL_TARGET, .loss = "loss: quantile([10%, 90%])", .metrics = "metrics: [pinball(^0.5)]"},
        {"argument-range", REAL_TARGET, .loss = "loss: mse", .metrics = "metrics: [deviance(^0.4)]"},
        {"metric-task-mismatch", .metrics = "metrics: [accuracy, ^rmse]"},
        {"metric-task-mismatch", REAL_TARGET, .loss = "loss: mse", .metrics = "metrics: [^accuracy]"},
        {"metric-task-mismatch", TWO_TARGETS, .loss = "loss { default: cross_entropy; income: huber }",
         .metrics = "metrics: [^income.accuracy]"},
        {"unknown-level", .metrics = "metrics: [f1(^maybe)]"},
        {"unknown-level", PLAN_TARGET, .metrics = "metrics: [precision(^basics)]"},
        {"extra-argument", .metrics = "metrics: [accuracy(^macro)]"},
        {"argument-type", .metrics = "metrics: [f1(^[yes])]"},
        {"duplicate-setting", .metrics = "metrics: [accuracy, ^accuracy]"},
        {"argument-type", .metrics = "metrics: [^1]"},
        {"argument-type", .metrics = "metrics: ^\"accuracy\""},
        {"syntax-error", .metrics = "^metrics { accuracy }"},
    };
    assert_int_equal(failed_rows(rows, COUNT(rows)), 0);
}

static void test_report(void **state) {
    (void)state;
    static const SpecParts rows[] = {
        {"unknown-setting", .report = "report { ^dir: \"runs\" }"},
        {"unsupported-feature", .report = "report { ^tensorboard: true }"},
        {"unsupported-feature", .report = "report { ^checkpoint: 5 epochs }"},
        {"duplicate-setting", .report = "report { directory: \"a\"; ^directory: \"b\" }"},
        {"argument-type", .report = "report { directory: ^5 }"},
        {"argument-type", .report = "report { directory: ^\"\" }"},
        {"syntax-error", .report = "report { ^\"runs\" }"},
        {"syntax-error", .report = "^report: \"runs\""},
        {NULL, .report = "diagnose { on_error: continue; off: [\"overfit\"]; plateau(window: 5) }"},
        {"unknown-value", .report = "diagnose { off: [^\"overfitt\"] }"},
        {"unknown-setting", .report = "diagnose { ^patience: 3 }"},
        {NULL, .constants = "param lr = 1e-3 in log(1e-5..1e-1)", .optimizer = "optimizer: adam(lr: lr)",
         .report = "tune { method: halving; trials: 20; monitor: validation.loss }"},
        {"missing-argument", .report = "^tune { method: random; trials: 20 }"},
        {"unknown-setting", .constants = "param lr = 1e-3 in log(1e-5..1e-1)", .report = "tune { ^trial: 20 }"},
        {"unknown-value", .constants = "param lr = 1e-3 in log(1e-5..1e-1)", .report = "tune { method: ^grit }"},
        {"argument-range", .constants = "param lr = 1e-3 in log(1e-5..1e-1)", .report = "tune { trials: ^0 }"},
        {"unknown-monitor", .constants = "param lr = 1e-3 in log(1e-5..1e-1)", .report = "tune { monitor: ^val.loss }"},
        {"test-set-used", .constants = "param lr = 1e-3 in log(1e-5..1e-1)", .report = "tune { monitor: ^test.loss }"},
        {"duplicate-setting", .constants = "param lr = 1e-3 in log(1e-5..1e-1)",
         .report = "tune { trials: 5; ^trials: 6 }"},
        {"missing-colon", .constants = "param lr = 1e-3 in log(1e-5..1e-1)", .report = "tune { ^method = random }"},
    };
    assert_int_equal(failed_rows(rows, COUNT(rows)), 0);
}

static void test_healthy(void **state) {
    (void)state;
    static const SpecParts rows[] = {
        {NULL, .train = ""},
        {NULL, .loss = "loss: cross_entropy(class_weights: [yes: 5], label_smoothing: 5%) + l1(1e-5) + l2(1e-4)"},
        {NULL, .loss = "loss: cross_entropy(class_weights: [1, 5])"},
        {NULL, .loss = "loss: cross_entropy + entropy_bonus(0.01)"},
        {NULL, .loss = "loss: binary_cross_entropy(class_weights: balanced)"},
        {NULL, .constants = "let decay = 1e-4", .loss = "loss: 0.5 * cross_entropy + l2(decay)"},
        {NULL, .constants = "let objective = cross_entropy + l2(1e-4)", .loss = "loss: objective"},
        {NULL, REAL_TARGET, .loss = "loss: huber(delta: 0.5)", .metrics = "metrics: [rmse, mae, r2]"},
        {NULL, PLAN_TARGET,
         .metrics = "metrics: [accuracy, f1, precision(macro), recall(pro), auc, log_loss, confusion]"},
        {NULL, TWO_TARGETS,
         .loss = "loss { default: cross_entropy; income: 0.3 * huber(1.0); penalty: l1(1e-5) + l2(1e-4) + entropy_bonus(0.1) }",
         .metrics = "metrics: [accuracy, rmse, default.f1(yes)]",
         .stop = "stop { early(validation.income.rmse, patience: 5) }"},
        {NULL,
         .optimizer = "optimizer: clip_norm(1.0) -> clip_value(0.5) -> sgd(lr: 0.1, momentum: 0.9, nesterov: true)"},
        {NULL, .optimizer = "optimizer: adam"},
        {NULL, .optimizer = "optimizer: adamw(lr: cosine(1e-3..1e-5, warmup: 1 epoch))"},
        {NULL, .optimizer = "optimizer: rmsprop(lr: step(1e-3, every: 10 epochs, factor: 0.5))"},
        {NULL, .optimizer = "optimizer: adam(lr: constant(1e-3, warmup: 500 steps))"},
        {NULL, .constants = "param lr = 1e-3 in log(1e-5..1e-1)", .optimizer = "optimizer: adam(lr: lr)"},
        {NULL, .constants = "let chain = adam(lr: 1e-3)", .optimizer = "optimizer: clip_norm(1.0) -> chain"},
        {NULL, .train = "train { batch: all; epochs: 20; seed: 42; threads: auto; precision: f32; drop_last: true; "
                        "shuffle: true }"},
        {NULL, .train = "train { batch: 64; epochs: 20 epochs; threads: 2 }"},
        {NULL, .stop =
                   "stop { early(validation.loss, patience: 5, min_delta: 1e-4, restore: best); time_limit(10 min); "
                   "max_steps(20_000) }"},
        {NULL, .stop = "stop { early(validation.f1(yes), patience: 5) }"},
        {NULL, .stop = "stop { early(validation.default.auc, patience: 5); early(train.loss, patience: 3) }"},
        {NULL, .metrics = "metrics: accuracy"},
        {NULL, .constants = "let figures = [accuracy, f1(macro)]", .metrics = "metrics: figures"},
        {NULL, .report = "report { directory: \"runs/first\" }"},
    };
    assert_int_equal(failed_rows(rows, COUNT(rows)), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_loss),    cmocka_unit_test(test_optimizer), cmocka_unit_test(test_train),
        cmocka_unit_test(test_stop),    cmocka_unit_test(test_metrics),   cmocka_unit_test(test_report),
        cmocka_unit_test(test_healthy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
