/* "Did you mean": one slip for three letters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/nearest.h"

static const char *const words[] = {"income", "balance", "age", "region", "--batch-order", "no", "yes"};
enum { COUNT = sizeof words / sizeof words[0] };

static void test_near(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"income", "income"},  {"incom", "income"},  {"incmoe", "income"},
        {"inncome", "income"}, {"jncome", "income"}, {"ballamce", "balance"},
        {"aeg", "age"},        {"agee", "age"},      {"--batch_order", "--batch-order"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *near = nearest_word(cases[i][0], words, COUNT);
        if (!near || strcmp(near, cases[i][1]) != 0)
            fail_msg("`%s` is near `%s`", cases[i][0], near ? near : "nothing");
    }
}

static void test_far(void **state) {
    (void)state;
    static const char *const cases[] = {"",
                                        "x",
                                        "on",
                                        "salary",
                                        "egas",
                                        "incomparable",
                                        "a word that is far longer than any name of a column or option is"};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) assert_null(nearest_word(cases[i], words, COUNT));
    assert_null(nearest_word("income", words, 0));
}

/* The nearest of several; the first of equals. */
static void test_best(void **state) {
    (void)state;
    static const char *const similar[] = {"wieght1", "weight2", "weight1", "weight3"};
    assert_string_equal(nearest_word("weight1", similar, 4), "weight1");
    assert_string_equal(nearest_word("weight4", similar, 4), "weight2");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_near), cmocka_unit_test(test_far),
                                       cmocka_unit_test(test_best)};
    return cmocka_run_group_tests_name("nearest", tests, NULL, NULL);
}
