/* Arithmetic on columns at the start of a flow: a step for each operation, but a column times and over constants is one
 * `rescale`. */
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
    if (place == FLOW_PREPROCESS && variable_leaks(checker, variable)) checker->leaf_leak = expr->span;
    bool is_encoded = variable->kind == VALUE_MATRIX && variable->type == LRT_COLUMN_CATEGORY;
    if (variable->kind == VALUE_CATEGORY || variable->kind == VALUE_ORDINAL || is_encoded) {
        if (place == FLOW_PREPROCESS && variable->is_target)
            report_target_as_feature(checker, expr->span, set.items[0]);
        else
            report_category(checker, expr, variable);
        return -1;
    }
    if ((variable->kind != VALUE_NUMBER && !variable_is_array(variable)) || set.count > 1) {
        Diagnostic *d = diag_report(checker->session, DIAG_TYPE_MISMATCH, expr->span,
                                    set.count > 1 ? "arithmetic takes one column, not several"
                                                  : "arithmetic takes numbers; `%s` is %s",
                                    variable->name, value_kind_text(variable));
        diag_label(d, variable->span, "declared as %s", column_type_word(variable->type));
        return -1;
    }
    return set.items[0];
}

typedef enum OperandShape { OPERAND_CONSTANT, OPERAND_COLUMN, OPERAND_POISON } OperandShape;

/* A constant, or a column times a factor that no step has applied yet: `2 * a / 4` is one step. */
typedef struct Operand {
    OperandShape shape;
    double factor; /* OPERAND_CONSTANT: the constant */
    int32_t slot;
    int32_t variable; /* the first column that it is made of */
} Operand;

typedef struct Arithmetic {
    Checker *checker;
    FlowPlace place;
} Arithmetic;

static Operand poison_operand(void) { return (Operand){.shape = OPERAND_POISON}; }

static Operand read_operand(const Arithmetic *arithmetic, const AstExpr *expr);

/* A step that makes a number of `left` (and of `right`, where that is a column, too). */
static Operand add_step(const Arithmetic *arithmetic, const AstExpr *expr, LrtStep step, Operand left) {
    Checker *checker = arithmetic->checker;
    const char *text = source_text(&checker->session->sources, checker->arena, expr->span);
    step.input = left.slot;
    step.indicator = -1;
    step.spec_line = (int32_t)source_position(&checker->session->sources, expr->span.source, expr->span.begin).line;
    const LrtSlot *slot = &checker->slots.items[left.slot];
    step.output = flow_add_slot(checker, text, slot->kind, slot->column);
    flow_add_step(checker, step, expr->span);
    return (Operand){.shape = OPERAND_COLUMN, .factor = 1, .slot = step.output, .variable = left.variable};
}

static Operand apply_factor(const Arithmetic *arithmetic, const AstExpr *expr, Operand operand) {
    if (operand.factor == 1) return operand;
    return add_step(arithmetic, expr, (LrtStep){.transform = LRT_TRANSFORM_RESCALE, .number = {operand.factor}},
                    operand);
}

static LrtArithmetic operation(char op) {
    return op == '+' ? LRT_PLUS : op == '-' ? LRT_MINUS : op == '*' ? LRT_TIMES : LRT_OVER;
}

static Operand combine_constants(Operand left, Operand right, char op) {
    double a = left.factor, b = right.factor;
    left.factor = op == '+' ? a + b : op == '-' ? a - b : op == '*' ? a * b : a / b;
    return left;
}

static Operand report_zero(const Arithmetic *arithmetic, const AstExpr *expr, const char *text) {
    diag_report(arithmetic->checker->session, DIAG_ARGUMENT_RANGE, expr->span, "%s", text);
    return poison_operand();
}

static bool is_array(const Arithmetic *arithmetic, Operand operand) {
    return arithmetic->checker->slots.items[operand.slot].kind == LRT_SLOT_MATRIX;
}

static Operand combine(const Arithmetic *arithmetic, const AstExpr *expr, Operand left, Operand right) {
    bool left_constant = left.shape == OPERAND_CONSTANT, right_constant = right.shape == OPERAND_CONSTANT;
    if (left.shape == OPERAND_POISON || right.shape == OPERAND_POISON) return poison_operand();
    if (expr->op == '/' && right_constant && right.factor == 0)
        return report_zero(arithmetic, expr, "a division by 0");
    if (left_constant && right_constant) return combine_constants(left, right, expr->op);
    if (expr->op == '*' && (left_constant || right_constant)) {
        Operand column = left_constant ? right : left;
        column.factor *= left_constant ? left.factor : right.factor;
        return column.factor != 0 ? column : report_zero(arithmetic, expr, "a factor of 0 leaves nothing of the column");
    }
    if (expr->op == '/' && right_constant) {
        left.factor /= right.factor;
        return left;
    }
    LrtStep step = {.transform = LRT_TRANSFORM_CONSTANT_ARITHMETIC, .option = {(int32_t)operation(expr->op)}};
    if (left_constant || right_constant) {
        step.option[1] = left_constant;
        step.number[0] = left_constant ? left.factor : right.factor;
        const AstExpr *column = left_constant ? expr->right : expr->left;
        return add_step(arithmetic, expr, step, apply_factor(arithmetic, column, left_constant ? right : left));
    }
    if (is_array(arithmetic, left) || is_array(arithmetic, right)) {
        diag_report(arithmetic->checker->session, DIAG_TYPE_MISMATCH, expr->span,
                    "arithmetic on an image or a vector takes a constant besides it");
        return poison_operand();
    }
    left = apply_factor(arithmetic, expr->left, left);
    right = apply_factor(arithmetic, expr->right, right);
    int32_t *others = ARENA_ARRAY(arithmetic->checker->arena, int32_t, 1);
    others[0] = right.slot;
    step.transform = LRT_TRANSFORM_ARITHMETIC;
    step.others = others;
    step.other_count = 1;
    return add_step(arithmetic, expr, step, left);
}

