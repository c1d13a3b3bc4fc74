/* The section `preprocess`: flows that change columns in place, and flows into new columns. */
#include <string.h>

#include "sema/checker.h"
#include "support/str.h"

/* Where a flow's sources are named: `a, b -> …` by the statement, else by the first expression of the flow. */
typedef struct Sources {
    const AstStmt *names;
    const AstExpr *expr;
} Sources;

static bool expr_names(const AstExpr *expr, const char *name, Span *out) {
    while (expr->kind == AST_PAREN) expr = expr->left;
    if ((expr->kind == AST_NAME || expr->kind == AST_STRING) && strcmp(expr->text, name) == 0) {
        *out = expr->span;
        return true;
    }
    for (int64_t i = 0; expr->kind == AST_LIST && i < expr->arg_count; i++)
        if (expr_names(expr->args[i].value, name, out)) return true;
    return false;
}

/* Whether a column is named itself, not by a glob, `rest` or a `let`. */
static bool names_directly(const Sources *sources, const char *name, Span *out) {
    if (sources->expr) return expr_names(sources->expr, name, out);
    for (int64_t i = 0; i < sources->names->name_count; i++)
        if (strcmp(sources->names->names[i].text, name) == 0) {
            *out = sources->names->names[i].span;
            return true;
        }
    return false;
}

/* Leaves out the target, and sources of it that tell of it: in silence where a glob or `rest` took them along, else
 * with a message. What a source's flow makes of it is looked at once all flows are read. */
static void leave_out_targets(Checker *checker, const Sources *sources, VariableSet *set) {
    int64_t kept = 0;
    for (int64_t i = 0; i < set->count; i++) {
        Variable *variable = &checker->variables.items[set->items[i]];
        Span span;
        bool named = names_directly(sources, variable->name, &span);
        if (!variable->is_target && (named || !variable_leaks(checker, variable))) {
            if (named && variable->feeds_target) variable->leak = span;
            set->items[kept++] = set->items[i];
        } else if (named) {
            report_target_as_feature(checker, span, set->items[i]);
        }
    }
    set->count = kept;
}

/* What flows have made of a target's sources and tells of it. Helpers, and what others are derived from, are no
 * features by themselves. */
static void report_leaks(Checker *checker) {
    for (int64_t i = 0; i < checker->variables.count; i++) {
        Variable *variable = &checker->variables.items[i];
        bool is_feature = !variable->helper && !(variable->derived && variable->feeds);
        if (span_is_none(variable->leak) || variable->poisoned || !is_feature || !variable_leaks(checker, variable))
            continue;
        report_target_as_feature(checker, variable->leak, (int32_t)i);
        variable->poisoned = true;
    }
}

/* A flow that could not be read may have encoded any category: those without one are not reported as lacking it. */
static void poison_unencoded(Checker *checker, const AstStmt *stmt) {
    for (int64_t i = 0; i < checker->variables.count; i++) {
        Variable *variable = &checker->variables.items[i];
        bool named = !stmt || stmt->name_count == 0;
        for (int64_t k = 0; stmt && k < stmt->name_count; k++)
            named |= strcmp(stmt->names[k].text, variable->name) == 0;
        if (named && !variable->transformed && !variable->is_target) variable->poisoned = true;
    }
}

static void poison_set(Checker *checker, const VariableSet *set) {
    for (int64_t i = 0; i < set->count; i++) checker->variables.items[set->items[i]].poisoned = true;
}

/* The columns that stand where transforms belong: `scale(standard) -> age`. */
static void poison_stages(Checker *checker, const StageList *stages) {
    for (int64_t i = 0; i < stages->count; i++) {
        int32_t variable = stages->items[i]->kind == AST_NAME ? variable_find(checker, stages->items[i]->text) : -1;
        if (variable >= 0) checker->variables.items[variable].poisoned = true;
    }
}

