/* Expressions of the network that stand for tensors: columns, bindings, arithmetic, whole flows. */
#include <string.h>

#include "sema/checker.h"
#include "support/str.h"

/* Words that an unknown name is compared with: nearer bindings first, so that a huge spec ends in time. */
enum { MAX_SUGGESTIONS = 2000 };

void network_label_call(const Scope *scope, Diagnostic *diagnostic) {
    if (scope && scope->definition) diag_label(diagnostic, scope->call, "called here");
}

const int32_t *network_inputs(Checker *checker, int32_t first, int32_t second) {
    int32_t *inputs = ARENA_ARRAY(checker->arena, int32_t, 2);
    inputs[0] = first;
    inputs[1] = second;
    return inputs;
}

int32_t network_add(Checker *checker, const Scope *scope, NetNode node) {
    for (int64_t i = 0; i < node.input_count; i++)
        if (node.inputs[i] < 0) return NET_POISON;
    if (checker->model->nodes.count >= CHECK_MAX_NODES) {
        if (!checker->expansions_reported)
            diag_report(checker->session, DIAG_NESTING_TOO_DEEP, node.span,
                        "the network has more than %d parts after its definitions are expanded", (int)CHECK_MAX_NODES);
        checker->expansions_reported = checker->network_poisoned = true;
        return NET_POISON;
    }
    node.definition_call = SPAN_NONE;
    for (const Scope *at = scope; at && at->definition; at = at->caller) node.definition_call = at->call;
    vec_push(checker->arena, &checker->model->nodes, node);
    return (int32_t)checker->model->nodes.count - 1;
}

/* ---- what is no tensor ------------------------------------------------------------------------------------------- */

static void report_not_encoded(Checker *checker, int32_t node, Span span) {
    const char *name = checker->inputs.items[checker->model->nodes.items[node].columns[0]].name;
    Diagnostic *d = diag_report(checker->session, DIAG_CATEGORY_NOT_ENCODED, span,
                                "`%s` is a category and reaches the network without an encoding", name);
    int32_t variable = variable_find(checker, name);
    if (variable >= 0) diag_label(d, checker->variables.items[variable].span, "its levels are no numbers");
    diag_advice(d, "`%s -> embedding(4)` here, or `%s -> one_hot` in `preprocess`", name, name);
}

bool network_wants_tensor(Checker *checker, int32_t *node, Span span) {
    if (*node == NET_NOTHING) {
        Diagnostic *d =
            diag_report(checker->session, DIAG_SYNTAX_ERROR, span, "`output` ends its flow: it yields nothing");
        diag_advice(d, "give the flow before it a name, `h = x -> …`, and use `h` twice");
        *node = NET_POISON;
    } else if (*node >= 0 && checker->model->nodes.items[*node].kind == NET_INDEX) {
        report_not_encoded(checker, *node, span);
        *node = NET_POISON;
    }
    checker->network_poisoned |= *node < 0;
    return *node >= 0;
}

int32_t network_tensor(Checker *checker, const Scope *scope, const AstExpr *expr) {
    int32_t node = network_value(checker, scope, expr);
    network_wants_tensor(checker, &node, expr->span);
    return node;
}

static int32_t poison(Checker *checker) {
    checker->network_poisoned = true;
    return NET_POISON;
}

static int32_t report_no_value(Checker *checker, const Scope *scope, const AstExpr *expr, const char *what) {
    if (checker->columns_poisoned && expr->kind == AST_NAME) return poison(checker); /* it may stand for columns */
    Diagnostic *d = diag_report(checker->session, DIAG_SYNTAX_ERROR, expr->span, "%s is no input of a network", what);
    diag_caret(d, "wants columns, `features` or a binding");
    network_label_call(scope, d);
    return poison(checker);
}

/* `embedding(plan, 4)`: the input among the arguments. The flow that is meant, or NULL. */
static const char *as_flow(Checker *checker, const Scope *scope, const AstExpr *call) {
    if (call->kind != AST_CALL || call->arg_count == 0 || call->args[0].key_kind != AST_KEY_NONE) return NULL;
    const AstExpr *first = call->args[0].value;
    const Binding *binding;
    bool tensor = first->kind == AST_NAME && scope_find(scope, first->text, &binding) && !binding->expr;
    if (!tensor && !columns_is_set(checker, scope, first)) return NULL;
    SourceSet *sources = &checker->session->sources;
    Span rest = {call->span.source, call->span.end - 1, call->span.end};
    if (call->arg_count > 1)
        rest.begin =
            call->args[1].key_kind != AST_KEY_NONE ? call->args[1].key_span.begin : call->args[1].value->span.begin;
    return arena_printf(checker->arena, "%s -> %s(%s", source_text(sources, checker->arena, first->span), call->text,
                        source_text(sources, checker->arena, rest));
}

