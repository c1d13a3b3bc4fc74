/* specs/faulty/check: one annotated spec for each diagnostic. A line that ends in `# expect: NAME` is the line at which
 * NAME is told, and nothing else is told at all. Certain fixes settle and keep every comment. */
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

static const char folder[] = "specs/faulty/check";

/* Diagnostics that no text of a spec alone brings about. */
static const char *const beyond_a_spec[][2] = {
    {"spec-not-read", "the spec is no file that can be read"},
    {"lock-not-written", "the folder of the spec is read-only"},
    {"unknown-cpu", "an option of the command line"},
    {"data-changed", "a lock beside the spec, of other data"},
    {"data-not-read", "the rights or the kind of the data file"},
};

/* Names of the contract that no rule of this version tells. */
static const char *const not_told[] = {
    "missing-version",
    "unknown-source",
    "missing-normalizer",
    "label-encoding",
    "target-shape-broadcast",
    "monitor-direction",
    "missing-flatten",
    "multilabel-vs-multiclass",
    "nonzero-bias-init",
    "output-bias-prior",
    "capacity-vs-data",
    "order-dependence",
    "no-signal",
    "misaligned-rows",
    "enum-as-number",
    "text-number",
    "date-as-string",
    "zip-as-number",
    "tokenizable",
    "augment-on-val",
};

typedef struct Told {
    DiagId id;
    uint32_t line;
} Told;

typedef VEC(Told) ToldList;

/* ---- one spec ------------------------------------------------------------------------------------------------------
 */

static void compile(Session *session, const char *path, const char *text) {
    const CheckOptions options = {0};
    int32_t source = source_add(&session->sources, path, text, strlen(text));
    Model *model = sema_check(session, syntax_parse(session, source), &options);
    if (session->error_count == 0 && data_learn(session, model, &options)) lower_model(session, model);
    diag_finish(session);
}

/* The markers of a text; false where one names no diagnostic. */
static bool read_markers(Arena *arena, const char *text, ToldList *out) {
    static const char mark[] = "# expect: ";
    uint32_t line = 1;
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '\n') line++;
        if (strncmp(at, mark, strlen(mark)) != 0) continue;
        const char *name = at + strlen(mark);
        Told told = {.line = line};
        if (!diag_find(arena_strndup(arena, name, strcspn(name, " \n")), &told.id)) return false;
        vec_push(arena, out, told);
    }
    return true;
}

/* Whether the session tells what is expected, a line each, and no error or warning besides. Notes may stand beside. */
static bool tells(const Session *session, const ToldList *expected) {
    int64_t met = 0;
    for (int64_t i = 0; i < session->diagnostics.count; i++) {
        const Diagnostic *d = session->diagnostics.items[i];
        uint32_t line =
            span_is_none(d->span) ? 0 : source_position(&session->sources, d->span.source, d->span.begin).line;
        bool wanted = false;
        for (int64_t k = 0; k < expected->count; k++)
            wanted =
                wanted || (expected->items[k].id == d->id && expected->items[k].line == line && d->span.source == 0);
        if (!wanted && d->severity != SEVERITY_NOTE) return false;
        met += wanted;
    }
    return met == expected->count;
}

static bool check_spec(const char *name) {
    Session *session = session_new();
    const char *path = arena_printf(session->arena, "%s/%s.lspec", folder, name), *why, *complaint = NULL;
    ToldList expected = {0};
    DiagId id;
    char *text;
    size_t length;
    if (!diag_find(name, &id))
        complaint = "diag.def has no such name";
    else if (!io_read_file(session->arena, path, 0, &text, &length, &why))
        complaint = why;
    else if (!str_starts_with(text, arena_printf(session->arena, "# %s: ", name)))
        complaint = "its first line does not tell what is wrong: `# NAME: …`";
    else if (!read_markers(session->arena, text, &expected) || expected.count == 0)
        complaint = "no line of it ends in `# expect: NAME`";
    else {
        compile(session, path, text);
        bool own = false;
        for (int64_t i = 0; i < expected.count; i++) own = own || expected.items[i].id == id;
        if (!own || !tells(session, &expected)) complaint = "what is told is not what is expected";
    }
    if (complaint != NULL) {
        fprintf(stderr, "%s: %s\n", path, complaint);
        diag_render_text(session, stderr, false, true);
    }
    session_free(session);
    return complaint == NULL;
}

