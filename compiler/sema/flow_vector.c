/* `r = [dax, smi] -> returns -> ahead(1)`: the flow is followed for each column, and what comes of them stands side by side. */
#include <string.h>

#include "sema/checker.h"
#include "support/str.h"

/* The columns with a flow of their own each; a helper is no target and no feature by itself. */
static void derive_parts(Checker *checker, const VariableSet *sources, const char *name, Span span, VariableSet *out) {
    for (int64_t i = 0; i < sources->count; i++) {
        const char *source = checker->variables.items[sources->items[i]].name;
        int32_t part =
            flow_derive(checker, sources->items[i], arena_printf(checker->arena, "%s.%s", name, source), span, true);
        vec_push(checker->arena, out, part);
    }
}

static bool parts_are_numbers(Checker *checker, const VariableSet *parts, Span span) {
    for (int64_t i = 0; i < parts->count; i++) {
        const Variable *part = &checker->variables.items[parts->items[i]];
        if (part->poisoned) return false;
        if (part->kind == VALUE_NUMBER) continue;
        diag_report(checker->session, DIAG_TYPE_MISMATCH, span, "a vector is made of numbers, and `%s` is %s",
                    strchr(part->name, '.') + 1, value_kind_text(part));
        return false;
    }
    return true;
}

int32_t flow_vector(Checker *checker, const StageList *stages, const VariableSet *sources, const char *name, Span span, bool helper,
                  FlowPlace place) {
    VariableSet parts = {0};
    Span written = stages->items[0]->span;
    derive_parts(checker, sources, name, span, &parts);
    flow_apply(checker, stages, 1, &parts, place);
    if (!parts_are_numbers(checker, &parts, written)) return -1;
    int32_t *others = ARENA_ARRAY(checker->arena, int32_t, parts.count);
    for (int64_t i = 1; i < parts.count; i++) others[i - 1] = checker->variables.items[parts.items[i]].slot;
    const Variable *first = &checker->variables.items[parts.items[0]];
    LrtStep step = {.transform = LRT_TRANSFORM_JOIN,
                    .input = first->slot,
                    .others = others,
                    .other_count = parts.count - 1,
                    .output = flow_add_slot(checker, name, LRT_SLOT_MATRIX, first->column),
                    .indicator = -1,
                    .spec_line = (int32_t)source_position(&checker->session->sources, written.source, written.begin).line};
    flow_add_step(checker, step, written);
    int32_t made = flow_derive(checker, parts.items[0], name, span, helper);
    Variable *variable = &checker->variables.items[made];
    variable->slot = step.output;
    variable->kind = VALUE_MATRIX;
    variable->type = LRT_COLUMN_VECTOR;
    variable->flow = written;
    return made;
}
