/* How much one column tells about a target: the F statistic, as scikit-learn's f_classif and f_regression. */
#ifndef PREPROCESS_FEATURE_SCORE_H
#define PREPROCESS_FEATURE_SCORE_H

#include <stdint.h>

/* Variance between the classes over the variance within them; labels are 0..classes-1. `sums` has room for 2 · classes.
 * NaN where the column is constant. */
double score_by_class(const double *x, const int32_t *label, int64_t count, int64_t classes, double *sums);
/* Of the regression of y on x. NaN where one of them is constant. */
double score_by_number(const double *x, const double *y, int64_t count);

#endif