/* A layer where a value is meant: the arrow, or what stands before it, is lost. */
static int32_t report_stage_alone(Checker *checker, const Scope *scope, const AstExpr *expr, const char *word) {
    Diagnostic *d =
        diag_report(checker->session, DIAG_SYNTAX_ERROR, expr->span, "`%s` stands where its flow begins", word);
    diag_caret(d, "takes an input by `->`");
    const char *flow = as_flow(checker, scope, expr);
    const char *input = scope && scope->definition ? "input -> " : "features -> ";
    if (flow)
        diag_fix(d, false, expr->span, flow, NULL);
    else
        diag_fix(d, false, (Span){expr->span.source, expr->span.begin, expr->span.begin}, input,
                 arena_printf(checker->arena, "%s%s", input, word));
    network_label_call(scope, d);
    return poison(checker);
}

static int32_t report_unknown_value(Checker *checker, const Scope *scope, const AstExpr *expr) {
    if (checker->columns_poisoned || checker->derived_lost || checker->bindings_hidden ||
        diag_is_told(checker->session, DIAG_UNKNOWN_COLUMN, expr->text))
        return poison(checker);
    WordList words = {0};
    for (const Scope *at = scope; at; at = at->parent)
        for (int64_t i = at->bindings.count; i-- > 0 && words.count < MAX_SUGGESTIONS;)
            vec_push(checker->arena, &words, at->bindings.items[i].name);
    for (int64_t i = 0; i < checker->variables.count && words.count < MAX_SUGGESTIONS; i++)
        if (!checker->variables.items[i].is_pattern) vec_push(checker->arena, &words, checker->variables.items[i].name);
    vec_push(checker->arena, &words, "features");
    Diagnostic *d = diag_report(checker->session, DIAG_UNKNOWN_COLUMN, expr->span,
                                "no column or binding is called `%s`", expr->text);
    suggest_fix(d, checker->arena, expr->span, expr->text, &words);
    network_label_call(scope, d);
    return poison(checker);
}

/* ---- names ------------------------------------------------------------------------------------------------------- */

static int32_t binding_value(Checker *checker, const Binding *binding, const AstExpr *expr) {
    binding->use->used = true;
    if (!binding->expr) return binding->node;
    if (binding->use->evaluated) return binding->use->node;
    int32_t node = NET_POISON;
    if (checker_enter(checker, expr->span)) node = network_value(checker, binding->scope, binding->expr);
    checker_leave(checker);
    *binding->use = (BindingUse){.used = true, .evaluated = true, .node = node};
    return node;
}

static int32_t column_value(Checker *checker, const Scope *scope, const AstExpr *expr) {
    VariableSet set = {0};
    if (!columns_resolve(checker, scope, expr, &set)) return poison(checker);
    return network_columns(checker, scope, &set, expr->span);
}

static int32_t report_no_input(Checker *checker, const Scope *scope, const AstExpr *expr) {
    Diagnostic *d;
    if (scope && scope->definition) {
        const char *name = scope->definition->name.text;
        d = diag_report(checker->session, DIAG_MISSING_ARGUMENT, scope->call, "`%s` takes its input by `->`", name);
        diag_label(d, expr->span, "uses `input` here");
    } else {
        d = diag_report(checker->session, DIAG_UNKNOWN_NAME, expr->span,
                        "`input` stands for something only inside a `def`");
        diag_fix(d, false, expr->span, "features", NULL);
    }
    return poison(checker);
}

static int32_t name_value(Checker *checker, const Scope *scope, const AstExpr *expr) {
    const Binding *binding;
    const char *word = expr->text;
    if (scope_find(scope, word, &binding)) return binding_value(checker, binding, expr);
    if (strcmp(word, "features") == 0) return network_features(checker, scope, expr->span);
    if (strcmp(word, "constant") == 0)
        return network_add(checker, scope, (NetNode){.kind = NET_START, .span = expr->span});
    if (strcmp(word, "input") == 0 && variable_find(checker, word) < 0) return report_no_input(checker, scope, expr);
    const AstSection *definition = definition_find(checker, word);
    if (definition && variable_find(checker, word) < 0)
        return network_expand(checker, scope, definition, expr, NET_NOTHING);
    if (columns_is_set(checker, scope, expr)) return column_value(checker, scope, expr);
    if (network_is_stage(checker, scope, expr)) return report_stage_alone(checker, scope, expr, word);
    const Constant *constant = constant_find(checker, word);
    if (constant && !constant->expr) return poison(checker);
    /* A list one of whose columns is unknown, which has been told. */
    if (constant && constant->expr->kind == AST_LIST && checker->session->error_count > 0) return poison(checker);
    if (constant) return report_no_value(checker, scope, expr, arena_printf(checker->arena, "`%s`, a constant,", word));
    return report_unknown_value(checker, scope, expr);
}

