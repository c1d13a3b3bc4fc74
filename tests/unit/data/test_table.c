/* What is read: dialects, types, levels, absent columns, real files. One line a case. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "harness/table_case.h"
#include "lrt/sha256.h"

typedef struct Case {
    const char *columns, *content, *rows;
} Case;

static LrtTable *read_text(CaseSpec *spec, const char *ending, const char *content, LrtReadMode mode, LrtError *error) {
    char path[64];
    case_file_write(path, ending, content, strlen(content));
    *error = (LrtError){0};
    LrtTable *table = lrt_table_read(&spec->spec, path, mode, error);
    unlink(path);
    return table;
}

static void check(CaseSpec *spec, const char *ending, const char *content, LrtReadMode mode, const char *rows) {
    LrtError error;
    LrtTable *table = read_text(spec, ending, content, mode, &error);
    if (!table) fail_msg("`%s` was refused: %s: %s", content, error.name, error.message);
    assert_int_equal(error.status, 0);
    char *text = case_table_print(spec, table), digest[65];
    assert_string_equal(text, rows);
    lrt_sha256_hex(content, strlen(content), digest);
    assert_string_equal(table->digest, digest);
    free(text);
    lrt_table_free(table);
}

static void check_cases(const Case *cases, size_t count) {
    for (size_t i = 0; i < count; i++) {
        CaseSpec spec;
        case_spec_init(&spec, cases[i].columns);
        check(&spec, ".csv", cases[i].content, LRT_READ_TRAIN, cases[i].rows);
    }
}

static void test_rows(void **state) {
    (void)state;
    static const Case cases[] = {
        {"a real; b real", "a,b\n1,2\n3,4\n", "1|2\n3|4\n"},
        {"a real; b real", "a,b\n1,2\n3,4", "1|2\n3|4\n"},
        {"a real; b real",
         "\xef\xbb\xbf"
         "a,b\r\n1,2\r\n3,4\r\n",
         "1|2\n3|4\n"},
        {"a real; b real", "a,b\r1,2\r3,4\r", "1|2\n3|4\n"},
        {"a real; b real", "a,b\n1,2\r\n3,4\r5,6\n", "1|2\n3|4\n5|6\n"},
        {"a real; b real", "\n\na,b\n\n1,2\n   \n\t\n3,4\n\n\n", "1|2\n3|4\n"},
        {"b real; a real", "a,x,b\n1,junk,2\n", "2|1\n"},
        {"a real; b real", " a , \"b\" \n 1 ,\t2\t\n\"3\",\" 4 \"\n", "1|2\n3|4\n"},
        {"a category; b real", "a,b\n\"x, y\",1\n\"say \"\"hi\"\"\",2\n\"line\nbreak\",3\n\"\"\"\",4\n",
         "x, y|1\nsay \"hi\"|2\nline\nbreak|3\n\"|4\n"},
        {"a category; b real", "a,b\n5\" pipe,1\n  \"quoted\"  ,2\n", "5\" pipe|1\nquoted|2\n"},
        {"a real?", "a\n1\n\n3\n\n\n", "1\n-\n3\n"},
        {"a real?; b category?", "a,b\n,\n\"\",\"\"\n1,x\n", "-|-\n-|-\n1|x\n"},
        {"a ignore; b real", "a,b\nwhatever,1\n,2\n", "1\n2\n"},
        {"p category", "p\n\xc3\xa9t\xc3\xa9\n\xe2\x82\xac\n\xf0\x9f\x98\x80\n",
         "\xc3\xa9t\xc3\xa9\n\xe2\x82\xac\n\xf0\x9f\x98\x80\n"},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}

static void test_types(void **state) {
    (void)state;
    static const Case cases[] = {
        {"a real", "a\n1\n-1.5\n+2\n.5\n5.\n1e3\n1E-3\n0.1\n-0\n123456789012345678901234567890\n",
         "1\n-1.5\n2\n0.5\n5\n1000\n0.001\n0.1\n-0\n1.2345678901234568e29\n"},
        {"a real 0..1", "a\n0\n1\n0.5\n", "0\n1\n0.5\n"},
        {"a int", "a\n7\n-7\n7.0\n1e3\n9007199254740992\n", "7\n-7\n7\n1000\n9007199254740992\n"},
        {"a bool", "a\ntrue\nFALSE\nYes\nno\nT\nf\ny\nN\n1\n0\n1.0\n", "1\n0\n1\n0\n1\n0\n1\n0\n1\n0\n1\n"},
        {"a weight", "a\n0\n2.5\n", "0\n2.5\n"},
        {"a fold", "a\ntrain\ntest\n\nvalidation\n", "train\ntest\n-\nvalidation\n"},
        {"a key; b group", "a,b\n007,x\n7,y\n7.0,x\n", "007|x\n7|y\n7.0|x\n"},
        {"a timestamp %Y-%m-%d", "a\n1970-01-01\n2000-02-29\n1969-12-31\n", "0\n951782400\n-86400\n"},
        {"a timestamp %d.%m.%y %H:%M", "a\n31.12.99 23:59\n1.1.00  0:0\n", "946684740\n946684800\n"},
        {"a timestamp %Y-%m-%dT%H:%M:%S.%f%z",
         "a\n1970-01-01T00:00:00.25Z\n1970-01-01T01:00:00.5+01:00\n1969-12-31T19:30:00.0-0430\n", "0.25\n0.5\n0\n"},
        {"a timestamp %Y %j", "a\n1970 32\n2024 366\n", "2678400\n1735603200\n"},
        {"a timestamp %d %b %Y", "a\n2 Jan 1970\n2 january 1970\n1 FEB 1970\n", "86400\n86400\n2678400\n"},
        {"a timestamp", "a\n1970-01-02\n1970-01-01 00:01\n1970-01-01T00:00:01Z\n", "86400\n60\n1\n"},
        {"a timestamp? %Y", "a,b\n1970,\n,\n", "0\n-\n"},
    };
    check_cases(cases, sizeof cases / sizeof cases[0]);
}

static void check_levels(const char *columns, const char *content, const char *expected, const char *codes) {
    CaseSpec spec;
    case_spec_init(&spec, columns);
    LrtError error;
    LrtTable *table = read_text(&spec, ".csv", content, LRT_READ_TRAIN, &error);
    if (!table) fail_msg("`%s` was refused: %s: %s", content, error.name, error.message);
    char levels[200] = "", have[200] = "";
    for (int64_t i = 0; i < table->columns[0].level_count; i++) {
        strcat(levels, i ? "," : "");
        strcat(levels, table->columns[0].levels[i]);
    }
    for (int64_t row = 0; row < table->row_count; row++) {
        size_t length = strlen(have);
        snprintf(have + length, sizeof have - length, row ? " %d" : "%d", table->columns[0].code[row]);
    }
    assert_string_equal(levels, expected);
    assert_string_equal(have, codes);
    lrt_table_free(table);
}

static void test_levels(void **state) {
    (void)state;
    /* learnt: numbers as numbers, then text; spellings of one number are one level */
    check_levels("a category", "a\nb\n10\na\n9\n-1\nb\n", "-1,9,10,a,b", "4 2 3 1 0 4");
    check_levels("a category", "a\n1\n1.0\n1.50\n1.5\n2.\n", "1,1.5,2", "0 0 1 1 2");
    check_levels("a category", "a\n7\n007\n07\n", "007,07,7", "2 0 1");
    check_levels("a category", "a\n12345678901234567890\n12345678901234567891\n",
                 "12345678901234567890,12345678901234567891", "0 1");
    check_levels("a category?", "a\n x \nx\n\"x\"\n\n", "x", "0 0 0");
    check_levels("a category?; b real", "a,b\n x ,1\nx,1\n,1\n\"x \",1\n", "x", "0 0 -1 0");
    /* declared: in the order of the spec, numbers as numbers */
    check_levels("a category no,yes", "a\nyes\nno\nyes\n", "no,yes", "1 0 1");
    check_levels("a category 0,1,2", "a\n2\n1.0\n00\n2e0\n", "0,1,2", "2 1 0 2");
    check_levels("a ordinal low,mid,high", "a\nhigh\nlow\n", "low,mid,high", "2 0");
    check_levels("a fold", "a\n3\n1\n10\n", "1,3,10", "1 0 2");
    check_levels("a key", "a\n3\n1\n10\n", "1,3,10", "1 0 2");
}

