/* rmse, mae, pinball, r2, mape, deviance and directional_accuracy of real targets, measured in the target's own units; mae of an
 * ordinal target counts levels. */
#include <math.h>

#include "lrt/real_math.h"
#include "train/metric_functions.h"

static double squared_error(const LrtMetricInput *input) {
    double sum = 0;
    for (int64_t i = 0; i < input->rows; i++) {
        double difference = input->prediction[i] - input->truth[i];
        sum += difference * difference;
    }
    return sum;
}

double metric_rmse(const LrtMetric *metric, const LrtMetricInput *input, const LrtMetricScratch *scratch) {
    (void)metric;
    (void)scratch;
    return sqrt(squared_error(input) / (double)input->rows);
}

double metric_mae(const LrtMetric *metric, const LrtMetricInput *input, const LrtMetricScratch *scratch) {
    (void)metric;
    (void)scratch;
    double sum = 0;
    for (int64_t i = 0; i < input->rows; i++) {
        if (input->labels) {
            int32_t level = lrt_predicted_level(input, i);
            sum += fabs((double)(level - input->labels[i]));
        } else {
            sum += fabs(input->prediction[i] - input->truth[i]);
        }
    }
    return sum / (double)input->rows;
}

/* As scikit-learn's: undefined for one row; where the truth is constant, 1 for a perfect prediction and 0 for another. */
double metric_r2(const LrtMetric *metric, const LrtMetricInput *input, const LrtMetricScratch *scratch) {
    (void)metric;
    (void)scratch;
    if (input->rows < 2) {
        return (double)NAN;
    }
    double mean = 0;
    for (int64_t i = 0; i < input->rows; i++) {
        mean += input->truth[i];
    }
    mean /= (double)input->rows;
    double variance = 0;
    for (int64_t i = 0; i < input->rows; i++) {
        variance += (input->truth[i] - mean) * (input->truth[i] - mean);
    }
    double error = squared_error(input);
    if (variance == 0) {
        return error == 0 ? 1.0 : 0.0;
    }
    return 1 - error / variance;
}

/* A share, not a percentage; a truth of 0 counts as the smallest step of a double from 1, as in scikit-learn. */
double metric_mape(const LrtMetric *metric, const LrtMetricInput *input, const LrtMetricScratch *scratch) {
    (void)metric;
    (void)scratch;
    double sum = 0;
    for (int64_t i = 0; i < input->rows; i++) {
        double truth = fabs(input->truth[i]);
        sum += fabs(input->prediction[i] - input->truth[i]) / (truth > 0x1p-52 ? truth : 0x1p-52);
    }
    return sum / (double)input->rows;
}

/* The mean over its quantiles of the pinball loss (sklearn.metrics.mean_pinball_loss). */
double metric_pinball(const LrtMetric *metric, const LrtMetricInput *input, const LrtMetricScratch *scratch) {
    (void)scratch;
    double sum = 0;
    for (int64_t q = 0; q < metric->quantile_count; q++) {
        LrtQuantile quantile = metric->quantiles[q];
        const double *prediction = input->prediction + quantile.column * input->rows;
        for (int64_t i = 0; i < input->rows; i++) {
            double difference = input->truth[i] - prediction[i];
            sum += difference > 0 ? quantile.share * difference : (quantile.share - 1) * difference;
        }
    }
    return sum / (double)(input->rows * metric->quantile_count);
}

/* 2 · (log-likelihood of the truth - that of the prediction) of one row for Tweedie's family (Jørgensen 1987);
 * power 0: normal, 1: Poisson, 2: gamma, 3: inverse Gaussian. NaN outside its domain. */
static double unit_deviance(double power, double y, double mean) {
    if (power == 0) {
        return (y - mean) * (y - mean);
    }
    if (mean <= 0 || y < 0 || (power >= 2 && y == 0)) {
        return (double)NAN;
    }
    if (power == 1) {
        return 2 * ((y > 0 ? y * lrt_log(y / mean) : 0) - y + mean);
    }
    if (power == 2) {
        return 2 * (lrt_log(mean / y) + y / mean - 1);
    }
    double truth_term = y > 0 ? lrt_pow(y, 2 - power) / ((1 - power) * (2 - power)) : 0;
    return 2 * (truth_term - y * lrt_pow(mean, 1 - power) / (1 - power) + lrt_pow(mean, 2 - power) / (2 - power));
}

double metric_deviance(const LrtMetric *metric, const LrtMetricInput *input, const LrtMetricScratch *scratch) {
    (void)scratch;
    double sum = 0;
    for (int64_t i = 0; i < input->rows; i++) {
        sum += unit_deviance(metric->parameter, input->truth[i], input->prediction[i]);
    }
    return sum / (double)input->rows;
}

static int sign_of(double value) { return (value > 0) - (value < 0); }

/* Share of rows in which prediction and truth have the same sign; a truth of 0 is met by a prediction of 0 alone. */
double metric_directional_accuracy(const LrtMetric *metric, const LrtMetricInput *input, const LrtMetricScratch *scratch) {
    (void)metric;
    (void)scratch;
    int64_t hits = 0;
    for (int64_t i = 0; i < input->rows; i++) {
        hits += sign_of(input->prediction[i]) == sign_of(input->truth[i]);
    }
    return (double)hits / (double)input->rows;
}
