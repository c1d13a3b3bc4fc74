/* Lints: each speaks of its fault by name and place, and is silent about what looks alike and is healthy. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "spec_harness.h"

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])
#define NETWORK(text) .network = "network {\n" text "\n}"
#define FLOW(text) .network = "network { concat(income, age) -> " text " }"
#define IMAGE_FLOW(text) FLOW("reshape([1, 2, 1]) -> " text)
#define PLAN_TARGET .target = "target: plan", .preprocess = "preprocess { age -> scale(standard) }"
#define PLAN_FLOW(text) PLAN_TARGET, .network = "network { age -> " text " }"
#define REAL_FLOW(text)                                                                                                \
    .target = "target: income", .split = "split: random", .preprocess = "preprocess { age -> scale(standard) }",       \
    .loss = "loss: mse", .network = "network { age -> " text " }"
#define LEVELS_20 "a0,a1,a2,a3,a4,a5,a6,a7,a8,a9,b0,b1,b2,b3,b4,b5,b6,b7,b8,b9"
#define WIDE_FLOW(text)                                                                                                \
    .columns = "columns { age : real; kind : category(" LEVELS_20 ") }", .target = "target: kind", .preprocess = "",   \
    .network = "network { age -> " text " }"

static void test_heads(void **state) {
    (void)state;
    static const SpecParts rows[] = {
        {"double-softmax", PLAN_FLOW("dense(8) -> relu -> dense(3) -> ^softmax -> output(plan, head: none)")},
        {"double-softmax", PLAN_FLOW("dense(8) -> relu -> dense(3) -> ^softmax -> output(plan)")},
        {"double-softmax", FLOW("dense(8) -> relu -> dense(2) -> ^softmax -> output(default)")},
        {"double-softmax", NETWORK("h = features -> dense(2) -> ^softmax\n h -> output(default)")},
        {"double-sigmoid", FLOW("dense(8) -> relu -> dense(1) -> ^sigmoid -> output(default, head: none)")},
        {"double-sigmoid", FLOW("dense(8) -> relu -> dense(1) -> ^sigmoid -> output(default)")},
        {"double-sigmoid", FLOW("dense(8) -> relu -> dense(1) -> ^sigmoid -> output(default)"),
         .loss = "loss: binary_cross_entropy"},
        {"softmax-single-unit", FLOW("dense(8) -> relu -> dense(1) -> ^softmax -> output(default, head: none)")},
        {"softmax-single-unit", FLOW("dense(8) -> relu -> dense(1) -> ^softmax -> output(default)")},
        {"softmax-single-unit", REAL_FLOW("dense(8) -> tanh -> dense(1) -> ^softmax -> output(income)")},
        {"output-activation-mismatch",
         PLAN_FLOW("dense(8) -> relu -> dense(3) -> ^sigmoid -> output(plan, head: none)")},
        {"output-activation-mismatch", PLAN_FLOW("dense(8) -> relu -> dense(3) -> ^relu -> output(plan, head: none)")},
        {"output-activation-mismatch", FLOW("dense(8) -> relu -> dense(1) -> ^tanh -> output(default, head: none)")},
        {"output-width-mismatch", FLOW("dense(16) -> relu -> dense(2) -> ^output(default, head: none)")},
        {"output-width-mismatch", FLOW("dense(16) -> relu -> ^output(default, head: none)")},
        {"output-width-mismatch", PLAN_FLOW("dense(16) -> relu -> dense(4) -> ^output(plan, head: none)")},
        {"output-width-mismatch", REAL_FLOW("dense(16) -> relu -> dense(2) -> ^output(income, head: none)")},
        {"dropout-on-output", FLOW("dense(16) -> relu -> dense(1) -> ^dropout(20%) -> output(default, head: none)")},
        {"capacity-too-low", WIDE_FLOW("dense(16) -> relu -> ^dense(4) -> tanh -> output(kind)")},
    };
    static const SpecParts healthy[] = {
        {NULL, FLOW("dense(16) -> sigmoid -> output(default)")},
        {NULL, PLAN_FLOW("dense(3) -> sigmoid -> output(plan)")},
        {NULL, FLOW("dense(16) -> relu -> dense(1) -> output(default, head: none)")},
        {NULL, PLAN_FLOW("dense(16) -> relu -> dense(3) -> output(plan, head: none)")},
        {NULL, PLAN_FLOW("dense(16) -> relu -> dropout(20%) -> output(plan)")},
        {NULL, REAL_FLOW("dense(16) -> relu -> dense(1) -> softplus -> output(income, head: none)")},
        {NULL, NETWORK("h = features -> dense(8) -> relu\n h * (h -> dense(8) -> softmax) -> output(default)")},
        {NULL, WIDE_FLOW("dense(16) -> relu -> dense(5) -> tanh -> output(kind)")},
    };
    assert_int_equal(failed_rows(rows, COUNT(rows)), 0);
    assert_int_equal(failed_rows(healthy, COUNT(healthy)), 0);
}

static void test_layers(void **state) {
    (void)state;
    static const SpecParts rows[] = {
        {"linear-stack", FLOW("dense(16) -> ^dense(8) -> relu -> output(default)")},
        {"linear-stack", FLOW("dense(16) -> ^output(default)")},
        {"linear-stack", FLOW("dense(16) -> alpha_dropout(10%) -> gaussian_noise(0.1) -> ^output(default)")},
        {"dropout-too-high", FLOW("dense(16) -> selu -> alpha_dropout(^60%) -> output(default)")},
        {"linear-stack", IMAGE_FLOW("conv2d(4, 1x1) -> ^conv2d(4, 1x1) -> relu -> flatten -> output(default)")},
        {"linear-stack", IMAGE_FLOW("conv2d(4, 1x1) -> avg_pool(1x2) -> flatten -> ^output(default)")},
        {"symmetric-init",
         IMAGE_FLOW("conv2d(8, 1x2, init: ^zeros) -> relu -> conv2d(4, 1x1) -> relu -> flatten -> output(default)")},
        {"init-activation-mismatch",
         IMAGE_FLOW("conv2d(16, 1x2, init: ^normal(9)) -> relu -> flatten -> output(default)")},
        {"linear-stack", FLOW("dense(16) -> dropout(20%) -> ^dense(8) -> relu -> output(default)")},
        {"linear-stack", FLOW("dense(16) -> batch_norm -> ^dense(8) -> relu -> output(default)")},
        {"linear-stack", NETWORK("a = age -> dense(8)\n b = income -> dense(8)\n concat(a, b) -> ^output(default)")},
        {"linear-stack", NETWORK("a = age -> dense(8)\n b = income -> dense(8)\n a - b * 0.5 -> ^output(default)")},
        {"linear-stack", .definitions = "def block(w) { input -> ^dense(w) }",
         FLOW("repeat(2, block(8)) -> relu -> output(default)")},
        {"double-activation", FLOW("dense(16) -> relu -> ^tanh -> output(default)")},
        {"double-activation", FLOW("dense(16) -> gelu[16] -> ^relu -> output(default)")},
        {"dropout-too-high", FLOW("dense(16) -> relu -> dropout(^60%) -> output(default)")},
        {"dropout-before-batch-norm", FLOW("dense(16) -> relu -> dropout(20%) -> ^batch_norm -> output(default)")},
        {"dropout-before-batch-norm", FLOW("dense(16) -> dropout(20%) -> relu -> ^batch_norm -> output(default)")},
        {"batchnorm-small-batch", FLOW("dense(16) -> batch_norm -> relu -> output(default)"),
         .train = "train { batch: ^1 }"},
        {"batchnorm-small-batch", FLOW("dense(16) -> batch_norm -> relu -> output(default)"),
         .train = "train { batch: ^4 }"},
        {"symmetric-init", FLOW("dense(16, init: ^zeros) -> relu -> output(default)")},
        {"symmetric-init",
         FLOW("dense(16, init: ^constant(0.1)) -> relu -> dropout(20%) -> dense(8) -> relu -> output(default)")},
        {"symmetric-init", FLOW("dense(16, init: ^normal(0)) -> relu -> output(default)")},
        {"init-activation-mismatch", FLOW("dense(64, init: ^normal(3.5)) -> relu -> output(default)")},
        {"init-activation-mismatch", FLOW("dense(64, init: ^uniform(0.001)) -> tanh -> output(default)")},
    };
    static const SpecParts healthy[] = {
        {NULL,
         IMAGE_FLOW("depthwise_conv2d(1x2, multiplier: 4) -> conv2d(8, 1x1) -> relu -> flatten -> output(default)")},
        {NULL,
         IMAGE_FLOW("conv2d(8, 1x1) -> max_pool(1x2) -> relu -> conv2d(8, 1x1) -> relu -> flatten -> output(default)")},
        {NULL,
         IMAGE_FLOW(
             "conv2d(8, 1x1) -> relu -> repeat(8, conv2d(8, 1x1) -> relu) -> global_avg_pool -> output(default)")},
        {NULL, FLOW("output(default)")},
        {NULL, FLOW("dense(16) -> prelu -> dense(8) -> selu -> output(default)")},
        {NULL, FLOW("dense(16) -> layer_norm -> dense(8) -> relu -> output(default)")},
        {NULL, FLOW("reshape([2, 2]) -> lstm(8) -> output(default)")},
        {NULL, FLOW("reshape([2, 2]) -> dense(8) -> gru(8, bidirectional: true, return: sequence) -> rnn(4) -> "
                    "output(default)")},
        {NULL, FLOW("reshape([2, 2]) -> dense(8) -> positions -> attention(2) -> flatten -> dense(8) -> relu -> "
                    "output(default)")},
        {NULL, FLOW("reshape([2, 2]) -> dense(8) -> transformer(2, 16, dropout: 10%) -> flatten -> output(default)")},
        {NULL, NETWORK("x = features\n x + (x -> dense(16) -> relu -> dense(16)) -> output(default)")},
        {NULL, .definitions = "def residual(w) { input + (input -> dense(w) -> relu -> dense(w)) }",
         FLOW("dense(16) -> relu -> repeat(4, residual(16)) -> output(default)")},
        {NULL, .definitions = "def residual(w) { input + (input -> dense(w) -> relu -> dense(w)) }",
         FLOW("dense(16) -> repeat(2, residual(16)) -> relu -> output(default)")},
        {NULL, .definitions = "def residual(w) { input + (input -> layer_norm -> dense(w) -> gelu -> dense(w)) }",
         FLOW("dense(16) -> repeat(2, residual(16)) -> output(default)")},
        {NULL, NETWORK("deep = age -> dense(8)\n concat(deep, income) -> output(default)")},
        {NULL,
         FLOW(
             "dense(16) -> relu -> dropout(50%) -> dense(8) -> batch_norm -> relu -> dropout(30%) -> output(default)")},
        {NULL, FLOW("dense(16) -> batch_norm -> relu -> output(default)"), .train = "train { batch: all }"},
        {NULL, FLOW("dense(16) -> batch_norm -> relu -> output(default)"), .train = "train { batch: 8 }"},
        {NULL,
         NETWORK("x = features -> dense(8) -> relu\n x + (x -> dense(8, init: zeros)) -> relu -> output(default)")},
        {NULL, FLOW("dense(16) -> relu -> output(default, init: zeros)")},
        {NULL, FLOW("dense(16, init: normal(0.5)) -> relu -> output(default)")},
        {NULL, FLOW("dense(16, init: normal(0.02)) -> layer_norm -> relu -> output(default)")},
        {NULL, FLOW("dense(1) -> relu -> output(default)")},
    };
    assert_int_equal(failed_rows(rows, COUNT(rows)), 0);
    assert_int_equal(failed_rows(healthy, COUNT(healthy)), 0);
}

static void test_gradients(void **state) {
    (void)state;
    static const SpecParts rows[] = {
        {"predicted-vanishing",
         IMAGE_FLOW(
             "^conv2d(8, 1x2) -> sigmoid -> repeat(6, conv2d(8, 1x1) -> sigmoid) -> flatten -> output(default)")},
        {"predicted-vanishing", FLOW("^dense(8) -> sigmoid -> repeat(3, dense(8) -> sigmoid) -> output(default)")},
        {"predicted-vanishing", .definitions = "def block(w) { input -> ^dense(w) -> sigmoid -> dropout(10%) }",
         FLOW("repeat(8, block(5)) -> output(default)")},
        {"predicted-vanishing",
         FLOW("^dense(64) -> relu -> repeat(20, dense(64, init: glorot_uniform) -> relu) -> output(default)")},
        {"predicted-vanishing",
         FLOW("^dense(64) -> hard_sigmoid -> repeat(4, dense(64) -> hard_sigmoid) -> output(default)")},
        {"predicted-exploding",
         FLOW("^dense(8) -> relu -> repeat(8, dense(64, init: normal(0.5)) -> relu) -> output(default)")},
    };
    static const SpecParts healthy[] = {
        {NULL, FLOW("dense(8) -> sigmoid -> repeat(2, dense(8) -> sigmoid) -> output(default)")},
        {NULL, FLOW("repeat(20, dense(64) -> relu) -> output(default)")},
        {NULL, FLOW("repeat(20, dense(64) -> tanh) -> output(default)")},
        {NULL, FLOW("repeat(30, dense(64) -> selu) -> output(default)")},
        {NULL, FLOW("repeat(12, dense(64) -> gelu -> dropout(20%)) -> output(default)")},
        {NULL, FLOW("repeat(8, dense(16) -> softplus) -> output(default)")},
        {NULL, FLOW("repeat(8, dense(16) -> batch_norm -> sigmoid) -> output(default)")},
        {NULL,
         FLOW("dense(16) -> relu -> repeat(8, concat(dense(16) -> sigmoid, dense(16) -> tanh)) -> output(default)")},
        {NULL, FLOW("repeat(20, dense(64) -> prelu) -> output(default)")},
    };
    assert_int_equal(failed_rows(rows, COUNT(rows)), 0);
    assert_int_equal(failed_rows(healthy, COUNT(healthy)), 0);
}

static void test_training(void **state) {
    (void)state;
    static const SpecParts rows[] = {
        {"lr-out-of-range", .optimizer = "optimizer: adam(lr: ^0.3)"},
        {"lr-out-of-range", .optimizer = "optimizer: adam(lr: ^1e-8)"},
        {"lr-out-of-range", .optimizer = "optimizer: sgd(lr: ^5)"},
        {"lr-out-of-range", .optimizer = "optimizer: sgd(lr: ^1e-5)"},
        {"lr-out-of-range", .optimizer = "optimizer: sgd(lr: ^0.5, momentum: 0.9)"},
        {"lr-out-of-range", .optimizer = "optimizer: rmsprop(lr: ^0.05)"},
        {"lr-out-of-range", .optimizer = "optimizer: adam(lr: ^cosine(1..1e-5))"},
        {"momentum-range", .optimizer = "optimizer: adam(epsilon: ^1e-16)"},
        {"regularization-too-strong", .loss = "loss: cross_entropy + ^l2(0.05)"},
        {"regularization-too-strong", .loss = "loss: cross_entropy + ^l2(0.1)"},
        {"warmup-too-long", .optimizer = "optimizer: adam(lr: cosine(1e-3..1e-5, warmup: ^20 epochs))"},
        {"warmup-too-long", .optimizer = "optimizer: adam(lr: cosine(1e-3..1e-5, warmup: ^5 epochs))"},
        {"warmup-too-long", .optimizer = "optimizer: adam(lr: cosine(1e-3..1e-5, warmup: ^500 steps))",
         .stop = "stop { max_steps(1000) }"},
        {"never-decays", .optimizer = "optimizer: adam(lr: step(1e-3, every: ^30 epochs))"},
        {"schedule-ends-early", .optimizer = "optimizer: adam(lr: step(1e-3, every: ^2 epochs))"},
        {"never-decays", .optimizer = "optimizer: sgd(lr: piecewise(^[0: 0.1, 20 epochs: 0.01]))"},
        {"never-decays", .optimizer = "optimizer: sgd(lr: cyclic(0.01..0.1, every: ^50 epochs))"},
        {"schedule-ends-early", .optimizer = "optimizer: sgd(lr: exponential(0.1, factor: ^0.5))"},
        {"schedule-ends-early",
         .optimizer = "optimizer: sgd(lr: piecewise(^[0: 0.1, 2 epochs: 0.01, 4 epochs: 1e-4]))"},
        {"schedule-ends-early", .optimizer = "optimizer: sgd(lr: polynomial(0.1..1e-5, power: ^12))"},
        {"patience-conflict", .optimizer = "optimizer: adam(lr: on_plateau(1e-3, patience: ^20))"},
        {"patience-conflict", .optimizer = "optimizer: adam(lr: on_plateau(1e-3, patience: 8))",
         .stop = "stop { early(validation.loss, patience: ^8) }"},
        {"patience-conflict", .optimizer = "optimizer: sgd(lr: cyclic(0.01..0.1, every: 8 epochs))",
         .stop = "stop { early(validation.loss, patience: ^3) }"},
        {"batchnorm-small-batch",
         .network = "network { features -> dense(8) -> batch_norm -> relu -> output(default) }",
         .train = "train { batch: ^1; epochs: 20; seed: 1 }", .optimizer = "optimizer: sgd(lr: 0.01, momentum: 0.9)"},
        {"patience-conflict", .stop = "stop { early(validation.loss, patience: ^20) }"},
        {"patience-conflict", .train = "train { epochs: 5 }", .stop = "stop { ^early(validation.loss) }"},
        {"patience-conflict", .optimizer = "optimizer: sgd(lr: cosine(0.1..0.001, restarts: 1))",
         .stop = "stop { early(validation.loss, patience: ^3) }"},
        {"no-restore-best", .stop = "stop { early(validation.loss, patience: 3, restore: ^last) }"},
        {"batch-vs-data", .optimizer = "optimizer: sgd(lr: 0.01, momentum: 0.9)", .train = "train { batch: ^1 }"},
        {"no-shuffle", .columns = "columns { income, age : real; default : category(no, yes) }", .preprocess = "",
         .train = "train { shuffle: ^false }"},
        {"balanced-twice", .sampling = "sampling { oversample }",
         .loss = "loss: cross_entropy(class_weights: ^balanced)"},
        {"balanced-twice", .sampling = "sampling { smote }",
         .loss = "loss: cross_entropy(class_weights: ^[no: 1, yes: 5])"},
    };
    static const SpecParts healthy[] = {
        {NULL, .optimizer = "optimizer: adam(lr: 0.05)"},
        {NULL, .optimizer = "optimizer: sgd(lr: 0.5)"},
        {NULL, .optimizer = "optimizer: sgd(lr: 0.1, momentum: 0.9)"},
        {NULL, .loss = "loss: cross_entropy + l2(1e-3)"},
        {NULL, .loss = "loss: cross_entropy + l2(1e-2)"},
        {NULL, .optimizer = "optimizer: adam(lr: cosine(1e-3..1e-5, warmup: 2 epochs))"},
        {NULL, .optimizer = "optimizer: adam(lr: cosine(1e-3..1e-5, warmup: 500 steps))"},
        {NULL, .optimizer = "optimizer: adam(lr: step(1e-3, every: 5 epochs))"},
        {NULL, .optimizer = "optimizer: adam(lr: step(1e-3, every: 100 steps))"},
        {NULL, .optimizer = "optimizer: sgd(lr: piecewise([0: 0.1, 10 epochs: 0.01, 15 epochs: 1e-4]))"},
        {NULL, .optimizer = "optimizer: sgd(lr: piecewise([0: 0.1, 500 steps: 1e-5]))"},
        {NULL, .optimizer = "optimizer: sgd(lr: exponential(0.1, factor: 0.8))"},
        {NULL, .optimizer = "optimizer: sgd(lr: polynomial(0.1..1e-5, power: 2))"},
        {NULL, .optimizer = "optimizer: sgd(lr: cyclic(0.01..0.1, every: 8 epochs))"},
        {NULL, .optimizer = "optimizer: adam(lr: on_plateau(1e-3, patience: 4))",
         .stop = "stop { early(validation.loss, patience: 12) }"},
        {NULL, .optimizer = "optimizer: adam(lr: on_plateau(1e-3, patience: 8))",
         .stop = "stop { early(validation.accuracy, patience: 8) }"},
        {NULL, .stop = "stop { early(validation.loss, patience: 19) }"},
        {NULL, .train = "train { shuffle: false }"}, /* a timestamp is declared: the order may be meant */
        {NULL, .train = "train { batch: all; shuffle: false }"},
        {NULL, .sampling = "sampling { smote }", .loss = "loss: cross_entropy(class_weights: none)"},
        {NULL, .train = "train { batch: 1 }"},
    };
    assert_int_equal(failed_rows(rows, COUNT(rows)), 0);
    assert_int_equal(failed_rows(healthy, COUNT(healthy)), 0);
}

