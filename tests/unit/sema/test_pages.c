/* Every page of docs/diagnostics: its example is compiled as far as it goes, and fails with the name of the page first. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "diag/diag.h"
#include "lower/lower.h"
#include "sema/model.h"
#include "support/io.h"
#include "support/str.h"
#include "syntax/ast.h"

static const char folder[] = "docs/diagnostics";

/* Names that no spec by itself brings about: what a page without an example tells of. */
static const char *const without_example[] = {
    "data-changed",     /* a lock beside the spec */
    "lock-not-written", /* the folder of the spec */
    "unknown-cpu",      /* an option of the command line */
};

static bool may_lack_example(const char *name) {
    for (size_t i = 0; i < sizeof without_example / sizeof without_example[0]; i++)
        if (strcmp(without_example[i], name) == 0) return true;
    return false;
}

/* The first block fenced as lspec, or NULL. */
static char *example_of(Session *session, const char *page) {
    static const char fence[] = "\n```lspec\n";
    const char *begin = strstr(page, fence);
    if (!begin) return NULL;
    begin += strlen(fence);
    const char *end = strstr(begin, "\n```");
    return end ? arena_strndup(session->arena, begin, (size_t)(end - begin) + 1) : NULL;
}

/* As far as `lspec check` goes. The example lies beside the data of the tests. */
static void compile(Session *session, const char *text) {
    const CheckOptions options = {0};
    int32_t source = source_add(&session->sources, "tests/data/example_of_a_page.lspec", text, strlen(text));
    Model *model = sema_check(session, syntax_parse(session, source), &options);
    if (session->error_count == 0 && data_learn(session, model, &options)) lower_model(session, model);
    diag_finish(session);
}

/* Notes speak beside; where the page's own name is a note, it may speak beside others. */
static bool fails_with(const Session *session, DiagId id) {
    bool is_note = diag_default_severity(id) == SEVERITY_NOTE;
    for (int64_t i = 0; i < session->diagnostics.count; i++) {
        const Diagnostic *d = session->diagnostics.items[i];
        if (d->id == id) return true;
        if (d->id == DIAG_UNSUPPORTED_FEATURE) continue; /* what this version does not build is told beside */
        if (!is_note && d->severity != SEVERITY_NOTE) return false;
    }
    return false;
}

static bool check_page(const char *name) {
    Session *session = session_new();
    DiagId id;
    char *page, *text;
    size_t length;
    const char *why, *complaint = NULL;
    if (!diag_find(name, &id))
        complaint = "diag.def has no such name";
    else if (!io_read_file(session->arena, arena_printf(session->arena, "%s/%s.md", folder, name), 0, &page, &length, &why))
        complaint = why;
    else if (!str_starts_with(page, arena_printf(session->arena, "# %s\n", name)))
        complaint = "the heading is another name";
    else if ((text = example_of(session, page)) == NULL)
        complaint = may_lack_example(name) ? NULL : "there is no example";
    else {
        compile(session, text);
        if (!fails_with(session, id)) complaint = "the example does not fail with it first";
    }
    if (complaint) {
        fprintf(stderr, "%s: %s\n", name, complaint);
        diag_render_text(session, stderr, false, true);
    }
    session_free(session);
    return complaint == NULL;
}

static void test_examples_fail_with_their_names(void **state) {
    (void)state;
    DIR *pages = opendir(folder);
    assert_non_null(pages);
    int64_t count = 0, failed = 0;
    for (struct dirent *entry; (entry = readdir(pages)) != NULL;) {
        if (!str_ends_with(entry->d_name, ".md")) continue;
        char name[256];
        snprintf(name, sizeof name, "%.*s", (int)(strlen(entry->d_name) - strlen(".md")), entry->d_name);
        failed += !check_page(name);
        count++;
    }
    closedir(pages);
    assert_int_equal(failed, 0);
    assert_true(count > 100);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_examples_fail_with_their_names)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
