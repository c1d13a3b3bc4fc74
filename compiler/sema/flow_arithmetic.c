/* Arithmetic on columns at the start of a flow. A column times or over a constant is a `rescale`; arithmetic between
 * columns is of the language and not built. */
#include <string.h>

#include "sema/checker.h"
#include "support/str.h"

bool flow_is_arithmetic(const AstExpr *expr) {
    while (expr->kind == AST_PAREN) expr = expr->left;
    return expr->kind == AST_NEGATE || (expr->kind == AST_BINARY && strchr("+-*/", expr->op) != NULL);
}

static void report_category(Checker *checker, const AstExpr *expr, const Variable *variable) {
    Diagnostic *d = diag_report(checker->session, DIAG_ARITHMETIC_ON_CATEGORY, expr->span,
                                "arithmetic on `%s`, which is %s", variable->name, value_kind_text(variable));
    diag_label(d, variable->span, "declared as %s", column_type_word(variable->type));
    diag_why(d, "levels are names, not numbers");
    diag_advice(d, variable->kind == VALUE_ORDINAL ? "`ordinal` makes a number of the level first"
                                                   : "`one_hot`, or `embedding(width)` in the network");
}

/* The column that a leaf names, or -1 where reported. */
static int32_t leaf_column(Checker *checker, const AstExpr *expr, FlowPlace place) {
    VariableSet set = {0};
    if (!columns_resolve(checker, NULL, expr, &set) || set.count == 0) return -1;
    const Variable *variable = &checker->variables.items[set.items[0]];
    if (variable->poisoned) return -1;
    if (place == FLOW_PREPROCESS && (variable->is_target || variable->feeds_target)) {
        report_target_as_feature(checker, expr->span, set.items[0]);
        return -1;
    }
    if (variable->kind == VALUE_CATEGORY || variable->kind == VALUE_ORDINAL) {
        report_category(checker, expr, variable);
        return -1;
    }
    if (variable->kind != VALUE_NUMBER || set.count > 1) {
        Diagnostic *d = diag_report(checker->session, DIAG_TYPE_MISMATCH, expr->span,
                                    set.count > 1 ? "arithmetic takes one column, not several"
                                                  : "arithmetic takes numbers; `%s` is %s",
                                    variable->name, value_kind_text(variable));
        diag_label(d, variable->span, "declared as %s", column_type_word(variable->type));
        return -1;
    }
    return set.items[0];
}

typedef enum LinearShape { ARITHMETIC_CONSTANT, ARITHMETIC_SCALED, ARITHMETIC_OTHER, ARITHMETIC_POISON } LinearShape;

/* A constant, a column times a constant, or something else. */
typedef struct Linear {
    LinearShape shape;
    double factor;
    int32_t column;
} Linear;

static Linear read_linear(Checker *checker, const AstExpr *expr, FlowPlace place);

static Linear read_product(const AstExpr *expr, Linear left, Linear right) {
    if (left.shape == ARITHMETIC_POISON || right.shape == ARITHMETIC_POISON)
        return (Linear){.shape = ARITHMETIC_POISON};
    bool scales_right = left.shape == ARITHMETIC_CONSTANT && right.shape == ARITHMETIC_SCALED && expr->op == '*';
    bool scales_left = left.shape == ARITHMETIC_SCALED && right.shape == ARITHMETIC_CONSTANT &&
                       (expr->op == '*' || (expr->op == '/' && right.factor != 0));
    if (scales_right) return (Linear){ARITHMETIC_SCALED, left.factor * right.factor, right.column};
    if (scales_left)
        return (Linear){ARITHMETIC_SCALED, expr->op == '*' ? left.factor * right.factor : left.factor / right.factor,
                        left.column};
    return (Linear){.shape = ARITHMETIC_OTHER};
}

static Linear read_inner(Checker *checker, const AstExpr *expr, FlowPlace place) {
    if (expr->kind == AST_PAREN) return read_linear(checker, expr->left, place);
    if (variable_find(checker, expr->kind == AST_NAME ? expr->text : "") < 0 &&
        quantity_is_constant(checker, NULL, expr)) {
        Quantity quantity;
        bool known = quantity_eval(checker, NULL, expr, "arithmetic on columns", &quantity);
        return (Linear){.shape = known ? ARITHMETIC_CONSTANT : ARITHMETIC_POISON, .factor = known ? quantity.value : 0};
    }
    if (expr->kind == AST_NEGATE) {
        Linear inner = read_linear(checker, expr->left, place);
        inner.factor = -inner.factor;
        return inner;
    }
    if (flow_is_arithmetic(expr))
        return read_product(expr, read_linear(checker, expr->left, place), read_linear(checker, expr->right, place));
    if (expr->kind == AST_ERROR) return (Linear){.shape = ARITHMETIC_POISON};
    if (expr->kind == AST_CALL) return (Linear){.shape = ARITHMETIC_OTHER};
    int32_t column = leaf_column(checker, expr, place);
    return (Linear){.shape = column < 0 ? ARITHMETIC_POISON : ARITHMETIC_SCALED, .factor = 1, .column = column};
}

static Linear read_linear(Checker *checker, const AstExpr *expr, FlowPlace place) {
    Linear linear = {.shape = ARITHMETIC_POISON};
    if (checker_enter(checker, expr->span)) linear = read_inner(checker, expr, place);
    checker_leave(checker);
    return linear;
}

int32_t flow_arithmetic(Checker *checker, const AstExpr *expr, FlowPlace place, double *out_factor) {
    Linear linear = read_linear(checker, expr, place);
    *out_factor = linear.factor;
    if (linear.shape == ARITHMETIC_SCALED && linear.factor != 0) return linear.column;
    if (linear.shape == ARITHMETIC_POISON) return -1;
    if (linear.shape == ARITHMETIC_OTHER)
        diag_report(checker->session, DIAG_UNSUPPORTED_FEATURE, expr->span,
                    "arithmetic between columns is a feature of the language that this version does not build");
    else
        diag_report(checker->session, DIAG_SYNTAX_ERROR, expr->span, "a flow begins with a column; this is a constant");
    return -1;
}
