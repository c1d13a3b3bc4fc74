/* Matrix products against a plain loop of fused multiply-adds, bit for bit: every tile, every tail, deep sums, all
 * three forms, and any division of rows and columns. */
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

typedef struct Case {
    int64_t m, k, n;
    int64_t a_row_stride, a_depth_stride, ldb, ldc;
    float *a, *b, *bias, *c, *expected;
    int64_t a_size, b_size, c_size;
} Case;

static int64_t padded(int64_t n) { return (n + 15) / 16 * 16; }

static float *random_floats(LrtRandom *random, int64_t count) {
    float *block = aligned_alloc(64, (size_t)padded(count) * sizeof *block);
    assert_non_null(block);
    for (int64_t i = 0; i < count; i++) block[i] = (float)(lrt_random_uniform(random) * 2 - 1);
    return block;
}

static Case make_case(int64_t m, int64_t k, int64_t n, int transposed_a) {
    LrtRandom random = lrt_random_stream((uint64_t)(m * 1000003 + k * 1009 + n), "contract", (uint64_t)transposed_a);
    Case x = {.m = m, .k = k, .n = n, .ldb = padded(n) + 16, .ldc = padded(n) + 32};
    x.a_row_stride = transposed_a ? 1 : padded(k);
    x.a_depth_stride = transposed_a ? padded(m) : 1;
    x.a_size = padded(transposed_a ? m : k) * (transposed_a ? k : m);
    x.b_size = k * x.ldb;
    x.c_size = m * x.ldc;
    x.a = random_floats(&random, x.a_size);
    x.b = random_floats(&random, x.b_size);
    x.bias = random_floats(&random, x.ldb);
    x.c = random_floats(&random, x.c_size);
    x.expected = random_floats(&random, x.c_size);
    memcpy(x.expected, x.c, (size_t)x.c_size * sizeof(float));
    return x;
}

static void free_case(Case *x) { free(x->a), free(x->b), free(x->bias), free(x->c), free(x->expected); }

/* The plain twin. */
static void contract_plainly(Case *x, int accumulate, int with_bias) {
    for (int64_t i = 0; i < x->m; i++) {
        for (int64_t j = 0; j < x->n; j++) {
            float sum = accumulate ? x->expected[i * x->ldc + j] : with_bias ? x->bias[j] : 0.0f;
            for (int64_t k = 0; k < x->k; k++) {
                sum = fmaf(x->a[i * x->a_row_stride + k * x->a_depth_stride], x->b[k * x->ldb + j], sum);
            }
            x->expected[i * x->ldc + j] = sum;
        }
    }
}

static void run_block(Case *x, int64_t row_begin, int64_t row_end, int64_t col_begin, int64_t col_end, int accumulate,
                      int with_bias) {
    lk_contract(row_begin, row_end, col_begin, col_end, x->k, x->a, x->a_row_stride, x->a_depth_stride, x->b, x->ldb,
                with_bias ? x->bias : NULL, x->c, x->ldc, accumulate);
}

static void run_block_narrow(Case *x, int64_t row_begin, int64_t row_end, int accumulate, int with_bias) {
    lk_contract_narrow(row_begin, row_end, 0, padded(x->n), x->k, x->a, x->a_row_stride, x->a_depth_stride, x->b,
                       x->ldb, with_bias ? x->bias : NULL, x->c, x->ldc, accumulate);
}

/* Equal inside; beyond the padded columns c is as it was. */
static void assert_equal(const Case *x) {
    for (int64_t i = 0; i < x->m; i++) {
        const float *got = x->c + i * x->ldc, *expected = x->expected + i * x->ldc;
        if (memcmp(got, expected, (size_t)x->n * sizeof(float)) != 0)
            fail_msg("%d x %d x %d differs in row %d", (int)x->m, (int)x->k, (int)x->n, (int)i);
        assert_memory_equal(got + padded(x->n), expected + padded(x->n),
                            (size_t)(x->ldc - padded(x->n)) * sizeof(float));
    }
}

static void check(int64_t m, int64_t k, int64_t n, int transposed_a, int accumulate, int with_bias) {
    Case x = make_case(m, k, n, transposed_a);
    contract_plainly(&x, accumulate, with_bias);
    float *before = aligned_alloc(64, (size_t)padded(x.c_size + 1) * sizeof *before);
    memcpy(before, x.c, (size_t)x.c_size * sizeof *before);
    run_block(&x, 0, m, 0, padded(n), accumulate, with_bias);
    assert_equal(&x);
    memcpy(x.c, before, (size_t)x.c_size * sizeof *before);
    run_block_narrow(&x, m / 3, m, accumulate, with_bias);
    run_block_narrow(&x, 0, m / 3, accumulate, with_bias);
    assert_equal(&x);
    free(before);
    free_case(&x);
}

static void test_every_tile_and_tail(void **state) {
    (void)state;
    for (int64_t m = 0; m <= 30; m++) {
        for (int64_t vectors = 1; vectors <= 13; vectors++) check(m, 5, vectors * 16 - m % 16, (int)(m % 2), 0, 1);
    }
}

