/* Scalers, winsorizing and quantiles against numpy, scipy and scikit-learn: a column of 2,930 prices and small ones
 * with missing cells, constants and outliers. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "harness/data_case.h"
#include "harness/table_case.h"

enum { MAX_ROWS = 4096 };

typedef struct Column {
    double values[MAX_ROWS];
    int64_t count;
} Column;

static double target_values[MAX_ROWS];

/* Every row is in the training part. The step's options are set by the caller through `fill`. */
typedef struct Wanted {
    LrtTransform transform;
    int32_t option[2];
    double number[2];
} Wanted;

static double fitted(const Column *column, Wanted wanted, int number, float *out_values) {
    DataCase data;
    data_case_init(&data, column->count);
    int32_t x = data_case_real(&data, "x", column->values), y = data_case_real(&data, "y", target_values);
    LrtStep *step = data_case_step(&data, wanted.transform, x);
    memcpy(step->option, wanted.option, sizeof wanted.option);
    memcpy(step->number, wanted.number, sizeof wanted.number);
    LrtStep *filled =
        data_case_step(&data, LRT_TRANSFORM_IMPUTE, step->output); /* what is missing must not reach the network */
    filled->option[0] = LRT_IMPUTE_CONSTANT;
    filled->number[0] = -1e9;
    data_case_input(&data, filled->output);
    data_case_target(&data, y);
    LrtDataset *dataset = data_case_prepare(&data, false);
    double result = dataset->fits[0].numbers[number];
    for (int64_t i = 0; out_values && i < column->count; i++) out_values[i] = dataset->features[i];
    lrt_dataset_free(dataset);
    data_case_free(&data);
    return result;
}

static void assert_near(double have, double want, const char *what) {
    if (!(fabs(have - want) <= 1e-12 * fmax(1, fabs(want)))) fail_msg("%s: %.17g, not %.17g", what, have, want);
}

static double number(const LrtJson *json, const char *path) {
    const LrtJson *found = data_case_member(json, path);
    assert_int_equal(found->kind, LRT_JSON_NUMBER);
    return found->number;
}

static void read_prices(Column *out) {
    CaseSpec spec;
    LrtError error = {0};
    case_spec_init(&spec, "sale_price real");
    LrtTable *table = lrt_table_read(&spec.spec, "examples/houses/ames.csv", LRT_READ_TRAIN, &error);
    if (!table) fail_msg("%s", error.message);
    out->count = table->row_count;
    memcpy(out->values, table->columns[0].real, (size_t)table->row_count * sizeof(double));
    lrt_table_free(table);
}

static void test_prices(void **state) {
    (void)state;
    LrtJson *json = data_case_json("tests/golden/scalers.json");
    const LrtJson *golden = data_case_member(json, "columns/ames.sale_price/results");
    static Column prices;
    static float scaled[MAX_ROWS];
    read_prices(&prices);
    assert_int_equal(prices.count, 2930);
    Wanted scale = {.transform = LRT_TRANSFORM_SCALE};
    assert_near(fitted(&prices, scale, 0, scaled), number(golden, "StandardScaler/mean_"), "mean");
    assert_near(fitted(&prices, scale, 1, NULL), number(golden, "StandardScaler/scale_"), "deviation");
    const LrtJson *first = data_case_member(golden, "StandardScaler/first20");
    for (int i = 0; i < 20; i++) assert_true(fabs((double)scaled[i] - first->items[i].number) < 1e-6);
    scale.option[0] = LRT_SCALE_ROBUST;
    assert_near(fitted(&prices, scale, 0, NULL), number(golden, "RobustScaler/center_"), "robust center");
    assert_near(fitted(&prices, scale, 1, NULL), number(golden, "RobustScaler/scale_"), "robust scale");
    scale.option[0] = LRT_SCALE_MINMAX;
    assert_near(fitted(&prices, scale, 0, NULL), number(golden, "MinMaxScaler/data_min_"), "minimum");
    assert_near(fitted(&prices, scale, 1, NULL),
                number(golden, "MinMaxScaler/data_max_") - number(golden, "MinMaxScaler/data_min_"), "range");
    scale.option[0] = LRT_SCALE_MAXABS;
    assert_near(fitted(&prices, scale, 1, NULL), number(golden, "MaxAbsScaler/scale_"), "maxabs");
    scale.option[0] = LRT_SCALE_MAD;
    assert_near(fitted(&prices, scale, 0, NULL), number(golden, "median/value"), "median");
    assert_near(fitted(&prices, scale, 1, NULL), number(golden, "mad_scale1/value"), "mad");
    scale.option[1] = 1;
    assert_near(fitted(&prices, scale, 1, NULL), number(golden, "mad_normal/value"), "mad, normal");
    lrt_json_free(json);
}

