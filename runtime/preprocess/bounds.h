/* The bounds beyond which `winsorize` pulls values in and `drop_outliers` leaves rows out. */
#ifndef PREPROCESS_BOUNDS_H
#define PREPROCESS_BOUNDS_H

#include "lrt/program.h"

/* Of `count` >= 1 cells in ascending order, by the step's option[0] (LrtBounds) and numbers; `scratch` has room for as
 * many. */
void bounds_find(const LrtStep *step, const double *cells, int64_t count, double *scratch, double out_bounds[2]);

#endif
