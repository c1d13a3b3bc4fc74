/* Params and lets: collected first, so that every later section can use them; -D overrides params. */
#include <math.h>
#include <string.h>

#include "sema/checker.h"
#include "support/str.h"

static int64_t constant_index(const Checker *checker, const char *name) {
    int64_t index;
    return map_find(&checker->constant_names, name, &index) ? index : -1;
}

const Constant *constant_find(const Checker *checker, const char *name) {
    int64_t index = constant_index(checker, name);
    return index >= 0 ? &checker->constants.items[index] : NULL;
}

void check_constants_collect(Checker *checker, const AstFile *file) {
    for (int64_t i = 0; i < file->section_count; i++) {
        const AstSection *section = &file->sections[i];
        if (section->disabled || (section->kind != AST_PARAM && section->kind != AST_TOP_LET))
            continue;
        const Constant *first = constant_find(checker, section->name.text);
        if (first) {
            Diagnostic *d = diag_report(checker->session, DIAG_DUPLICATE_NAME, section->name.span,
                                        "`%s` is defined a second time", section->name.text);
            diag_label(d, first->span, "first here");
            continue;
        }
        map_insert(&checker->constant_names, section->name.text, checker->constants.count);
        vec_push(checker->arena, &checker->constants,
                 (Constant){.name = section->name.text, .is_param = section->kind == AST_PARAM, .expr = section->value,
                            .range = section->range, .span = section->name.span});
    }
}

/* The value of `-D name=value`, parsed as the language's own expression. */
static const AstExpr *override_expr(Checker *checker, const ModelOverride *override) {
    const char *text = arena_printf(checker->arena, "let override = %s\n", override->value);
    int32_t source = source_add(&checker->session->sources, arena_printf(checker->arena, "-D %s", override->name), text,
                                strlen(text));
    const AstFile *file = syntax_parse(checker->session, source);
    for (int64_t i = 0; i < file->section_count; i++)
        if (file->sections[i].kind == AST_TOP_LET && file->section_count == 1)
            return file->sections[i].value;
    return NULL;
}

static void apply_override(Checker *checker, const ModelOverride *override) {
    for (int64_t i = 0; i < checker->constants.count; i++) {
        Constant *constant = &checker->constants.items[i];
        if (strcmp(constant->name, override->name) != 0)
            continue;
        if (!constant->is_param) {
            Diagnostic *d = diag_report(checker->session, DIAG_UNKNOWN_NAME, constant->span,
                                        "`-D %s` gives a value to a `let`; only a `param` can be given one", override->name);
            diag_advice(d, "write `param` for `let`");
            return;
        }
        const AstExpr *expr = override_expr(checker, override);
        if (expr && expr->kind != AST_ERROR)
            constant->expr = expr;
        return;
    }
    WordList words = {0};
    for (int64_t i = 0; i < checker->constants.count; i++)
        if (checker->constants.items[i].is_param)
            vec_push(checker->arena, &words, checker->constants.items[i].name);
    Diagnostic *d = diag_report(checker->session, DIAG_UNKNOWN_NAME, (Span){checker->file->source, 0, 0},
                                "`-D %s` gives a value to no param of this spec", override->name);
    if (words.count > 0)
        diag_advice(d, "its params are %s", words_joined(checker->arena, &words));
}

static void report_outside(Checker *checker, const Constant *constant, const char *bounds) {
    checker->param_outside = true;
    Diagnostic *d = diag_report(checker->session, DIAG_PARAM_OUTSIDE_RANGE, constant->expr->span,
                                "`%s` is %s, outside its range %s", constant->name,
                                source_text(&checker->session->sources, checker->arena, constant->expr->span), bounds);
    diag_label(d, constant->range->span, "its range");
    diag_advice(d, "another value, or a wider range");
}

