/* JSON lines: what is read, and what is said of lines and values that do not fit. One line a case. */
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
#include "lrt/reader.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

typedef struct Case {
    const char *columns, *content, *want; /* rows, or what the message holds */
    const char *name;                     /* of the error; NULL: none */
    int64_t row, line;
} Case;

static void check(const Case *one) {
    CaseSpec spec;
    LrtError error = {0};
    char path[64];
    case_file_write(path, ".jsonl", one->content, strlen(one->content));
    case_spec_init(&spec, one->columns);
    spec.spec.source.reader = &lrt_reader_jsonl;
    LrtTable *table = lrt_table_read(&spec.spec, path, LRT_READ_TRAIN, &error);
    unlink(path);
    if (!one->name) {
        if (!table) fail_msg("`%s`: %s", one->content, error.message);
        char *text = case_table_print(&spec, table);
        assert_string_equal(text, one->want);
        free(text);
        lrt_table_free(table);
        return;
    }
    if (table) fail_msg("`%s` was read", one->content);
    assert_string_equal(error.name, one->name);
    if (!strstr(error.message, one->want)) fail_msg("`%s` lacks `%s`", error.message, one->want);
    assert_int_equal(error.row, one->row);
    assert_int_equal(error.line, one->line);
}

static void test_rows(void **state) {
    (void)state;
    static const Case cases[] = {
        {"a real; b category", "{\"a\": 1, \"b\": \"x\"}\n{\"b\":\"y\",\"a\":-2.5e1}\n", "1|x\n-25|y\n", NULL, 0, 0},
        {"a real; b category", "\xef\xbb\xbf\n  \r\n{ \"b\" : \"x\" , \"a\" : 1 }\r\n", "1|x\n", NULL, 0, 0},
        {"a real?", "{\"a\": null}\n{}\n{\"a\": \"\"}\n{\"a\": \"7\"}\n", "-\n-\n-\n7\n", NULL, 0, 0},
        {"a bool", "{\"a\": true}\n{\"a\": false}\n{\"a\": 1}\n{\"a\": \"no\"}\n", "1\n0\n1\n0\n", NULL, 0, 0},
        {"a category", "{\"a\": 2}\n{\"a\": \"2.0\"}\n{\"a\": \" b \"}\n{\"a\": true}\n", "2\n2\nb\ntrue\n", NULL, 0, 0},
        {"a category", "{\"a\": \"\\u00e9\\n\\\"\\\\\\/\\ud83d\\ude00\"}", "\xc3\xa9\n\"\\/\xf0\x9f\x98\x80\n", NULL, 0, 0},
        {"a category", "{\"\\u0061\": \"x\"}\n{\"a\": \"y\"}", "x\ny\n", NULL, 0, 0},
        {"x vector 3", "{\"x\": [1, 2.5, -3e-1]}\n{\"x\":[4,5,6]}", "1 2.5 -0.30000001192092896\n4 5 6\n", NULL, 0, 0},
        {"x image 2x2x1", "{\"x\": [[1, 2], [3, 4]]}\n{\"x\": [[[5],[6]],[[7],[8]]]}", "1 2 3 4\n5 6 7 8\n", NULL, 0, 0},
        {"x vector? 2", "{\"x\": [1, null]}\n{}\n{\"x\": null}", "1 -\n- -\n- -\n", NULL, 0, 0},
        {"a int", "{\"z\": {\"a\": [1, {\"b\": \"}\"}]}, \"a\": 7, \"y\": []}", "7\n", NULL, 0, 0},
        {"t timestamp %Y-%m-%d", "{\"t\": \"1970-01-02\"}", "86400\n", NULL, 0, 0},
        {"a ignore; b real", "{\"a\": {}, \"b\": 1}", "1\n", NULL, 0, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) check(&cases[i]);
}

static void test_refusals(void **state) {
    (void)state;
    static const Case cases[] = {
        {"a real", "{\"a\": 1}\n{\"a\": \"x\"}\n", "`x` is no number", "cell-type", 2, 2},
        {"a real", "\n{\"a\": 1}\n\n{\"a\": true}", "`true` is no number", "cell-type", 2, 4},
        {"a real", "{\"a\": 1}\n{}", "is not declared optional", "missing-not-declared", 2, 2},
        {"a real", "{\"a\": 1e39}", "beyond the range", "cell-type", 1, 1},
        {"a real 0..1", "{\"a\": 2}", "above the bounds", "bound-violated", 1, 1},
        {"a int", "{\"a\": 1.5}", "has a fraction", "cell-type", 1, 1},
        {"a category x,y", "{\"a\": \"z\"}", "`z` is no level", "level-not-declared", 1, 1},
        {"a real", "{\"a\": [1]}", "an array stands under `a`", "cell-type", 1, 1},
        {"a real", "{\"a\": {\"b\": 1}}", "an object stands under `a`", "cell-type", 1, 1},
        {"x vector 2", "{\"x\": 3}", "one value stands under `x`", "cell-type", 1, 1},
        {"x vector 2", "{\"x\": [1]}", "has 1 number, and 2 are declared", "cell-type", 1, 1},
        {"x vector 2", "{\"x\": [1, 2, 3]}", "has more than 2 numbers", "cell-type", 1, 1},
        {"x vector 2", "{\"x\": [1, \"b\"]}", "`b` is no number", "cell-type", 1, 1},
        {"x vector 2", "{\"x\": [1, null]}", "is not declared optional", "missing-not-declared", 1, 1},
        {"x vector 2", "{\"x\": [1, {}]}", "something else than numbers", "cell-type", 1, 1},
        {"a real; b real", "{\"a\": 1}\n", "the data has no column `b`", "column-not-in-data", 0, 0},
        {"a real", "{\"a\": 1, \"a\": 2}", "stands twice in line 1", "duplicate-column", 1, 1},
        {"a real", "{\"a\": 1\n}", "line 1 is no JSON object: `,` or `}` is wanted at its byte 8", "data-not-read", 1, 1},
        {"a real", "{\"a\": 1} x", "the end of the line is wanted", "data-not-read", 1, 1},
        {"a real", "{\"a\" 1}", "`:` behind the key is wanted", "data-not-read", 1, 1},
        {"a real", "{'a': 1}", "a key in double quotes is wanted", "data-not-read", 1, 1},
        {"a real", "{\"a\": }", "a value is wanted", "data-not-read", 1, 1},
        {"a real", "{\"a\": \"x}", "a value is wanted", "data-not-read", 1, 1},
        {"a category", "{\"a\": \"\\x\"}", "a value is wanted", "data-not-read", 1, 1},
        {"a real", "{\"b\": [1, }", "a value is wanted", "data-not-read", 1, 1},
        {"a real", "[{\"a\": 1}]", "`{` is wanted", "data-not-read", 1, 1},
        {"a real", "{\"a\": 1}\n{\"a\": \"\xff\"}", "0xff", "invalid-encoding", 2, 2},
        {"a real", "", "is empty", "no-rows", 0, 0},
        {"a real", "\n \n", "is empty", "no-rows", 0, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) check(&cases[i]);
}

/* More keys a line than the reader first has room for, in changing order. */
static void test_many_keys(void **state) {
    (void)state;
    char *content = malloc(1 << 20), *at = content;
    for (int row = 0; row < 40; row++) {
        at += sprintf(at, "{");
        for (int i = 0; i < 300; i++) {
            int key = row % 2 ? 299 - i : i;
            at += sprintf(at, "%s\"k%d\": %d", i ? ", " : "", key, key == 150 ? row : 1000 + key);
        }
        at += sprintf(at, "}\n");
    }
    char path[64], want[400] = "";
    for (int row = 0; row < 40; row++) sprintf(want + strlen(want), "%d|1299\n", row);
    case_file_write(path, ".jsonl", content, (size_t)(at - content));
    CaseSpec spec;
    LrtError error = {0};
    case_spec_init(&spec, "k150 real; k299 int");
    spec.spec.source.reader = &lrt_reader_jsonl;
    LrtTable *table = lrt_table_read(&spec.spec, path, LRT_READ_TRAIN, &error);
    unlink(path);
    assert_non_null(table);
    char *text = case_table_print(&spec, table);
    assert_string_equal(text, want);
    free(text);
    free(content);
    lrt_table_free(table);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows), cmocka_unit_test(test_refusals),
                                       cmocka_unit_test(test_many_keys)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
