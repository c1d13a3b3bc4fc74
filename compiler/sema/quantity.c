/* Arithmetic on constants, with units: what a number, a share, a time, a param or a `let` comes to. */
#include <math.h>
#include <string.h>

#include "sema/checker.h"
#include "support/str.h"

typedef struct UnitRow {
    const char *word;
    QuantityKind kind;
    double factor;
} UnitRow;

static const UnitRow units[] = {
    {"epochs", QUANTITY_EPOCHS, 1},     {"epoch", QUANTITY_EPOCHS, 1},
    {"steps", QUANTITY_STEPS, 1},       {"step", QUANTITY_STEPS, 1},
    {"ms", QUANTITY_TIME, 0.001},       {"s", QUANTITY_TIME, 1},
    {"second", QUANTITY_TIME, 1},       {"seconds", QUANTITY_TIME, 1},
    {"min", QUANTITY_TIME, 60},         {"minute", QUANTITY_TIME, 60},
    {"minutes", QUANTITY_TIME, 60},     {"h", QUANTITY_TIME, 3600},
    {"hour", QUANTITY_TIME, 3600},      {"hours", QUANTITY_TIME, 3600},
    {"day", QUANTITY_TIME, 86400},      {"days", QUANTITY_TIME, 86400},
    {"week", QUANTITY_TIME, 604800},    {"weeks", QUANTITY_TIME, 604800},
    {"deg", QUANTITY_ANGLE, 0.017453292519943295},
    {"rad", QUANTITY_ANGLE, 1},         {"bp", QUANTITY_SHARE, 1e-4},
    {"KiB", QUANTITY_BYTES, 1024},      {"MiB", QUANTITY_BYTES, 1048576},
    {"GiB", QUANTITY_BYTES, 1073741824},
};

bool checker_enter(Checker *checker, Span span) {
    checker->depth++;
    if (checker->depth <= CHECK_MAX_DEPTH)
        return true;
    if (!checker->depth_reported) {
        checker->depth_reported = true;
        Diagnostic *d = diag_report(checker->session, DIAG_SYNTAX_ERROR, span,
                                    "this is nested more than %d deep", (int)CHECK_MAX_DEPTH);
        diag_advice(d, "give parts of it names with `let` or bindings");
    }
    return false;
}

void checker_leave(Checker *checker) {
    checker->depth--;
}

bool scope_find(const Scope *scope, const char *name, const Binding **out) {
    int64_t number;
    for (; scope; scope = scope->parent)
        if (scope->names && map_find(scope->names, name, &number) && number < scope->bindings.count) {
            *out = &scope->bindings.items[number];
            return true;
        }
    return false;
}

void scope_bind(Checker *checker, Scope *scope, Binding binding) {
    if (!scope->names) {
        scope->names = ARENA_NEW(checker->arena, Map);
        map_init(scope->names, checker->arena);
    }
    binding.use = ARENA_NEW(checker->arena, BindingUse);
    map_insert(scope->names, binding.name, scope->bindings.count);
    vec_push(checker->arena, &scope->bindings, binding);
}

const AstExpr *expr_resolve(Checker *checker, const Scope *scope, const AstExpr *expr, const Scope **out_scope) {
    for (int hops = 0; hops < 64 && expr; hops++) {
        *out_scope = scope;
        if (expr->kind == AST_PAREN) {
            expr = expr->left;
            continue;
        }
        if (expr->kind != AST_NAME)
            return expr;
        const Binding *binding;
        if (scope_find(scope, expr->text, &binding)) {
            binding->use->used = true;
            if (!binding->expr)
                return expr;
            expr = binding->expr;
            scope = binding->scope;
            continue;
        }
        const Constant *constant = constant_find(checker, expr->text);
        if (!constant || !constant->expr)
            return expr;
        expr = constant->expr;
        scope = NULL;
    }
    return expr;
}

static const UnitRow *unit_find(const char *word) {
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strcmp(units[i].word, word) == 0)
            return &units[i];
    return NULL;
}

