/* Columns through transforms, for `preprocess` and `target`. A variable stands at a slot; a stage that fits its kind
 * adds a step from there to a new slot. A stage that does not fit poisons the variable, and nothing more is said of it.
 */
#include <string.h>

#include "sema/flow_stage.h"
#include "support/str.h"

const char *value_kind_text(const Variable *variable) {
    switch (variable->kind) {
    case VALUE_NUMBER: return variable->type == LRT_COLUMN_BOOL ? "a bool" : "a number";
    case VALUE_CATEGORY: return "a category";
    case VALUE_ORDINAL: return "an ordinal";
    case VALUE_MATRIX:
        if (variable->type == LRT_COLUMN_IMAGE) return "an image";
        if (variable->type == LRT_COLUMN_VECTOR) return "a vector";
        return variable->type == LRT_COLUMN_TEXT || variable->type == LRT_COLUMN_REAL ? "several columns"
                                                                                    : "one-hot encoded";
    case VALUE_NUMBERS: return "several numbers";
    case VALUE_TIMESTAMP: return "a timestamp";
    case VALUE_TEXT: return "a text";
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

/* ---- application ----------------------------------------------------------------------------------------------- */

int32_t flow_add_slot(Checker *checker, const char *name, LrtSlotKind kind, int32_t column) {
    vec_push(checker->arena, &checker->slots, (LrtSlot){.name = name, .kind = kind, .column = column});
    return (int32_t)checker->slots.count - 1;
}

void flow_add_step(Checker *checker, LrtStep step, Span span) {
    vec_push(checker->arena, &checker->steps, step);
    vec_push(checker->arena, &checker->step_spans, span);
}

static void report_joint_target(Checker *checker, const Stage *stage, const VariableSet *variables) {
    diag_report(checker->session, DIAG_TYPE_MISMATCH, stage->call->name_span, "`%s` is not for targets",
                stage->call->entry->name);
    for (int64_t i = 0; i < variables->count; i++) checker->variables.items[variables->items[i]].poisoned = true;
}

/* The name that a joint stage gives to what it makes of several columns, or none. */
typedef struct FlowName {
    const AstName *name;
    bool helper;
} FlowName;

/* A stage on several columns at once puts what it makes in their place. */
static void apply_stages(Checker *checker, const StageList *stages, int64_t first, VariableSet *variables,
                         FlowName name, FlowPlace place) {
    for (int64_t i = first; i < stages->count; i++) {
        Stage stage = bind_stage(checker, stages->items[i], place);
        if (flow_stage_is_joint(&stage)) {
            if (place == FLOW_TARGET)
                report_joint_target(checker, &stage, variables);
            else
                flow_join(checker, &stage, variables, name.name, name.helper);
            continue;
        }
        for (int64_t k = 0; k < variables->count; k++) {
            Variable *variable = &checker->variables.items[variables->items[k]];
            if (variable->poisoned) continue;
            if (stage.call && flow_stage_fits(checker, &stage, variable, place))
                flow_advance(checker, &stage, &checker->variables.items[variables->items[k]]);
            else
                variable->poisoned = true;
        }
    }
}

void flow_apply(Checker *checker, const StageList *stages, int64_t first, const VariableSet *variables,
                FlowPlace place) {
    VariableSet flowing = {0};
    for (int64_t i = 0; i < variables->count; i++) vec_push(checker->arena, &flowing, variables->items[i]);
    apply_stages(checker, stages, first, &flowing, (FlowName){NULL, false}, place);
    for (int64_t i = 0; i < variables->count; i++) checker->variables.items[variables->items[i]].transformed = true;
}

/* ---- derived variables ----------------------------------------------------------------------------------------- */

/* A copy that goes a way of its own. */
static Variable derived_copy(Checker *checker, int32_t source, const char *name, Span span, bool helper) {
    Variable variable = checker->variables.items[source];
    checker->variables.items[source].feeds = true;
    memset(&variable.indicators, 0, sizeof variable.indicators);
    variable.name = name;
    variable.span = span;
    variable.derived = true;
    variable.helper = helper;
    variable.used_up = false;
    variable.transformed = variable.feeds = variable.is_target = variable.feeds_target = false;
    variable.is_pattern = variable.from_rest = false;
    return variable;
}

int32_t flow_derive(Checker *checker, int32_t source, const char *name, Span span, bool helper) {
    return variable_add(checker, derived_copy(checker, source, name, span, helper));
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

/* The column that the flow of a binding begins with, or -1 where reported. A target may begin with several: `out_several`. */
static int32_t find_source(Checker *checker, const AstExpr *expr, FlowPlace place, VariableSet *out_several) {
    if (expr->kind == AST_CALL || (expr->kind == AST_NAME && variable_find(checker, expr->text) < 0 &&
                                   catalog_find(ENTRY_TRANSFORM, expr->text))) {
        Diagnostic *d =
            diag_report(checker->session, DIAG_SYNTAX_ERROR, expr->span, "the flow names no column to begin with");
        diag_advice(d, "`NAME = COLUMN -> %s`", expr->text);
        return -1;
    }
    VariableSet set = {0};
    if (!columns_resolve(checker, NULL, expr, &set) || set.count == 0) return -1;
    if (set.count > 1 && place == FLOW_PREPROCESS) {
        report_unsupported(checker, expr->span, source_text(&checker->session->sources, checker->arena, expr->span),
                           "vector column");
        return -1;
    }
    *out_several = set;
    return set.items[0];
}

/* The first stage that takes all columns of the flow at once, or -1. */
static int64_t joint_stage(Checker *checker, const StageList *stages) {
    for (int64_t i = 1; i < stages->count; i++) {
        const char *word = expr_word(resolve_stage(checker, stages->items[i]));
        if (word && (strcmp(word, "pca") == 0 || strcmp(word, "select") == 0)) return i;
    }
    return -1;
}

/* `p = [a, b] -> scale(standard) -> pca(2)`: the columns flow side by side, under their own names, up to the stage that
 * makes one of them. */
static int32_t bind_joint(Checker *checker, const StageList *stages, FlowName name, FlowPlace place) {
    VariableSet sources = {0}, flowing = {0};
    const AstExpr *first = stages->items[0];
    if (!columns_resolve(checker, NULL, first, &sources)) return -1;
    for (int64_t i = 0; i < sources.count; i++) {
        const Variable *source = &checker->variables.items[sources.items[i]];
        if (source->poisoned) return -1;
        /* The copy bears its column's name, by which it cannot be found. */
        Variable copy = derived_copy(checker, sources.items[i], source->name, first->span, true);
        if (place == FLOW_PREPROCESS) copy.leak = first->span;
        vec_push(checker->arena, &checker->variables, copy);
        vec_push(checker->arena, &flowing, (int32_t)checker->variables.count - 1);
    }
    apply_stages(checker, stages, 1, &flowing, name, place);
    return variable_find(checker, name.name->text);
}

/* The variable that a flow makes: `name` at what its stages leave. -1 where it could not be begun. */
static int32_t bind_flow(Checker *checker, const AstExpr *flow, const AstName *name, bool helper, FlowPlace place) {
    StageList stages = {0};
    flow_stages(checker->arena, flow, &stages);
    const AstExpr *first = stages.items[0];
    const FlowName bound = {name, helper};
    bool arithmetic = flow_is_arithmetic(first);
    if (!arithmetic && joint_stage(checker, &stages) > 0) return bind_joint(checker, &stages, bound, place);
    int32_t slot = -1;
    checker->leaf_leak = first->span;
    VariableSet several = {0};
    int32_t source = arithmetic ? flow_arithmetic(checker, first, place, &slot) : find_source(checker, first, place, &several);
    if (source < 0 || checker->variables.items[source].poisoned) return -1;
    if (several.count > 1) return flow_vector(checker, &stages, &several, name->text, name->span, helper, place);
    int32_t made = flow_derive(checker, source, name->text, name->span, helper);
    if (place == FLOW_PREPROCESS) checker->variables.items[made].leak = checker->leaf_leak;
    if (arithmetic) {
        checker->variables.items[made].slot = slot;
        checker->variables.items[made].flow = first->span;
        checker->variables.items[made].countable = false;
        checker->slots.items[slot].name = name->text;
    }
    VariableSet set = {0};
    vec_push(checker->arena, &set, made);
    apply_stages(checker, &stages, 1, &set, bound, place);
    return made;
}

int32_t flow_nested(Checker *checker, const AstExpr *expr, FlowPlace place) {
    const char *text = source_text(&checker->session->sources, checker->arena, expr->span);
    if (expr->kind == AST_ERROR) return -1;
    Span outer = checker->leaf_leak;
    const AstName name = {.text = text, .span = expr->span};
    int32_t made = bind_flow(checker, expr, &name, true, place);
    checker->leaf_leak = outer;
    return made < 0 || checker->variables.items[made].poisoned ? -1 : made;
}

int32_t flow_bind(Checker *checker, const AstStmt *stmt, FlowPlace place) {
    const AstName *name = &stmt->names[0];
    if (!stmt->value || stmt->value->kind == AST_ERROR || !name_is_free(checker, stmt))
        return flow_poison_name(checker, name);
    int32_t made = bind_flow(checker, stmt->value, name, stmt->kind == AST_LET, place);
    if (made < 0) return flow_poison_name(checker, name);
    return checker->variables.items[made].poisoned ? -1 : made;
}

