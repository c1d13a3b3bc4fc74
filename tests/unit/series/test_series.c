/* Steps that read other rows: against pandas, and by hand where a series begins, has a gap, or is out of order. */
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

enum { MOST_ROWS = 128 };
static const double missing_value = -1e9; /* what `impute` makes of a missing cell, so that the row can be looked at */

/* A table of one series, or of several by `group`, whose features are looked at. */
typedef struct SeriesCase {
    DataCase data;
    int32_t x;
} SeriesCase;

static void begin(SeriesCase *out, const double *values, const double *times, const char *const *groups,
                  int64_t count) {
    static const double target[MOST_ROWS] = {0};
    data_case_init(&out->data, count);
    out->x = data_case_real(&out->data, "x", values);
    if (times) {
        out->data.spec.series.time = data_case_real(&out->data, "t", times);
        out->data.columns[out->data.spec.series.time].type = LRT_COLUMN_TIMESTAMP;
    }
    if (groups) out->data.columns[data_case_category(&out->data, "g", groups, NULL)].type = LRT_COLUMN_GROUP;
    data_case_target(&out->data, data_case_real(&out->data, "y", target));
    out->data.spec.series.used = true;
    out->data.spec.split.kind = LRT_SPLIT_CHRONOLOGICAL;
    out->data.spec.split.column = -1;
}

/* A step whose output feeds the network, missing values as `missing_value`. */
static void feed_step(SeriesCase *series, LrtTransform transform, double number) {
    LrtStep *step = data_case_step(&series->data, transform, series->x);
    step->number[0] = number;
    LrtStep *filled = data_case_step(&series->data, LRT_TRANSFORM_IMPUTE, step->output);
    filled->option[0] = LRT_IMPUTE_CONSTANT;
    filled->number[0] = missing_value;
    data_case_input(&series->data, filled->output);
}

static void check_rows(SeriesCase *series, const int64_t *rows, const double *values, int64_t count,
                       const char *what) {
    LrtDataset *dataset = data_case_prepare(&series->data, false);
    if (dataset->row_count != count) fail_msg("%s: %d rows, not %d", what, (int)dataset->row_count, (int)count);
    for (int64_t i = 0; i < count; i++) {
        double have = (double)dataset->features[i];
        if (dataset->source_row[i] != rows[i] || !(fabs(have - values[i]) <= 2e-7 * fmax(1, fabs(values[i]))))
            fail_msg("%s: row %d is %.9g, not row %d with %.9g", what, (int)dataset->source_row[i], have, (int)rows[i],
                     values[i]);
    }
    lrt_dataset_free(dataset);
    data_case_free(&series->data);
}

/* ---- against pandas ---------------------------------------------------------------------------------------------- */

static double number_or(const LrtJson *json, double otherwise) {
    return json->kind == LRT_JSON_NUMBER ? json->number : otherwise;
}

static LrtTransform transform_of(const char *word) {
    static const char *const words[] = {
#define TRANSFORM(id, word, kind, doc) word,
#include "lrt/transforms.def"
#undef TRANSFORM
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i], word) == 0) return (LrtTransform)i;
    fail_msg("no transform `%s`", word);
    return LRT_TRANSFORM_IMPUTE;
}

