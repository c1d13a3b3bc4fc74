/* The section `augment`: random changes of what the network is fed, in training steps alone. Flows name columns as they leave the
 * preprocessing; which inputs of the network they are is known once the network has been read. */
#include <string.h>

#include "sema/checker.h"
#include "support/str.h"

static bool takes_images_alone(LrtAugmentKind kind) { return kind != LRT_AUGMENT_NOISE && kind != LRT_AUGMENT_MIXUP; }

static bool is_image(const Checker *checker, const Variable *variable) {
    int32_t column = checker->slots.items[variable->slot].column;
    return variable->type == LRT_COLUMN_IMAGE && column >= 0 && checker->columns.items[column].rank == 3;
}

static void report_no_image(Checker *checker, const Variable *variable, const Call *call, Span column) {
    Diagnostic *d = diag_report(checker->session, DIAG_TYPE_MISMATCH, column, "`%s` changes images, and `%s` is %s", call->entry->name,
                                variable->name, value_kind_text(variable));
    if (!span_is_none(variable->span)) diag_label(d, variable->span, "declared here");
    diag_advice(d, "`noise` and `mixup` take numbers too; an image is declared as `%s : image[28, 28, 1]`", variable->name);
}

/* Noise and mixing need numbers: levels of a category have none between them, but for one-hot columns, which mixup may mix. */
static bool fits(Checker *checker, const Variable *variable, const Call *call, Span column) {
    LrtAugmentKind kind = (LrtAugmentKind)call->entry->runtime_id;
    if (takes_images_alone(kind)) {
        if (is_image(checker, variable)) return true;
        report_no_image(checker, variable, call, column);
        return false;
    }
    bool numbers = variable->kind == VALUE_NUMBER || variable_is_array(variable) ||
                   (variable->kind == VALUE_MATRIX && kind == LRT_AUGMENT_MIXUP);
    if (numbers) return true;
    Diagnostic *d = diag_report(checker->session, DIAG_TYPE_MISMATCH, column, "`%s` changes numbers, and `%s` is %s", call->entry->name,
                                variable->name, value_kind_text(variable));
    if (!span_is_none(variable->span)) diag_label(d, variable->span, "declared here");
    return false;
}

static bool read_numbers(Checker *checker, const Call *call, LrtAugment *out) {
    const Argument *first = &call->args[0];
    switch (out->kind) {
    case LRT_AUGMENT_FLIP: out->vertical = first->integer == 1; return true;
    case LRT_AUGMENT_SHIFT:
    case LRT_AUGMENT_CUTOUT: out->number[0] = (double)first->integer; return true;
    case LRT_AUGMENT_ZOOM:
        out->number[0] = first->low;
        out->number[1] = first->high;
        if (first->has_low && first->has_high && first->low > 0 && first->low <= first->high && first->high <= 100) return true;
        Diagnostic *d = diag_report(checker->session, DIAG_ARGUMENT_RANGE, first->span, "`zoom` wants a range of factors above 0");
        diag_advice(d, "zoom(0.9..1.1)");
        return false;
    case LRT_AUGMENT_ROTATE:
    case LRT_AUGMENT_NOISE:
    case LRT_AUGMENT_MIXUP:
    case LRT_AUGMENT_BRIGHTNESS:
    case LRT_AUGMENT_CONTRAST: out->number[0] = first->number; return true;
    }
    return true;
}

static bool mixes_twice(Checker *checker, const Call *call) {
    for (int64_t i = 0; i < checker->model->augments.count; i++) {
        if (checker->model->augments.items[i].kind != LRT_AUGMENT_MIXUP) continue;
        Diagnostic *d = diag_report(checker->session, DIAG_DUPLICATE_SETTING, call->span, "rows are mixed twice");
        diag_label(d, checker->augment_uses.items[i].call, "first here");
        diag_advice(d, "one `mixup`, of one column or image");
        return true;
    }
    return false;
}

static void add_augment(Checker *checker, int32_t number, const Call *call, Span column) {
    const Variable *variable = &checker->variables.items[number];
    LrtAugment augment = {.kind = (LrtAugmentKind)call->entry->runtime_id, .input = -1};
    if (variable->poisoned || !fits(checker, variable, call, column) || !read_numbers(checker, call, &augment)) return;
    if (augment.kind == LRT_AUGMENT_MIXUP && mixes_twice(checker, call)) return;
    vec_push(checker->arena, &checker->model->augments, augment);
    vec_push(checker->arena, &checker->augment_uses, (AugmentUse){.variable = number, .column = column, .call = call->span});
}

