/* Reductions against plain twins in the same fixed order, bit for bit, and against double; gather and scatter. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lrt/random.h"
#include "numerics/kernels.h"

static const int64_t lengths[] = {0,  1,  2,   15,   16,    17,    31,    32,    33,    63,
                                  64, 65, 100, 1000, 16383, 16384, 16385, 65536, 65537, 200003};
enum { LENGTHS = sizeof lengths / sizeof lengths[0] };

static float *random_row(LrtRandom *random, int64_t count) {
    float *row = aligned_alloc(64, (size_t)(count + 31) / 16 * 64);
    assert_non_null(row);
    for (int64_t i = 0; i < count; i++) row[i] = (float)(lrt_random_normal(random) + 0.25);
    for (int64_t i = count; i < (count + 31) / 16 * 16; i++) row[i] = NAN; /* padding must not count */
    return row;
}

static float tree(float lanes[16]) {
    for (int width = 8; width > 0; width /= 2) {
        for (int i = 0; i < width; i++) lanes[i] += lanes[i + width];
    }
    return lanes[0];
}

static void test_row_sum(void **state) {
    (void)state;
    LrtRandom random = lrt_random_stream(1, "row_sum", 0);
    for (int l = 0; l < LENGTHS; l++) {
        int64_t n = lengths[l];
        float *x = random_row(&random, n), lanes[16] = {0};
        double exact = 0, size = 0;
        for (int64_t i = 0; i < n; i++) lanes[i % 16] += x[i], exact += (double)x[i], size += fabs((double)x[i]);
        float got = lk_row_sum(x, n);
        assert_true(got == tree(lanes));
        assert_true(fabs((double)got - exact) <= 1e-5 * size);
        free(x);
    }
}

static void test_sum(void **state) {
    (void)state;
    LrtRandom random = lrt_random_stream(1, "sum", 0);
    for (int l = 0; l < LENGTHS; l++) {
        int64_t n = lengths[l];
        float *x = random_row(&random, n);
        double total = 0, exact = 0, size = 0;
        for (int64_t begin = 0; begin < n; begin += 16384) {
            float lanes[16] = {0};
            for (int64_t i = begin; i < n && i < begin + 16384; i++) lanes[i % 16] += x[i];
            for (int lane = 0; lane < 16; lane++) total += (double)lanes[lane];
        }
        for (int64_t i = 0; i < n; i++) exact += (double)x[i], size += fabs((double)x[i]);
        float got = lk_sum(x, n);
        assert_true(got == (float)total);
        assert_true(fabs((double)got - exact) <= 2e-6 * size);
        free(x);
    }
}

static void test_row_max(void **state) {
    (void)state;
    LrtRandom random = lrt_random_stream(1, "row_max", 0);
    for (int l = 0; l < LENGTHS; l++) {
        int64_t n = lengths[l];
        float *x = random_row(&random, n), largest = -INFINITY;
        for (int64_t i = 0; i < n; i++) largest = x[i] > largest ? x[i] : largest;
        assert_true(lk_row_max(x, n) == largest);
        for (int64_t i = 0; i < n; i++) x[i] = -3.0f - x[i] * x[i]; /* all below 0 */
        if (n > 0) {
            x[n / 2] = -2.5f;
            assert_true(lk_row_max(x, n) == -2.5f);
            x[n - 1] = NAN;
            assert_true(isnan(lk_row_max(x, n)));
            x[n - 1] = -4.0f;
            x[0] = NAN;
            assert_true(isnan(lk_row_max(x, n)));
        }
        free(x);
    }
}

static void test_dot(void **state) {
    (void)state;
    LrtRandom random = lrt_random_stream(1, "dot", 0);
    for (int l = 0; l < LENGTHS; l++) {
        int64_t n = lengths[l];
        float *a = random_row(&random, n), *b = random_row(&random, n);
        double exact = 0, squares = 0, size = 0;
        for (int64_t i = 0; i < n; i++) {
            exact += (double)a[i] * (double)b[i], size += fabs((double)a[i] * (double)b[i]),
                squares += (double)a[i] * (double)a[i];
        }
        assert_true(fabs(lk_dot(1, n, a, 0, b, 0) - exact) <= 2e-6 * size);
        assert_true(fabs(lk_sum_squares(1, n, a, 0) - squares) <= 2e-6 * squares);
        free(a), free(b);
    }
}