static void test_pandas(void **state) {
    (void)state;
    LrtJson *json = data_case_json("tests/golden/series.json");
    const LrtJson *group = data_case_member(json, "group"), *time = data_case_member(json, "time");
    const LrtJson *value = data_case_member(json, "value"), *cases = data_case_member(json, "cases");
    double values[MOST_ROWS], times[MOST_ROWS], wanted[MOST_ROWS];
    const char *groups[MOST_ROWS];
    int64_t rows[MOST_ROWS], count = group->count;
    assert_true(count <= MOST_ROWS);
    for (int64_t i = 0; i < count; i++) {
        values[i] = number_or(&value->items[i], (double)NAN);
        times[i] = time->items[i].number;
        groups[i] = group->items[i].string;
    }
    for (int64_t c = 0; c < cases->count; c++) {
        const LrtJson *one = &cases->items[c];
        const LrtJson *kept = data_case_member(one, "rows"), *results = data_case_member(one, "values");
        const char *word = data_case_member(one, "transform")->string;
        double number = data_case_member(one, "number")->number;
        for (int64_t i = 0; i < kept->count; i++) {
            rows[i] = (int64_t)kept->items[i].number;
            wanted[i] = number_or(&results->items[i], missing_value);
        }
        SeriesCase series;
        char what[64];
        begin(&series, values, times, groups, count);
        feed_step(&series, transform_of(word), number);
        snprintf(what, sizeof what, "%s(%g)", word, number);
        check_rows(&series, rows, wanted, kept->count, what);
    }
    lrt_json_free(json);
}

/* ---- by hand ------------------------------------------------------------------------------------------------------ */

static void test_order(void **state) {
    (void)state;
    static const double values[6] = {1, 10, 3, 100, 30, 7}, times[6] = {2, 5, 1, 9, 4, 3};
    static const char *const groups[6] = {"u", "v", "u", "w", "v", "u"};
    /* u in time: 3 (t 1), 1 (t 2), 7 (t 3); v: 30, 10; w: one row, which lacks its history */
    SeriesCase series;
    begin(&series, values, times, groups, 6);
    feed_step(&series, LRT_TRANSFORM_DIFF, 1);
    LrtDataset *dataset = data_case_prepare(&series.data, false);
    assert_int_equal(dataset->dropped_without_history, 3);
    assert_int_equal(dataset->note_count, 1);
    assert_string_equal(dataset->notes[0].name, "unsorted-time");
    lrt_dataset_free(dataset);
    check_rows(&series, (const int64_t[]){0, 1, 5}, (const double[]){-2, -20, 6}, 3, "mixed groups");

    /* Without a timestamp the order of the file counts, and nothing is out of order. */
    begin(&series, values, NULL, NULL, 6);
    feed_step(&series, LRT_TRANSFORM_LAG, 2);
    check_rows(&series, (const int64_t[]){2, 3, 4, 5}, (const double[]){1, 10, 3, 100}, 4, "order of the file");
}

static void test_equal_times(void **state) {
    (void)state;
    static const double values[4] = {1, 2, 4, 8}, times[4] = {1, 2, 2, 3};
    SeriesCase series;
    begin(&series, values, times, NULL, 4);
    feed_step(&series, LRT_TRANSFORM_DIFF, 1);
    LrtDataset *dataset = data_case_prepare(&series.data, false);
    assert_int_equal(dataset->note_count, 1);
    assert_string_equal(dataset->notes[0].name, "duplicate-time");
    assert_non_null(strstr(dataset->notes[0].message, "row 3"));
    lrt_dataset_free(dataset);
    check_rows(&series, (const int64_t[]){1, 2, 3}, (const double[]){1, 2, 4}, 3, "equal times");
}

static void set_gaps(SeriesCase *series, LrtGaps gaps) {
    series->data.spec.series.every = 60;
    series->data.spec.series.gaps = gaps;
}

