/* The `tune` section: how the params with a range are searched, and which figure judges the trials. Training by itself takes
 * the params' own values, so that a spec with the section builds as one without. */
#include <string.h>

#include "sema/checker.h"
#include "support/str.h"

/* The settings, checked like the arguments of a call. */
static const CatalogEntry tune_entry = {
    .name = "tune",
    .kind = ENTRY_KIND_COUNT,
    .built = true,
    .runtime_id = -1,
    .doc = "how params are searched",
    .params =
        {
            {.name = "method",
             .type = PARAM_WORD,
             .fallback = "random",
             .choices = "random|grid|halving",
             .doc = "draws of each range, all combinations, or draws of which the better half goes on"},
            {.name = "trials",
             .type = PARAM_INTEGER,
             .fallback = "20",
             .min = 1,
             .max = 1e6,
             .doc = "how many combinations are tried"},
            {.name = "monitor",
             .type = PARAM_MONITOR,
             .fallback = "validation.loss",
             .doc = "the figure that judges a trial"},
        },
};

enum { SETTING_METHOD, SETTING_TRIALS, SETTING_MONITOR, SETTING_COUNT };

static void check_setting(Checker *checker, const AstName *name, const AstExpr *value, Span *given) {
    int32_t index = catalog_param(&tune_entry, name->text);
    if (index < 0) {
        WordList words = {0};
        for (int i = 0; i < SETTING_COUNT; i++) vec_push(checker->arena, &words, tune_entry.params[i].name);
        Diagnostic *d =
            diag_report(checker->session, DIAG_UNKNOWN_SETTING, name->span, "`tune` has no setting `%s`", name->text);
        suggest_fix(d, checker->arena, name->span, name->text, &words);
        return;
    }
    if (!span_is_none(given[index])) {
        Diagnostic *d =
            diag_report(checker->session, DIAG_DUPLICATE_SETTING, name->span, "`%s` is given twice", name->text);
        diag_label(d, given[index], "first here");
        return;
    }
    given[index] = name->span;
    Argument read;
    LrtMonitor monitor;
    if (value->kind == AST_ERROR) return;
    if (index == SETTING_MONITOR)
        monitor_resolve(checker, value, &monitor);
    else
        bind_argument(checker, NULL, &tune_entry, &tune_entry.params[index], value, &read);
}

/* Trials that cannot differ from one another. */
static void check_ranges(Checker *checker, const AstSection *section) {
    if (checker->constants_hidden) return;
    for (int64_t i = 0; i < checker->constants.count; i++)
        if (checker->constants.items[i].range) return;
    Diagnostic *d = diag_report(checker->session, DIAG_MISSING_ARGUMENT, section->name.span,
                                "`tune` searches params that have a range, and the spec has none");
    diag_advice(d, "`param lr = 1e-3 in log(1e-5..1e-1)`, and `adam(lr: lr)`");
}

void check_tune(Checker *checker) {
    const AstSection *section = checker->sections[SECTION_TUNE];
    if (!section || !section_wants_block(checker, section, "tune { method: random; trials: 20; monitor: validation.loss }"))
        return;
    Span given[SETTING_COUNT] = {SPAN_NONE, SPAN_NONE, SPAN_NONE};
    for (int64_t i = 0; i < section->stmt_count; i++) {
        const AstStmt *stmt = &section->stmts[i];
        if (stmt->disabled) continue;
        if (stmt->kind != AST_ENTRY) {
            section_refuse_statement(checker, stmt, "tune", "NAME: VALUE");
            continue;
        }
        for (int64_t k = 0; k < stmt->name_count; k++) check_setting(checker, &stmt->names[k], stmt->value, given);
    }
    check_ranges(checker, section);
}
