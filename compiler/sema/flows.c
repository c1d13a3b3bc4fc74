/* Columns through transforms, for `preprocess` and `target`. A variable stands at a slot; a stage that fits its kind
 * adds a step from there to a new slot. A stage that does not fit poisons the variable, and nothing more is said of it.
 */
#include <string.h>

#include "sema/checker.h"
#include "support/str.h"

/* A stage bound once for all the columns that flow through it. */
typedef struct Stage {
    const AstExpr *expr;
    const Call *call; /* NULL: poisoned, reported */
    LrtStep step;     /* without its slots */
    bool indicator;
} Stage;

const char *value_kind_text(const Variable *variable) {
    switch (variable->kind) {
    case VALUE_NUMBER: return variable->type == LRT_COLUMN_BOOL ? "a bool" : "a number";
    case VALUE_CATEGORY: return "a category";
    case VALUE_ORDINAL: return "an ordinal";
    case VALUE_MATRIX:
        if (variable->type == LRT_COLUMN_IMAGE) return "an image";
        return variable->type == LRT_COLUMN_VECTOR ? "a vector" : "one-hot encoded";
    case VALUE_TIMESTAMP: return "a timestamp";
    case VALUE_APART: break;
    }
    switch (variable->type) {
    case LRT_COLUMN_KEY: return "a key";
    case LRT_COLUMN_GROUP: return "a group";
    case LRT_COLUMN_WEIGHT: return "a weight";
    case LRT_COLUMN_FOLD: return "a fold";
    case LRT_COLUMN_IGNORE: return "ignored";
    case LRT_COLUMN_REAL:
    case LRT_COLUMN_INT:
    case LRT_COLUMN_BOOL:
    case LRT_COLUMN_CATEGORY:
    case LRT_COLUMN_ORDINAL:
    case LRT_COLUMN_TIMESTAMP:
    case LRT_COLUMN_TEXT:
    case LRT_COLUMN_IMAGE:
    case LRT_COLUMN_VECTOR: break;
    }
    return "no feature";
}

/* ---- stages ---------------------------------------------------------------------------------------------------- */

void flow_stages(Arena *arena, const AstExpr *expr, StageList *out) {
    StageList backwards = {0};
    while (expr->kind == AST_FLOW || (expr->kind == AST_PAREN && expr->left->kind == AST_FLOW)) {
        if (expr->kind == AST_FLOW) vec_push(arena, &backwards, expr->right);
        expr = expr->left;
    }
    vec_push(arena, out, expr);
    for (int64_t i = backwards.count; i-- > 0;) {
        const AstExpr *stage = backwards.items[i];
        while (stage->kind == AST_PAREN) stage = stage->left;
        if (stage->kind == AST_FLOW)
            flow_stages(arena, stage, out);
        else
            vec_push(arena, out, stage);
    }
}

/* `lag(-1)` and `ahead(1)` read rows that lie ahead. */
static bool looks_ahead(Checker *checker, const AstExpr *stage, FlowPlace place) {
    const char *word = expr_word(stage);
    if (strcmp(word, "ahead") == 0) return place == FLOW_PREPROCESS;
    if (strcmp(word, "lag") != 0 && strcmp(word, "diff") != 0) return false;
    Quantity reach;
    return stage->kind == AST_CALL && stage->arg_count > 0 &&
           quantity_is_constant(checker, NULL, stage->args[0].value) &&
           quantity_eval(checker, NULL, stage->args[0].value, "the reach", &reach) && reach.value < 0;
}

static void report_look_ahead(Checker *checker, const AstExpr *stage) {
    Diagnostic *d = diag_report(checker->session, DIAG_LOOK_AHEAD, stage->span, "`%s` reads rows that lie ahead",
                                source_text(&checker->session->sources, checker->arena, stage->span));
    diag_why(d, "what comes later is not known when the model predicts; only `target` may look ahead");
    diag_advice(d, "lag(k) reads the row k before");
}

/* A stage that is no word: a number, arithmetic, a list. */
static void report_no_transform(Checker *checker, const AstExpr *stage) {
    if (stage->kind == AST_ERROR) return;
    if (stage->kind == AST_BINARY && strchr("+-*/", stage->op)) {
        Diagnostic *d = diag_report(checker->session, DIAG_SYNTAX_ERROR, stage->span,
                                    "arithmetic stands at the beginning of a flow, not behind `->`");
        diag_advice(d, "in parentheses, with a name: `NAME = (a -> log) - b`");
        return;
    }
    if (stage->kind == AST_BINARY) {
        Span sign = expr_operator_span(checker, stage);
        diag_fix(diag_report(checker->session, DIAG_SYNTAX_ERROR, sign, "columns are not compared in a flow"), false, sign,
                 "->", "->");
        return;
    }
    Diagnostic *d = diag_report(checker->session, DIAG_UNKNOWN_TRANSFORM, stage->span, "this is no transform");
    diag_advice(d, "a transform such as impute(median) or scale(standard)");
}