static void test_many_levels(void **state) {
    (void)state;
    enum { COUNT = 20000 };
    char *text = malloc(COUNT * 16), *at = text;
    assert_non_null(text);
    at += sprintf(at, "a\n");
    for (int i = 0; i < COUNT; i++) at += sprintf(at, "k%d\n", i * 7919 % COUNT);
    CaseSpec spec;
    case_spec_init(&spec, "a category");
    LrtError error;
    LrtTable *table = read_text(&spec, ".csv", text, LRT_READ_TRAIN, &error);
    assert_non_null(table);
    assert_int_equal(table->columns[0].level_count, COUNT);
    for (int64_t row = 0; row < COUNT; row++) {
        const char *level = table->columns[0].levels[table->columns[0].code[row]];
        assert_int_equal(atoi(level + 1), row * 7919 % COUNT);
        assert_int_equal(table->lines[row], row + 2);
        if (row > 0) assert_true(strcmp(table->columns[0].levels[row - 1], table->columns[0].levels[row]) < 0);
    }
    lrt_table_free(table);
    free(text);
}

static void test_dialects(void **state) {
    (void)state;
    static const struct {
        const char *ending, *content;
        char delimiter, quote, decimal;
    } cases[] = {
        {".csv", "a,b\n'x,1',2.5\n", 0, '\'', '.'},       {".tsv", "a\tb\nx,1\t2.5\n", 0, '"', '.'},
        {".TSV", "a\tb\n\"x,1\"\t2.5\n", 0, '"', '.'},    {".csv", "a;b\nx,1;2,5\n", ';', '"', ','},
        {".csv", "a|b\nx,1|2.5\n", '|', '"', '.'},        {".txt", "a b\nx,1 2.5\n", ' ', '"', '.'},
        {".csv", "a\tb\n x,1 \t 2.5 \n", '\t', '"', '.'}, {".csv", "a;b\n\"x,1\";\"2,5\"\n", ';', '"', ','},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CaseSpec spec;
        case_spec_init(&spec, "a category; b real");
        spec.spec.source.delimiter = cases[i].delimiter;
        spec.spec.source.quote = cases[i].quote;
        spec.spec.source.decimal = cases[i].decimal;
        check(&spec, cases[i].ending, cases[i].content, LRT_READ_TRAIN, "x,1|2.5\n");
    }
}

