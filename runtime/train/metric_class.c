/* accuracy, precision, recall, f1, balanced accuracy, Matthews correlation, and the confusion they rest on. Averages over classes are scikit-learn's: classes that occur
 * neither in the truth nor among the predictions do not count, and a share of nothing is 0. */
#include <math.h>
#include <string.h>

#include "train/metric_functions.h"

typedef struct Tally {
    double hits, predicted, actual;
} Tally;

typedef double Score(Tally tally);

static double share(double part, double whole) { return whole > 0 ? part / whole : 0.0; }

static double precision_of(Tally tally) { return share(tally.hits, tally.predicted); }
static double recall_of(Tally tally) { return share(tally.hits, tally.actual); }
static double f1_of(Tally tally) { return share(2 * tally.hits, tally.predicted + tally.actual); }

static int32_t median_level(const float *probabilities, int64_t levels) {
    double sum = 0;
    for (int64_t k = 0; k + 1 < levels; k++) {
        sum += (double)probabilities[k];
        if (sum >= 0.5) {
            return (int32_t)k;
        }
    }
    return (int32_t)levels - 1;
}

int32_t lrt_predicted_level(const LrtMetricInput *input, int64_t row) {
    const float *probabilities = input->probabilities + row * input->levels;
    if (input->predicts_median) {
        return median_level(probabilities, input->levels);
    }
    int64_t best = 0;
    for (int64_t k = 1; k < input->levels; k++) {
        if (probabilities[k] > probabilities[best]) {
            best = k;
        }
    }
    return (int32_t)best;
}

void lrt_confusion_count(const LrtMetricInput *input, int64_t *counts) {
    memset(counts, 0, (size_t)(input->levels * input->levels) * sizeof *counts);
    for (int64_t i = 0; i < input->rows; i++) {
        int32_t predicted = lrt_predicted_level(input, i);
        counts[input->labels[i] * input->levels + predicted]++;
    }
}

static Tally tally_level(const int64_t *counts, int64_t levels, int64_t level) {
    Tally tally = {.hits = (double)counts[level * levels + level]};
    for (int64_t k = 0; k < levels; k++) {
        tally.predicted += (double)counts[k * levels + level];
        tally.actual += (double)counts[level * levels + k];
    }
    return tally;
}

static double average(const LrtMetric *metric, const LrtMetricInput *input, const LrtMetricScratch *scratch, Score *score) {
    lrt_confusion_count(input, scratch->counts);
    int64_t levels = input->levels;
    if (metric->average == LRT_AVERAGE_CLASS) {
        return score(tally_level(scratch->counts, levels, metric->level));
    }
    if (metric->average == LRT_AVERAGE_NONE && levels == 2) {
        return score(tally_level(scratch->counts, levels, 1));
    }
    Tally all = {0};
    double sum = 0, weighted = 0, present = 0;
    for (int64_t k = 0; k < levels; k++) {
        Tally tally = tally_level(scratch->counts, levels, k);
        all = (Tally){all.hits + tally.hits, all.predicted + tally.predicted, all.actual + tally.actual};
        if (tally.predicted + tally.actual > 0) {
            present += 1;
            sum += score(tally);
            weighted += tally.actual * score(tally);
        }
    }
    switch (metric->average) {
    case LRT_AVERAGE_MICRO:
        return score(all);
    case LRT_AVERAGE_WEIGHTED:
        return share(weighted, all.actual);
    case LRT_AVERAGE_NONE:
    case LRT_AVERAGE_CLASS:
    case LRT_AVERAGE_MACRO:
        break;
    }
    return share(sum, present);
}

double metric_precision(const LrtMetric *metric, const LrtMetricInput *input, const LrtMetricScratch *scratch) {
    return average(metric, input, scratch, precision_of);
}

double metric_recall(const LrtMetric *metric, const LrtMetricInput *input, const LrtMetricScratch *scratch) {
    return average(metric, input, scratch, recall_of);
}

double metric_f1(const LrtMetric *metric, const LrtMetricInput *input, const LrtMetricScratch *scratch) {
    return average(metric, input, scratch, f1_of);
}

double metric_accuracy(const LrtMetric *metric, const LrtMetricInput *input, const LrtMetricScratch *scratch) {
    (void)metric;
    (void)scratch;
    int64_t hits = 0;
    for (int64_t i = 0; i < input->rows; i++) {
        hits += lrt_predicted_level(input, i) == input->labels[i];
    }
    return (double)hits / (double)input->rows;
}

/* The mean recall of the classes that occur. */
double metric_balanced_accuracy(const LrtMetric *metric, const LrtMetricInput *input, const LrtMetricScratch *scratch) {
    (void)metric;
    lrt_confusion_count(input, scratch->counts);
    double sum = 0, present = 0;
    for (int64_t k = 0; k < input->levels; k++) {
        Tally tally = tally_level(scratch->counts, input->levels, k);
        sum += recall_of(tally);
        present += tally.actual > 0;
    }
    return share(sum, present);
}

/* The correlation of truth and prediction (Gorodkin 2004, equation 8); 0 where one of them is constant. */
double metric_mcc(const LrtMetric *metric, const LrtMetricInput *input, const LrtMetricScratch *scratch) {
    (void)metric;
    lrt_confusion_count(input, scratch->counts);
    double rows = (double)input->rows, hits = 0, joint = 0, actual = 0, predicted = 0;
    for (int64_t k = 0; k < input->levels; k++) {
        Tally tally = tally_level(scratch->counts, input->levels, k);
        hits += tally.hits;
        joint += tally.actual * tally.predicted;
        actual += tally.actual * tally.actual;
        predicted += tally.predicted * tally.predicted;
    }
    double spread = (rows * rows - predicted) * (rows * rows - actual);
    return spread > 0 ? (hits * rows - joint) / sqrt(spread) : 0;
}
