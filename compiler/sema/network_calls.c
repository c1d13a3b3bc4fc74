/* What stands behind `->`: layers, activations, definitions, operators with such operands, and `output`. */
#include <string.h>

#include "catalog/layer/layer_params.h"
#include "sema/checker.h"
#include "support/str.h"

static int32_t poison(Checker *checker) {
    checker->network_poisoned = true;
    return NET_POISON;
}

static const CatalogEntry *layer_find(const char *word) {
    const CatalogEntry *entry = catalog_find(ENTRY_LAYER, word);
    return entry ? entry : catalog_find(ENTRY_ACTIVATION, word);
}

static bool is_form(const char *word) { return strcmp(word, "output") == 0 || strcmp(word, "repeat") == 0; }

/* ---- stage or value? --------------------------------------------------------------------------------------------- */

static bool word_is_stage(Checker *checker, const Scope *scope, const AstExpr *expr) {
    const Binding *binding;
    if (scope_find(scope, expr->text, &binding))
        return binding->expr && network_is_stage(checker, binding->scope, binding->expr);
    if (expr->kind == AST_NAME && variable_find(checker, expr->text) >= 0) return false;
    if (network_is_window(scope, expr)) return expr->arg_count < 2;
    if (expr->kind == AST_CALL && strcmp(expr->text, "concat") == 0) {
        for (int64_t i = 0; i < expr->arg_count; i++)
            if (network_is_stage(checker, scope, expr->args[i].value)) return true;
        return false;
    }
    const AstSection *definition = definition_find(checker, expr->text);
    if (definition) return definition_takes_input(definition);
    if (is_form(expr->text) || layer_find(expr->text)) return true;
    const Constant *constant = constant_find(checker, expr->text);
    if (constant && constant->expr) return network_is_stage(checker, NULL, constant->expr);
    return expr->kind == AST_CALL;
}

static bool stage_inner(Checker *checker, const Scope *scope, const AstExpr *expr) {
    switch (expr->kind) {
    case AST_PAREN:
    case AST_NEGATE:
    case AST_INDEX: return network_is_stage(checker, scope, expr->left);
    case AST_FLOW: {
        const AstExpr *head = expr;
        while (head->kind == AST_FLOW) head = head->left;
        return network_is_stage(checker, scope, head);
    }
    case AST_BINARY:
        return network_is_stage(checker, scope, expr->left) || network_is_stage(checker, scope, expr->right);
    case AST_NAME:
    case AST_CALL: return word_is_stage(checker, scope, expr);
    case AST_RANGE:
    case AST_OPTIONAL:
    case AST_NUMBER:
    case AST_PERCENT:
    case AST_UNIT:
    case AST_SIZE:
    case AST_STRING:
    case AST_LIST:
    case AST_ERROR: break;
    }
    return false;
}

bool network_is_stage(Checker *checker, const Scope *scope, const AstExpr *expr) {
    bool is_stage = checker_enter(checker, expr->span) && stage_inner(checker, scope, expr);
    checker_leave(checker);
    return is_stage;
}

/* ---- words that cannot stand there ------------------------------------------------------------------------------- */

static int32_t report_unknown_layer(Checker *checker, const Scope *scope, const AstExpr *stage) {
    const char *word = stage->text;
    if (definition_hidden(checker, word)) return poison(checker);
    Span span = expr_word_span(stage);
    WordList words = {0};
    suggest_entries(checker->arena, ENTRY_LAYER, &words);
    suggest_entries(checker->arena, ENTRY_ACTIVATION, &words);
    for (int64_t i = 0; i < checker->definitions.count; i++)
        vec_push(checker->arena, &words, checker->definitions.items[i]->name.text);
    vec_push(checker->arena, &words, "output");
    vec_push(checker->arena, &words, "repeat");
    vec_push(checker->arena, &words, "window");
    const CatalogEntry *other = catalog_find(ENTRY_KIND_COUNT, word);
    Diagnostic *d = other ? diag_report(checker->session, DIAG_UNKNOWN_LAYER, span, "`%s` is %s, not a layer", word,
                                        text_with_article(checker->arena, catalog_kind_name(other->kind)))
                          : diag_report(checker->session, DIAG_UNKNOWN_LAYER, span,
                                        "no layer, activation or definition is called `%s`", word);
    if (other && other->kind == ENTRY_TRANSFORM)
        diag_advice(d, "transforms stand in `preprocess`");
    else
        suggest_fix(d, checker->arena, span, word, &words);
    network_label_call(scope, d);
    /* `outputs(default)`: the output is there, misspelt. */
    for (int64_t i = 0; stage->kind == AST_CALL && i < stage->arg_count; i++)
        if (expr_word(stage->args[i].value) && target_find(checker, stage->args[i].value->text) >= 0)
            checker->outputs_hidden = true;
    return poison(checker);
}

