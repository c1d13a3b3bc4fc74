/* The first 128 bits of the powers of ten, which both directions between decimal text and binary numbers rest on. */
#ifndef CORE_POWERS_OF_TEN_H
#define CORE_POWERS_OF_TEN_H

#include <stdint.h>

__extension__ typedef unsigned __int128 Wide;

enum {
    POWER_FIRST = -342,            /* w * 10^-343 is 0 for every w < 10^19 */
    POWER_LAST = 324,              /* what the shortest text of the least subnormal number needs */
    POWER_EXACT_FIRST = -27,       /* rounded up between these two, */
    POWER_EXACT_LAST = 55          /* exact from 0 on; truncated outside */
};

/* 10^k = (mantissa + less than 1) * 2^e with 2^127 <= mantissa < 2^128. */
typedef struct PowerOfTen {
    uint64_t high, low;
} PowerOfTen;

/* POWER_FIRST <= k <= POWER_LAST */
PowerOfTen power_of_ten(int k);

#endif
