/* `def` and `network`: each mistake is told once, by its name, at its place; healthy networks without a word. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "spec_harness.h"

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])
#define WINDOW(text) NETWORK(text), .split = "split: chronological", .preprocess = "preprocess { income -> impute(median) -> scale(mad); age -> scale(standard); region -> one_hot }"
#define NETWORK(text) .network = "network {\n" text "\n}"
#define FLOW(text) .network = "network { features -> " text " }"
#define PLAIN_PLAN .preprocess = "preprocess {\n income -> impute(median) -> scale(mad)\n region -> one_hot\n}"

static void test_inputs(void **state) {
    (void)state;
    static const SpecParts rows[] = {
        {"unknown-column", NETWORK("concat(income, ^agee) -> dense(8) -> relu -> output(default)")},
        {"unknown-column", NETWORK("^incom -> dense(8) -> relu -> output(default)")},
        {"unknown-column", NETWORK("h = age -> dense(8) -> relu\n ^hh -> output(default)")},
        {"key-as-feature", NETWORK("concat(^customer, income) -> dense(8) -> relu -> output(default)")},
        {"timestamp-as-feature", NETWORK("concat(income, ^opened) -> dense(8) -> relu -> output(default)")},
        {"target-as-feature", NETWORK("concat(income, ^default) -> dense(8) -> relu -> output(default)")},
        {NULL, WINDOW("window([income, age], 3)[3, 2] -> lstm(4) -> output(default)")},
        {NULL, WINDOW("[income, age] -> window(3) -> lstm(4) -> output(default)")},
        {NULL, WINDOW("[income, region] -> window(3) -> lstm(4) -> output(default)")},
        {NULL, WINDOW("concat(window(age, 2 + 1) -> lstm(4), income) -> output(default)")},
        {"missing-argument", WINDOW("^window(age) -> lstm(4) -> output(default)")},
        {"extra-argument", WINDOW("window(income, age, ^3) -> lstm(4) -> output(default)")},
        {"unknown-argument", WINDOW("window(age, ^rows: 3) -> lstm(4) -> output(default)")},
        {"argument-range", WINDOW("window(age, ^0) -> lstm(4) -> output(default)")},
        {"argument-range", WINDOW("window(age, ^2.5) -> lstm(4) -> output(default)")},
        {"argument-type", WINDOW("window(age, ^3 h) -> lstm(4) -> output(default)")},
        {"unknown-column", WINDOW("window([^agee], 3) -> lstm(4) -> output(default)")},
        {"type-mismatch", WINDOW("x = age -> dense(3); window(^x, 3) -> lstm(4) -> output(default)")},
        {"type-mismatch", WINDOW("age -> dense(3) -> ^window(3) -> lstm(4) -> output(default)")},
        {"category-not-encoded", WINDOW("window(^plan, 3) -> lstm(4) -> output(default)")},
        {"target-as-feature", WINDOW("window(^[age, default], 3) -> lstm(4) -> output(default)")},
        {"type-mismatch", WINDOW("^window(age, 3) -> lstm(4) -> output(default)"), .sampling = "sampling { oversample }"},
        {"temporal-leak", NETWORK("window(age, 3) -> lstm(4) -> output(default)"), .split = "split: ^random"},
        {"target-as-feature",
         NETWORK("concat(income, ^default -> embedding(2)) -> dense(8) -> relu -> output(default)")},
        {"category-not-encoded", PLAIN_PLAN, NETWORK("concat(income, ^plan) -> dense(8) -> relu -> output(default)")},
        {"category-not-encoded", PLAIN_PLAN, NETWORK("^features -> dense(8) -> relu -> output(default)")},
        {"category-not-encoded", PLAIN_PLAN, NETWORK("plan -> ^dense(8) -> relu -> output(default)")},
        {"category-not-encoded", PLAIN_PLAN,
         NETWORK("x = plan\n concat(age, ^x) -> dense(8) -> relu -> output(default)")},
        {"category-not-encoded", PLAIN_PLAN, NETWORK("^[income, plan] -> dense(8) -> relu -> output(default)")},
        {"type-mismatch", NETWORK("income -> ^embedding(4) -> dense(8) -> relu -> output(default)")},
        {"type-mismatch", NETWORK("plan -> ^embedding(4) -> dense(8) -> relu -> output(default)")},
        {"unknown-name", NETWORK("^input -> dense(8) -> relu -> output(default)")},
        {"syntax-error", NETWORK("^1 -> dense(8) -> relu -> output(default)")},
        {"syntax-error", NETWORK("^3x3 -> dense(8) -> relu -> output(default)")},
        {"syntax-error", NETWORK("^1..2 -> dense(8) -> relu -> output(default)")},
        {"syntax-error", NETWORK("^dense(8) -> relu -> output(default)")},
        {"syntax-error", NETWORK("^relu -> output(default)")},
        {"syntax-error", NETWORK("x = features -> dense(8) -> relu\n ^[x, x] -> output(default)")},
        {"syntax-error", NETWORK("^income, age -> dense(8) -> relu -> output(default)")},
        {"missing-argument", NETWORK("^concat() -> dense(8) -> relu -> output(default)")},
        {"unknown-argument", NETWORK("concat(income, ^axis: 1) -> dense(8) -> relu -> output(default)")},
        {"unknown-column", .columns = "columns { customer : key; default : category(no, yes) }", .preprocess = "",
         NETWORK("^features -> output(default)")},
    };
    assert_int_equal(failed_rows(rows, COUNT(rows)), 0);
}

static void test_layers(void **state) {
    (void)state;
    static const SpecParts rows[] = {
        {"unknown-layer", FLOW("^dens(8) -> relu -> output(default)")},
        {"unknown-layer", FLOW("dense(8) -> ^rellu -> output(default)")},
        {"unknown-layer", FLOW("dense(8) -> relu -> ^scale(standard) -> output(default)")},
        {"unknown-layer", FLOW("dense(8) -> relu -> ^outputs(default)")},
        {"missing-argument", FLOW("^dense -> relu -> output(default)")},
        {"missing-argument", FLOW("^dense() -> relu -> output(default)")},
        {"extra-argument", FLOW("dense(8, ^16) -> relu -> output(default)")},
        {"extra-argument", FLOW("dense(8) -> relu(^0.1) -> output(default)")},
        {"unknown-argument", FLOW("dense(8, ^activation: relu) -> output(default)")},
        {"unknown-argument", FLOW("dense(^unit: 8) -> relu -> output(default)")},
        {"duplicate-argument", FLOW("dense(8, ^units: 8) -> relu -> output(default)")},
        {"argument-type", FLOW("dense(^\"8\") -> relu -> output(default)")},
        {"argument-type", FLOW("dense(^2.5) -> relu -> output(default)")},
        {"argument-type", FLOW("dense(^age) -> relu -> output(default)")},
        {"argument-type", FLOW("dense(8, bias: ^1) -> relu -> output(default)")},
        {"argument-type", FLOW("dense(^3 epochs) -> relu -> output(default)")},
        {"argument-range", FLOW("dense(^0) -> relu -> output(default)")},
        {"argument-range", FLOW("dense(^-8) -> relu -> output(default)")},
        {"unknown-name", FLOW("dense(^width) -> relu -> output(default)")},
        {"unknown-initializer", FLOW("dense(8, init: ^he_norml) -> relu -> output(default)")},
        {"dropout-too-high", FLOW("dense(8) -> relu -> dropout(^90%) -> output(default)")},
        {"dropout-too-high", FLOW("dense(8) -> relu -> dropout(^30) -> output(default)")},
        {"argument-range", FLOW("dense(8) -> relu -> dropout(^-10%) -> output(default)")},
        {"momentum-range", FLOW("dense(8) -> batch_norm(momentum: ^1.5) -> relu -> output(default)")},
        {"syntax-error", FLOW("^64 -> relu -> output(default)")},
        {"syntax-error", FLOW("^age -> output(default)")},
        {"syntax-error", FLOW("^\"relu\" -> output(default)")},
        {"syntax-error", NETWORK("x = features -> dense(8) -> relu\n age -> ^x -> output(default)")},
        {"syntax-error", NETWORK("x = features -> dense(8)\n x -> ^x + age -> relu -> output(default)")},
        {"syntax-error", NETWORK("x = features -> dense(8)\n x -> ^concat(x, age) -> relu -> output(default)")},
        {"syntax-error", NETWORK("x = features -> dense(8)\n x ^< age -> output(default)")},
        {"argument-range", NETWORK("x = features -> dense(8) -> relu\n x / ^0 -> output(default)")},
        {"argument-range", FLOW("dense(8)[^0] -> relu -> output(default)")},
        {"unknown-name", FLOW("dense(8)[^relu] -> relu -> output(default)")},
    };
    assert_int_equal(failed_rows(rows, COUNT(rows)), 0);
}

static void test_outputs(void **state) {
    (void)state;
    static const SpecParts rows[] = {
        {"unknown-target", FLOW("dense(8) -> relu -> output(^defaults)")},
        {"unknown-target", FLOW("dense(8) -> relu -> output(^plan)")},
        {"missing-argument", FLOW("dense(8) -> relu -> ^output")},
        {"missing-argument", FLOW("dense(8) -> relu -> ^output(head: none)")},
        {"argument-type", FLOW("dense(8) -> relu -> output(^1)")},
        {"unknown-argument", FLOW("dense(8) -> relu -> output(default, ^activation: sigmoid)")},
        {"unknown-value", FLOW("dense(8) -> relu -> output(default, head: ^linear)")},
        {"unknown-initializer", FLOW("dense(8) -> relu -> output(default, init: ^zero)")},
        {"missing-output", .network = "network { ^features -> dense(8) -> relu }"},
        {"missing-output", .network = "^network { }"},
        {"missing-output", .target = "target: [default, income]", .preprocess = "preprocess { age -> scale(standard) }",
         .loss = "loss { default: cross_entropy; income: huber }",
         .network = "^network { age -> dense(8) -> relu -> output(default) }"},
        {"duplicate-name", NETWORK("h = features -> dense(8) -> relu\n h -> output(default)\n h -> ^output(default)")},
        {"syntax-error", NETWORK("features -> dense(8) -> relu -> ^output(default) -> dense(3)")},
        {"syntax-error", NETWORK("h = ^features -> dense(8) -> relu -> output(default)")},
        {"syntax-error", NETWORK("features -> dense(8) -> relu -> output(default)\n ^features -> dense(8)")},
        {"syntax-error", .network = "^network: features"},
        {"syntax-error", NETWORK("^x: features -> dense(8) -> relu\n x -> relu -> output(default)")},
        {"syntax-error", NETWORK("^a, b: 8\n features -> dense(8) -> relu -> output(default)")},
        {"syntax-error", NETWORK("features -> dense(8) -> relu\n ^dense(4) -> relu -> output(default)")},
        {"syntax-error", NETWORK("features -> dense(8) -> relu\n ^output(default)")},
        {"syntax-error", FLOW("dense(8) -> relu -> (^default)")},
        {"unused-binding", NETWORK("^x = features -> dense(8)\n features -> dense(8) -> relu -> output(default)")},
    };
    assert_int_equal(failed_rows(rows, COUNT(rows)), 0);
}

static void test_names(void **state) {
    (void)state;
    static const SpecParts rows[] = {
        {"duplicate-name", NETWORK("h = features -> dense(8)\n ^h = h -> relu\n h -> relu -> output(default)")},
        {"duplicate-name", NETWORK("^income = features -> dense(8)\n features -> dense(8) -> relu -> output(default)")},
        {"duplicate-name", NETWORK("^relu = features -> dense(8)\n features -> dense(8) -> relu -> output(default)")},
        {"duplicate-name", NETWORK("^features = age -> dense(8)\n features -> dense(8) -> relu -> output(default)")},
        {"duplicate-name", .definitions = "def ^dense(a) { input -> relu }"},
        {"duplicate-name", .definitions = "def block(a, ^a) { input -> relu }"},
        {"duplicate-name", .definitions = "def block(^input) { input -> relu }"},
    };
    assert_int_equal(failed_rows(rows, COUNT(rows)), 0);
}

static void test_definitions(void **state) {
    (void)state;
    static const SpecParts rows[] = {
        {"recursive-definition", .definitions = "def block() { input -> ^block() }",
         FLOW("block() -> output(default)")},
        {"recursive-definition", .definitions = "def a() { input -> b }\ndef b() { input -> ^a }",
         FLOW("a -> relu -> output(default)")},
        {"recursive-definition", .definitions = "def a(f) { input -> ^f(f) }\n", FLOW("a(a) -> output(default)")},
        {"unknown-definition", FLOW("repeat(2, ^block) -> output(default)")},
        {"unknown-definition", FLOW("repeat(2, ^block(8)) -> output(default)")},
        {"missing-argument", FLOW("^repeat(2) -> output(default)")},
        {"extra-argument", FLOW("^repeat(2, relu, tanh) -> output(default)")},
        {"argument-range", .definitions = "def block() { input -> dense(8) -> relu }",
         FLOW("repeat(^0, block) -> output(default)")},
        {"argument-type", .definitions = "def block() { input -> dense(8) -> relu }",
         FLOW("repeat(^1.5, block) -> output(default)")},
        {"argument-type", .definitions = "def block() { input -> dense(8) -> relu }",
         FLOW("repeat(^block, 2) -> output(default)")},
        {"missing-argument", .definitions = "def block(width) { input -> dense(width) -> relu }",
         FLOW("^block -> output(default)")},
        {"extra-argument", .definitions = "def block(width) { input -> dense(width) -> relu }",
         FLOW("block(8, ^9) -> output(default)")},
        {"unknown-argument", .definitions = "def block(width) { input -> dense(width) -> relu }",
         FLOW("block(^widht: 8) -> output(default)")},
        {"duplicate-argument", .definitions = "def block(width) { input -> dense(width) -> relu }",
         FLOW("block(8, width: ^9) -> output(default)")},
        {"missing-argument", .definitions = "def block() { input -> dense(8) -> relu }",
         NETWORK("^block() -> output(default)")},
        {"unknown-layer", .definitions = "def block() { input -> ^dens(8) -> relu }",
         FLOW("repeat(3, block) -> output(default)")},
        {"argument-range", .definitions = "def block(width) { input -> dense(^width) -> relu }",
         FLOW("block(0) -> output(default)")},
        {"syntax-error", .definitions = "def ^block() { h = input -> dense(8) }",
         FLOW("block -> relu -> output(default)")},
        {"syntax-error", .definitions = "def block() { input -> dense(8)\n ^input -> dense(9) }",
         FLOW("block -> relu -> output(default)")},
        {"syntax-error", .definitions = "def block(act) { input -> dense(8) -> ^act }",
         FLOW("block(3) -> relu -> output(default)")},
        {"syntax-error", .definitions = "def block() { input -> dense(8)\n ^relu -> dense(9) }",
         FLOW("block -> relu -> output(default)")},
        {"unused-binding", .definitions = "def block() { ^h = input -> dense(8)\n input -> dense(9) }",
         FLOW("block -> relu -> output(default)")},
        {"nesting-too-deep",
         .definitions = "def a() { input }\ndef b() { input -> a -> a -> a -> a -> a -> a -> a -> a }\n"
                        "def c() { input -> b -> b -> b -> b -> b -> b -> b -> b }\n"
                        "def d() { input -> c -> c -> c -> c -> c -> c -> c -> c }\n"
                        "def e() { input -> d -> d -> d -> d -> d -> d -> d -> d }\n"
                        "def f() { input -> e -> e -> e -> e -> e -> e -> e -> e }",
         FLOW("f -> dense(8) -> relu -> output(default)")},
        {"nesting-too-deep", .definitions = "def a() { input + input }\ndef b() { input -> repeat(1000, a) }",
         FLOW("dense(8) -> repeat(1000, b) -> relu -> output(default)")},
    };
    assert_int_equal(failed_rows(rows, COUNT(rows)), 0);
}

static void test_healthy(void **state) {
    (void)state;
    static const SpecParts rows[] = {
        {NULL, FLOW("output(default)")},
        {NULL, FLOW("dense(8) -> relu -> output(default)")},
        {NULL, NETWORK("h = features -> dense(8) -> relu\n h -> output(default)")},
        {NULL,
         FLOW("dense(8, init: he_normal, name: \"first\", trainable: false) -> relu -> output(default, init: zeros)")},
        {NULL,
         FLOW("dense(8, bias: false, l1: 1e-5, l2: 1e-4) -> batch_norm -> relu -> dropout(50%) -> output(default)")},
        {NULL, FLOW("dense(1, bias: false) -> output(default, head: none)"), .columns = NULL},
        {NULL, PLAIN_PLAN,
         NETWORK("concat(income, age, region, plan -> embedding(4)) -> dense(8) -> relu -> output(default)")},
        {NULL, PLAIN_PLAN,
         NETWORK("p = plan\n e = p -> embedding(4)\n concat(age, e) -> dense(8) -> relu -> output(default)")},
        {NULL, PLAIN_PLAN, .definitions = "def encode(column, width) { column -> embedding(width) }",
         NETWORK("concat(age, encode(plan, 3)) -> dense(8) -> relu -> output(default)")},
        {NULL, NETWORK("[income, age] -> dense(8) -> relu -> output(default)")},
        {NULL, NETWORK("\"income\" -> dense(8) -> relu -> output(default)")},
        {NULL, NETWORK("concat(\"in*\", age) -> dense(8) -> relu -> output(default)")},
        {NULL, .constants = "let numbers = [income, age]", NETWORK("numbers -> dense(8) -> relu -> output(default)")},
        {NULL, .constants = "let width = 8\nlet act = relu", FLOW("dense(width) -> act -> output(default)")},
        {NULL, .constants = "let block = dense(8) -> relu", FLOW("repeat(2, block) -> output(default)")},
        {NULL, NETWORK("constant -> dense(8) -> relu -> output(default)\n")},
        {NULL, NETWORK("x = features -> dense(8) -> relu\n x + (x -> dense(8)) -> relu -> output(default)")},
        {NULL, NETWORK("x = features -> dense(8) -> relu\n x -> dense(8) + x -> relu -> output(default)")},
        {NULL, FLOW("dense(8) -> relu + tanh -> output(default)")},
        {NULL, FLOW("dense(8) -> concat(relu, tanh) -> output(default)")},
        {NULL, FLOW("(dense(8) -> relu -> dense(4)) -> gelu -> output(default)")},
        {NULL, NETWORK("x = features -> dense(8) -> relu\n h = -x * 0.5 + 1 - x / 2\n h -> output(default)")},
        {NULL, NETWORK("x = features -> dense(8) -> relu\n 1 - x -> output(default)")},
        {NULL, FLOW("dense(8)[8] -> relu -> output(default)")},
        {NULL, .definitions = "def residual(width) { input + (input -> dense(width) -> relu -> dense(width)) }",
         FLOW("dense(8) -> relu -> repeat(3, residual(8)) -> output(default)")},
        {NULL,
         .definitions =
             "def gate(width, act) { h = input -> dense(width) -> act; h * (input -> dense(width) -> sigmoid) }",
         FLOW("gate(8, tanh) -> gate(act: relu, width: 4) -> output(default)")},
        {NULL,
         .definitions =
             "def inner(w) { input -> dense(w) -> relu }\ndef outer(w) { input -> inner(w) -> inner(w / 2) }",
         FLOW("outer(8) -> output(default)")},
        {NULL, .definitions = "def tower() { features -> dense(8) -> relu }",
         NETWORK("concat(tower(), tower) -> output(default)")},
        {NULL, .definitions = "def twice(x) { x * x }",
         NETWORK("twice(features -> dense(8) -> tanh) -> output(default)")},
        {NULL, .definitions = "def unused() { input -> unused() }", FLOW("dense(8) -> relu -> output(default)")},
        {NULL, .definitions = "def head(act) { input -> act -> output(default) }", FLOW("dense(8) -> head(relu)")},
        {NULL, .definitions = "def wrap(layer, n) { input -> layer(n) -> relu }",
         FLOW("wrap(dense, 8) -> output(default)")},
        {NULL, NETWORK("w = 8\n features -> dense(w) -> relu -> output(default)")},
        {NULL, NETWORK("let block = dense(8) -> relu\n features -> block -> block -> output(default)")},
        {NULL, NETWORK("/- features -> dense(8)\n features -> dense(8) -> relu -> output(default)")},
        {NULL, .target = "target: [default, income]", .preprocess = "preprocess { age -> scale(standard) }",
         .loss = "loss { default: cross_entropy; income: huber }",
         NETWORK("h = age -> dense(8) -> relu\n h -> output(default)\n h -> dense(4) -> relu -> output(income)")},
    };
    assert_int_equal(failed_rows(rows, COUNT(rows)), 0);
}

/* A mistake does not keep others from being told, and none is told twice. */
static void test_several_mistakes(void **state) {
    (void)state;
    const SpecParts parts = {
        .definitions = "def block(w) { input -> dens(w) -> relu }",
        NETWORK("x = concat(income, agee) -> block(8)\n x -> repeat(3, block(4)) -> rellu -> output(default)"),
        .loss = "loss: mse"};
    Checked checked = check_spec(&parts);
    static const char *const wanted[] = {"unknown-layer", "unknown-column", "unknown-layer",
                                         "regression-loss-on-categorical"};
    assert_int_equal(checked.session->diagnostics.count, COUNT(wanted));
    for (size_t i = 0; i < COUNT(wanted); i++)
        assert_string_equal(diag_name(checked.session->diagnostics.items[i]->id), wanted[i]);
    session_free(checked.session);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_inputs),           cmocka_unit_test(test_layers),
        cmocka_unit_test(test_outputs),          cmocka_unit_test(test_names),
        cmocka_unit_test(test_definitions),      cmocka_unit_test(test_healthy),
        cmocka_unit_test(test_several_mistakes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
