/* The `report` section: where runs are written. Its other settings are not built. */
#include <string.h>

#include "sema/checker.h"
#include "support/str.h"

static const char *const settings[] = {"directory", "checkpoint", "tensorboard"};
enum { SETTING_COUNT = sizeof settings / sizeof settings[0] };

static int find_setting(const char *name) {
    for (int i = 0; i < SETTING_COUNT; i++)
        if (strcmp(settings[i], name) == 0) return i;
    return -1;
}

static void set_directory(Checker *checker, const AstExpr *value) {
    const Scope *scope;
    const AstExpr *resolved = expr_resolve(checker, NULL, value, &scope);
    if (resolved->kind == AST_STRING && *resolved->text != '\0') {
        checker->model->run_directory = resolved->text;
        return;
    }
    if (resolved->kind == AST_ERROR) return;
    Diagnostic *d =
        diag_report(checker->session, DIAG_ARGUMENT_TYPE, value->span, "`directory` wants a path in quotes");
    diag_advice(d, "`directory: \"runs/churn\"`");
}

static void check_setting(Checker *checker, const AstName *name, const AstExpr *value, Span *given) {
    int index = find_setting(name->text);
    if (index < 0) {
        WordList words = {0};
        for (int i = 0; i < SETTING_COUNT; i++) vec_push(checker->arena, &words, settings[i]);
        Diagnostic *d =
            diag_report(checker->session, DIAG_UNKNOWN_SETTING, name->span, "`report` has no setting `%s`", name->text);
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
    bool off = value->kind == AST_NAME && strcmp(value->text, "false") == 0;
    if (index == 0)
        set_directory(checker, value);
    else if (!off)
        report_unsupported(checker, name->span, name->text, "setting of `report`");
}

void check_report(Checker *checker) {
    Span given[SETTING_COUNT] = {SPAN_NONE, SPAN_NONE, SPAN_NONE};
    checker->model->run_directory = arena_printf(checker->arena, "runs/%s", checker->model->name);
    const AstSection *section = checker->sections[SECTION_REPORT];
    if (!section || !section_wants_block(checker, section, "report { directory: \"runs/churn\" }")) return;
    for (int64_t i = 0; i < section->stmt_count; i++) {
        const AstStmt *stmt = &section->stmts[i];
        if (stmt->disabled) continue;
        if (stmt->kind != AST_ENTRY) {
            section_refuse_statement(checker, stmt, "report", "NAME: VALUE");
            continue;
        }
        for (int64_t k = 0; k < stmt->name_count; k++) check_setting(checker, &stmt->names[k], stmt->value, given);
    }
}
