/* Every word of the examples misspelt, one at a time: at most one message comes of it, and it stands on the word's
 * line. */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "spec_harness.h"
#include "support/io.h"

/* End of the string or comment that begins at `at`, else `at`. */
static const char *skip_text(const char *at) {
    if (*at == '#') return at + strcspn(at, "\n");
    if (*at != '"') return at;
    for (at++; *at && *at != '"' && *at != '\n'; at++)
        if (*at == '\\' && at[1]) at++;
    return *at == '"' ? at + 1 : at;
}

static bool begins_word(const char *at) { return isalpha((unsigned char)*at) || *at == '_'; }

static size_t word_length(const char *at) {
    size_t length = 0;
    while (isalnum((unsigned char)at[length]) || at[length] == '_') length++;
    return length;
}

/* A class that is declared by a misspelt name is missed wherever the spec names it. */
static bool are_uses_of_one_level(const Session *session) {
    for (int64_t i = 0; i < session->diagnostics.count; i++) {
        const Diagnostic *d = session->diagnostics.items[i];
        if (d->severity != SEVERITY_NOTE && d->id != DIAG_UNKNOWN_LEVEL) return false;
    }
    return true;
}

/* Free words (names of levels, of the model, of constants) may pass unnoticed or be noticed where they are used. */
static bool is_told_once(Checked *checked, uint32_t line, bool *out_on_line) {
    const Diagnostic *told = NULL;
    for (int64_t i = 0; i < checked->session->diagnostics.count; i++)
        if (checked->session->diagnostics.items[i]->severity != SEVERITY_NOTE)
            told = checked->session->diagnostics.items[i];
    *out_on_line =
        told && source_position(&checked->session->sources, told->span.source, told->span.begin).line == line;
    return loud_count(checked) <= 1 || are_uses_of_one_level(checked->session);
}

static Checked check_misspelt(const char *path, const char *text, const char *word, size_t length) {
    Checked checked = {.session = session_new()};
    int half = (int)(word - text + (ptrdiff_t)length / 2);
    const char *spec = arena_printf(checked.session->arena, "%.*sq%s", half, text, text + half);
    int32_t source = source_add(&checked.session->sources, path, spec, strlen(spec));
    AstFile *file = syntax_parse(checked.session, source);
    const CheckOptions options = {.use_lock = true};
    checked.model = sema_check(checked.session, file, &options);
    diag_finish(checked.session);
    return checked;
}

static void misspell_all(const char *path) {
    Arena *arena = arena_new();
    char *text = NULL;
    size_t length = 0;
    const char *why = NULL;
    assert_true(io_read_file(arena, path, 0, &text, &length, &why));
    int words = 0, on_line = 0, told_twice = 0;
    uint32_t line = 1;
    for (const char *at = text; *at;) {
        const char *behind = skip_text(at);
        if (behind == at && !begins_word(at)) {
            line += *at == '\n';
            at += isalnum((unsigned char)*at) ? (ptrdiff_t)word_length(at) : 1;
            continue;
        }
        size_t size = behind == at ? word_length(at) : 0;
        if (size >= 3) {
            bool is_on_line = false;
            Checked checked = check_misspelt(path, text, at, size);
            words++;
            if (!is_told_once(&checked, line, &is_on_line)) {
                told_twice++;
                fprintf(stderr, "---- %s:%u: `%.*s` misspelt\n", path, line, (int)size, at);
                diag_render_text(checked.session, stderr, false, false);
            }
            on_line += is_on_line;
            session_free(checked.session);
        }
        at = behind == at ? at + size : behind;
    }
    assert_int_equal(told_twice, 0);
    assert_true(words > 30 && on_line > words * 8 / 10);
    arena_free(arena);
}

static void test_examples(void **state) {
    (void)state;
    misspell_all("examples/credit/credit.lspec");
    misspell_all("examples/penguins/penguins.lspec");
    misspell_all("examples/houses/houses.lspec");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_examples)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
