/* The tree finds what measuring every pair finds, in the same order: random points, clusters, duplicates, columns that
 * do not vary, indices, and values far from 1. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lrt/random.h"
#include "sample/neighbors.h"

enum { MAX_POINTS = 700, MAX_WIDTH = 40, K = 7 };

typedef struct Pair {
    double distance;
    int32_t point;
} Pair;

static int compare_pairs(const void *left, const void *right) {
    const Pair *a = left, *b = right;
    if (a->distance != b->distance) return a->distance < b->distance ? -1 : 1;
    return (a->point > b->point) - (a->point < b->point);
}

/* Sums in the given order of columns; the tree's own order may round the last bit otherwise, so points whose distances
 * agree to 1e-12 count as equal. */
static void find_plainly(const NeighborPoints *points, int64_t point, Pair *out) {
    int64_t count = 0;
    for (int64_t i = 0; i < points->count; i++) {
        double sum = 0;
        for (int64_t c = 0; c < points->number_width; c++) {
            double d = (double)points->numbers[points->rows[i] * points->number_width + c] -
                       (double)points->numbers[points->rows[point] * points->number_width + c];
            sum += d * d;
        }
        for (int64_t c = 0; c < points->index_width; c++)
            if (points->indices[points->rows[i] * points->index_width + c] !=
                points->indices[points->rows[point] * points->index_width + c])
                sum += 2;
        if (i != point) out[count++] = (Pair){sum, (int32_t)i};
    }
    qsort(out, (size_t)count, sizeof *out, compare_pairs);
}

static double distance_of(const Pair *all, int64_t count, int32_t point) {
    for (int64_t i = 0; i < count; i++)
        if (all[i].point == point) return all[i].distance;
    fail_msg("%d is no other point", point);
    return 0;
}

static void check_points(const NeighborPoints *points, bool same_order) {
    static Pair all[MAX_POINTS];
    Region region = {0};
    LrtError error = {0};
    Neighbors *tree = neighbors_build(points, K, &region, &error);
    assert_non_null(tree);
    for (int64_t i = 0; i < points->count; i++) {
        find_plainly(points, i, all);
        const int32_t *found = neighbors_of(tree, i);
        for (int k = 0; k < K; k++) {
            assert_true(distance_of(all, points->count - 1, found[k]) <= all[k].distance * (1 + 1e-12));
            for (int j = 0; j < k; j++) assert_int_not_equal(found[j], found[k]);
            if (same_order) assert_int_equal(found[k], all[k].point);
        }
    }
    region_free(&region);
}

static float numbers[MAX_POINTS * 2 * MAX_WIDTH];
static int32_t indices[MAX_POINTS * 2 * 2];
static int64_t rows[MAX_POINTS];

/* Points are every other row of the matrices. */
static NeighborPoints draw(int64_t count, int64_t width, int64_t index_width, int64_t clusters, double scale,
                           uint64_t seed) {
    LrtRandom random = lrt_random_stream(seed, "test", 0);
    for (int64_t i = 0; i < 2 * count; i++) {
        for (int64_t c = 0; c < width; c++) {
            double center = (double)((i * 7 + c * 3) % clusters) * 10;
            numbers[i * width + c] = (float)((center + lrt_random_normal(&random) * (double)(1 + c % 5)) * scale);
        }
        for (int64_t c = 0; c < index_width; c++) indices[i * index_width + c] = (int32_t)lrt_random_below(&random, 3);
    }
    for (int64_t i = 0; i < count; i++) rows[i] = 2 * i;
    return (NeighborPoints){.numbers = numbers,
                            .number_width = width,
                            .indices = indices,
                            .index_width = index_width,
                            .index_distance = NEIGHBOR_ONE_HOT_DISTANCE,
                            .rows = rows,
                            .count = count};
}

static void test_random_points(void **state) {
    (void)state;
    static const int64_t counts[] = {8, 16, 17, 33, 100, 700}, widths[] = {1, 2, 8, 9, 40};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        for (size_t j = 0; j < sizeof widths / sizeof widths[0]; j++) {
            NeighborPoints points = draw(counts[i], widths[j], 0, 1 + (int64_t)i, 1, i * 10 + j);
            check_points(&points, true);
        }
    }
}

static void test_indices(void **state) {
    (void)state;
    NeighborPoints points = draw(300, 5, 2, 1, 1, 4);
    check_points(&points, true);
    points = draw(100, 0, 2, 1, 1, 5); /* indices alone: ties in plenty, taken in order */
    check_points(&points, true);
}

/* A grid: distances are exact and most of them tie. */
static void test_ties(void **state) {
    (void)state;
    NeighborPoints points = draw(500, 4, 0, 1, 1, 6);
    LrtRandom random = lrt_random_stream(9, "test", 0);
    for (int64_t i = 0; i < 1000 * 4; i++) numbers[i] = (float)lrt_random_below(&random, 3);
    check_points(&points, true);
    memset(numbers, 0, sizeof numbers);
    check_points(&points, true);
}

/* Squares that overflow or underflow a float. */
static void test_scales(void **state) {
    (void)state;
    static const double scales[] = {1e25, 1e-25, 1e-30};
    for (size_t i = 0; i < 3; i++) {
        NeighborPoints points = draw(200, 6, 0, 2, scales[i], 20 + i);
        check_points(&points, true);
    }
}

/* Far from the origin, with a few points far from all others: the filter sees little and must lose nothing. */
static void test_shifted(void **state) {
    (void)state;
    NeighborPoints points = draw(300, 6, 0, 2, 1, 30);
    for (int64_t i = 0; i < 600 * 6; i++) numbers[i] = (float)(1e6 + (double)numbers[i]);
    check_points(&points, false);
    points = draw(300, 6, 0, 1, 1, 31);
    for (int64_t c = 0; c < 6; c++) numbers[c] = 1e12f, numbers[2 * 6 + c] = -1e12f;
    check_points(&points, true);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_random_points), cmocka_unit_test(test_indices),
                                       cmocka_unit_test(test_ties), cmocka_unit_test(test_scales),
                                       cmocka_unit_test(test_shifted)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
