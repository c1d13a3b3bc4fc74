/* safetensors: what is written is the documented layout byte for byte and reads back; torn and hostile files are
 * refused. */
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
#include "lrt/safetensors.h"

enum { FILE_MAX = 4096 };

static size_t read_file(const char *path, unsigned char out[FILE_MAX]) {
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t length = fread(out, 1, FILE_MAX, file);
    fclose(file);
    return length;
}

/* 2 rows of 3 at a stride of 4, once as it lies and once transposed. */
static const float values[8] = {1, 2, 3, -1, 4, 5, 6, -1};
static const LrtTensorView views[] = {
    {.name = "a.weight", .rank = 2, .dims = {2, 3}, .values = values, .rows = 2, .columns = 3, .stride = 4},
    {.name = "b",
     .rank = 2,
     .dims = {3, 2},
     .values = values,
     .rows = 2,
     .columns = 3,
     .stride = 4,
     .transposed = true},
    {.name = "scalar", .rank = 0, .values = values, .rows = 1, .columns = 1, .stride = 1},
};
static const LrtMetadata metadata[] = {{"format", "pt"}, {"note", "a \"b\""}};

static void write_sample(char path[64]) {
    LrtError error = {0};
    case_file_write(path, ".safetensors", "old", 3);
    if (!lrt_safetensors_write(path, views, 3, metadata, 2, &error)) fail_msg("%s", error.message);
}

static void test_layout(void **state) {
    (void)state;
    static const char header[] = "{\"__metadata__\":{\"format\":\"pt\",\"note\":\"a \\\"b\\\"\"},"
                                 "\"a.weight\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},"
                                 "\"b\":{\"dtype\":\"F32\",\"shape\":[3,2],\"data_offsets\":[24,48]},"
                                 "\"scalar\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[48,52]}}";
    static const float expected[13] = {1, 2, 3, 4, 5, 6, 1, 4, 2, 5, 3, 6, 1};
    char path[64];
    unsigned char bytes[FILE_MAX];
    write_sample(path);
    size_t length = read_file(path, bytes), padded = (sizeof header - 1 + 7) / 8 * 8;
    assert_int_equal(length, 8 + padded + sizeof expected);
    assert_int_equal(bytes[0] | bytes[1] << 8, padded);
    assert_memory_equal(bytes + 8, header, sizeof header - 1);
    for (size_t i = sizeof header - 1; i < padded; i++) assert_int_equal(bytes[8 + i], ' ');
    assert_memory_equal(bytes + 8 + padded, expected, sizeof expected);
    unlink(path);
}

static void test_read_back(void **state) {
    (void)state;
    char path[64];
    LrtError error = {0};
    write_sample(path);
    LrtSafetensors *file = lrt_safetensors_read(path, &error);
    unlink(path);
    assert_non_null(file);
    assert_int_equal(file->count, 3);
    const LrtTensor *tensor = lrt_safetensors_find(file, "b");
    assert_non_null(tensor);
    assert_int_equal(tensor->rank, 2);
    assert_int_equal(tensor->dims[0], 3);
    assert_int_equal(tensor->element_count, 6);
    assert_string_equal(tensor->type, "F32");
    float second;
    memcpy(&second, tensor->bytes + 4, 4);
    assert_true(second == 4);
    assert_null(lrt_safetensors_find(file, "c"));
    assert_string_equal(lrt_safetensors_metadata(file, "note"), "a \"b\"");
    assert_null(lrt_safetensors_metadata(file, "absent"));
    lrt_safetensors_free(file);
}

static void check_refused(const void *bytes, size_t length, const char *name, const char *what) {
    char path[64];
    LrtError error = {0};
    case_file_write(path, ".safetensors", bytes, length);
    LrtSafetensors *file = lrt_safetensors_read(path, &error);
    unlink(path);
    if (file) fail_msg("a file with %s was read", what);
    assert_string_equal(error.name, name);
    if (!strstr(error.message, what)) fail_msg("`%s` says nothing of `%s`", error.message, what);
}

/* Every prefix of a good file, and the file with a byte too many. */
static void test_torn(void **state) {
    (void)state;
    char path[64];
    unsigned char bytes[FILE_MAX];
    write_sample(path);
    size_t length = read_file(path, bytes);
    unlink(path);
    for (size_t cut = 0; cut < length; cut++) check_refused(bytes, cut, "safetensors-format", "whole safetensors");
    bytes[length] = 0;
    check_refused(bytes, length + 1, "safetensors-format", "longer than its tensors");
}

static void check_header(const char *header, size_t data_length, const char *what) {
    unsigned char bytes[FILE_MAX] = {0};
    size_t length = strlen(header);
    bytes[0] = (unsigned char)length;
    bytes[1] = (unsigned char)(length >> 8);
    memcpy(bytes + 8, header, length);
    check_refused(bytes, 8 + length + data_length, "safetensors-format", what);
}