/* The stage as the text has it, or what a `let` of that name stands for. */
static const AstExpr *resolve_stage(Checker *checker, const AstExpr *stage) {
    const Scope *scope;
    if (stage->kind == AST_NAME && catalog_find(ENTRY_TRANSFORM, stage->text)) return stage;
    return expr_resolve(checker, NULL, stage, &scope);
}

static const CatalogEntry *stage_entry(Checker *checker, const AstExpr *stage, FlowPlace place) {
    if (!expr_word(stage)) {
        report_no_transform(checker, stage);
        return NULL;
    }
    if (looks_ahead(checker, stage, place)) {
        report_look_ahead(checker, stage);
        return NULL;
    }
    if (stage->kind == AST_NAME && !catalog_find(ENTRY_KIND_COUNT, stage->text) &&
        variable_find(checker, stage->text) >= 0) {
        Diagnostic *d = diag_report(checker->session, DIAG_UNKNOWN_TRANSFORM, stage->span,
                                    "`%s` is a column, where the flow wants a transform", stage->text);
        diag_advice(d, "a flow runs from columns through transforms: `a, b -> scale(standard)`");
        return NULL;
    }
    return bind_entry(checker, ENTRY_TRANSFORM, stage);
}

static Stage bind_stage(Checker *checker, const AstExpr *expr, FlowPlace place) {
    Stage stage = {.expr = expr};
    const AstExpr *resolved = resolve_stage(checker, expr);
    const CatalogEntry *entry = stage_entry(checker, resolved, place);
    Call *call = entry ? bind_call(checker, NULL, entry, resolved) : NULL;
    if (!call || !transform_step_read(checker, call, &stage.step)) return stage;
    stage.call = call;
    stage.indicator = stage.step.transform == LRT_TRANSFORM_IMPUTE && call_bool(call, "indicator");
    stage.step.indicator = -1;
    stage.step.spec_line =
        (int32_t)source_position(&checker->session->sources, expr->span.source, expr->span.begin).line;
    return stage;
}

/* ---- kinds ----------------------------------------------------------------------------------------------------- */

static bool takes_levels(LrtTransform transform) {
    return transform == LRT_TRANSFORM_ONE_HOT || transform == LRT_TRANSFORM_ORDINAL;
}

static bool has_levels(const Variable *variable) {
    return variable->kind == VALUE_CATEGORY || variable->kind == VALUE_ORDINAL;
}

static void report_kind(Checker *checker, const Stage *stage, const Variable *variable) {
    if (checker->columns_poisoned && variable->is_pattern) return; /* what it stands for is not known */
    bool wants_levels = takes_levels(stage->step.transform);
    Diagnostic *d = diag_report(checker->session, DIAG_TYPE_MISMATCH, stage->call->name_span,
                                "`%s` takes a %s; `%s` is %s", stage->call->entry->name,
                                wants_levels ? "category" : "number", variable->name, value_kind_text(variable));
    if (span_is_none(variable->flow) || variable->kind != VALUE_MATRIX)
        diag_label(d, variable->span, "declared as %s", column_type_word(variable->type));
    else
        diag_label(d, variable->flow, "the flow that made it so");
    if (variable->kind == VALUE_ORDINAL)
        diag_advice(d, "`ordinal` before it makes a number of the level");
    else if (variable->kind == VALUE_CATEGORY)
        diag_advice(d, "`one_hot` makes numbers of the levels, `embedding(width)` in the network learns them");
    else if (wants_levels && variable->kind == VALUE_NUMBER && variable->type != LRT_COLUMN_BOOL)
        diag_advice(d, "where its numbers are codes, declare it `category`");
}

/* What no target goes through: made-up targets and many columns for one. */
static bool refuse_in_target(Checker *checker, const Stage *stage, const Variable *variable) {
    LrtTransform transform = stage->step.transform;
    if (transform != LRT_TRANSFORM_IMPUTE && transform != LRT_TRANSFORM_ONE_HOT) return false;
    Diagnostic *d = diag_report(checker->session, DIAG_TYPE_MISMATCH, stage->call->name_span,
                                transform == LRT_TRANSFORM_IMPUTE ? "`impute` would make up values of the target `%s`"
                                                                  : "`one_hot` is not for the target `%s`",
                                variable->name);
    if (transform == LRT_TRANSFORM_IMPUTE)
        diag_why(d, "rows whose target is missing are left out and counted");
    else
        diag_why(d, "the loss takes the level itself: cross_entropy counts the classes");
    diag_fix(d, false, stage->expr->span, "", arena_printf(checker->arena, "without `%s`", stage->call->entry->name));
    return true;
}

