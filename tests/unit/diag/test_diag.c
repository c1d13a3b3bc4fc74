/* Building, repeating, counting, sorting, silencing and mending. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "syntax/ast.h"

typedef struct Fixture {
    Session *session;
    int32_t source;
    const char *text;
} Fixture;

static Fixture fixture_new(const char *text) {
    Fixture fixture = {.session = session_new(), .text = text};
    fixture.source = source_add(&fixture.session->sources, "a.lspec", text, strlen(text));
    return fixture;
}

/* The first place of `word` in the text. */
static Span at(const Fixture *fixture, const char *word) {
    const char *found = strstr(fixture->text, word);
    assert_non_null(found);
    uint32_t begin = (uint32_t)(found - fixture->text);
    return (Span){fixture->source, begin, begin + (uint32_t)strlen(word)};
}

static void test_table(void **state) {
    (void)state;
    for (int id = 0; id < DIAG_COUNT; id++) {
        DiagId found;
        assert_true(diag_find(diag_name((DiagId)id), &found)); /* no name stands twice */
        assert_int_equal(found, id);
        assert_int_equal(strspn(diag_name((DiagId)id), "abcdefghijklmnopqrstuvwxyz0123456789-"),
                         strlen(diag_name((DiagId)id)));
        assert_true(strlen(diag_summary((DiagId)id)) > 0);
    }
    DiagId none;
    assert_false(diag_find("no-such-name", &none));
}

static void test_repeats_are_dropped(void **state) {
    (void)state;
    Fixture fixture = fixture_new("loss: mse\n");
    Diagnostic *first = diag_report(fixture.session, DIAG_UNKNOWN_LOSS, at(&fixture, "mse"), "one");
    diag_caret(first, "kept");
    Diagnostic *again = diag_report(fixture.session, DIAG_UNKNOWN_LOSS, at(&fixture, "mse"), "two");
    diag_caret(again, "dropped");
    diag_why(again, "dropped");
    diag_label(again, at(&fixture, "loss"), "dropped");
    diag_evidence(again, "dropped");
    diag_advice(again, "dropped");
    diag_fix(again, true, at(&fixture, "mse"), "mae", NULL);
    diag_fix_also(again, at(&fixture, "mse"), "mae");
    diag_cell(again, (DiagCell){.file = "x"});
    diag_set_severity(again, SEVERITY_WARNING);
    diag_report(fixture.session, DIAG_UNKNOWN_NAME, at(&fixture, "mse"), "another name");
    diag_report(fixture.session, DIAG_UNKNOWN_LOSS, at(&fixture, "loss"), "another place");
    assert_int_equal(fixture.session->diagnostics.count, 3);
    assert_int_equal(fixture.session->error_count, 3);
    assert_string_equal(first->caret, "kept");
    assert_int_equal(first->fixes.count, 0);
    session_free(fixture.session);
}

static void test_severity_is_counted(void **state) {
    (void)state;
    Fixture fixture = fixture_new("loss: mse\n");
    Diagnostic *diagnostic = diag_report(fixture.session, DIAG_UNKNOWN_LOSS, at(&fixture, "mse"), "one");
    diag_set_severity(diagnostic, SEVERITY_WARNING);
    assert_int_equal(fixture.session->error_count, 0);
    diag_set_severity(diagnostic, SEVERITY_ERROR);
    diag_set_severity(diagnostic, SEVERITY_ERROR);
    assert_int_equal(fixture.session->error_count, 1);
    session_free(fixture.session);
}

static void test_floods_are_bounded(void **state) {
    (void)state;
    enum { REPORTS = 200000 };
    Fixture fixture = fixture_new("x");
    for (uint32_t i = 0; i < REPORTS; i++)
        diag_why(
            diag_report(fixture.session, DIAG_SYNTAX_ERROR, (Span){fixture.source, i, i + 1}, "number %u", (unsigned)i),
            "x");
    assert_int_equal(fixture.session->error_count, REPORTS);
    assert_true(fixture.session->diagnostics.count <= 1000);
    assert_int_equal(fixture.session->diagnostics.count + fixture.session->overflow_count, REPORTS);
    assert_true(arena_size(fixture.session->arena) < 4 << 20);
    session_free(fixture.session);
}

/* What lies on text that could not be read is a symptom of that. */
static void test_symptoms_are_dropped(void **state) {
    (void)state;
    Fixture fixture = fixture_new("adam(lr 1e-3)\nloss: mse\n");
    diag_report(fixture.session, DIAG_MISSING_COLON, at(&fixture, "lr 1e-3"), "cause");
    diag_why(diag_report(fixture.session, DIAG_ARGUMENT_TYPE, at(&fixture, "1e-3"), "symptom"), "dropped");
    diag_report(fixture.session, DIAG_MISSING_ARGUMENT, at(&fixture, "adam"), "beside it");
    diag_report(fixture.session, DIAG_UNKNOWN_LOSS, at(&fixture, "mse"), "elsewhere");
    assert_int_equal(fixture.session->diagnostics.count, 3);
    assert_true(diag_line_is_broken(fixture.session, at(&fixture, "adam")));
    assert_false(diag_line_is_broken(fixture.session, at(&fixture, "mse")));
    assert_false(diag_is_broken(fixture.session, at(&fixture, "adam")));
    assert_false(diag_is_told(fixture.session, DIAG_UNKNOWN_NAME, "width"));
    assert_true(diag_is_told(fixture.session, DIAG_UNKNOWN_NAME, "width"));
    session_free(fixture.session);
}