/* The padding of each row is left out, and rows are joined in double. */
static void test_dot_of_rows(void **state) {
    (void)state;
    LrtRandom random = lrt_random_stream(1, "rows", 0);
    float *a = random_row(&random, 9 * 48), *b = random_row(&random, 9 * 64);
    double exact = 0, by_row = 0;
    for (int64_t row = 0; row < 9; row++) {
        for (int64_t j = 33; j < 48; j++) a[row * 48 + j] = b[row * 64 + j] = NAN;
        for (int64_t j = 0; j < 33; j++) exact += (double)a[row * 48 + j] * (double)b[row * 64 + j];
        by_row += lk_dot(1, 33, a + row * 48, 0, b + row * 64, 0);
    }
    assert_true(fabs(lk_dot(9, 33, a, 48, b, 64) - exact) < 1e-4);
    assert_true(lk_dot(9, 33, a, 48, b, 64) == by_row);
    free(a), free(b);
}

static void test_column_sum(void **state) {
    (void)state;
    LrtRandom random = lrt_random_stream(1, "column_sum", 0);
    for (int64_t vectors = 1; vectors <= 11; vectors++) {
        for (int accumulate = 0; accumulate < 2; accumulate++) {
            int64_t rows = 3 * vectors - 3, columns = vectors * 16, ld = columns + 16;
            float *x = random_row(&random, rows * ld), *out = random_row(&random, columns),
                  *expected = random_row(&random, columns);
            for (int64_t j = 0; j < columns; j++) {
                expected[j] = accumulate ? out[j] : 0.0f;
                for (int64_t i = 0; i < rows; i++) expected[j] += x[i * ld + j];
            }
            int64_t cut = vectors / 3 * 16; /* two threads */
            lk_column_sum(rows, cut, columns, x, ld, out, accumulate);
            lk_column_sum(rows, 0, cut, x, ld, out, accumulate);
            assert_memory_equal(out, expected, (size_t)columns * sizeof(float));
            free(x), free(out), free(expected);
        }
    }
}

static void test_gather_and_scatter(void **state) {
    (void)state;
    enum { TABLE = 7, ROWS = 23, LD = 48, LD_OUT = 64 };
    static const int64_t widths[] = {1, 3, 16, 17, 32, 48};
    LrtRandom random = lrt_random_stream(1, "gather", 0);
    for (size_t w = 0; w < sizeof widths / sizeof widths[0]; w++) {
        int64_t width = widths[w], whole = (width + 15) / 16 * 16;
        float *table = random_row(&random, TABLE * LD), *rows = random_row(&random, ROWS * LD_OUT),
              *sums = random_row(&random, TABLE * LD);
        float *expected = random_row(&random, TABLE * LD);
        int32_t indices[ROWS];
        for (int i = 0; i < ROWS; i++) indices[i] = (int32_t)lrt_random_below(&random, TABLE);
        float beyond = rows[whole];
        lk_gather(ROWS, width, table, LD, indices, 1, rows, LD_OUT);
        for (int i = 0; i < ROWS; i++)
            assert_memory_equal(rows + i * LD_OUT, table + indices[i] * LD, (size_t)width * sizeof(float));
        assert_true(rows[whole] == beyond);

        memcpy(expected, sums, TABLE * LD * sizeof(float));
        for (int i = 0; i < ROWS; i++) {
            for (int64_t j = 0; j < whole; j++) expected[indices[i] * LD + j] += rows[i * LD_OUT + j];
        }
        lk_scatter_add(ROWS, width, rows, LD_OUT, indices, 1, sums, LD);
        assert_memory_equal(sums, expected, TABLE * LD * sizeof(float));
        free(table), free(rows), free(sums), free(expected);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_row_sum),
        cmocka_unit_test(test_sum),
        cmocka_unit_test(test_row_max),
        cmocka_unit_test(test_dot),
        cmocka_unit_test(test_dot_of_rows),
        cmocka_unit_test(test_column_sum),
        cmocka_unit_test(test_gather_and_scatter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
