/* Threefry against the known answers of Random123, and the numbers made of it: range, distribution, order, the vector
 * twin. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "lrt/random.h"
#include "numerics/kernels.h"

static void test_known_answers(void **state) {
    (void)state;
    static const uint32_t rows[3][6] = {/* counter, key, output: Random123, kat_vectors, threefry2x32 20 */
                                        {0x00000000u, 0x00000000u, 0x00000000u, 0x00000000u, 0x6b200159u, 0x99ba4efeu},
                                        {0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0x1cb996fcu, 0xbb002be7u},
                                        {0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0xc4923a9cu, 0x483df7a0u}};
    for (int i = 0; i < 3; i++) {
        uint32_t out[2];
        lrt_threefry(&rows[i][2], &rows[i][0], out);
        assert_int_equal(out[0], rows[i][4]);
        assert_int_equal(out[1], rows[i][5]);
    }
}

static void test_streams(void **state) {
    (void)state;
    LrtRandom a = lrt_random_stream(7, "shuffle", 0), again = lrt_random_stream(7, "shuffle", 0);
    LrtRandom others[] = {lrt_random_stream(8, "shuffle", 0), lrt_random_stream(7, "init", 0),
                          lrt_random_stream(7, "shuffle", 1), lrt_random_stream(7ull << 32, "shuffle", 0),
                          lrt_random_stream(7, "shuffle", 1ull << 32)};
    for (int i = 0; i < 100; i++) {
        uint64_t value = lrt_random_u64(&a);
        assert_true(value == lrt_random_u64(&again));
        for (int j = 0; j < 5; j++) assert_true(value != lrt_random_u64(&others[j]));
    }
    /* Pinned: a change of these changes every run of every user. */
    LrtRandom pinned = lrt_random_stream(0, "init", 3);
    assert_true(lrt_random_u64(&pinned) == UINT64_C(0x0089cb156bc0d252));
    assert_true(lrt_random_u64(&pinned) == UINT64_C(0x4c348a0f0847c952));
}

static void test_uniform(void **state) {
    (void)state;
    LrtRandom random = lrt_random_stream(1, "uniform", 0);
    enum { COUNT = 200000, BINS = 20 };
    int bins[BINS] = {0};
    double sum = 0;
    for (int i = 0; i < COUNT; i++) {
        double u = lrt_random_uniform(&random);
        assert_true(u >= 0 && u < 1);
        bins[(int)(u * (double)BINS)]++;
        sum += u;
    }
    assert_true(fabs(sum / (double)COUNT - 0.5) < 4 * sqrt(1.0 / 12 / (double)COUNT));
    double chi = 0;
    for (int i = 0; i < BINS; i++)
        chi += pow(bins[i] - (double)COUNT / (double)BINS, 2) / ((double)COUNT / (double)BINS);
    assert_true(chi < 43.8); /* 19 degrees of freedom, p = 0.001 */
}

static void test_normal(void **state) {
    (void)state;
    LrtRandom random = lrt_random_stream(1, "normal", 0);
    enum { COUNT = 400000 };
    double sum = 0, squares = 0, fourth = 0;
    int beyond_two = 0, beyond_four = 0;
    for (int i = 0; i < COUNT; i++) {
        double x = lrt_random_normal(&random);
        assert_true(isfinite(x));
        sum += x, squares += x * x, fourth += x * x * x * x;
        beyond_two += fabs(x) > 2, beyond_four += fabs(x) > 4;
    }
    assert_true(fabs(sum / (double)COUNT) < 4 / sqrt((double)COUNT));
    assert_true(fabs(squares / (double)COUNT - 1) < 4 * sqrt(2.0 / (double)COUNT));
    assert_true(fabs(fourth / (double)COUNT - 3) < 4 * sqrt(96.0 / (double)COUNT));
    assert_true(fabs(beyond_two / (double)COUNT - 0.0455003) < 0.0013);
    assert_in_range(beyond_four, 8, 48); /* 25 expected */
}

/* The distribution function of a draw gives back the uniform number that it was made of. */
static void test_normal_inverts_the_distribution(void **state) {
    (void)state;
    LrtRandom normal = lrt_random_stream(5, "inverse", 0), uniform = normal;
    for (int i = 0; i < 100000; i++) {
        double p = ((double)(lrt_random_u64(&uniform) >> 12) + 0.5) * 0x1p-52;
        double x = lrt_random_normal(&normal);
        double back = p < 0.5 ? 0.5 * erfc(-x / sqrt(2)) : 1 - 0.5 * erfc(x / sqrt(2));
        assert_true(fabs(back - p) <= 4e-16 + 1e-14 * p);
    }
}

static void test_below(void **state) {
    (void)state;
    LrtRandom random = lrt_random_stream(1, "below", 0);
    int counts[7] = {0};
    for (int i = 0; i < 70000; i++) {
        int64_t k = lrt_random_below(&random, 7);
        assert_true(k >= 0 && k < 7);
        counts[k]++;
    }
    for (int i = 0; i < 7; i++) assert_in_range(counts[i], 10000 - 400, 10000 + 400);
    for (int i = 0; i < 100; i++) assert_true(lrt_random_below(&random, 1) == 0);
    /* Three quarters of the range of 64 bits: a remainder alone would favour the lower third twice. */
    int64_t n = INT64_MAX / 4 * 3;
    int low = 0;
    for (int i = 0; i < 3000; i++) low += lrt_random_below(&random, n) < n / 3;
    assert_in_range(low, 900, 1100);
}

static void test_shuffle(void **state) {
    (void)state;
    enum { COUNT = 5, ROUNDS = 60000 };
    int places[COUNT][COUNT] = {{0}};
    LrtRandom random = lrt_random_stream(1, "shuffle", 0);
    for (int round = 0; round < ROUNDS; round++) {
        int64_t items[COUNT] = {0, 1, 2, 3, 4};
        lrt_random_shuffle(&random, items, COUNT);
        int seen = 0;
        for (int i = 0; i < COUNT; i++) places[items[i]][i]++, seen |= 1 << items[i];
        assert_int_equal(seen, 31);
    }
    for (int i = 0; i < COUNT; i++) {
        for (int j = 0; j < COUNT; j++) assert_in_range(places[i][j], ROUNDS / COUNT - 500, ROUNDS / COUNT + 500);
    }
    int64_t one = 42;
    lrt_random_shuffle(&random, &one, 1);
    lrt_random_shuffle(&random, &one, 0);
    assert_true(one == 42);
}

static void test_vector_twin(void **state) {
    (void)state;
    float out[100];
    lk_array_uniform(11, 22, 0xfffffff0u, 5, out, 100); /* the counter wraps */
    for (uint32_t i = 0; i < 100; i++) {
        assert_true(out[i] == lrt_random_uniform_at(11, 22, 0xfffffff0u + i, 5));
        assert_true(out[i] >= 0 && out[i] < 1);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_answers),
        cmocka_unit_test(test_streams),
        cmocka_unit_test(test_uniform),
        cmocka_unit_test(test_normal),
        cmocka_unit_test(test_normal_inverts_the_distribution),
        cmocka_unit_test(test_below),
        cmocka_unit_test(test_shuffle),
        cmocka_unit_test(test_vector_twin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