/* Transforms of numbers act on each element of an image or vector; an indicator would be as many columns again. */
static bool array_stage_fits(Checker *checker, const Stage *stage, const Variable *variable) {
    if (takes_levels(stage->step.transform)) {
        report_kind(checker, stage, variable);
        return false;
    }
    if (!stage->indicator) return true;
    Diagnostic *d = diag_report(checker->session, DIAG_TYPE_MISMATCH, stage->call->name_span,
                                "`indicator:` wants a number; `%s` is %s", variable->name, value_kind_text(variable));
    diag_label(d, variable->span, "declared as %s", column_type_word(variable->type));
    return false;
}

static bool stage_fits(Checker *checker, const Stage *stage, const Variable *variable, FlowPlace place) {
    bool fits = takes_levels(stage->step.transform) ? has_levels(variable) : variable->kind == VALUE_NUMBER;
    if (variable_is_array(variable)) return array_stage_fits(checker, stage, variable);
    /* The most frequent level fills a missing one. */
    if (stage->step.transform == LRT_TRANSFORM_IMPUTE && has_levels(variable))
        fits = stage->step.option[0] == LRT_IMPUTE_MODE;
    if (!fits && place == FLOW_TARGET && refuse_in_target(checker, stage, variable)) return false;
    if (!fits) {
        report_kind(checker, stage, variable);
        return false;
    }
    return place != FLOW_TARGET || !refuse_in_target(checker, stage, variable);
}

/* ---- application ----------------------------------------------------------------------------------------------- */

int32_t flow_add_slot(Checker *checker, const char *name, LrtSlotKind kind, int32_t column) {
    vec_push(checker->arena, &checker->slots, (LrtSlot){.name = name, .kind = kind, .column = column});
    return (int32_t)checker->slots.count - 1;
}

void flow_add_step(Checker *checker, LrtStep step, Span span) {
    vec_push(checker->arena, &checker->steps, step);
    vec_push(checker->arena, &checker->step_spans, span);
}

static void advance(Checker *checker, const Stage *stage, Variable *variable) {
    LrtStep step = stage->step;
    LrtSlotKind kind = checker->slots.items[variable->slot].kind;
    if (step.transform == LRT_TRANSFORM_ONE_HOT) {
        kind = LRT_SLOT_MATRIX;
        variable->kind = VALUE_MATRIX;
    } else if (step.transform == LRT_TRANSFORM_ORDINAL) {
        kind = LRT_SLOT_REAL;
        variable->kind = VALUE_NUMBER;
    }
    step.input = variable->slot;
    step.output = flow_add_slot(checker, variable->name, kind, variable->column);
    if (stage->indicator) {
        const char *name = arena_printf(checker->arena, "%s:missing", variable->name);
        step.indicator = flow_add_slot(checker, name, LRT_SLOT_REAL, variable->column);
        vec_push(checker->arena, &variable->indicators, step.indicator);
    }
    flow_add_step(checker, step, stage->expr->span);
    variable->slot = step.output;
    variable->flow = stage->expr->span;
}

static void apply_stages(Checker *checker, const StageList *stages, int64_t first, const VariableSet *variables,
                         FlowPlace place) {
    for (int64_t i = first; i < stages->count; i++) {
        Stage stage = bind_stage(checker, stages->items[i], place);
        for (int64_t k = 0; k < variables->count; k++) {
            Variable *variable = &checker->variables.items[variables->items[k]];
            if (variable->poisoned) continue;
            if (stage.call && stage_fits(checker, &stage, variable, place))
                advance(checker, &stage, variable);
            else
                variable->poisoned = true;
        }
    }
}

void flow_apply(Checker *checker, const StageList *stages, int64_t first, const VariableSet *variables,
                FlowPlace place) {
    apply_stages(checker, stages, first, variables, place);
    for (int64_t i = 0; i < variables->count; i++) checker->variables.items[variables->items[i]].transformed = true;
}

/* ---- derived variables ----------------------------------------------------------------------------------------- */

int32_t flow_derive(Checker *checker, int32_t source, const char *name, Span span, bool helper) {
    Variable variable = checker->variables.items[source];
    checker->variables.items[source].feeds = true;
    memset(&variable.indicators, 0, sizeof variable.indicators);
    variable.name = name;
    variable.span = span;
    variable.derived = true;
    variable.helper = helper;
    variable.transformed = variable.feeds = variable.is_target = variable.feeds_target = false;
    variable.is_pattern = variable.from_rest = false;
    return variable_add(checker, variable);
}

