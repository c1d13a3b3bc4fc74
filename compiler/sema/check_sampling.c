/* The section `sampling`: resampling of the training part. No other part can be named, and `augment` obeys the same. */
#include <string.h>

#include "sema/checker.h"
#include "support/str.h"

static bool is_part(const char *word) {
    return strcmp(word, "train") == 0 || strcmp(word, "training") == 0 || strcmp(word, "validation") == 0 ||
           strcmp(word, "test") == 0 || strcmp(word, "part") == 0 || strcmp(word, "parts") == 0;
}

/* The first place of the expression that names a part. */
static bool names_part(const AstExpr *expr, Span *out) {
    if (!expr) return false;
    if ((expr->kind == AST_NAME || expr->kind == AST_STRING) && is_part(expr->text)) {
        *out = expr->span;
        return true;
    }
    for (int64_t i = 0; i < expr->arg_count; i++) {
        if (expr->args[i].key_kind == AST_KEY_WORD && is_part(expr->args[i].key)) {
            *out = expr->args[i].key_span;
            return true;
        }
        if (names_part(expr->args[i].value, out)) return true;
    }
    /* Flows lean to the left: this is a loop down the spine, and one level to the right of each. */
    if (expr->kind == AST_FLOW)
        return names_part(expr->left, out) ||
               (expr->right && expr->right->kind != AST_FLOW && names_part(expr->right, out));
    return expr->kind == AST_PAREN && names_part(expr->left, out);
}

bool section_names_part(Checker *checker, const AstStmt *stmt, const char *section) {
    Span span = SPAN_NONE;
    for (int64_t i = 0; i < stmt->name_count && span_is_none(span); i++)
        if (is_part(stmt->names[i].text)) span = stmt->names[i].span;
    if (span_is_none(span) && !names_part(stmt->value, &span)) return false;
    Diagnostic *d = diag_report(checker->session, DIAG_PART_NAMED, span, "`%s` names a part", section);
    diag_why(d, "it acts on the training part alone: the others must stay what the model will meet");
    diag_advice(d, "without naming a part");
    return true;
}

static bool target_has_classes(Checker *checker, const CatalogEntry *entry, const AstExpr *expr) {
    if (checker->target_poisoned || checker->targets.count == 0) return true;
    if (checker->targets.count > 1) {
        diag_report(checker->session, DIAG_UNSUPPORTED_FEATURE, expr_word_span(expr),
                    "`%s` with several targets is a feature of the language that this version does not build",
                    entry->name);
        return false;
    }
    if (checker->targets.items[0].is_class) return true;
    Diagnostic *d = diag_report(checker->session, DIAG_SAMPLER_NEEDS_CLASSES, expr_word_span(expr),
                                "`%s` brings classes up or down; the target %s, has none", entry->name,
                                target_describe(checker, 0));
    diag_label(d, checker->target_declared.items[0], "the target");
    return false;
}

static void add_sampler(Checker *checker, const CatalogEntry *entry, const AstExpr *expr) {
    Call *call = bind_call(checker, NULL, entry, expr);
    if (!target_has_classes(checker, entry, expr) || !call) return;
    LrtSampler sampler = {.kind = (LrtSamplerKind)entry->runtime_id, .ratio = 0};
    if (catalog_param(entry, "ratio") >= 0) sampler.ratio = call_number(call, "ratio");
    if (catalog_param(entry, "seed") >= 0) sampler.seed = (uint64_t)call_integer(call, "seed");
    if (catalog_param(entry, "version") >= 0) sampler.version = call_integer(call, "version");
    if (catalog_param(entry, "neighbors") >= 0) sampler.neighbors = call_integer(call, "neighbors");
    sampler.spec_line = (int32_t)source_position(&checker->session->sources, expr->span.source, expr->span.begin).line;
    vec_push(checker->arena, &checker->samplers, sampler);
}

static void check_sampler(Checker *checker, const AstExpr *value) {
    const Scope *scope;
    if (!(value->kind == AST_NAME && catalog_find(ENTRY_SAMPLER, value->text)))
        value = expr_resolve(checker, NULL, value, &scope);
    if (value->kind == AST_ERROR) return;
    if (!expr_word(value)) {
        Diagnostic *d = diag_report(checker->session, DIAG_SYNTAX_ERROR, value->span, "this is no sampler");
        diag_advice(d, "one a line, such as `smote(neighbors: 5, ratio: 50%%)`");
        return;
    }
    if (span_is_none(checker->sampler_span)) checker->sampler_span = value->span;
    const CatalogEntry *entry = bind_entry(checker, ENTRY_SAMPLER, value);
    if (entry) add_sampler(checker, entry, value);
}

/* `calibrate: prior` undoes in the predicted probabilities what the samplers did to the shares of the classes. */
static void check_calibration(Checker *checker, const AstStmt *stmt) {
    if (checker->model->calibrates_prior) {
        diag_report(checker->session, DIAG_DUPLICATE_SETTING, stmt->names[0].span, "`calibrate` is set twice");
        return;
    }
    if (stmt->value && stmt->value->kind == AST_NAME && strcmp(stmt->value->text, "prior") == 0) {
        checker->model->calibrates_prior = true;
        return;
    }
    Span span = stmt->value ? stmt->value->span : stmt->names[0].span;
    Diagnostic *d = diag_report(checker->session, DIAG_UNKNOWN_VALUE, span, "`calibrate` knows one way: `prior`");
    if (stmt->value) diag_fix(d, false, span, "prior", NULL);
}

/* `neighbors: 5` by itself is an argument that lost its sampler. */
static void check_setting(Checker *checker, const AstStmt *stmt) {
    const AstName *name = &stmt->names[0];
    if (stmt->value && stmt->value->kind == AST_ERROR) return;
    if (strcmp(name->text, "calibrate") == 0) {
        check_calibration(checker, stmt);
        return;
    }
    WordList words = {0};
    vec_push(checker->arena, &words, "calibrate");
    Diagnostic *d =
        diag_report(checker->session, DIAG_UNKNOWN_SETTING, name->span, "`sampling` has no setting `%s`", name->text);
    if (!suggest_fix(d, checker->arena, name->span, name->text, &words))
        diag_advice(d, "an argument stands in its sampler: `smote(neighbors: 5)`");
}

void check_sampling(Checker *checker) {
    const AstSection *section = checker->sections[SECTION_SAMPLING];
    checker->sampler_span = SPAN_NONE;
    if (!section || !section_wants_block(checker, section, "sampling { smote(neighbors: 5, ratio: 50%) }")) return;
    for (int64_t i = 0; i < section->stmt_count; i++) {
        const AstStmt *stmt = &section->stmts[i];
        if (stmt->disabled || stmt->kind == AST_BAD || section_names_part(checker, stmt, "sampling")) continue;
        if (stmt->kind == AST_ENTRY)
            check_setting(checker, stmt);
        else if (stmt->kind == AST_VALUE)
            check_sampler(checker, stmt->value);
        else
            section_refuse_statement(checker, stmt, "sampling", "a sampler such as smote(neighbors: 5)");
    }
}
