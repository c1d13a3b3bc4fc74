/* What is refused, one line a case: the name of the error, where it is, and a piece of the way out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "harness/table_case.h"

typedef struct Bad {
    const char *columns, *content, *name;
    int64_t row, line;
    const char *column, *text, *fix;
} Bad;

static void show_error(const char *content, const LrtError *error) {
    if (getenv("SHOW_ERRORS"))
        printf("%-50.50s [%s] %s\n%*s row %d line %d column `%s` text `%s`\n%*s why %s\n%*s fix %s\n", content,
               error->name, error->message, 50, "", (int)error->row, (int)error->line, error->column, error->text, 50,
               "", error->why, 50, "", error->fix);
}

static void check(const CaseSpec *spec, const Bad *bad, size_t length) {
    char path[64];
    case_file_write(path, ".csv", bad->content, length);
    LrtError error = {0};
    LrtTable *table = lrt_table_read(&spec->spec, path, LRT_READ_TRAIN, &error);
    unlink(path);
    if (table) fail_msg("`%s` was read", bad->content);
    show_error(bad->content, &error);
    if (strcmp(error.name, bad->name) != 0)
        fail_msg("`%s`: %s, not %s: %s", bad->content, error.name, bad->name, error.message);
    assert_int_equal(error.status, LRT_EXIT_DATA);
    assert_string_equal(error.file, path);
    assert_int_equal(error.row, bad->row);
    assert_int_equal(error.line, bad->line);
    assert_string_equal(error.column, bad->column);
    assert_string_equal(error.text, bad->text);
    if (!strstr(error.fix, bad->fix))
        fail_msg("`%s`: the way out is `%s`, without `%s`", bad->content, error.fix, bad->fix);
    assert_true(error.fix[0] && error.message[0] && error.spec_line > 0);
    int32_t index = error.column_index;
    assert_true(*bad->column ? index >= 0 && strcmp(spec->columns[index].name, bad->column) == 0 : index == -1);
}

static void check_all(const Bad *cases, size_t count) {
    for (size_t i = 0; i < count; i++) {
        CaseSpec spec;
        case_spec_init(&spec, cases[i].columns);
        check(&spec, &cases[i], strlen(cases[i].content));
    }
}

static void test_cells(void **state) {
    (void)state;
    static const Bad cases[] = {
        {"a real; b real", "a,b\n1,2\n1,abc\n", "cell-type", 2, 3, "b", "abc", "declare `b : category`"},
        {"a real", "a\n1\n 1x \n", "cell-type", 2, 3, "a", "1x", "declare"},
        {"a real", "a\nNA\n", "cell-type", 1, 2, "a", "NA", "missing: [\"NA\"]"},
        {"a real", "a\nnan\n", "cell-type", 1, 2, "a", "nan", "declare the column optional"},
        {"a real?", "a\nnan\n", "cell-type", 1, 2, "a", "nan", "missing: [\"nan\"]"},
        {"a real", "a\ninf\n", "cell-type", 1, 2, "a", "inf", "missing"},
        {"a real", "a\n-inf\n", "cell-type", 1, 2, "a", "-inf", "missing"},
        {"a real", "a\n0x1F\n", "cell-type", 1, 2, "a", "0x1F", "decimal digits"},
        {"a real", "a\n1_000\n", "cell-type", 1, 2, "a", "1_000", "thousands"},
        {"a real", "a\n\"1,000.5\"\n", "cell-type", 1, 2, "a", "1,000.5", "thousands"},
        {"a real", "a\n\"1,5\"\n", "cell-type", 1, 2, "a", "1,5", "decimal: \",\""},
        {"a real", "a\n12%\n", "cell-type", 1, 2, "a", "12%", "sign `%`"},
        {"a real", "a\n$5\n", "cell-type", 1, 2, "a", "$5", "sign `$`"},
        {"a real", "a\n5 €\n", "cell-type", 1, 2, "a", "5 €", "sign `€`"},
        {"a real", "a\n1e39\n", "cell-type", 1, 2, "a", "1e39", "unit"},
        {"a real", "a\n1e999\n", "cell-type", 1, 2, "a", "1e999", "unit"},
        {"a real", "a\n1e\n", "cell-type", 1, 2, "a", "1e", "declare"},
        {"a int", "a\n1\n2.5\n", "cell-type", 2, 3, "a", "2.5", "declare `a : real`"},
        {"a int", "a\nx\n", "cell-type", 1, 2, "a", "x", "category"},
        {"a bool", "a\nmaybe\n", "cell-type", 1, 2, "a", "maybe", "category"},
        {"a bool", "a\n2\n", "cell-type", 1, 2, "a", "2", "category"},
        {"a bool", "a\n?\n", "cell-type", 1, 2, "a", "?", "missing"},
        {"a weight", "a\n-1\n", "bound-violated", 1, 2, "a", "-1", "0 or more"},
        {"a int 18..120", "a\n18\n120\n121\n", "bound-violated", 3, 4, "a", "121", "widen"},
        {"a real 0..", "a\n0\n-0.5\n", "bound-violated", 2, 3, "a", "-0.5", "widen"},
        {"a real ..1", "a\n 1.5\n", "bound-violated", 1, 2, "a", "1.5", "widen"},
        {"a category no,yes", "a\nno\nYes\n", "level-not-declared", 2, 3, "a", "Yes", "did you mean `yes`"},
        {"a category basic,pro,max", "a\nbasci\n", "level-not-declared", 1, 2, "a", "basci", "did you mean `basic`"},
        {"a category no,yes", "a\nperhaps\n", "level-not-declared", 1, 2, "a", "perhaps", "add \"perhaps\""},
        {"a category 0,1", "a\n2\n", "level-not-declared", 1, 2, "a", "2", "add \"2\""},
        {"a ordinal low,high", "a\nNA\n", "level-not-declared", 1, 2, "a", "NA", "missing"},
        {"a real; b real", "a,b\n1,2\n,3\n", "missing-not-declared", 2, 3, "a", "", "declare `a : real?`"},
        {"a real; b category", "a,b\n1,\n", "missing-not-declared", 1, 2, "b", "", "category?"},
        {"a key; b real", "a,b\n \"\" ,1\n", "missing-not-declared", 1, 2, "a", "", "key?"},
        {"a timestamp %Y-%m-%d", "a\n2024-01-31\n2024-02-30\n", "timestamp-format", 2, 3, "a", "2024-02-30", "format"},
        {"a timestamp %Y-%m-%d", "a\n2024-1\n", "timestamp-format", 1, 2, "a", "2024-1", "format"},
        {"a timestamp %Y-%m-%d", "a\n2024-01-01x\n", "timestamp-format", 1, 2, "a", "2024-01-01x", "format"},
        {"a timestamp", "a\n1/2/2024\n", "timestamp-format", 1, 2, "a", "1/2/2024", "format"},
        {"a real; b category", "b,a\n\"two\nlines\",1\nx,oops\n", "cell-type", 2, 4, "a", "oops", "category"},
    };
    check_all(cases, sizeof cases / sizeof cases[0]);
}

static void test_files(void **state) {
    (void)state;
    static const Bad cases[] = {
        {"a real", "", "no-rows", 0, 0, "", "", "at least one row"},
        {"a real", "\xef\xbb\xbf", "no-rows", 0, 0, "", "", "at least one row"},
        {"a real", "\n \n\r\n", "no-rows", 0, 0, "", "", "at least one row"},
        {"a real", "a\n", "no-rows", 0, 0, "", "", "at least one row"},
        {"a real; b real", "a,b\n\n\n", "no-rows", 0, 0, "", "", "at least one row"},
        {"a real; b real", "a,b\n1,2\n3\n", "ragged-row", 2, 3, "", "", "empty cell"},
        {"a real; b real", "a,b\n1,2,3\n", "ragged-row", 1, 2, "", "", "quote the cell"},
        {"a real; b real", "a,b\n1,x,3\n", "ragged-row", 1, 2, "", "", "quote the cell"},
        {"a real; b real", "a,b\nx\n", "ragged-row", 1, 2, "", "", "empty cell"},
        {"a real; b real", "a,b\n1,2,\n", "ragged-row", 1, 2, "", "", "quote the cell"},
        {"a real; b category", "a,b\n1,\"x\n2,y\n", "unclosed-quote", 1, 2, "b", "\"x", "close it"},
        {"a real; b category", "a,b\n1,x\n2,\"y\"z\n", "unclosed-quote", 2, 3, "b", "\"y\"z", "double"},
        {"a real; b category", "a,\"b\n1,x\n", "unclosed-quote", 0, 1, "", "\"b", "close it"},
        {"a real; b real", "b\n1\n", "column-not-in-data", 0, 1, "a", "", "take `a` out"},
        {"a real; b real", "1,2.5\n1,2\n", "column-not-in-data", 0, 1, "a", "", "header: false"},
        {"income real", "incmoe,x\n1,2\n", "column-not-in-data", 0, 1, "income", "", "did you mean `incmoe`"},
        {"income real", "Income,x\n1,2\n", "column-not-in-data", 0, 1, "income", "", "did you mean `Income`"},
        {"a real; b real", "a;b\n1;2\n", "column-not-in-data", 0, 1, "a", "", "delimiter: \";\""},
        {"a real; b real", "a\tb\n1\t2\n", "column-not-in-data", 0, 1, "a", "", "delimiter: \"\\t\""},
        {"a real; b real", "a,b,a\n1,2,3\n", "duplicate-column", 0, 1, "a", "", "rename"},
        {"a real", "a,\n1,2\n", "empty-header", 0, 1, "", "", "name it"},
        {"a real", ",a\n1,2\n", "empty-header", 0, 1, "", "", "index=False"},
        {"a category; b real", "a,b\nx,1\ncaf\xe9,2\n", "invalid-encoding", 2, 3, "a", "caf\\xe9", "iconv"},
        {"a category; b real", "a,b\nx,1\n\"one\ntwo \xff\",2\n", "invalid-encoding", 2, 4, "a", "\"one\\x0atwo \\xff",
         "iconv"},
        {"a category", "\xe9\nx\n", "invalid-encoding", 0, 1, "", "\\xe9", "iconv"},
        {"a category",
         "\xff\xfe"
         "a\n",
         "invalid-encoding", 0, 0, "", "", "UTF-16"},
        {"a category", "\x1f\x8b\x08\x08....", "invalid-encoding", 0, 0, "", "", "gunzip"},
        {"a category", "PK\x03\x04\xff....", "invalid-encoding", 0, 0, "", "", "save the sheet"},
    };
    check_all(cases, sizeof cases / sizeof cases[0]);
}

static void test_nul_bytes(void **state) {
    (void)state;
    CaseSpec spec;
    case_spec_init(&spec, "a real; b category");
    check(&spec,
          &(Bad){
              "",
              "a,b\n1,x\n2,y\0z\n",
              "nul-byte",
              2,
              3,
              "b",
              "y",
              "damaged",
          },
          14);
    check(&spec, &(Bad){"", "a,b\n1,x\n\0\0\0\0", "nul-byte", 2, 3, "a", "", "damaged"}, 12);
    check(&spec, &(Bad){"", "a\0b", "nul-byte", 0, 1, "", "a", "damaged"}, 3);
}

static void test_long_text_is_shortened(void **state) {
    (void)state;
    CaseSpec spec;
    case_spec_init(&spec, "a real");
    char content[400] = "a\n";
    for (int i = 0; i < 100; i++) strcat(content, "\xc3\xa9");
    char path[64];
    case_file_write(path, ".csv", content, strlen(content));
    LrtError error = {0};
    assert_null(lrt_table_read(&spec.spec, path, LRT_READ_TRAIN, &error));
    unlink(path);
    assert_true(strlen(error.text) < 70);
    assert_string_equal(error.text + strlen(error.text) - 3, "…");
    assert_true(strlen(error.text) % 2 == 1); /* whole characters, then three bytes */
}

