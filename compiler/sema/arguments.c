/* Binding of a call to the parameter table of its catalogue entry: by position and by name, defaults for the rest. */
#include <string.h>

#include "sema/checker.h"
#include "support/panic.h"
#include "support/str.h"

const char *expr_word(const AstExpr *expr) {
    return expr->kind == AST_NAME || expr->kind == AST_CALL ? expr->text : NULL;
}

Span expr_word_span(const AstExpr *expr) {
    return expr->kind == AST_CALL ? expr->name_span : expr->span;
}

Span expr_operator_span(const Checker *checker, const AstExpr *expr) {
    const char *text = checker->session->sources.sources.items[expr->span.source].text;
    Span span = {expr->span.source, expr->left->span.end, expr->right->span.begin};
    while (span.begin < span.end && strchr("<>=+-*/", text[span.begin]) == NULL) span.begin++;
    uint32_t end = span.begin;
    while (end < span.end && strchr("<>=+-*/", text[end]) != NULL) end++;
    span.end = end > span.begin ? end : span.end;
    return span;
}

const char *text_with_article(Arena *arena, const char *kind) {
    return arena_printf(arena, "%s %s", strchr("aeiou", kind[0]) ? "an" : "a", kind);
}

void report_unsupported(Checker *checker, Span span, const char *word, const char *kind) {
    diag_report(checker->session, DIAG_UNSUPPORTED_FEATURE, span,
                "`%s` is %s of the language that this version does not build", word, text_with_article(checker->arena, kind));
}

static DiagId unknown_id(EntryKind kind) {
    switch (kind) {
    case ENTRY_SOURCE: return DIAG_UNKNOWN_VALUE;
    case ENTRY_COLUMN_TYPE: return DIAG_UNKNOWN_TYPE;
    case ENTRY_SPLIT: return DIAG_UNKNOWN_SPLIT;
    case ENTRY_TRANSFORM: return DIAG_UNKNOWN_TRANSFORM;
    case ENTRY_SAMPLER: return DIAG_UNKNOWN_SAMPLER;
    case ENTRY_AUGMENT: return DIAG_UNKNOWN_NAME;
    case ENTRY_LAYER: return DIAG_UNKNOWN_LAYER;
    case ENTRY_ACTIVATION: return DIAG_UNKNOWN_LAYER;
    case ENTRY_INITIALIZER: return DIAG_UNKNOWN_INITIALIZER;
    case ENTRY_LOSS: return DIAG_UNKNOWN_LOSS;
    case ENTRY_PENALTY: return DIAG_UNKNOWN_LOSS;
    case ENTRY_GRADIENT_STEP: return DIAG_UNKNOWN_OPTIMIZER;
    case ENTRY_OPTIMIZER: return DIAG_UNKNOWN_OPTIMIZER;
    case ENTRY_WEIGHT_STEP: return DIAG_UNKNOWN_OPTIMIZER;
    case ENTRY_SCHEDULE: return DIAG_UNKNOWN_SCHEDULE;
    case ENTRY_STOP: return DIAG_UNKNOWN_SETTING;
    case ENTRY_METRIC: return DIAG_UNKNOWN_METRIC;
    case ENTRY_KIND_COUNT: break;
    }
    BUG("no kind %d", (int)kind);
}

const CatalogEntry *bind_entry(Checker *checker, EntryKind kind, const AstExpr *expr) {
    const char *word = expr_word(expr);
    Span span = expr_word_span(expr);
    const CatalogEntry *entry = catalog_find(kind, word);
    if (entry && entry->built)
        return entry;
    if (entry) {
        report_unsupported(checker, span, word, catalog_kind_name(kind));
        return NULL;
    }
    WordList words = {0};
    suggest_entries(checker->arena, kind, &words);
    const CatalogEntry *other = catalog_find(ENTRY_KIND_COUNT, word);
    Diagnostic *d;
    if (other)
        d = diag_report(checker->session, unknown_id(kind), span, "`%s` is %s, not %s", word,
                        text_with_article(checker->arena, catalog_kind_name(other->kind)),
                        text_with_article(checker->arena, catalog_kind_name(kind)));
    else
        d = diag_report(checker->session, unknown_id(kind), span, "no %s is called `%s`", catalog_kind_name(kind), word);
    suggest_fix(d, checker->arena, span, word, &words);
    return NULL;
}

