/* How messages look: the example of the language's reference to the letter, and one of everything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "diag/diag.h"
#include "diag/diag_sarif.h"
#include "harness/golden.h"
#include "lrt/json.h"
#include "support/str.h"

static Span find(const Session *session, int32_t source, const char *word) {
    const char *text = session->sources.sources.items[source].text;
    const char *found = strstr(text, word);
    assert_non_null(found);
    return (Span){source, (uint32_t)(found - text), (uint32_t)(found - text) + (uint32_t)strlen(word)};
}

static void write_plain(FILE *out, const void *session) { diag_render_text(session, out, false, true); }
static void write_terse(FILE *out, const void *session) { diag_render_text(session, out, false, false); }
static void write_color(FILE *out, const void *session) { diag_render_text(session, out, true, true); }
static void write_json(FILE *out, const void *session) { diag_render_json(session, out, true); }

static void write_sarif(FILE *out, const void *session) {
    SarifLog log;
    sarif_begin(&log, out);
    sarif_add(&log, session, true);
    sarif_end(&log);
}

static void test_reference_example(void **state) {
    (void)state;
    Session *session = session_new();
    Str text;
    str_init(&text, session->arena);
    for (int line = 1; line <= 43; line++)
        str_append(&text, line == 15   ? "    default         : category(no, yes)\n"
                          : line == 43 ? "loss:      mse\n"
                                       : "# some other line\n");
    int32_t source = source_add(&session->sources, "credit.lspec", text.data, text.length);
    Diagnostic *diagnostic = diag_report(session, DIAG_REGRESSION_LOSS_ON_CATEGORICAL, find(session, source, "mse"),
                                         "`mse` does not fit target `default`, a category with %d classes", 2);
    diag_caret(diagnostic, "wants a real target");
    diag_label(diagnostic, find(session, source, "default"), "classes have no distance between them");
    diag_why(diagnostic,
             "the gradient of mse through a sigmoid vanishes for confident wrong answers: the loss stays high "
             "whatever the learning rate");
    diag_fix(diagnostic, true, find(session, source, "mse"), "cross_entropy", NULL);
    diag_finish(session);
    char *printed = golden_capture(write_plain, session);
    assert_string_equal(
        printed,
        "error[regression-loss-on-categorical]: `mse` does not fit target `default`, a category with 2 classes\n"
        "  --> credit.lspec:43:12\n"
        "   |\n"
        "15 |     default         : category(no, yes)\n"
        "   |     ------- classes have no distance between them\n"
        "...\n"
        "43 | loss:      mse\n"
        "   |            ^^^ wants a real target\n"
        "   |\n"
        "   = why: the gradient of mse through a sigmoid vanishes for confident wrong answers: the loss stays high "
        "whatever the "
        "learning rate\n"
        "   = fix: cross_entropy\n"
        "   = see: lspec explain regression-loss-on-categorical\n"
        "\n"
        "1 error\n");
    free(printed);
    session_free(session);
}

static Session *one_of_everything(void) {
    Session *session = session_new();
    static const char main_text[] =
        "lspec 1\nuse \"other.lspec\"\ncolumns {\n\tage : real(0..)\n    \"gr\xC3\xB6\xC3\x9F"
        "e \xE6\xBC\xA2\xE5\xAD\x97\" : int # weit\n}\nlast";
    static const char other_text[] = "lspec 1\n\ndef block(width) { input -> dense(width) }\n";
    int32_t main_source = source_add(&session->sources, "main.lspec", main_text, sizeof main_text - 1);
    int32_t other = source_add(&session->sources, "other.lspec", other_text, sizeof other_text - 1);
    int32_t empty = source_add(&session->sources, "absent.lspec", "", 0);

    Diagnostic *d =
        diag_report(session, DIAG_BOUND_VIOLATED, find(session, main_source, "age"), "a cell of `age` is below 0");
    diag_cell(d, (DiagCell){.file = "data.csv", .row = 17, .line = 18, .column = "age", .text = "-3\x1B[0m"});
    diag_evidence(d, "%d cells are", 3);
    diag_advice(d, "declare %s", "real(-10..)");
    d = diag_report(session, DIAG_UNKNOWN_TYPE, find(session, main_source, "int"), "another place on the same line");
    diag_caret(d, "here");
    diag_label(d,
               find(session, main_source,
                    "\"gr\xC3\xB6\xC3\x9F"
                    "e \xE6\xBC\xA2\xE5\xAD\x97\""),
               "this column");
    diag_label(d, find(session, main_source, "columns"), "in this block");
    d = diag_report(session, DIAG_SHAPE_ERROR, find(session, other, "dense(width)"), "shapes do not fit");
    diag_label(d, find(session, main_source, "use"), "used here");
    d = diag_report(session, DIAG_NO_SEED, SPAN_NONE, "a note without a place");
    d = diag_report(session, DIAG_LINEAR_STACK, (Span){main_source, sizeof main_text - 1, sizeof main_text - 1},
                    "at the very end");
    diag_fix(d, true, (Span){main_source, 0, 0}, "lspec 1\n", "two edits");
    diag_fix_also(d, find(session, main_source, "last"), "");
    diag_report(session, DIAG_SPEC_NOT_READ, (Span){empty, 0, 0}, "the spec `absent.lspec` cannot be read");
    diag_report(session, DIAG_UNCLOSED_BRACE,
                (Span){main_source, find(session, main_source, "{").begin, sizeof main_text - 1}, "over several lines");
    diag_finish(session);
    return session;
}

static void check(const Session *session, void (*write)(FILE *out, const void *session), const char *path) {
    char *text = golden_capture(write, session);
    golden_check(path, text);
    free(text);
}

static void test_everything(void **state) {
    (void)state;
    Session *session = one_of_everything();
    check(session, write_plain, "tests/golden/diag/everything.text");
    check(session, write_terse, "tests/golden/diag/without_notes.text");
    check(session, write_color, "tests/golden/diag/colored.text");
    check(session, write_json, "tests/golden/diag/everything.json");
    check(session, write_sarif, "tests/golden/diag/everything.sarif");
    session_free(session);
}

static const LrtJson *at(const LrtJson *json, const char *key) {
    const LrtJson *found = lrt_json_member(json, key);
    assert_non_null(found);
    return found;
}

static void check_region(const LrtJson *region) {
    double line = at(region, "startLine")->number, end = at(region, "endLine")->number;
    double column = at(region, "startColumn")->number, end_column = at(region, "endColumn")->number;
    assert_true(line >= 1 && column >= 1 && (end > line || (end == line && end_column >= column)));
}

/* What the schema of SARIF 2.1.0 demands of what we write: every result names its rule by id and number, every place has
 * a file, every fix changes something. */