static int32_t call_value(Checker *checker, const Scope *scope, const AstExpr *expr) {
    if (network_is_window(scope, expr)) return network_window(checker, scope, NULL, expr);
    if (strcmp(expr->text, "concat") == 0) return network_concat(checker, scope, expr, NET_NOTHING);
    const AstSection *definition = definition_find(checker, expr->text);
    if (definition) return network_expand(checker, scope, definition, expr, NET_NOTHING);
    if (strcmp(expr->text, "output") == 0 || strcmp(expr->text, "repeat") == 0)
        return report_stage_alone(checker, scope, expr, expr->text);
    const CatalogEntry *entry = catalog_find(ENTRY_LAYER, expr->text);
    if (!entry) entry = catalog_find(ENTRY_ACTIVATION, expr->text);
    if (entry && !entry->built) {
        report_unsupported(checker, expr->name_span, expr->text, catalog_kind_name(entry->kind));
        return poison(checker);
    }
    if (entry) return report_stage_alone(checker, scope, expr, expr->text);
    network_apply(checker, scope, expr, NET_POISON);
    return poison(checker);
}

/* ---- arithmetic -------------------------------------------------------------------------------------------------- */

static int32_t constant_value(Checker *checker, const Scope *scope, const AstExpr *expr) {
    Quantity quantity;
    if (!quantity_eval(checker, scope, expr, "tensor arithmetic", &quantity)) return poison(checker);
    if (quantity.kind != QUANTITY_NUMBER && quantity.kind != QUANTITY_SHARE)
        return report_no_value(checker, scope, expr, quantity_text(checker->arena, quantity));
    return network_add(checker, scope, (NetNode){.kind = NET_CONSTANT, .span = expr->span, .value = quantity.value});
}

int32_t network_binary(Checker *checker, const Scope *scope, const AstExpr *expr, int32_t left, int32_t right) {
    if (strchr("+-*/", expr->op) == NULL && diag_line_is_broken(checker->session, expr_operator_span(checker, expr)))
        return poison(checker);
    if (strchr("+-*/", expr->op) == NULL) {
        Diagnostic *d = diag_report(checker->session, DIAG_SYNTAX_ERROR, expr_operator_span(checker, expr),
                                    "tensors are not compared in a network");
        diag_caret(d, "wants + - * or /");
        return poison(checker);
    }
    bool fine = network_wants_tensor(checker, &left, expr->left->span);
    fine &= network_wants_tensor(checker, &right, expr->right->span);
    if (!fine) return poison(checker);
    const NetNode *divisor = &checker->model->nodes.items[right];
    if (expr->op == '/' && divisor->kind == NET_CONSTANT && divisor->value == 0) {
        diag_report(checker->session, DIAG_ARGUMENT_RANGE, expr->right->span, "this divides by 0");
        return poison(checker);
    }
    return network_add(checker, scope,
                       (NetNode){.kind = NET_BINARY,
                                 .span = expr->span,
                                 .op = expr->op,
                                 .inputs = network_inputs(checker, left, right),
                                 .input_count = 2});
}

int32_t network_negate(Checker *checker, const Scope *scope, const AstExpr *expr, int32_t value) {
    if (!network_wants_tensor(checker, &value, expr->left->span)) return poison(checker);
    return network_add(checker, scope,
                       (NetNode){.kind = NET_NEGATE,
                                 .span = expr->span,
                                 .inputs = network_inputs(checker, value, NET_POISON),
                                 .input_count = 1});
}

