/* scale(quantile), scale(power) and bins against scikit-learn and scipy: the prices of 2,930 houses, small columns with
 * missing cells and constants, and columns drawn for the purpose. */
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
static const double not_there = -1e9;

typedef struct Column {
    double values[MAX_ROWS];
    int64_t count;
} Column;

/* What a step made of a column: its fit and its values, and what the values turn back to. */
typedef struct Made {
    double numbers[2 * MAX_ROWS];
    int64_t number_count;
    float values[MAX_ROWS];
    double inverted[MAX_ROWS];
} Made;

static void apply(const Column *column, LrtTransform transform, int32_t option, double number, Made *out) {
    static const double target_values[MAX_ROWS] = {0};
    DataCase data;
    data_case_init(&data, column->count);
    int32_t x = data_case_real(&data, "x", column->values), y = data_case_real(&data, "y", target_values);
    LrtStep *step = data_case_step(&data, transform, x);
    step->option[0] = option;
    step->number[0] = number;
    int32_t made = step->output;
    LrtStep *filled = data_case_step(&data, LRT_TRANSFORM_IMPUTE, made);
    filled->option[0] = LRT_IMPUTE_CONSTANT;
    filled->number[0] = not_there;
    data_case_input(&data, filled->output);
    data_case_target(&data, y);
    LrtDataset *dataset = data_case_prepare(&data, false);
    const LrtFit *fit = &dataset->fits[0];
    out->number_count = fit->number_count;
    memcpy(out->numbers, fit->numbers, (size_t)fit->number_count * sizeof(double));
    LrtTarget target = {.name = "x", .slot = made, .units = ""};
    data.spec.targets = &target;
    for (int64_t i = 0; i < column->count; i++) out->inverted[i] = (double)(out->values[i] = dataset->features[i]);
    if (transform != LRT_TRANSFORM_BINS) lrt_target_invert(&data.spec, dataset->fits, 0, 0, out->inverted, column->count);
    lrt_dataset_free(dataset);
    data_case_free(&data);
}

static void assert_close(double have, double want, double tolerance, const char *what) {
    if (!(fabs(have - want) <= tolerance * fmax(1, fabs(want)))) fail_msg("%s: %.12g, not %.12g", what, have, want);
}

static double number(const LrtJson *json, const char *path) {
    const LrtJson *found = data_case_member(json, path);
    assert_int_equal(found->kind, LRT_JSON_NUMBER);
    return found->number;
}

/* Values side by side; null stands for a missing cell. */
static void check_values(const LrtJson *wanted, const Made *made, const char *what) {
    for (int64_t i = 0; i < wanted->count; i++) {
        bool missing = wanted->items[i].kind == LRT_JSON_NULL;
        assert_close((double)made->values[i], missing ? not_there : wanted->items[i].number, 1e-6, what);
    }
}

static void check_numbers(const LrtJson *wanted, const double *have, const char *what) {
    for (int64_t i = 0; i < wanted->count; i++) assert_close(have[i], wanted->items[i].number, 1e-12, what);
}

static void read_column(const LrtJson *list, Column *out) {
    out->count = list->count;
    for (int64_t i = 0; i < list->count; i++)
        out->values[i] = list->items[i].kind == LRT_JSON_NULL ? NAN : list->items[i].number;
}