static void test_sarif(void **state) {
    (void)state;
    Session *session = one_of_everything();
    char *text = golden_capture(write_sarif, session);
    size_t error;
    LrtJson *log = lrt_json_parse(text, strlen(text), &error);
    assert_non_null(log);
    assert_string_equal(at(log, "version")->string, "2.1.0");
    const LrtJson *run = &at(log, "runs")->items[0], *results = at(run, "results");
    const LrtJson *rules = at(at(at(run, "tool"), "driver"), "rules");
    assert_int_equal(results->count, session->diagnostics.count);
    int64_t fixes = 0;
    for (int64_t i = 0; i < results->count; i++) {
        const LrtJson *result = &results->items[i], *places = lrt_json_member(result, "locations");
        const LrtJson *rule = &rules->items[(int64_t)at(result, "ruleIndex")->number];
        assert_string_equal(at(rule, "id")->string, at(result, "ruleId")->string);
        assert_true(strlen(at(at(result, "message"), "text")->string) > 0);
        for (int64_t k = 0; places != NULL && k < places->count; k++) {
            const LrtJson *place = at(&places->items[k], "physicalLocation");
            assert_true(strlen(at(at(place, "artifactLocation"), "uri")->string) > 0);
            check_region(at(place, "region"));
        }
        const LrtJson *list = lrt_json_member(result, "fixes");
        for (int64_t k = 0; list != NULL && k < list->count; k++, fixes++) {
            const LrtJson *changes = at(&list->items[k], "artifactChanges");
            assert_true(changes->count > 0 && at(&changes->items[0], "replacements")->count > 0);
            check_region(at(&at(&changes->items[0], "replacements")->items[0], "deletedRegion"));
        }
    }
    assert_int_equal(fixes, 1); /* advice without an edit is no fix to SARIF */
    lrt_json_free(log);
    free(text);
    session_free(session);
}

/* Each line is one object with the fields that the command line promises. */
static void test_json_fields(void **state) {
    (void)state;
    static const char *const fields[] = {"severity", "name", "file", "message", "why", "labels", "fixes"};
    Session *session = one_of_everything();
    char *text = golden_capture(write_json, session);
    int lines = 0;
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n"), lines++) {
        size_t error;
        LrtJson *json = lrt_json_parse(line, strlen(line), &error);
        assert_non_null(json);
        for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) assert_non_null(lrt_json_member(json, fields[i]));
        lrt_json_free(json);
    }
    assert_int_equal(lines, 7);
    free(text);
    session_free(session);
}

static void test_long_lists_are_cut(void **state) {
    (void)state;
    Session *session = session_new();
    int32_t source = source_add(&session->sources, "a.lspec", "x", 1);
    for (uint32_t i = 0; i < 3000; i++)
        diag_report(session, i % 2 == 0 ? DIAG_SYNTAX_ERROR : DIAG_LINEAR_STACK, (Span){source, i, i + 1}, "number %u",
                    (unsigned)i);
    diag_finish(session);
    char *text = golden_capture(write_plain, session);
    const char *tail = strrchr(text, '\n') - 1;
    while (tail > text && tail[-1] != '\n') tail--;
    assert_string_equal(tail, "1500 errors, 500 warnings; 1900 of them are not shown\n");
    free(text);
    session_free(session);
}

int main(int argc, char **argv) {
    golden_begin(argc, argv);
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_reference_example), cmocka_unit_test(test_everything),
                                       cmocka_unit_test(test_json_fields), cmocka_unit_test(test_sarif),
                                       cmocka_unit_test(test_long_lists_are_cut)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
