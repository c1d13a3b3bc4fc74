/* Damage that the parser sees: the first message stands on the damaged line, and there is about one a defect. What still
 * parses is not counted here: the checker sees it (unit/sema/damage). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "harness/damage.h"

static void parse(Session *session, int32_t source) { syntax_parse(session, source); }

static void test_damage(void **state) {
    (void)state;
    static const char *const paths[] = {"tests/golden/fmt/credit_default.lspec", "tests/golden/fmt/spread.lspec",
                                        "tests/golden/fmt/digits.lspec", "tests/golden/fmt/names.lspec",
                                        "tests/golden/fmt/variety.out"};
    bool good = true;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        good &= damage_report(paths[i], damage_file(paths[i], (DamageOptions){.check = parse}));
    assert_true(good);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_damage)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
