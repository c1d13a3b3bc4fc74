/* The radix sort against the library's: signs, infinities, zeros of both signs, equal values in their order. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "data/sort_numbers.h"
#include "lrt/random.h"

enum { MAX_COUNT = 3000 };

static int compare(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static double draw(LrtRandom *random, int kind) {
    switch (kind) {
    case 0: return (double)(lrt_random_below(random, 7) - 3);
    case 1: return lrt_random_normal(random);
    case 2: return lrt_random_normal(random) * (lrt_random_below(random, 2) ? 1e300 : 1e-300);
    default: return lrt_random_below(random, 3) ? -0.0 : lrt_random_below(random, 2) ? INFINITY : -INFINITY;
    }
}

static void test_like_the_library(void **state) {
    (void)state;
    static double values[MAX_COUNT], wanted[MAX_COUNT], before[MAX_COUNT];
    static int64_t rows[MAX_COUNT];
    static const int64_t counts[] = {0, 1, 2, 100, MAX_COUNT};
    LrtRandom random = lrt_random_stream(1, "test", 0);
    LrtError error = {0};
    for (int kind = 0; kind < 4; kind++) {
        for (size_t k = 0; k < sizeof counts / sizeof counts[0]; k++) {
            int64_t count = counts[k];
            for (int64_t i = 0; i < count; i++) {
                before[i] = wanted[i] = values[i] = draw(&random, kind);
                rows[i] = i;
            }
            qsort(wanted, (size_t)count, sizeof *wanted, compare);
            assert_true(sort_numbers(values, rows, count, &error));
            for (int64_t i = 0; i < count; i++) {
                assert_true(values[i] == wanted[i] && before[rows[i]] == values[i]);
                assert_true(values[i] != 0 || !signbit(values[i]));
                assert_true(i == 0 || values[i] != values[i - 1] || rows[i] > rows[i - 1]);
            }
            assert_true(sort_numbers(before, NULL, count, &error));
            assert_memory_equal(before, values, (size_t)count * sizeof *values);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_like_the_library)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