static bool has_note(const SpecParts *parts, const char *name) {
    Checked checked = check_spec(parts);
    bool found = false;
    for (int64_t i = 0; i < checked.session->diagnostics.count; i++) {
        const Diagnostic *d = checked.session->diagnostics.items[i];
        found |= d->severity == SEVERITY_NOTE && strcmp(diag_name(d->id), name) == 0;
    }
    session_free(checked.session);
    return found;
}

static void test_notes(void **state) {
    (void)state;
    const SpecParts l2 = {.loss = "loss: cross_entropy + l2(1e-4)"};
    const SpecParts l2_sgd = {.loss = "loss: cross_entropy + l2(1e-4)", .optimizer = "optimizer: sgd(lr: 0.1)"};
    const SpecParts bias = {FLOW("dense(8) -> batch_norm -> relu -> output(default)")};
    const SpecParts no_bias = {FLOW("dense(8, bias: false) -> batch_norm -> relu -> output(default)")};
    const SpecParts seedless = {.train = "train { epochs: 20 }"}, seeded = {.train = NULL};
    const SpecParts ordered = {.train = "train { shuffle: false; seed: 1 }"};
    assert_true(has_note(&l2, "l2-in-adam"));
    assert_false(has_note(&l2_sgd, "l2-in-adam"));
    assert_true(has_note(&bias, "useless-bias"));
    assert_false(has_note(&no_bias, "useless-bias"));
    assert_true(has_note(&seedless, "no-seed"));
    assert_false(has_note(&seeded, "no-seed"));
    assert_true(has_note(&ordered, "no-shuffle"));
}

