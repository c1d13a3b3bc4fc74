/* `split`, `preprocess` and `sampling`: each mistake is told once, by its name, at its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "spec_harness.h"

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])

/* The network reads `age` alone, so that the flow of another column is the only thing at fault. */
#define AGE_NETWORK .network = "network { age -> dense(4) -> relu -> output(default) }"
#define FLOW(text) .preprocess = "preprocess { " text " }", AGE_NETWORK
#define CHRONOLOGICAL .split = "split: chronological"
#define FORECAST(goal, text)                                                                                           \
    .target = "target { y = " goal " }", CHRONOLOGICAL,                                                                \
    .preprocess = "preprocess { age -> scale(standard); " text " }",                                                   \
    .network = "network { age -> dense(4) -> relu -> output(y) }", .loss = "loss: mse"
#define SAMPLING(text) .sampling = "sampling { " text " }"
#define COLUMNS(lines)                                                                                                 \
    "columns {\n income : real(0..)?\n age : int(18..120)\n plan : category(basic, pro, max)\n"                        \
    " default : category(no, yes)\n " lines "\n}"

static void test_split_faults(void **state) {
    (void)state;
    static const SpecParts rows[] = {
        {"unknown-split", .split = "split: ^stratifed(train: 70%)"},
        {"unsupported-feature", .split = "split: ^kfold(5)"},
        {"split-needs-column", .split = "split: ^grouped(train: 70%)"},
        {"split-needs-column", .split = "split: ^group_time"},
        {"missing-argument", .split = "split: ^hashed"},
        {"unknown-column", .split = "split: hashed(^custmer)"},
        {"type-mismatch", .split = "split: hashed(^[customer, age])"},
        {NULL, .split = "split: hashed(customer, train: 80%, test: 20%)"},
        {"temporal-leak", FLOW("income -> lag(1)"), .split = "split: ^hashed(customer)"},
        {NULL, .columns = COLUMNS("clinic : group"), .split = "split: grouped(seed: 3)",
         .preprocess = "preprocess { age -> scale(standard) }", AGE_NETWORK},
        {"group-leak", .columns = COLUMNS("clinic : group"), .split = "split: ^chronological",
         .preprocess = "preprocess { age -> scale(standard) }", AGE_NETWORK},
        {"unsupported-feature", .split = "split: ^walk_forward(5)"},
        {"split-shares", .split = "split: ^stratified(train: 80%, validation: 15%, test: 15%)"},
        {"split-shares", .split = "split: ^random(train: 100%, test: 1%)"},
        {"argument-range", .split = "split: random(train: ^70, test: 30%)"},
        {"argument-range", .split = "split: random(train: ^0%, test: 30%)"},
        {"argument-range", .split = "split: ^random(validation: 50%, test: 50%)"},
        {"argument-range", .split = "split: random(train: ^-10%)"},
        {"unknown-argument", .split = "split: stratified(train: 70%, ^val: 15%, test: 15%)"},
        {"extra-argument", .split = "split: random(^70%)"},
        {"argument-type", .split = "split: random(train: ^\"70%\")"},
        {"argument-type", .split = "split: random(seed: ^1.5)"},
        {"argument-range", .split = "split: random(seed: ^-1)"},
        {"duplicate-argument", .split = "split: random(train: 70%, ^train: 60%)"},
        {"argument-type", .split = "split: ^70%"},
        {"argument-type", .split = "split: ^[70%, 15%, 15%]"},
        {"syntax-error", .split = "^split { train: 70% }"},
        {"split-needs-column", .split = "split: ^predefined"},
        {"argument-type", .split = "split: predefined(test: ^\"a\")"},
        {"unknown-argument", .split = "split: predefined(^train: 70%)"},
        {NULL, .split = "split: chronological(embargo: 1 h)"},
        {"argument-type", .split = "split: chronological(embargo: ^5 epochs)"},
        {"argument-range", .split = "split: chronological(purge: ^-1)"},
        {"argument-range", .split = "split: chronological(purge: ^1.5)"},
        {"unknown-argument", .split = "split: random(^purge: 5)"},
        {"group-leak", .columns = COLUMNS("clinic : group"), .preprocess = "preprocess { age -> scale(standard) }",
         .split = "split: ^random", AGE_NETWORK},
    };
    assert_int_equal(failed_rows(rows, COUNT(rows)), 0);
}

