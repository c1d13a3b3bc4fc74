/* A double that came from a decimal of at most 15 digits prints as that decimal again, so `%.14e` gives back what the
 * author wrote, and the products are those of whole numbers. */
#include "data/share.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

__extension__ typedef unsigned __int128 Wide;

enum { MAX_SCALE = 19 }; /* 10^19 * 2^63 fits into 128 bits; shares below 10^-4 lose nothing before their 15th digit */

/* share = digits / scale with the scale a power of ten. */
typedef struct Decimal {
    Wide digits, scale;
} Decimal;

static Decimal decimal_of(double share) {
    assert(share >= 0 && share <= 1);
    char text[40];
    snprintf(text, sizeof text, "%.14e", share); /* d.dddddddddddddde-xx */
    uint64_t digits = (uint64_t)(text[0] - '0');
    for (int i = 2; i < 16; i++) {
        digits = digits * 10 + (uint64_t)(text[i] - '0');
    }
    long places = 14 - strtol(text + 17, NULL, 10);
    while (places > 0 && digits % 10 == 0) {
        digits /= 10;
        places--;
    }
    for (; places > MAX_SCALE; places--) {
        digits /= 10;
    }
    Wide scale = 1;
    for (; places > 0; places--) {
        scale *= 10;
    }
    return (Decimal){digits, scale};
}

int64_t share_floor(int64_t n, double share) {
    Decimal decimal = decimal_of(share);
    return (int64_t)((Wide)n * decimal.digits / decimal.scale);
}

int64_t share_rest_floor(int64_t n, double share) {
    Decimal decimal = decimal_of(share);
    return (int64_t)((Wide)n * (decimal.scale - decimal.digits) / decimal.scale);
}

int64_t share_divide_floor(int64_t n, double share) {
    Decimal decimal = decimal_of(share);
    assert(decimal.digits > 0);
    Wide quotient = (Wide)n * decimal.scale / decimal.digits;
    return quotient > (Wide)INT64_MAX ? INT64_MAX : (int64_t)quotient;
}
