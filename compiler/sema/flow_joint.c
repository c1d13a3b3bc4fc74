/* Stages on all columns of a flow at once: `pca` makes components of them, `select` keeps those that tell most about the
 * target. The columns are used up by it. */
#include <string.h>

#include "sema/flow_stage.h"
#include "support/str.h"

bool flow_stage_is_joint(const Stage *stage) {
    return stage->call && (stage->step.transform == LRT_TRANSFORM_PCA || stage->step.transform == LRT_TRANSFORM_SELECT);
}

static bool is_of_numbers(const Variable *variable) {
    return variable->kind == VALUE_NUMBER || variable->kind == VALUE_NUMBERS || variable->kind == VALUE_MATRIX;
}

static void report_kind(Checker *checker, const Stage *stage, const Variable *variable) {
    Diagnostic *d = diag_report(checker->session, DIAG_TYPE_MISMATCH, stage->call->name_span,
                                "`%s` takes numbers; `%s` is %s", stage->call->entry->name, variable->name,
                                value_kind_text(variable));
    diag_label(d, variable->span, "declared as %s", column_type_word(variable->type));
    if (variable->kind == VALUE_CATEGORY || variable->kind == VALUE_ORDINAL)
        diag_advice(d, "`one_hot` before it makes numbers of the levels");
}

/* The slots of all columns, in order. False where one of them is none of numbers: reported. */
static bool collect_slots(Checker *checker, const Stage *stage, const VariableSet *variables, VariableSet *out) {
    for (int64_t i = 0; i < variables->count; i++) {
        const Variable *variable = &checker->variables.items[variables->items[i]];
        if (variable->poisoned) return false;
        if (!is_of_numbers(variable)) {
            report_kind(checker, stage, variable);
            return false;
        }
        int64_t count;
        const int32_t *slots = variable_slots(variable, &count);
        for (int64_t k = 0; k < count; k++) vec_push(checker->arena, out, slots[k]);
    }
    return out->count > 0;
}

/* Columns that a matrix holds are counted with the data; numbers are counted here. */
static bool count_fits(Checker *checker, const Stage *stage, const VariableSet *variables, const VariableSet *slots) {
    for (int64_t i = 0; i < variables->count; i++)
        if (checker->variables.items[variables->items[i]].is_pattern) return true;
    for (int64_t i = 0; i < slots->count; i++)
        if (checker->slots.items[slots->items[i]].kind != LRT_SLOT_REAL) return true;
    bool is_pca = stage->step.transform == LRT_TRANSFORM_PCA;
    if (stage->step.number[0] <= (double)slots->count) return true;
    Diagnostic *d = diag_report(checker->session, DIAG_ARGUMENT_RANGE,
                                call_argument(stage->call, is_pca ? "components" : "count")->span,
                                is_pca ? "%lld components of %lld column%s" : "%lld columns are to be chosen of %lld%s",
                                (long long)stage->step.number[0], (long long)slots->count,
                                is_pca && slots->count != 1 ? "s" : "");
    diag_advice(d, "`%s(%lld)` at most", stage->call->entry->name, (long long)slots->count);
    return false;
}

/* A variable of the stage's result; -1 where its name is taken. */
static int32_t add_result(Checker *checker, const Stage *stage, int32_t source, const char *name, Span span, int32_t slot,
                          ValueKind kind) {
    int32_t taken = variable_find(checker, name);
    if (taken >= 0) {
        Diagnostic *d = diag_report(checker->session, DIAG_DUPLICATE_NAME, stage->call->name_span,
                                    "`%s` makes a column `%s`, which is there already", stage->call->entry->name, name);
        diag_label(d, checker->variables.items[taken].span, "here");
        diag_advice(d, "a name of its own: `NAME = [a, b] -> %s`", stage->call->text);
        return -1;
    }
    int32_t made = flow_derive(checker, source, name, span, false);
    Variable *variable = &checker->variables.items[made];
    variable->slot = slot;
    variable->kind = kind;
    variable->type = LRT_COLUMN_REAL;
    variable->flow = stage->expr->span;
    variable->countable = variable->used_up = false;
    memset(&variable->parts, 0, sizeof variable->parts);
    return made;
}

static void use_up(Checker *checker, const VariableSet *variables, bool poison) {
    for (int64_t i = 0; i < variables->count; i++) {
        Variable *variable = &checker->variables.items[variables->items[i]];
        variable->used_up = true;
        variable->poisoned |= poison;
    }
}

/* The components as columns: pca_1 … of no name, parts of the one that is bound. */
static void add_components(Checker *checker, const Stage *stage, int32_t source, int32_t matrix, const AstName *name,
                           VariableSet *out) {
    const char *stem = name ? name->text : "pca";
    int32_t bound = -1;
    for (int32_t k = 0; k < (int32_t)stage->step.number[0]; k++) {
        const char *text = arena_printf(checker->arena, "%s_%d", stem, k + 1);
        LrtStep step = {.transform = LRT_TRANSFORM_COMPONENT, .option = {k}};
        int32_t slot = flow_push_step(checker, stage, step, matrix, LRT_SLOT_REAL, text);
        if (name && bound >= 0) {
            vec_push(checker->arena, &checker->variables.items[bound].parts, slot);
            continue;
        }
        int32_t made = add_result(checker, stage, source, name ? name->text : text, name ? name->span : stage->expr->span,
                                  slot, name && stage->step.number[0] > 1 ? VALUE_NUMBERS : VALUE_NUMBER);
        if (made < 0) return;
        vec_push(checker->arena, out, made);
        if (name && stage->step.number[0] > 1) vec_push(checker->arena, &checker->variables.items[made].parts, slot);
        bound = made;
    }
}

void flow_join(Checker *checker, const Stage *stage, VariableSet *variables, const AstName *name, bool helper) {
    VariableSet slots = {0}, made = {0};
    bool good = collect_slots(checker, stage, variables, &slots) && count_fits(checker, stage, variables, &slots);
    int32_t source = variables->count > 0 ? variables->items[0] : -1;
    if (good) {
        LrtStep step = stage->step;
        step.others = slots.items + 1;
        step.other_count = slots.count - 1;
        const char *text = name ? name->text : stage->call->entry->name;
        int32_t matrix = flow_push_step(checker, stage, step, slots.items[0], LRT_SLOT_MATRIX, text);
        if (step.transform == LRT_TRANSFORM_PCA) {
            add_components(checker, stage, source, matrix, name, &made);
        } else {
            int32_t result = add_result(checker, stage, source, text, name ? name->span : stage->expr->span, matrix,
                                        VALUE_MATRIX);
            if (result >= 0) vec_push(checker->arena, &made, result);
        }
    }
    use_up(checker, variables, made.count == 0);
    for (int64_t i = 0; i < made.count; i++) checker->variables.items[made.items[i]].helper = helper;
    if (made.count > 0) *variables = made;
}