static void test_preprocess_faults(void **state) {
    (void)state;
    static const SpecParts rows[] = {
        {"unknown-column", FLOW("^agee -> scale(standard)")},
        {"unknown-column", FLOW("age, ^incme -> impute(median)")},
        {"unknown-column", FLOW("[age, ^incme] -> impute(median)")},
        {"unknown-column", FLOW("^\"x*\" -> impute(median)")},
        {"unknown-column", FLOW("^rest -> impute(median)")},
        {"unknown-transform", FLOW("income -> ^imputee(median)")},
        {"unknown-transform", FLOW("income -> ^relu")},
        {"unknown-transform", FLOW("income -> ^age")},
        {"unknown-transform", FLOW("income -> ^3")},
        {"argument-range", FLOW("income -> bins(^1)")},
        {"missing-argument", FLOW("income -> ^bins")},
        {"unknown-value", FLOW("income -> bins(4, by: ^count)")},
        {"type-mismatch", FLOW("region -> ^bins(4)")},
        {"argument-range", FLOW("income -> drop_outliers(^0)")},
        {"argument-type", FLOW("income -> drop_outliers(^1%..99%, by: mad)")},
        {"argument-type", FLOW("income -> ^drop_outliers(by: quantile)")},
        {"argument-range", FLOW("income -> drop_outliers(^1..99)")},
        {"type-mismatch", FLOW("region -> ^drop_outliers")},
        {"missing-argument", FLOW("opened -> ^date_parts")},
        {"unknown-value", FLOW("opened -> date_parts(^moth)")},
        {"duplicate-argument", FLOW("opened -> date_parts(month, ^month)")},
        {"type-mismatch", FLOW("age -> ^date_parts(month)")},
        {"missing-argument", FLOW("age -> ^cyclic")},
        {"missing-argument", FLOW("opened -> date_parts(year) -> ^cyclic")},
        {"argument-range", FLOW("age -> cyclic(^0)")},
        {"type-mismatch", FLOW("region -> ^cyclic(7)")},
        {"type-mismatch", FLOW("region -> cross(^income)")},
        {"unknown-column", FLOW("region -> cross(^plam)")},
        {"target-as-feature", FLOW("region -> cross(^default)")},
        {"type-mismatch", FLOW("age -> ^cross(region)")},
        {"argument-range", FLOW("region -> hash(^0)")},
        {"type-mismatch", FLOW("age -> ^hash(8)")},
        {"type-mismatch", FLOW("region -> ^bag_of_words(max: 9)")},
        {"argument-range", FLOW("x = [income, age] -> pca(^3)")},
        {"argument-range", FLOW("income, age -> pca(^0)")},
        {"type-mismatch", FLOW("age, region -> ^pca(1)")},
        {"duplicate-name", FLOW("income, age -> pca(1); income, age -> ^pca(1)")},
        {"argument-range", FLOW("income, age -> select(^5)")},
        {"type-mismatch", FLOW("opened -> date_parts(month, hour) -> ^hash(4)")},
        {"type-mismatch", FLOW("age -> ^target_encode")},
        {"unknown-target", FLOW("region -> target_encode(target: ^income)")},
        {"unknown-argument", FLOW("income -> scale(power, to: ^normal)")},
        {"unknown-argument", FLOW("income -> scale(standard, by: ^box_cox)")},
        {"unknown-argument", FLOW("income -> scale(minmax, quantiles: ^10)")},
        {"argument-range", FLOW("income -> scale(quantile, quantiles: ^1)")},
        {"temporal-leak", FLOW("income -> lag(1)"), .split = "split: ^random"},
        {"temporal-leak", FLOW("income -> rolling_mean(5)"), .split = "split: ^stratified(seed: 7)"},
        {"temporal-leak", FLOW("income -> impute(forward)"), .split = "split: ^stratified"},
        {"argument-range", FLOW("income -> lag(^0)"), CHRONOLOGICAL},
        {"argument-type", FLOW("income -> diff(^1.5)"), CHRONOLOGICAL},
        {"missing-argument", FLOW("income -> ^diff"), CHRONOLOGICAL},
        {"argument-range", FLOW("income -> rolling_standardize(^1)"), CHRONOLOGICAL},
        {"argument-range", FLOW("income -> ewm(^0)"), CHRONOLOGICAL},
        {"type-mismatch", FLOW("region -> ^lag(1)"), CHRONOLOGICAL},
        {"extra-argument", FLOW("income -> impute(forward, constant: ^0)"), CHRONOLOGICAL},
        {"argument-range", FLOW("x = ^income / 0")},
        {"argument-range", FLOW("x = age + ^income * 0")},
        {"syntax-error", FLOW("x = ^log(income / age)")},
        {"syntax-error", FLOW("x = age + ^log(income)")},
        {"syntax-error", FLOW("income -> ^log1p + age")},
        {"syntax-error", FLOW("x = ^(2) + 1")},
        {"arithmetic-on-category", FLOW("x = age - (^region -> impute(mode))")},
        {"type-mismatch", FLOW("x = age - (^region -> one_hot)")},
        {"target-as-feature", FLOW("x = age + ^default")},
        {"unsupported-feature", FLOW("x = ^[income, age] -> scale(standard)")},
        {"look-ahead", FLOW("income -> ^ahead(5)")},
        {"look-ahead", FLOW("income -> ^lag(-1)")},
        {"look-ahead", FLOW("income -> impute(median) -> ^diff(-2) -> scale(standard)")},
        {"type-mismatch", FLOW("region -> ^scale(standard)")},
        {"type-mismatch", FLOW("region -> ^impute(median)")},
        {"type-mismatch", FLOW("plan -> one_hot -> ^scale(standard)")},
        {"type-mismatch", FLOW("income -> ^one_hot")},
        {"type-mismatch", FLOW("customer -> ^one_hot")},
        {"type-mismatch", FLOW("opened -> ^scale(standard)")},
        {"type-mismatch", FLOW("age, region, income -> ^log1p")},
        {"arithmetic-on-category", FLOW("x = ^plan * income")},
        {"arithmetic-on-category", FLOW("x = income * ^plan")},
        {"type-mismatch", FLOW("x = ^customer * 2")},
        {"target-as-feature", FLOW("^default -> one_hot")},
        {"target-as-feature", FLOW("x = ^default -> one_hot")},
        {"target-as-feature", .target = "target { y = income -> log1p }", .split = "split: random",
         .preprocess = "preprocess { z = ^income -> log1p; age -> scale(standard) }",
         .network = "network { age -> dense(4) -> relu -> output(y) }", .loss = "loss: mse"},
        {"target-as-feature", FORECAST("income -> diff(5)", "z = ^income -> log1p")},
        {"target-as-feature", FORECAST("income -> lag(1)", "z = ^income -> log1p -> diff(1)")},
        {"target-as-feature", FORECAST("income -> lag(3)", "z = ^income -> lag(2)")},
        {"target-as-feature", FORECAST("income -> ahead(5)", "z = ^y -> lag(4)")},
        {"target-as-feature", FORECAST("income -> rolling_mean(5)", "^income -> impute(forward)")},
        {NULL, FORECAST("income -> diff(5) -> ahead(5)", "z = income -> log1p")},
        {NULL, FORECAST("income -> log1p", "z = income -> lag(1) -> log1p")},
        {NULL, FORECAST("income -> ahead(5)", "z = y -> lag(6)")},
        {NULL, FORECAST("income -> log1p", "let a = income -> log1p; z = a -> lag(1)")},
        {NULL, FORECAST("income -> rolling_mean(5)", "income -> impute(median) -> lag(1)")},
        {"duplicate-name", FLOW("^income = age -> log1p")},
        {"duplicate-name", FLOW("x = age -> log1p; ^x = income -> impute(median)")},
        {"duplicate-name", .constants = "let x = 3", FLOW("^x = age -> log1p")},
        {"unknown-column", FLOW("z = ^x -> log1p; x = age -> log1p")},
        {"syntax-error", FLOW("^age: scale(standard)")},
        {"syntax-error", FLOW("^scale(standard)")},
        {"syntax-error", FLOW("^scale(standard) -> age")},
        {"syntax-error", FLOW("^age")},
        {"syntax-error", FLOW("^income * 2")},
        {"syntax-error", FLOW("x = ^scale(standard)")},
        {"syntax-error", .preprocess = "^preprocess: income -> impute(median)", AGE_NETWORK},
    };
    assert_int_equal(failed_rows(rows, COUNT(rows)), 0);
}