static void test_forms(void **state) {
    (void)state;
    for (int transposed = 0; transposed < 2; transposed++) {
        for (int accumulate = 0; accumulate < 2; accumulate++) {
            for (int with_bias = 0; with_bias < 2; with_bias++) check(19, 37, 100, transposed, accumulate, with_bias);
        }
    }
}

static void test_deep_sums_keep_one_chain(void **state) {
    (void)state;
    static const int64_t depths[] = {0, 1, 95, 96, 97, 143, 144, 145, 192, 193, 288, 384, 385, 784, 1000, 3001};
    for (size_t d = 0; d < sizeof depths / sizeof depths[0]; d++) {
        check(13, depths[d], 64, 0, 0, 1);
        check(13, depths[d], 48, 1, 1, 0);
        check(15, depths[d], 32, 0, 0, 0);
        check(17, depths[d], 10, 1, 0, 1);
    }
}

static void test_workloads(void **state) {
    (void)state;
    static const int64_t shapes[][3] = {{32, 30, 64},    {32, 64, 32},   {32, 32, 2},     {64, 32, 32},
                                        {128, 64, 256},  {128, 256, 10}, {128, 784, 512}, {100, 512, 256},
                                        {784, 128, 512}, {256, 128, 10}, {1, 784, 512},   {7, 13, 784}};
    for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++) {
        check(shapes[s][0], shapes[s][1], shapes[s][2], 0, 0, 1);
        check(shapes[s][0], shapes[s][1], shapes[s][2], 1, 0, 0);
    }
}

/* Threads own rows, or columns, or both: the bits are the same, and nobody writes beyond his block. */
static void test_any_division_gives_the_same_bits(void **state) {
    (void)state;
    LrtRandom random = lrt_random_stream(1, "division", 0);
    for (int round = 0; round < 200; round++) {
        int64_t m = 1 + lrt_random_below(&random, 60), k = 1 + lrt_random_below(&random, 300);
        int64_t vectors = 1 + lrt_random_below(&random, 12);
        Case x = make_case(m, k, vectors * 16, round % 2);
        contract_plainly(&x, 0, 1);
        int64_t row_cut = lrt_random_below(&random, m + 1), column_cut = 16 * lrt_random_below(&random, vectors + 1);
        run_block(&x, row_cut, m, column_cut, vectors * 16, 0, 1);
        run_block(&x, 0, row_cut, 0, column_cut, 0, 1);
        run_block(&x, row_cut, m, 0, column_cut, 0, 1);
        run_block(&x, 0, row_cut, column_cut, vectors * 16, 0, 1);
        assert_equal(&x);
        free_case(&x);
    }
}

static void test_not_a_number_and_infinity(void **state) {
    (void)state;
    Case x = make_case(9, 20, 32, 0);
    x.a[3 * x.a_row_stride + 7] = NAN;
    x.b[5 * x.ldb + 4] = INFINITY;
    x.a[2 * x.a_row_stride + 5] = 0.0f;
    run_block(&x, 0, 9, 0, 32, 0, 0);
    for (int64_t i = 0; i < 9; i++) {
        for (int64_t j = 0; j < 32; j++) {
            float value = x.c[i * x.ldc + j];
            assert_true((isnan(value) != 0) == (i == 3 || (i == 2 && j == 4)));
            if (i != 3 && i != 2) assert_true((isinf(value) != 0) == (j == 4));
        }
    }
    free_case(&x);
}

static void test_transpose(void **state) {
    (void)state;
    static const int64_t sizes[] = {1, 2, 10, 15, 16, 17, 30, 32, 33, 64, 100, 257};
    LrtRandom random = lrt_random_stream(1, "transpose", 0);
    for (size_t r = 0; r < sizeof sizes / sizeof sizes[0]; r++) {
        for (size_t c = 0; c < sizeof sizes / sizeof sizes[0]; c++) {
            int64_t rows = sizes[r], cols = sizes[c], ld_in = padded(cols), ld_out = padded(rows);
            float *in = random_floats(&random, rows * ld_in), *out = random_floats(&random, cols * ld_out + 16);
            float guard = out[cols * ld_out];
            lk_transpose(rows, cols, in, ld_in, out, ld_out);
            for (int64_t j = 0; j < cols; j++) {
                for (int64_t i = 0; i < ld_out; i++)
                    assert_true(out[j * ld_out + i] == (i < rows ? in[i * ld_in + j] : 0.0f));
            }
            assert_true(out[cols * ld_out] == guard);
            free(in), free(out);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_tile_and_tail),
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_deep_sums_keep_one_chain),
        cmocka_unit_test(test_workloads),
        cmocka_unit_test(test_any_division_gives_the_same_bits),
        cmocka_unit_test(test_not_a_number_and_infinity),
        cmocka_unit_test(test_transpose),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