static void test_header_of_other_width(void **state) {
    (void)state;
    CaseSpec spec;
    case_spec_init(&spec, "a real; b real");
    spec.spec.source.header = false;
    check(&spec, &(Bad){"", "1,2,3\n", "ragged-row", 1, 1, "", "", "quote"}, 6);
    check(&spec, &(Bad){"", "1,2\n1\n", "ragged-row", 2, 2, "", "", "empty cell"}, 6);
    check(&spec, &(Bad){"", "\n", "no-rows", 0, 0, "", "", "at least one row"}, 1);
    spec.spec.source.decimal = ',';
    check(&spec, &(Bad){"", "1,2\n", "data-not-read", 0, 0, "", "", "delimiter"}, 4);
}

static void check_path(const char *path, const char *name, const char *fix) {
    CaseSpec spec;
    case_spec_init(&spec, "a real");
    LrtError error = {0};
    assert_null(lrt_table_read(&spec.spec, path, LRT_READ_TRAIN, &error));
    show_error(path, &error);
    assert_string_equal(error.name, name);
    assert_int_equal(error.status, LRT_EXIT_DATA);
    assert_string_equal(error.file, path);
    assert_int_equal(error.spec_line, 99);
    assert_non_null(strstr(error.fix, fix));
}

static void test_paths(void **state) {
    (void)state;
    check_path("tests/data/penguin.csv", "data-not-found", "did you mean `penguins.csv`");
    check_path("tests/no-such-folder/x.csv", "data-not-found", "looked for from");
    check_path("/no-such-folder/x.csv", "data-not-found", "give its path");
    check_path("tests/data/penguins.csv/x", "data-not-found", "path");
    check_path("tests/data", "data-not-read", "name a file in it");
    if (geteuid() != 0) { /* root reads everything */
        char path[64];
        case_file_write(path, ".csv", "a\n1\n", 4);
        chmod(path, 0);
        check_path(path, "data-not-read", "chmod");
        unlink(path);
    }
    check_path("/dev/null", "no-rows", "at least one row");
    check_path("/dev/zero", "nul-byte", "damaged");
}