static int64_t param_count(const CatalogEntry *entry) {
    int64_t count = 0;
    while (entry->params[count].name)
        count++;
    return count;
}

static void report_unknown_argument(Checker *checker, const CatalogEntry *entry, const AstArg *arg) {
    WordList words = {0};
    for (int64_t i = 0; entry->params[i].name; i++)
        vec_push(checker->arena, &words, entry->params[i].name);
    Diagnostic *d = diag_report(checker->session, DIAG_UNKNOWN_ARGUMENT, arg->key_span, "`%s` takes no argument `%s`",
                                entry->name, arg->key);
    if (words.count == 0)
        diag_advice(d, "`%s` stands without arguments", entry->name);
    else if (entry->kind == ENTRY_LAYER && strcmp(arg->key, "activation") == 0)
        diag_advice(d, "an activation is a step of its own, behind its layer: `-> %s`",
                    expr_word(arg->value) ? expr_word(arg->value) : "relu");
    else
        suggest_fix(d, checker->arena, arg->key_span, arg->key, &words);
}

/* The parameter that the argument fills, or NULL with a message. `*position` counts those without a key. Behind an argument
 * that is `damaged`, one too many is most often its other half: `cosine(1e-3, 1e-5)`. */
static const EntryParam *match_param(Checker *checker, const CatalogEntry *entry, const AstExpr *expr, const AstArg *arg,
                                     bool damaged, int64_t *position) {
    if (arg->key_kind != AST_KEY_NONE) {
        int32_t index = catalog_param(entry, arg->key);
        if (index >= 0)
            return &entry->params[index];
        report_unknown_argument(checker, entry, arg);
        return NULL;
    }
    int64_t at = *position;
    while (entry->params[at].name && entry->params[at].named_only)
        at++;
    if (entry->params[at].name) {
        *position = entry->params[at].repeats ? at : at + 1;
        return &entry->params[at];
    }
    if (damaged)
        return NULL;
    WordList named = {0};
    int64_t positional = 0;
    for (int64_t i = 0; entry->params[i].name; i++)
        if (entry->params[i].named_only)
            vec_push(checker->arena, &named, arena_printf(checker->arena, "%s:", entry->params[i].name));
        else
            positional++;
    Diagnostic *d = diag_report(checker->session, DIAG_EXTRA_ARGUMENT, arg->value->span,
                                "`%s` takes %s argument%s by position", entry->name,
                                positional == 0 ? "no" : str_number(checker->arena, (double)positional),
                                positional == 1 ? "" : "s");
    diag_label(d, expr_word_span(expr), "this call");
    if (named.count > 0)
        diag_advice(d, "by name it takes %s", words_joined(checker->arena, &named));
    return NULL;
}

static void report_missing(Checker *checker, const CatalogEntry *entry, const EntryParam *param, const AstExpr *expr) {
    Diagnostic *d = diag_report(checker->session, DIAG_MISSING_ARGUMENT, expr_word_span(expr), "`%s` lacks its argument `%s`",
                                entry->name, param->name);
    diag_caret(d, "%s", param->doc);
    if (entry->example)
        diag_advice(d, "for example `%s`", entry->example);
}

