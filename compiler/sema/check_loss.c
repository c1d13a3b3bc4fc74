/* The `loss` section: a sum of one loss a target, perhaps weighed, and of penalties. Whether a loss fits its target is
 * the loss's own knowledge. */
#include <math.h>
#include <string.h>

#include "catalog/build.h"
#include "sema/checker.h"
#include "support/str.h"

/* What a sum comes to. */
typedef struct LossParts {
    const AstExpr *loss; /* a name or call, or NULL */
    double weight;
    Span weight_span;
    bool poisoned;
} LossParts;

static void read_sum(Checker *checker, const AstExpr *expr, double factor, LossParts *out);

static void report_no_loss(Checker *checker, const AstExpr *expr, LossParts *out) {
    out->poisoned = true;
    if (expr->kind == AST_ERROR) return;
    bool flow = expr->kind == AST_FLOW;
    Diagnostic *d = diag_report(checker->session, flow ? DIAG_SYNTAX_ERROR : DIAG_ARGUMENT_TYPE, expr->span,
                                flow ? "a loss takes nothing by `->`" : "this is neither a loss nor a penalty");
    diag_advice(d, "`loss: cross_entropy + l2(1e-4)`");
}

/* ---- terms ------------------------------------------------------------------------------------------------------- */

static void add_penalty(Checker *checker, const AstExpr *expr, double factor, LossParts *out) {
    const CatalogEntry *entry = bind_entry(checker, ENTRY_PENALTY, expr);
    const Call *call = entry ? bind_call(checker, NULL, entry, expr) : NULL;
    if (!call) return;
    if (factor != 1) {
        Diagnostic *d = diag_report(checker->session, DIAG_ARGUMENT_RANGE, expr->span,
                                    factor < 0 ? "a penalty is subtracted" : "a penalty has a factor before it");
        diag_advice(d, "its argument is its factor: `%s(%s)`", entry->name,
                    str_number(checker->arena, fabs(factor) * call->args[0].number));
        out->poisoned = true;
        return;
    }
    for (int64_t i = 0; i < checker->model->penalties.count; i++) {
        const Call *other = checker->model->penalties.items[i];
        if (other->entry != entry || other->span.begin == call->span.begin) continue;
        Diagnostic *d = diag_report(checker->session, DIAG_DUPLICATE_SETTING, expr_word_span(expr), "`%s` stands twice",
                                    entry->name);
        diag_label(d, other->span, "first here");
        return;
    }
    vec_push(checker->arena, &checker->model->penalties, call);
}

static void read_word(Checker *checker, const AstExpr *expr, double factor, LossParts *out) {
    if (catalog_find(ENTRY_PENALTY, expr->text)) {
        add_penalty(checker, expr, factor, out);
        return;
    }
    if (out->loss) {
        Diagnostic *d = diag_report(checker->session, DIAG_DUPLICATE_SETTING, expr_word_span(expr),
                                    "`%s` is a second loss", expr->text);
        diag_label(d, expr_word_span(out->loss), "the first one");
        diag_advice(d, "a target has one loss; several targets have one each in `loss { }`");
        out->poisoned = true;
        return;
    }
    out->loss = expr;
    out->weight = factor;
}

/* `0.3 * huber`, `huber * 0.3`, `huber / 2`. */
static void read_product(Checker *checker, const AstExpr *expr, double factor, LossParts *out) {
    bool left = quantity_is_constant(checker, NULL, expr->left);
    bool right = quantity_is_constant(checker, NULL, expr->right);
    if (left == right || (left && expr->op == '/')) {
        report_no_loss(checker, expr, out);
        return;
    }
    Quantity quantity;
    const AstExpr *number = left ? expr->left : expr->right;
    if (!quantity_eval(checker, NULL, number, "the weight of a loss", &quantity)) {
        out->poisoned = true;
        return;
    }
    if (quantity.kind > QUANTITY_SHARE || quantity.value == 0) {
        diag_report(checker->session, quantity.value == 0 ? DIAG_ARGUMENT_RANGE : DIAG_ARGUMENT_TYPE, number->span,
                    "the weight of a loss is a number above 0, not %s", quantity_text(checker->arena, quantity));
        out->poisoned = true;
        return;
    }
    out->weight_span = number->span;
    read_sum(checker, left ? expr->right : expr->left,
             expr->op == '/' ? factor / quantity.value : factor * quantity.value, out);
}

