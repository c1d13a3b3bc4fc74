/* `data`, `columns`, `target` and `use`: each mistake is told once, by its name, at its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "spec_harness.h"

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])

/* One column of the block replaced, the others as they are: `plan` and `age` serve as guinea pigs. */
#define WITH_AGE(type)                                                                                                 \
    "columns {\n customer : key\n income : real(0..)?\n age : " type "\n region : category\n"                          \
    " plan : category(basic, pro, max)\n default : category(no, yes)\n opened : timestamp(\"%Y-%m-%d\")\n}"
#define WITH_LINE(line)                                                                                                \
    "columns {\n customer : key\n income : real(0..)?\n age : int(18..120)\n region : category\n"                      \
    " plan : category(basic, pro, max)\n default : category(no, yes)\n opened : timestamp(\"%Y-%m-%d\")\n " line "\n}"
#define WITH_DEFAULT(type)                                                                                             \
    "columns {\n customer : key\n income : real(0..)?\n age : int(18..120)\n region : category\n"                      \
    " plan : category(basic, pro, max)\n default : " type "\n opened : timestamp(\"%Y-%m-%d\")\n}"

static void test_data_faults(void **state) {
    (void)state;
    static const SpecParts rows[] = {
        {"argument-type", .data = "data: ^\"customers.csv\""},
        {"argument-type", .data = "data: ^[\"customers.csv\"]"},
        {"unknown-value", .data = "data: ^cvs(\"customers.csv\")"},
        {"missing-argument", .data = "data: ^npz"},
        {"missing-argument", .data = "data: ^idx(labels: \"x\")"},
        {"missing-argument", .data = "data: ^npy(y: \"y.npy\")"},
        {"missing-argument", .data = "data: ^csv(test: \"a.csv\")"},
        {"argument-type", .data = "data: npy(train: ^3)"},
        {"argument-type", .data = "data: npy(train: ^[\"x.npy\", \"y.npy\", \"z.npy\"])"},
        {"argument-type", .data = "data: csv(train: ^[\"a.csv\", \"b.csv\"])"},
        {"extra-argument", .data = "data: npy(train: \"x.npy\", y: ^\"y.npy\")"},
        {"missing-argument", .data = "data: ^sqlite(\"a.db\")"},
        {"argument-type", .data = "data: images(\"a\", size: ^\"x\")"},
        {"argument-range", .data = "data: images(\"a\", channels: ^5)"},
        {"missing-argument", .data = "data: ^jsonl()"},
        {"extra-argument", .data = "data: csv(^\"a.csv\", train: \"b.csv\")"},
        {"missing-argument", .data = "data: ^csv"},
        {"missing-argument", .data = "data: ^csv(header: true)"},
        {"argument-type", .data = "data: csv(^customers)"},
        {"unknown-argument", .data = "data: csv(\"customers.csv\", ^delimeter: \";\")"},
        {"argument-range", .data = "data: csv(\"customers.csv\", delimiter: ^\";;\")"},
        {"argument-range", .data = "data: csv(\"customers.csv\", quote: ^\"\")"},
        {"argument-range", .data = "data: csv(\"customers.csv\", delimiter: ^\"\\n\")"},
        {"unknown-value", .data = "data: csv(\"customers.csv\", decimal: ^\";\")"},
        {"argument-range", .data = "data: csv(\"customers.csv\", delimiter: \",\", decimal: ^\",\")"},
        {"argument-type", .data = "data: csv(\"customers.csv\", header: ^1)"},
        {"argument-type", .data = "data: csv(\"customers.csv\", missing: ^3)"},
        {"extra-argument", .data = "data: csv(\"customers.csv\", ^\"more.csv\")"},
        {"data-not-found", .data = "data: csv(^\"\")"},
        {"data-not-found", .data = "data: csv(^\"costumers.csv\")", .with_data = true},
        {"syntax-error", .data = "^data { csv: \"customers.csv\" }"},
    };
    assert_int_equal(failed_rows(rows, COUNT(rows)), 0);
}

