/* Tests of all pairs are quadratic, so long series are thinned first: a trend of thousands of points is one of sixty-four. */
#include "diagnose/series.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lrt/real_math.h"

static const double PI = 3.14159265358979323846;

double series_mean(const double *values, int64_t count) {
    double sum = 0;
    for (int64_t i = 0; i < count; i++) {
        sum += values[i];
    }
    return count > 0 ? sum / (double)count : (double)NAN;
}

double series_deviation(const double *values, int64_t count) {
    double mean = series_mean(values, count), sum = 0;
    for (int64_t i = 0; i < count; i++) {
        sum += (values[i] - mean) * (values[i] - mean);
    }
    return count > 1 ? sqrt(sum / (double)(count - 1)) : 0;
}

static int ascending(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

double series_median(double *values, int64_t count) {
    if (count < 1) {
        return (double)NAN;
    }
    qsort(values, (size_t)count, sizeof *values, ascending);
    return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

/* At most SERIES_MOST of them, evenly, the last one always. */
static int64_t thin(const double *values, int64_t count, double out[SERIES_MOST]) {
    int64_t kept = count < SERIES_MOST ? count : SERIES_MOST;
    for (int64_t i = 0; i < kept; i++) {
        out[i] = values[count - 1 - (kept - 1 - i) * count / kept];
    }
    return kept;
}

static double lag_correlation(const double *values, int64_t count) {
    double mean = series_mean(values, count), up = 0, down = 0;
    for (int64_t i = 0; i < count; i++) {
        down += (values[i] - mean) * (values[i] - mean);
        up += i > 0 ? (values[i] - mean) * (values[i - 1] - mean) : 0;
    }
    return down > 0 ? up / down : 0;
}

/* Slope and level of the line of least squares over 0 .. count-1. */
static void fit_line(const double *values, int64_t count, double *out_slope, double *out_level) {
    double middle = (double)(count - 1) / 2, mean = series_mean(values, count), up = 0, down = 0;
    for (int64_t i = 0; i < count; i++) {
        up += ((double)i - middle) * (values[i] - mean);
        down += ((double)i - middle) * ((double)i - middle);
    }
    *out_slope = down > 0 ? up / down : 0;
    *out_level = mean - *out_slope * middle;
}

double series_trend(const double *values, int64_t count) {
    double kept[SERIES_MOST], residual[SERIES_MOST], slope, level;
    int64_t n = thin(values, count, kept);
    if (n < 4) {
        return 0;
    }
    int64_t score = 0;
    for (int64_t i = 0; i < n; i++) {
        for (int64_t k = i + 1; k < n; k++) {
            score += kept[k] > kept[i] ? 1 : kept[k] < kept[i] ? -1 : 0;
        }
    }
    fit_line(kept, n, &slope, &level);
    for (int64_t i = 0; i < n; i++) {
        residual[i] = kept[i] - level - slope * (double)i;
    }
    double correlation = lag_correlation(residual, n);
    double inflation = correlation > 0 ? (1 + correlation) / (1 - correlation + 1e-3) : 1;
    double variance = (double)(n * (n - 1) * (2 * n + 5)) / 18 * inflation;
    double step = score > 0 ? -1 : score < 0 ? 1 : 0; /* continuity */
    return ((double)score + step) / sqrt(variance);
}

double series_slope(const double *values, int64_t count) {
    enum { PAIRS = SERIES_MOST * (SERIES_MOST - 1) / 2 };
    double kept[SERIES_MOST], slopes[PAIRS];
    int64_t n = thin(values, count, kept), pairs = 0;
    for (int64_t i = 0; i < n; i++) {
        for (int64_t k = i + 1; k < n; k++) {
            slopes[pairs++] = (kept[k] - kept[i]) / (double)(k - i);
        }
    }
    return pairs > 0 ? series_median(slopes, pairs) * (double)n / (double)count : 0;
}

double series_swing(const double *values, int64_t count) {
    double slope, level, sum = 0;
    if (count < 3) {
        return 0;
    }
    fit_line(values, count, &slope, &level);
    for (int64_t i = 0; i < count; i++) {
        double residual = values[i] - level - slope * (double)i;
        sum += residual * residual;
    }
    return sqrt(sum / (double)(count - 2));
}

double series_alternation(const double *values, int64_t count) {
    double up = 0, down = 0;
    for (int64_t i = 1; i < count; i++) {
        double difference = values[i] - values[i - 1];
        down += difference * difference;
        up += i > 1 ? difference * (values[i - 1] - values[i - 2]) : 0;
    }
    return down > 0 ? up / down : 0;
}

enum { TERMS = 7, TREND_TERMS = 3 };

/* Solves the normal equations by elimination with pivots; false where they are singular. */
static bool solve(double matrix[TERMS][TERMS + 1], int terms) {
    for (int column = 0; column < terms; column++) {
        int pivot = column;
        for (int row = column + 1; row < terms; row++) {
            pivot = fabs(matrix[row][column]) > fabs(matrix[pivot][column]) ? row : pivot;
        }
        if (fabs(matrix[pivot][column]) < 1e-12) {
            return false;
        }
        for (int k = 0; k <= terms; k++) {
            double swap = matrix[column][k];
            matrix[column][k] = matrix[pivot][k];
            matrix[pivot][k] = swap;
        }
        for (int row = 0; row < terms; row++) {
            double factor = row == column ? 0 : matrix[row][column] / matrix[column][column];
            for (int k = column; k <= terms; k++) {
                matrix[row][k] -= factor * matrix[column][k];
            }
        }
    }
    for (int row = 0; row < terms; row++) {
        matrix[row][terms] /= matrix[row][row];
    }
    return true;
}

static void fill_terms(double at, double count, double period, double out[TERMS]) {
    double t = 2 * at / count - 1, angle = 2 * PI * at / period;
    double terms[TERMS] = {1, t, t * t, lrt_cos(angle), lrt_sin(angle), lrt_cos(2 * angle), lrt_sin(2 * angle)};
    memcpy(out, terms, sizeof terms);
}

/* Least squares of the first `terms` on values[i] - rho * values[i-1]; the sum of squares that remains, or -1. */
static double regress(const double *values, int64_t count, double period, double rho, int terms, double coefficients[TERMS]) {
    double matrix[TERMS][TERMS + 1] = {{0}}, squares = 0;
    for (int64_t i = 1; i < count; i++) {
        double now[TERMS], before[TERMS], y = values[i] - rho * values[i - 1];
        fill_terms((double)i, (double)count, period, now);
        fill_terms((double)(i - 1), (double)count, period, before);
        for (int a = 0; a < terms; a++) {
            double x = now[a] - rho * before[a];
            for (int b = 0; b < terms; b++) {
                matrix[a][b] += x * (now[b] - rho * before[b]);
            }
            matrix[a][terms] += x * y;
        }
    }
    if (!solve(matrix, terms)) {
        return -1;
    }
    for (int a = 0; a < terms; a++) {
        coefficients[a] = matrix[a][terms];
    }
    for (int64_t i = 1; i < count; i++) {
        double now[TERMS], before[TERMS], rest = values[i] - rho * values[i - 1];
        fill_terms((double)i, (double)count, period, now);
        fill_terms((double)(i - 1), (double)count, period, before);
        for (int a = 0; a < terms; a++) {
            rest -= coefficients[a] * (now[a] - rho * before[a]);
        }
        squares += rest * rest;
    }
    return squares;
}

/* Autocorrelation of what the trend and the wave leave. */
static double residual_correlation(const double *values, int64_t count, double period, const double coefficients[TERMS]) {
    double last = 0, up = 0, down = 0;
    for (int64_t i = 0; i < count; i++) {
        double terms[TERMS], rest = values[i];
        fill_terms((double)i, (double)count, period, terms);
        for (int a = 0; a < TERMS; a++) {
            rest -= coefficients[a] * terms[a];
        }
        up += i > 0 ? rest * last : 0;
        down += rest * rest;
        last = rest;
    }
    double rho = down > 0 ? up / down : 0;
    return rho < 0 ? 0 : rho > 0.9 ? 0.9 : rho;
}

Wave series_wave(const double *values, int64_t count, double period) {
    double coefficients[TERMS] = {0}, trend[TERMS] = {0};
    Wave wave = {0};
    if (period < 4 || (double)count < 2.5 * period || count < 2 * TERMS ||
        regress(values, count, period, 0, TERMS, coefficients) < 0) {
        return wave;
    }
    double rho = residual_correlation(values, count, period, coefficients);
    double with = regress(values, count, period, rho, TERMS, coefficients);
    double without = regress(values, count, period, rho, TREND_TERMS, trend);
    double freedom = (double)(count - 1 - TERMS);
    if (with < 0 || without < 0 || freedom < 1) {
        return wave;
    }
    wave.f = with > 0 ? (without - with) / 4 / (with / freedom) : (without > 0 ? 1e9 : 0);
    double lowest = 0, highest = 0;
    for (int i = 0; i < 64; i++) {
        double terms[TERMS], at = 0;
        fill_terms(period * i / 64, (double)count, period, terms);
        for (int a = TREND_TERMS; a < TERMS; a++) {
            at += coefficients[a] * terms[a];
        }
        lowest = at < lowest ? at : lowest;
        highest = at > highest ? at : highest;
    }
    wave.height = highest - lowest;
    return wave;
}

double series_positions_f(const double *table, int64_t rows, int64_t columns, double *out_means) {
    double total = 0, between = 0, rest = 0;
    for (int64_t c = 0; c < columns; c++) {
        out_means[c] = 0;
        for (int64_t r = 0; r < rows; r++) {
            out_means[c] += table[r * columns + c] / (double)rows;
        }
        total += out_means[c] / (double)columns;
    }
    for (int64_t r = 0; r < rows; r++) {
        double mean = series_mean(table + r * columns, columns);
        for (int64_t c = 0; c < columns; c++) {
            double left = table[r * columns + c] - mean - out_means[c] + total;
            rest += left * left;
        }
    }
    for (int64_t c = 0; c < columns; c++) {
        between += (double)rows * (out_means[c] - total) * (out_means[c] - total);
    }
    if (rows < 2 || columns < 2 || rest <= 0) {
        return 0;
    }
    return between / (double)(columns - 1) / (rest / (double)((rows - 1) * (columns - 1)));
}