/* What is inside the range turns back to what it was, to the precision of a float. */
static void check_inversion(const Column *column, const Made *made, const char *what) {
    for (int64_t i = 0; i < column->count; i++)
        if (!isnan(column->values[i]) && fabs((double)made->values[i]) < 5)
            assert_close(made->inverted[i], column->values[i], 1e-4, what);
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

static double sum_of(const Made *made, int64_t count) {
    double sum = 0;
    for (int64_t i = 0; i < count; i++) sum += (double)made->values[i];
    return sum;
}

static void test_prices(void **state) {
    (void)state;
    static Column prices;
    static Made made;
    LrtJson *json = data_case_json("tests/golden/scalers.json");
    const LrtJson *golden = data_case_member(json, "columns/ames.sale_price/results");
    read_prices(&prices);
    apply(&prices, LRT_TRANSFORM_SCALE_QUANTILE, LRT_UNIFORM, 100, &made);
    assert_int_equal(made.number_count, 100);
    check_numbers(data_case_member(golden, "QuantileTransformer_uniform/quantiles_first10"), made.numbers, "quantiles");
    check_values(data_case_member(golden, "QuantileTransformer_uniform/first20"), &made, "uniform");
    assert_close(sum_of(&made, prices.count), number(golden, "QuantileTransformer_uniform/sum"), 1e-6, "uniform sum");
    apply(&prices, LRT_TRANSFORM_SCALE_QUANTILE, LRT_NORMAL, 100, &made);
    check_values(data_case_member(golden, "QuantileTransformer_normal/first20"), &made, "normal");
    assert_close(sum_of(&made, prices.count), number(golden, "QuantileTransformer_normal/sum"), 1e-5, "normal sum");
    apply(&prices, LRT_TRANSFORM_SCALE_POWER, LRT_YEO_JOHNSON, 0, &made);
    assert_close(made.numbers[0], number(golden, "PowerTransformer_yeo_johnson/lambda_"), 1e-7, "exponent");
    assert_close(made.numbers[1], number(golden, "PowerTransformer_yeo_johnson/mean_after"), 1e-6, "mean");
    assert_close(made.numbers[2], number(golden, "PowerTransformer_yeo_johnson/scale_after"), 1e-6, "deviation");
    check_values(data_case_member(golden, "PowerTransformer_yeo_johnson/first20"), &made, "Yeo-Johnson");
    check_inversion(&prices, &made, "Yeo-Johnson turned back");
    apply(&prices, LRT_TRANSFORM_SCALE_POWER, LRT_BOX_COX, 0, &made);
    assert_close(made.numbers[0], number(golden, "PowerTransformer_box_cox/lambda_"), 1e-7, "exponent");
    const LrtJson *raw = data_case_member(golden, "PowerTransformer_box_cox/first20");
    for (int i = 0; i < 20; i++)
        assert_close((double)made.values[i] * made.numbers[2] + made.numbers[1], raw->items[i].number, 1e-6, "Box-Cox");
    check_inversion(&prices, &made, "Box-Cox turned back");
    apply(&prices, LRT_TRANSFORM_BINS, LRT_BINS_QUANTILE, 5, &made);
    assert_int_equal(made.number_count, 6);
    check_numbers(data_case_member(golden, "KBins5_quantile/edges"), made.numbers, "edges");
    int64_t counts[5] = {0};
    for (int64_t i = 0; i < prices.count; i++) counts[(int)made.values[i]]++;
    for (int k = 0; k < 5; k++)
        assert_int_equal(counts[k], (int64_t)data_case_member(golden, "KBins5_quantile/counts")->items[k].number);
    lrt_json_free(json);
}

/* Constants, ties, missing cells, negatives and one row have the exponents that scikit-learn finds. */
static void test_edge_cases(void **state) {
    (void)state;
    static Column column;
    static Made made;
    LrtJson *json = data_case_json("tests/golden/scalers_edge.json");
    const LrtJson *cases = data_case_member(json, "cases");
    for (int64_t k = 0; k < cases->count; k++) {
        read_column(data_case_member(&cases->items[k], "input"), &column);
        apply(&column, LRT_TRANSFORM_SCALE_POWER, LRT_YEO_JOHNSON, 0, &made);
        assert_close(made.numbers[0], number(&cases->items[k], "yeo_johnson_lambda"), 1e-6, cases->items[k].key);
        for (int64_t i = 0; i < column.count; i++) assert_true(isfinite(made.values[i]));
    }
    lrt_json_free(json);
}

/* The function itself, at ten exponents: a fit is read by `invert` and `apply` alone. */
static void test_points(void **state) {
    (void)state;
    LrtJson *json = data_case_json("tests/golden/yeojohnson_points.json");
    const LrtJson *x = data_case_member(json, "x"), *values = data_case_member(json, "values");
    static const double target_values[16] = {0};
    for (int64_t k = 0; k < values->count; k++) {
        DataCase data;
        double cells[16];
        data_case_init(&data, x->count);
        for (int64_t i = 0; i < x->count; i++) cells[i] = x->items[i].number;
        int32_t slot = data_case_real(&data, "x", cells);
        data_case_target(&data, data_case_real(&data, "y", target_values));
        data_case_input(&data, data_case_step(&data, LRT_TRANSFORM_SCALE_POWER, slot)->output);
        double numbers[5] = {strtod(values->items[k].key, NULL), 0, 1, -10, 10};
        LrtFit fit = {.numbers = numbers, .number_count = 5, .width = 1};
        LrtError error = {0};
        LrtDataset *dataset = lrt_dataset_apply(&data.spec, &data.table, &fit, false, &error);
        assert_non_null(dataset);
        data.targets[0].slot = data.steps[0].output;
        for (int64_t i = 0; i < x->count; i++) {
            double wanted = values->items[k].items[i].number, back = wanted;
            assert_close((double)dataset->features[i], wanted, 1e-6, values->items[k].key);
            lrt_target_invert(&data.spec, &fit, 0, 0, &back, 1);
            assert_close(back, cells[i], 1e-12, "turned back");
        }
        lrt_dataset_free(dataset);
        data_case_free(&data);
    }
    lrt_json_free(json);
}

static void check_power(const LrtJson *wanted, const Column *column, LrtPower power) {
    static Made made;
    apply(column, LRT_TRANSFORM_SCALE_POWER, (int32_t)power, 0, &made);
    assert_close(made.numbers[0], number(wanted, "exponent"), 1e-6, "exponent");
    check_values(data_case_member(wanted, "values"), &made, power == LRT_BOX_COX ? "Box-Cox" : "Yeo-Johnson");
    check_inversion(column, &made, "turned back");
}

static void test_other_columns(void **state) {
    (void)state;
    static Column column;
    static Made made;
    LrtJson *json = data_case_json("tests/golden/transforms.json");
    const LrtJson *columns = data_case_member(json, "columns");
    assert_true(columns->count >= 6);
    for (int64_t k = 0; k < columns->count; k++) {
        const LrtJson *golden = &columns->items[k];
        read_column(data_case_member(golden, "input"), &column);
        apply(&column, LRT_TRANSFORM_SCALE_QUANTILE, LRT_UNIFORM, 100, &made);
        check_values(data_case_member(golden, "quantile_uniform"), &made, golden->key);
        check_inversion(&column, &made, "quantile turned back");
        apply(&column, LRT_TRANSFORM_SCALE_QUANTILE, LRT_NORMAL, 100, &made);
        check_values(data_case_member(golden, "quantile_normal"), &made, golden->key);
        check_inversion(&column, &made, "deviate turned back");
        check_power(data_case_member(golden, "yeo_johnson"), &column, LRT_YEO_JOHNSON);
        if (lrt_json_member(golden, "box_cox")) check_power(lrt_json_member(golden, "box_cox"), &column, LRT_BOX_COX);
        static const char *const names[2] = {"bins_quantile", "bins_width"};
        for (int by = LRT_BINS_QUANTILE; by <= LRT_BINS_WIDTH; by++) {
            const LrtJson *edges = data_case_member(golden, names[by]);
            apply(&column, LRT_TRANSFORM_BINS, by, 7, &made);
            assert_int_equal(made.number_count, edges->count);
            check_numbers(edges, made.numbers, names[by]);
        }
    }
    lrt_json_free(json);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_prices), cmocka_unit_test(test_edge_cases),
                                       cmocka_unit_test(test_points), cmocka_unit_test(test_other_columns)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