static void test_column_type_faults(void **state) {
    (void)state;
    static const SpecParts rows[] = {
        {"unknown-type", .columns = WITH_AGE("^integer(18..120)")},
        {"unknown-type", .columns = WITH_AGE("^float")},
        {"unknown-type", .columns = WITH_AGE("^scale")},
        {"range-order", .columns = WITH_AGE("int(^120..18)")},
        {"range-order", .columns = WITH_AGE("real(^5..5)")},
        {"argument-type", .columns = WITH_AGE("int(^18, 120)")},
        {"argument-type", .columns = WITH_AGE("int(^18)")},
        {"argument-type", .columns = WITH_AGE("int(^0.5..3)")},
        {"argument-type", .columns = WITH_AGE("int(^\"18..120\")")},
        {"unknown-name", .columns = WITH_AGE("int(^low..120)")},
        {"unknown-argument", .columns = WITH_AGE("int(^max: 120)")},
        {"extra-argument", .columns = WITH_AGE("bool(^1)")},
        {"extra-argument", .columns = WITH_AGE("key(^8)")},
        {"argument-type", .columns = WITH_AGE("^18..120")},
        {"argument-type", .columns = WITH_AGE("^3")},
        {"argument-type", .columns = WITH_AGE("^int[18, 120]")},
        {"argument-type", .columns = WITH_AGE("^weight?")},
        {"category-not-encoded", .columns = WITH_AGE("text"), .preprocess = "preprocess { income -> impute(median) }",
         .network = "network { ^[income, age] -> dense(4) -> output(default) }"},
        {"extra-argument", .columns = WITH_AGE("timestamp(^\"%Y\", from: [income])")},
        {"type-mismatch", .columns = WITH_AGE("timestamp(from: [^region])")},
        {"argument-type", .columns = WITH_AGE("timestamp(from: ^income)")},
        {"argument-type", .columns = WITH_AGE("timestamp(from: [^3])")},
        {"type-mismatch", .columns = WITH_AGE("^image[28, 28, 1]")},
        {"type-mismatch", .columns = WITH_AGE("^vector[8]")},
        {"type-mismatch", .columns = WITH_AGE("^image")},
        {"missing-argument", .columns = WITH_AGE("^ordinal")},
        {"missing-argument", .columns = WITH_AGE("^ordinal()")},
        {"argument-type", .columns = WITH_AGE("ordinal(^low, mid, high)")},
        {"argument-type", .columns = WITH_AGE("ordinal(^high > mid > low)")},
        {"argument-type", .columns = WITH_AGE("category(^low < mid)")},
        {"duplicate-name", .columns = WITH_AGE("category(a, b, ^a)")},
        {"duplicate-name", .columns = WITH_AGE("category(1, ^1.0)")},
        {"duplicate-name", .columns = WITH_AGE("ordinal(a < b < ^a)")},
        {"argument-type", .columns = WITH_AGE("category(^\"\", a)")},
        {"argument-type", .columns = WITH_AGE("category(a, ^10%)")},
        {"range-order", .columns = WITH_AGE("category(^9..0)")},
        {"argument-type", .columns = WITH_AGE("category(^0..)")},
        {"argument-type", .columns = WITH_AGE("category(^0..1.5)")},
        {"argument-range", .columns = WITH_AGE("category(^0..10000000)")},
        {"unknown-argument", .columns = WITH_AGE("category(^levels: 3)")},
        {"missing-argument", .columns = WITH_AGE("^timestamp")},
        {"unknown-value", .columns = WITH_AGE("timestamp(^\"%Q\")")},
        {"unknown-value", .columns = WITH_AGE("timestamp(^\"YYYY-MM-DD\")")},
        {"argument-type", .columns = WITH_AGE("timestamp(^2024)")},
        {"unknown-value", .columns = WITH_AGE("timestamp(\"%Y\", gaps: ^interpolate)")},
        {"missing-argument", .columns = WITH_AGE("timestamp(\"%Y\", gaps: ^split)")},
        {"argument-type", .columns = WITH_AGE("timestamp(\"%Y\", every: ^5 epochs)")},
        {"argument-range", .columns = WITH_AGE("timestamp(\"%Y\", every: ^0 s)")},
        {"unknown-argument", .columns = WITH_AGE("timestamp(\"%Y\", ^evry: 1 h)")},
    };
    assert_int_equal(failed_rows(rows, COUNT(rows)), 0);
}

