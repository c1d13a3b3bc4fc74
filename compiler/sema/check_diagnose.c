/* The `diagnose` section: which checks of the run are off, how long a plateau is, whether an error ends the run. Whatever is allowed
 * anywhere in the spec is silenced in the run, too. */
#include <string.h>

#include "sema/checker.h"
#include "support/str.h"

enum { PLATEAU_WINDOW = 10 };

static const char *const check_names[] = {
#define CHECK(id, name, severity, needs, doc) name,
#include "lrt/checks.def"
#undef CHECK
};

typedef struct DiagnoseSettings {
    Span off, on_error, plateau;
    VEC(const char *) silenced;
} DiagnoseSettings;

static void report_unknown_check(Checker *checker, const AstExpr *name) {
    WordList words = {0};
    for (size_t i = 0; i < sizeof check_names / sizeof check_names[0]; i++)
        vec_push(checker->arena, &words, check_names[i]);
    Diagnostic *d = diag_report(checker->session, DIAG_UNKNOWN_VALUE, name->span, "no check is called `%s`", name->text);
    Span inside = {name->span.source, name->span.begin + 1, name->span.end - 1};
    suggest_fix(d, checker->arena, inside, name->text, &words);
}

static void read_off(Checker *checker, const AstExpr *value, DiagnoseSettings *settings) {
    const Scope *scope;
    const AstExpr *list = expr_resolve(checker, NULL, value, &scope);
    if (list->kind == AST_ERROR) return;
    if (list->kind != AST_LIST) {
        diag_advice(diag_report(checker->session, DIAG_ARGUMENT_TYPE, value->span, "`off` wants a list of names in quotes"),
                    "`off: [\"label-noise\"]`");
        return;
    }
    for (int64_t i = 0; i < list->arg_count; i++) {
        const AstExpr *name = expr_resolve(checker, scope, list->args[i].value, &scope);
        if (name->kind == AST_ERROR) continue;
        if (name->kind != AST_STRING) {
            diag_advice(diag_report(checker->session, DIAG_ARGUMENT_TYPE, name->span, "a check is named in quotes"),
                        "`off: [\"label-noise\"]`");
            continue;
        }
        bool known = false;
        for (size_t k = 0; k < sizeof check_names / sizeof check_names[0]; k++)
            known |= strcmp(check_names[k], name->text) == 0;
        if (known)
            vec_push(checker->arena, &settings->silenced, name->text);
        else
            report_unknown_check(checker, name);
    }
}

static void read_on_error(Checker *checker, const AstExpr *value) {
    const Scope *scope;
    const AstExpr *resolved = expr_resolve(checker, NULL, value, &scope);
    if (resolved->kind == AST_ERROR) return;
    bool keeps_on = resolved->kind == AST_NAME && strcmp(resolved->text, "continue") == 0;
    if (keeps_on || (resolved->kind == AST_NAME && strcmp(resolved->text, "stop") == 0)) {
        checker->model->diagnose.continue_on_error = keeps_on;
        return;
    }
    Diagnostic *d = diag_report(checker->session, DIAG_UNKNOWN_VALUE, value->span, "`on_error` is `stop` or `continue`");
    if (resolved->kind != AST_NAME) return;
    WordList words = {0};
    vec_push(checker->arena, &words, "stop");
    vec_push(checker->arena, &words, "continue");
    suggest_fix(d, checker->arena, value->span, resolved->text, &words);
}

/* `plateau(window: 10)` */
static void read_plateau(Checker *checker, const AstExpr *value) {
    static const CatalogEntry plateau_entry = {
        .name = "plateau",
        .kind = ENTRY_KIND_COUNT,
        .built = true,
        .runtime_id = -1,
        .doc = "how many epochs without progress are a plateau",
        .params = {{.name = "window", .type = PARAM_INTEGER, .fallback = "10", .min = 2, .max = 1e9, .doc = "epochs"}},
    };
    const Call *call = bind_call(checker, NULL, &plateau_entry, value);
    if (call) checker->model->diagnose.plateau_window = call_integer(call, "window");
}

static void refuse_setting(Checker *checker, const AstName *name) {
    WordList words = {0};
    vec_push(checker->arena, &words, "off");
    vec_push(checker->arena, &words, "on_error");
    vec_push(checker->arena, &words, "plateau");
    Diagnostic *d =
        diag_report(checker->session, DIAG_UNKNOWN_SETTING, name->span, "`diagnose` has no setting `%s`", name->text);
    if (strcmp(name->text, "plateau") == 0)
        diag_advice(d, "it takes its argument in brackets: `plateau(window: 10)`");
    else
        suggest_fix(d, checker->arena, name->span, name->text, &words);
}

/* Remembers where a setting is given; false where that is the second time. */
static bool give_once(Checker *checker, Span *given, Span span, const char *name) {
    if (!span_is_none(*given)) {
        diag_label(diag_report(checker->session, DIAG_DUPLICATE_SETTING, span, "`%s` is given twice", name), *given,
                   "first here");
        return false;
    }
    *given = span;
    return true;
}

static void check_statement(Checker *checker, const AstStmt *stmt, DiagnoseSettings *settings) {
    const AstExpr *value = stmt->value;
    if (stmt->kind == AST_VALUE && expr_word(value) && strcmp(value->text, "plateau") == 0) {
        if (give_once(checker, &settings->plateau, value->span, "plateau")) read_plateau(checker, value);
        return;
    }
    if (stmt->kind != AST_ENTRY) {
        section_refuse_statement(checker, stmt, "diagnose", "NAME: VALUE or `plateau(window: 10)`");
        return;
    }
    for (int64_t i = 0; i < stmt->name_count; i++) {
        const AstName *name = &stmt->names[i];
        if (strcmp(name->text, "off") == 0) {
            if (give_once(checker, &settings->off, name->span, "off")) read_off(checker, value, settings);
        } else if (strcmp(name->text, "on_error") == 0) {
            if (give_once(checker, &settings->on_error, name->span, "on_error")) read_on_error(checker, value);
        } else {
            refuse_setting(checker, name);
        }
    }
}

void check_diagnose(Checker *checker) {
    DiagnoseSettings settings = {.off = SPAN_NONE, .on_error = SPAN_NONE, .plateau = SPAN_NONE};
    checker->model->diagnose.plateau_window = PLATEAU_WINDOW;
    const AstSection *section = checker->sections[SECTION_DIAGNOSE];
    if (section && section_wants_block(checker, section, "diagnose { off: [\"label-noise\"] }"))
        for (int64_t i = 0; i < section->stmt_count; i++)
            if (!section->stmts[i].disabled) check_statement(checker, &section->stmts[i], &settings);
    for (int64_t i = 0; i < checker->session->allows.count; i++) {
        const DiagAllow *allow = &checker->session->allows.items[i];
        if (allow->has_reason) vec_push(checker->arena, &settings.silenced, allow->name);
    }
    checker->model->diagnose.silenced = settings.silenced.items;
    checker->model->diagnose.silenced_count = settings.silenced.count;
}
