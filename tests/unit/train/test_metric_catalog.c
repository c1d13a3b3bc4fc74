/* Every metric against scikit-learn's values (tests/golden/metrics_catalog.json): ties, absent classes, odd targets. A value is keyed
 * KIND/AVERAGE/PARAMETER. */
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

enum { ROWS_MAX = 64, LEVELS_MAX = 6 };

static LrtJson *golden;

static int read_golden(void **state) {
    (void)state;
    static char text[1 << 20];
    FILE *file = fopen("tests/golden/metrics_catalog.json", "r");
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

static LrtMetricKind kind_of(const char *word, size_t length) {
    static const char *const words[] = {
#define METRIC(id, word, built, task, higher, doc) [LRT_METRIC_##id] = word,
#include "lrt/metrics.def"
#undef METRIC
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strlen(words[i]) == length && memcmp(words[i], word, length) == 0) return (LrtMetricKind)i;
    fail_msg("no metric %s", word);
    return LRT_METRIC_LOSS;
}

static LrtAverage average_of(const char *word) {
    return strncmp(word, "macro", 5) == 0      ? LRT_AVERAGE_MACRO
           : strncmp(word, "micro", 5) == 0    ? LRT_AVERAGE_MICRO
           : strncmp(word, "weighted", 8) == 0 ? LRT_AVERAGE_WEIGHTED
           : strncmp(word, "class", 5) == 0    ? LRT_AVERAGE_CLASS
                                               : LRT_AVERAGE_NONE;
}

static void check_values(const LrtJson *values, const LrtMetricInput *input, const LrtMetricScratch *scratch,
                         unsigned char *seen) {
    assert_true(values->count > 0);
    for (int64_t i = 0; i < values->count; i++) {
        const char *key = values->items[i].key, *average = strchr(key, '/') + 1;
        double parameter = strtod(strchr(average, '/') + 1, NULL);
        LrtQuantile quantile = {.share = parameter};
        LrtMetric metric = {.kind = kind_of(key, (size_t)(average - key - 1)), .average = average_of(average), .level = (int32_t)parameter,
                            .parameter = parameter, .quantiles = &quantile, .quantile_count = 1};
        double expected = values->items[i].number, value = lrt_metric_compute(&metric, input, scratch);
        if (!(fabs(value - expected) <= 1e-12 * (1 + fabs(expected)))) fail_msg("%s: %.17g is not %.17g", key, value, expected);
        seen[metric.kind] = 1;
    }
}

/* All kinds but the loss and the confusion are tried. */
static void test_against_scikit_learn(void **state) {
    (void)state;
    unsigned char seen[64] = {0};
    LrtMetricScratch scratch;
    assert_true(lrt_metric_scratch_init(&scratch, ROWS_MAX, LEVELS_MAX));
    const LrtJson *cases = lrt_json_member(golden, "classes");
    for (int64_t c = 0; c < cases->count; c++) {
        const LrtJson *labels = lrt_json_member(&cases->items[c], "labels");
        const LrtJson *probabilities = lrt_json_member(&cases->items[c], "probabilities");
        int32_t y[ROWS_MAX];
        float p[ROWS_MAX * LEVELS_MAX];
        for (int64_t i = 0; i < labels->count; i++) y[i] = (int32_t)labels->items[i].number;
        for (int64_t i = 0; i < probabilities->count; i++) p[i] = (float)probabilities->items[i].number;
        LrtMetricInput input = {.rows = labels->count, .labels = y, .probabilities = p,
                                .levels = (int64_t)lrt_json_member(&cases->items[c], "levels")->number};
        check_values(lrt_json_member(&cases->items[c], "values"), &input, &scratch, seen);
    }
    cases = lrt_json_member(golden, "reals");
    for (int64_t c = 0; c < cases->count; c++) {
        const LrtJson *truth = lrt_json_member(&cases->items[c], "truth");
        const LrtJson *prediction = lrt_json_member(&cases->items[c], "prediction");
        double y[ROWS_MAX], f[ROWS_MAX];
        for (int64_t i = 0; i < truth->count; i++) {
            y[i] = truth->items[i].number;
            f[i] = prediction->items[i].number;
        }
        LrtMetricInput input = {.rows = truth->count, .truth = y, .prediction = f};
        check_values(lrt_json_member(&cases->items[c], "values"), &input, &scratch, seen);
    }
    for (int kind = 0; kind <= LRT_METRIC_MAX_DRAWDOWN; kind++)
        assert_true(seen[kind] || kind == LRT_METRIC_LOSS || kind == LRT_METRIC_CONFUSION);
    lrt_metric_scratch_free(&scratch);
}

/* Several quantiles: each is held against its own column, and their mean is the loss's. */
static void test_quantile_columns(void **state) {
    (void)state;
    const double truth[] = {1, 2}, prediction[] = {1, 2, 0, 0, 1, 2, 3, 3};
    const LrtQuantile quantiles[] = {{0.1, 1}, {0.5, 2}, {0.8, 3}};
    LrtMetricInput input = {.rows = 2, .truth = truth, .prediction = prediction};
    LrtMetric metric = {.kind = LRT_METRIC_PINBALL, .quantiles = quantiles, .quantile_count = 3};
    double expected = (0.1 * (1 + 2) + 0 + 0.2 * (2 + 1)) / 6;
    assert_true(fabs(lrt_metric_compute(&metric, &input, NULL) - expected) < 1e-15);
    metric.quantiles = &quantiles[2];
    metric.quantile_count = 1;
    assert_true(fabs(lrt_metric_compute(&metric, &input, NULL) - 0.2 * 3 / 2) < 1e-15);
}

/* A vector: the mean over its numbers, as scikit-learn's multioutput="uniform_average"; a portfolio: what its shares earn less costs. */
static void test_vectors(void **state) {
    (void)state;
    const double truth[] = {0.1, -0.2, 0.3, 0.0, 0.1, -0.1}, prediction[] = {0.5, 0.5, 1.0, 0.5, 0.5, 0.0};
    LrtMetricInput input = {.rows = 3, .width = 2, .truth = truth, .prediction = prediction};
    LrtMetric metric = {.kind = LRT_METRIC_RMSE};
    double first = sqrt((0.16 + 0.49 + 0.49) / 3), second = sqrt((0.25 + 0.16 + 0.01) / 3);
    assert_true(fabs(lrt_metric_compute(&metric, &input, NULL) - (first + second) / 2) < 1e-15);
    input.is_portfolio = true;
    input.cost = 0.01;
    double earned[3] = {0.05, -0.05, 0.3 - 0.01}, mean = 0, square = 0, value = 1, peak = 1, fall = 0;
    for (int i = 0; i < 3; i++) mean += earned[i] / 3;
    for (int i = 0; i < 3; i++) square += (earned[i] - mean) * (earned[i] - mean) / 3;
    metric = (LrtMetric){.kind = LRT_METRIC_SHARPE, .parameter = 4};
    assert_true(fabs(lrt_metric_compute(&metric, &input, NULL) - 2 * mean / sqrt(square)) < 1e-12);
    for (int i = 0; i < 3; i++) {
        value *= 1 + earned[i];
        peak = fmax(peak, value);
        fall = fmax(fall, 1 - value / peak);
    }
    metric.kind = LRT_METRIC_MAX_DRAWDOWN;
    assert_true(fabs(lrt_metric_compute(&metric, &input, NULL) - fall) < 1e-12);
}

/* Poisson's deviance has no value for a prediction of 0 or below, gamma's none for a truth of 0. */
static void test_outside_the_domain(void **state) {
    (void)state;
    const double zero = 0, one = 1, negative = -1;
    LrtMetric metric = {.kind = LRT_METRIC_DEVIANCE, .parameter = 1};
    assert_true(isnan(lrt_metric_compute(&metric, &(LrtMetricInput){.rows = 1, .truth = &one, .prediction = &zero}, NULL)));
    assert_true(isnan(lrt_metric_compute(&metric, &(LrtMetricInput){.rows = 1, .truth = &negative, .prediction = &one}, NULL)));
    assert_true(lrt_metric_compute(&metric, &(LrtMetricInput){.rows = 1, .truth = &zero, .prediction = &one}, NULL) == 2);
    metric.parameter = 2;
    assert_true(isnan(lrt_metric_compute(&metric, &(LrtMetricInput){.rows = 1, .truth = &zero, .prediction = &one}, NULL)));
    metric.kind = LRT_METRIC_SHARPE;
    assert_true(isnan(lrt_metric_compute(&metric, &(LrtMetricInput){.rows = 1, .truth = &one, .prediction = &one}, NULL)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_against_scikit_learn),
        cmocka_unit_test(test_quantile_columns),
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_outside_the_domain),
    };
    return cmocka_run_group_tests(tests, read_golden, free_golden);
}
