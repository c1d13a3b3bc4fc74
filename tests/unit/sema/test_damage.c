/* Damage that the whole checker sees, in the models of the language's definition, the gallery and the examples: without
 * data, with the data's header, and for a sample with all that the data tells. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <glob.h>
#include <unistd.h>

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

/* Without the data's header a misspelt column falls into `rest`, and nothing tells which of two names is wrong. */
static bool has_rest(const char *path) {
    static char text[1 << 16];
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return strstr(text, "\n    rest") != NULL;
}

/* Where the data is too large to lie here, a script beside the spec fetches it. */
static bool lacks_data(const char *path) {
    char script[512];
    const char *slash = strrchr(path, '/');
    snprintf(script, sizeof script, "%.*s/get_data.sh", slash ? (int)(slash - path) : 1, slash ? path : ".");
    return access(script, F_OK) == 0;
}

static DamageTally damage_all(const char *pattern, DamageCheck check) {
    glob_t found = {0};
    glob(pattern, 0, NULL, &found);
    DamageTally sum = {0};
    for (size_t k = 0; k < found.gl_pathc; k++)
        if (check == check_without_data ? !has_rest(found.gl_pathv[k]) : !lacks_data(found.gl_pathv[k]))
            damage_add(&sum, damage_file(found.gl_pathv[k], (DamageOptions){.check = check, .words = true}));
    globfree(&found);
    return sum;
}

static void test_without_data(void **state) {
    (void)state;
    static const char *const models[] = {"tests/golden/fmt/credit_default.lspec", "tests/golden/fmt/spread.lspec",
                                         "tests/golden/fmt/digits.lspec", "specs/gallery/*.lspec"};
    DamageTally sum = {0};
    for (size_t i = 0; i < sizeof models / sizeof *models; i++)
        damage_add(&sum, damage_all(models[i], check_without_data));
    assert_true(damage_report("without data", sum));
}

/* A column that falls into `rest` by a slip is told apart by the header alone. */
static void test_with_header(void **state) {
    (void)state;
    DamageTally sum = damage_all("examples/*/*.lspec", check_with_header);
    damage_add(&sum, damage_all("specs/gallery/*.lspec", check_with_header));
    assert_true(damage_report("with the header", sum));
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