static void test_gaps(void **state) {
    (void)state;
    static const double values[6] = {1, 2, 4, 8, 16, 32}, times[6] = {0, 60, 125, 300, 360, 420};
    SeriesCase series;
    begin(&series, values, times, NULL, 6);
    set_gaps(&series, LRT_GAPS_KEEP);
    feed_step(&series, LRT_TRANSFORM_DIFF, 1);
    check_rows(&series, (const int64_t[]){1, 2, 3, 4, 5}, (const double[]){1, 2, 4, 8, 16}, 5, "keep");

    begin(&series, values, times, NULL, 6);
    set_gaps(&series, LRT_GAPS_SPLIT);
    feed_step(&series, LRT_TRANSFORM_DIFF, 1);
    check_rows(&series, (const int64_t[]){1, 2, 4, 5}, (const double[]){1, 2, 8, 16}, 4, "split");

    /* 175 s are three times 60: two rows are put in, which repeat row 2 and are no rows of the data set. */
    begin(&series, values, times, NULL, 6);
    set_gaps(&series, LRT_GAPS_FORWARD);
    feed_step(&series, LRT_TRANSFORM_ROLLING_MEAN, 3);
    LrtDataset *dataset = data_case_prepare(&series.data, false);
    assert_int_equal(dataset->put_in, 2);
    assert_int_equal(dataset->dropped_without_history, 2);
    lrt_dataset_free(dataset);
    check_rows(&series, (const int64_t[]){2, 3, 4, 5},
               (const double[]){7.0 / 3, (4.0 + 4 + 8) / 3, (4.0 + 8 + 16) / 3, (8.0 + 16 + 32) / 3}, 4, "forward");

    begin(&series, values, times, NULL, 6);
    set_gaps(&series, LRT_GAPS_ERROR);
    feed_step(&series, LRT_TRANSFORM_DIFF, 1);
    LrtError error = data_case_refuse(&series.data, "time-gap");
    assert_int_equal(error.row, 4);
    data_case_free(&series.data);
}

static void test_forward(void **state) {
    (void)state;
    static const double values[8] = {NAN, 2, NAN, NAN, 5, NAN, 7, NAN};
    static const char *const groups[8] = {"u", "u", "u", "u", "v", "v", "w", "x"};
    SeriesCase series;
    begin(&series, values, NULL, groups, 8);
    LrtStep *step = data_case_step(&series.data, LRT_TRANSFORM_IMPUTE, series.x);
    step->option[0] = LRT_IMPUTE_FORWARD;
    step->option[1] = -1;
    data_case_input(&series.data, step->output);
    check_rows(&series, (const int64_t[]){1, 2, 3, 4, 5, 6}, (const double[]){2, 2, 2, 5, 5, 7}, 6, "forward");

    begin(&series, values, NULL, groups, 8);
    step = data_case_step(&series.data, LRT_TRANSFORM_IMPUTE, series.x);
    step->option[0] = LRT_IMPUTE_FORWARD;
    step->option[1] = LRT_IMPUTE_MEDIAN;
    data_case_input(&series.data, step->output);
    check_rows(&series, (const int64_t[]){0, 1, 2, 3, 4, 5, 6, 7}, (const double[]){5, 2, 2, 2, 5, 5, 7, 5}, 8,
               "forward, then: median");
}

static void test_domains(void **state) {
    (void)state;
    static const double zeros[4] = {1, 0, 3, 4};
    SeriesCase series;
    begin(&series, zeros, NULL, NULL, 4);
    feed_step(&series, LRT_TRANSFORM_RETURNS, 1);
    LrtError error = data_case_refuse(&series.data, "transform-domain");
    assert_int_equal(error.row, 2);
    data_case_free(&series.data);
    begin(&series, zeros, NULL, NULL, 4);
    feed_step(&series, LRT_TRANSFORM_LOG_RETURNS, 1);
    error = data_case_refuse(&series.data, "transform-domain");
    assert_int_equal(error.row, 2);
    data_case_free(&series.data);
    begin(&series, zeros, NULL, NULL, 4);
    feed_step(&series, LRT_TRANSFORM_LAG, 4);
    data_case_refuse(&series.data, "no-rows");
    data_case_free(&series.data);
}

