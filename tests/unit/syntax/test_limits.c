/* Sizes and depths that no author means: a diagnostic or a tree, bounded memory, no crash. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support/str.h"
#include "syntax/ast.h"

enum { MEGABYTE = 1 << 20 };

typedef struct Outcome {
    int64_t sections, errors;
    DiagId first;
    size_t memory; /* of the session, for each byte of text */
} Outcome;

/* Parses, renders what is wrong, and prints what is right. */
static Outcome parse(const char *text, size_t length) {
    Session *session = session_new();
    int32_t source = source_add(&session->sources, "big.lspec", text, length);
    AstFile *file = syntax_parse(session, source);
    Outcome outcome = {.sections = file->section_count,
                       .errors = session->error_count,
                       .memory = arena_size(session->arena) / (length + 1)};
    diag_finish(session);
    outcome.first = session->diagnostics.count > 0 ? session->diagnostics.items[0]->id : DIAG_COUNT;
    FILE *sink = fopen("/dev/null", "w");
    diag_render_text(session, sink, true, true);
    if (session->error_count == 0) fputs(syntax_print(session, file), sink);
    fclose(sink);
    session_free(session);
    return outcome;
}

/* `head`, then `unit` until there are `size` bytes, then `tail`. */
static Outcome parse_repeated(const char *head, const char *unit, size_t size, const char *tail) {
    size_t head_length = strlen(head), unit_length = strlen(unit), tail_length = strlen(tail);
    size_t count = size / unit_length + 1;
    char *text = malloc(head_length + count * unit_length + tail_length + 1);
    assert_non_null(text);
    char *at = stpcpy(text, head);
    for (size_t i = 0; i < count; i++) {
        memcpy(at, unit, unit_length);
        at += unit_length;
    }
    at = stpcpy(at, tail);
    Outcome outcome = parse(text, (size_t)(at - text));
    free(text);
    return outcome;
}

static void test_nesting(void **state) {
    (void)state;
    static const char *const openers[] = {"(",  "[",  "f(",   "a -> (",     "-",  "1 - ",
                                          "- ", "x[", "[a: ", "f(1 + 2 * ", "a.", "/- "};
    for (size_t i = 0; i < sizeof openers / sizeof *openers; i++) {
        Outcome outcome = parse_repeated("let x = ", openers[i], 10000 * strlen(openers[i]), "1\nlet y = 1\n");
        assert_true(outcome.errors >= 1);
        assert_true(outcome.errors <= 2);
        assert_true(outcome.first == DIAG_NESTING_TOO_DEEP || i == sizeof openers / sizeof *openers - 1);
    }
    Outcome outcome = parse_repeated("", "/- ", 30000, "let y = 1\n");
    assert_int_equal(outcome.first, DIAG_NESTING_TOO_DEEP);
    outcome = parse_repeated("train { ", "/- ", 30000, "a: 1 }\nlet y = 1\n");
    assert_int_equal(outcome.first, DIAG_NESTING_TOO_DEEP);
    assert_int_equal(outcome.errors, 1);
    assert_int_equal(outcome.sections, 2);
}

/* Depths that the language allows pass. */
static void test_allowed_nesting(void **state) {
    (void)state;
    Str text;
    Arena *arena = arena_new();
    str_init(&text, arena);
    str_append(&text, "let x = ");
    for (int i = 0; i < 150; i++) str_append(&text, "f(");
    str_append(&text, "1");
    for (int i = 0; i < 150; i++) str_append(&text, ")");
    str_append(&text, "\nlet y = x");
    for (int i = 0; i < 300; i++) str_append(&text, " -> relu");
    assert_int_equal(parse(text.data, text.length).errors, 0);
    arena_free(arena);
}

static void test_chains(void **state) {
    (void)state;
    static const char *const units[] = {" -> a", " + a", " * a", "?", "[1]", " < a", ".b"};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        Outcome outcome = parse_repeated("let x = a", units[i], MEGABYTE, "\nlet y = 1\n");
        assert_int_equal(outcome.first, DIAG_NESTING_TOO_DEEP);
        assert_int_equal(outcome.errors, 1);
        assert_int_equal(outcome.sections, 2);
    }
}

static void test_large_texts(void **state) {
    (void)state;
    enum { SIZE = 10 * MEGABYTE };
    assert_int_equal(parse_repeated("lspec 1\n", "# a comment\n", SIZE, "").errors, 0);
    assert_int_equal(parse_repeated("lspec 1 #", "a comment ", SIZE, "").errors, 0);
    assert_int_equal(parse_repeated("lspec 1", "\n", SIZE, "").errors, 0);
    assert_int_equal(parse_repeated("columns {\n", "    income, balance : real(0..)?\n", SIZE, "}\n").errors, 0);
    assert_int_equal(parse_repeated("let a = [", "1, ", SIZE, "]\n").errors, 0);
    assert_int_equal(parse_repeated("let a = \"", "text ", SIZE, "\"\n").errors, 0);
    assert_int_equal(parse_repeated("", "let name = 5 epochs\n", SIZE, "").errors, 0);
}

static void test_large_rubbish(void **state) {
    (void)state;
    enum { SIZE = 4 * MEGABYTE };
    static const char *const units[] = {"(",  "{",   "}", "a b\n",         "a b;",  "\"",
                                        "@ ", "1x ", ":", "loss: mse (\n", "x {\n", "]\n"};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        Outcome outcome = parse_repeated("", units[i], SIZE, "");
        assert_true(outcome.errors >= 1);
        assert_true(outcome.memory <= 160);
        outcome = parse_repeated("train {", units[i], SIZE, "");
        assert_true(outcome.errors >= 1);
        assert_true(outcome.memory <= 160);
    }
}

static void test_bytes(void **state) {
    (void)state;
    assert_int_equal(parse("", 0).errors, 0);
    assert_int_equal(parse("\n", 1).errors, 0);
    assert_int_equal(parse("\xEF\xBB\xBFlspec 1\r\n", 12).errors, 0);
    assert_int_equal(parse("lspec 1\0", 8).first, DIAG_NUL_BYTE);
    assert_int_equal(parse("lspec \xFF", 7).first, DIAG_INVALID_ENCODING);
    assert_int_equal(parse("\x7F"
                           "ELF\2\1\1\0\0",
                           9)
                         .first,
                     DIAG_NUL_BYTE);
    char all[256];
    for (int i = 0; i < 256; i++) all[i] = (char)(i + 1);
    assert_int_equal(parse(all, 255).first, DIAG_INVALID_ENCODING);
    /* Every byte alone, behind and inside a statement. */
    for (int i = 1; i < 128; i++) {
        char text[32];
        parse(text, (size_t)snprintf(text, sizeof text, "%c", i));
        parse(text, (size_t)snprintf(text, sizeof text, "let a = 1 %c", i));
        parse(text, (size_t)snprintf(text, sizeof text, "train {%c\na: 1}", i));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_nesting),       cmocka_unit_test(test_allowed_nesting),
                                       cmocka_unit_test(test_chains),        cmocka_unit_test(test_large_texts),
                                       cmocka_unit_test(test_large_rubbish), cmocka_unit_test(test_bytes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
