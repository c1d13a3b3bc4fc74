/* Order statistics by position; sums by Neumaier's compensated summation (ZAMM 54, 1974). */
#include "core/unfused.h"

#include "preprocess/statistics.h"

#include <float.h>
#include <math.h>

const double statistic_normal_mad = 0.6744897501960817; /* the normal distribution's upper quartile */

typedef struct Sum {
    double total, rest;
} Sum;

static void sum_add(Sum *sum, double value) {
    double total = sum->total + value;
    sum->rest += fabs(sum->total) >= fabs(value) ? sum->total - total + value : value - total + sum->total;
    sum->total = total;
}

double statistic_mean(const double *values, int64_t count) {
    Sum sum = {0};
    for (int64_t i = 0; i < count; i++) {
        sum_add(&sum, values[i]);
    }
    return (sum.total + sum.rest) / (double)count;
}

double statistic_deviation(const double *values, int64_t count, double mean) {
    Sum squares = {0}, offset = {0};
    for (int64_t i = 0; i < count; i++) {
        double distance = values[i] - mean;
        sum_add(&squares, distance * distance);
        sum_add(&offset, distance);
    }
    double n = (double)count, off = offset.total + offset.rest;
    double variance = (squares.total + squares.rest - off * off / n) / n;
    double rounding = n * mean * DBL_EPSILON;
    return variance <= n * DBL_EPSILON * variance + rounding * rounding ? 0 : sqrt(variance);
}

double statistic_median(const double *sorted, int64_t count) {
    double upper = sorted[count / 2];
    return count % 2 ? upper : (sorted[count / 2 - 1] + upper) / 2;
}

double statistic_quantile(const double *sorted, int64_t count, double share) {
    double place = share * (double)(count - 1);
    int64_t below = (int64_t)place;
    if (below >= count - 1) {
        return sorted[count - 1];
    }
    double part = place - (double)below, low = sorted[below], high = sorted[below + 1];
    return part < 0.5 ? low + (high - low) * part : high - (high - low) * (1 - part);
}

/* The distances fall towards the center and rise behind it, so they are merged, not sorted. */
double statistic_mad(const double *sorted, int64_t count, double center, double *scratch) {
    int64_t right = 0;
    while (right < count && sorted[right] < center) {
        right++;
    }
    int64_t left = right - 1;
    for (int64_t i = 0; i < count; i++) {
        bool take_left = right == count || (left >= 0 && center - sorted[left] <= sorted[right] - center);
        scratch[i] = take_left ? center - sorted[left--] : sorted[right++] - center;
    }
    return statistic_median(scratch, count);
}

double statistic_mean_absolute(const double *values, int64_t count, double center) {
    Sum sum = {0};
    for (int64_t i = 0; i < count; i++) {
        sum_add(&sum, fabs(values[i] - center));
    }
    return (sum.total + sum.rest) / (double)count;
}

double statistic_mode(const double *sorted, int64_t count) {
    double mode = sorted[0];
    int64_t longest = 0;
    for (int64_t begin = 0; begin < count;) {
        int64_t end = begin;
        while (end < count && sorted[end] == sorted[begin]) {
            end++;
        }
        if (end - begin > longest) {
            longest = end - begin;
            mode = sorted[begin];
        }
        begin = end;
    }
    return mode;
}
