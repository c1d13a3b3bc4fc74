/* Every row of the catalogue is complete: documented, with an example, a default that its own bounds admit, and the
 * functions of its kind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "sema/checker.h"

static void check_functions(const CatalogEntry *entry) {
    switch (entry->kind) {
    case ENTRY_LAYER:
    case ENTRY_ACTIVATION: assert_non_null(entry->build_layer); return;
    case ENTRY_LOSS:
        assert_non_null(entry->head_units);
        assert_non_null(entry->build_loss);
        assert_non_null(entry->build_prediction);
        return;
    case ENTRY_PENALTY: assert_true(entry->build_penalty != NULL || entry->build_prediction_penalty != NULL); return;
    case ENTRY_GRADIENT_STEP: assert_non_null(entry->build_gradients); return;
    case ENTRY_OPTIMIZER: assert_true((entry->build_update != NULL) != (entry->build_update_all != NULL)); return;
    case ENTRY_SOURCE: return;
    case ENTRY_COLUMN_TYPE:
    case ENTRY_SPLIT:
    case ENTRY_TRANSFORM:
    case ENTRY_SAMPLER:
    case ENTRY_AUGMENT:
    case ENTRY_INITIALIZER:
    case ENTRY_WEIGHT_STEP:
    case ENTRY_SCHEDULE:
    case ENTRY_STOP:
    case ENTRY_METRIC:
    case ENTRY_KIND_COUNT: assert_true(entry->runtime_id >= 0); return;
    }
}

static bool is_numeric(ParamType type) { return type == PARAM_NUMBER || type == PARAM_INTEGER || type == PARAM_SHARE; }

/* A default lies within the bounds that a user's value is held against. */
static void check_default(Session *session, const CatalogEntry *entry, const EntryParam *param) {
    Checker checker = {.session = session, .arena = session->arena};
    Argument argument;
    bind_default(&checker, entry, param, &argument);
    assert_false(argument.given);
    bool has_default = param->fallback != NULL && strcmp(param->fallback, "-") != 0;
    if (!has_default || !is_numeric(param->type) || (param->min == 0 && param->max == 0)) return;
    bool low = param->min_open ? argument.number > param->min : argument.number >= param->min;
    bool high = param->max_open ? argument.number < param->max : argument.number <= param->max;
    if (!low || !high) fail_msg("the default of `%s` of `%s` is outside its bounds", param->name, entry->name);
}

static void test_rows(void **state) {
    (void)state;
    Session *session = session_new();
    for (int64_t i = 0; i < catalog_entry_count; i++) {
        const CatalogEntry *entry = catalog_entries[i];
        if (entry->doc == NULL || entry->doc[0] == '\0') fail_msg("`%s` has no doc", entry->name);
        if (catalog_find(entry->kind, entry->name) != entry) fail_msg("`%s` stands twice", entry->name);
        if (!entry->built) continue;
        if (entry->example == NULL || strstr(entry->example, entry->name) == NULL)
            fail_msg("the example of `%s` does not show it", entry->name);
        check_functions(entry);
        bool named = false;
        for (int k = 0; entry->params[k].name != NULL; k++) {
            const EntryParam *param = &entry->params[k];
            if (param->doc == NULL) fail_msg("`%s` of `%s` has no doc", param->name, entry->name);
            if (named && !param->named_only)
                fail_msg("`%s` of `%s` cannot be reached by position", param->name, entry->name);
            if (catalog_param(entry, param->name) != k) fail_msg("`%s` of `%s` stands twice", param->name, entry->name);
            named = param->named_only;
            check_default(session, entry, param);
        }
    }
    session_free(session);
}

/* An activation's initialiser is a word of the language without arguments. */
static void test_kernel_initializers(void **state) {
    (void)state;
    for (int64_t i = 0; i < catalog_entry_count; i++) {
        const char *word = catalog_entries[i]->kernel_init;
        if (word == NULL) continue;
        const CatalogEntry *entry = catalog_find(ENTRY_INITIALIZER, word);
        assert_non_null(entry);
        assert_null(entry->params[0].name);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows), cmocka_unit_test(test_kernel_initializers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
