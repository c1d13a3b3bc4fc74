/* The section `target`: what is predicted. A column as it is, or what flows make of it; metrics and predictions are
 * turned back from the end of the flow to the first step that cannot be inverted. */
#include <string.h>

#include "sema/checker.h"
#include "support/panic.h"
#include "support/str.h"

/* ---- look-ups -------------------------------------------------------------------------------------------------- */

int32_t target_find(const Checker *checker, const char *name) {
    for (int64_t i = 0; i < checker->targets.count; i++)
        if (strcmp(checker->targets.items[i].name, name) == 0) return (int32_t)i;
    return -1;
}

static const Variable *target_variable(const Checker *checker, int32_t target) {
    return &checker->variables.items[checker->target_variables.items[target]];
}

Span target_declaration(const Checker *checker, int32_t target) { return target_variable(checker, target)->span; }

const char *target_describe(Checker *checker, int32_t target) {
    const LrtTarget *found = &checker->targets.items[target];
    const Variable *variable = target_variable(checker, target);
    if (found->parts)
        return arena_printf(checker->arena, "`%s`, a vector of %lld numbers", found->name, (long long)found->width);
    if (!found->is_class)
        return arena_printf(checker->arena, "`%s`, %s", found->name,
                            variable->derived                      ? "a number"
                            : variable->type == LRT_COLUMN_INT     ? "an int column"
                            : variable->type == LRT_COLUMN_ORDINAL ? "the number of a level"
                                                                   : "a real column");
    const char *kind = found->is_ordinal ? "an ordinal" : variable->type == LRT_COLUMN_BOOL ? "a bool" : "a category";
    if (!found->levels) return arena_printf(checker->arena, "`%s`, %s", found->name, kind);
    return arena_printf(checker->arena, "`%s`, %s with %lld classes", found->name, kind, (long long)found->level_count);
}

/* A column made of a target's source that is as new as what the target reads, or newer. */
static void report_too_new(Checker *checker, Span span, const Variable *found) {
    int32_t target = 0;
    int64_t missing = reach_lag_missing(checker, found->slot, &target);
    Diagnostic *d = diag_report(checker->session, DIAG_TARGET_AS_FEATURE, span,
                                "`%s` reads what target `%s` is made of, in rows that are as new", found->name,
                                checker->targets.items[target].name);
    diag_label(d, checker->target_declared.items[target], "the target");
    diag_why(d, "the network would copy what it is to predict, and has nothing to copy for a new row");
    diag_advice(d, "`-> lag(%lld)` at the end of its flow, or a target that looks further `ahead`", (long long)missing);
}

void report_target_as_feature(Checker *checker, Span span, int32_t variable) {
    const Variable *found = &checker->variables.items[variable];
    if (checker->target_poisoned) return;
    if (!found->is_target && (found->derived || found->transformed)) {
        report_too_new(checker, span, found);
        return;
    }
    Diagnostic *d = diag_report(checker->session, DIAG_TARGET_AS_FEATURE, span,
                                found->is_target ? "`%s` is the target, not a feature"
                                                 : "`%s` is a source of the target, not a feature",
                                found->name);
    if (checker->target_declared.count > 0) diag_label(d, checker->target_declared.items[0], "the target");
    diag_why(d, "the network would copy what it is to predict, and has nothing to copy for a new row");
    diag_advice(d,
                found->is_target ? "leave `%s` out of the features; its own flow stands in `target { %s -> … }`"
                                 : "leave `%s` out of the features",
                found->name, found->name);
}

/* ---- units ----------------------------------------------------------------------------------------------------- */