static int32_t report_not_stage(Checker *checker, const Scope *scope, const AstExpr *stage) {
    const char *text = source_text(&checker->session->sources, checker->arena, stage->span);
    Diagnostic *d = diag_report(checker->session, DIAG_SYNTAX_ERROR, stage->span,
                                "`->` leads into `%s`, which is no layer", strlen(text) <= 40 ? text : "this");
    diag_caret(d, "wants a layer, an activation or a definition");
    if (stage->kind == AST_NAME && target_find(checker, stage->text) >= 0) {
        /* `-> default`, `-> (default)`: the output is there, without its word. */
        checker->outputs_hidden = true;
        diag_fix(d, false, stage->span, arena_printf(checker->arena, "output(%s)", stage->text), NULL);
    } else if (stage->kind == AST_NAME)
        diag_advice(d, "tensors are joined by `concat(a, b)` or added by `a + b`");
    network_label_call(scope, d);
    return poison(checker);
}

/* ---- layers ------------------------------------------------------------------------------------------------------ */

/* An embedding takes a category by itself; every other layer takes numbers. */
static bool check_input(Checker *checker, const Scope *scope, const CatalogEntry *entry, const AstExpr *stage,
                        int32_t *input) {
    if (!entry->takes_index) return network_wants_tensor(checker, input, stage->span);
    if (*input >= 0 && checker->model->nodes.items[*input].kind != NET_INDEX) {
        Diagnostic *d = diag_report(checker->session, DIAG_TYPE_MISMATCH, expr_word_span(stage),
                                    "`%s` takes one category column as it is", entry->name);
        diag_label(d, checker->model->nodes.items[*input].span, "this is made of numbers");
        diag_advice(d, "`COLUMN -> %s(4)`, for a category that `preprocess` does not encode", entry->name);
        network_label_call(scope, d);
        return false;
    }
    return *input >= 0 || network_wants_tensor(checker, input, stage->span);
}

static int32_t apply_layer(Checker *checker, const Scope *scope, const CatalogEntry *entry, const AstExpr *stage,
                           int32_t input) {
    if (!entry->built) {
        report_unsupported(checker, expr_word_span(stage), entry->name, catalog_kind_name(entry->kind));
        return poison(checker);
    }
    bool known = input != NET_POISON;
    bool fine = !known || check_input(checker, scope, entry, stage, &input);
    const Call *call = bind_call(checker, scope, entry, stage);
    fine = fine && call;
    if (!fine || !known) return poison(checker);
    return network_add(checker, scope,
                       (NetNode){.kind = NET_CALL,
                                 .span = stage->span,
                                 .call = call,
                                 .inputs = network_inputs(checker, input, NET_POISON),
                                 .input_count = 1});
}

/* A window behind a layer: it takes columns alone. */
static int32_t report_window_behind(Checker *checker, const Scope *scope, const AstExpr *stage) {
    Diagnostic *d = diag_report(checker->session, DIAG_TYPE_MISMATCH, expr_word_span(stage),
                                "`window` takes columns of one number a row, not tensors");
    diag_why(d, "the rows before are rows of the data");
    diag_advice(d, "it begins a flow: `window([a, b], 60) -> …`");
    network_label_call(scope, d);
    return poison(checker);
}

/* ---- application ------------------------------------------------------------------------------------------------- */

/* `f(8)` where the formal `f` stands for a word: the word with these arguments. */
static int32_t apply_formal_call(Checker *checker, const Scope *scope, const Binding *binding, const AstExpr *stage,
                                 int32_t input) {
    const Scope *inner;
    const AstExpr *word = expr_resolve(checker, binding->scope, binding->expr, &inner);
    const Binding *shadow;
    if (word->kind != AST_NAME || scope_find(scope, word->text, &shadow)) {
        diag_report(checker->session, DIAG_EXTRA_ARGUMENT, stage->span,
                    "`%s` stands for a call already and takes no arguments of its own", stage->text);
        return poison(checker);
    }
    AstExpr *call = ARENA_NEW(checker->arena, AstExpr);
    *call = *stage;
    call->text = word->text;
    return network_apply(checker, scope, call, input);
}