int32_t flow_poison_name(Checker *checker, const AstName *name) {
    if (variable_find(checker, name->text) >= 0) return -1;
    variable_add(checker, (Variable){.name = name->text,
                                     .span = name->span,
                                     .column = -1,
                                     .type = LRT_COLUMN_REAL,
                                     .slot = -1,
                                     .derived = true,
                                     .poisoned = true,
                                     .flow = SPAN_NONE,
                                     .leak = SPAN_NONE,
                                     .units = ""});
    return -1;
}

static bool name_is_free(Checker *checker, const AstStmt *stmt) {
    const AstName *name = &stmt->names[0];
    int32_t taken = variable_find(checker, name->text);
    if (taken >= 0) {
        const Variable *other = &checker->variables.items[taken];
        Diagnostic *d = diag_report(checker->session, DIAG_DUPLICATE_NAME, name->span,
                                    "`%s` is the name of a column already", name->text);
        diag_label(d, other->span, "here");
        diag_advice(d, "`%s -> …` changes it in place; a new column wants a new name", name->text);
        return false;
    }
    const Constant *constant = constant_find(checker, name->text);
    if (constant) {
        Diagnostic *d = diag_report(checker->session, DIAG_DUPLICATE_NAME, name->span,
                                    "`%s` is the name of a constant already", name->text);
        diag_label(d, constant->span, "here");
        return false;
    }
    return true;
}

/* The one column that the flow of a binding begins with, or -1 where reported. */
static int32_t single_source(Checker *checker, const AstExpr *expr, FlowPlace place) {
    if (expr->kind == AST_CALL || (expr->kind == AST_NAME && variable_find(checker, expr->text) < 0 &&
                                   catalog_find(ENTRY_TRANSFORM, expr->text))) {
        Diagnostic *d =
            diag_report(checker->session, DIAG_SYNTAX_ERROR, expr->span, "the flow names no column to begin with");
        diag_advice(d, "`NAME = COLUMN -> %s`", expr->text);
        return -1;
    }
    VariableSet set = {0};
    if (!columns_resolve(checker, NULL, expr, &set) || set.count == 0) return -1;
    if (set.count > 1) {
        report_unsupported(checker, expr->span, source_text(&checker->session->sources, checker->arena, expr->span),
                           place == FLOW_TARGET ? "vector target" : "vector column");
        return -1;
    }
    return set.items[0];
}

/* The variable that a flow makes: `name` at what its stages leave. -1 where it could not be begun. */
static int32_t bind_flow(Checker *checker, const AstExpr *flow, const char *name, Span span, bool helper,
                         FlowPlace place) {
    StageList stages = {0};
    flow_stages(checker->arena, flow, &stages);
    const AstExpr *first = stages.items[0];
    bool arithmetic = flow_is_arithmetic(first);
    int32_t slot = -1;
    checker->leaf_leak = first->span;
    int32_t source = arithmetic ? flow_arithmetic(checker, first, place, &slot) : single_source(checker, first, place);
    if (source < 0 || checker->variables.items[source].poisoned) return -1;
    int32_t made = flow_derive(checker, source, name, span, helper);
    if (place == FLOW_PREPROCESS) checker->variables.items[made].leak = checker->leaf_leak;
    if (arithmetic) {
        checker->variables.items[made].slot = slot;
        checker->variables.items[made].flow = first->span;
        checker->slots.items[slot].name = name;
    }
    VariableSet set = {0};
    vec_push(checker->arena, &set, made);
    apply_stages(checker, &stages, 1, &set, place);
    return made;
}

int32_t flow_nested(Checker *checker, const AstExpr *expr, FlowPlace place) {
    const char *text = source_text(&checker->session->sources, checker->arena, expr->span);
    if (expr->kind == AST_ERROR) return -1;
    Span outer = checker->leaf_leak;
    int32_t made = bind_flow(checker, expr, text, expr->span, true, place);
    checker->leaf_leak = outer;
    return made < 0 || checker->variables.items[made].poisoned ? -1 : made;
}

int32_t flow_bind(Checker *checker, const AstStmt *stmt, FlowPlace place) {
    const AstName *name = &stmt->names[0];
    if (!stmt->value || stmt->value->kind == AST_ERROR || !name_is_free(checker, stmt))
        return flow_poison_name(checker, name);
    int32_t made = bind_flow(checker, stmt->value, name->text, name->span, stmt->kind == AST_LET, place);
    if (made < 0) return flow_poison_name(checker, name);
    return checker->variables.items[made].poisoned ? -1 : made;
}