/* As the runtime turns values back: what a limit cut off is lost, what is left stands in the same units. */
static bool is_invertible(LrtTransform transform) {
    switch (transform) {
    case LRT_TRANSFORM_CONSTANT_ARITHMETIC:
    case LRT_TRANSFORM_DROP_OUTLIERS:
    case LRT_TRANSFORM_SCALE_QUANTILE:
    case LRT_TRANSFORM_SCALE_POWER:
    case LRT_TRANSFORM_SCALE:
    case LRT_TRANSFORM_LOG:
    case LRT_TRANSFORM_LOG1P:
    case LRT_TRANSFORM_SQRT:
    case LRT_TRANSFORM_RESCALE:
    case LRT_TRANSFORM_WINSORIZE:
    case LRT_TRANSFORM_CLIP:
    case LRT_TRANSFORM_IMPUTE: return true;
    case LRT_TRANSFORM_ABS:
    case LRT_TRANSFORM_BINS:
    case LRT_TRANSFORM_DROP_CONSTANT:
    case LRT_TRANSFORM_JOIN:
    case LRT_TRANSFORM_ARITHMETIC:
    case LRT_TRANSFORM_LEVELS:
    case LRT_TRANSFORM_DATE_PART:
    case LRT_TRANSFORM_CYCLIC:
    case LRT_TRANSFORM_CROSS:
    case LRT_TRANSFORM_HASH:
    case LRT_TRANSFORM_HASH_WORDS:
    case LRT_TRANSFORM_BAG_OF_WORDS:
    case LRT_TRANSFORM_PCA:
    case LRT_TRANSFORM_COMPONENT:
    case LRT_TRANSFORM_SELECT:
    case LRT_TRANSFORM_TARGET_ENCODE:
    case LRT_TRANSFORM_LAG:
    case LRT_TRANSFORM_DIFF:
    case LRT_TRANSFORM_RETURNS:
    case LRT_TRANSFORM_LOG_RETURNS:
    case LRT_TRANSFORM_ROLLING_MEAN:
    case LRT_TRANSFORM_ROLLING_STANDARDIZE:
    case LRT_TRANSFORM_ROLLING_MAD:
    case LRT_TRANSFORM_EWM:
    case LRT_TRANSFORM_AHEAD:
    case LRT_TRANSFORM_ONE_HOT:
    case LRT_TRANSFORM_ORDINAL:
    case LRT_TRANSFORM_INDEX: return false;
    }
    return false;
}

static const LrtStep *step_into(const Checker *checker, int32_t slot) {
    for (int64_t i = checker->steps.count; i-- > 0;)
        if (checker->steps.items[i].output == slot) return &checker->steps.items[i];
    return NULL;
}

static bool is_arithmetic(LrtTransform transform) {
    return transform == LRT_TRANSFORM_ARITHMETIC || transform == LRT_TRANSFORM_CONSTANT_ARITHMETIC;
}

/* "" where everything is turned back; else what stands before the steps that are: "diff(log close)". That a target
 * looks ahead says nothing of its units. */
static const char *target_units(Checker *checker, const Variable *variable, bool as_fed) {
    const LrtStep *step = step_into(checker, variable->slot);
    if (step && step->transform == LRT_TRANSFORM_JOIN) step = step_into(checker, step->input); /* all parts go the same way */
    while (!as_fed && step && is_invertible(step->transform)) step = step_into(checker, step->input);
    Str head, tail;
    str_init(&head, checker->arena);
    str_init(&tail, checker->arena);
    const char *base = checker->columns.items[variable->column].name;
    bool computed = false;
    int64_t calls = 0;
    for (; step; step = step_into(checker, step->input)) {
        if (is_arithmetic(step->transform)) {
            Span span = checker->step_spans.items[step - checker->steps.items];
            base = source_text(&checker->session->sources, checker->arena, span);
            computed = true;
            break;
        }
        const CatalogEntry *entry = catalog_by_runtime_id(ENTRY_TRANSFORM, (int32_t)step->transform);
        if (step->transform == LRT_TRANSFORM_AHEAD) continue;
        const LrtStep *inner = step_into(checker, step->input);
        bool last = calls > 0 && !inner; /* the innermost of several stands without brackets: diff(log close) */
        str_printf(&head, last ? "%s " : "%s(", entry ? entry->name : "");
        if (!last) str_append_char(&tail, ')');
        calls++;
    }
    return calls == 0 && !computed ? "" : arena_printf(checker->arena, "%s%s%s", head.data, base, tail.data);
}

/* ---- targets --------------------------------------------------------------------------------------------------- */

static bool type_can_be_target(LrtColumnType type) {
    return type == LRT_COLUMN_REAL || type == LRT_COLUMN_INT || type == LRT_COLUMN_BOOL ||
           type == LRT_COLUMN_CATEGORY || type == LRT_COLUMN_ORDINAL;
}

static void report_no_target_type(Checker *checker, const Variable *variable, Span span) {
    Diagnostic *d = diag_report(checker->session, DIAG_TYPE_MISMATCH, span, "`%s` is %s and cannot be a target",
                                variable->name, value_kind_text(variable));
    diag_label(d, variable->span, "declared as %s", column_type_word(variable->type));
    diag_advice(d, "a target is real, int, bool, category or ordinal");
}