typedef struct Dialect {
    char delimiter;
    const char *line_end;
    bool quoted, ended, marked;
} Dialect;

static void check_dialect(const Dialect *dialect) {
    static const char *const cells[3][3] = {{"a", "b", "c"}, {"1", "x", "yes"}, {"-2.5", "", "no"}};
    char text[200] = "";
    if (dialect->marked) strcpy(text, "\xef\xbb\xbf");
    for (int i = 0; i < 9; i++) {
        const char *end = (char[]){dialect->delimiter, '\0'};
        if (i % 3 == 2) end = i < 8 || dialect->ended ? dialect->line_end : "";
        size_t length = strlen(text);
        snprintf(text + length, sizeof text - length, dialect->quoted ? "\"%s\"%s" : "%s%s", cells[i / 3][i % 3], end);
    }
    CaseSpec spec;
    case_spec_init(&spec, "a real; b category?; c bool");
    spec.spec.source.delimiter = dialect->delimiter;
    check(&spec, ".csv", text, LRT_READ_TRAIN, "1|x|1\n-2.5|-|0\n");
}

/* Every delimiter with every line end, quoting and end of file: the same table. */
static void test_dialect_matrix(void **state) {
    (void)state;
    static const char delimiters[] = {',', ';', '\t', '|', ' '};
    static const char *const line_ends[] = {"\n", "\r\n", "\r"};
    for (unsigned i = 0; i < 5 * 3 * 8; i++)
        check_dialect(&(Dialect){.delimiter = delimiters[i / 24],
                                 .line_end = line_ends[i / 8 % 3],
                                 .quoted = i & 1,
                                 .ended = i & 2,
                                 .marked = i & 4});
}

