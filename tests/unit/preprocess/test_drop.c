/* Rows and columns that are left out: drop_outliers acts on the training part alone and on what is fitted behind it;
 * drop_constant leaves a column without width. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "harness/data_case.h"

enum { ROWS = 12 };
static const double target_values[ROWS] = {0};
static const double values[ROWS] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, NAN, 1000};

static LrtStep *begin(DataCase *data, const double *cells, LrtTransform transform) {
    data_case_init(data, ROWS);
    int32_t x = data_case_real(data, "x", cells);
    data_case_target(data, data_case_real(data, "y", target_values));
    return data_case_step(data, transform, x);
}

/* How many training rows are left with these bounds. */
static int64_t rows_left(const double *cells, LrtBounds by, double first, double second) {
    DataCase data;
    LrtStep *step = begin(&data, cells, LRT_TRANSFORM_DROP_OUTLIERS);
    step->option[0] = (int32_t)by;
    step->number[0] = first;
    step->number[1] = second;
    data_case_input(&data, data_case_impute(&data, step->output, LRT_IMPUTE_MEDIAN));
    LrtDataset *dataset = data_case_prepare(&data, false);
    int64_t left = dataset->part_count[LRT_PART_TRAIN];
    assert_int_equal(dataset->dropped_outliers, ROWS - left);
    assert_int_equal((int64_t)dataset->fits[0].numbers[2], ROWS - left);
    assert_int_equal(dataset->train_before_sampling, left);
    for (int64_t i = 0; i < left; i++) assert_true(i == 0 || dataset->part_rows[0][i] > dataset->part_rows[0][i - 1]);
    lrt_dataset_free(dataset);
    data_case_free(&data);
    return left;
}

static void test_bounds(void **state) {
    (void)state;
    static const double equal[ROWS] = {5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 80};
    assert_int_equal(rows_left(values, LRT_BOUNDS_IQR, 1.5, 0), ROWS - 1);
    assert_int_equal(rows_left(values, LRT_BOUNDS_MAD, 3, 0), ROWS - 1);
    assert_int_equal(rows_left(values, LRT_BOUNDS_ZSCORE, 3, 0), ROWS - 1);
    assert_int_equal(rows_left(values, LRT_BOUNDS_ZSCORE, 3.2, 0), ROWS);
    assert_int_equal(rows_left(values, LRT_BOUNDS_QUANTILE, 0.1, 0.9), ROWS - 2);
    assert_int_equal(rows_left(equal, LRT_BOUNDS_MAD, 3, 0), ROWS);
    assert_int_equal(rows_left(equal, LRT_BOUNDS_IQR, 3, 0), ROWS);
    assert_int_equal(rows_left(equal, LRT_BOUNDS_ZSCORE, 3, 0), ROWS - 1);
}

/* The outlier is no part of the mean that is fitted behind; other parts keep their outliers. */
static void test_order_and_parts(void **state) {
    (void)state;
    DataCase data;
    LrtStep *step = begin(&data, values, LRT_TRANSFORM_DROP_OUTLIERS);
    step->option[0] = LRT_BOUNDS_IQR;
    step->number[0] = 1.5;
    LrtStep *filled = data_case_step(&data, LRT_TRANSFORM_IMPUTE, step->output);
    filled->option[0] = LRT_IMPUTE_MEAN;
    data_case_input(&data, filled->output);
    LrtDataset *dataset = data_case_prepare(&data, false);
    assert_true(dataset->fits[1].numbers[1] == 5.5);
    lrt_dataset_free(dataset);
    data.spec.split = (LrtSplit){.kind = LRT_SPLIT_CHRONOLOGICAL, .share = {0.5, 0, 0.5}, .column = -1, .test_fold = -1};
    dataset = data_case_prepare(&data, false);
    assert_int_equal(dataset->part_count[LRT_PART_TEST], 6);
    assert_int_equal(dataset->dropped_outliers, 0);
    assert_true(dataset->features[ROWS - 1] == 1000);
    lrt_dataset_free(dataset);
    data_case_free(&data);
}

static void check_width(const double *cells, int64_t wanted) {
    DataCase data;
    LrtStep *step = begin(&data, cells, LRT_TRANSFORM_DROP_CONSTANT);
    int32_t slot = data_case_scale(&data, data_case_impute(&data, step->output, LRT_IMPUTE_CONSTANT), LRT_SCALE_STANDARD);
    data_case_input(&data, 1);
    data_case_input(&data, slot);
    LrtDataset *dataset = data_case_prepare(&data, false);
    assert_int_equal(dataset->feature_width, 1 + wanted);
    assert_int_equal(lrt_input_width(&data.spec, dataset->fits, 1), wanted);
    lrt_dataset_free(dataset);
    data_case_free(&data);
}

static void test_constant_columns(void **state) {
    (void)state;
    static const double constant[ROWS] = {2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2};
    double missing[ROWS], gap[ROWS];
    for (int i = 0; i < ROWS; i++) missing[i] = NAN, gap[i] = i == 4 ? NAN : 2;
    check_width(values, 1);
    check_width(constant, 0);
    check_width(missing, 0);
    check_width(gap, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_bounds), cmocka_unit_test(test_order_and_parts),
                                       cmocka_unit_test(test_constant_columns)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
