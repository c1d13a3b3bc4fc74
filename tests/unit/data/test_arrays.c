/* Arrays of NumPy as columns: every type and order gives the same numbers, and what fits no column is told. */
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

#define NPY "tests/data/npy/"
#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static LrtTable *read_npy(CaseSpec *spec, const char *path, LrtError *error) {
    *error = (LrtError){0};
    spec->spec.source.reader = &lrt_reader_npy;
    return lrt_table_read(&spec->spec, path, LRT_READ_TRAIN, error);
}

static char *read_text(const char *columns, const char *path) {
    CaseSpec spec;
    LrtError error;
    case_spec_init(&spec, columns);
    LrtTable *table = read_npy(&spec, path, &error);
    if (!table) fail_msg("%s: %s", path, error.message);
    assert_int_equal(table->row_count, 50);
    assert_null(table->lines);
    char *text = case_table_print(&spec, table);
    lrt_table_free(table);
    return text;
}

static void test_types(void **state) {
    (void)state;
    static const char *const files[] = {"big_f4", "big_f8", "f2", "f4", "f8", "fortran_f8", "i1", "i4", "i8", "v2_f4"};
    char *want = read_text("x image 8x8x1", NPY "digits50_u1.npy"), path[64];
    assert_memory_equal(want, "0 0 5 13 9 1 0 0 0 0 13 15", 26);
    for (size_t i = 0; i < COUNT(files); i++) {
        snprintf(path, sizeof path, NPY "digits50_%s.npy", files[i]);
        char *have = read_text("x image 8x8x1", path);
        assert_string_equal(have, want);
        free(have);
        have = read_text("x vector 64", path);
        assert_string_equal(have, want);
        free(have);
    }
    free(want);
    char *bools = read_text("x vector 64", NPY "digits50_bool.npy");
    assert_memory_equal(bools, "0 0 0 1 1 0", 11);
    free(bools);
}

/* A file with a header of this text, padded as NumPy does, and the bytes behind. */
static void write_npy(char path[64], const char *header, const void *data, size_t length) {
    char bytes[4096] = "\x93NUMPY\x01\x00";
    int size = snprintf(bytes + 10, 2048, "%-117s\n", header);
    bytes[8] = (char)(size & 0xff);
    bytes[9] = (char)(size >> 8);
    memcpy(bytes + 10 + size, data, length);
    case_file_write(path, ".npy", bytes, 10 + (size_t)size + length);
}

static void check_scalars(const char *columns, const char *type, const char *shape, const void *data, size_t length,
                          const char *want) {
    char path[64], header[128];
    CaseSpec spec;
    LrtError error;
    snprintf(header, sizeof header, "{'descr': '%s', 'fortran_order': False, 'shape': %s, }", type, shape);
    write_npy(path, header, data, length);
    case_spec_init(&spec, columns);
    LrtTable *table = read_npy(&spec, path, &error);
    unlink(path);
    if (!table) {
        assert_string_equal(want, error.message);
        return;
    }
    char *text = case_table_print(&spec, table);
    assert_string_equal(text, want);
    free(text);
    lrt_table_free(table);
}

static void test_scalars(void **state) {
    (void)state;
    static const double numbers[] = {1.5, 0x1p-3, 7};
    const uint64_t missing[] = {UINT64_C(0x3ff0000000000000), UINT64_C(0x7ff8000000000000)};
    static const int32_t codes[] = {3, -1, 3};
    static const int64_t days[] = {0, 19000};
    check_scalars("x real", "<f8", "(3,)", numbers, sizeof numbers, "1.5\n0.125\n7\n");
    check_scalars("x real", "<f8", "(3, 1)", numbers, sizeof numbers, "1.5\n0.125\n7\n");
    check_scalars("x real?", "<f8", "(2,)", missing, sizeof missing, "1\n-\n");
    check_scalars("x category", "<i4", "(3,)", codes, sizeof codes, "3\n-1\n3\n");
    check_scalars("x category a,bc", "|S2", "(3,)", "a\0bca ", 6, "a\nbc\na\n");
    check_scalars("x category", "<U2", "(2,)", "\xe9\0\0\0\0\0\0\0x\0\0\0y\0\0\0", 16, "\xc3\xa9\nxy\n");
    check_scalars("x bool", "|b1", "(2,)", "\1\0", 2, "1\n0\n");
    check_scalars("x int", "|u1", "(2,)", "\xff\0", 2, "255\n0\n");
    check_scalars("x int", ">i2", "(2,)", "\xff\xfe\1\0", 4, "-2\n256\n");
    check_scalars("x timestamp", "<M8[D]", "(2,)", days, sizeof days, "0\n1641600000\n");
    check_scalars("x real?", "<f4", "(1,)", "\0\0\x80\x7f", 4, "`inf` in column `x` is beyond the range of 32-bit floats, ±3.4e38");
    check_scalars("x real", "<f8", "(2,)", missing, sizeof missing,
                  "a cell of column `x` is empty, and the column is not declared optional");
    check_scalars("x real 0..4", "<f8", "(3,)", numbers, sizeof numbers, "`7` is above the bounds 0..4 of column `x`");
    check_scalars("x int", "<f8", "(3,)", numbers, sizeof numbers, "`1.5` has a fraction, and column `x` is declared as int");
    check_scalars("x category 1,2", "<i4", "(3,)", codes, sizeof codes, "`3` is no level of column `x`: 1, 2");
    check_scalars("x vector 2", "<f8", "(1, 2)", missing, sizeof missing,
                  "a cell of column `x` is missing, and the column is not declared optional");
}