static void test_order(void **state) {
    (void)state;
    Fixture fixture = fixture_new("a b c d\n");
    diag_report(fixture.session, DIAG_SYNTAX_ERROR, at(&fixture, "d"), "4");
    diag_report(fixture.session, DIAG_UNKNOWN_NAME, at(&fixture, "b"), "2");
    diag_report(fixture.session, DIAG_DATA_NOT_FOUND, SPAN_NONE, "0");
    diag_report(fixture.session, DIAG_UNKNOWN_LAYER, at(&fixture, "b"), "3");
    diag_report(fixture.session, DIAG_SYNTAX_ERROR, at(&fixture, "a"), "1");
    diag_finish(fixture.session);
    for (int i = 0; i < 5; i++) assert_int_equal(fixture.session->diagnostics.items[i]->message[0], '0' + i);
    session_free(fixture.session);
}

/* How many of a warning at each word `HERE1`… are left. */
static int64_t left_after_allow(const char *text, const char *word, Severity severity) {
    Fixture fixture = fixture_new(text);
    syntax_parse(fixture.session, fixture.source);
    assert_int_equal(fixture.session->error_count, 0);
    Diagnostic *diagnostic = diag_report(fixture.session, DIAG_LINEAR_STACK, at(&fixture, word), "two layers");
    diag_set_severity(diagnostic, severity);
    diag_finish(fixture.session);
    int64_t count = fixture.session->diagnostics.count;
    if (count > 0) count += fixture.session->diagnostics.items[0]->evidence.count;
    session_free(fixture.session);
    return count;
}

static void test_allow(void **state) {
    (void)state;
    const char *text = "network {\n    # allow(linear-stack): on purpose\n    x -> here\n    y -> there\n}\n";
    assert_int_equal(left_after_allow(text, "here", SEVERITY_WARNING), 0);
    assert_int_equal(left_after_allow(text, "here", SEVERITY_ERROR), 1);
    assert_int_equal(left_after_allow(text, "there", SEVERITY_WARNING), 1);
    assert_int_equal(left_after_allow(text, "network", SEVERITY_WARNING), 1);
    /* Several lines of comment, several statements on the line, a statement over several lines. */
    text = "# allow( linear-stack ): a reason\n# more about it\ntrain { here: 1; there: 2 }\nstop { later }\n";
    assert_int_equal(left_after_allow(text, "here", SEVERITY_WARNING), 0);
    assert_int_equal(left_after_allow(text, "there", SEVERITY_WARNING), 0);
    assert_int_equal(left_after_allow(text, "later", SEVERITY_WARNING), 1);
    text = "network {\n    # allow(linear-stack): a reason\n    x\n      -> here\n}\n";
    assert_int_equal(left_after_allow(text, "here", SEVERITY_WARNING), 0);
    /* Another name, no reason (told in the message), a blank line between, the end of a line. */
    assert_int_equal(left_after_allow("# allow(no-seed): a reason\nloss: here\n", "here", SEVERITY_WARNING), 1);
    assert_int_equal(left_after_allow("# allow(linear-stack)\nloss: here\n", "here", SEVERITY_WARNING), 2);
    assert_int_equal(left_after_allow("# allow(linear-stack): \nloss: here\n", "here", SEVERITY_WARNING), 2);
    assert_int_equal(left_after_allow("# allow(linear-stack): a reason\n\nloss: here\n", "here", SEVERITY_WARNING), 1);
    assert_int_equal(
        left_after_allow("model: a # allow(linear-stack): a reason\nloss: here\n", "here", SEVERITY_WARNING), 1);
    /* A section's allow counts for its head, not for the statements below. */
    text = "# allow(linear-stack): a reason\nnetwork {\n    here\n}\n";
    assert_int_equal(left_after_allow(text, "network", SEVERITY_WARNING), 0);
    assert_int_equal(left_after_allow(text, "here", SEVERITY_WARNING), 1);
}