static void test_column_name_faults(void **state) {
    (void)state;
    static const SpecParts rows[] = {
        {"duplicate-name", .columns = WITH_LINE("^age : real")},
        {"duplicate-name", .columns = WITH_LINE("extra, ^extra : real")},
        {"duplicate-name", .columns = WITH_LINE("\"x*\" : real; ^\"x*\" : int")},
        {"duplicate-name", .columns = WITH_LINE("rest : real; ^rest : int")},
        {"duplicate-name", .columns = WITH_LINE("a : weight; ^b : weight")},
        {"duplicate-name", .columns = WITH_LINE("a, ^b : fold")},
        {"duplicate-name", .constants = "let width = 3", .columns = WITH_LINE("^width : real")},
        {"argument-type", .columns = WITH_LINE("^\"\" : real")},
        {"missing-colon", .columns = WITH_LINE("^extra = real")},
        {"syntax-error", .columns = WITH_LINE("^extra -> real")},
        {"syntax-error", .columns = WITH_LINE("^extra")},
        {"missing-section", .columns = "^columns { }"},
        {"syntax-error", .columns = "^columns: real"},
        {"column-not-in-data", .columns = WITH_LINE("^incme : real"), .with_data = true},
        {"column-not-in-data", .columns = WITH_LINE("^\"x*\" : real"), .with_data = true},
        {"column-not-in-data", .data = "data: csv(\"customers.csv\", header: false)",
         .columns = WITH_LINE("^rest : real"), .with_data = true},
        {"column-not-in-data", .data = "data: csv(\"customers.csv\", header: false)",
         .columns = WITH_LINE("^eighth : real"), .with_data = true},
    };
    assert_int_equal(failed_rows(rows, COUNT(rows)), 0);
}

#define REGRESSION .network = "network { age -> dense(4) -> relu -> output(income) }", .loss = "loss: mse"
#define REGRESSION_OF(name) .network = "network { age -> dense(4) -> relu -> output(" name ") }", .loss = "loss: mse"
#define AGE_ALONE .preprocess = "preprocess { age -> scale(standard) }", .split = "split: random"

static void test_target_faults(void **state) {
    (void)state;
    static const SpecParts rows[] = {
        {"unknown-column", .target = "target: ^defalt"},
        {"unknown-column", .target = "target: [default, ^nothing]"},
        {"type-mismatch", .target = "target: ^customer"},
        {"type-mismatch", .target = "target: ^opened"},
        {"argument-type", .target = "target: ^3"},
        {"argument-type", .target = "target: ^[]"},
        {"one-class", .columns = WITH_DEFAULT("category(no)"), .target = "target: default"},
        {"duplicate-name", .target = "target { default; ^default }"},
        {"missing-section", .target = "^target { }"},
        {"missing-section", .target = "^target { let h = income -> log1p }"},
        {"unknown-transform", .target = "target { income -> ^logg }", REGRESSION, AGE_ALONE},
        {"argument-range", .target = "target { y = income -> log1p -> ahead(^0) }", REGRESSION_OF("y"), AGE_ALONE},
        {"type-mismatch", .target = "target { y = [income, region] -> ^log1p }", REGRESSION_OF("y"), AGE_ALONE},
        {"target-as-feature", .target = "target { y = income / age }", .split = "split: random", .loss = "loss: mse",
         .network = "network { ^age -> dense(4) -> relu -> output(y) }", .preprocess = ""},
        {"unknown-value", .target = "target { income; units: ^column }", REGRESSION, AGE_ALONE},
        {NULL, .target = "target { income -> log1p; units: target }", REGRESSION, AGE_ALONE},
        {"arithmetic-on-category", .target = "target { y = ^plan * 2 }", REGRESSION_OF("y"), AGE_ALONE},
        {"type-mismatch", .target = "target { income -> ^impute(median) }", REGRESSION, AGE_ALONE},
        {"type-mismatch", .target = "target { default -> ^one_hot }", AGE_ALONE},
        {"type-mismatch", .target = "target { default -> ^scale(standard) }", AGE_ALONE},
        {"syntax-error", .target = "target { ^y: income -> log1p }", REGRESSION_OF("y"), AGE_ALONE},
        {"syntax-error", .target = "target { y = ^log1p }", REGRESSION_OF("y"), AGE_ALONE},
        {"duplicate-name", .target = "target { ^age = income -> log1p }", REGRESSION_OF("age"), AGE_ALONE},
        {"unknown-column", .target = "target { y = ^incme -> log1p }", REGRESSION_OF("y"), AGE_ALONE},
    };
    assert_int_equal(failed_rows(rows, COUNT(rows)), 0);
}