typedef struct Refusal {
    const char *columns, *header, *name, *message;
} Refusal;

static void test_refusals(void **state) {
    (void)state;
    static const Refusal cases[] = {
        {"x real", "{'descr': [('a', '<f8'), ('b', '<i4')], 'fortran_order': False, 'shape': (1,), }", "data-not-read",
         "holds records of several fields"},
        {"x real", "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "data-not-read",
         "holds elements of the type '|O'"},
        {"x real", "{'descr': '<c16', 'fortran_order': False, 'shape': (1,), }", "data-not-read", "of the type '<c16'"},
        {"x real", "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", "data-not-read",
         "is torn: its shape needs 16 bytes, and 8 follow its header"},
        {"x real", "{'descr': '<f8', 'fortran_order': False, 'shape': (4611686018427387904,), }", "data-not-read",
         "is torn: its shape needs more than"},
        {"x real", "{'descr': '<f8', 'shape': (1,), }", "data-not-read", "its header lacks descr, fortran_order or shape"},
        {"x real", "{'descr': '<f8', 'fortran_order': False, 'shape': (x,), }", "data-not-read", "no tuple of sizes"},
        {"x real", "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }", "type-mismatch",
         "`x` is declared as one number a row, and its array has the shape (1, 2)"},
        {"x vector 3", "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }", "type-mismatch",
         "`x` is declared as vector[3], and its array has the shape (1, 2)"},
        {"x image 2x1x1", "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 1, 2), }", "type-mismatch",
         "`x` is declared as image[2, 1, 1], and its array has the shape (1, 1, 2)"},
        {"z real", "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }", "column-not-in-data",
         "has no column `z`"},
        {"x real", "{'descr': '<f8', 'fortran_order': False, 'shape': (), }", "type-mismatch", "has the shape ()"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char path[64];
        CaseSpec spec;
        LrtError error;
        write_npy(path, cases[i].header, "\0\0\0\0\0\0\0\0", 8);
        case_spec_init(&spec, cases[i].columns);
        assert_null(read_npy(&spec, path, &error));
        unlink(path);
        assert_string_equal(error.name, cases[i].name);
        if (!strstr(error.message, cases[i].message)) fail_msg("%s", error.message);
    }
}

static void test_files(void **state) {
    (void)state;
    CaseSpec spec;
    LrtError error;
    case_spec_init(&spec, "x image 8x8x1");
    assert_null(read_npy(&spec, NPY "empty_f4.npy", &error));
    assert_string_equal(error.name, "no-rows");
    assert_null(read_npy(&spec, "tests/data/iris.csv", &error));
    assert_string_equal(error.name, "data-not-read");
    assert_null(read_npy(&spec, NPY "absent.npy", &error));
    assert_string_equal(error.name, "data-not-found");
}

/* Bytes stay bytes until a file of the same column brings floats. */
static void test_parts(void **state) {
    (void)state;
    static const LrtSourceFile files[] = {
        {.path = NPY "digits50_u1.npy", .spec_path = "u1", .part = LRT_PART_TRAIN},
        {.path = NPY "digits50_f2.npy", .spec_path = "f2", .part = LRT_PART_TEST},
    };
    CaseSpec spec;
    LrtError error = {0};
    case_spec_init(&spec, "x vector 64");
    spec.spec.source.reader = &lrt_reader_npy;
    spec.spec.source.files = files;
    spec.spec.source.file_count = 1;
    LrtTable *one = lrt_table_read(&spec.spec, NULL, LRT_READ_TRAIN, &error);
    spec.spec.source.file_count = 2;
    LrtTable *both = lrt_table_read(&spec.spec, NULL, LRT_READ_TRAIN, &error);
    assert_non_null(one);
    assert_non_null(both);
    assert_non_null(one->columns[0].bytes);
    assert_non_null(both->columns[0].floats);
    assert_int_equal(both->row_count, 100);
    assert_int_equal(both->file_count, 2);
    assert_int_equal(both->files[1].first_row, 50);
    for (int64_t k = 0; k < 50 * 64; k++) {
        assert_true(both->columns[0].floats[k] == (float)one->columns[0].bytes[k]);
        assert_true(both->columns[0].floats[k] == both->columns[0].floats[50 * 64 + k]);
    }
    int64_t row, line;
    assert_string_equal(lrt_table_place(both, 53, &row, &line), files[1].path);
    assert_int_equal(row, 4);
    assert_string_not_equal(one->digest, both->digest);
    lrt_table_free(one);
    lrt_table_free(both);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_types), cmocka_unit_test(test_scalars),
                                       cmocka_unit_test(test_refusals), cmocka_unit_test(test_files),
                                       cmocka_unit_test(test_parts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