static void test_argument_faults(void **state) {
    (void)state;
    static const SpecParts rows[] = {
        {"unknown-value", FLOW("income -> scale(^standardize)")},
        {"missing-argument", FLOW("income -> ^scale")},
        {"missing-argument", FLOW("income -> ^scale()")},
        {"unknown-argument", FLOW("income -> scale(standard, ^mode: 3)")},
        {"unknown-argument", FLOW("income -> scale(standard, normal: ^true)")},
        {"unknown-argument", FLOW("income -> scale(mad, to: ^normal)")},
        {"argument-type", FLOW("income -> scale(mad, normal: ^1)")},
        {"extra-argument", FLOW("income -> scale(standard, ^minmax)")},
        {"missing-argument", FLOW("income -> ^impute")},
        {"missing-argument", FLOW("income -> ^impute(constant)")},
        {"argument-type", FLOW("income -> impute(^0)")},
        {"unknown-value", FLOW("income -> impute(^medain)")},
        {"extra-argument", FLOW("income -> impute(median, constant: ^0)")},
        {"unknown-argument", FLOW("income -> impute(median, then: ^mean)")},
        {"argument-type", FLOW("income -> impute(median, indicator: ^yes)")},
        {"argument-type", FLOW("income -> impute(constant: ^\"zero\")")},
        {"missing-argument", FLOW("income -> ^winsorize")},
        {"argument-range", FLOW("income -> winsorize(^1..99)")},
        {"argument-range", FLOW("income -> winsorize(^-1%..99%)")},
        {"range-order", FLOW("income -> winsorize(^99%..1%)")},
        {"argument-type", FLOW("income -> winsorize(^5%)")},
        {"argument-type", FLOW("income -> winsorize(^1%..99%, by: iqr)")},
        {"argument-range", FLOW("income -> winsorize(^-3, by: mad)")},
        {"unknown-value", FLOW("income -> winsorize(3, by: ^sigma)")},
        {"missing-argument", FLOW("income -> ^clip")},
        {"argument-type", FLOW("income -> clip(^5)")},
        {"range-order", FLOW("income -> clip(^90..18)")},
        {"argument-range", FLOW("income -> clip(^1%..150%)")},
        {"argument-type", FLOW("income -> clip(^5..99%)")},
        {"missing-argument", FLOW("income -> ^rescale")},
        {"argument-range", FLOW("income -> rescale(^0)")},
        {"argument-range", FLOW("income -> rescale(1 / ^0)")},
        {"argument-type", FLOW("income -> rescale(^age)")},
        {"extra-argument", FLOW("income -> log1p(^2)")},
        {"argument-range", FLOW("region -> one_hot(rare: ^-1)")},
        {"argument-type", FLOW("region -> one_hot(rare: ^0.5)")},
        {"unknown-value", FLOW("region -> one_hot(unseen: ^ignore)")},
        {"unknown-value", FLOW("region -> one_hot(missing: ^mode)")},
        {"extra-argument", FLOW("region -> one_hot(^20)")},
        {"unknown-argument", FLOW("region -> one_hot(^unknown: other)")},
        {"extra-argument", FLOW("plan -> ordinal(^3)")},
    };
    assert_int_equal(failed_rows(rows, COUNT(rows)), 0);
}