/* A target that looks ahead lacks it at the end of its series; a feature's history comes from the part before. */
static void test_target(void **state) {
    (void)state;
    static const double values[10] = {1, 2, 4, NAN, 16, 32, 64, 128, 256, 512};
    DataCase data;
    data_case_init(&data, 10);
    int32_t x = data_case_real(&data, "x", values);
    LrtStep *ahead = data_case_step(&data, LRT_TRANSFORM_AHEAD, x);
    ahead->number[0] = 2;
    data_case_target(&data, ahead->output);
    LrtStep *filled = data_case_step(&data, LRT_TRANSFORM_IMPUTE, x);
    filled->option[0] = LRT_IMPUTE_CONSTANT;
    filled->number[0] = 0;
    LrtStep *mean = data_case_step(&data, LRT_TRANSFORM_ROLLING_MEAN, filled->output);
    mean->number[0] = 2;
    data_case_input(&data, mean->output);
    data.spec.series.used = true;
    data.spec.split = (LrtSplit){.kind = LRT_SPLIT_CHRONOLOGICAL, .share = {0.5, 0, 0.5}, .column = -1};
    LrtDataset *dataset = data_case_prepare(&data, false);
    /* Rows 8 and 9 have no row two behind, row 1 (target: row 3) has no target, row 0 no history; 7 rows have a target */
    assert_int_equal(dataset->dropped_without_future, 2);
    assert_int_equal(dataset->dropped_without_target, 1);
    assert_int_equal(dataset->dropped_without_history, 1);
    static const int64_t rows[6] = {2, 3, 4, 5, 6, 7};
    static const float targets[6] = {16, 32, 64, 128, 256, 512}, features[6] = {3, 2, 8, 24, 48, 96};
    assert_int_equal(dataset->row_count, 6);
    assert_memory_equal(dataset->source_row, rows, sizeof rows);
    assert_memory_equal(dataset->targets, targets, sizeof targets);
    assert_memory_equal(dataset->features, features, sizeof features);
    assert_int_equal(dataset->part_count[LRT_PART_TEST], 3);
    lrt_dataset_free(dataset);
    data_case_free(&data);
}

/* ---- windows ------------------------------------------------------------------------------------------------------- */

/* The windows of rows that have one: rows t - T + 1 .. t of the data set's matrix are those of its series. */
static void check_windows(const LrtDataset *dataset, const char *const *wanted, int64_t count) {
    int64_t seen = 0;
    for (int p = 0; p < LRT_PART_COUNT; p++) {
        for (int64_t i = 0; i < dataset->part_count[p]; i++, seen++) {
            char text[64] = "";
            int64_t row = dataset->part_rows[p][i];
            for (int64_t t = dataset->copies[0].rows; t-- > 0;)
                snprintf(text + strlen(text), sizeof text - strlen(text), "%g ",
                         (double)dataset->features[(row - t) * dataset->feature_width]);
            snprintf(text + strlen(text), sizeof text - strlen(text), "%c", "tvT"[p]);
            if (seen >= count || strcmp(text, wanted[seen]) != 0)
                fail_msg("window %d of row %d: %s", (int)seen, (int)dataset->source_row[row], text);
        }
    }
    assert_int_equal(seen, count);
}

static void feed_window(SeriesCase *series, int32_t rows) {
    data_case_input(&series->data, series->x);
    series->data.inputs[0].window = rows;
    series->data.inputs[0].block = 1;
}

static void test_windows(void **state) {
    (void)state;
    static const double values[12] = {10, 20, 11, 21, 12, 22, 13, 23, 14, 24, 15, 25};
    static const double times[12] = {0, 0, 60, 60, 120, 120, 300, 180, 360, 240, 420, 300};
    static const char *const groups[12] = {"u", "v", "u", "v", "u", "v", "u", "v", "u", "v", "u", "v"};
    /* u has a gap between 12 and 13; by time the first eight rows (to t = 240) are the training part */
    SeriesCase series;
    begin(&series, values, times, groups, 12);
    set_gaps(&series, LRT_GAPS_SPLIT);
    feed_window(&series, 2);
    series.data.spec.split = (LrtSplit){.kind = LRT_SPLIT_CHRONOLOGICAL, .share = {8 / 12.0, 0, 4 / 12.0}};
    series.data.spec.split.column = series.data.spec.series.time;
    LrtDataset *dataset = data_case_prepare(&series.data, false);
    static const char *const wanted[] = {"10 11 t", "20 21 t", "11 12 t", "21 22 t", "22 23 t", "23 24 t",
                                         "13 14 T", "14 15 T"};
    check_windows(dataset, wanted, 8);
    assert_int_equal(dataset->dropped_without_window, 4);
    assert_int_equal(dataset->fed_width, 2);
    assert_int_equal(dataset->feature_width, 1);
    lrt_dataset_free(dataset);
    data_case_free(&series.data);
}