/* `log(a / b)` is written `(a / b -> log)`. */
static Operand report_call(const Arithmetic *arithmetic, const AstExpr *expr) {
    Checker *checker = arithmetic->checker;
    Diagnostic *d = diag_report(checker->session, DIAG_SYNTAX_ERROR, expr->span,
                                "a transform stands behind the columns that flow through it");
    if (expr->arg_count == 1 && expr->args[0].key_kind == AST_KEY_NONE)
        diag_fix(d, false, expr->span,
                 arena_printf(checker->arena, "(%s -> %s)",
                              source_text(&checker->session->sources, checker->arena, expr->args[0].value->span),
                              expr->text),
                 NULL);
    return poison_operand();
}

/* `(a -> log) - (b -> log)`: a flow in parentheses is a column without a name. */
static Operand read_flow(const Arithmetic *arithmetic, const AstExpr *expr) {
    Checker *checker = arithmetic->checker;
    int32_t variable = flow_nested(checker, expr, arithmetic->place);
    if (variable < 0) return poison_operand();
    const Variable *made = &checker->variables.items[variable];
    if (made->kind == VALUE_CATEGORY || made->kind == VALUE_ORDINAL) {
        report_category(checker, expr, made);
        return poison_operand();
    }
    if (made->kind != VALUE_NUMBER && !variable_is_array(made)) {
        diag_report(checker->session, DIAG_TYPE_MISMATCH, expr->span, "arithmetic takes numbers; this is %s",
                    value_kind_text(made));
        return poison_operand();
    }
    return (Operand){.shape = OPERAND_COLUMN, .factor = 1, .slot = made->slot, .variable = variable};
}

static Operand read_leaf(const Arithmetic *arithmetic, const AstExpr *expr) {
    Checker *checker = arithmetic->checker;
    int32_t variable = leaf_column(checker, expr, arithmetic->place);
    if (variable < 0) return poison_operand();
    checker->variables.items[variable].feeds = true;
    return (Operand){.shape = OPERAND_COLUMN,
                     .factor = 1,
                     .slot = checker->variables.items[variable].slot,
                     .variable = variable};
}

static Operand read_inner(const Arithmetic *arithmetic, const AstExpr *expr) {
    Checker *checker = arithmetic->checker;
    if (expr->kind == AST_FLOW) return read_flow(arithmetic, expr);
    if (expr->kind == AST_PAREN) return read_operand(arithmetic, expr->left);
    if (variable_find(checker, expr->kind == AST_NAME ? expr->text : "") < 0 &&
        quantity_is_constant(checker, NULL, expr)) {
        Quantity quantity;
        bool known = quantity_eval(checker, NULL, expr, "arithmetic on columns", &quantity);
        return known ? (Operand){.shape = OPERAND_CONSTANT, .factor = quantity.value} : poison_operand();
    }
    if (expr->kind == AST_NEGATE) {
        Operand inner = read_operand(arithmetic, expr->left);
        inner.factor = -inner.factor;
        return inner;
    }
    if (flow_is_arithmetic(expr)) {
        Operand left = read_operand(arithmetic, expr->left);
        return combine(arithmetic, expr, left, read_operand(arithmetic, expr->right));
    }
    if (expr->kind == AST_ERROR) return poison_operand();
    return expr->kind == AST_CALL ? report_call(arithmetic, expr) : read_leaf(arithmetic, expr);
}

static Operand read_operand(const Arithmetic *arithmetic, const AstExpr *expr) {
    Operand operand = poison_operand();
    if (checker_enter(arithmetic->checker, expr->span)) operand = read_inner(arithmetic, expr);
    checker_leave(arithmetic->checker);
    return operand;
}

int32_t flow_arithmetic(Checker *checker, const AstExpr *expr, FlowPlace place, int32_t *out_slot) {
    const Arithmetic arithmetic = {.checker = checker, .place = place};
    Operand operand = read_operand(&arithmetic, expr);
    if (operand.shape == OPERAND_POISON) return -1;
    if (operand.shape == OPERAND_CONSTANT) {
        diag_report(checker->session, DIAG_SYNTAX_ERROR, expr->span, "a flow begins with a column; this is a constant");
        return -1;
    }
    *out_slot = apply_factor(&arithmetic, expr, operand).slot;
    return operand.variable;
}