static void test_sampling_faults(void **state) {
    (void)state;
    static const SpecParts rows[] = {
        {"unknown-sampler", SAMPLING("^smoot")},
        {"argument-range", SAMPLING("near_miss(version: ^4)")},
        {"unknown-value", SAMPLING("smote; calibrate: ^priors")},
        {"duplicate-setting", SAMPLING("smote; calibrate: prior; ^calibrate: prior")},
        {"part-named", SAMPLING("^validation -> smote")},
        {"part-named", SAMPLING("smote(^part: train)")},
        {"part-named", SAMPLING("smote(neighbors: 5, ^train: true)")},
        {"part-named", SAMPLING("^test: smote")},
        {"unknown-argument", SAMPLING("smote(^neighbours: 5)")},
        {"argument-range", SAMPLING("smote(neighbors: ^0)")},
        {"argument-type", SAMPLING("smote(neighbors: ^2.5)")},
        {"argument-range", SAMPLING("smote(ratio: ^150%)")},
        {"argument-range", SAMPLING("oversample(ratio: ^0%)")},
        {"extra-argument", SAMPLING("undersample(^50%)")},
        {"unknown-setting", SAMPLING("smote; ^neighbors: 5")},
        {"syntax-error", SAMPLING("^smote -> undersample")},
        {"syntax-error", SAMPLING("^3")},
        {"syntax-error", .sampling = "^sampling: smote"},
        {"sampler-needs-classes", .target = "target: income", .split = "split: random",
         .preprocess = "preprocess { age -> scale(standard) }", SAMPLING("^smote"),
         .network = "network { age -> dense(4) -> relu -> output(income) }", .loss = "loss: mse"},
        {"unsupported-feature", .target = "target: [default, plan]",
         .preprocess = "preprocess { age -> scale(standard) }", SAMPLING("^smote"),
         .network = "network { x = age -> dense(4) -> relu; x -> output(default); x -> output(plan) }",
         .loss = "loss { default: cross_entropy; plan: cross_entropy }"},
        {"type-mismatch", .sampling = "augment { ^age -> shift(2) }"},
        {"type-mismatch", .sampling = "augment { ^region -> noise(0.1) }"},
        {"syntax-error", .sampling = "augment { ^noise(0.1) }"},
        {"syntax-error", .sampling = "augment { ^age }"},
        {"argument-range", .sampling = "augment { age -> noise(^0) }"},
        {"unknown-name", .sampling = "augment { age -> ^nois(0.1) }"},
        {"part-named", .sampling = "augment { ^validation -> noise(0.1) }"},
        {"duplicate-setting", .sampling = "augment { age -> mixup(0.2) -> ^mixup(0.3) }"},
        {"fit-before-split", .split = "",
         .preprocess = "preprocess { income -> impute(median); region, plan -> one_hot }\n"
                       "^split: random"},
        {"resample-before-split", .split = "", .preprocess = "", .sampling = "sampling { smote }\n^split: random",
         AGE_NETWORK},
    };
    assert_int_equal(failed_rows(rows, COUNT(rows)), 0);
}