static bool check_levels(Checker *checker, const Variable *variable, const LrtTarget *target, Span span) {
    if (!target->is_class || !target->levels || target->level_count > 1) return true;
    Diagnostic *d = diag_report(checker->session, DIAG_ONE_CLASS, variable->span,
                                "the target `%s` has one class alone, `%s`", target->name, target->levels[0]);
    diag_caret(d, "its levels");
    diag_label(d, span, "the target");
    diag_why(d, "there is nothing to tell apart");
    return false;
}

/* A vector's parts bear the names of the columns that they come from. */
static void name_parts(Checker *checker, LrtTarget *target) {
    const LrtStep *step = step_into(checker, target->slot);
    if (!step || step->transform != LRT_TRANSFORM_JOIN) return;
    const char **names = ARENA_ARRAY(checker->arena, const char *, 1 + step->other_count);
    for (int64_t k = 0; k <= step->other_count; k++) {
        int32_t slot = k == 0 ? step->input : step->others[k - 1];
        names[k] = checker->columns.items[checker->slots.items[slot].column].name;
    }
    target->parts = names;
    target->width = 1 + step->other_count;
}

static LrtTarget make_target(Checker *checker, const Variable *variable) {
    static const char *const bool_levels[] = {"false", "true"};
    const LrtColumn *column = &checker->columns.items[variable->column];
    bool is_bool = variable->type == LRT_COLUMN_BOOL && checker->slots.items[variable->slot].column == variable->slot;
    bool has_levels = variable->kind == VALUE_CATEGORY || variable->kind == VALUE_ORDINAL;
    LrtTarget target = {.name = variable->name,
                        .slot = variable->slot,
                        .is_class = has_levels || is_bool,
                        .is_ordinal = variable->kind == VALUE_ORDINAL,
                        .units = ""};
    if (is_bool) {
        target.levels = bool_levels;
        target.level_count = 2;
    } else if (has_levels && column->closed) {
        target.levels = column->levels;
        target.level_count = column->level_count;
    }
    target.offset = 0;
    for (int64_t i = 0; i < checker->targets.count; i++)
        if (checker->targets.items[i].is_class == target.is_class)
            target.offset += (int32_t)lrt_target_width(&checker->targets.items[i]);
    name_parts(checker, &target);
    return target;
}

static void add_target(Checker *checker, int32_t number, Span span) {
    Variable *variable = &checker->variables.items[number];
    if (variable->is_target) {
        Diagnostic *d =
            diag_report(checker->session, DIAG_DUPLICATE_NAME, span, "`%s` is a target already", variable->name);
        if (target_find(checker, variable->name) >= 0)
            diag_label(d, checker->target_declared.items[target_find(checker, variable->name)], "first here");
        checker->target_poisoned = true; /* another may have been meant */
        return;
    }
    variable->is_target = true;
    bool joined = variable->derived && variable->type == LRT_COLUMN_VECTOR;
    if (variable->poisoned || !(joined || type_can_be_target(variable->type))) {
        if (!variable->poisoned) report_no_target_type(checker, variable, span);
        variable->poisoned = true;
        checker->target_poisoned = true;
        return;
    }
    LrtTarget target = make_target(checker, variable);
    if (!check_levels(checker, variable, &target, span)) {
        checker->target_poisoned = true;
        return;
    }
    target.units = variable->units = target_units(checker, variable, false);
    vec_push(checker->arena, &checker->targets, target);
    vec_push(checker->arena, &checker->target_variables, number);
    vec_push(checker->arena, &checker->target_declared, span);
}

/* ---- statements ------------------------------------------------------------------------------------------------ */

static void add_set(Checker *checker, const VariableSet *set, Span span) {
    for (int64_t i = 0; i < set->count; i++) add_target(checker, set->items[i], span);
}

/* `price`, `[water, fat]` or `price -> log`: the columns at the beginning, changed in place. */
static void check_flow(Checker *checker, const AstExpr *value) {
    StageList stages = {0};
    flow_stages(checker->arena, value, &stages);
    const AstExpr *first = stages.items[0];
    VariableSet set = {0};
    if (first->kind == AST_ERROR || !columns_resolve(checker, NULL, first, &set)) {
        checker->target_poisoned = true;
        return;
    }
    flow_apply(checker, &stages, 1, &set, FLOW_TARGET);
    add_set(checker, &set, first->span);
}

/* The raw columns that a derived target rests on: `features` leaves them out, and by name they feed the network only
 * where all targets made of them look ahead. */