/* A flow that lacks its columns or its transforms, or holds arithmetic where columns belong. */
static bool begins_with_columns(Checker *checker, const StageList *stages, const AstStmt *stmt) {
    const AstExpr *first = stages->items[0];
    if (first->kind == AST_ERROR) return false;
    const char *word = expr_word(first);
    bool is_transform = first->kind == AST_CALL || (word && catalog_find(ENTRY_TRANSFORM, word) &&
                                                    variable_find(checker, word) < 0 && !constant_find(checker, word));
    if (is_transform) {
        Diagnostic *d =
            diag_report(checker->session, DIAG_SYNTAX_ERROR, first->span, "the flow names no column to begin with");
        diag_advice(d, "`COLUMN -> %s`", source_text(&checker->session->sources, checker->arena, first->span));
        poison_stages(checker, stages);
        return false;
    }
    if (flow_is_arithmetic(first)) {
        int32_t slot;
        if (flow_arithmetic(checker, first, FLOW_PREPROCESS, &slot) < 0) return false;
        Diagnostic *d = diag_report(checker->session, DIAG_SYNTAX_ERROR, first->span,
                                    "arithmetic makes a new column, which wants a name");
        diag_advice(d, "`NAME = %s`", source_text(&checker->session->sources, checker->arena, stmt->span));
        return false;
    }
    return true;
}

static void report_bare(Checker *checker, const AstStmt *stmt) {
    Diagnostic *d = diag_report(checker->session, DIAG_SYNTAX_ERROR, stmt->span, "`%s` flows nowhere",
                                source_text(&checker->session->sources, checker->arena, stmt->span));
    diag_advice(d, "a flow such as `%s -> scale(standard)`",
                source_text(&checker->session->sources, checker->arena, stmt->span));
}

static void check_value(Checker *checker, const AstStmt *stmt) {
    StageList stages = {0};
    flow_stages(checker->arena, stmt->value, &stages);
    if (!begins_with_columns(checker, &stages, stmt)) return;
    VariableSet set = {0};
    bool known = columns_resolve(checker, NULL, stages.items[0], &set);
    if (stages.count == 1) {
        if (known) report_bare(checker, stmt);
        poison_set(checker, &set);
        return;
    }
    const Sources sources = {.expr = stages.items[0]};
    leave_out_targets(checker, &sources, &set);
    flow_apply(checker, &stages, 1, &set, FLOW_PREPROCESS);
}

static void check_names(Checker *checker, const AstStmt *stmt) {
    VariableSet set = {0};
    columns_resolve_names(checker, stmt, &set);
    const Sources sources = {.names = stmt};
    leave_out_targets(checker, &sources, &set);
    StageList stages = {0};
    flow_stages(checker->arena, stmt->value, &stages);
    flow_apply(checker, &stages, 0, &set, FLOW_PREPROCESS);
}

/* `age: scale(standard)`: a colon where the arrow belongs. */
static void report_entry(Checker *checker, const AstStmt *stmt) {
    if (!stmt->value || stmt->value->kind == AST_ERROR) return;
    const AstName *last = &stmt->names[stmt->name_count - 1];
    Span between = {last->span.source, last->span.end, stmt->value->span.begin};
    Diagnostic *d =
        diag_report(checker->session, DIAG_SYNTAX_ERROR, stmt->names[0].span, "`preprocess` holds flows, not settings");
    diag_fix(d, false, between, " -> ", arena_printf(checker->arena, "%s -> …", stmt->names[0].text));
    poison_unencoded(checker, stmt);
}

/* `x = …` that could not be read still binds its name. */
static void bind_damaged(Checker *checker, const AstStmt *stmt) {
    for (int64_t i = 0; i < stmt->name_count; i++)
        if (variable_find(checker, stmt->names[i].text) < 0) flow_poison_name(checker, &stmt->names[i]);
}

void check_preprocess(Checker *checker) {
    const AstSection *section = checker->sections[SECTION_PREPROCESS];
    if (!section ||
        !section_wants_block(checker, section, "preprocess { income -> impute(median) -> scale(standard) }")) {
        if (section || checker->damaged) poison_unencoded(checker, NULL);
        checker->derived_lost = section != NULL || checker->session->error_count > 0;
        return;
    }
    int64_t errors = checker->session->error_count;
    for (int64_t i = 0; i < section->stmt_count; i++) {
        const AstStmt *stmt = &section->stmts[i];
        if (stmt->disabled) continue;
        switch (stmt->kind) {
        case AST_ENTRY: report_entry(checker, stmt); break;
        case AST_FLOWS: check_names(checker, stmt); break;
        case AST_BIND:
        case AST_LET: flow_bind(checker, stmt, FLOW_PREPROCESS); break;
        case AST_VALUE: check_value(checker, stmt); break;
        case AST_BAD:
            bind_damaged(checker, stmt);
            poison_unencoded(checker, stmt);
            checker->columns_poisoned |= stmt->name_count == 0; /* it may have made a column */
            break;
        }
    }
    report_leaks(checker);
    /* A flow that went wrong may be the one that a category lacks. */
    if (checker->session->error_count > errors) poison_unencoded(checker, NULL);
}
