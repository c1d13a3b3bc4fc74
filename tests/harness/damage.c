/* One damage at a time, each in a session of its own. DAMAGE_SHOW=1 prints those that miss. */
#include "harness/damage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "parser.h"
#include "support/str.h"
#include "syntax/scanner.h"

typedef struct Swap {
    const char *text;
    const char *near[4];
} Swap;

static const Swap swaps[] = {
    {":", {"=", ";", "::", "->"}}, {"=", {":", "==", ":=", NULL}},  {",", {";", ".", ":", NULL}},
    {"->", {"-", "=>", ">", "."}}, {"(", {"[", "{", "<", NULL}},    {")", {"]", "}", ">", NULL}},
    {"{", {"(", "[", ":", NULL}},  {"}", {")", "]", NULL, NULL}},   {"[", {"(", "{", NULL, NULL}},
    {"]", {")", "}", NULL, NULL}}, {"%", {"$", "%%", NULL, NULL}},  {"..", {".", "...", "-", ","}},
    {"+", {"-", "&", "++", NULL}}, {"?", {"!", NULL, NULL, NULL}},  {"/", {"//", "\\", NULL, NULL}},
    {"<", {"(", "=", NULL, NULL}}, {"in", {"=", "of", NULL, NULL}},
};

typedef struct Original {
    const char *path, *text;
    size_t length;
    VEC(Token) tokens;
    Session *session;
    DamageOptions options;
    DamageTally tally;
    int64_t tried;
} Original;

static uint32_t line_at(const char *text, uint32_t offset) {
    uint32_t line = 1;
    for (uint32_t i = 0; i < offset; i++) line += text[i] == '\n';
    return line;
}

static bool is_bracket(const Token *token) {
    return token->kind != 0 && token->kind < 256 && strchr("()[]{}", token->kind);
}

/* The line of the innermost bracket or brace that is open before the token. */
static uint32_t enclosing_line(const Original *original, int64_t at) {
    int depth = 0;
    for (int64_t i = at; i-- > 0;) {
        int kind = original->tokens.items[i].kind;
        if (kind == ')' || kind == ']' || kind == '}') depth++;
        if ((kind == '(' || kind == '[' || kind == '{') && depth-- == 0)
            return line_at(original->text, original->tokens.items[i].begin);
    }
    return 0;
}

static bool is_counted(const Diagnostic *d) {
    return d->severity != SEVERITY_NOTE && d->id != DIAG_UNSUPPORTED_FEATURE;
}

static void show(const Original *original, uint32_t begin, uint32_t end, const char *replacement, Session *session) {
    printf("==== %s:%u `%.*s` becomes `%s`\n", original->path, (unsigned)line_at(original->text, begin),
           (int)(end - begin), original->text + begin, replacement);
    fflush(stdout);
    diag_render_text(session, stdout, false, false);
}

static void judge(Original *original, Session *session, int32_t source, int64_t at, uint32_t begin, uint32_t end,
                  const char *replacement) {
    const Diagnostic *first = NULL;
    int count = 0, errors = 0;
    for (int64_t i = 0; i < session->diagnostics.count; i++) {
        const Diagnostic *d = session->diagnostics.items[i];
        if (!is_counted(d)) continue;
        if (first == NULL) first = d;
        count++;
        errors += d->severity == SEVERITY_ERROR;
    }
    if (errors == 0) return; /* still a spec, if another one */
    uint32_t line = source_position(&session->sources, source, first->span.begin).line;
    bool hit = line >= line_at(original->text, begin) && line <= line_at(original->text, end);
    /* A bracket left open is reported where it opens. */
    if ((first->id == DIAG_UNCLOSED_BRACE || first->id == DIAG_UNCLOSED_BRACKET) &&
        is_bracket(&original->tokens.items[at]))
        hit = hit || line == enclosing_line(original, at);
    DamageTally *tally = &original->tally;
    tally->seen++;
    tally->on_line += hit;
    tally->messages += count;
    if (count > tally->most) tally->most = count;
    if ((!hit || count > 1) && getenv("DAMAGE_SHOW") != NULL) show(original, begin, end, replacement, session);
}

/* Checks the text with bytes [begin, end) replaced. */
static void damage(Original *original, int64_t at, uint32_t begin, uint32_t end, const char *replacement) {
    if (original->options.stride > 1 && original->tried++ % original->options.stride != 0) return;
    Session *session = session_new();
    Str text;
    str_init(&text, session->arena);
    str_append_n(&text, original->text, begin);
    str_append(&text, replacement);
    str_append_n(&text, original->text + end, original->length - end);
    int32_t source = source_add(&session->sources, original->path, text.data, text.length);
    original->options.check(session, source);
    diag_finish(session);
    original->tally.damages++;
    judge(original, session, source, at, begin, end, replacement);
    session_free(session);
}

/* ---- ways to damage ---------------------------------------------------------------------------------------------- */

