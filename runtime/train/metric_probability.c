/* How good the predicted probabilities are: log_loss, brier, calibration_error and top_k. */
#include <math.h>

#include "lrt/real_math.h"
#include "train/metric_functions.h"

/* A probability of 0 counts as the smallest step of a double from 1, as in scikit-learn. */
double metric_log_loss(const LrtMetric *metric, const LrtMetricInput *input, const LrtMetricScratch *scratch) {
    (void)metric;
    (void)scratch;
    double sum = 0;
    for (int64_t i = 0; i < input->rows; i++) {
        double p = (double)input->probabilities[i * input->levels + input->labels[i]];
        sum -= lrt_log(p < 0x1p-52 ? 0x1p-52 : p > 1 - 0x1p-52 ? 1 - 0x1p-52 : p);
    }
    return sum / (double)input->rows;
}

/* Mean over rows of the squared distance between the probabilities and the truth; of two classes it is that of the second
 * (Brier 1950; sklearn.metrics.brier_score_loss). */
double metric_brier(const LrtMetric *metric, const LrtMetricInput *input, const LrtMetricScratch *scratch) {
    (void)metric;
    (void)scratch;
    double sum = 0;
    for (int64_t i = 0; i < input->rows; i++) {
        const float *row = input->probabilities + i * input->levels;
        for (int64_t k = input->levels == 2; k < input->levels; k++) {
            double distance = (double)row[k] - (k == input->labels[i]);
            sum += distance * distance;
        }
    }
    return sum / (double)input->rows;
}

/* Share of rows whose class is among the k likeliest. Of equal probabilities the later class comes first, as in
 * sklearn.metrics.top_k_accuracy_score, which likewise takes the likeliest of two classes for k = 1. */
double metric_top_k(const LrtMetric *metric, const LrtMetricInput *input, const LrtMetricScratch *scratch) {
    if (input->levels == 2 && metric->parameter < 2) {
        return metric_accuracy(metric, input, scratch);
    }
    int64_t hits = 0;
    for (int64_t i = 0; i < input->rows; i++) {
        const float *row = input->probabilities + i * input->levels;
        int32_t label = input->labels[i];
        double before = 0;
        for (int64_t k = 0; k < input->levels; k++) {
            before += row[k] > row[label] || (row[k] == row[label] && k > label);
        }
        hits += before < metric->parameter;
    }
    return (double)hits / (double)input->rows;
}

/* The expected calibration error (Guo et al. 2017, equation 3): rows are put by the probability of the predicted class into
 * bins of equal width that include their upper end; mean over rows of |share of hits - mean probability| of the bin. */
double metric_calibration_error(const LrtMetric *metric, const LrtMetricInput *input, const LrtMetricScratch *scratch) {
    (void)scratch;
    double excess[LRT_METRIC_MAX_BINS] = {0}; /* Σ (hit - probability) */
    double bins = metric->parameter;
    for (int64_t i = 0; i < input->rows; i++) {
        int32_t predicted = lrt_predicted_level(input, i);
        double p = (double)input->probabilities[i * input->levels + predicted];
        double bin = ceil(p * bins) - 1;
        bin = bin < 0 ? 0 : bin > bins - 1 ? bins - 1 : bin;
        excess[(int)bin] += (predicted == input->labels[i]) - p;
    }
    double sum = 0;
    for (int bin = 0; bin < (int)bins; bin++) {
        sum += fabs(excess[bin]);
    }
    return sum / (double)input->rows;
}