static void test_hostile_headers(void **state) {
    (void)state;
    check_header("", 0, "no JSON object");
    check_header("[]", 0, "no JSON object");
    check_header("{\"a\":{}", 0, "no JSON object");
    check_header("{\"a\":1}", 0, "lacks its dtype");
    check_header("{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4, "lacks its dtype");
    check_header("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}", 4, "lacks its dtype");
    check_header("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,-4]}}", 4, "lacks its dtype");
    check_header("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,1e300]}}", 4, "lacks its dtype");
    check_header("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}", 4, "needs 4 bytes");
    check_header("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", 4, "needs 8 bytes");
    check_header("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 4, "needs 8 bytes");
    check_header("{\"a\":{\"dtype\":\"F32\",\"shape\":[0.5],\"data_offsets\":[0,2]}}", 2, "list of sizes");
    check_header("{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}", 0,
                 "list of sizes");
    check_header("{\"a\":{\"dtype\":\"F32\",\"shape\":[9007199254740992,9007199254740992,0],\"data_offsets\":[0,0]}}",
                 0, "list of sizes");
    check_header("{\"a\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1],\"data_offsets\":[0,4]}}", 4, "dimensions");
    check_header("{\"a\":{\"dtype\":\"X99\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "type X99");
    check_header(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],"
        "\"data_offsets\":[2,6]}}",
        6, "overlap");
    check_header(
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"a\":{\"dtype\":\"F32\",\"shape\":[1],"
        "\"data_offsets\":[4,8]}}",
        8, "twice");
    check_header("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8, "longer than its tensors");
    check_refused("\xff\xff\xff\xff\xff\xff\xff\xff{}", 10, "safetensors-format", "ends within its header");
    check_refused("\x03\0\0\0\0\0\0\0{}", 10, "safetensors-format", "ends within its header");
}

static void test_empty_tensors(void **state) {
    (void)state;
    static const char header[] = "{\"e\":{\"dtype\":\"F32\",\"shape\":[0,3],\"data_offsets\":[2,2]},"
                                 "\"a\":{\"dtype\":\"I8\",\"shape\":[4],\"data_offsets\":[0,4]}}";
    unsigned char bytes[FILE_MAX] = {sizeof header - 1};
    memcpy(bytes + 8, header, sizeof header - 1);
    char path[64];
    case_file_write(path, ".safetensors", bytes, 8 + sizeof header - 1 + 4);
    LrtError error = {0};
    LrtSafetensors *file = lrt_safetensors_read(path, &error);
    unlink(path);
    if (!file) fail_msg("%s", error.message);
    assert_int_equal(lrt_safetensors_find(file, "e")->element_count, 0);
    lrt_safetensors_free(file);
}

/* Tens of thousands of tensors: the checks must not compare each with each. */
static void test_many_tensors(void **state) {
    (void)state;
    enum { COUNT = 50000 };
    char *text = malloc(COUNT * 100), path[64];
    assert_non_null(text);
    size_t length = 8;
    memset(text, 0, 8);
    for (int i = 0; i < COUNT; i++)
        length += (size_t)sprintf(text + length, "%s\"t%d\":{\"dtype\":\"I8\",\"shape\":[1],\"data_offsets\":[%d,%d]}",
                                  i ? "," : "{", i, i, i + 1);
    text[length++] = '}';
    for (int i = 0; i < 8; i++) text[i] = (char)((length - 8) >> (8 * i));
    memset(text + length, 1, COUNT);
    case_file_write(path, ".safetensors", text, length + COUNT);
    LrtError error = {0};
    LrtSafetensors *file = lrt_safetensors_read(path, &error);
    unlink(path);
    free(text);
    assert_non_null(file);
    assert_int_equal(file->count, COUNT);
    lrt_safetensors_free(file);
}

static void test_paths(void **state) {
    (void)state;
    LrtError error = {0};
    assert_null(lrt_safetensors_read("tests/no-such-file", &error));
    assert_string_equal(error.name, "file-not-read");
    error = (LrtError){0};
    assert_null(lrt_safetensors_read("tests", &error));
    assert_string_equal(error.name, "file-not-read");
    error = (LrtError){0};
    assert_false(lrt_safetensors_write("tests/no-such-folder/x", views, 1, NULL, 0, &error));
    assert_int_equal(error.status, LRT_EXIT_SYSTEM);
    error = (LrtError){0};
    assert_false(lrt_safetensors_write("/dev/full", views, 1, NULL, 0, &error));
    assert_string_equal(error.name, "file-not-written");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layout),        cmocka_unit_test(test_read_back),
        cmocka_unit_test(test_torn),          cmocka_unit_test(test_hostile_headers),
        cmocka_unit_test(test_empty_tensors), cmocka_unit_test(test_many_tensors),
        cmocka_unit_test(test_paths),
    };
    return cmocka_run_group_tests_name("safetensors", tests, NULL, NULL);
}
