/* Damage that the whole checker sees, in the models of the language's definition, the gallery and the examples: without
 * data, with the data's header, and for a sample with all that the data tells. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <glob.h>

#include <cmocka.h>

#include "harness/damage.h"
#include "sema/model.h"

static void check_without_data(Session *session, int32_t source) {
    const CheckOptions options = {.no_data = true};
    sema_check(session, syntax_parse(session, source), &options);
}

static void check_with_header(Session *session, int32_t source) {
    const CheckOptions options = {0};
    sema_check(session, syntax_parse(session, source), &options);
}

static void check_with_data(Session *session, int32_t source) {
    const CheckOptions options = {0};
    Model *model = sema_check(session, syntax_parse(session, source), &options);
    if (session->error_count == 0) data_learn(session, model, &options);
}

static bool damage_all(const char *pattern, DamageCheck check) {
    glob_t found = {0};
    glob(pattern, 0, NULL, &found);
    DamageTally sum = {0};
    for (size_t k = 0; k < found.gl_pathc; k++)
        damage_add(&sum, damage_file(found.gl_pathv[k], (DamageOptions){.check = check, .words = true}));
    bool good = found.gl_pathc == 0 || damage_report(pattern, sum);
    globfree(&found);
    return good;
}

static void test_without_data(void **state) {
    (void)state;
    static const char *const models[] = {"tests/golden/fmt/credit_default.lspec", "tests/golden/fmt/spread.lspec",
                                         "tests/golden/fmt/digits.lspec", "specs/gallery/*.lspec"};
    bool good = true;
    for (size_t i = 0; i < sizeof models / sizeof *models; i++) good &= damage_all(models[i], check_without_data);
    assert_true(good);
}

/* A column that falls into `rest` by a slip is told apart by the header alone. */
static void test_with_header(void **state) {
    (void)state;
    assert_true(damage_all("examples/*/*.lspec", check_with_header));
    assert_true(damage_all("specs/gallery/*.lspec", check_with_header));
}

static void test_with_data(void **state) {
    (void)state;
    DamageTally sum = {0};
    static const char *const paths[] = {"examples/penguins/penguins.lspec", "examples/tumors/tumors.lspec"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        damage_add(&sum,
                   damage_file(paths[i], (DamageOptions){.check = check_with_data, .words = true, .stride = 5}));
    assert_true(damage_report("with data", sum));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_without_data), cmocka_unit_test(test_with_header),
                                       cmocka_unit_test(test_with_data)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
