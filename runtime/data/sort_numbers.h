/* Numbers in ascending order, in time that grows with their count alone and in the same way whatever the C library. */
#ifndef DATA_SORT_NUMBERS_H
#define DATA_SORT_NUMBERS_H

#include "data/region.h"

/* Sorts `values` and, where it is not NULL, `rows` along with them; equal values keep their order. No NaN; -0 counts as
 * 0 and becomes it. False with the error set where there is no memory. */
bool sort_numbers(double *values, int64_t *rows, int64_t count, LrtError *error);

#endif
