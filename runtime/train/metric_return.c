/* What would have been earned: the target is the simple return of a period, and the position is the sign of its prediction (long,
 * short or out). Rows are the periods, in order; costs are none. */
#include <math.h>

#include "train/metric_functions.h"

static double period_return(const LrtMetricInput *input, int64_t row) {
    double prediction = input->prediction[row];
    return ((prediction > 0) - (prediction < 0)) * input->truth[row];
}

/* Mean over standard deviation (over n) of the returns, times the root of the periods of a year (Sharpe 1994, without a riskless
 * rate). NaN where all returns are equal. */
double metric_sharpe(const LrtMetric *metric, const LrtMetricInput *input, const LrtMetricScratch *scratch) {
    (void)scratch;
    double rows = (double)input->rows, mean = 0, variance = 0;
    for (int64_t i = 0; i < input->rows; i++) {
        mean += period_return(input, i);
    }
    mean /= rows;
    for (int64_t i = 0; i < input->rows; i++) {
        double distance = period_return(input, i) - mean;
        variance += distance * distance;
    }
    variance /= rows;
    return variance > 0 ? mean / sqrt(variance) * sqrt(metric->parameter) : (double)NAN;
}

/* The greatest fall of the compounded value from an earlier peak, as a share of the peak; the start counts as one. */
double metric_max_drawdown(const LrtMetric *metric, const LrtMetricInput *input, const LrtMetricScratch *scratch) {
    (void)metric;
    (void)scratch;
    double value = 1, peak = 1, greatest = 0;
    for (int64_t i = 0; i < input->rows; i++) {
        value *= 1 + period_return(input, i);
        peak = value > peak ? value : peak;
        double fall = 1 - value / peak;
        greatest = fall > greatest ? fall : greatest;
    }
    return greatest;
}
