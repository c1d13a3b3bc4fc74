/* Each transform by itself: what is learnt, what comes out, what is refused and with which way out. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "harness/data_case.h"

/* A case of one feature column of numbers and a target of numbers. */
static int32_t begin(DataCase *data, const double *values, int64_t count) {
    static const double target[64] = {0};
    data_case_init(data, count);
    int32_t x = data_case_real(data, "x", values);
    data_case_target(data, data_case_real(data, "y", target));
    return x;
}

static int32_t begin_levels(DataCase *data, const char *const *cells, int64_t count, const char *levels) {
    static const double target[64] = {0};
    data_case_init(data, count);
    int32_t x = data_case_category(data, "region", cells, levels);
    data_case_target(data, data_case_real(data, "y", target));
    return x;
}

static void test_impute(void **state) {
    (void)state;
    static const double values[6] = {4, NAN, 1, 1, NAN, 8};
    static const struct {
        LrtImpute how;
        float fill;
    } cases[] = {{LRT_IMPUTE_MEAN, 3.5f}, {LRT_IMPUTE_MEDIAN, 2.5f}, {LRT_IMPUTE_MODE, 1}, {LRT_IMPUTE_CONSTANT, -7}};
    for (size_t k = 0; k < 4; k++) {
        DataCase data;
        int32_t x = begin(&data, values, 6);
        LrtStep *step = data_case_step(&data, LRT_TRANSFORM_IMPUTE, x);
        step->option[0] = (int32_t)cases[k].how;
        step->number[0] = -7;
        step->indicator = data_case_slot(&data, "x:missing", LRT_SLOT_REAL, x);
        data_case_input(&data, step->output);
        data_case_input(&data, step->indicator);
        float f = cases[k].fill;
        const float wanted[12] = {4, 0, f, 1, 1, 0, 1, 0, f, 1, 8, 0};
        data_case_check(&data, wanted, 6, 2);
    }
}

static void test_impute_mode_of_equals(void **state) {
    (void)state;
    static const double values[5] = {9, 9, 2, 2, NAN};
    DataCase data;
    data_case_input(&data, data_case_impute(&data, begin(&data, values, 5), LRT_IMPUTE_MODE));
    data_case_check(&data, (const float[]){9, 9, 2, 2, 2}, 5, 1);
    static const char *const cells[5] = {"b", "a", NULL, "b", "a"};
    int32_t region = begin_levels(&data, cells, 5, NULL);
    LrtStep *hot = data_case_step(&data, LRT_TRANSFORM_ONE_HOT, data_case_impute(&data, region, LRT_IMPUTE_MODE));
    data_case_input(&data, hot->output);
    data_case_check(&data, (const float[]){0, 1, 1, 0, 1, 0, 0, 1, 1, 0}, 5, 2);
}

static void test_row_functions(void **state) {
    (void)state;
    static const double values[3] = {1, 4, NAN};
    static const struct {
        LrtTransform transform;
        double number;
        float wanted[3];
    } cases[] = {{LRT_TRANSFORM_LOG, 0, {0, 1.3862944f, -1}},
                 {LRT_TRANSFORM_LOG1P, 0, {0.6931472f, 1.609438f, -1}},
                 {LRT_TRANSFORM_SQRT, 0, {1, 2, -1}},
                 {LRT_TRANSFORM_ABS, 0, {1, 4, -1}},
                 {LRT_TRANSFORM_RESCALE, 0.5, {0.5f, 2, -1}}};
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        DataCase data;
        LrtStep *step = data_case_step(&data, cases[k].transform, begin(&data, values, 3));
        step->number[0] = cases[k].number;
        LrtStep *filled = data_case_step(&data, LRT_TRANSFORM_IMPUTE, step->output);
        filled->option[0] = LRT_IMPUTE_CONSTANT;
        filled->number[0] = -1;
        data_case_input(&data, filled->output);
        data_case_check(&data, cases[k].wanted, 3, 1);
    }
}

