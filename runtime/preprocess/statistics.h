/* Statistics of sorted numbers, as numpy, scipy and scikit-learn define them. All want count >= 1. */
#ifndef PREPROCESS_STATISTICS_H
#define PREPROCESS_STATISTICS_H

#include <stdbool.h>
#include <stdint.h>

/* Sums are carried in twice the precision, so a mean is off by one rounding. */
double statistic_mean(const double *values, int64_t count);
/* Root of the mean square about `mean` (ddof 0); 0 where all values are equal up to rounding, as scikit-learn decides
 * it. */
double statistic_deviation(const double *values, int64_t count, double mean);
double statistic_median(const double *sorted, int64_t count);
/* numpy.quantile, linear. */
double statistic_quantile(const double *sorted, int64_t count, double share);
/* The median of |x - center|; `scratch` has room for the values. */
double statistic_mad(const double *sorted, int64_t count, double center, double *scratch);
double statistic_mean_absolute(const double *values, int64_t count, double center);
/* The most frequent value, the smallest of equals. */
double statistic_mode(const double *sorted, int64_t count);

/* The median absolute deviation of a normal distribution is this share of its deviation. */
extern const double statistic_normal_mad;

#endif