static int32_t apply_binding(Checker *checker, const Scope *scope, const Binding *binding, const AstExpr *stage,
                             int32_t input) {
    binding->use->used = true;
    if (!binding->expr) return binding->node == NET_POISON ? poison(checker) : report_not_stage(checker, scope, stage);
    if (stage->kind == AST_CALL) return apply_formal_call(checker, scope, binding, stage, input);
    const char *word = expr_word(binding->expr);
    if (network_is_stage(checker, binding->scope, binding->expr) ||
        (word && variable_find(checker, word) < 0 && !constant_find(checker, word)))
        return network_apply(checker, binding->scope, binding->expr, input);
    return report_not_stage(checker, scope, stage);
}

static int32_t apply_word(Checker *checker, const Scope *scope, const AstExpr *stage, int32_t input) {
    const Binding *binding;
    const char *word = stage->text;
    if (scope_find(scope, word, &binding)) return apply_binding(checker, scope, binding, stage, input);
    if (strcmp(word, "output") == 0) return network_output(checker, scope, stage, input);
    if (strcmp(word, "repeat") == 0) return network_repeat(checker, scope, stage, input);
    if (strcmp(word, "concat") == 0 && stage->kind == AST_CALL) return network_concat(checker, scope, stage, input);
    if (network_is_window(scope, stage)) return report_window_behind(checker, scope, stage);
    const AstSection *definition = definition_find(checker, word);
    if (definition) return network_expand(checker, scope, definition, stage, input);
    const CatalogEntry *entry = layer_find(word);
    if (entry) return apply_layer(checker, scope, entry, stage, input);
    const Constant *constant = constant_find(checker, word);
    if (constant && constant->expr && network_is_stage(checker, NULL, constant->expr))
        return network_apply(checker, NULL, constant->expr, input);
    if (stage->kind == AST_NAME && (constant || columns_is_set(checker, scope, stage) || strcmp(word, "features") == 0))
        return report_not_stage(checker, scope, stage);
    return report_unknown_layer(checker, scope, stage);
}

/* Operands that are stages take the input, the others are values: `x -> dense(8) + y`. */
static int32_t apply_operand(Checker *checker, const Scope *scope, const AstExpr *operand, int32_t input) {
    return network_is_stage(checker, scope, operand) ? network_apply(checker, scope, operand, input)
                                                     : network_value(checker, scope, operand);
}

static int32_t apply_binary(Checker *checker, const Scope *scope, const AstExpr *stage, int32_t input) {
    if (!network_is_stage(checker, scope, stage)) return report_not_stage(checker, scope, stage);
    int64_t errors = checker->session->error_count;
    int32_t left = apply_operand(checker, scope, stage->left, input);
    if (checker->session->error_count > errors) { /* one mistake a statement: the right side may be a part of it */
        checker->network_poisoned = checker->outputs_hidden = true;
        return NET_POISON;
    }
    return network_binary(checker, scope, stage, left, apply_operand(checker, scope, stage->right, input));
}

static int32_t apply_flow(Checker *checker, const Scope *scope, const AstExpr *stage, int32_t input) {
    StageList stages = {0};
    flow_stages(checker->arena, stage, &stages);
    for (int64_t i = 0; i < stages.count; i++) {
        if (input == NET_NOTHING) network_wants_tensor(checker, &input, stages.items[i - 1]->span);
        input = network_apply(checker, scope, stages.items[i], input);
    }
    return input;
}

static int32_t apply_inner(Checker *checker, const Scope *scope, const AstExpr *stage, int32_t input) {
    switch (stage->kind) {
    case AST_NAME:
    case AST_CALL: return apply_word(checker, scope, stage, input);
    case AST_PAREN: return network_apply(checker, scope, stage->left, input);
    case AST_FLOW: return apply_flow(checker, scope, stage, input);
    case AST_BINARY: return apply_binary(checker, scope, stage, input);
    case AST_NEGATE: return network_negate(checker, scope, stage, network_apply(checker, scope, stage->left, input));
    case AST_INDEX: return network_assert(checker, scope, stage, network_apply(checker, scope, stage->left, input));
    case AST_RANGE:
    case AST_OPTIONAL:
    case AST_NUMBER:
    case AST_PERCENT:
    case AST_UNIT:
    case AST_SIZE:
    case AST_STRING:
    case AST_LIST: return report_not_stage(checker, scope, stage);
    case AST_ERROR: checker->outputs_hidden = true; break;
    }
    return poison(checker);
}

int32_t network_apply(Checker *checker, const Scope *scope, const AstExpr *stage, int32_t input) {
    if (checker->expansions_reported) return NET_POISON;
    int32_t value = checker_enter(checker, stage->span) ? apply_inner(checker, scope, stage, input) : poison(checker);
    checker_leave(checker);
    return value;
}