static void read_term(Checker *checker, const AstExpr *expr, double factor, LossParts *out) {
    const Scope *scope;
    switch (expr->kind) {
    case AST_PAREN: read_sum(checker, expr->left, factor, out); return;
    case AST_NEGATE:
        out->weight_span = expr->span;
        read_sum(checker, expr->left, -factor, out);
        return;
    case AST_BINARY:
        if (expr->op == '*' || expr->op == '/') {
            read_product(checker, expr, factor, out);
            return;
        }
        if (expr->op != '+' && expr->op != '-') break;
        read_sum(checker, expr->left, factor, out);
        if (!out->poisoned) read_sum(checker, expr->right, expr->op == '-' ? -factor : factor, out);
        return;
    case AST_NAME:
        if (!catalog_find(ENTRY_LOSS, expr->text) && !catalog_find(ENTRY_PENALTY, expr->text)) {
            const AstExpr *resolved = expr_resolve(checker, NULL, expr, &scope);
            if (resolved != expr) {
                read_sum(checker, resolved, factor, out);
                return;
            }
        }
        read_word(checker, expr, factor, out);
        return;
    case AST_CALL: read_word(checker, expr, factor, out); return;
    case AST_FLOW:
    case AST_RANGE:
    case AST_OPTIONAL:
    case AST_INDEX:
    case AST_NUMBER:
    case AST_PERCENT:
    case AST_UNIT:
    case AST_SIZE:
    case AST_STRING:
    case AST_LIST:
    case AST_ERROR: break;
    }
    report_no_loss(checker, expr, out);
}

static void read_sum(Checker *checker, const AstExpr *expr, double factor, LossParts *out) {
    if (checker_enter(checker, expr->span))
        read_term(checker, expr, factor, out);
    else
        out->poisoned = true;
    checker_leave(checker);
}

static LossParts read_loss(Checker *checker, const AstExpr *expr) {
    LossParts parts = {.weight = 1, .weight_span = SPAN_NONE};
    read_sum(checker, expr, 1, &parts);
    return parts;
}

/* ---- targets ----------------------------------------------------------------------------------------------------- */

int64_t loss_head_units(Checker *checker, const Call *call, int32_t number) {
    const LrtTarget *target = &checker->targets.items[number];
    const BuildTarget place = {.name = target->name,
                               .is_class = target->is_class,
                               .is_ordinal = target->is_ordinal,
                               .level_count = target->level_count,
                               .levels = target->levels,
                               .target_end = lrt_target_width(target),
                               .span = target_declaration(checker, number)};
    return call->entry->head_units(checker->session, call, &place);
}

static void bind_loss(Checker *checker, const LossParts *parts, int32_t number, Span span) {
    if (!parts->loss || parts->poisoned) {
        checker->loss_poisoned = true;
        return;
    }
    const CatalogEntry *entry = bind_entry(checker, ENTRY_LOSS, parts->loss);
    const Call *call = entry ? bind_call(checker, NULL, entry, parts->loss) : NULL;
    bool fitting = call && loss_head_units(checker, call, number) > 0;
    checker->target_disputed |= call && !fitting;
    if (!fitting) {
        checker->loss_poisoned = true;
        return;
    }
    if (parts->weight < 0) {
        Diagnostic *d = diag_report(checker->session, DIAG_NEGATIVE_LOSS_POSSIBLE,
                                    span_is_none(parts->weight_span) ? parts->loss->span : parts->weight_span,
                                    "`%s` counts negatively: training makes it as large as it can", entry->name);
        diag_why(d, "a loss has no upper bound, so that training ends in infinity");
        diag_advice(d, "take the sign away");
    }
    vec_push(checker->arena, &checker->model->targets,
             (ModelTarget){.index = number, .loss = call, .loss_weight = parts->weight, .span = span});
}

static void report_missing(Checker *checker, Span span, const char *target) {
    Diagnostic *d = diag_report(checker->session, DIAG_MISSING_LOSS, span, "target `%s` has no loss", target);
    int32_t number = target_find(checker, target);
    diag_label(d, target_declaration(checker, number), "the target");
    diag_advice(d, checker->targets.items[number].is_class ? "`cross_entropy`" : "`huber` or `mse`");
    checker->loss_poisoned = true;
}

/* ---- the block --------------------------------------------------------------------------------------------------- */

typedef struct LossBlock {
    Span *given; /* by target: where its line stands, or none */
    Span penalty;
    bool damaged;
} LossBlock;

static void report_twice(Checker *checker, const AstName *name, Span first) {
    Diagnostic *d =
        diag_report(checker->session, DIAG_DUPLICATE_SETTING, name->span, "`%s` is given twice", name->text);
    diag_label(d, first, "first here");
}

static void block_penalty(Checker *checker, const AstName *name, const AstExpr *value, LossBlock *block) {
    if (!span_is_none(block->penalty)) {
        report_twice(checker, name, block->penalty);
        return;
    }
    block->penalty = name->span;
    LossParts parts = read_loss(checker, value);
    if (!parts.loss) return;
    Diagnostic *d =
        diag_report(checker->session, DIAG_ARGUMENT_TYPE, parts.loss->span, "`penalty` takes penalties alone");
    diag_advice(d, "a loss stands behind the name of its target");
}

