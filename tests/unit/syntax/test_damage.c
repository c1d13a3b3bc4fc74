/* One token of a good spec is lost, doubled or swapped for a near one: the first message stands on the damaged line,
 * and there is about one message a defect. What still parses is not counted: the checker sees it. */
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

typedef struct Tally {
    int damages, seen, on_line, messages, most;
} Tally;

typedef struct Original {
    const char *path, *text;
    size_t length;
    VEC(Token) tokens;
    Session *session;
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

/* Parses the text with bytes [begin, end) replaced, and counts. */
static void damage(Original *original, int64_t at, uint32_t begin, uint32_t end, const char *replacement,
                   Tally *tally) {
    Session *session = session_new();
    Str text;
    str_init(&text, session->arena);
    str_append_n(&text, original->text, begin);
    str_append(&text, replacement);
    str_append_n(&text, original->text + end, original->length - end);
    int32_t source = source_add(&session->sources, original->path, text.data, text.length);
    syntax_parse(session, source);
    diag_finish(session);
    tally->damages++;
    int64_t count = session->diagnostics.count;
    if (count > 0) {
        const Diagnostic *first = session->diagnostics.items[0];
        uint32_t line = source_position(&session->sources, source, first->span.begin).line;
        uint32_t damaged = line_at(original->text, begin);
        bool hit = line == damaged;
        /* A bracket left open is reported where it opens. */
        if ((first->id == DIAG_UNCLOSED_BRACE || first->id == DIAG_UNCLOSED_BRACKET) &&
            is_bracket(&original->tokens.items[at]))
            hit = hit || line == enclosing_line(original, at);
        tally->seen++;
        tally->on_line += hit;
        tally->messages += (int)count;
        if (count > tally->most) tally->most = (int)count;
        if ((!hit || count > 2) && getenv("DAMAGE_SHOW") != NULL) {
            const char *bytes = original->text + begin;
            printf("==== %s:%u `%.*s` becomes `%s`: %d messages, first on line %u\n", original->path, (unsigned)damaged,
                   (int)(end - begin), bytes, replacement, (int)count, (unsigned)line);
            fflush(stdout);
            diag_render_text(session, stdout, false, true);
        }
    }
    session_free(session);
}

static void damage_token(Original *original, int64_t at, Tally *tally) {
    const Token *token = &original->tokens.items[at];
    Arena *arena = original->session->arena;
    const char *text = arena_strndup(arena, original->text + token->begin, token->end - token->begin);
    damage(original, at, token->begin, token->end, "", tally);
    damage(original, at, token->begin, token->end, arena_printf(arena, "%s %s", text, text), tally);
    for (size_t i = 0; i < sizeof swaps / sizeof *swaps; i++)
        for (int k = 0; strcmp(text, swaps[i].text) == 0 && k < 4 && swaps[i].near[k] != NULL; k++)
            damage(original, at, token->begin, token->end, swaps[i].near[k], tally);
    if (token->kind == GRAMMAR_STRING) {
        damage(original, at, token->begin, token->end, text + 1, tally);
        damage(original, at, token->end - 1, token->end, "", tally);
    }
    if (token->kind == GRAMMAR_NUMBER)
        damage(original, at, token->begin, token->end, arena_printf(arena, "%sx", text), tally);
    if (token->kind == GRAMMAR_NAME) {
        damage(original, at, token->begin, token->end, "in", tally);
        damage(original, at, token->begin, token->end, arena_printf(arena, "%s-", text), tally);
    }
}

static Tally damage_file(const char *path) {
    Original original = {.path = path, .session = session_new()};
    const char *why = NULL;
    int32_t source = source_read(&original.session->sources, path, &why);
    if (source < 0) fail_msg("%s: %s", path, why);
    const Source *text = &original.session->sources.sources.items[source];
    original.text = text->text;
    original.length = text->length;
    syntax_parse(original.session, source);
    assert_int_equal(original.session->diagnostics.count, 0);

    Scanner scanner;
    scanner_init(&scanner, original.session->arena, source, text);
    for (Token token; (token = scanner_next(&scanner)).kind != 0;)
        vec_push(original.session->arena, &original.tokens, token);
    scanner_free(&scanner);
    Tally tally = {0};
    for (int64_t i = 0; i < original.tokens.count; i++) damage_token(&original, i, &tally);
    session_free(original.session);
    print_message("%-40s %5d damages, %5d seen, first on the line %6.2f %%, %.3f messages each, at most %d\n", path,
                  tally.damages, tally.seen, 100.0 * tally.on_line / tally.seen, 1.0 * tally.messages / tally.seen,
                  tally.most);
    return tally;
}

static void test_damage(void **state) {
    (void)state;
    static const char *const paths[] = {"tests/golden/fmt/credit_default.lspec", "tests/golden/fmt/spread.lspec",
                                        "tests/golden/fmt/digits.lspec", "tests/golden/fmt/names.lspec",
                                        "tests/golden/fmt/variety.out"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        Tally tally = damage_file(paths[i]);
        assert_true(tally.on_line >= 0.98 * tally.seen);
        assert_true(tally.messages <= 1.05 * tally.seen);
        assert_true(tally.most <= 3);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_damage)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
