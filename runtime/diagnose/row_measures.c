/* Each is a pass over arrays that the evaluator has filled anyway. */
#include "diagnose/row_measures.h"

#include <math.h>
#include <stdlib.h>

#include "train/training.h"

enum { LEAST_ROWS_TOP = 20, MOST_TOLD = 5 };

double rows_deviation(const Evaluator *evaluator, int64_t count) {
    double sum = 0, squares = 0, n = (double)count;
    for (int64_t i = 0; i < count; i++) {
        double loss = evaluator_row_loss(evaluator, i);
        sum += loss;
        squares += loss * loss;
    }
    double variance = squares / n - sum / n * (sum / n);
    return variance > 0 ? sqrt(variance) : 0;
}

typedef struct RankedRow {
    double loss;
    int64_t row;
} RankedRow;

/* Greatest loss first, of equals the earlier row. */
static int by_loss(const void *left, const void *right) {
    const RankedRow *a = left, *b = right;
    return a->loss < b->loss ? 1 : a->loss > b->loss ? -1 : a->row < b->row ? -1 : a->row > b->row;
}

double rows_top_share(const Evaluator *evaluator, int64_t count, int64_t out_rows[5], int *out_count) {
    RankedRow *rows = malloc(((size_t)count + 1) * sizeof *rows);
    double all = 0, top = 0;
    for (int64_t i = 0; rows && i < count; i++) {
        rows[i] = (RankedRow){evaluator_row_loss(evaluator, i), i};
        all += rows[i].loss;
    }
    int64_t few = count / 100 > 0 ? count / 100 : 1;
    if (rows && count >= LEAST_ROWS_TOP) {
        qsort(rows, (size_t)count, sizeof *rows, by_loss);
        for (int64_t i = 0; i < few; i++) {
            top += rows[i].loss;
            if (out_rows && i < MOST_TOLD) {
                out_rows[(*out_count)++] = rows[i].row;
            }
        }
    }
    free(rows);
    return all > 0 && isfinite(all) ? top / all : 0;
}

static double deviation_of(const double *values, int64_t count) {
    double sum = 0, squares = 0, n = (double)count;
    for (int64_t i = 0; i < count; i++) {
        sum += values[i] - values[0];
        squares += (values[i] - values[0]) * (values[i] - values[0]);
    }
    double variance = squares / n - sum / n * (sum / n);
    return variance > 0 ? sqrt(variance) : 0;
}

/* Of the level whose probability differs most. */
static double class_spread(const LrtMetricInput *input) {
    double most = 0;
    for (int64_t k = 0; k < input->levels; k++) {
        double sum = 0, squares = 0, first = (double)input->probabilities[k];
        for (int64_t i = 0; i < input->rows; i++) {
            double off = (double)input->probabilities[i * input->levels + k] - first;
            sum += off;
            squares += off * off;
        }
        double n = (double)input->rows, variance = squares / n - sum / n * (sum / n);
        most = fmax(most, variance > 0 ? sqrt(variance) : 0);
    }
    return most;
}

double rows_spread(const Evaluator *evaluator) {
    const LrtDataSpec *data = &evaluator->machine->program->data;
    double most = 0;
    for (int64_t i = 0; i < data->target_count; i++) {
        const LrtMetricInput *input = &evaluator->inputs[i];
        if (input->rows < 1) {
            continue;
        }
        double truth = data->targets[i].is_class ? 1 : deviation_of(input->truth, input->rows);
        double spread = data->targets[i].is_class ? class_spread(input) : deviation_of(input->prediction, input->rows);
        most = fmax(most, truth > 0 ? spread / truth : spread);
    }
    return most;
}

/* Rows that the model contradicts with a confidence that it has for the other class on average (Northcutt et al. 2021). */
void rows_find_suspects(const Training *training, Probes *out) {
    const LrtMetricInput *input = &training->evaluator.inputs[0];
    const int64_t *rows = training->dataset->part_rows[LRT_PART_VALIDATION];
    int64_t levels = input->levels, found = 0;
    double *confidence = calloc((size_t)levels + 1, sizeof *confidence), *counts = calloc((size_t)levels + 1, sizeof *counts);
    double *right = calloc((size_t)levels + 1, sizeof *right), all = 0;
    for (int64_t r = 0; confidence && counts && right && r < input->rows; r++) {
        const float *p = input->probabilities + r * levels;
        int32_t label = input->labels[r];
        bool hit = lrt_predicted_level(input, r) == label;
        confidence[label] += (double)p[label];
        counts[label]++;
        right[label] += hit;
        all += hit;
    }
    for (int64_t r = 0; confidence && counts && right && r < input->rows; r++) {
        const float *p = input->probabilities + r * levels;
        int32_t label = input->labels[r], other = lrt_predicted_level(input, r);
        if (other == label || counts[other] < 1 || (double)p[other] < confidence[other] / counts[other] || (double)p[other] < 0.9) {
            continue;
        }
        found++;
        int64_t source = training->dataset->source_row[rows[r]];
        if (out->suspect_count < 10 && source >= 0) {
            out->suspects[out->suspect_count++] = source + 1;
        }
    }
    out->suspect_share = input->rows > 0 ? (double)found / (double)input->rows : 0;
    out->accuracy = input->rows > 0 ? all / (double)input->rows : (double)NAN;
    out->least_recall = 1;
    for (int64_t k = 0; confidence && counts && right && k < levels; k++) {
        if (counts[k] >= 10 && right[k] / counts[k] < out->least_recall) {
            out->least_recall = right[k] / counts[k];
            out->least_level = k;
        }
    }
    free(confidence);
    free(counts);
    free(right);
}
