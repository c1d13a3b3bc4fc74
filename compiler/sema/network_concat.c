/* `concat`: tensors side by side. Columns that stand next to each other become one input. */
#include <string.h>

#include "sema/checker.h"

static int32_t poison(Checker *checker) {
    checker->network_poisoned = true;
    return NET_POISON;
}

typedef struct ConcatParts {
    VEC(int32_t) nodes;
    VariableSet run; /* columns that stand next to each other and become one input */
    Span run_span;
    bool poisoned;
} ConcatParts;

static void concat_flush(Checker *checker, const Scope *scope, ConcatParts *parts) {
    if (parts->run.count == 0) return;
    int32_t node = network_columns(checker, scope, &parts->run, parts->run_span);
    parts->poisoned |= !network_wants_tensor(checker, &node, parts->run_span);
    vec_push(checker->arena, &parts->nodes, node);
    parts->run = (VariableSet){0};
}

/* What may not stand among columns of numbers is told of at its own name. */
static bool is_number_set(Checker *checker, const VariableSet *set) {
    for (int64_t i = 0; i < set->count; i++) {
        const Variable *variable = &checker->variables.items[set->items[i]];
        bool number = variable->kind == VALUE_NUMBER || variable->kind == VALUE_NUMBERS || variable->kind == VALUE_MATRIX;
        if (!number || variable_leaks(checker, variable) || variable->poisoned) return false;
    }
    return set->count > 0;
}

static void concat_columns(Checker *checker, const Scope *scope, const AstExpr *part, ConcatParts *parts) {
    VariableSet set = {0};
    if (!columns_resolve(checker, scope, part, &set)) {
        parts->poisoned = true;
        return;
    }
    network_encode_buckets(checker, &set);
    if (!is_number_set(checker, &set)) {
        concat_flush(checker, scope, parts);
        int32_t node = network_columns(checker, scope, &set, part->span);
        parts->poisoned |= !network_wants_tensor(checker, &node, part->span);
        return;
    }
    parts->run_span = parts->run.count == 0 ? part->span : span_join(parts->run_span, part->span);
    for (int64_t i = 0; i < set.count; i++) vec_push(checker->arena, &parts->run, set.items[i]);
}

static bool is_column_part(Checker *checker, const Scope *scope, const AstExpr *part) {
    const Binding *binding;
    if (part->kind == AST_NAME && scope_find(scope, part->text, &binding)) return false;
    return !(part->kind == AST_NAME && strcmp(part->text, "features") == 0) && columns_is_set(checker, scope, part);
}

int32_t network_concat(Checker *checker, const Scope *scope, const AstExpr *call, int32_t input) {
    ConcatParts parts = {.run_span = call->span};
    bool used = false;
    for (int64_t i = 0; i < call->arg_count; i++) {
        const AstExpr *part = call->args[i].value;
        if (call->args[i].key_kind != AST_KEY_NONE) {
            diag_report(checker->session, DIAG_UNKNOWN_ARGUMENT, call->args[i].key_span,
                        "`concat` takes no argument `%s`", call->args[i].key);
            parts.poisoned = true;
            continue;
        }
        if (is_column_part(checker, scope, part)) {
            concat_columns(checker, scope, part, &parts);
            continue;
        }
        concat_flush(checker, scope, &parts);
        bool staged = input != NET_NOTHING && network_is_stage(checker, scope, part);
        int32_t node = staged ? network_apply(checker, scope, part, input) : network_value(checker, scope, part);
        used |= staged;
        parts.poisoned |= !network_wants_tensor(checker, &node, part->span);
        vec_push(checker->arena, &parts.nodes, node);
    }
    concat_flush(checker, scope, &parts);
    if (input != NET_NOTHING && !used && input != NET_POISON) {
        Diagnostic *d = diag_report(checker->session, DIAG_SYNTAX_ERROR, expr_word_span(call),
                                    "`concat` behind `->` takes nothing from the flow before it");
        diag_advice(d, "name that flow and list it: `concat(h, …)`");
        return poison(checker);
    }
    if (call->arg_count == 0) {
        diag_report(checker->session, DIAG_MISSING_ARGUMENT, expr_word_span(call), "`concat` joins nothing");
        return poison(checker);
    }
    if (parts.poisoned) return poison(checker);
    if (parts.nodes.count == 1) return parts.nodes.items[0];
    return network_add(
        checker, scope,
        (NetNode){
            .kind = NET_CONCAT, .span = call->span, .inputs = parts.nodes.items, .input_count = parts.nodes.count});
}
