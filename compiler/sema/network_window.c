/* `window([a, b], T)`, or `[a, b] -> window(T)`: the last T rows of columns, as the network's input [T, F]. It takes
 * columns, not tensors: earlier rows are rows of the data, and none is held twice. Each window has inputs of its own, side
 * by side, so that a row of it is one run of numbers. */
#include <math.h>
#include <string.h>

#include "sema/checker.h"
#include "support/str.h"

enum { MOST_ROWS = 1000000 };

static int32_t poison(Checker *checker) {
    checker->network_poisoned = true;
    return NET_POISON;
}

bool network_is_window(const Scope *scope, const AstExpr *expr) {
    const Binding *binding;
    return expr->kind == AST_CALL && strcmp(expr->text, "window") == 0 && !scope_find(scope, expr->text, &binding);
}

static bool read_rows(Checker *checker, const Scope *scope, const AstExpr *expr, int64_t *out) {
    Quantity rows;
    if (!quantity_eval(checker, scope, expr, "`window`", &rows)) return false;
    if (rows.kind != QUANTITY_NUMBER) {
        Diagnostic *d = diag_report(checker->session, DIAG_ARGUMENT_TYPE, expr->span, "`window` counts rows, not `%s`",
                                    source_text(&checker->session->sources, checker->arena, expr->span));
        diag_advice(d, "window([a, b], 60)");
        return false;
    }
    if (rows.value < 1 || rows.value != floor(rows.value) || rows.value > (double)MOST_ROWS) {
        diag_report(checker->session, DIAG_ARGUMENT_RANGE, expr->span, "`window` of %s; it wants a whole number of rows",
                    quantity_text(checker->arena, rows));
        return false;
    }
    *out = (int64_t)rows.value;
    return true;
}

static const AstArg *find_keyed(const AstExpr *call) {
    for (int64_t i = 0; i < call->arg_count; i++)
        if (call->args[i].key_kind != AST_KEY_NONE) return &call->args[i];
    return NULL;
}

/* The expression of the rows, or NULL where reported. `columns` NULL: it is the first argument. */
static const AstExpr *find_rows(Checker *checker, const AstExpr *call, const AstExpr **columns) {
    const AstArg *keyed = find_keyed(call);
    int64_t wanted = *columns == NULL ? 2 : 1;
    if (keyed != NULL) {
        diag_report(checker->session, DIAG_UNKNOWN_ARGUMENT, keyed->key_span, "`window` takes no argument `%s`",
                    keyed->key);
    } else if (call->arg_count < wanted) {
        Diagnostic *d = diag_report(checker->session, DIAG_MISSING_ARGUMENT, expr_word_span(call),
                                    call->arg_count > 0 && *columns == NULL ? "`window` lacks how many rows it takes"
                                                                            : "`window` lacks its arguments");
        diag_advice(d, "columns and rows, such as `window([a, b], 60)`");
    } else if (call->arg_count > wanted) {
        Diagnostic *d = diag_report(checker->session, DIAG_EXTRA_ARGUMENT, call->args[wanted].value->span,
                                    "`window` takes columns and a number of rows");
        diag_advice(d, "several columns stand in brackets: `window([a, b], 60)`");
    } else {
        if (*columns == NULL) *columns = call->args[0].value;
        return call->args[call->arg_count - 1].value;
    }
    return NULL;
}

static int32_t report_no_columns(Checker *checker, const Scope *scope, const AstExpr *columns) {
    Diagnostic *d = diag_report(checker->session, DIAG_TYPE_MISMATCH, columns->span,
                                "`window` takes columns of one number a row, not tensors");
    diag_why(d, "the rows before are rows of the data");
    diag_advice(d, "the columns themselves, such as `window([a, b], 60)`; layers come behind it");
    network_label_call(scope, d);
    return poison(checker);
}

/* Sampling draws and makes rows by themselves; a window is rows in their order. */
static bool refuse_sampling(Checker *checker, Span span) {
    if (checker->samplers.count == 0) return false;
    Diagnostic *d = diag_report(checker->session, DIAG_TYPE_MISMATCH, span,
                                "`window` takes rows in their order, which sampling does not keep");
    diag_label(d, checker->sampler_span, "draws or makes rows");
    diag_why(d, "a row that is repeated or made has no rows before it");
    diag_advice(d, "without sampling; `cross_entropy(class_weights: balanced)` weighs the classes instead");
    return true;
}

int32_t network_window(Checker *checker, const Scope *scope, const AstExpr *columns, const AstExpr *call) {
    int64_t rows;
    const AstExpr *count = find_rows(checker, call, &columns);
    if (count == NULL || !read_rows(checker, scope, count, &rows)) return poison(checker);
    bool is_columns = (columns->kind == AST_NAME && strcmp(columns->text, "features") == 0) ||
                      columns_is_set(checker, scope, columns);
    if (checker->window != NULL || !is_columns) {
        /* An unknown name is told of as such. */
        int32_t value = columns->kind == AST_NAME || columns->kind == AST_LIST ? network_value(checker, scope, columns) : 0;
        return value == NET_POISON ? poison(checker) : report_no_columns(checker, scope, columns);
    }
    if (span_is_none(checker->window_span)) checker->window_span = call->span;
    if (refuse_sampling(checker, expr_word_span(call))) return poison(checker);
    NetworkWindow window = {.rows = rows, .first_input = (int32_t)checker->inputs.count, .block = ++checker->windows};
    checker->window = &window;
    int32_t value = network_tensor(checker, scope, columns);
    checker->window = NULL;
    if (value < 0) return poison(checker);
    NetNode *node = &checker->model->nodes.items[value];
    if (node->kind != NET_INPUT || node->dim_count > 0) return report_no_columns(checker, scope, columns);
    int64_t *dims = ARENA_ARRAY(checker->arena, int64_t, 2);
    dims[0] = rows; /* dims[1], the columns, follows from the fit */
    node->dims = dims;
    node->dim_count = 2;
    node->span = call->span;
    return value;
}
