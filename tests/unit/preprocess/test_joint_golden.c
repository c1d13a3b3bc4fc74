/* pca, select and target_encode against scikit-learn on a set drawn for the purpose; the cross-fitting by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "harness/data_case.h"
#include "preprocess/eigen.h"

enum { ROWS = 60, COLUMNS = 5 };
static const int32_t others[COLUMNS - 1] = {1, 2, 3, 4};

static void assert_close(double have, double want, const char *what) {
    if (!(fabs(have - want) <= 1e-6 * fmax(1, fabs(want)))) fail_msg("%s: %.12g, not %.12g", what, have, want);
}

/* The golden set as columns x0 … x4, `number`, `label` (0, 1, 2) and `region`: slots 0 to 7. */
static void begin(DataCase *data, const LrtJson *set, LrtTransform transform, int32_t input, int32_t target) {
    static const char *const names[COLUMNS] = {"x0", "x1", "x2", "x3", "x4"};
    static const char *const labels[3] = {"0", "1", "2"};
    double cells[ROWS];
    const char *levels[ROWS];
    data_case_init(data, ROWS);
    for (int c = 0; c < COLUMNS; c++) {
        for (int i = 0; i < ROWS; i++) cells[i] = data_case_member(set, "x")->items[i].items[c].number;
        data_case_real(data, names[c], cells);
    }
    for (int i = 0; i < ROWS; i++) cells[i] = data_case_member(set, "number")->items[i].number;
    data_case_real(data, "number", cells);
    for (int i = 0; i < ROWS; i++) levels[i] = labels[(int)data_case_member(set, "label")->items[i].number];
    data_case_category(data, "label", levels, "0|1|2");
    for (int i = 0; i < ROWS; i++) levels[i] = data_case_member(set, "region")->items[i].string;
    data_case_category(data, "region", levels, NULL);
    data_case_target(data, target);
    LrtStep *step = data_case_step(data, transform, input);
    data_case_input(data, step->output);
}

static LrtStep *all_columns(DataCase *data, double count) {
    LrtStep *step = &data->steps[0];
    step->others = others;
    step->other_count = COLUMNS - 1;
    step->number[0] = count;
    return step;
}

static void test_pca(void **state) {
    (void)state;
    LrtJson *json = data_case_json("tests/golden/transforms.json");
    const LrtJson *set = data_case_member(json, "set");
    DataCase data;
    begin(&data, set, LRT_TRANSFORM_PCA, 0, 5);
    all_columns(&data, 3);
    LrtDataset *dataset = data_case_prepare(&data, false);
    const double *numbers = dataset->fits[0].numbers;
    for (int c = 0; c < COLUMNS; c++) assert_close(numbers[c], data_case_member(set, "pca/mean")->items[c].number, "mean");
    for (int k = 0; k < 3; k++)
        assert_close(numbers[COLUMNS + k], data_case_member(set, "pca/variance")->items[k].number, "variance");
    const LrtJson *values = data_case_member(set, "pca/values");
    for (int i = 0; i < ROWS; i++)
        for (int k = 0; k < 3; k++)
            assert_close((double)dataset->features[3 * i + k], values->items[i].items[k].number, "component");
    lrt_dataset_free(dataset);
    all_columns(&data, 6);
    LrtError error = data_case_refuse(&data, "argument-range");
    assert_int_equal(error.step, 1);
    all_columns(&data, 2);
    data.cells[3].real[7] = NAN;
    error = data_case_refuse(&data, "missing-unhandled");
    assert_int_equal(error.row, 8);
    assert_string_equal(error.column, "x3");
    data_case_free(&data);
    lrt_json_free(json);
}

/* A · v = λ · v, and vectors of length 1 that are at right angles. */
static void test_eigen(void **state) {
    (void)state;
    enum { N = 40 };
    static double matrix[N * N], vectors[N * N];
    double values[N], scratch[N];
    for (int i = 0; i < N; i++)
        for (int j = 0; j <= i; j++) matrix[i * N + j] = matrix[j * N + i] = sin(i * 7.0 + j * j) + (i == j ? i % 3 : 0);
    memcpy(vectors, matrix, sizeof matrix);
    eigen_symmetric(vectors, N, values, scratch);
    for (int k = 0; k < N; k++) {
        assert_true(k == 0 || values[k] <= values[k - 1]);
        for (int i = 0; i < N; i++) {
            double product = 0, angle = 0;
            for (int j = 0; j < N; j++) product += matrix[i * N + j] * vectors[k * N + j];
            for (int j = 0; j < N; j++) angle += vectors[i * N + j] * vectors[k * N + j];
            assert_true(fabs(product - values[k] * vectors[k * N + i]) < 1e-12 && fabs(angle - (i == k)) < 1e-12);
        }
    }
}