static void test_missing_texts(void **state) {
    (void)state;
    CaseSpec spec;
    case_spec_init(&spec, "a real?; b category?; c int? 0..10; d bool?");
    static const char *const missing[] = {"", "NA", "-999", "n/a"};
    spec.spec.source.missing = missing;
    spec.spec.source.missing_count = 4;
    check(&spec, ".csv", "a,b,c,d\nNA,NA,NA,NA\n-999,x,-999.0,-999\n n/a ,\"NA\",5,n/a\n1,na,10,yes\n", LRT_READ_TRAIN,
          "-|-|-|-\n-|x|-|-\n-|-|5|-\n1|na|10|1\n");
}

static void test_without_header(void **state) {
    (void)state;
    CaseSpec spec;
    case_spec_init(&spec, "a real; skipped ignore; b category");
    spec.spec.source.header = false;
    check(&spec, ".csv", "1,?,x\n2,?,y\n", LRT_READ_TRAIN, "1|x\n2|y\n");
}

static void test_prediction(void **state) {
    (void)state;
    CaseSpec spec;
    case_spec_init(&spec, "*x real; *c category?; y category no,yes; w weight; k key; t real");
    check(&spec, ".csv", "c,x\nred,1\n,2\n", LRT_READ_PREDICT, "1|red|!|!|!|!\n2|-|!|!|!|!\n");
    check(&spec, ".csv", "x,c,y,w,k,t\n1,red,,,,\n2,red,yes,1,a,5\n", LRT_READ_PREDICT,
          "1|red|-|-|-|-\n2|red|yes|1|a|5\n");
    LrtError error;
    assert_null(read_text(&spec, ".csv", "c,y\nred,no\n", LRT_READ_PREDICT, &error));
    assert_string_equal(error.name, "column-not-in-data");
    assert_null(read_text(&spec, ".csv", "x,c\n,red\n", LRT_READ_PREDICT, &error));
    assert_string_equal(error.name, "missing-not-declared");
    assert_null(read_text(&spec, ".csv", "x,c\n1,red\n", LRT_READ_TRAIN, &error));
    assert_string_equal(error.name, "column-not-in-data");
    LrtTable *table = read_text(&spec, ".csv", "x,c\n1,red\n", LRT_READ_PREDICT, &error);
    assert_non_null(table);
    assert_true(table->columns[2].code[0] == -1 && isnan(table->columns[3].real[0]));
    assert_int_equal(table->columns[2].level_count, 2);
    lrt_table_free(table);
}

static void test_lines(void **state) {
    (void)state;
    CaseSpec spec;
    case_spec_init(&spec, "a category; b real");
    LrtError error;
    LrtTable *table = read_text(&spec, ".csv", "a,b\r\n\"x\r\ny\",1\r\n\r\nz,2\r\n", LRT_READ_TRAIN, &error);
    assert_non_null(table);
    assert_int_equal(table->lines[0], 2);
    assert_int_equal(table->lines[1], 5);
    lrt_table_free(table);
}

/* Empty lines are looked at once each, however many there are. */
static void test_many_empty_lines(void **state) {
    (void)state;
    enum { COUNT = 1000000 };
    char *text = malloc(COUNT + 8);
    assert_non_null(text);
    memset(text, '\n', COUNT + 7);
    text[COUNT + 7] = '\0';
    text[0] = 'a';
    text[COUNT] = '5';
    CaseSpec spec;
    LrtError error;
    case_spec_init(&spec, "a real?");
    LrtTable *table = read_text(&spec, ".csv", text, LRT_READ_TRAIN, &error);
    assert_non_null(table);
    assert_int_equal(table->row_count, COUNT - 1);
    assert_true(table->columns[0].real[COUNT - 2] == 5);
    lrt_table_free(table);
    case_spec_init(&spec, "a real; b real");
    memcpy(text, "a,b", 3);
    memcpy(text + COUNT, "5,6", 3);
    table = read_text(&spec, ".csv", text, LRT_READ_TRAIN, &error);
    assert_non_null(table);
    assert_int_equal(table->row_count, 1);
    assert_int_equal(table->lines[0], COUNT - 2);
    lrt_table_free(table);
    free(text);
}

