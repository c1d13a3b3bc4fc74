/* Metrics against scikit-learn's values (tests/golden/metrics.json, made with 1.2.1), and where they are undefined. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lrt/json.h"
#include "lrt/metrics.h"

enum { ROWS_MAX = 32, LEVELS_MAX = 4 };

typedef struct Classes {
    LrtMetricInput input;
    LrtMetricScratch scratch;
    int32_t labels[ROWS_MAX];
    float probabilities[ROWS_MAX * LEVELS_MAX];
} Classes;

static LrtJson *golden;

static int read_golden(void **state) {
    (void)state;
    static char text[1 << 16];
    FILE *file = fopen("tests/golden/metrics.json", "r");
    if (!file) return 1;
    size_t length = fread(text, 1, sizeof text, file), offset;
    fclose(file);
    golden = lrt_json_parse(text, length, &offset);
    return golden == NULL;
}

static int free_golden(void **state) {
    (void)state;
    lrt_json_free(golden);
    return 0;
}

static const LrtJson *list(const char *group, const char *key) {
    return lrt_json_member(lrt_json_member(golden, group), key);
}
static double number(const char *group, const char *key) { return list(group, key)->number; }

static void near(double value, double expected) {
    if (!(fabs(value - expected) <= 1e-12 * (1 + fabs(expected)))) fail_msg("%.17g is not %.17g", value, expected);
}

static void near_float(double value, double expected) { /* where probabilities were rounded to float */
    if (!(fabs(value - expected) <= 1e-7)) fail_msg("%.17g is not %.17g", value, expected);
}

static void start(Classes *classes, int64_t rows, int64_t levels) {
    memset(classes, 0, sizeof *classes);
    classes->input = (LrtMetricInput){
        .rows = rows, .labels = classes->labels, .probabilities = classes->probabilities, .levels = levels};
    assert_true(lrt_metric_scratch_init(&classes->scratch, rows, levels));
}

static double compute(const Classes *classes, LrtMetricKind kind, LrtAverage average, int32_t level) {
    LrtMetric metric = {.kind = kind, .average = average, .level = level};
    return lrt_metric_compute(&metric, &classes->input, &classes->scratch);
}

static void start_binary(Classes *classes) {
    const LrtJson *y = list("binary", "y"), *score = list("binary", "score");
    start(classes, y->count, 2);
    for (int64_t i = 0; i < y->count; i++) {
        classes->labels[i] = (int32_t)y->items[i].number;
        classes->probabilities[2 * i + 1] = (float)score->items[i].number;
        classes->probabilities[2 * i] = (float)(1 - score->items[i].number);
    }
}

static void test_binary(void **state) {
    (void)state;
    Classes classes;
    start_binary(&classes);
    near(compute(&classes, LRT_METRIC_AUC, LRT_AVERAGE_NONE, 0), number("binary", "auc"));
    near(compute(&classes, LRT_METRIC_AUC, LRT_AVERAGE_CLASS, 1), number("binary", "auc"));
    near(compute(&classes, LRT_METRIC_AUC, LRT_AVERAGE_CLASS, 0), number("binary", "auc")); /* the mirror image */
    near(compute(&classes, LRT_METRIC_AUC, LRT_AVERAGE_MACRO, 0), number("binary", "auc"));
    near_float(compute(&classes, LRT_METRIC_LOG_LOSS, LRT_AVERAGE_NONE, 0), number("binary", "log_loss"));
    near(compute(&classes, LRT_METRIC_F1, LRT_AVERAGE_NONE, 0), number("binary", "f1_at_0_5"));
    near(compute(&classes, LRT_METRIC_F1, LRT_AVERAGE_CLASS, 1), number("binary", "f1_at_0_5"));
    /* scores above 0.5: 3 of 6 positives, 1 of 6 negatives */
    near(compute(&classes, LRT_METRIC_ACCURACY, LRT_AVERAGE_NONE, 0), 8.0 / 12);
    near(compute(&classes, LRT_METRIC_PRECISION, LRT_AVERAGE_NONE, 0), 3.0 / 4);
    near(compute(&classes, LRT_METRIC_RECALL, LRT_AVERAGE_NONE, 0), 3.0 / 6);
    near(compute(&classes, LRT_METRIC_RECALL, LRT_AVERAGE_CLASS, 0), 5.0 / 6);
    lrt_metric_scratch_free(&classes.scratch);
}