int32_t network_assert(Checker *checker, const Scope *scope, const AstExpr *expr, int32_t value) {
    int64_t *dims = ARENA_ARRAY(checker->arena, int64_t, expr->arg_count + 1);
    bool fine = network_wants_tensor(checker, &value, expr->left->span);
    fine &= dimensions_read(checker, scope, expr, dims);
    if (!fine) return poison(checker);
    return network_add(checker, scope,
                       (NetNode){.kind = NET_ASSERT,
                                 .span = expr->span,
                                 .dims = dims,
                                 .dim_count = expr->arg_count,
                                 .inputs = network_inputs(checker, value, NET_POISON),
                                 .input_count = 1});
}

/* ---- flows ------------------------------------------------------------------------------------------------------- */

static int32_t flow_value(Checker *checker, const Scope *scope, const AstExpr *expr) {
    StageList stages = {0};
    flow_stages(checker->arena, expr, &stages);
    const AstExpr *head = stages.items[0];
    int32_t value = NET_POISON;
    int64_t first = 1;
    if (head->kind != AST_ERROR && quantity_is_constant(checker, scope, head)) {
        Diagnostic *d = diag_report(checker->session, DIAG_SYNTAX_ERROR, head->span, "a flow begins with a number");
        diag_caret(d, "wants columns, `features`, `constant` or a binding");
        network_label_call(scope, d);
        poison(checker);
    } else if (stages.count > 1 && network_is_window(scope, stages.items[1]) && stages.items[1]->arg_count < 2) {
        value = network_window(checker, scope, head, stages.items[1]);
        first = 2;
    } else {
        value = network_value(checker, scope, head);
    }
    for (int64_t i = first; i < stages.count; i++) {
        if (value == NET_NOTHING) network_wants_tensor(checker, &value, stages.items[i - 1]->span);
        value = network_apply(checker, scope, stages.items[i], value);
    }
    return value;
}

static int32_t list_value(Checker *checker, const Scope *scope, const AstExpr *expr) {
    for (int64_t i = 0; i < expr->arg_count; i++) {
        const AstExpr *item = expr->args[i].value;
        const Binding *binding;
        bool bound = item->kind == AST_NAME && scope_find(scope, item->text, &binding);
        if (!bound && item->kind != AST_FLOW && item->kind != AST_CALL && item->kind != AST_BINARY) continue;
        Diagnostic *d =
            diag_report(checker->session, DIAG_SYNTAX_ERROR, expr->span, "a list holds columns, not tensors");
        const char *text = source_text(&checker->session->sources, checker->arena, expr->span);
        diag_fix(d, false, expr->span, arena_printf(checker->arena, "concat(%.*s)", (int)strlen(text) - 2, text + 1),
                 NULL);
        return poison(checker);
    }
    return column_value(checker, scope, expr);
}

static int32_t value_inner(Checker *checker, const Scope *scope, const AstExpr *expr) {
    int32_t left;
    switch (expr->kind) {
    case AST_FLOW: return flow_value(checker, scope, expr);
    case AST_BINARY:
        left = network_value(checker, scope, expr->left);
        if (left == NET_POISON && strchr("+-*/", expr->op)) return poison(checker); /* one mistake a statement */
        return network_binary(checker, scope, expr, left, network_value(checker, scope, expr->right));
    case AST_NEGATE: return network_negate(checker, scope, expr, network_value(checker, scope, expr->left));
    case AST_INDEX: return network_assert(checker, scope, expr, network_value(checker, scope, expr->left));
    case AST_NAME: return name_value(checker, scope, expr);
    case AST_CALL: return call_value(checker, scope, expr);
    case AST_STRING: return column_value(checker, scope, expr);
    case AST_LIST: return list_value(checker, scope, expr);
    case AST_PAREN: return network_value(checker, scope, expr->left);
    case AST_RANGE: return report_no_value(checker, scope, expr, "a range");
    case AST_OPTIONAL: return report_no_value(checker, scope, expr, "`?`, which belongs to the types of `columns`,");
    case AST_SIZE: return report_no_value(checker, scope, expr, "a size");
    case AST_NUMBER:
    case AST_PERCENT:
    case AST_UNIT: return report_no_value(checker, scope, expr, "a number");
    case AST_ERROR: checker->outputs_hidden = true; break;
    }
    return poison(checker);
}

int32_t network_value(Checker *checker, const Scope *scope, const AstExpr *expr) {
    if (checker->expansions_reported) return NET_POISON;
    int32_t value = NET_POISON;
    if (!checker_enter(checker, expr->span))
        poison(checker);
    else if (expr->kind != AST_ERROR && quantity_is_constant(checker, scope, expr))
        value = constant_value(checker, scope, expr);
    else
        value = value_inner(checker, scope, expr);
    checker_leave(checker);
    return value;
}
