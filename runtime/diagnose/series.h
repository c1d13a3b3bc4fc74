/* Statistics of short series of numbers: trend, order, recurrence. All are exact for what they state and never allocate. */
#ifndef DIAGNOSE_SERIES_H
#define DIAGNOSE_SERIES_H

#include <stdbool.h>
#include <stdint.h>

enum { SERIES_MOST = 64 };         /* longer series are thinned evenly before a test of all pairs */

double series_mean(const double *values, int64_t count);
double series_deviation(const double *values, int64_t count);
/* Sorts `values`. */
double series_median(double *values, int64_t count);

/* Mann and Kendall's test for a trend: z, below 0 where the series falls. The variance is enlarged by the autocorrelation of
 * neighbours, as a wave would otherwise look like a trend. */
double series_trend(const double *values, int64_t count);
/* Sen's slope: the median of the slopes between all pairs, a step of the series. */
double series_slope(const double *values, int64_t count);
/* Standard deviation about the straight line of least squares. */
double series_swing(const double *values, int64_t count);
/* Correlation of neighbouring differences: -0.5 for noise, about -1 where the series jumps up and down by turns. */
double series_alternation(const double *values, int64_t count);

/* The wave of a given period in a series (in steps of it): two harmonics beside a quadratic trend, fitted by least squares to the
 * series and to its residuals of neighbours. */
typedef struct Wave {
    double f;                      /* F of the four coefficients of the wave; 0 where it cannot be told */
    double height;                 /* from the lowest to the highest of the fitted wave */
} Wave;
Wave series_wave(const double *values, int64_t count, double period);

/* A table of `rows` epochs and `columns` positions: F of the positions against what remains. */
double series_positions_f(const double *table, int64_t rows, int64_t columns, double *out_means);

#endif
