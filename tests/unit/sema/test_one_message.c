/* One mistake gives one message: what rests on a damaged line is not reported too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "spec_harness.h"

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])
#define COLUMNS_OF(income, plan, target)                                                                               \
    "columns {\n customer : key\n " income "\n age : int(18..120)\n region : category\n " plan "\n " target            \
    "\n opened : timestamp(\"%Y-%m-%d\")\n}"
#define INCOME "income : real(0..)?"
#define PLAN "plan : category(basic, pro, max)"
#define DEFAULT "default : category(no, yes)"

static void test_columns(void **state) {
    (void)state;
    static const SpecParts rows[] = {
        {"missing-colon", .columns = COLUMNS_OF("income real(0..)?", PLAN, DEFAULT)},
        {"missing-colon", .columns = COLUMNS_OF("income = real(0..)?", PLAN, DEFAULT)},
        {"unclosed-bracket", .columns = COLUMNS_OF("income : real(0..", PLAN, DEFAULT)},
        {"unknown-type", .columns = COLUMNS_OF("income : reel(0..)?", PLAN, DEFAULT)},
        {"unknown-type", .columns = COLUMNS_OF(INCOME, "plan : categorie(basic, pro, max)", DEFAULT)},
        {"type-mismatch", .columns = COLUMNS_OF(INCOME, "plan : text", DEFAULT)},
        {"unknown-type", .columns = COLUMNS_OF(INCOME, PLAN, "default : categry(no, yes)")},
        {"missing-colon", .columns = COLUMNS_OF(INCOME, PLAN, "default category(no, yes)")},
        {"unclosed-string", .columns = COLUMNS_OF(INCOME, "plan : category(\"basic, pro)", DEFAULT)},
        {"unknown-section",
         .columns = "colums { age : int(18..120); income : real?; region, plan : category; default : category }"},
        {"type-mismatch", .columns = COLUMNS_OF(INCOME, PLAN, "default : image[3, 3, 1]")},
    };
    assert_int_equal(failed_rows(rows, COUNT(rows)), 0);
}

/* What is declared and never used stands near what is used twice and not declared: the declaration is misspelt. */
static void test_misspelt_declarations(void **state) {
    (void)state;
    static const SpecParts rows[] = {
        {"unknown-name", .constants = "let ^widht = 8",
         .network = "network { features -> dense(width) -> relu -> dense(width) -> relu -> output(default) }"},
        {"unknown-name", .constants = "let width = 8",
         .network = "network { features -> dense(^widht) -> relu -> dense(width) -> relu -> output(default) }"},
        {"unknown-column", .columns = COLUMNS_OF("^incme : real(0..)?", PLAN, DEFAULT),
         .network = "network { concat(income, age, region, plan) -> dense(8) -> relu -> output(default) }"},
        {"unknown-level", .columns = COLUMNS_OF(INCOME, PLAN, "^default : category(no, yse)"),
         .metrics = "metrics: [f1(yes), recall(yes), precision(yes)]"},
        {"argument-type", .constants = "let width = 8.5",
         .network = "network { features -> dense(^width) -> relu -> dense(width) -> relu -> output(default) }"},
        {"syntax-error", .constants = "let = 8",
         .network = "network { features -> dense(width) -> relu -> dense(width) -> relu -> output(default) }"},
    };
    assert_int_equal(failed_rows(rows, COUNT(rows)), 0);
}

static void test_flows(void **state) {
    (void)state;
    static const SpecParts rows[] = {
        {"unknown-section", .preprocess = "preprocessing { income -> impute(median); region, plan -> one_hot }"},
        {"unknown-transform", .preprocess = "preprocess { income -> impute(median); region, plan -> onehot }"},
        {"argument-range", .preprocess = "preprocess { income -> impute(median); region, plan -> hash(0) }"},
        {"unknown-column", .preprocess = "preprocess { incme -> impute(median); region, plan -> one_hot }"},
        {"unclosed-bracket", .preprocess = "preprocess { income -> impute(median; region, plan -> one_hot\n}"},
        {"unknown-value",
         .preprocess = "preprocess { income -> impute(median) -> scale(normal); region, plan -> one_hot }"},
        {"syntax-error",
         .preprocess = "preprocess { x = age + log(income); y = x -> scale(mad); region, plan -> one_hot }"},
        {"unknown-transform",
         .preprocess = "preprocess { x = income -> impot; y = x -> scale(mad); region, plan -> one_hot }"},
        {"target-as-feature", .preprocess = "preprocess { x = default -> one_hot; region, plan -> one_hot }"},
        {"syntax-error", .preprocess = "preprocess { income -> impute(median); region -> one_hot; plan: one_hot }"},
        {"syntax-error", .preprocess = "preprocess { income -> impute(median); region -> one_hot; plan }"},
        {"syntax-error", .preprocess = "preprocess { income -> impute(median); region -> one_hot; one_hot -> plan }"},
        {"syntax-error", .preprocess = "preprocess income -> impute(median); region, plan -> one_hot }"},
        {"syntax-error", .preprocess = "preprocess: income -> impute(median)"},
        {"unknown-column", .preprocess = "preprocess { income -> impute(median); region, pln -> one_hot }"},
        {"unknown-column", .preprocess = "preprocess { income -> impute(median); [region, pln] -> one_hot }"},
        {"unknown-column", .preprocess = "preprocess { income -> impute(median); region, ^wholly -> one_hot }"},
        {"duplicate-name", .preprocess = "preprocess { income -> impute(median); region, ^region -> one_hot }"},
    };
    assert_int_equal(failed_rows(rows, COUNT(rows)), 0);
}

static void test_others(void **state) {
    (void)state;
    static const SpecParts rows[] = {
        {"unknown-column", .target = "target: defalt"},
        {"unknown-section", .target = "targt: default"},
        {"type-mismatch", .target = "target: customer"},
        {"unknown-split", .split = "split: stratify(train: 70%)"},
        {"unknown-section", .split = "splitt: stratified"},
        {"unknown-sampler", .sampling = "sampling { smot }"},
        {"unknown-section", .sampling = "samplng { smote }"},
        {"unknown-value", .data = "data: cvs(\"customers.csv\")"},
        {"unknown-section", .data = "dta: csv(\"customers.csv\")"},
        {"data-not-found", .data = "data: csv(\"nowhere.csv\")", .with_data = true},
        {"data-not-found", .data = "data: csv(\"nowhere.csv\")",
         .columns = "columns { default : category(no, yes); rest : real }",
         .preprocess = "preprocess { rest -> scale(standard) }", .with_data = true},
        {"argument-range", .split = "split: random(train: 70)"},
        {"recursive-definition", .constants = "let a = b\nlet b = a", .split = "split: random(train: a)"},
    };
    assert_int_equal(failed_rows(rows, COUNT(rows)), 0);
}

/* Each of several mistakes is told. */
static void test_all_are_told(void **state) {
    (void)state;
    const SpecParts parts = {.columns = COLUMNS_OF("income : reel", PLAN, DEFAULT),
                             .split = "split: radnom",
                             .preprocess = "preprocess { age -> scal(standard); region, plan -> one_hot(rar: 3) }",
                             .sampling = "sampling { smoot }"};
    Checked checked = check_spec(&parts);
    assert_int_equal(loud_count(&checked), 5);
    session_free(checked.session);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_misspelt_declarations), cmocka_unit_test(test_flows),
        cmocka_unit_test(test_others),
        cmocka_unit_test(test_all_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