/* The stages from `first` on, each for every column. */
static void apply(Checker *checker, const StageList *stages, int64_t first, const VariableSet *set, Span columns) {
    for (int64_t i = first; i < stages->count; i++) {
        const AstExpr *stage = stages->items[i];
        if (stage->kind == AST_ERROR) continue;
        if (!expr_word(stage)) {
            Diagnostic *d = diag_report(checker->session, DIAG_SYNTAX_ERROR, stage->span, "this is no augmentation");
            diag_advice(d, "a flow such as `image -> shift(2) -> rotate(10 deg)`");
            continue;
        }
        const CatalogEntry *entry = bind_entry(checker, ENTRY_AUGMENT, stage);
        const Call *call = entry ? bind_call(checker, NULL, entry, stage) : NULL;
        for (int64_t k = 0; call && k < set->count; k++) add_augment(checker, set->items[k], call, columns);
        if (call) augment_check_labels(checker, call);
    }
}

static void check_flow(Checker *checker, const AstStmt *stmt) {
    StageList stages = {0};
    VariableSet set = {0};
    flow_stages(checker->arena, stmt->value, &stages);
    if (stmt->kind == AST_FLOWS) {
        columns_resolve_names(checker, stmt, &set);
        Span columns = {stmt->span.source, stmt->names[0].span.begin, stmt->names[stmt->name_count - 1].span.end};
        apply(checker, &stages, 0, &set, columns);
        return;
    }
    const AstExpr *first = stages.items[0];
    if (first->kind == AST_ERROR) return;
    const char *word = expr_word(first);
    if (word && catalog_find(ENTRY_AUGMENT, word) && variable_find(checker, word) < 0) {
        Diagnostic *d =
            diag_report(checker->session, DIAG_SYNTAX_ERROR, first->span, "the flow names no column to begin with");
        diag_advice(d, "`COLUMN -> %s`", source_text(&checker->session->sources, checker->arena, first->span));
        return;
    }
    if (!columns_resolve(checker, NULL, first, &set)) return;
    if (stages.count == 1) {
        Diagnostic *d = diag_report(checker->session, DIAG_SYNTAX_ERROR, first->span, "`%s` flows nowhere",
                                    source_text(&checker->session->sources, checker->arena, first->span));
        diag_advice(d, "a flow such as `image -> shift(2)`");
        return;
    }
    apply(checker, &stages, 1, &set, first->span);
}

void check_augment(Checker *checker) {
    const AstSection *section = checker->sections[SECTION_AUGMENT];
    if (!section || !section_wants_block(checker, section, "augment { image -> shift(2) }")) return;
    for (int64_t i = 0; i < section->stmt_count; i++) {
        const AstStmt *stmt = &section->stmts[i];
        if (stmt->disabled || stmt->kind == AST_BAD || section_names_part(checker, stmt, "augment")) continue;
        if (stmt->kind == AST_VALUE || stmt->kind == AST_FLOWS)
            check_flow(checker, stmt);
        else
            section_refuse_statement(checker, stmt, "augment", "a flow such as image -> shift(2)");
    }
}

void bind_augments(Checker *checker) {
    int64_t kept = 0;
    for (int64_t i = 0; i < checker->model->augments.count; i++) {
        const AugmentUse *use = &checker->augment_uses.items[i];
        const Variable *variable = &checker->variables.items[use->variable];
        LrtAugment augment = checker->model->augments.items[i];
        augment.input = variable->slot < checker->slot_inputs.count ? checker->slot_inputs.items[variable->slot] : -1;
        if (augment.input >= 0 && !checker->inputs.items[augment.input].is_index) {
            checker->model->augments.items[kept++] = augment;
            continue;
        }
        if (checker->network_poisoned || variable->poisoned) continue;
        Diagnostic *d = diag_report(checker->session, DIAG_UNUSED_BINDING, use->column,
                                    "`%s` is augmented and does not feed the network", variable->name);
        diag_caret(d, "changes nothing");
    }
    checker->model->augments.count = kept;
}