static void test_domains(void **state) {
    (void)state;
    static const struct {
        LrtTransform transform;
        double value;
        const char *text;
    } cases[] = {{LRT_TRANSFORM_LOG, 0, "0"}, {LRT_TRANSFORM_LOG1P, -1, "-1"}, {LRT_TRANSFORM_SQRT, -0.25, "-0.25"}};
    for (size_t k = 0; k < 3; k++) {
        DataCase data;
        const double values[3] = {1, cases[k].value, 2};
        LrtStep *step = data_case_step(&data, cases[k].transform, begin(&data, values, 3));
        data_case_input(&data, step->output);
        LrtError error = {0};
        assert_null(lrt_dataset_prepare(&data.spec, &data.table, false, &error));
        assert_string_equal(error.name, "transform-domain");
        assert_string_equal(error.text, cases[k].text);
        assert_string_equal(error.column, "x");
        assert_string_equal(error.file, "case.csv");
        assert_int_equal(error.row, 2);
        assert_int_equal(error.line, 3);
        assert_int_equal(error.step, 1);
        assert_int_equal(error.column_index, 0);
        assert_true(strstr(error.message, "numbers ") != NULL && error.fix[0]);
        data_case_free(&data);
    }
}

static void test_clip(void **state) {
    (void)state;
    static const double values[5] = {-3, 0, 1, 2, 50};
    DataCase data;
    LrtStep *step = data_case_step(&data, LRT_TRANSFORM_CLIP, begin(&data, values, 5));
    step->number[0] = 0;
    step->number[1] = INFINITY;
    data_case_input(&data, step->output);
    data_case_check(&data, (const float[]){0, 0, 1, 2, 50}, 5, 1);
    step = data_case_step(&data, LRT_TRANSFORM_CLIP, begin(&data, values, 5));
    step->option[0] = 1;
    step->number[0] = 0.125;
    step->number[1] = 0.875;
    data_case_input(&data, step->output);
    data_case_check(&data, (const float[]){-1.5f, 0, 1, 2, 26}, 5, 1);
}

static void test_winsorize_spread(void **state) {
    (void)state;
    static const double values[7] = {1, 2, 3, 4, 5, 6, 1000};
    DataCase data;
    LrtStep *step = data_case_step(&data, LRT_TRANSFORM_WINSORIZE, begin(&data, values, 7));
    step->option[0] = LRT_BOUNDS_IQR;
    step->number[0] = 1.5; /* quartiles 2.5 and 5.5 */
    data_case_input(&data, step->output);
    data_case_check(&data, (const float[]){1, 2, 3, 4, 5, 6, 10}, 7, 1);
    step = data_case_step(&data, LRT_TRANSFORM_WINSORIZE, begin(&data, values, 7));
    step->option[0] = LRT_BOUNDS_MAD;
    step->number[0] = 3; /* median 4, MAD 2 */
    data_case_input(&data, step->output);
    data_case_check(&data, (const float[]){1, 2, 3, 4, 5, 6, (float)(4 + 3 * 2 * 1.482602218505602)}, 7, 1);
}

/* 29 % of 100 are 29 in decimals, 28 in binary. */
static void test_winsorize_is_decimal(void **state) {
    (void)state;
    static double values[100], target[100];
    for (int i = 0; i < 100; i++) values[i] = i;
    DataCase data;
    data_case_init(&data, 100);
    int32_t x = data_case_real(&data, "x", values);
    data_case_target(&data, data_case_real(&data, "y", target));
    LrtStep *step = data_case_step(&data, LRT_TRANSFORM_WINSORIZE, x);
    step->number[0] = 0.29;
    step->number[1] = 0.71;
    data_case_input(&data, step->output);
    LrtDataset *dataset = data_case_prepare(&data, false);
    assert_true(dataset->fits[0].numbers[0] == 29 && dataset->fits[0].numbers[1] == 70);
    lrt_dataset_free(dataset);
    data_case_free(&data);
}

static LrtStep *hot_step(DataCase *data, int32_t region, double rare, LrtUnseen unseen, LrtMissing missing) {
    LrtStep *step = data_case_step(data, LRT_TRANSFORM_ONE_HOT, region);
    step->number[0] = rare;
    step->option[0] = (int32_t)unseen;
    step->option[1] = (int32_t)missing;
    data_case_input(data, step->output);
    return step;
}