/* `in lo..hi`, `in log(lo..hi)`, `in int(lo..hi)`, `in [a, b]`. */
static void check_param_range(Checker *checker, const Constant *constant) {
    const AstExpr *range = constant->range;
    if (range->kind == AST_ERROR)
        return;
    bool logarithmic = false;
    if (range->kind == AST_CALL && (strcmp(range->text, "log") == 0 || strcmp(range->text, "int") == 0)) {
        logarithmic = strcmp(range->text, "log") == 0;
        if (range->arg_count != 1) {
            diag_report(checker->session, DIAG_ARGUMENT_TYPE, range->span, "`%s` takes one range such as 1e-5..1e-1",
                        range->text);
            return;
        }
        range = range->args[0].value;
    }
    const char *text = source_text(&checker->session->sources, checker->arena, constant->range->span);
    Quantity value, low, high;
    if (range->kind == AST_LIST) {
        for (int64_t i = 0; i < range->arg_count; i++) {
            const AstExpr *item = range->args[i].value;
            const AstExpr *mine = constant->expr;
            bool equal;
            if (quantity_is_constant(checker, NULL, item) && quantity_is_constant(checker, NULL, mine))
                equal = quantity_eval(checker, NULL, item, "a value", &low) &&
                        quantity_eval(checker, NULL, mine, "a value", &value) && low.value == value.value;
            else
                equal = expr_word(item) && expr_word(mine) && strcmp(item->text, mine->text) == 0;
            if (equal)
                return;
        }
        report_outside(checker, constant, text);
        return;
    }
    if (range->kind != AST_RANGE || !range->right) {
        Diagnostic *d = diag_report(checker->session, DIAG_ARGUMENT_TYPE, range->span, "`%s` is no range, which `in` of `%s` wants",
                                    source_text(&checker->session->sources, checker->arena, range->span), constant->name);
        diag_advice(d, "`in 0..1`, `in log(1e-5..1e-1)` or `in [16, 32, 64]`");
        return;
    }
    if (!quantity_eval(checker, NULL, range->left, "the range", &low) ||
        !quantity_eval(checker, NULL, range->right, "the range", &high) ||
        !quantity_eval(checker, NULL, constant->expr, arena_printf(checker->arena, "`%s`", constant->name), &value))
        return;
    if (low.value >= high.value)
        diag_report(checker->session, DIAG_RANGE_ORDER, range->span, "the range runs from %s down to %s",
                    quantity_text(checker->arena, low), quantity_text(checker->arena, high));
    else if (logarithmic && low.value <= 0)
        diag_report(checker->session, DIAG_ARGUMENT_RANGE, range->left->span, "a logarithmic range begins above 0");
    else if (value.value < low.value || value.value > high.value)
        report_outside(checker, constant, text);
}

static void follow_constant(Checker *checker, int64_t index, int depth);

/* Follows every constant that the expression names. */
static void follow_names(Checker *checker, const AstExpr *expr, int depth) {
    if (!expr || depth > CHECK_MAX_DEPTH)
        return;
    if (expr->kind == AST_NAME) {
        int64_t index = constant_index(checker, expr->text);
        if (index >= 0)
            follow_constant(checker, index, depth + 1);
        return;
    }
    follow_names(checker, expr->left, depth + 1);
    follow_names(checker, expr->right, depth + 1);
    for (int64_t i = 0; i < expr->arg_count; i++)
        follow_names(checker, expr->args[i].value, depth + 1);
}

/* Each constant is entered once. One that is met again before it is left closes a circle. */
static void follow_constant(Checker *checker, int64_t index, int depth) {
    Constant *constant = &checker->constants.items[index];
    constant->circular |= constant->resolving;
    if (constant->resolving || constant->resolved)
        return;
    constant->resolving = true;
    follow_names(checker, constant->expr, depth);
    constant->resolving = false;
    constant->resolved = true;
}

/* A constant that rests on itself would be followed for ever. */
static void check_circles(Checker *checker) {
    for (int64_t i = 0; i < checker->constants.count; i++) {
        Constant *constant = &checker->constants.items[i];
        follow_constant(checker, i, 0);
        if (!constant->circular)
            continue;
        diag_report(checker->session, DIAG_RECURSIVE_DEFINITION, constant->span, "`%s` is defined by itself", constant->name);
        constant->expr = NULL;
    }
}

void check_constants(Checker *checker) {
    for (int64_t i = 0; i < checker->options->override_count; i++)
        apply_override(checker, &checker->options->overrides[i]);
    check_circles(checker);
    for (int64_t i = 0; i < checker->constants.count; i++) {
        Constant *constant = &checker->constants.items[i];
        double value = NAN;
        Quantity quantity;
        if (constant->expr && quantity_is_constant(checker, NULL, constant->expr) &&
            quantity_eval(checker, NULL, constant->expr, arena_printf(checker->arena, "`%s`", constant->name), &quantity))
            value = quantity.value;
        if (constant->expr && constant->range)
            check_param_range(checker, constant);
        vec_push(checker->arena, &checker->model->constants,
                 (ModelConstant){.name = constant->name, .is_param = constant->is_param, .value = value,
                                 .value_expr = constant->expr, .range = constant->range, .span = constant->span});
    }
}
