/* Golden texts of the front end: trees of tests/golden/syntax, layouts of tests/golden/fmt, messages of
 * tests/golden/messages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/golden.h"
#include "syntax/ast.h"

typedef struct Parsed {
    Session *session;
    int32_t source;
    AstFile *file;
} Parsed;

static Parsed parse_text(const char *path, const char *text, size_t length) {
    Parsed parsed = {.session = session_new()};
    parsed.source = source_add(&parsed.session->sources, path, text, length);
    parsed.file = syntax_parse(parsed.session, parsed.source);
    diag_finish(parsed.session);
    return parsed;
}

static Parsed parse_file(const char *path) {
    Parsed parsed = {.session = session_new()};
    const char *why = NULL;
    parsed.source = source_read(&parsed.session->sources, path, &why);
    if (parsed.source < 0) fail_msg("%s: %s", path, why);
    parsed.file = syntax_parse(parsed.session, parsed.source);
    diag_finish(parsed.session);
    return parsed;
}

static void write_tree(FILE *out, const void *argument) { syntax_dump_ast(((const Parsed *)argument)->file, out); }

static void write_tokens_and_tree(FILE *out, const void *argument) {
    const Parsed *parsed = argument;
    syntax_dump_tokens(parsed->session, parsed->source, out);
    fputc('\n', out);
    syntax_dump_ast(parsed->file, out);
}

static void write_text(FILE *out, const void *argument) {
    diag_render_text(((const Parsed *)argument)->session, out, false, true);
}

static void write_json(FILE *out, const void *argument) {
    diag_render_json(((const Parsed *)argument)->session, out, true);
}

static void check_golden(const Parsed *parsed, const char *stem, const char *suffix,
                         void (*write)(FILE *out, const void *argument)) {
    char path[1024];
    snprintf(path, sizeof path, "%s%s", stem, suffix);
    char *text = golden_capture(write, parsed);
    golden_check(path, text);
    free(text);
}

static void check_syntax(const char *path, const char *stem) {
    Parsed parsed = parse_file(path);
    check_golden(&parsed, stem, ".tree", write_tokens_and_tree);
    assert_int_equal(parsed.session->error_count, 0);
    session_free(parsed.session);
}

static void check_messages(const char *path, const char *stem) {
    Parsed parsed = parse_file(path);
    check_golden(&parsed, stem, ".text", write_text);
    check_golden(&parsed, stem, ".json", write_json);
    session_free(parsed.session);
}

/* The layout is the golden one, has every comment, means the same, and is a fixed point. */
static void check_layout(const char *path, const char *stem) {
    Parsed parsed = parse_file(path);
    assert_int_equal(parsed.session->error_count, 0);
    const char *printed = syntax_print(parsed.session, parsed.file);
    char expected[1024];
    snprintf(expected, sizeof expected, "%s.out", stem);
    golden_check(expected, printed);

    Parsed again = parse_text(path, printed, strlen(printed));
    assert_int_equal(again.session->error_count, 0);
    char *tree = golden_capture(write_tree, &parsed), *tree_again = golden_capture(write_tree, &again);
    assert_string_equal(tree, tree_again);
    assert_int_equal(parsed.file->comment_count, again.file->comment_count);
    for (int64_t i = 0; i < parsed.file->comment_count; i++)
        assert_string_equal(source_text(&parsed.session->sources, parsed.session->arena, parsed.file->comments[i].span),
                            source_text(&again.session->sources, again.session->arena, again.file->comments[i].span));
    assert_string_equal(syntax_print(again.session, again.file), printed);
    free(tree);
    free(tree_again);
    session_free(parsed.session);
    session_free(again.session);
}

static void test_trees(void **state) {
    (void)state;
    assert_true(golden_each("tests/golden/syntax", ".lspec", check_syntax) >= 3);
}

static void test_layouts(void **state) {
    (void)state;
    assert_true(golden_each("tests/golden/fmt", ".lspec", check_layout) >= 4);
}

static void test_messages(void **state) {
    (void)state;
    assert_true(golden_each("tests/golden/messages", ".lspec", check_messages) >= 5);
}

int main(int argc, char **argv) {
    golden_begin(argc, argv);
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_trees), cmocka_unit_test(test_layouts),
                                       cmocka_unit_test(test_messages)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