static void test_fixes(void **state) {
    (void)state;
    Fixture fixture = fixture_new("aa bb cc dd ee\n");
    Session *session = fixture.session;
    diag_fix(diag_report(session, DIAG_SYNTAX_ERROR, at(&fixture, "aa"), "1"), true, at(&fixture, "aa"), "AAA", NULL);
    Diagnostic *two = diag_report(session, DIAG_SYNTAX_ERROR, at(&fixture, "bb"), "2");
    diag_fix(two, false, at(&fixture, "bb"), "uncertain", NULL);
    diag_fix(two, true, at(&fixture, "bb"), "", "leave it out");
    diag_fix_also(two, (Span){fixture.source, 14, 14}, " bb");
    Diagnostic *overlap = diag_report(session, DIAG_UNKNOWN_NAME, at(&fixture, "bb"), "overlaps");
    diag_fix(overlap, true, at(&fixture, "b cc"), "X", NULL);
    diag_advice(diag_report(session, DIAG_SYNTAX_ERROR, at(&fixture, "cc"), "words alone"), "do it");
    diag_fix(diag_report(session, DIAG_SYNTAX_ERROR, at(&fixture, "dd"), "not certain"), false, at(&fixture, "dd"), "X",
             NULL);
    diag_finish(session);
    size_t length;
    int64_t count;
    assert_string_equal(diag_apply_fixes(session, fixture.source, &length, &count), "AAA  cc dd ee bb\n");
    assert_int_equal(count, 2);
    assert_int_equal(length, strlen("AAA  cc dd ee bb\n"));
    session_free(session);
}

/* Mends as `check --fix` does, as far as the parser sees it. */
static char *mend(Arena *arena, const char *text) {
    for (int round = 0; round < 20; round++) {
        Fixture fixture = fixture_new(text);
        syntax_parse(fixture.session, fixture.source);
        diag_finish(fixture.session);
        size_t length;
        int64_t count;
        text = arena_strdup(arena, diag_apply_fixes(fixture.session, fixture.source, &length, &count));
        session_free(fixture.session);
        if (count == 0) break;
    }
    return arena_strdup(arena, text);
}

static void test_mended_syntax(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"loss mse\n", "loss: mse\n"},
        {"loss = mse\n", "loss: mse\n"},
        {"loss; mse\n", "loss: mse\n"},
        {"loss:: mse\n", "loss: mse\n"},
        {"let a: 3\n", "let a = 3\n"},
        {"let a 3\n", "let a = 3\n"},
        {"columns: {\n    a : real\n}\n", "columns {\n    a : real\n}\n"},
        {"columns\n    a : real\n}\n", "columns {\n    a : real\n}\n"},
        {"columns:\n    a, b : real\n}\n", "columns {\n    a, b : real\n}\n"},
        {"columns (\n    a, b : real\n}\n", "columns {\n    a, b : real\n}\n"},
        {"columns {\n    a real\n    b : int\n", "columns {\n    a: real\n    b : int\n}\n"},
        {"columns {\n    a : real\ntarget: a\n", "columns {\n    a : real\n}\ntarget: a\n"},
        {"columns {\n    a : real # last\ntarget: a\n", "columns {\n    a : real # last\n}\ntarget: a\n"},
        {"columns {\n    a : real\n)\ntarget: a\n", "columns {\n    a : real\n}\ntarget: a\n"},
        {"columns {\n    a-b, c : real\n}\n", "columns {\n    \"a-b\", c : real\n}\n"},
        {"columns {\n    a b : real\n}\n", "columns {\n    a, b : real\n}\n"},
        {"split: random(train = 70%, test: 30%)\n", "split: random(train: 70%, test: 30%)\n"},
        {"split: random(train: 70% test: 30%)\n", "split: random(train: 70%, test: 30%)\n"},
        {"metrics: [\n    a\n    b\n    c\n]\n", "metrics: [\n    a,\n    b,\n    c\n]\n"},
        {"metrics: [a, b)\n", "metrics: [a, b]\n"},
        {"metrics: [a,, b]\n", "metrics: [a, b]\n"},
        {"network { x => dense(3) }\n", "network { x -> dense(3) }\n"},
        {"network { x -> -> dense(3) }\n", "network { x -> dense(3) }\n"},
        {"stop { time_limit(10min) }\n", "stop { time_limit(10 min) }\n"},
        {"let a = .5 + 1...2\n", "let a = 0.5 + 1..2\n"},
        {"let a = 'text'\n", "let a = \"text\"\n"},
        {"train { batch 128; epochs 3; seed: 1 }\n", "train { batch: 128; epochs: 3; seed: 1 }\n"},
        {"train { a: 1 } stop { b }\n", "train { a: 1 } \nstop { b }\n"},
    };
    Arena *arena = arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *mended = mend(arena, cases[i][0]);
        assert_string_equal(mended, cases[i][1]);
        assert_string_equal(mend(arena, mended), mended);
    }
    arena_free(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_repeats_are_dropped),
        cmocka_unit_test(test_severity_is_counted),
        cmocka_unit_test(test_floods_are_bounded),
        cmocka_unit_test(test_symptoms_are_dropped), cmocka_unit_test(test_order),
        cmocka_unit_test(test_allow),
        cmocka_unit_test(test_fixes),
        cmocka_unit_test(test_mended_syntax),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
