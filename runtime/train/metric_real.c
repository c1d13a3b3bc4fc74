/* rmse, mae and r2 of real targets, in the target's own units; mae of an ordinal target counts levels. */
#include <math.h>

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