/* ---- fixes ---------------------------------------------------------------------------------------------------------
 */

/* The text behind one round of certain fixes, in the arena; `*out_count`: how many there were. */
static const char *fix_once(Arena *arena, const char *path, const char *text, int64_t *out_count) {
    Session *session = session_new();
    compile(session, path, text);
    size_t length;
    const char *fixed = arena_strdup(arena, diag_apply_fixes(session, 0, &length, out_count));
    session_free(session);
    return fixed;
}

static const char *fix_all(Arena *arena, const char *path, const char *text) {
    enum { MOST_ROUNDS = 20 };
    int64_t count = 1;
    for (int round = 0; round < MOST_ROUNDS && count > 0; round++) text = fix_once(arena, path, text, &count);
    return count == 0 ? text : NULL;
}

/* Every comment stands in `fixed`, in the order of `text`. */
static const char *lost_comment(Arena *arena, const char *text, const char *fixed) {
    const char *from = fixed;
    for (const char *at = text; (at = strchr(at, '#')) != NULL; at += strcspn(at, "\n")) {
        const char *comment = arena_strndup(arena, at, strcspn(at, "\n")), *found = strstr(from, comment);
        if (found == NULL && strstr(fixed, comment) == NULL) return comment;
        if (found != NULL) from = found;
    }
    return NULL;
}

static bool check_fixes(const char *name) {
    Session *session = session_new();
    Arena *arena = session->arena;
    const char *path = arena_printf(arena, "%s/%s.lspec", folder, name), *why, *complaint = NULL;
    char *text;
    size_t length;
    assert_true(io_read_file(arena, path, 0, &text, &length, &why));
    const char *fixed = fix_all(arena, path, text);
    if (fixed == NULL)
        complaint = "its fixes never settle";
    else if (lost_comment(arena, text, fixed) != NULL)
        complaint = arena_printf(arena, "its fixes lose the comment `%s`", lost_comment(arena, text, fixed));
    if (complaint != NULL) fprintf(stderr, "%s: %s\n", path, complaint);
    session_free(session);
    return complaint == NULL;
}

/* ---- the folder -----------------------------------------------------------------------------------------------------
 */

static int64_t for_each_spec(bool (*check)(const char *name), int64_t *out_failed) {
    DIR *specs = opendir(folder);
    assert_non_null(specs);
    int64_t count = 0;
    *out_failed = 0;
    for (struct dirent *entry; (entry = readdir(specs)) != NULL;) {
        if (!str_ends_with(entry->d_name, ".lspec")) continue;
        char name[256];
        snprintf(name, sizeof name, "%.*s", (int)(strlen(entry->d_name) - strlen(".lspec")), entry->d_name);
        *out_failed += !check(name);
        count++;
    }
    closedir(specs);
    return count;
}

static void test_each_tells_what_it_expects(void **state) {
    (void)state;
    int64_t failed, count = for_each_spec(check_spec, &failed);
    assert_true(count > 140);
    assert_int_equal(failed, 0);
}

static void test_fixes_settle_and_keep_comments(void **state) {
    (void)state;
    int64_t failed;
    for_each_spec(check_fixes, &failed);
    assert_int_equal(failed, 0);
}

static bool is_excused(const char *name) {
    for (size_t i = 0; i < sizeof beyond_a_spec / sizeof beyond_a_spec[0]; i++)
        if (strcmp(beyond_a_spec[i][0], name) == 0) return true;
    for (size_t i = 0; i < sizeof not_told / sizeof not_told[0]; i++)
        if (strcmp(not_told[i], name) == 0) return true;
    return false;
}

static void test_every_diagnostic_has_one(void **state) {
    (void)state;
    int lacking = 0;
    for (int id = 0; id < DIAG_COUNT; id++) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s.lspec", folder, diag_name((DiagId)id));
        FILE *file = fopen(path, "r");
        if (file != NULL) {
            fclose(file);
            continue;
        }
        if (is_excused(diag_name((DiagId)id))) continue;
        fprintf(stderr, "%s is not there; tools/faulty_from_page.py makes it of the example of docs/diagnostics\n",
                path);
        lacking++;
    }
    assert_int_equal(lacking, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_each_tells_what_it_expects),
                                       cmocka_unit_test(test_fixes_settle_and_keep_comments),
                                       cmocka_unit_test(test_every_diagnostic_has_one)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