/* The text after the first certain fix of the first diagnostic. */
static const char *mended(Checked *checked, const char *text) {
    const Diagnostic *d = checked->session->diagnostics.items[0];
    assert_true(d->fixes.count > 0 && d->fixes.items[0].certain && d->fixes.items[0].edits.count == 1);
    const DiagEdit *edit = &d->fixes.items[0].edits.items[0];
    return arena_printf(checked->session->arena, "%.*s%s%s", (int)edit->span.begin, text, edit->text,
                        text + edit->span.end);
}

/* A certain fix leaves a spec that is fine. */
static void test_fixes_mend(void **state) {
    (void)state;
    static const SpecParts rows[] = {
        {NULL, PLAN_FLOW("dense(8) -> relu -> dense(3) -> softmax -> output(plan, head: none)")},
        {NULL, PLAN_FLOW("dense(8) -> relu -> dense(3) -> softmax -> output(plan)")},
        {NULL, FLOW("dense(8) -> relu\n -> dense(1)\n -> sigmoid -> output(default, head: none)")},
        {NULL, FLOW("dense(8) -> relu -> dense(1) -> tanh -> output(default, head: none)")},
        {NULL, FLOW("dense(8) -> relu -> dense(1) -> dropout(20%) -> output(default, head: none)")},
        {NULL, FLOW("dense(16, init: zeros) -> relu -> output(default)")},
        {NULL, FLOW("dense(8) -> relu")},
        {NULL, .loss = "loss: mse"},
        {NULL, .loss = "loss: cross_entropi"},
        {NULL, .stop = "stop { early(validation.acc, patience: 3) }"},
        {NULL, .stop = "stop { early(test.loss, patience: 3) }"},
        {NULL, .stop = "stop { early(validation.loss, patience: 3, restore: last) }"},
        {NULL, FLOW("dense(8) -> relu -> output(defaul)")},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        Checked checked = check_spec(&rows[i]);
        uint32_t caret;
        const char *text = mended(&checked, spec_text(checked.session->arena, &rows[i], &caret));
        Session *session = session_new();
        int32_t source = source_add(&session->sources, "tests/data/unit_test.lspec", text, strlen(text));
        sema_check(session, syntax_parse(session, source), &(CheckOptions){.no_data = true});
        int64_t loud = 0;
        for (int64_t k = 0; k < session->diagnostics.count; k++)
            loud += session->diagnostics.items[k]->severity != SEVERITY_NOTE;
        if (loud > 0) {
            fprintf(stderr, "row %zu after its fix:\n%s", i, text);
            diag_render_text(session, stderr, false, false);
        }
        assert_int_equal(loud, 0);
        session_free(session);
        session_free(checked.session);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_heads),     cmocka_unit_test(test_layers), cmocka_unit_test(test_training),
        cmocka_unit_test(test_gradients), cmocka_unit_test(test_notes),  cmocka_unit_test(test_fixes_mend),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
