/* .npy: what NumPy writes is read, what it could not have written is refused. */
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
#include "lrt/npy.h"

static const int64_t values[6] = {3, -1, 4, 1, -5, INT64_MAX};

/* A file of this version whose header is `text`, then `data_length` bytes of values. */
static size_t build(unsigned char out[1000], int version, const char *text, size_t data_length) {
    size_t length = strlen(text), start = version == 1 ? 10 : 12;
    memset(out, 0, 1000);
    memcpy(out, "\x93NUMPY", 6);
    out[6] = (unsigned char)version;
    out[8] = (unsigned char)length;
    out[9] = (unsigned char)(length >> 8);
    memcpy(out + start, text, length);
    memcpy(out + start + length, values, data_length);
    return start + length + data_length;
}

static int64_t *read_bytes(const unsigned char *bytes, size_t length, int64_t *rows, int64_t *columns,
                           LrtError *error) {
    char path[64];
    *error = (LrtError){0};
    case_file_write(path, ".npy", bytes, length);
    int64_t *read = lrt_npy_read_indices(path, rows, columns, error);
    unlink(path);
    return read;
}

static const char good[] = "{'descr': '<i8', 'fortran_order': False, 'shape': (2, 3), }            \n";

static void test_read(void **state) {
    (void)state;
    static const char *const headers[] = {good, "{'shape': (2,3), 'fortran_order': False, 'descr': '<i8'}\n"};
    for (int version = 1; version <= 3; version++)
        for (size_t i = 0; i < 2; i++) {
            unsigned char bytes[1000];
            int64_t rows, columns;
            LrtError error;
            int64_t *read = read_bytes(bytes, build(bytes, version, headers[i], 48), &rows, &columns, &error);
            if (!read) fail_msg("%s", error.message);
            assert_int_equal(rows, 2);
            assert_int_equal(columns, 3);
            assert_memory_equal(read, values, sizeof values);
            free(read);
        }
}

static void check_refused(const unsigned char *bytes, size_t length, const char *name) {
    int64_t rows, columns;
    LrtError error;
    int64_t *read = read_bytes(bytes, length, &rows, &columns, &error);
    if (read) fail_msg("a file that should be %s was read", name);
    if (strcmp(error.name, name) != 0) fail_msg("%s, not %s: %s", error.name, name, error.message);
}

static void test_refused(void **state) {
    (void)state;
    static const struct {
        const char *header, *name;
        size_t data;
    } cases[] = {
        {"{'descr': '<i4', 'fortran_order': False, 'shape': (2, 3), }\n", "npy-type", 24},
        {"{'descr': '>i8', 'fortran_order': False, 'shape': (2, 3), }\n", "npy-type", 48},
        {"{'descr': '<i8', 'fortran_order': True, 'shape': (2, 3), }\n", "npy-order", 48},
        {"{'descr': '<i8', 'fortran_order': False, 'shape': (6,), }\n", "npy-shape", 48},
        {"{'descr': '<i8', 'fortran_order': False, 'shape': (), }\n", "npy-shape", 8},
        {"{'descr': '<i8', 'fortran_order': False, 'shape': (2, x), }\n", "npy-shape", 48},
        {"{'descr': '<i8', 'fortran_order': False, 'shape': (2, 3", "npy-shape", 48},
        {"{'descr': '<i8', 'fortran_order': False, 'shape': (2, 4), }\n", "npy-format", 48},
        {"{'descr': '<i8', 'fortran_order': False, 'shape': (2, 2), }\n", "npy-format", 48},
        {"{'descr': '<i8', 'fortran_order': False, 'shape': (4611686018427387904, 4), }\n", "npy-format", 0},
        {"{'descr': '<i8', 'fortran_order': False, 'shape': (99999999999999999999, 4), }\n", "npy-shape", 0},
        {"{'fortran_order': False, 'shape': (2, 3), }\n", "npy-format", 48},
        {"", "npy-format", 0},
    };
    unsigned char bytes[1000];
    LrtError shape = {0};
    int64_t ignored[2];
    size_t vector = build(bytes, 1, "{'descr': '<i8', 'fortran_order': False, 'shape': (6,), }\n", 48);
    assert_null(read_bytes(bytes, vector, &ignored[0], &ignored[1], &shape));
    assert_non_null(strstr(shape.message, "has the shape (6,), not (steps, batch)"));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check_refused(bytes, build(bytes, 1, cases[i].header, cases[i].data), cases[i].name);
    size_t length = build(bytes, 1, good, 48);
    for (size_t cut = 0; cut < length; cut++) check_refused(bytes, cut, "npy-format");
    bytes[6] = 4;
    check_refused(bytes, length, "npy-format");
    bytes[6] = 2; /* a length of four bytes, of which two are the header's begin */
    check_refused(bytes, length, "npy-format");
    LrtError error = {0};
    int64_t rows, columns;
    assert_null(lrt_npy_read_indices("tests/no-such-file.npy", &rows, &columns, &error));
    assert_string_equal(error.name, "file-not-read");
}

/* The head of a file that NumPy reads: aligned to 64 bytes, ended by a newline, whatever the sizes. */
static void test_write(void **state) {
    (void)state;
    static const int64_t sizes[][2] = {{0, 0}, {1, 1}, {123456, 789}, {INT64_MAX, INT64_MAX}};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        char *text = NULL, expected[200];
        size_t length = 0;
        FILE *file = open_memstream(&text, &length);
        lrt_npy_write_header(file, (const int64_t[]){sizes[i][0], sizes[i][1]}, 2);
        fclose(file);
        assert_int_equal(length % 64, 0);
        assert_memory_equal(text, "\x93NUMPY\x01\0", 8);
        assert_int_equal((unsigned char)text[8] | (unsigned char)text[9] << 8, length - 10);
        assert_int_equal(text[length - 1], '\n');
        snprintf(expected, sizeof expected, "{'descr': '<f4', 'fortran_order': False, 'shape': (%lld, %lld), }",
                 (long long)sizes[i][0], (long long)sizes[i][1]);
        assert_memory_equal(text + 10, expected, strlen(expected));
        free(text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_read), cmocka_unit_test(test_refused),
                                       cmocka_unit_test(test_write)};
    return cmocka_run_group_tests_name("npy", tests, NULL, NULL);
}
