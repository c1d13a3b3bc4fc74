/* Definitions: expanded where they are called, with their arguments by name and each tensor argument built once. */
#include <math.h>
#include <string.h>

#include "sema/checker.h"
#include "support/str.h"

/* Definitions that do nothing expand without making parts, so the parts' limit alone would not end them. */
enum { MAX_EXPANSIONS = 20000, MAX_REPEATS = 10000 };

/* What is not expanded may hold an output. */
static int32_t poison(Checker *checker) {
    checker->network_poisoned = checker->outputs_hidden = true;
    return NET_POISON;
}

const AstSection *definition_find(const Checker *checker, const char *name) {
    int64_t number;
    return map_find(&checker->definition_names, name, &number) ? checker->definitions.items[number] : NULL;
}

/* Whether a section that could not be read may be the definition of that name. */
bool definition_hidden(const Checker *checker, const char *name) {
    for (int64_t i = 0; i < checker->file->section_count; i++) {
        const AstSection *section = &checker->file->sections[i];
        if (section->kind != AST_BAD_SECTION) continue;
        const char *word = section->name.text;
        if (!word || *word == '\0' || strcmp(word, "def") == 0 || strcmp(word, "use") == 0 || strcmp(word, name) == 0)
            return true;
    }
    return false;
}

static bool mentions_input(const AstExpr *expr, int depth) {
    for (; expr; expr = expr->left) {
        if (depth > CHECK_MAX_DEPTH || (expr->kind == AST_NAME && strcmp(expr->text, "input") == 0)) return true;
        if (expr->right && mentions_input(expr->right, depth + 1)) return true;
        for (int64_t i = 0; i < expr->arg_count; i++)
            if (mentions_input(expr->args[i].value, depth + 1)) return true;
    }
    return false;
}

bool definition_takes_input(const AstSection *definition) {
    for (int64_t i = 0; i < definition->stmt_count; i++)
        if (!definition->stmts[i].disabled && mentions_input(definition->stmts[i].value, 0)) return true;
    return false;
}

/* ---- arguments --------------------------------------------------------------------------------------------------- */

static int64_t formal_index(const AstSection *definition, const char *name) {
    for (int64_t i = 0; i < definition->formal_count; i++)
        if (strcmp(definition->formals[i].text, name) == 0) return i;
    return -1;
}

static int64_t report_no_formal(Checker *checker, const AstSection *definition, const AstArg *arg) {
    const char *name = definition->name.text;
    Diagnostic *d;
    if (arg->key_kind != AST_KEY_NONE) {
        WordList words = {0};
        for (int64_t i = 0; i < definition->formal_count; i++)
            vec_push(checker->arena, &words, definition->formals[i].text);
        d = diag_report(checker->session, DIAG_UNKNOWN_ARGUMENT, arg->key_span, "`%s` takes no argument `%s`", name,
                        arg->key);
        suggest_fix(d, checker->arena, arg->key_span, arg->key, &words);
    } else {
        d = diag_report(checker->session, DIAG_EXTRA_ARGUMENT, arg->value->span, "`%s` takes %s argument%s", name,
                        definition->formal_count == 0 ? "no"
                                                      : str_number(checker->arena, (double)definition->formal_count),
                        definition->formal_count == 1 ? "" : "s");
    }
    diag_label(d, definition->name.span, "defined here");
    return -1;
}

static bool bind_formals(Checker *checker, const Scope *caller, const AstSection *definition, const AstExpr *call,
                         const AstExpr **out_values) {
    int64_t position = 0;
    bool fine = true;
    for (int64_t i = 0; call->kind == AST_CALL && i < call->arg_count; i++) {
        const AstArg *arg = &call->args[i];
        int64_t index = arg->key_kind != AST_KEY_NONE         ? formal_index(definition, arg->key)
                        : position < definition->formal_count ? position++
                                                              : -1;
        if (index < 0) index = report_no_formal(checker, definition, arg);
        if (index < 0) {
            fine = false;
        } else if (out_values[index]) {
            diag_report(checker->session, DIAG_DUPLICATE_ARGUMENT, arg->value->span, "`%s` of `%s` is given twice",
                        definition->formals[index].text, definition->name.text);
            fine = false;
        } else {
            out_values[index] = arg->value;
        }
    }
    for (int64_t i = 0; i < definition->formal_count && fine; i++) {
        if (out_values[i]) continue;
        Diagnostic *d = diag_report(checker->session, DIAG_MISSING_ARGUMENT, expr_word_span(call),
                                    "`%s` lacks its argument `%s`", definition->name.text, definition->formals[i].text);
        diag_label(d, definition->formals[i].span, "defined here");
        network_label_call(caller, d);
        fine = false;
    }
    return fine;
}

/* ---- expansion --------------------------------------------------------------------------------------------------- */

static bool is_active(const Scope *scope, const AstSection *definition) {
    for (; scope; scope = scope->caller)
        if (scope->definition == definition) return true;
    return false;
}

static bool may_expand(Checker *checker, const AstExpr *call) {
    if (checker->expansions_reported) return false;
    if (checker->expansions++ < MAX_EXPANSIONS) return true;
    diag_report(checker->session, DIAG_NESTING_TOO_DEEP, call->span, "definitions are expanded more than %d times",
                (int)MAX_EXPANSIONS);
    checker->expansions_reported = true;
    return false;
}

