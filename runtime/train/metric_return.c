/* What would have been earned: targets are the simple returns of a period. A portfolio holds the predicted shares and pays for what it
 * trades between two rows; else the position in each target is the sign of its prediction (long, short or out), all of the same size,
 * without costs. Rows are the periods, in order. */
#include <math.h>

#include "train/metric_functions.h"

static int64_t parts_of(const LrtMetricInput *input) { return input->width > 1 ? input->width : 1; }

/* What is held of part `k` in period `row`; without predictions equal shares. */
static double position(const LrtMetricInput *input, int64_t k, int64_t row) {
    if (!input->prediction) {
        return 1 / (double)parts_of(input);
    }
    double prediction = input->prediction[k * input->rows + row];
    return input->is_portfolio ? prediction : ((prediction > 0) - (prediction < 0)) / (double)parts_of(input);
}

/* The first period's positions are held already. */
static double period_return(const LrtMetricInput *input, int64_t row) {
    double sum = 0;
    for (int64_t k = 0; k < parts_of(input); k++) {
        double held = position(input, k, row);
        double traded = input->is_portfolio && row > 0 ? fabs(held - position(input, k, row - 1)) : 0;
        sum += held * input->truth[k * input->rows + row] - input->cost * traded;
    }
    return sum;
}

double metric_plain_sharpe(const LrtMetricInput *input) {
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
    return variance > 0 ? mean / sqrt(variance) : (double)NAN;
}

/* Mean over standard deviation (over n) of the returns, times the root of the periods of a year (Sharpe 1994, without a riskless
 * rate). NaN where all returns are equal. */
double metric_sharpe(const LrtMetric *metric, const LrtMetricInput *input, const LrtMetricScratch *scratch) {
    (void)scratch;
    return metric_plain_sharpe(input) * sqrt(metric->parameter);
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