static bool report_unit(Checker *checker, const AstExpr *expr) {
    WordList words = {0};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        vec_push(checker->arena, &words, units[i].word);
    Diagnostic *d = diag_report(checker->session, DIAG_ARGUMENT_TYPE, expr->span, "`%s` is not a unit of the language",
                                expr->text);
    suggest_fix(d, checker->arena, (Span){expr->span.source, expr->span.end - (uint32_t)strlen(expr->text), expr->span.end},
                expr->text, &words);
    return false;
}

static bool report_not_number(Checker *checker, const AstExpr *expr, const char *what) {
    if (expr->kind == AST_NAME) {
        WordList words = {0};
        for (int64_t i = 0; i < checker->constants.count; i++)
            vec_push(checker->arena, &words, checker->constants.items[i].name);
        Diagnostic *d;
        if (variable_find(checker, expr->text) >= 0) {
            d = diag_report(checker->session, DIAG_ARGUMENT_TYPE, expr->span, "`%s` is a column, where %s wants a number",
                            expr->text, what);
            diag_why(d, "arguments are constants: what depends on rows is learnt from the training part");
            return false;
        }
        const Constant *constant = constant_find(checker, expr->text);
        if (constant && !constant->expr)
            return false; /* defined by itself: reported there */
        if (constant) {
            diag_report(checker->session, DIAG_ARGUMENT_TYPE, expr->span, "`%s` does not stand for a number, which %s wants",
                        expr->text, what);
            return false;
        }
        if (checker->constants_hidden || !map_insert(&checker->unknown_names, expr->text, 1))
            return false;
        d = diag_report(checker->session, DIAG_UNKNOWN_NAME, expr->span, "no param or let is called `%s`", expr->text);
        diag_caret(d, "%s wants a number", what);
        const char *meant = suggest_fix(d, checker->arena, expr->span, expr->text, &words);
        if (meant)
            misspelt_blame_declaration(checker, d, expr->text, meant, constant_find(checker, meant)->span);
        return false;
    }
    const char *is = expr->kind == AST_STRING ? "a text" : expr->kind == AST_LIST ? "a list" : expr->kind == AST_SIZE ? "a size"
                     : expr->kind == AST_RANGE ? "a range" : expr->kind == AST_CALL ? "a call" : "not a number";
    diag_report(checker->session, DIAG_ARGUMENT_TYPE, expr->span, "%s wants a number; this is %s", what, is);
    return false;
}

static bool binary_eval(Checker *checker, const AstExpr *expr, Quantity left, Quantity right, const char *what,
                        Quantity *out) {
    bool scalar_left = left.kind == QUANTITY_NUMBER, scalar_right = right.kind == QUANTITY_NUMBER;
    bool same = left.kind == right.kind;
    switch (expr->op) {
    case '+':
    case '-':
        if (!same && !(left.kind <= QUANTITY_SHARE && right.kind <= QUANTITY_SHARE))
            break;
        *out = (Quantity){same ? left.kind : QUANTITY_NUMBER,
                          expr->op == '+' ? left.value + right.value : left.value - right.value};
        return true;
    case '*':
        if (!scalar_left && !scalar_right && !(left.kind == QUANTITY_SHARE || right.kind == QUANTITY_SHARE))
            break;
        *out = (Quantity){scalar_left || left.kind == QUANTITY_SHARE ? right.kind : left.kind, left.value * right.value};
        return true;
    case '/':
        if (right.value == 0) {
            diag_report(checker->session, DIAG_ARGUMENT_RANGE, expr->right->span, "this divides by 0");
            return false;
        }
        if (!scalar_right && !same)
            break;
        *out = (Quantity){same ? QUANTITY_NUMBER : left.kind, left.value / right.value};
        return true;
    default:
        return report_not_number(checker, expr, what);
    }
    diag_report(checker->session, DIAG_ARGUMENT_TYPE, expr->span, "%s and %s do not go together under `%c`",
                quantity_text(checker->arena, left), quantity_text(checker->arena, right), expr->op);
    return false;
}