static void test_healthy(void **state) {
    (void)state;
    static const SpecParts rows[] = {
        {.name = NULL},
        {.with_data = true},
        {.data = "data: csv(\"customers.csv\", delimiter: \",\", missing: [\"\", \"NA\", none], quote: \"'\", header: "
                 "true)"},
        {.data = "data: csv(\"customers.tsv\", delimiter: \"\\t\", decimal: \",\")"},
        {.constants = "let file = \"customers.csv\"", .data = "data: csv(file)"},
        {.columns = WITH_AGE("real(-5..5)")},
        {.columns = WITH_AGE("real(0%..100%)")},
        {.constants = "let top = 100", .columns = WITH_AGE("real(0..top + 20)")},
        {.columns = WITH_AGE("bool")},
        {.columns = WITH_LINE("\"hours-per-week\" : int; part : fold?; w : weight; note, \"x y\" : ignore")},
        {.columns = WITH_LINE("size : ordinal(low < mid < high)"),
         .preprocess = "preprocess { income -> impute(mean); "
                       "region, plan -> one_hot; size -> ordinal -> scale(minmax) }"},
        {.columns = WITH_LINE("size : ordinal(1..5)?"),
         .preprocess = "preprocess { income -> impute(mean); "
                       "region, plan, size -> one_hot }"},
        {.columns =
             WITH_LINE("digit : category(0..9); when : timestamp(\"%d.%m.%y %H:%M:%S\", every: 1 day, gaps: keep)"),
         .preprocess = "preprocess { income -> impute(mean); region, plan, digit -> one_hot }"},
        {.columns = WITH_DEFAULT("category(\"no \", \"yes, but\", -1, 2.5)")},
        {.columns = WITH_DEFAULT("bool")},
        {.columns = WITH_DEFAULT("ordinal(no < maybe < yes)")},
        {.columns = "columns { default : category(no, yes); \"reg*\", plan : category; customer, opened : ignore; rest "
                    ": real? }",
         .preprocess = "preprocess { rest -> impute(median); \"reg*\", plan -> one_hot }",
         .with_data = true},
        {.columns = "columns { default : category(no, yes); \"reg*\", plan : category; customer, opened : ignore; rest "
                    ": real? }",
         .preprocess = "preprocess { rest -> impute(median); \"reg*\", plan -> one_hot }"},
        {.columns = "columns { default : category(no, yes); rest : real }",
         .preprocess = "preprocess { age -> scale(robust) }"},
        {.target = "target: income", REGRESSION, AGE_ALONE},
        {.target = "target: income -> log1p -> scale(standard)", REGRESSION, AGE_ALONE},
        {.target = "target { income -> winsorize(1%..99%) -> sqrt }", REGRESSION, AGE_ALONE},
        {.target = "target { y = income -> log1p -> scale(mad) }", REGRESSION_OF("y"), AGE_ALONE},
        {.target = "target { let h = income -> log1p; y = h -> scale(mad) }", REGRESSION_OF("y"), AGE_ALONE},
        {.target = "target { y = income / 1000 -> scale(mad) }", REGRESSION_OF("y"), AGE_ALONE},
        {.target = "target { y = -income * 2 }", REGRESSION_OF("y"), AGE_ALONE},
        {.target = "target { y = plan }", AGE_ALONE, .network = "network { age -> dense(4) -> relu -> output(y) }"},
        {.target = "target { let h = income -> log1p; default }"},
        {.constants = "let outcome = default", .target = "target: outcome"},
        {.target = "target: [default, plan]",
         AGE_ALONE,
         .network = "network { x = age -> dense(4) -> relu; x -> output(default); x -> output(plan) }",
         .loss = "loss { default: cross_entropy; plan: cross_entropy }"},
        {.uses = "use \"std/residual.lspec\"",
         .network = "network { features -> dense(16) -> relu -> repeat(2, residual(16)) -> relu -> output(default) }"},
    };
    assert_int_equal(failed_rows(rows, COUNT(rows)), 0);
}

static void test_use_faults(void **state) {
    (void)state;
    static const SpecParts rows[] = {
        {"spec-not-read", .uses = "use ^\"missing.lspec\""},
        {"spec-not-read", .uses = "use ^\"std/nothing.lspec\""},
        {"syntax-error", .uses = "use ^\"used_with_loss.lspec\""},
        {"duplicate-name", .uses = "use \"std/residual.lspec\"",
         .constants = "def ^residual(width) { input -> dense(width) }"},
    };
    assert_int_equal(failed_rows(rows, COUNT(rows)), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_healthy),
        cmocka_unit_test(test_data_faults),
        cmocka_unit_test(test_column_type_faults),
        cmocka_unit_test(test_column_name_faults),
        cmocka_unit_test(test_target_faults),
        cmocka_unit_test(test_use_faults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
