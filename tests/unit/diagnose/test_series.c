/* Trend, wave and table of positions on series whose answer is known. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "diagnose/series.h"
#include "lrt/random.h"

enum { COUNT = 60 };

static void fill(double out[COUNT], double slope, double height, double period, double noise) {
    LrtRandom random = lrt_random_stream(1, "series", 0);
    for (int i = 0; i < COUNT; i++)
        out[i] = slope * i + height * sin(2 * 3.14159265358979 * i / period) + noise * lrt_random_normal(&random);
}

static void test_trend(void **state) {
    (void)state;
    double values[COUNT];
    fill(values, -0.1, 0, 10, 0.1);
    assert_true(series_trend(values, COUNT) < -4);
    assert_true(fabs(series_slope(values, COUNT) + 0.1) < 0.01);
    fill(values, 0, 0, 10, 1);
    assert_true(fabs(series_trend(values, COUNT)) < 2);
    assert_true(fabs(series_swing(values, COUNT) - 1) < 0.3);
}

static void test_wave(void **state) {
    (void)state;
    double values[COUNT];
    fill(values, -0.01, 0.5, 10, 0.1);
    Wave wave = series_wave(values, COUNT, 10);
    assert_true(wave.f > 8);
    assert_true(fabs(wave.height - 1) < 0.2);
    fill(values, -0.01, 0, 10, 0.1);
    assert_true(series_wave(values, COUNT, 10).f < 8);
}

static void test_positions(void **state) {
    (void)state;
    double table[COUNT], means[6];
    LrtRandom random = lrt_random_stream(1, "table", 0);
    for (int i = 0; i < COUNT; i++) table[i] = i % 6 + 0.1 * lrt_random_normal(&random);
    assert_true(series_positions_f(table, 10, 6, means) > 100);
    assert_true(fabs(means[5] - 5) < 0.2);
    for (int i = 0; i < COUNT; i++) table[i] = lrt_random_normal(&random);
    assert_true(series_positions_f(table, 10, 6, means) < 4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trend),
        cmocka_unit_test(test_wave),
        cmocka_unit_test(test_positions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