static void check_names(DataCase *data, const char *const *names, int64_t count) {
    LrtDataset *dataset = data_case_prepare(data, false);
    assert_int_equal(lrt_input_width(&data->spec, dataset->fits, 0), count);
    for (int64_t k = 0; k < count; k++)
        assert_string_equal(lrt_input_column_name(&data->spec, dataset->fits, 0, k, (char[LRT_ELEMENT_NAME]){0}), names[k]);
    lrt_dataset_free(dataset);
}

static void test_one_hot(void **state) {
    (void)state;
    static const char *const cells[7] = {"south", "north", "south", NULL, "east", "north", "south"};
    DataCase data;
    hot_step(&data, begin_levels(&data, cells, 7, NULL), 1, LRT_UNSEEN_ZERO, LRT_MISSING_LEVEL);
    check_names(&data, (const char *const[]){"region=east", "region=north", "region=south", "region:missing"}, 4);
    data_case_check(&data,
                   (const float[]){0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0},
                   7, 4);
    hot_step(&data, begin_levels(&data, cells, 7, NULL), 2, LRT_UNSEEN_OTHER, LRT_MISSING_ZERO);
    check_names(&data, (const char *const[]){"region=north", "region=south", "region:other"}, 3);
    data_case_check(&data, (const float[]){0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0}, 7, 3);
    /* Declared levels have their columns whether they occur or not; no cell is missing, so missing is none. */
    static const char *const plans[3] = {"pro", "basic", "pro"};
    hot_step(&data, begin_levels(&data, plans, 3, "basic|pro|max"), 1, LRT_UNSEEN_ZERO, LRT_MISSING_LEVEL);
    data_case_check(&data, (const float[]){0, 1, 0, 1, 0, 0, 0, 1, 0}, 3, 3);
    hot_step(&data, begin_levels(&data, cells, 7, NULL), 1, LRT_UNSEEN_ZERO, LRT_MISSING_ERROR);
    LrtError error = data_case_refuse(&data, "missing-unhandled");
    assert_int_equal(error.row, 4);
    data_case_free(&data);
}

static void test_ordinal(void **state) {
    (void)state;
    static const char *const cells[4] = {"high", "low", NULL, "mid"};
    DataCase data;
    int32_t size = begin_levels(&data, cells, 4, "low|mid|high");
    LrtStep *step = data_case_step(&data, LRT_TRANSFORM_ORDINAL, size);
    step->option[0] = LRT_UNSEEN_OTHER;
    data_case_input(
        &data, data_case_impute(&data, step->output, LRT_IMPUTE_MEDIAN)); /* a missing cell stays missing until here */
    data_case_check(&data, (const float[]){2, 0, 1, 1}, 4, 1);
}

static void test_index(void **state) {
    (void)state;
    static const char *const cells[4] = {"b", NULL, "a", "b"};
    static const struct {
        const char *levels;
        int64_t width;
        int32_t wanted[4];
    } cases[] = {{NULL, 4, {1, 3, 0, 1}} /* a, b, other, missing */, {"b|a", 3, {0, 2, 1, 0}} /* b, a, missing */};
    for (size_t k = 0; k < 2; k++) {
        DataCase data;
        LrtStep *step = data_case_step(&data, LRT_TRANSFORM_INDEX, begin_levels(&data, cells, 4, cases[k].levels));
        step->option[0] = cases[k].levels ? LRT_UNSEEN_ERROR : LRT_UNSEEN_OTHER;
        data_case_input(&data, step->output);
        LrtDataset *dataset = data_case_prepare(&data, false);
        assert_int_equal(dataset->fits[0].width, cases[k].width);
        assert_int_equal(dataset->index_width, 1);
        assert_int_equal(dataset->feature_width, 0);
        assert_memory_equal(dataset->indices, cases[k].wanted, sizeof cases[k].wanted);
        lrt_dataset_free(dataset);
        data_case_free(&data);
    }
}

static const LrtNote *only_note(const LrtDataset *dataset, const char *name) {
    assert_int_equal(dataset->note_count, 1);
    assert_string_equal(dataset->notes[0].name, name);
    assert_true(dataset->notes[0].message[0] && dataset->notes[0].fix[0]);
    return &dataset->notes[0];
}