static void test_limits(void **state) {
    (void)state;
    LrtJson *json = data_case_json("tests/golden/scalers.json");
    const LrtJson *golden = data_case_member(json, "columns/ames.sale_price/results");
    static Column prices;
    static float limited[MAX_ROWS];
    read_prices(&prices);
    Wanted winsorize = {.transform = LRT_TRANSFORM_WINSORIZE, .number = {0.05, 0.95}};
    assert_near(fitted(&prices, winsorize, 0, limited), number(golden, "winsorize_0.05/low"), "winsorize low");
    assert_near(fitted(&prices, winsorize, 1, NULL), number(golden, "winsorize_0.05/high"), "winsorize high");
    int64_t changed = 0;
    for (int64_t i = 0; i < prices.count; i++) changed += limited[i] != (float)prices.values[i];
    assert_int_equal(changed, (int64_t)number(golden, "winsorize_0.05/changed"));
    winsorize = (Wanted){.transform = LRT_TRANSFORM_WINSORIZE, .number = {0.01, 0.90}};
    assert_near(fitted(&prices, winsorize, 0, NULL), number(golden, "winsorize_0.01_0.10/low"), "winsorize low");
    assert_near(fitted(&prices, winsorize, 1, NULL), number(golden, "winsorize_0.01_0.10/high"), "winsorize high");
    const LrtJson *shares = data_case_member(golden, "quantiles/p"),
                  *values = data_case_member(golden, "quantiles/value");
    for (int64_t k = 0; k < shares->count; k++) {
        Wanted clip = {.transform = LRT_TRANSFORM_CLIP, .option = {1}, .number = {shares->items[k].number, 1}};
        assert_near(fitted(&prices, clip, 0, NULL), values->items[k].number, "quantile");
    }
    lrt_json_free(json);
}

static void read_case(const LrtJson *golden, Column *out) {
    const LrtJson *input = data_case_member(golden, "input");
    out->count = input->count;
    for (int64_t i = 0; i < input->count; i++)
        out->values[i] = input->items[i].kind == LRT_JSON_NUMBER ? input->items[i].number : NAN;
}

static void check_outputs(const LrtJson *wanted, const float *have, const char *what) {
    for (int64_t i = 0; i < wanted->count; i++) {
        double want = wanted->items[i].kind == LRT_JSON_NUMBER ? wanted->items[i].number : -1e9;
        if (!(fabs((double)have[i] - want) <= 1e-6 * fmax(1, fabs(want)))) fail_msg("%s, row %d", what, (int)i);
    }
}

static void check_scaler(const LrtJson *golden, const Column *column, const char *name, LrtScale how) {
    float values[64];
    Wanted scale = {.transform = LRT_TRANSFORM_SCALE, .option = {(int32_t)how}};
    fitted(column, scale, 0, values);
    const LrtJson *wanted = data_case_member(golden, name);
    check_outputs(data_case_member(wanted, "out"), values, name);
}

/* Constants, ties that make the MAD 0, missing cells, negatives, a single row. */
static void test_edge_cases(void **state) {
    (void)state;
    LrtJson *json = data_case_json("tests/golden/scalers_edge.json");
    const LrtJson *cases = data_case_member(json, "cases");
    static Column column;
    assert_true(cases->count >= 8);
    for (int64_t k = 0; k < cases->count; k++) {
        const LrtJson *golden = &cases->items[k];
        read_case(golden, &column);
        check_scaler(golden, &column, "standard", LRT_SCALE_STANDARD);
        check_scaler(golden, &column, "robust", LRT_SCALE_ROBUST);
        check_scaler(golden, &column, "minmax", LRT_SCALE_MINMAX);
        Wanted mad = {.transform = LRT_TRANSFORM_SCALE, .option = {LRT_SCALE_MAD}};
        double wanted_mad = number(golden, "mad_scale1"), have = fitted(&column, mad, 1, NULL);
        if (wanted_mad > 0) assert_near(have, wanted_mad, golden->key);
        mad.option[1] = 1;
        if (wanted_mad > 0) assert_near(fitted(&column, mad, 1, NULL), number(golden, "mad_normal"), golden->key);
        static const double limits[2] = {0.05, 0.25};
        static const char *const names[2] = {"winsorize_0.05", "winsorize_0.25"};
        for (int l = 0; l < 2; l++) {
            const LrtJson *wanted = lrt_json_member(golden, names[l]);
            float values[64];
            if (!wanted) continue;
            Wanted winsorize = {.transform = LRT_TRANSFORM_WINSORIZE, .number = {limits[l], 1 - limits[l]}};
            fitted(&column, winsorize, 0, values);
            check_outputs(wanted, values, names[l]);
        }
    }
    lrt_json_free(json);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_prices), cmocka_unit_test(test_limits),
                                       cmocka_unit_test(test_edge_cases)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
