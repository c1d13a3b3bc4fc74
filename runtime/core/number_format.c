/* The shortest decimal text that reads back as the same number (Giulietti 2021, "The Schubfach way to render doubles"):
 * of the decimals between the neighbouring middles, the shortest; of several, the nearest. */
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "core/powers_of_ten.h"
#include "lrt/json.h"
#include "lrt/number.h"

typedef struct Decimal {
    uint64_t digits; /* times 10^power */
    int power;
} Decimal;

/* floor(log10(2^q)), or of 3/4 of it; floor(log2(10^k)): exact in the range of doubles. */
static int floor_log10_power_of_two(int q, bool three_quarters) {
    return (q * 1262611 - (three_quarters ? 524031 : 0)) >> 22;
}
static int floor_log2_power_of_ten(int k) { return (k * 1741647) >> 19; }

/* The upper 64 bits of power * factor / 2^64, its last bit set where anything was cut off. */
static uint64_t round_to_odd(PowerOfTen power, uint64_t factor) {
    Wide low = (Wide)power.low * factor;
    Wide sum = (Wide)power.high * factor + (low >> 64);
    return (uint64_t)(sum >> 64) | ((uint64_t)sum > 1);
}

/* 10^k, rounded up. */
static PowerOfTen power_rounded_up(int k) {
    PowerOfTen power = power_of_ten(k);
    if (k < POWER_EXACT_FIRST || k > POWER_EXACT_LAST) {
        power.low++;
        power.high += power.low == 0;
    }
    return power;
}

/* Of significand * 2^exponent, whose neighbour below is only half as far away where `narrow_below`. */
static Decimal shortest(uint64_t significand, int exponent, bool narrow_below) {
    bool odd = significand & 1; /* an even number's middles belong to it: ties go to even */
    int k = floor_log10_power_of_two(exponent, narrow_below);
    int shift = exponent + floor_log2_power_of_ten(-k) + 1;
    PowerOfTen power = power_rounded_up(-k);
    uint64_t middle_below = round_to_odd(power, (4 * significand - (narrow_below ? 1 : 2)) << shift);
    uint64_t value = round_to_odd(power, (4 * significand) << shift);
    uint64_t middle_above = round_to_odd(power, (4 * significand + 2) << shift);
    uint64_t lower = middle_below + odd, upper = middle_above - odd; /* all in quarters of 10^k */
    uint64_t whole = value / 4;
    if (whole >= 10) {
        uint64_t tens = whole / 10;
        bool down = lower <= 40 * tens, up = 40 * tens + 40 <= upper;
        if (down != up) {
            return (Decimal){tens + up, k + 1};
        }
    }
    bool down = lower <= 4 * whole, up = 4 * whole + 4 <= upper;
    if (down != up) {
        return (Decimal){whole + up, k};
    }
    uint64_t middle = 4 * whole + 2;
    return (Decimal){whole + (value > middle || (value == middle && (whole & 1))), k};
}

static char *put(char *at, const char *text, size_t length) {
    memcpy(at, text, length);
    return at + length;
}

static char *put_zeros(char *at, int count) {
    memset(at, '0', (size_t)count);
    return at + count;
}

static char *put_exponent(char *at, int exponent) {
    *at++ = 'e';
    if (exponent < 0) {
        *at++ = '-';
        exponent = -exponent;
    }
    for (int unit = exponent >= 100 ? 100 : exponent >= 10 ? 10 : 1; unit > 0; unit /= 10) {
        *at++ = (char)('0' + exponent / unit % 10);
    }
    return at;
}

/* Plain where the point lies within the digits or near them, else scientific. Returns the end. */
static char *put_decimal(char *at, Decimal decimal) {
    enum { POINT_FIRST = -4, POINT_LAST = 17, DIGITS = 20 };
    while (decimal.digits % 10 == 0) {
        decimal.digits /= 10;
        decimal.power++;
    }
    char buffer[DIGITS];
    int first = DIGITS;
    for (uint64_t rest = decimal.digits; rest > 0; rest /= 10) {
        buffer[--first] = (char)('0' + rest % 10);
    }
    const char *digits = buffer + first;
    int count = DIGITS - first, point = count + decimal.power; /* digits before the point */
    if (point < POINT_FIRST + 1 || point > POINT_LAST) {
        at = put(at, digits, 1);
        if (count > 1) {
            *at++ = '.';
            at = put(at, digits + 1, (size_t)count - 1);
        }
        return put_exponent(at, point - 1);
    }
    if (point <= 0) {
        at = put(at, "0.", 2);
        at = put_zeros(at, -point);
        return put(at, digits, (size_t)count);
    }
    if (point >= count) {
        return put_zeros(put(at, digits, (size_t)count), point - count);
    }
    at = put(at, digits, (size_t)point);
    *at++ = '.';
    return put(at, digits + point, (size_t)(count - point));
}

/* A number of an IEEE format with `fraction_bits` and exponents that `bias` puts between integers. */
static size_t format(uint64_t fraction, int exponent, int fraction_bits, int bias, bool negative,
                     char out[LRT_NUMBER_TEXT]) {
    char *at = out;
    if (negative) {
        *at++ = '-';
    }
    if (fraction == 0 && exponent == 0) {
        *at++ = '0';
    } else {
        uint64_t significand = exponent > 0 ? fraction | UINT64_C(1) << fraction_bits : fraction;
        int power = (exponent > 0 ? exponent : 1) - bias - fraction_bits;
        at = put_decimal(at, shortest(significand, power, fraction == 0 && exponent > 1));
    }
    *at = '\0';
    return (size_t)(at - out);
}

static size_t format_special(double value, char out[LRT_NUMBER_TEXT]) {
    strcpy(out, isnan(value) ? "nan" : value < 0 ? "-inf" : "inf");
    return strlen(out);
}

size_t lrt_format_double(double value, char out[LRT_NUMBER_TEXT]) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    int exponent = (int)(bits >> 52 & 0x7ff);
    return exponent == 0x7ff ? format_special(value, out)
                             : format(bits & ((UINT64_C(1) << 52) - 1), exponent, 52, 1023, bits >> 63, out);
}

size_t lrt_format_float(float value, char out[LRT_NUMBER_TEXT]) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    int exponent = (int)(bits >> 23 & 0xff);
    return exponent == 0xff ? format_special((double)value, out)
                            : format(bits & ((1u << 23) - 1), exponent, 23, 127, bits >> 31, out);
}

void lrt_format_number(double value, char out[32]) { lrt_format_double(value, out); }