static void test_healthy(void **state) {
    (void)state;
    static const SpecParts rows[] = {
        {.split = "split: stratified"},
        {.split = "split: random(train: 90%, validation: 10%, seed: 1)"},
        {.split = "split: random(train: 0.8, test: 20%)"},
        {.split = "split: chronological(train: 70%, validation: 15%, test: 15%, purge: auto, embargo: 3)"},
        {.constants = "let s = 70%", .split = "split: random(train: s)"},
        {.split = ""},
        {.columns = COLUMNS("part : fold?"), .split = "split: predefined(test: 3)", .preprocess = "", AGE_NETWORK},
        {.columns = COLUMNS("clinic : group; part : fold"),
         .split = "split: predefined",
         .preprocess = "",
         AGE_NETWORK},
        {.columns = COLUMNS("time : timestamp(\"%Y-%m-%d\", every: 1 day)"),
         .preprocess = "",
         AGE_NETWORK,
         .split = "split: chronological(embargo: 2 days)"},
        {FLOW("income -> impute(median) -> winsorize(1%..99%) -> scale(mad)")},
        {FLOW("income -> impute(constant: 0) -> winsorize(1.5, by: iqr) -> winsorize(3, by: mad) -> scale(mad, normal: "
              "true)")},
        {FLOW("income -> impute(mode, indicator: true) -> clip(0..) -> sqrt -> abs -> log1p -> rescale(1 / 255)")},
        {FLOW("income -> impute(mean) -> clip(1%..99%) -> winsorize(1%..) -> scale(robust) -> scale(maxabs) -> "
              "scale(minmax)")},
        {FLOW("age -> log\n    -> scale(standard)")},
        {FLOW("region -> impute(mode) -> one_hot(rare: 20, unseen: other, missing: zero); plan -> ordinal -> "
              "scale(standard)")},
        {FLOW("[income, age] -> impute(median); \"a*\" -> scale(standard)")},
        {.constants = "let numbers = [income, age]\nlet how = standard",
         FLOW("numbers -> impute(median) -> scale(how)")},
        {FLOW("x = age -> log; y = x -> scale(standard); let z = age; w = z -> sqrt; x -> scale(minmax)")},
        {FLOW("x = age / 100; y = 2 * (age * 3) / 4 -> log; z = -age")},
        {.target = "target: income -> log1p",
         .split = "split: random",
         .preprocess = "preprocess { \"*\" -> clip(0..) }",
         .columns = "columns { income, age, \"b*\" : real }",
         .network = "network { age -> dense(4) -> relu -> output(income) }",
         .loss = "loss: mse"},
        {SAMPLING("smote(neighbors: 5, ratio: 50%)")},
        {SAMPLING("oversample; undersample(ratio: 0.5, seed: 3)")},
        {SAMPLING("/- adasyn; smote")},
    };
    assert_int_equal(failed_rows(rows, COUNT(rows)), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_healthy),           cmocka_unit_test(test_split_faults),
        cmocka_unit_test(test_preprocess_faults), cmocka_unit_test(test_argument_faults),
        cmocka_unit_test(test_sampling_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