static void check_selection(const LrtJson *set, int32_t target, const char *golden) {
    DataCase data;
    begin(&data, set, LRT_TRANSFORM_SELECT, 0, target);
    all_columns(&data, COLUMNS);
    LrtDataset *dataset = data_case_prepare(&data, false);
    const LrtJson *scores = data_case_member(set, golden);
    int best = 0;
    for (int c = 0; c < COLUMNS; c++) {
        assert_close(dataset->fits[0].numbers[1 + COLUMNS + c], scores->items[c].number, golden);
        if (scores->items[c].number > scores->items[best].number) best = c;
    }
    lrt_dataset_free(dataset);
    all_columns(&data, 1);
    dataset = data_case_prepare(&data, false);
    assert_int_equal(dataset->feature_width, 1);
    assert_string_equal(dataset->fits[0].names[0], data.slots[best].name);
    for (int i = 0; i < ROWS; i++) assert_true(dataset->features[i] == (float)data.cells[best].real[i]);
    lrt_dataset_free(dataset);
    data_case_free(&data);
}

static void test_select(void **state) {
    (void)state;
    LrtJson *json = data_case_json("tests/golden/transforms.json");
    check_selection(data_case_member(json, "set"), 5, "f_regression");
    check_selection(data_case_member(json, "set"), 6, "f_classif");
    lrt_json_free(json);
}

static LrtStep *begin_encoding(DataCase *data, const LrtJson *set, int32_t target, int32_t class) {
    begin(data, set, LRT_TRANSFORM_TARGET_ENCODE, 7, target);
    LrtStep *step = &data->steps[0];
    step->option[0] = LRT_UNSEEN_ZERO;
    step->option[1] = LRT_MISSING_LEVEL;
    step->option[3] = class;
    step->number[0] = 10;
    return step;
}

static void test_whole_statistics(void **state) {
    (void)state;
    LrtJson *json = data_case_json("tests/golden/transforms.json");
    const LrtJson *set = data_case_member(json, "set"), *golden = data_case_member(set, "target_encode");
    DataCase data;
    begin_encoding(&data, set, 5, LRT_ENCODE_VALUE);
    LrtDataset *dataset = data_case_prepare(&data, false);
    const LrtFit *fit = &dataset->fits[0];
    assert_int_equal(fit->name_count, golden->count);
    assert_close(fit->numbers[0], data_case_member(set, "prior")->number, "prior");
    for (int64_t k = 0; k < golden->count; k++) {
        assert_string_equal(fit->names[k] + strlen("region="), golden->items[k].key);
        assert_close(fit->numbers[1 + k], golden->items[k].number, "encoding");
    }
    /* Rows that are no training rows have the statistics of the whole part, unseen and missing ones the prior. */
    data.cells[7].code[0] = -1;
    LrtError error = {0};
    LrtDataset *applied = lrt_dataset_apply(&data.spec, &data.table, dataset->fits, true, &error);
    assert_non_null(applied);
    assert_true(applied->features[0] == (float)fit->numbers[0]);
    for (int i = 1; i < ROWS; i++)
        assert_true(applied->features[i] == (float)fit->numbers[1 + data.cells[7].code[i]]);
    lrt_dataset_free(applied);
    lrt_dataset_free(dataset);
    data_case_free(&data);
    lrt_json_free(json);
}

/* A training row's own target is no part of its encoding, those of the rows outside of its fold are: the encoding of a
 * row follows a change of others, not of its own. */
static void test_cross_fitting(void **state) {
    (void)state;
    LrtJson *json = data_case_json("tests/golden/transforms.json");
    const LrtJson *set = data_case_member(json, "set");
    DataCase data;
    begin_encoding(&data, set, 5, LRT_ENCODE_VALUE);
    LrtDataset *before = data_case_prepare(&data, false);
    int same = 0, moved = 0;
    data.cells[5].real[17] += 1000;
    LrtDataset *after = data_case_prepare(&data, false);
    for (int i = 0; i < ROWS; i++) *(before->features[i] == after->features[i] ? &same : &moved) += 1;
    assert_true(before->features[17] == after->features[17]);
    assert_int_equal(same, ROWS / 5);
    assert_int_equal(moved, ROWS - ROWS / 5);
    lrt_dataset_free(before);
    lrt_dataset_free(after);
    data_case_free(&data);
    lrt_json_free(json);
}

/* Of classes it is the share of one. */
static void test_classes(void **state) {
    (void)state;
    LrtJson *json = data_case_json("tests/golden/transforms.json");
    const LrtJson *set = data_case_member(json, "set");
    double sums[5] = {0};
    for (int32_t class = 0; class < 3; class++) {
        DataCase data;
        begin_encoding(&data, set, 6, class);
        LrtDataset *dataset = data_case_prepare(&data, false);
        for (int k = 0; k < 5; k++) {
            double share = dataset->fits[0].numbers[k];
            assert_true(share > 0 && share < 1);
            sums[k] += share;
        }
        lrt_dataset_free(dataset);
        data_case_free(&data);
    }
    for (int k = 0; k < 5; k++) assert_close(sums[k], 1, "shares");
    lrt_json_free(json);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_pca),          cmocka_unit_test(test_eigen),
                                       cmocka_unit_test(test_select),       cmocka_unit_test(test_whole_statistics),
                                       cmocka_unit_test(test_cross_fitting), cmocka_unit_test(test_classes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