/* A row without a target stands in windows of the part around it, a purged one in none. */
static void test_windows_without_target(void **state) {
    (void)state;
    static const double values[10] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    static const double target[10] = {0, 0, NAN, 0, 0, 0, NAN, 0, 0, 0};
    SeriesCase series;
    data_case_init(&series.data, 10);
    series.x = data_case_real(&series.data, "x", values);
    data_case_target(&series.data, data_case_real(&series.data, "y", target));
    series.data.spec.series.used = true;
    feed_window(&series, 3);
    series.data.spec.split =
        (LrtSplit){.kind = LRT_SPLIT_CHRONOLOGICAL, .share = {0.5, 0, 0.5}, .column = -1, .purge = 1};
    LrtDataset *dataset = data_case_prepare(&series.data, false);
    /* with a target: 0 1 3 4 | 5 7 8 9; row 4 is purged; row 6 lies between two test rows */
    static const char *const wanted[] = {"1 2 3 t", "5 6 7 T", "6 7 8 T", "7 8 9 T"};
    check_windows(dataset, wanted, 4);
    lrt_dataset_free(dataset);

    series.data.inputs[0].window = 5;
    LrtError error = data_case_refuse(&series.data, "no-rows");
    assert_non_null(strstr(error.message, "train"));
    data_case_free(&series.data);
}

/* ---- properties ---------------------------------------------------------------------------------------------------- */

/* Whatever stands in later rows, a row's features are the same bits. */
static void test_future_unread(void **state) {
    (void)state;
    enum { ROWS = 100, CUT = 60 };
    static const LrtTransform transforms[] = {
        LRT_TRANSFORM_LAG, LRT_TRANSFORM_DIFF, LRT_TRANSFORM_RETURNS, LRT_TRANSFORM_LOG_RETURNS,
        LRT_TRANSFORM_ROLLING_MEAN, LRT_TRANSFORM_ROLLING_STANDARDIZE, LRT_TRANSFORM_ROLLING_MAD, LRT_TRANSFORM_EWM};
    double values[ROWS], poisoned[ROWS];
    for (int i = 0; i < ROWS; i++) {
        values[i] = 100 + 37 * (i % 7) - 0.3 * i;
        poisoned[i] = i < CUT ? values[i] : 1e6 + i;
    }
    for (size_t k = 0; k < sizeof transforms / sizeof transforms[0]; k++) {
        SeriesCase plain, other;
        begin(&plain, values, NULL, NULL, ROWS);
        begin(&other, poisoned, NULL, NULL, ROWS);
        feed_step(&plain, transforms[k], 9);
        feed_step(&other, transforms[k], 9);
        LrtDataset *left = data_case_prepare(&plain.data, false), *right = data_case_prepare(&other.data, false);
        for (int64_t i = 0; i < left->row_count && left->source_row[i] < CUT; i++)
            assert_memory_equal(&left->features[i], &right->features[i], sizeof(float));
        assert_memory_not_equal(&left->features[left->row_count - 1], &right->features[right->row_count - 1],
                                sizeof(float));
        lrt_dataset_free(left);
        lrt_dataset_free(right);
        data_case_free(&plain.data);
        data_case_free(&other.data);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pandas),  cmocka_unit_test(test_order),   cmocka_unit_test(test_equal_times),
        cmocka_unit_test(test_gaps),    cmocka_unit_test(test_forward), cmocka_unit_test(test_domains),
        cmocka_unit_test(test_target),  cmocka_unit_test(test_future_unread),
        cmocka_unit_test(test_windows), cmocka_unit_test(test_windows_without_target),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