static void damage_number_or_text(Original *original, int64_t at, const Token *token, const char *text) {
    Arena *arena = original->session->arena;
    if (token->kind == GRAMMAR_STRING) {
        damage(original, at, token->begin, token->end, text + 1);
        damage(original, at, token->end - 1, token->end, "");
    }
    if (token->kind == GRAMMAR_NUMBER)
        damage(original, at, token->begin, token->end, arena_printf(arena, "%sx", text));
    if (token->kind == GRAMMAR_NAME) {
        damage(original, at, token->begin, token->end, "in");
        damage(original, at, token->begin, token->end, arena_printf(arena, "%s-", text));
    }
}

/* One letter lost, one doubled, two exchanged. */
static void damage_spelling(Original *original, int64_t at, const Token *token, const char *text) {
    Arena *arena = original->session->arena;
    size_t length = strlen(text), middle = length / 2;
    if (token->kind != GRAMMAR_NAME || length < 3) return;
    damage(original, at, token->begin, token->end,
           arena_printf(arena, "%.*s%s", (int)middle, text, text + middle + 1));
    damage(original, at, token->begin, token->end, arena_printf(arena, "%.*s%s", (int)middle + 1, text, text + middle));
    if (text[middle] == text[middle - 1]) return;
    char *crossed = arena_strdup(arena, text);
    crossed[middle] = text[middle - 1];
    crossed[middle - 1] = text[middle];
    damage(original, at, token->begin, token->end, crossed);
}

/* The last token of the same kind that reads otherwise, and the neighbour in exchange. */
static void damage_order(Original *original, int64_t at, const Token *token, const char *text) {
    Arena *arena = original->session->arena;
    for (int64_t i = at; i-- > 0;) {
        const Token *other = &original->tokens.items[i];
        const char *other_text = arena_strndup(arena, original->text + other->begin, other->end - other->begin);
        if (other->kind != token->kind || strcmp(other_text, text) == 0) continue;
        damage(original, at, token->begin, token->end, other_text);
        break;
    }
    if (at + 1 >= original->tokens.count || original->tokens.items[at + 1].first) return;
    const Token *next = &original->tokens.items[at + 1];
    const char *between = original->text + token->end;
    damage(original, at, token->begin, next->end,
           arena_printf(arena, "%.*s%.*s%s", (int)(next->end - next->begin), original->text + next->begin,
                        (int)(next->begin - token->end), between, text));
}

static void damage_token(Original *original, int64_t at) {
    const Token *token = &original->tokens.items[at];
    Arena *arena = original->session->arena;
    const char *text = arena_strndup(arena, original->text + token->begin, token->end - token->begin);
    damage(original, at, token->begin, token->end, "");
    damage(original, at, token->begin, token->end, arena_printf(arena, "%s %s", text, text));
    for (size_t i = 0; i < sizeof swaps / sizeof *swaps; i++)
        for (int k = 0; strcmp(text, swaps[i].text) == 0 && k < 4 && swaps[i].near[k] != NULL; k++)
            damage(original, at, token->begin, token->end, swaps[i].near[k]);
    damage_number_or_text(original, at, token, text);
    if (!original->options.words) return;
    damage_spelling(original, at, token, text);
    damage_order(original, at, token, text);
}

/* ---- files ------------------------------------------------------------------------------------------------------- */

/* What stands there is healthy, but for what is not counted. */
static void assert_healthy(const Original *original) {
    Session *session = session_new();
    int32_t source = source_add(&session->sources, original->path, original->text, original->length);
    original->options.check(session, source);
    for (int64_t i = 0; i < session->diagnostics.count; i++)
        if (is_counted(session->diagnostics.items[i]))
            fail_msg("%s is not healthy: %s", original->path, session->diagnostics.items[i]->message);
    session_free(session);
}

DamageTally damage_file(const char *path, DamageOptions options) {
    Original original = {.path = path, .session = session_new(), .options = options};
    const char *why = NULL;
    int32_t source = source_read(&original.session->sources, path, &why);
    if (source < 0) fail_msg("%s: %s", path, why);
    const Source *text = &original.session->sources.sources.items[source];
    original.text = text->text;
    original.length = text->length;
    assert_healthy(&original);

    Scanner scanner;
    scanner_init(&scanner, original.session->arena, source, text);
    for (Token token; (token = scanner_next(&scanner)).kind != 0;)
        vec_push(original.session->arena, &original.tokens, token);
    scanner_free(&scanner);
    for (int64_t i = 0; i < original.tokens.count; i++) damage_token(&original, i);
    session_free(original.session);
    return original.tally;
}

void damage_add(DamageTally *sum, DamageTally tally) {
    sum->damages += tally.damages;
    sum->seen += tally.seen;
    sum->on_line += tally.on_line;
    sum->messages += tally.messages;
    if (tally.most > sum->most) sum->most = tally.most;
}

bool damage_report(const char *what, DamageTally tally) {
    print_message("%-40s %5d damages, %5d seen, first on the line %6.2f %%, %.3f messages each, at most %d\n", what,
                  tally.damages, tally.seen, 100.0 * tally.on_line / tally.seen, 1.0 * tally.messages / tally.seen,
                  tally.most);
    return tally.on_line >= 0.98 * tally.seen && tally.messages <= 1.05 * tally.seen && tally.most <= 3;
}
