/* One function a metric; the table of train/metrics.c names them. */
#ifndef TRAIN_METRIC_FUNCTIONS_H
#define TRAIN_METRIC_FUNCTIONS_H

#include "lrt/metrics.h"

typedef double MetricFunction(const LrtMetric *metric, const LrtMetricInput *input, const LrtMetricScratch *scratch);

MetricFunction metric_accuracy;
MetricFunction metric_precision;
MetricFunction metric_recall;
MetricFunction metric_f1;
MetricFunction metric_auc;
MetricFunction metric_log_loss;
MetricFunction metric_rmse;
MetricFunction metric_mae;
MetricFunction metric_r2;
MetricFunction metric_balanced_accuracy;
MetricFunction metric_top_k;
MetricFunction metric_pr_auc;
MetricFunction metric_mcc;
MetricFunction metric_brier;
MetricFunction metric_calibration_error;
MetricFunction metric_mape;
MetricFunction metric_pinball;
MetricFunction metric_deviance;
MetricFunction metric_directional_accuracy;
MetricFunction metric_sharpe;
MetricFunction metric_max_drawdown;

/* Mean over standard deviation of the returns, not annualised: what `negative_sharpe` minimizes, but for the sign. */
double metric_plain_sharpe(const LrtMetricInput *input);

#endif
