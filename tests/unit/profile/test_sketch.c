/* What the sketches of the profile promise, held against exact computation: quantiles within 1 % of the rank, counts of
 * different values within 5 %, frequent texts found with a bounded error, moments exact up to rounding. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lrt/random.h"
#include "profile/sketch.h"

static int compare_numbers(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* The greatest distance of a quantile's rank from the share that was asked for. */
static double worst_rank(const double *values, int64_t count) {
    QuantileSketch sketch = {0};
    for (int64_t i = 0; i < count; i++) quantile_sketch_add(&sketch, values[i], 1);
    int64_t kept;
    WeightedValue *weighted = quantile_sketch_values(&sketch, &kept);
    double *sorted = malloc((size_t)count * sizeof *sorted), worst = 0;
    memcpy(sorted, values, (size_t)count * sizeof *sorted);
    qsort(sorted, (size_t)count, sizeof *sorted, compare_numbers);
    for (double share = 0.001; share < 1; share += 0.001) {
        double value = weighted_quantile(weighted, kept, share);
        int64_t below = 0, until = count;
        while (below < until) { /* first that is not below */
            int64_t middle = (below + until) / 2;
            if (sorted[middle] < value)
                below = middle + 1;
            else
                until = middle;
        }
        int64_t behind = below;
        while (behind < count && sorted[behind] == value) behind++;
        double low = (double)below / (double)count, high = (double)behind / (double)count;
        worst = fmax(worst, share < low ? low - share : share > high ? share - high : 0);
    }
    free(weighted);
    free(sorted);
    quantile_sketch_free(&sketch);
    return worst;
}

static void test_quantiles(void **state) {
    (void)state;
    static const int64_t counts[] = {1, 2, 511, 512, 1024, 5000, 100000, 2000000};
    double *values = malloc(2000000 * sizeof *values);
    for (int order = 0; order < 4; order++)
        for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
            LrtRandom random = lrt_random_stream(7, "quantiles", (uint64_t)order);
            int64_t count = counts[k];
            for (int64_t i = 0; i < count; i++) {
                double u = lrt_random_uniform(&random);
                values[i] = order == 0   ? (double)i                        /* ascending */
                            : order == 1 ? (double)(count - i)              /* descending */
                            : order == 2 ? exp(8 * u)                       /* a heavy tail */
                                         : floor(10 * u) + (double)(i % 2); /* few values */
            }
            double worst = worst_rank(values, count);
            double allowed = (count <= QUANTILES_BUFFER ? 0 : 0.01) + 1 / (double)count;
            if (worst > allowed)
                fprintf(stderr, "order %d, %lld values: rank off by %g\n", order, (long long)count, worst);
            assert_true(worst <= allowed);
        }
    free(values);
}

static void test_repeated_values(void **state) {
    (void)state;
    QuantileSketch sketch = {0};
    quantile_sketch_add(&sketch, 1, 900000);
    quantile_sketch_add(&sketch, 2, 100000);
    int64_t kept;
    WeightedValue *weighted = quantile_sketch_values(&sketch, &kept);
    assert_true(weighted_quantile(weighted, kept, 0.88) == 1);
    assert_true(weighted_quantile(weighted, kept, 0.92) == 2);
    free(weighted);
    quantile_sketch_free(&sketch);
}

static void test_moments(void **state) {
    (void)state;
    enum { COUNT = 10007 };
    static double values[COUNT];
    LrtRandom random = lrt_random_stream(3, "moments", 0);
    double mean = 0, square = 0, cube = 0;
    for (int i = 0; i < COUNT; i++) mean += values[i] = 1e6 + exp(3 * lrt_random_uniform(&random));
    mean /= (double)COUNT;
    for (int i = 0; i < COUNT; i++) {
        square += pow(values[i] - mean, 2);
        cube += pow(values[i] - mean, 3);
    }
    Moments moments = {0};
    for (int at = 0, size = 1; at < COUNT; at += size, size = 1 + at % 512)
        moments_add(&moments, values + at, at + size <= COUNT ? size : COUNT - at);
    double deviation = sqrt(square / (double)COUNT);
    assert_int_equal(moments.count, COUNT);
    assert_true(fabs(moments.mean - mean) < 1e-9 * mean);
    assert_true(fabs(moments_deviation(&moments) - deviation) < 1e-9 * deviation);
    assert_true(fabs(moments_skewness(&moments) - cube / (double)COUNT / pow(deviation, 3)) < 1e-7);
}

static void test_distinct(void **state) {
    (void)state;
    static const int64_t counts[] = {10, 1000, 5000, 30000, 300000, 3000000};
    for (size_t k = 0; k < sizeof counts / sizeof *counts; k++) {
        DistinctCount distinct;
        distinct_count_begin(&distinct);
        for (int64_t i = 0; i < counts[k]; i++) {
            char text[32];
            int length = snprintf(text, sizeof text, "row %lld", (long long)i);
            distinct_count_add(&distinct, hash_text(text, (size_t)length));
        }
        double estimate = distinct_count_estimate(&distinct);
        assert_true(fabs(estimate / (double)counts[k] - 1) < 0.05);
        distinct_count_free(&distinct);
    }
}

static void test_frequent(void **state) {
    (void)state;
    ValueTable none = {.limit = VALUES_EXACT};
    FrequentValues frequent;
    frequent_values_begin(&frequent, &none);
    enum { CELLS = 200000 };
    int64_t often = 0;
    for (int64_t i = 0; i < CELLS; i++) {
        char text[32];
        bool is_often = i % 100 == 0;
        int length =
            is_often ? snprintf(text, sizeof text, "often") : snprintf(text, sizeof text, "%lld", (long long)i);
        often += is_often;
        frequent_values_add(&frequent, hash_text(text, (size_t)length), text, (size_t)length);
    }
    ValueEntry sorted[FREQUENT_KEPT + 1];
    value_table_sorted(&frequent.table, sorted);
    assert_string_equal(sorted[0].text, "often");
    assert_true(sorted[0].count <= often && sorted[0].count + frequent.dropped >= often);
    assert_true(frequent.dropped <= CELLS / FREQUENT_KEPT + 1);
    value_table_free(&frequent.table);
}

static void test_extremes(void **state) {
    (void)state;
    Extremes extremes = {0};
    for (int64_t i = 0; i < 1000; i++) extremes_add(&extremes, (double)((i * 7919) % 1000), i + 1, 1);
    for (int64_t i = 0; i < 5; i++) extremes_add(&extremes, -999, 2000 + i, 1);
    assert_true(extremes.low[0].value == -999 && extremes.low[0].count == 5 && extremes.low[0].row == 2000);
    assert_true(extremes.low[1].value == 0 && extremes.low[1].count == 1);
    for (int i = 0; i < EXTREMES_KEPT; i++) assert_true(extremes.high[i].value == 999 - i);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_quantiles), cmocka_unit_test(test_repeated_values),
                                       cmocka_unit_test(test_moments),   cmocka_unit_test(test_distinct),
                                       cmocka_unit_test(test_frequent),  cmocka_unit_test(test_extremes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
