/* The table of the metrics: a word, its direction, its function. */
#include "lrt/metrics.h"

#include <math.h>
#include <stdlib.h>

#include "train/metric_functions.h"

typedef struct MetricRow {
    const char *word;
    bool higher_is_better;
} MetricRow;

static const MetricRow rows[] = {
#define METRIC(id, word, built, task, higher, doc) [LRT_METRIC_##id] = {word, higher},
#include "lrt/metrics.def"
#undef METRIC
};

/* The loss comes from generated code, and a confusion is no number. */
static MetricFunction *const functions[] = {
    [LRT_METRIC_LOSS] = NULL,
    [LRT_METRIC_ACCURACY] = metric_accuracy,
    [LRT_METRIC_PRECISION] = metric_precision,
    [LRT_METRIC_RECALL] = metric_recall,
    [LRT_METRIC_F1] = metric_f1,
    [LRT_METRIC_AUC] = metric_auc,
    [LRT_METRIC_LOG_LOSS] = metric_log_loss,
    [LRT_METRIC_CONFUSION] = NULL,
    [LRT_METRIC_RMSE] = metric_rmse,
    [LRT_METRIC_MAE] = metric_mae,
    [LRT_METRIC_R2] = metric_r2,
    [LRT_METRIC_BALANCED_ACCURACY] = metric_balanced_accuracy,
    [LRT_METRIC_TOP_K] = metric_top_k,
    [LRT_METRIC_PR_AUC] = metric_pr_auc,
    [LRT_METRIC_MCC] = metric_mcc,
    [LRT_METRIC_BRIER] = metric_brier,
    [LRT_METRIC_CALIBRATION_ERROR] = metric_calibration_error,
    [LRT_METRIC_MAPE] = metric_mape,
    [LRT_METRIC_PINBALL] = metric_pinball,
    [LRT_METRIC_DEVIANCE] = metric_deviance,
    [LRT_METRIC_DIRECTIONAL_ACCURACY] = metric_directional_accuracy,
    [LRT_METRIC_SHARPE] = metric_sharpe,
    [LRT_METRIC_MAX_DRAWDOWN] = metric_max_drawdown,
};

bool lrt_metric_scratch_init(LrtMetricScratch *scratch, int64_t row_count, int64_t levels) {
    size_t cells = (size_t)row_count * (size_t)(levels > 0 ? levels : 1) + 1;
    size_t counts = (size_t)levels * (size_t)levels + 1;
    *scratch = (LrtMetricScratch){.keys = {malloc(cells * sizeof(uint64_t)), malloc(cells * sizeof(uint64_t))},
                                  .counts = malloc(counts * sizeof(int64_t))};
    if (scratch->keys[0] && scratch->keys[1] && scratch->counts) {
        return true;
    }
    lrt_metric_scratch_free(scratch);
    return false;
}

void lrt_metric_scratch_free(LrtMetricScratch *scratch) {
    free(scratch->keys[0]);
    free(scratch->keys[1]);
    free(scratch->counts);
    *scratch = (LrtMetricScratch){0};
}

/* Of a vector the mean of the metrics of its numbers, as scikit-learn has it. */
static double mean_of_parts(const LrtMetric *metric, const LrtMetricInput *input, const LrtMetricScratch *scratch,
                            MetricFunction *function) {
    double sum = 0;
    for (int64_t k = 0; k < input->width; k++) {
        LrtMetricInput part = *input;
        part.width = 1;
        part.truth = input->truth + k * input->rows;
        part.prediction = input->prediction + k * input->rows;
        sum += function(metric, &part, scratch);
    }
    return sum / (double)input->width;
}

double lrt_metric_compute(const LrtMetric *metric, const LrtMetricInput *input, const LrtMetricScratch *scratch) {
    MetricFunction *function =
        (size_t)metric->kind < sizeof functions / sizeof functions[0] ? functions[metric->kind] : NULL;
    if (!function || input->rows == 0) {
        return (double)NAN;
    }
    bool of_whole = metric->kind == LRT_METRIC_SHARPE || metric->kind == LRT_METRIC_MAX_DRAWDOWN;
    return input->width > 1 && !of_whole ? mean_of_parts(metric, input, scratch, function) : function(metric, input, scratch);
}

bool lrt_metric_higher_is_better(LrtMetricKind kind) { return rows[kind].higher_is_better; }

const char *lrt_metric_word(LrtMetricKind kind) { return rows[kind].word; }

bool lrt_metric_has_units(LrtMetricKind kind) {
    return kind == LRT_METRIC_RMSE || kind == LRT_METRIC_MAE || kind == LRT_METRIC_PINBALL;
}