static void test_several_classes(void **state) {
    (void)state;
    const LrtJson *y = list("multi", "y"), *predicted = list("multi", "pred");
    Classes classes;
    start(&classes, y->count, 3);
    for (int64_t i = 0; i < y->count; i++) {
        classes.labels[i] = (int32_t)y->items[i].number;
        for (int64_t k = 0; k < 3; k++)
            classes.probabilities[3 * i + k] = (double)k == predicted->items[i].number ? 0.6f : 0.2f;
    }
    near(compute(&classes, LRT_METRIC_ACCURACY, LRT_AVERAGE_NONE, 0), number("multi", "accuracy"));
    near(compute(&classes, LRT_METRIC_F1, LRT_AVERAGE_MACRO, 0), number("multi", "f1_macro"));
    near(compute(&classes, LRT_METRIC_F1, LRT_AVERAGE_NONE, 0), number("multi", "f1_macro"));
    near(compute(&classes, LRT_METRIC_F1, LRT_AVERAGE_WEIGHTED, 0), number("multi", "f1_weighted"));
    near(compute(&classes, LRT_METRIC_F1, LRT_AVERAGE_MICRO, 0), number("multi", "f1_micro"));
    near(compute(&classes, LRT_METRIC_RECALL, LRT_AVERAGE_MACRO, 0), number("multi", "balanced_accuracy"));
    for (int32_t k = 0; k < 3; k++) {
        near(compute(&classes, LRT_METRIC_PRECISION, LRT_AVERAGE_CLASS, k),
             list("multi", "precision")->items[k].number);
        near(compute(&classes, LRT_METRIC_RECALL, LRT_AVERAGE_CLASS, k), list("multi", "recall")->items[k].number);
    }
    int64_t counts[9];
    lrt_confusion_count(&classes.input, counts);
    for (int64_t i = 0; i < 9; i++)
        assert_true((double)counts[i] == list("multi", "confusion")->items[i / 3].items[i % 3].number);
    lrt_metric_scratch_free(&classes.scratch);
}

/* sklearn.metrics.f1_score, precision_score, recall_score (average="macro", zero_division=0): a class that is neither
 * true nor predicted does not count, one that is only predicted counts as 0. */
static void test_absent_classes(void **state) {
    (void)state;
    static const int32_t labels[] = {0, 0, 1}, predicted[] = {0, 2, 1};
    Classes classes;
    start(&classes, 3, 4);
    for (int i = 0; i < 3; i++) {
        classes.labels[i] = labels[i];
        classes.probabilities[4 * i + predicted[i]] = 1;
    }
    near(compute(&classes, LRT_METRIC_RECALL, LRT_AVERAGE_MACRO, 0), (0.5 + 1 + 0) / 3);
    near(compute(&classes, LRT_METRIC_PRECISION, LRT_AVERAGE_MACRO, 0), (1.0 + 1 + 0) / 3);
    near(compute(&classes, LRT_METRIC_F1, LRT_AVERAGE_CLASS, 3), 0);
    /* areas: class 3 has no positive row and is left out */
    near(compute(&classes, LRT_METRIC_AUC, LRT_AVERAGE_MACRO, 0), (0.75 + 1.0) / 2);
    assert_true(isnan(compute(&classes, LRT_METRIC_AUC, LRT_AVERAGE_CLASS, 3)));
    lrt_metric_scratch_free(&classes.scratch);
}

static double area_by_pairs(const Classes *classes, int64_t level) {
    double ordered = 0, pairs = 0;
    for (int64_t i = 0; i < classes->input.rows; i++)
        for (int64_t k = 0; k < classes->input.rows; k++)
            if (classes->labels[i] == level && classes->labels[k] != level) {
                float a = classes->probabilities[i * classes->input.levels + level];
                float b = classes->probabilities[k * classes->input.levels + level];
                ordered += a > b ? 1 : a == b ? 0.5 : 0;
                pairs++;
            }
    return ordered / pairs;
}

/* The area by its definition, over all pairs, with many ties, tiny and negative scores. */
static void test_area_by_definition(void **state) {
    (void)state;
    Classes classes;
    unsigned random = 1;
    for (int round = 0; round < 200; round++) {
        start(&classes, ROWS_MAX, 3);
        for (int i = 0; i < ROWS_MAX; i++) {
            classes.labels[i] = i % 3;
            for (int k = 0; k < 3; k++) {
                random = random * 1664525u + 1013904223u;
                static const float scales[] = {1.0f, -1.0f, 1e-42f, 1e30f};
                classes.probabilities[3 * i + k] = (float)(random >> 28) * scales[round % 4];
            }
        }
        double weighted = 0, macro = 0;
        for (int32_t k = 0; k < 3; k++) {
            double expected = area_by_pairs(&classes, k);
            near(compute(&classes, LRT_METRIC_AUC, LRT_AVERAGE_CLASS, k), expected);
            macro += expected / 3;
            weighted += expected * (k < 2 ? 11 : 10) / 32;
        }
        near(compute(&classes, LRT_METRIC_AUC, LRT_AVERAGE_NONE, 0), macro);
        near(compute(&classes, LRT_METRIC_AUC, LRT_AVERAGE_WEIGHTED, 0), weighted);
        lrt_metric_scratch_free(&classes.scratch);
    }
}