static void test_notes(void **state) {
    (void)state;
    static const double mostly[8] = {0, 0, 0, 0, 0, 0, 7, 9}, constant[8] = {5, 5, 5, 5, 5, 5, 5, 5};
    DataCase data;
    data_case_input(&data, data_case_scale(&data, begin(&data, mostly, 8), LRT_SCALE_MAD));
    LrtDataset *dataset = data_case_prepare(&data, false);
    assert_int_equal(only_note(dataset, "zero-mad")->step, 0);
    assert_true(dataset->fits[0].numbers[0] == 0 && dataset->fits[0].numbers[1] == 2); /* mean of |x| */
    lrt_dataset_free(dataset);
    data_case_free(&data);
    data_case_input(&data, data_case_scale(&data, begin(&data, constant, 8), LRT_SCALE_MAD));
    dataset = data_case_prepare(&data, false);
    only_note(dataset, "constant-feature");
    assert_true(dataset->fits[0].numbers[1] == 1 && dataset->features[0] == 0);
    lrt_dataset_free(dataset);
    data_case_free(&data);
    LrtStep *step = data_case_step(&data, LRT_TRANSFORM_WINSORIZE, begin(&data, mostly, 8));
    step->option[0] = LRT_BOUNDS_MAD;
    step->number[0] = 3;
    data_case_input(&data, step->output);
    dataset = data_case_prepare(&data, false);
    only_note(dataset, "constant-feature");
    lrt_dataset_free(dataset);
    data_case_free(&data);
}

static void test_refusals(void **state) {
    (void)state;
    static const double none[3] = {NAN, NAN, NAN}, some[3] = {1, NAN, NAN}, large[3] = {1e30, 2, 3};
    DataCase data;
    data_case_input(&data, data_case_impute(&data, begin(&data, none, 3), LRT_IMPUTE_MEDIAN));
    LrtError error = data_case_refuse(&data, "missing-unhandled");
    assert_int_equal(error.step, 1);
    assert_true(strstr(error.fix, "impute(constant: 0)") != NULL);
    data_case_free(&data);
    data_case_input(&data, data_case_scale(&data, begin(&data, some, 3), LRT_SCALE_STANDARD));
    error = data_case_refuse(&data, "missing-unhandled");
    assert_true(strstr(error.message, "2 missing cells") && strstr(error.message, "rows 2, 3"));
    assert_int_equal(error.row, 2);
    data_case_free(&data);
    LrtStep *step = data_case_step(&data, LRT_TRANSFORM_RESCALE, begin(&data, large, 3));
    step->number[0] = 1e30;
    data_case_input(&data, step->output);
    error = data_case_refuse(&data, "nonfinite-data");
    assert_string_equal(error.text, "1e30");
    data_case_free(&data);
    static const char *const cells[3] = {NULL, NULL, NULL};
    data_case_impute(&data, begin_levels(&data, cells, 3, NULL), LRT_IMPUTE_MODE);
    data_case_refuse(&data, "missing-unhandled");
    data_case_free(&data);
}

static void test_target_units(void **state) {
    (void)state;
    static const double price[4] = {10, 100, 1000, 20}, x[4] = {1, 2, 3, 4};
    DataCase data;
    data_case_init(&data, 4);
    data_case_input(&data, data_case_real(&data, "x", x));
    int32_t slot = data_case_real(&data, "price", price);
    slot = data_case_step(&data, LRT_TRANSFORM_LOG, slot)->output;
    data_case_target(&data, data_case_scale(&data, slot, LRT_SCALE_STANDARD));
    LrtDataset *dataset = data_case_prepare(&data, false);
    for (int i = 0; i < 4; i++) {
        double value = (double)dataset->targets[i];
        assert_true(fabs(value) < 2);
        lrt_target_invert(&data.spec, dataset->fits, 0, 0, &value, 1);
        assert_true(fabs(value / price[i] - 1) < 1e-6);
    }
    lrt_dataset_free(dataset);
    data_case_free(&data);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_impute),        cmocka_unit_test(test_impute_mode_of_equals),
        cmocka_unit_test(test_row_functions), cmocka_unit_test(test_domains),
        cmocka_unit_test(test_clip),          cmocka_unit_test(test_winsorize_spread),
        cmocka_unit_test(test_one_hot),       cmocka_unit_test(test_winsorize_is_decimal),
        cmocka_unit_test(test_ordinal),       cmocka_unit_test(test_index),
        cmocka_unit_test(test_notes),         cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_target_units),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
