/* The `stop` section: rules that end the training, and by that which weights are the best. */
#include <string.h>

#include "lrt/metrics.h"
#include "sema/checker.h"
#include "support/str.h"

static int32_t line_of(const Checker *checker, Span span) {
    return (int32_t)source_position(&checker->session->sources, span.source, span.begin).line;
}

/* ---- reached ----------------------------------------------------------------------------------------------------- */

static bool read_comparison(const AstExpr *expr, LrtComparison *out) {
    if (expr->kind != AST_BINARY) return false;
    switch (expr->op) {
    case '>': *out = LRT_ABOVE; return true;
    case 'G': *out = LRT_AT_LEAST; return true;
    case '<': *out = LRT_BELOW; return true;
    case 'L': *out = LRT_AT_MOST; return true;
    default: return false;
    }
}

static bool is_upward(LrtComparison comparison) { return comparison == LRT_ABOVE || comparison == LRT_AT_LEAST; }

/* A loss that must rise, or an accuracy that must fall, is reached before anything has been learnt. */
static bool check_direction(Checker *checker, const AstExpr *condition, const LrtStop *stop) {
    bool higher = lrt_metric_higher_is_better(checker->model->metrics.items[stop->monitor.metric].kind);
    if (higher == is_upward(stop->comparison)) return true;
    Arena *arena = checker->arena;
    const char *monitor = source_text(&checker->session->sources, arena, condition->left->span);
    const char *value = source_text(&checker->session->sources, arena, condition->right->span);
    Diagnostic *d = diag_report(checker->session, DIAG_ARGUMENT_RANGE, condition->span,
                                "`%s` %s as it improves, so this is reached at the start", monitor, higher ? "rises" : "falls");
    diag_fix(d, true, condition->span, arena_printf(arena, "%s %s %s", monitor, higher ? ">=" : "<=", value), NULL);
    return false;
}

static bool read_condition(Checker *checker, const Call *call, LrtStop *out) {
    const Scope *scope;
    const AstExpr *condition = expr_resolve(checker, NULL, call_argument(call, "condition")->expr, &scope);
    if (!read_comparison(condition, &out->comparison)) {
        if (condition->kind != AST_ERROR)
            diag_advice(diag_report(checker->session, DIAG_ARGUMENT_TYPE, condition->span,
                                    "`reached` wants a monitor, a comparison and a number"),
                        "`reached(validation.accuracy >= 95%%)`");
        return false;
    }
    Quantity value;
    if (!monitor_resolve(checker, condition->left, &out->monitor) ||
        !quantity_eval(checker, scope, condition->right, "`reached`", &value))
        return false;
    if (value.kind > QUANTITY_SHARE) {
        diag_report(checker->session, DIAG_ARGUMENT_TYPE, condition->right->span, "`reached` wants a number, not %s",
                    quantity_text(checker->arena, value));
        return false;
    }
    out->limit = value.value;
    return check_direction(checker, condition, out);
}

static bool read_rule(Checker *checker, const Call *call, LrtStop *out) {
    *out = (LrtStop){.kind = (LrtStopKind)call->entry->runtime_id, .spec_line = line_of(checker, call->span)};
    switch (out->kind) {
    case LRT_STOP_EARLY:
        out->patience = call_integer(call, "patience");
        out->min_delta = call_number(call, "min_delta");
        out->restore_best = strcmp(call_word(call, "restore"), "best") == 0;
        return monitor_resolve(checker, call_argument(call, "monitor")->expr, &out->monitor);
    case LRT_STOP_TIME_LIMIT: out->limit = call_number(call, "time"); return true;
    case LRT_STOP_MAX_STEPS: out->limit = call_number(call, "steps"); return true;
    case LRT_STOP_REACHED: return read_condition(checker, call, out);
    case LRT_STOP_DIVERGED: out->limit = call_number(call, "factor"); return true;
    }
    return false;
}

/* One limit of a kind; several monitors may be watched, each once. */
static bool is_repeated(Checker *checker, const LrtStop *stop, Span span, const char *word) {
    for (int64_t i = 0; i < checker->model->stops.count; i++) {
        const LrtStop *other = &checker->model->stops.items[i];
        if (other->kind != stop->kind ||
            ((stop->kind == LRT_STOP_EARLY || stop->kind == LRT_STOP_REACHED) &&
             (other->monitor.part != stop->monitor.part || other->monitor.metric != stop->monitor.metric)))
            continue;
        Diagnostic *d = diag_report(checker->session, DIAG_DUPLICATE_SETTING, span, "`%s` stands twice", word);
        diag_label(d, checker->stop_calls.items[i]->span, "first here");
        return true;
    }
    return false;
}

/* `patience: 5` by itself: an argument of a rule. */
static void refuse_entry(Checker *checker, const AstStmt *stmt) {
    const AstName *name = &stmt->names[0];
    WordList words = {0};
    suggest_entries(checker->arena, ENTRY_STOP, &words);
    Diagnostic *d =
        diag_report(checker->session, DIAG_UNKNOWN_SETTING, name->span, "`stop` has no setting `%s`", name->text);
    if (catalog_find(ENTRY_STOP, name->text))
        diag_advice(d, "a rule takes its arguments in brackets: `%s(…)`", name->text);
    else if (catalog_param(catalog_find(ENTRY_STOP, "early"), name->text) >= 0)
        diag_advice(d, "it is an argument of a rule: `early(validation.loss, %s: …)`", name->text);
    else
        suggest_fix(d, checker->arena, name->span, name->text, &words);
}

static void check_rule(Checker *checker, const AstStmt *stmt) {
    if (stmt->kind == AST_ENTRY) {
        refuse_entry(checker, stmt);
        return;
    }
    if (stmt->kind != AST_VALUE || !expr_word(stmt->value)) {
        section_refuse_statement(checker, stmt, "stop", "a rule such as `early(validation.loss, patience: 10)`");
        return;
    }
    const CatalogEntry *entry = bind_entry(checker, ENTRY_STOP, stmt->value);
    const Call *call = entry ? bind_call(checker, NULL, entry, stmt->value) : NULL;
    LrtStop stop;
    if (!call || !read_rule(checker, call, &stop) || is_repeated(checker, &stop, stmt->span, entry->name)) return;
    vec_push(checker->arena, &checker->model->stops, stop);
    vec_push(checker->arena, &checker->stop_calls, call);
}

/* Best by the monitor of the first `early`, else by validation.loss; without a validation part, the last weights. */
static void find_best(Checker *checker) {
    Model *model = checker->model;
    bool validated = validation_exists(checker);
    model->best = (LrtMonitor){.part = validated ? LRT_PART_VALIDATION : LRT_PART_TRAIN, .metric = 0};
    model->restore_best = validated;
    for (int64_t i = 0; i < model->stops.count; i++)
        if (model->stops.items[i].kind == LRT_STOP_EARLY) {
            model->best = model->stops.items[i].monitor;
            model->restore_best = model->stops.items[i].restore_best;
            return;
        }
}

void check_stop(Checker *checker) {
    const AstSection *section = checker->sections[SECTION_STOP];
    if (section && section_wants_block(checker, section, "stop { early(validation.loss, patience: 10) }"))
        for (int64_t i = 0; i < section->stmt_count; i++)
            if (!section->stmts[i].disabled) check_rule(checker, &section->stmts[i]);
    find_best(checker);
}