static void mark_sources(Checker *checker, int32_t target) {
    if (checker->variables.items[target].slot < 0) return;
    const SlotReach *reach = reach_of_slot(checker, checker->variables.items[target].slot);
    for (int64_t k = 0; k < reach->count; k++)
        for (int64_t i = 0; i < checker->variables.count; i++) {
            Variable *variable = &checker->variables.items[i];
            if (i != target && !variable->derived && variable->column == reach->items[k].column && !variable->is_pattern)
                variable->feeds_target = true;
        }
}

static void check_bind(Checker *checker, const AstStmt *stmt) {
    int32_t made = flow_bind(checker, stmt, FLOW_TARGET);
    int32_t number = variable_find(checker, stmt->names[0].text);
    /* A helper is no target by itself: what it rests on is marked by the targets made of it. */
    if (stmt->kind == AST_LET) return;
    if (made < 0) checker->target_poisoned = true;
    if (number < 0) return;
    if (checker->variables.items[number].column >= 0 && checker->variables.items[number].derived)
        mark_sources(checker, number);
    if (made >= 0) add_target(checker, number, stmt->names[0].span);
}

static void check_names(Checker *checker, const AstStmt *stmt) {
    VariableSet set = {0};
    if (!columns_resolve_names(checker, stmt, &set)) checker->target_poisoned = true;
    StageList stages = {0};
    flow_stages(checker->arena, stmt->value, &stages);
    flow_apply(checker, &stages, 0, &set, FLOW_TARGET);
    add_set(checker, &set, span_join(stmt->names[0].span, stmt->names[stmt->name_count - 1].span));
}

/* `units: target`: what is measured and predicted stays as the network is taught it. */
static void check_units(Checker *checker, const AstStmt *stmt) {
    if (expr_word(stmt->value) && strcmp(stmt->value->text, "target") == 0 && stmt->value->kind == AST_NAME) {
        checker->units_of_target = true;
        return;
    }
    Diagnostic *d = diag_report(checker->session, DIAG_UNKNOWN_VALUE, stmt->value->span, "`units` is `target` or left out");
    diag_why(d, "without it predictions and metrics are turned back into the column's own units");
    diag_fix(d, false, stmt->value->span, "target", NULL);
}

static void keep_units(Checker *checker) {
    for (int64_t i = 0; checker->units_of_target && i < checker->targets.count; i++) {
        LrtTarget *target = &checker->targets.items[i];
        Variable *variable = &checker->variables.items[checker->target_variables.items[i]];
        if (target->is_class) continue;
        target->as_fed = true;
        target->units = variable->units = target_units(checker, variable, true);
    }
}

/* `units: target`, and `:` written where a flow is bound. */
static void check_entry(Checker *checker, const AstStmt *stmt) {
    const AstName *name = &stmt->names[0];
    if (stmt->name_count == 1 && strcmp(name->text, "units") == 0 && stmt->value->kind != AST_ERROR) {
        check_units(checker, stmt);
        return;
    }
    checker->target_poisoned = true;
    if (stmt->value->kind == AST_ERROR) return;
    Diagnostic *d = diag_report(checker->session, DIAG_SYNTAX_ERROR, name->span, "`target` holds flows, not settings");
    bool is_column = variable_find(checker, name->text) >= 0;
    Span between = {name->span.source, name->span.end, stmt->value->span.begin};
    if (stmt->name_count == 1)
        diag_fix(d, false, between, is_column ? " -> " : " = ",
                 arena_printf(checker->arena, is_column ? "%s -> …" : "%s = …", name->text));
}

static void check_statement(Checker *checker, const AstStmt *stmt) {
    switch (stmt->kind) {
    case AST_ENTRY: check_entry(checker, stmt); return;
    case AST_FLOWS: check_names(checker, stmt); return;
    case AST_BIND:
    case AST_LET: check_bind(checker, stmt); return;
    case AST_VALUE: check_flow(checker, stmt->value); return;
    case AST_BAD: checker->target_poisoned = true; return;
    }
}

void check_target(Checker *checker) {
    const AstSection *section = checker->sections[SECTION_TARGET];
    if (!section) {
        checker->target_poisoned = true;
        return;
    }
    if (section->kind == AST_FIELD && section->value) {
        check_flow(checker, section->value);
        return;
    }
    for (int64_t i = 0; i < section->stmt_count; i++)
        if (!section->stmts[i].disabled) check_statement(checker, &section->stmts[i]);
    keep_units(checker);
    if (checker->targets.count == 0 && !checker->target_poisoned) {
        checker->target_poisoned = true;
        Diagnostic *d = diag_report(checker->session, DIAG_MISSING_SECTION, section->name.span, "`target` names none");
        diag_advice(d, "a column, such as `target: price`");
    }
}
