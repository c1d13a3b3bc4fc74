/* JSON both ways: what is written is what was meant, what is read back is the same, what is no JSON is refused where it
 * stops being it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lrt/json.h"

static void write_sample(FILE *out, bool pretty) {
    LrtJsonWriter json;
    lrt_json_init(&json, out, pretty);
    lrt_json_object_begin(&json);
    lrt_json_key(&json, "name");
    lrt_json_string(&json, "a \"b\"\\\n\t\x01 é");
    lrt_json_key(&json, "values");
    lrt_json_array_begin(&json);
    lrt_json_number(&json, 0.1);
    lrt_json_float(&json, 0.1f);
    lrt_json_integer(&json, INT64_MIN);
    lrt_json_number(&json, NAN);
    lrt_json_bool(&json, true);
    lrt_json_array_end(&json);
    lrt_json_key(&json, "rows");
    lrt_json_array_begin(&json);
    for (int i = 0; i < 2; i++) {
        lrt_json_object_begin(&json);
        lrt_json_key(&json, "i");
        lrt_json_integer(&json, i);
        lrt_json_object_end(&json);
    }
    lrt_json_array_end(&json);
    lrt_json_key(&json, "empty");
    lrt_json_array_begin(&json);
    lrt_json_array_end(&json);
    lrt_json_key(&json, "none");
    lrt_json_string(&json, NULL);
    lrt_json_object_end(&json);
}

static char *sample(bool pretty) {
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    write_sample(out, pretty);
    fclose(out);
    return text;
}

static void test_write(void **state) {
    (void)state;
    char *text = sample(false);
    assert_string_equal(
        text, "{\"name\":\"a \\\"b\\\"\\\\\\n\\t\\u0001 é\",\"values\":[0.1,0.1,-9223372036854775808,null,true],"
              "\"rows\":[{\"i\":0},{\"i\":1}],\"empty\":[],\"none\":null}");
    free(text);
    text = sample(true);
    assert_string_equal(text, "{\n"
                              "  \"name\": \"a \\\"b\\\"\\\\\\n\\t\\u0001 é\",\n"
                              "  \"values\": [0.1, 0.1, -9223372036854775808, null, true],\n"
                              "  \"rows\": [\n"
                              "    {\n      \"i\": 0\n    },\n"
                              "    {\n      \"i\": 1\n    }\n"
                              "  ],\n"
                              "  \"empty\": [],\n"
                              "  \"none\": null\n"
                              "}");
    free(text);
}

static void test_bytes_that_are_no_text(void **state) {
    (void)state;
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    LrtJsonWriter json;
    lrt_json_init(&json, out, false);
    lrt_json_string(&json, "a\xff"
                           "b\xed\xa0\x80"
                           "c\xc3");
    fclose(out);
    assert_string_equal(text, "\"a\xef\xbf\xbd"
                              "b\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
                              "c\xef\xbf\xbd\"");
    free(text);
}

static void test_read_back(void **state) {
    (void)state;
    for (int pretty = 0; pretty < 2; pretty++) {
        char *text = sample(pretty);
        size_t offset = 0;
        LrtJson *json = lrt_json_parse(text, strlen(text), &offset);
        assert_non_null(json);
        assert_int_equal(json->kind, LRT_JSON_OBJECT);
        assert_int_equal(json->count, 5);
        assert_string_equal(lrt_json_member(json, "name")->string, "a \"b\"\\\n\t\x01 é");
        const LrtJson *values = lrt_json_member(json, "values");
        assert_int_equal(values->count, 5);
        assert_true(values->items[0].number == 0.1);
        assert_true(values->items[2].number == -0x1p63);
        assert_int_equal(values->items[3].kind, LRT_JSON_NULL);
        assert_true(values->items[4].kind == LRT_JSON_BOOL && values->items[4].boolean);
        assert_true(lrt_json_member(&lrt_json_member(json, "rows")->items[1], "i")->number == 1);
        assert_int_equal(lrt_json_member(json, "empty")->count, 0);
        assert_null(lrt_json_member(json, "absent"));
        assert_null(lrt_json_member(values, "name"));
        lrt_json_free(json);
        free(text);
    }
}

static void test_strings(void **state) {
    (void)state;
    static const struct {
        const char *json, *text;
    } cases[] = {{"\"\\u0041\\u00e9\\u20AC\\ud83d\\ude00\"", "Aé€😀"},
                 {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t"},
                 {" \"\" ", ""}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t offset = 0;
        LrtJson *json = lrt_json_parse(cases[i].json, strlen(cases[i].json), &offset);
        assert_non_null(json);
        assert_string_equal(json->string, cases[i].text);
        lrt_json_free(json);
    }
}

static void test_malformed(void **state) {
    (void)state;
    static const struct {
        const char *text;
        size_t offset;
    } cases[] = {
        {"", 0},
        {"   ", 3},
        {"{", 1},
        {"[1", 2},
        {"[1,]", 3},
        {"[1 2]", 3},
        {"{\"a\" 1}", 5},
        {"{\"a\":}", 5},
        {"{a:1}", 1},
        {"{\"a\":1,}", 7},
        {"[1]]", 3},
        {"tru", 0},
        {"truex", 4},
        {"nul", 0},
        {"'a'", 0},
        {"01", 1},
        {"-", 1},
        {"1.", 2},
        {".5", 0},
        {"+1", 0},
        {"1e", 2},
        {"1e999", 0},
        {"NaN", 0},
        {"Infinity", 0},
        {"\"abc", 4},
        {"\"a\nb\"", 2},
        {"\"\\x\"", 2},
        {"\"\\u12g4\"", 5},
        {"\"\\ud800\"", 7},
        {"\"\\udc00\"", 7},
        {"\"\\u0000\"", 7},
        {"\"\xff\"", 1},
        {"\"\xc3\"", 1},
        {"\"abc\\", 5},
        {"\"abc\\\"", 6},
        {"[1,\x01]", 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t offset = 999, length = strlen(cases[i].text);
        char *exact = malloc(length + 1); /* so that a sanitizer sees a read beyond the end */
        assert_non_null(exact);
        char *text = exact + 1;
        memcpy(text, cases[i].text, length);
        if (lrt_json_parse(text, length, &offset)) fail_msg("`%s` was read", cases[i].text);
        if (offset != cases[i].offset) fail_msg("`%s` was refused at %zu", cases[i].text, offset);
        free(exact);
    }
    size_t offset = 999;
    assert_null(lrt_json_parse("\"a\0b\"", 5, &offset));
    assert_int_equal(offset, 2);
    assert_null(lrt_json_parse("[1\0]", 4, &offset));
    assert_int_equal(offset, 2);
}

static void test_depth(void **state) {
    (void)state;
    char text[2 * LRT_JSON_MAX_DEPTH + 2];
    for (int depth = LRT_JSON_MAX_DEPTH; depth <= LRT_JSON_MAX_DEPTH + 1; depth++) {
        memset(text, '[', (size_t)depth);
        memset(text + depth, ']', (size_t)depth);
        size_t offset = 0;
        LrtJson *json = lrt_json_parse(text, 2 * (size_t)depth, &offset);
        assert_true((json != NULL) == (depth == LRT_JSON_MAX_DEPTH));
        lrt_json_free(json);
    }
    size_t offset = 0, length = 1000000;
    char *deep = malloc(length);
    assert_non_null(deep);
    memset(deep, '[', length);
    assert_null(lrt_json_parse(deep, length, &offset));
    assert_int_equal(offset, LRT_JSON_MAX_DEPTH);
    free(deep);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_write),     cmocka_unit_test(test_bytes_that_are_no_text),
        cmocka_unit_test(test_read_back), cmocka_unit_test(test_strings),
        cmocka_unit_test(test_malformed), cmocka_unit_test(test_depth),
    };
    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
