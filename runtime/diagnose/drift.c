/* Kolmogorov's distance between the training and the validation values of each feature. */
#include <math.h>
#include <stdlib.h>

#include "diagnose/probe.h"

enum { MOST_ROWS = 5000 };

static int ascending(const void *left, const void *right) {
    float a = *(const float *)left, b = *(const float *)right;
    return a < b ? -1 : a > b;
}

static int64_t read_column(const LrtDataset *dataset, const int64_t *rows, int64_t count, int64_t column, float *out) {
    int64_t used = count < MOST_ROWS ? count : MOST_ROWS;
    for (int64_t i = 0; i < used; i++) {
        out[i] = dataset->features[rows[i * count / used] * dataset->feature_width + column];
    }
    qsort(out, (size_t)used, sizeof *out, ascending);
    return used;
}

static double distance(const float *a, int64_t a_count, const float *b, int64_t b_count) {
    double most = 0;
    for (int64_t i = 0, k = 0; i < a_count && k < b_count;) {
        float at = a[i] < b[k] ? a[i] : b[k];
        while (i < a_count && a[i] == at) {
            i++;
        }
        while (k < b_count && b[k] == at) {
            k++;
        }
        double off = fabs((double)i / (double)a_count - (double)k / (double)b_count);
        most = off > most ? off : most;
    }
    return most;
}

void drift_measure(const LrtDataset *dataset, const int64_t *train, int64_t train_count, const int64_t *validation,
                   int64_t validation_count, Probes *out) {
    float *a = malloc(MOST_ROWS * sizeof *a), *b = malloc(MOST_ROWS * sizeof *b);
    out->drift_column = -1;
    out->drift_distance = 0;
    for (int64_t c = 0; a && b && train_count > 0 && validation_count > 0 && c < dataset->feature_width; c++) {
        int64_t a_count = read_column(dataset, train, train_count, c, a);
        int64_t b_count = read_column(dataset, validation, validation_count, c, b);
        double off = distance(a, a_count, b, b_count);
        if (off > out->drift_distance) {
            out->drift_distance = off;
            out->drift_column = c;
        }
    }
    free(a);
    free(b);
}