/* The header alone is read by the compiler, before the rest: the same is said of it. */
static void test_header_alone(void **state) {
    (void)state;
    static const struct {
        const char *content, *name;
    } cases[] = {{"\x1f\x8b\x08\x08\"....", "invalid-encoding"},
                 {"caf\xe9,b\n1,2\n", "invalid-encoding"},
                 {"a,,b\n1,2,3\n", "empty-header"},
                 {"", "no-rows"},
                 {"a,\"b\n", "unclosed-quote"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char path[64], **names;
        int64_t count;
        LrtError error = {0};
        LrtSource source = {.quote = '"', .decimal = '.', .header = true, .spec_line = 3};
        case_file_write(path, ".csv", cases[i].content, strlen(cases[i].content));
        assert_false(lrt_header_read(&source, path, &names, &count, &error));
        unlink(path);
        show_error(cases[i].content, &error);
        assert_string_equal(error.name, cases[i].name);
        assert_int_equal(error.spec_line, 3);
        assert_true(error.fix[0] && names == NULL && count == 0);
    }
}

static void test_columns_declared_twice(void **state) {
    (void)state;
    CaseSpec spec;
    case_spec_init(&spec, "b real; a real; a real; c real");
    check(&spec, &(Bad){"", "a,b,c\n1,2,3\n", "duplicate-column", 0, 1, "a", "", ""}, 12);
}

static void test_timestamp_formats(void **state) {
    (void)state;
    CaseSpec spec;
    case_spec_init(&spec, "a timestamp %Y-%q");
    LrtError error = {0};
    assert_null(lrt_table_read(&spec.spec, "tests/data/iris.csv", LRT_READ_TRAIN, &error));
    assert_string_equal(error.name, "timestamp-format");
    assert_non_null(strstr(error.message, "`%q`"));
}

/* The first error stays: what follows from it says nothing new. */
static void test_first_error_wins(void **state) {
    (void)state;
    LrtError error = {0};
    assert_false(lrt_error_set(&error, LRT_EXIT_DATA, "first", "the %s", "first"));
    lrt_error_fix(&error, "do");
    assert_false(lrt_error_set(&error, LRT_EXIT_SYSTEM, "second", "the second"));
    lrt_error_fix(&error, "do not");
    assert_string_equal(error.name, "first");
    assert_string_equal(error.message, "the first");
    assert_string_equal(error.fix, "do");
    assert_int_equal(error.column_index, -1);
    char text[2000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    for (size_t i = 0; i + 1 < sizeof text - 1; i += 2) memcpy(text + i, "\xc3\xa9", 2);
    error = (LrtError){0};
    lrt_error_set(&error, LRT_EXIT_DATA, "long", "%s", text);
    assert_int_equal(strlen(error.message), 638); /* cut between two characters of two bytes */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cells),
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_nul_bytes),
        cmocka_unit_test(test_long_text_is_shortened),
        cmocka_unit_test(test_header_of_other_width),
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_header_alone),
        cmocka_unit_test(test_columns_declared_twice),
        cmocka_unit_test(test_timestamp_formats),
        cmocka_unit_test(test_first_error_wins),
    };
    return cmocka_run_group_tests_name("bad input", tests, NULL, NULL);
}