static void test_header(void **state) {
    (void)state;
    char path[64], **names;
    int64_t count;
    LrtError error = {0};
    LrtSource source = {.quote = '"', .decimal = '.', .header = true};
    case_file_write(path, ".csv", "a,\"b, c\", d \n1,2,3\n", 20);
    assert_true(lrt_header_read(&source, path, &names, &count, &error));
    assert_int_equal(count, 3);
    assert_string_equal(names[1], "b, c");
    assert_string_equal(names[2], "d");
    lrt_header_free(names, count);
    source.header = false;
    source.path = path;
    assert_true(lrt_header_read(&source, NULL, &names, &count, &error));
    assert_int_equal(count, 3);
    assert_null(names);
    unlink(path);
    assert_false(lrt_header_read(&source, path, &names, &count, &error));
    assert_string_equal(error.name, "data-not-found");
}

static void test_standard_input(void **state) {
    (void)state;
    CaseSpec spec;
    case_spec_init(&spec, "a real");
    LrtError error = {0};
    int pipe_ends[2];
    assert_int_equal(pipe(pipe_ends), 0);
    assert_int_equal(write(pipe_ends[1], "a\n1\n2\n", 6), 6);
    close(pipe_ends[1]);
    int kept = dup(STDIN_FILENO);
    dup2(pipe_ends[0], STDIN_FILENO);
    LrtTable *table = lrt_table_read(&spec.spec, "-", LRT_READ_TRAIN, &error);
    dup2(kept, STDIN_FILENO);
    close(pipe_ends[0]);
    close(kept);
    assert_non_null(table);
    assert_int_equal(table->row_count, 2);
    lrt_table_free(table);
}

static void test_real_files(void **state) {
    (void)state;
    static const struct {
        const char *path, *columns;
        int64_t rows, missing;
    } files[] = {
        {"tests/data/penguins.csv",
         "species category; island category; bill_length_mm real? 0..; bill_depth_mm real?; flipper_length_mm int?; "
         "body_mass_g int?; "
         "sex category? female,male; year int",
         344, 19},
        {"tests/data/iris.csv",
         "sepal_length_cm real; sepal_width_cm real; petal_length_cm real; petal_width_cm real; species category", 150,
         0},
        {"tests/data/credit_data.csv",
         "status category bad,good; seniority int; home category?; time int; age int 18..; marital category?; records "
         "category no,yes; "
         "job category?; expenses int; income int?; assets int?; debt int?; amount int; price int",
         4454, 455},
        {"tests/data/breast_cancer.csv", "mean_radius real; worst_fractal_dimension real; diagnosis category", 569, 0},
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        CaseSpec spec;
        case_spec_init(&spec, files[i].columns);
        LrtError error = {0};
        LrtTable *table = lrt_table_read(&spec.spec, files[i].path, LRT_READ_TRAIN, &error);
        if (!table)
            fail_msg("%s:%d: %s: %s (%s)", files[i].path, (int)error.line, error.column, error.message, error.text);
        assert_int_equal(table->row_count, files[i].rows);
        int64_t missing = 0;
        for (int64_t k = 0; k < table->column_count; k++)
            for (int64_t row = 0; row < table->row_count; row++)
                missing +=
                    table->columns[k].real ? isnan(table->columns[k].real[row]) != 0 : table->columns[k].code[row] < 0;
        assert_int_equal(missing, files[i].missing);
        lrt_table_free(table);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_many_levels),
        cmocka_unit_test(test_dialects),
        cmocka_unit_test(test_dialect_matrix),
        cmocka_unit_test(test_missing_texts),
        cmocka_unit_test(test_without_header),
        cmocka_unit_test(test_prediction),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_header),
        cmocka_unit_test(test_standard_input),
        cmocka_unit_test(test_many_empty_lines),
        cmocka_unit_test(test_real_files),
    };
    return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
