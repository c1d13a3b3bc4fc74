/* What the order of the scores tells: the area under the ROC curve by ranks, the share of pairs of a positive and a negative row
 * whose scores are in order, equal scores counting one half; and the average precision. Several classes: each against the rest. */
#include <math.h>
#include <string.h>

#include "train/metric_functions.h"

enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS, PASSES = 3 };

/* A score as an unsigned number of the same order, above one bit that says whether the row is positive. */
static uint64_t make_key(float score, bool positive) {
    uint32_t bits;
    memcpy(&bits, &score, sizeof bits);
    if (score == 0) {
        bits = 0; /* -0 equals 0 */
    }
    bits = bits & 0x80000000u ? ~bits : bits | 0x80000000u;
    return (uint64_t)bits << 1 | positive;
}

/* Radix sort by score, stable, 11 bits a pass; the result is in keys[1]. */
static void sort_keys(uint64_t *const keys[2], int64_t count) {
    for (int pass = 0; pass < PASSES; pass++) {
        uint64_t *from = keys[pass % 2], *to = keys[(pass + 1) % 2];
        int shift = 1 + pass * DIGIT_BITS;
        int64_t starts[DIGITS + 1] = {0};
        for (int64_t i = 0; i < count; i++) {
            starts[(from[i] >> shift & (DIGITS - 1)) + 1]++;
        }
        for (int d = 0; d < DIGITS; d++) {
            starts[d + 1] += starts[d];
        }
        for (int64_t i = 0; i < count; i++) {
            to[starts[from[i] >> shift & (DIGITS - 1)]++] = from[i];
        }
    }
}

/* A score of the order of rows, from sorted keys. */
typedef double OrderScore(const uint64_t *sorted, int64_t count);

static double roc_area(const uint64_t *sorted, int64_t count) {
    double negatives_below = 0, positives = 0, pairs = 0;
    for (int64_t i = 0; i < count;) {
        double tied[2] = {0, 0};
        int64_t first = i;
        for (; i < count && sorted[i] >> 1 == sorted[first] >> 1; i++) {
            tied[sorted[i] & 1]++;
        }
        pairs += tied[1] * (negatives_below + tied[0] / 2);
        negatives_below += tied[0];
        positives += tied[1];
    }
    return positives > 0 && negatives_below > 0 ? pairs / (positives * negatives_below) : (double)NAN;
}

/* Σ (recall - recall before) · precision down the scores, equal ones together; 0 without positives
 * (sklearn.metrics.average_precision_score). */
static double average_precision(const uint64_t *sorted, int64_t count) {
    double above = 0, positives = 0, sum = 0;
    for (int64_t i = count; i > 0;) {
        double tied = 0;
        int64_t last = i - 1;
        for (; i > 0 && sorted[i - 1] >> 1 == sorted[last] >> 1; i--) {
            tied += (double)(sorted[i - 1] & 1);
            above++;
        }
        positives += tied;
        sum += tied * (positives / above);
    }
    return positives > 0 ? sum / positives : 0;
}

static double score_order(uint64_t *const keys[2], int64_t count, OrderScore *score) {
    sort_keys(keys, count);
    return score(keys[PASSES % 2], count);
}

static double score_level(const LrtMetricInput *input, int64_t level, const LrtMetricScratch *scratch, OrderScore *score) {
    for (int64_t i = 0; i < input->rows; i++) {
        scratch->keys[0][i] = make_key(input->probabilities[i * input->levels + level], input->labels[i] == level);
    }
    return score_order(scratch->keys, input->rows, score);
}

static double score_all_cells(const LrtMetricInput *input, const LrtMetricScratch *scratch, OrderScore *score) {
    for (int64_t i = 0; i < input->rows * input->levels; i++) {
        scratch->keys[0][i] = make_key(input->probabilities[i], input->labels[i / input->levels] == i % input->levels);
    }
    return score_order(scratch->keys, input->rows * input->levels, score);
}

/* Classes whose score is not defined are left out. */
static double average_levels(const LrtMetric *metric, const LrtMetricInput *input, const LrtMetricScratch *scratch,
                             OrderScore *score) {
    double sum = 0, weights = 0;
    for (int64_t level = 0; level < input->levels; level++) {
        double value = score_level(input, level, scratch, score);
        double weight = 1;
        if (metric->average == LRT_AVERAGE_WEIGHTED) {
            weight = 0;
            for (int64_t i = 0; i < input->rows; i++) {
                weight += input->labels[i] == level;
            }
        }
        if (!isnan(value)) {
            sum += weight * value;
            weights += weight;
        }
    }
    return weights > 0 ? sum / weights : (double)NAN;
}

static double score_classes(const LrtMetric *metric, const LrtMetricInput *input, const LrtMetricScratch *scratch,
                            OrderScore *score) {
    switch (metric->average) {
    case LRT_AVERAGE_CLASS:
        return score_level(input, metric->level, scratch, score);
    case LRT_AVERAGE_MICRO:
        return score_all_cells(input, scratch, score);
    case LRT_AVERAGE_NONE:
        if (input->levels == 2) {
            return score_level(input, 1, scratch, score);
        }
        break;
    case LRT_AVERAGE_MACRO:
    case LRT_AVERAGE_WEIGHTED:
        break;
    }
    return average_levels(metric, input, scratch, score);
}

double metric_auc(const LrtMetric *metric, const LrtMetricInput *input, const LrtMetricScratch *scratch) {
    return score_classes(metric, input, scratch, roc_area);
}

double metric_pr_auc(const LrtMetric *metric, const LrtMetricInput *input, const LrtMetricScratch *scratch) {
    return score_classes(metric, input, scratch, average_precision);
}