/* ---- output ------------------------------------------------------------------------------------------------------ */

/* `output(TARGET, …)` is a form of the network, not a layer of the catalogue, but its options are checked like one. */
static const CatalogEntry output_entry = {
    .name = "output",
    .kind = ENTRY_LAYER,
    .built = true,
    .runtime_id = -1,
    .example = "output(default)",
    .doc = "the head of a target: as many units as its loss needs, and their link",
    .params =
        {
            {.name = "target", .type = PARAM_ANY, .doc = "the target that the flow predicts"},
            {.name = "head",
             .type = PARAM_WORD,
             .fallback = "auto",
             .named_only = true,
             .choices = "auto|none",
             .doc = "none: the flow is the logits"},
            {.name = "bias",
             .type = PARAM_BOOL,
             .fallback = "true",
             .named_only = true,
             .doc = "whether the head has a bias"},
            {.name = "trainable",
             .type = PARAM_BOOL,
             .fallback = "true",
             .named_only = true,
             .doc = "false: the head stays as it was initialised"},
            LAYER_INIT,
            LAYER_PENALTIES,
        },
};

static void report_unknown_target(Checker *checker, const AstExpr *expr, const char *name) {
    if (diag_is_told(checker->session, DIAG_UNKNOWN_TARGET, name)) return;
    WordList words = {0};
    for (int64_t i = 0; i < checker->targets.count; i++)
        vec_push(checker->arena, &words, checker->targets.items[i].name);
    Diagnostic *d = diag_report(checker->session, DIAG_UNKNOWN_TARGET, expr->span, "no target is called `%s`", name);
    if (words.count == 1)
        diag_fix(d, true, expr->span, words.items[0], NULL);
    else
        suggest_fix(d, checker->arena, expr->span, name, &words);
}

/* The target that `output(…)` names, -1 where there is none. */
static int32_t output_target(Checker *checker, const Scope *scope, const Call *call) {
    const Scope *inner;
    const AstExpr *expr = call_argument(call, "target")->expr;
    const AstExpr *resolved = expr->kind == AST_NAME && target_find(checker, expr->text) >= 0
                                  ? expr
                                  : expr_resolve(checker, scope, expr, &inner);
    if (resolved->kind != AST_NAME && resolved->kind != AST_STRING) {
        if (resolved->kind != AST_ERROR)
            diag_report(checker->session, DIAG_ARGUMENT_TYPE, expr->span, "`output` wants the name of a target");
        return -1;
    }
    int32_t target = target_find(checker, resolved->text);
    if (target < 0 && !checker->target_poisoned) report_unknown_target(checker, expr, resolved->text);
    return target;
}

static void poison_output(Checker *checker, int32_t target) {
    checker->network_poisoned = true;
    for (int64_t i = 0; i < checker->outputs.count; i++)
        if ((target < 0 || i == target) && checker->outputs.items[i] == -1) checker->outputs.items[i] = -2;
}

int32_t network_output(Checker *checker, const Scope *scope, const AstExpr *stage, int32_t input) {
    if (input != NET_POISON) network_wants_tensor(checker, &input, stage->span);
    const Call *call = bind_call(checker, scope, &output_entry, stage);
    int32_t target = call ? output_target(checker, scope, call) : -1;
    if (!call || target < 0) {
        poison_output(checker, target);
        return NET_NOTHING;
    }
    if (checker->outputs.items[target] != -1 && (checker->target_poisoned || checker->target_disputed || checker->columns_poisoned))
        return NET_NOTHING;
    if (checker->outputs.items[target] != -1) {
        Diagnostic *d = diag_report(checker->session, DIAG_DUPLICATE_NAME, stage->span, "`%s` has a second output",
                                    checker->targets.items[target].name);
        diag_label(d, checker->output_spans.items[target], "the first one");
        diag_advice(d, "join the flows: `concat(a, b) -> output(%s)`", checker->targets.items[target].name);
        return NET_NOTHING;
    }
    checker->output_spans.items[target] = stage->span;
    bool head_none = strcmp(call_word(call, "head"), "none") == 0;
    int32_t node = network_add(checker, scope,
                               (NetNode){.kind = NET_OUTPUT,
                                         .span = stage->span,
                                         .call = call,
                                         .head_none = head_none,
                                         .target = target,
                                         .inputs = network_inputs(checker, input, NET_POISON),
                                         .input_count = 1});
    if (node < 0)
        poison_output(checker, target);
    else
        checker->outputs.items[target] = node;
    return NET_NOTHING;
}