/* The call on one line as a reader wants it: names of constants and formals give way to the numbers they stand for. */
static const char *call_text(Checker *checker, const Scope *scope, const AstExpr *expr)
{
    SourceSet *sources = &checker->session->sources;
    if (expr->kind != AST_CALL)
        return source_text(sources, checker->arena, expr->span);
    Str text;
    str_init(&text, checker->arena);
    str_printf(&text, "%s(", expr->text);
    for (int64_t i = 0; i < expr->arg_count; i++) {
        const AstExpr *value = expr->args[i].value;
        Quantity quantity;
        bool computed = (value->kind == AST_NAME || value->kind == AST_BINARY) && quantity_is_constant(checker, scope, value);
        str_append(&text, i > 0 ? ", " : "");
        if (expr->args[i].key_kind != AST_KEY_NONE)
            str_printf(&text, "%s: ", expr->args[i].key);
        str_append(&text, computed && quantity_eval(checker, scope, value, "an argument", &quantity)
                              ? quantity_text(checker->arena, quantity) : source_text(sources, checker->arena, value->span));
    }
    str_append_char(&text, ')');
    return text.data;
}

/* One more word of a parameter that repeats. */
static bool bind_repeated(Checker *checker, const Scope *scope, const CatalogEntry *entry, const EntryParam *param,
                          const AstArg *arg, Argument *all) {
    Argument one = {0};
    if (!bind_argument(checker, scope, entry, param, arg->value, &one))
        return false;
    const char **words = ARENA_ARRAY(checker->arena, const char *, all->count + 1);
    for (int64_t i = 0; i < all->count; i++) {
        words[i] = all->words[i];
        if (strcmp(words[i], one.word) == 0) {
            diag_report(checker->session, DIAG_DUPLICATE_ARGUMENT, arg->value->span, "`%s` of `%s` is given twice", one.word,
                        entry->name);
            return false;
        }
    }
    words[all->count] = one.word;
    const Span span = all->given ? span_join(all->span, one.span) : one.span;
    *all = (Argument){.given = true, .span = span, .word = words[0], .words = words, .count = all->count + 1};
    return true;
}

Call *bind_call(Checker *checker, const Scope *scope, const CatalogEntry *entry, const AstExpr *expr) {
    Call *call = ARENA_NEW(checker->arena, Call);
    call->entry = entry;
    call->span = expr->span;
    call->name_span = expr_word_span(expr);
    call->text = call_text(checker, scope, expr);
    int64_t count = param_count(entry), position = 0;
    bool given[ENTRY_MAX_PARAMS] = {false};
    bool fine = true;
    for (int64_t i = 0; expr->kind == AST_CALL && i < expr->arg_count; i++) {
        const AstArg *arg = &expr->args[i];
        if (arg->value && arg->value->kind == AST_ERROR) {
            fine = false;
            if (arg->key_kind == AST_KEY_NONE)
                position++;
            continue;
        }
        const EntryParam *param = match_param(checker, entry, expr, arg, !fine, &position);
        if (!param) {
            fine = false;
            continue;
        }
        int64_t index = param - entry->params;
        if (param->repeats) {
            given[index] = true;
            fine &= bind_repeated(checker, scope, entry, param, arg, &call->args[index]);
            continue;
        }
        if (given[index]) {
            diag_report(checker->session, DIAG_DUPLICATE_ARGUMENT,
                        arg->key_kind == AST_KEY_NONE ? arg->value->span : arg->key_span, "`%s` of `%s` is given twice",
                        param->name, entry->name);
            fine = false;
            continue;
        }
        given[index] = true;
        fine &= bind_argument(checker, scope, entry, param, arg->value, &call->args[index]);
    }
    bool damaged = !fine;
    for (int64_t i = 0; i < count; i++) {
        if (given[i])
            continue;
        if (entry->params[i].fallback) {
            bind_default(checker, entry, &entry->params[i], &call->args[i]);
        } else {
            if (!damaged)
                report_missing(checker, entry, &entry->params[i], expr);
            fine = false;
        }
    }
    if (fine && entry->check_call && !entry->check_call(checker->session, call))
        return NULL;
    return fine ? call : NULL;
}