static void test_undefined(void **state) {
    (void)state;
    Classes classes;
    start_binary(&classes);
    memset(classes.labels, 0, sizeof classes.labels);
    assert_true(isnan(compute(&classes, LRT_METRIC_AUC, LRT_AVERAGE_NONE, 0)));
    near(compute(&classes, LRT_METRIC_RECALL, LRT_AVERAGE_NONE, 0), 0);
    assert_true(isnan(compute(&classes, LRT_METRIC_CONFUSION, LRT_AVERAGE_NONE, 0)));
    assert_true(isnan(compute(&classes, LRT_METRIC_LOSS, LRT_AVERAGE_NONE, 0)));
    classes.input.rows = 0;
    assert_true(isnan(compute(&classes, LRT_METRIC_ACCURACY, LRT_AVERAGE_NONE, 0)));
    lrt_metric_scratch_free(&classes.scratch);
}

/* -log of the least probability that counts; a certain and right prediction costs next to nothing. */
static void test_log_loss_of_certainty(void **state) {
    (void)state;
    Classes classes;
    start(&classes, 1, 2);
    classes.probabilities[1] = 1;
    near(compute(&classes, LRT_METRIC_LOG_LOSS, LRT_AVERAGE_NONE, 0), 52 * 0.69314718055994530942);
    classes.labels[0] = 1;
    near(compute(&classes, LRT_METRIC_LOG_LOSS, LRT_AVERAGE_NONE, 0), 0x1p-52);
    lrt_metric_scratch_free(&classes.scratch);
}

static void test_real(void **state) {
    (void)state;
    const LrtJson *y = list("regression", "y"), *predicted = list("regression", "pred");
    double truth[ROWS_MAX], prediction[ROWS_MAX];
    for (int64_t i = 0; i < y->count; i++) {
        truth[i] = y->items[i].number;
        prediction[i] = predicted->items[i].number;
    }
    LrtMetricInput input = {.rows = y->count, .truth = truth, .prediction = prediction};
    LrtMetricScratch scratch = {0};
    near(lrt_metric_compute(&(LrtMetric){.kind = LRT_METRIC_RMSE}, &input, &scratch),
         sqrt(number("regression", "mse")));
    near(lrt_metric_compute(&(LrtMetric){.kind = LRT_METRIC_MAE}, &input, &scratch), number("regression", "mae"));
    LrtMetric r2 = {.kind = LRT_METRIC_R2};
    near(lrt_metric_compute(&r2, &input, &scratch), number("regression", "r2"));
    /* sklearn.metrics.r2_score of a constant truth: 1 where it is met, else 0; of one row: undefined */
    for (int i = 0; i < 3; i++) truth[i] = prediction[i] = 4;
    input.rows = 3;
    near(lrt_metric_compute(&r2, &input, &scratch), 1);
    prediction[0] = 5;
    near(lrt_metric_compute(&r2, &input, &scratch), 0);
    input.rows = 1;
    assert_true(isnan(lrt_metric_compute(&r2, &input, &scratch)));
}

static void test_ordinal_mae(void **state) {
    (void)state;
    Classes classes;
    start(&classes, 2, 3);
    classes.input.is_ordinal = true;
    classes.labels[0] = 2;
    classes.probabilities[0] = 1; /* two levels off */
    classes.probabilities[3 + 0] = 1;
    near(compute(&classes, LRT_METRIC_MAE, LRT_AVERAGE_NONE, 0), 1);
    lrt_metric_scratch_free(&classes.scratch);
}

static void test_table(void **state) {
    (void)state;
    assert_string_equal(lrt_metric_word(LRT_METRIC_LOG_LOSS), "log_loss");
    assert_true(lrt_metric_higher_is_better(LRT_METRIC_AUC) && lrt_metric_higher_is_better(LRT_METRIC_R2));
    assert_false(lrt_metric_higher_is_better(LRT_METRIC_RMSE) || lrt_metric_higher_is_better(LRT_METRIC_LOSS));
    assert_true(lrt_metric_has_units(LRT_METRIC_MAE) && !lrt_metric_has_units(LRT_METRIC_R2));
    static const float tied[] = {0.2f, 0.4f, 0.4f};
    assert_int_equal(lrt_predicted_level(&(LrtMetricInput){.probabilities = tied, .levels = 3}, 0), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_binary),         cmocka_unit_test(test_several_classes),
        cmocka_unit_test(test_absent_classes), cmocka_unit_test(test_area_by_definition),
        cmocka_unit_test(test_undefined),      cmocka_unit_test(test_log_loss_of_certainty),
        cmocka_unit_test(test_real),           cmocka_unit_test(test_ordinal_mae),
        cmocka_unit_test(test_table),
    };
    return cmocka_run_group_tests_name("metrics", tests, read_golden, free_golden);
}
