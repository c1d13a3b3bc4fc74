/* Shares of counts in exact decimals: 29 % of 100 rows are 29, though 0.29 * 100 is 28.999999999999996 in binary. */
#ifndef DATA_SHARE_H
#define DATA_SHARE_H

#include <stdint.h>

/* floor(n * share) and floor(n * (1 - share)) for 0 <= share <= 1, the share read as the decimal number it was written
 * as (at most 15 digits). */
int64_t share_floor(int64_t n, double share);
int64_t share_rest_floor(int64_t n, double share);
/* floor(n / share) for 0 < share <= 1. */
int64_t share_divide_floor(int64_t n, double share);

#endif