int32_t network_expand(Checker *checker, const Scope *scope, const AstSection *definition, const AstExpr *call,
                       int32_t input) {
    if (is_active(scope, definition)) {
        Diagnostic *d = diag_report(checker->session, DIAG_RECURSIVE_DEFINITION, call->span, "`%s` expands into itself",
                                    definition->name.text);
        diag_label(d, definition->name.span, "its definition");
        diag_why(d, "definitions are expanded when compiling; this one would never end");
        return poison(checker);
    }
    if (!may_expand(checker, call)) return poison(checker);
    const AstExpr **values = ARENA_ARRAY(checker->arena, const AstExpr *, definition->formal_count + 1);
    if (!bind_formals(checker, scope, definition, call, values)) return poison(checker);
    Scope *inner = ARENA_NEW(checker->arena, Scope);
    *inner = (Scope){.definition = definition, .call = call->span, .caller = scope};
    for (int64_t i = 0; i < definition->formal_count; i++)
        scope_bind(checker, inner,
                   (Binding){.name = definition->formals[i].text,
                             .expr = values[i],
                             .scope = scope,
                             .node = NET_POISON,
                             .span = definition->formals[i].span});
    if (input != NET_NOTHING) scope_bind(checker, inner, (Binding){.name = "input", .node = input, .span = call->span});
    int32_t value = checker_enter(checker, call->span) ? network_block(checker, inner, definition) : poison(checker);
    checker_leave(checker);
    return value;
}

/* ---- repeat ------------------------------------------------------------------------------------------------------ */

/* How often; 0 where that has been reported. */
static int64_t repeat_count(Checker *checker, const Scope *scope, const AstExpr *expr) {
    Quantity count;
    if (!quantity_eval(checker, scope, expr, "`repeat`", &count)) return 0;
    if (count.kind == QUANTITY_NUMBER && count.value >= 1 && count.value <= (double)MAX_REPEATS &&
        count.value == floor(count.value))
        return (int64_t)count.value;
    bool whole = count.kind == QUANTITY_NUMBER && count.value == floor(count.value);
    diag_report(checker->session, whole ? DIAG_ARGUMENT_RANGE : DIAG_ARGUMENT_TYPE, expr->span,
                "`repeat` takes a whole number in 1..%d, not %s", (int)MAX_REPEATS,
                quantity_text(checker->arena, count));
    return 0;
}

static bool check_repeated(Checker *checker, const Scope *scope, const AstExpr *stage) {
    const Binding *binding;
    const char *word = expr_word(stage);
    if (!word || scope_find(scope, word, &binding) || definition_find(checker, word) || constant_find(checker, word) ||
        catalog_find(ENTRY_LAYER, word) || catalog_find(ENTRY_ACTIVATION, word) || strcmp(word, "repeat") == 0 ||
        strcmp(word, "concat") == 0)
        return true;
    if (definition_hidden(checker, word)) return false;
    WordList words = {0};
    for (int64_t i = 0; i < checker->definitions.count; i++)
        vec_push(checker->arena, &words, checker->definitions.items[i]->name.text);
    Diagnostic *d = diag_report(checker->session, DIAG_UNKNOWN_DEFINITION, expr_word_span(stage),
                                "no definition is called `%s`", word);
    suggest_fix(d, checker->arena, expr_word_span(stage), word, &words);
    if (words.count == 0) diag_advice(d, "define it before `network`: `def %s() { input -> … }`", word);
    network_label_call(scope, d);
    return false;
}

int32_t network_repeat(Checker *checker, const Scope *scope, const AstExpr *call, int32_t input) {
    if (call->kind != AST_CALL || call->arg_count != 2) {
        bool more = call->kind == AST_CALL && call->arg_count > 2;
        Diagnostic *d = diag_report(checker->session, more ? DIAG_EXTRA_ARGUMENT : DIAG_MISSING_ARGUMENT,
                                    expr_word_span(call), "`repeat` takes a number and a definition");
        diag_advice(d, "`repeat(3, residual(64))`");
        return poison(checker);
    }
    for (int64_t i = 0; i < 2; i++)
        if (call->args[i].key_kind != AST_KEY_NONE) {
            diag_report(checker->session, DIAG_UNKNOWN_ARGUMENT, call->args[i].key_span,
                        "`repeat` takes no argument `%s`", call->args[i].key);
            return poison(checker);
        }
    const AstExpr *stage = call->args[1].value;
    if (quantity_is_constant(checker, scope, stage) && !quantity_is_constant(checker, scope, call->args[0].value)) {
        Diagnostic *d = diag_report(checker->session, DIAG_ARGUMENT_TYPE, call->args[0].value->span,
                                    "`repeat` takes the number first, then the definition");
        SourceSet *sources = &checker->session->sources;
        diag_fix(d, true, span_join(call->args[0].value->span, stage->span),
                 arena_printf(checker->arena, "%s, %s", source_text(sources, checker->arena, stage->span),
                              source_text(sources, checker->arena, call->args[0].value->span)),
                 NULL);
        return poison(checker);
    }
    int64_t count = repeat_count(checker, scope, call->args[0].value);
    if (!check_repeated(checker, scope, stage)) return poison(checker);
    /* What is wrong with the stage is told once, also where the number of times is not known. */
    int32_t value = network_apply(checker, scope, stage, count > 0 ? input : NET_POISON);
    for (int64_t i = 1; i < count && value != NET_POISON; i++) {
        if (value == NET_NOTHING && !network_wants_tensor(checker, &value, stage->span)) break;
        value = network_apply(checker, scope, stage, value);
    }
    return value;
}