static void block_entry(Checker *checker, const AstName *name, const AstExpr *value, LossBlock *block) {
    int32_t target = target_find(checker, name->text);
    if (target < 0 && strcmp(name->text, "penalty") == 0) {
        block_penalty(checker, name, value, block);
        return;
    }
    LossParts parts = read_loss(checker, value);
    if (target < 0) {
        block->damaged = true;
        if (checker->target_poisoned || diag_is_told(checker->session, DIAG_UNKNOWN_TARGET, name->text)) return;
        WordList words = {0};
        for (int64_t i = 0; i < checker->targets.count; i++)
            vec_push(checker->arena, &words, checker->targets.items[i].name);
        vec_push(checker->arena, &words, "penalty");
        Diagnostic *d =
            diag_report(checker->session, DIAG_UNKNOWN_TARGET, name->span, "no target is called `%s`", name->text);
        suggest_fix(d, checker->arena, name->span, name->text, &words);
        return;
    }
    if (!span_is_none(block->given[target])) {
        report_twice(checker, name, block->given[target]);
        return;
    }
    block->given[target] = name->span;
    if (!parts.loss && !parts.poisoned) report_missing(checker, value->span, name->text);
    bind_loss(checker, &parts, target, name->span);
}

static void check_block(Checker *checker, const AstSection *section) {
    LossBlock block = {.given = ARENA_ARRAY(checker->arena, Span, checker->targets.count + 1), .penalty = SPAN_NONE};
    for (int64_t i = 0; i < checker->targets.count; i++) block.given[i] = SPAN_NONE;
    for (int64_t i = 0; i < section->stmt_count; i++) {
        const AstStmt *stmt = &section->stmts[i];
        if (stmt->disabled) continue;
        if (stmt->kind != AST_ENTRY) {
            section_refuse_statement(checker, stmt, "loss", "NAME: VALUE");
            block.damaged = true;
            continue;
        }
        for (int64_t k = 0; k < stmt->name_count; k++) block_entry(checker, &stmt->names[k], stmt->value, &block);
    }
    for (int64_t i = 0; i < checker->targets.count && !block.damaged; i++)
        if (span_is_none(block.given[i])) report_missing(checker, section->name.span, checker->targets.items[i].name);
    checker->loss_poisoned |= block.damaged;
}

/* A penalty of predicted classes wants a target that has some. */
static void check_penalties(Checker *checker) {
    for (int64_t i = 0; i < checker->targets.count; i++)
        if (checker->targets.items[i].is_class) return;
    for (int64_t i = 0; i < checker->model->penalties.count && checker->targets.count > 0; i++) {
        const Call *penalty = checker->model->penalties.items[i];
        if (!penalty->entry->build_prediction_penalty || checker->loss_poisoned) continue;
        const LrtTarget *target = &checker->targets.items[0];
        Diagnostic *d = diag_report(checker->session, DIAG_LOSS_TARGET_MISMATCH, penalty->span,
                                    "`%s` does not fit target `%s`, a number", penalty->entry->name, target->name);
        diag_caret(d, "wants a category");
        diag_label(d, target_declaration(checker, 0), "a number has no classes");
        diag_advice(d, "take it out");
    }
}

static void check_losses(Checker *checker) {
    const AstSection *section = checker->sections[SECTION_LOSS];
    if (!section) {
        checker->loss_poisoned = true;
        return;
    }
    if (section->kind == AST_BLOCK) {
        check_block(checker, section);
        return;
    }
    if (!section_wants_field(checker, section, "loss: cross_entropy")) {
        checker->loss_poisoned = true;
        return;
    }
    LossParts parts = read_loss(checker, section->value);
    if (!parts.loss && !parts.poisoned && checker->targets.count > 0)
        report_missing(checker, section->value->span, checker->targets.items[0].name);
    /* An unknown word is told of also where there is no target to hold it against. */
    if (parts.loss && checker->targets.count == 0 && bind_entry(checker, ENTRY_LOSS, parts.loss))
        bind_call(checker, NULL, catalog_find(ENTRY_LOSS, parts.loss->text), parts.loss);
    for (int64_t i = 0; i < checker->targets.count; i++)
        bind_loss(checker, &parts, (int32_t)i, parts.loss ? parts.loss->span : section->value->span);
    checker->loss_poisoned |= checker->targets.count == 0;
}

void check_loss(Checker *checker) {
    check_losses(checker);
    check_penalties(checker);
}