static bool eval_inner(Checker *checker, const Scope *scope, const AstExpr *expr, const char *what, Quantity *out) {
    const UnitRow *unit;
    Quantity left, right;
    switch (expr->kind) {
    case AST_NUMBER:
        *out = (Quantity){QUANTITY_NUMBER, expr->number};
        return true;
    case AST_PERCENT:
        *out = (Quantity){QUANTITY_SHARE, expr->number / 100};
        return true;
    case AST_UNIT:
        unit = unit_find(expr->text);
        if (!unit)
            return report_unit(checker, expr);
        *out = (Quantity){unit->kind, expr->number * unit->factor};
        return true;
    case AST_NEGATE:
        if (!quantity_eval(checker, scope, expr->left, what, out))
            return false;
        out->value = -out->value;
        return true;
    case AST_BINARY:
        if (strchr("+-*/", expr->op) == NULL)
            return report_not_number(checker, expr, what);
        return quantity_eval(checker, scope, expr->left, what, &left) &&
               quantity_eval(checker, scope, expr->right, what, &right) &&
               binary_eval(checker, expr, left, right, what, out);
    case AST_ERROR:
        return false;
    case AST_FLOW: case AST_RANGE: case AST_OPTIONAL: case AST_INDEX: case AST_NAME: case AST_CALL: case AST_SIZE:
    case AST_STRING: case AST_LIST: case AST_PAREN:
        break;
    }
    return report_not_number(checker, expr, what);
}

bool quantity_eval(Checker *checker, const Scope *scope, const AstExpr *expr, const char *what, Quantity *out) {
    const Scope *inner = scope;
    const AstExpr *resolved = expr_resolve(checker, scope, expr, &inner);
    if (!checker_enter(checker, expr->span)) {
        checker_leave(checker);
        return false;
    }
    bool done = eval_inner(checker, inner, resolved, what, out);
    checker_leave(checker);
    if (done && !isfinite(out->value)) {
        diag_report(checker->session, DIAG_ARGUMENT_RANGE, expr->span, "this number is beyond what a double holds");
        return false;
    }
    return done;
}

static bool constant_shape(Checker *checker, const Scope *scope, const AstExpr *expr, int depth) {
    const Scope *inner = scope;
    expr = expr_resolve(checker, scope, expr, &inner);
    if (depth > CHECK_MAX_DEPTH)
        return false;
    switch (expr->kind) {
    case AST_NUMBER: case AST_PERCENT: case AST_UNIT:
        return true;
    case AST_NEGATE:
        return constant_shape(checker, inner, expr->left, depth + 1);
    case AST_BINARY:
        return strchr("+-*/", expr->op) != NULL && constant_shape(checker, inner, expr->left, depth + 1) &&
               constant_shape(checker, inner, expr->right, depth + 1);
    case AST_FLOW: case AST_RANGE: case AST_OPTIONAL: case AST_INDEX: case AST_NAME: case AST_CALL: case AST_SIZE:
    case AST_STRING: case AST_LIST: case AST_PAREN: case AST_ERROR:
        return false;
    }
    return false;
}

bool quantity_is_constant(Checker *checker, const Scope *scope, const AstExpr *expr) {
    return constant_shape(checker, scope, expr, 0);
}

const char *quantity_text(Arena *arena, Quantity quantity) {
    switch (quantity.kind) {
    case QUANTITY_NUMBER: return str_number(arena, quantity.value);
    case QUANTITY_SHARE: return arena_printf(arena, "%s%%", str_number(arena, round(quantity.value * 1e12) / 1e10));
    case QUANTITY_TIME: return arena_printf(arena, "%s s", str_number(arena, quantity.value));
    case QUANTITY_EPOCHS: return arena_printf(arena, "%s epochs", str_number(arena, quantity.value));
    case QUANTITY_STEPS: return arena_printf(arena, "%s steps", str_number(arena, quantity.value));
    case QUANTITY_ANGLE: return arena_printf(arena, "%s rad", str_number(arena, quantity.value));
    case QUANTITY_BYTES: return arena_printf(arena, "%s bytes", str_number(arena, quantity.value));
    }
    return "";
}
