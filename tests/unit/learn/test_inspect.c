/* What the data tells about a spec: one fault at a time in a table that is healthy otherwise, and its fix, which is silent. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "harness/learn_case.h"

enum { ROWS = 1200 };

typedef enum Fault { NONE, LARGE, CONSTANT, OUTLIERS, SENTINEL, FAR_TARGETS, LARGE_TARGET, RARE, LEVELS, LEAK, TWICE } Fault;

/* Sums of twelve uniform numbers: near enough to normal ones. */
static double normal(uint32_t *state) {
    double sum = -6;
    for (int i = 0; i < 12; i++) sum += (double)((*state = *state * 1664525u + 1013904223u) >> 8) / (double)(1 << 24);
    return sum;
}

static char *table_of(Fault fault) {
    char *text = malloc(160 * (ROWS + 1)), *at = text + sprintf(text, "a,b,c,k,t,y\n");
    uint32_t state = 7;
    for (int i = 0; i < ROWS; i++) {
        if (fault == TWICE && i == ROWS / 2) state = 7;
        double a = normal(&state), b = normal(&state), c = normal(&state), noise = normal(&state);
        double t = 2 * a + b + 0.3 * noise;
        int yes = fault == RARE ? a + 0.3 * b > 1.75 : a + 0.5 * b + noise > 0;
        if (fault == LARGE) a *= 100;
        if (fault == CONSTANT) c = 3;
        if (fault == OUTLIERS && i % 400 == 5) b = 5000;
        if (fault == SENTINEL && i % 50 == 0) b = -999;
        if (fault == FAR_TARGETS && i % 400 == 5) t = 5000;
        if (fault == LARGE_TARGET) t = 50000 + 1000 * t;
        if (fault == LEAK) c = yes + 0.05 * fabs(noise) / 6;
        at += sprintf(at, "%.6g,%.6g,%.6g,u%d,%.6g,%s\n", a, b, c, fault == LEVELS ? i * 7919 % 400 : i % 3, t,
                      yes ? "yes" : "no");
    }
    return text;
}

typedef struct Case {
    const char *name; /* NULL: not a word */
    Fault fault;
    const char *flow, *target, *split, *loss, *optimizer, *metric, *caret, *hidden, *train;
} Case;

static void check(const Case *of) {
    const char *target = of->target ? of->target : "y";
    LearnCase learn;
    learn_case_init(&learn);
    char *data = table_of(of->fault), sections[1024], columns[256];
    learn_case_write(&learn, "case.csv", data);
    bool real = strcmp(target, "t") == 0;
    snprintf(columns, sizeof columns, "a, b, c : real\nk : category\n%s",
             real ? "t : real\ny : ignore" : "y : category(no, yes)\nt : ignore");
    snprintf(sections, sizeof sections,
             "split: %s\npreprocess {\n%s\n}\nnetwork { features -> %s output(%s%s) }\n"
             "loss: %s\noptimizer: %s\ntrain { %s; seed: 1 }\nmetrics: [%s]\n",
             of->split ? of->split : real ? "random" : "stratified", of->flow ? of->flow : "k -> one_hot",
             of->hidden ? of->hidden : "dense(16) -> relu ->", target, of->hidden ? ", head: none" : "",
             of->loss ? of->loss : real ? "mse" : "cross_entropy", of->optimizer ? of->optimizer : "adam",
             of->train ? of->train : "epochs: 20",
             of->metric ? of->metric : real ? "r2" : "accuracy");
    learn_case_run_spec(&learn, columns, target, sections);
    const Diagnostic *d = learn_case_expect(&learn, of->name);
    if (d != NULL && of->caret != NULL) assert_string_equal(learn_case_text(&learn, d->span), of->caret);
    if (d != NULL) assert_true(d->why != NULL && d->fixes.count > 0);
    free(data);
    learn_case_free(&learn);
}

static const char scaled[] = "k -> one_hot\na, b, c -> scale(standard)";

static void test_features(void **state) {
    (void)state;
    const Case cases[] = {
        {.fault = NONE},
        {"unscaled-features", LARGE, .caret = "a"},
        {"unscaled-features", LARGE, .optimizer = "sgd(lr: 1e-2)", .caret = "a"},
        {NULL, LARGE, .flow = scaled},
        {"constant-feature", CONSTANT, .caret = "c"},
        {"outlier-rows", OUTLIERS, .flow = scaled, .caret = "scale(standard)"},
        {NULL, OUTLIERS, .flow = "k -> one_hot\na, b, c -> winsorize(0.5%..99.5%) -> scale(standard)"},
        {"sentinel-value", SENTINEL, .flow = scaled, .caret = "b"},
        {"double-normalization", NONE, .flow = "k -> one_hot\na, b, c -> scale(standard) -> rescale(1 / 255)"},
        {"high-cardinality-onehot", LEVELS, .flow = "k -> one_hot(unseen: other)"},
        {"leaky-feature", LEAK, .caret = "c"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) check(&cases[i]);
}

static void test_targets(void **state) {
    (void)state;
    const Case cases[] = {
        {NULL, NONE, .target = "t"},
        {"target-outliers", FAR_TARGETS, .target = "t", .caret = "t"},
        {NULL, FAR_TARGETS, .target = "t", .loss = "huber(delta: 1.0)"},
        {"unscaled-target", LARGE_TARGET, .target = "t", .caret = "t"},
        {"output-range-excludes-target", NONE, .target = "t", .hidden = "dense(8) -> tanh -> dense(1) -> relu ->",
         .caret = "relu"},
        {"output-range-excludes-target", NONE, .target = "t", .hidden = "dense(8) -> relu -> dense(1) -> tanh ->",
         .caret = "tanh"},
        {NULL, NONE, .target = "t", .hidden = "dense(8) -> relu -> dense(1) -> leaky_relu ->"},
        {NULL, LARGE_TARGET, .target = "t", .hidden = "dense(8) -> tanh -> dense(1) -> softplus ->", .loss = "mape"},
        {"class-imbalance", RARE, .caret = "target"},
        {NULL, RARE, .metric = "f1(yes)"},
        {"no-stratify", RARE, .metric = "f1(yes)", .split = "random", .caret = "split"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) check(&cases[i]);
}

static void test_parts(void **state) {
    (void)state;
    const Case cases[] = {
        {"duplicate-across-split", TWICE, .caret = "split"},
        {"too-few-updates", NONE, .train = "epochs: 3", .caret = "3"},
        {"too-few-updates", NONE, .train = "batch: 600; epochs: 20", .caret = "600"},
        {"batch-vs-data", NONE, .train = "batch: 600; epochs: 20", .optimizer = "sgd(lr: 0.1)", .caret = "600"},
        {NULL, NONE, .train = "epochs: 4"},
        {"val-too-small", NONE, .split = "stratified(train: 84%, validation: 1%, test: 15%)", .caret = "split"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) check(&cases[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_features),
        cmocka_unit_test(test_targets),
        cmocka_unit_test(test_parts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
