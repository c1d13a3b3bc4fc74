/* Decimal text to the nearest double. Nearly all numbers are settled by one 64 x 128 bit product (Lemire 2021, "Number
 * parsing at a gigabyte per second"; that no doubt remains below 20 digits: Mushtak and Lemire 2023). Longer ones that
 * lie within a hair of the middle between two doubles are compared with it in big integers. */
#include "lrt/number.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "core/powers_of_ten.h"

enum {
    FRACTION_BITS = 52,
    EXPONENT_BIAS = 1023,
    EXPONENT_INFINITE = 2047,
    DECIMAL_LARGEST = 308,      /* powers of ten beyond are infinite whatever the mantissa */
    WORD_DIGITS = 19,           /* decimal digits that always fit in 64 bits */
    EXPONENT_LIMIT = 100000000, /* exponents are cut off here: no text is long enough to bring one back */
    SIGNIFICANT_DIGITS = 768,   /* no middle between two doubles has more */
    LIMBS = 64                  /* 4096 bits: 768 digits, or 5^1111 with the rest of a middle, need less */
};

static double double_from_bits(uint64_t bits) {
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* The first 128 bits of mantissa * 10^exponent; the lower half of the power is only looked at where it matters. */
static Wide product(uint64_t mantissa, int exponent) {
    const uint64_t undecided = UINT64_MAX >> (FRACTION_BITS + 3);
    PowerOfTen power = power_of_ten(exponent);
    Wide result = (Wide)mantissa * power.high;
    if (((uint64_t)(result >> 64) & undecided) == undecided) {
        result += ((Wide)mantissa * power.low) >> 64;
    }
    return result;
}

double lrt_number_from_decimal(uint64_t mantissa, int64_t exponent) {
    if (mantissa == 0 || exponent < POWER_FIRST) {
        return 0;
    }
    if (exponent > DECIMAL_LARGEST) {
        return HUGE_VAL;
    }
    int q = (int)exponent, zeros = __builtin_clzll(mantissa);
    Wide bits = product(mantissa << zeros, q);
    uint64_t high = (uint64_t)(bits >> 64), low = (uint64_t)bits;
    int top = (int)(high >> 63), shift = top + 64 - FRACTION_BITS - 3;
    uint64_t rounded = high >> shift; /* the significand and one bit more, to round by */
    int power = ((217706 * q) >> 16) + 63 + top - zeros + EXPONENT_BIAS; /* 217706 / 2^16 = log2(10) */
    if (power <= 0) {
        if (-power + 1 >= 64) {
            return 0;
        }
        rounded >>= -power + 1;
        rounded = (rounded + (rounded & 1)) >> 1;
        return double_from_bits(rounded); /* one that rounds up to the least normal number has its bits */
    }
    /* Exactly in the middle: only powers of five that fit in 64 bits get there. */
    if (low <= 1 && q >= -4 && q <= 23 && (rounded & 3) == 1 && rounded << shift == high) {
        rounded--;
    }
    rounded = (rounded + (rounded & 1)) >> 1;
    if (rounded >> (FRACTION_BITS + 1)) {
        rounded >>= 1;
        power++;
    }
    if (power >= EXPONENT_INFINITE) {
        return HUGE_VAL;
    }
    return double_from_bits((rounded & ~(UINT64_C(1) << FRACTION_BITS)) | (uint64_t)power << FRACTION_BITS);
}

/* ---- numbers of any length ------------------------------------------------------------------------------------- */

typedef struct BigInteger {
    uint64_t limbs[LIMBS]; /* least significant first */
    int count;             /* without leading zeros */
} BigInteger;

static void big_multiply_add(BigInteger *big, uint64_t factor, uint64_t summand) {
    Wide carry = summand;
    for (int i = 0; i < big->count; i++) {
        carry += (Wide)big->limbs[i] * factor;
        big->limbs[i] = (uint64_t)carry;
        carry >>= 64;
    }
    if (carry) {
        assert(big->count < LIMBS);
        big->limbs[big->count++] = (uint64_t)carry;
    }
}

static void big_multiply_by_power_of_five(BigInteger *big, int64_t power) {
    const uint64_t five_to_27 = UINT64_C(7450580596923828125);
    for (; power >= 27; power -= 27) {
        big_multiply_add(big, five_to_27, 0);
    }
    for (; power > 0; power--) {
        big_multiply_add(big, 5, 0);
    }
}

static void big_shift_left(BigInteger *big, int64_t bits) {
    for (; bits >= 32; bits -= 32) {
        big_multiply_add(big, UINT64_C(1) << 32, 0);
    }
    big_multiply_add(big, UINT64_C(1) << bits, 0);
}

static int big_compare(const BigInteger *a, const BigInteger *b) {
    if (a->count != b->count) {
        return a->count < b->count ? -1 : 1;
    }
    for (int i = a->count - 1; i >= 0; i--) {
        if (a->limbs[i] != b->limbs[i]) {
            return a->limbs[i] < b->limbs[i] ? -1 : 1;
        }
    }
    return 0;
}

/* The digits of a number without its leading zeros: 0.digits * 10^point. */
typedef struct Digits {
    unsigned char digit[SIGNIFICANT_DIGITS + 1];
    int count;
    int64_t point;
} Digits;

/* All of [text, text + length) is digits and one point at most; digits beyond the limit count as one more that is 1. */
static void read_digits(const char *text, size_t length, int64_t exponent, Digits *out) {
    bool after_point = false, cut = false;
    out->count = 0;
    out->point = exponent;
    for (size_t i = 0; i < length; i++) {
        unsigned digit = (unsigned)(text[i] - '0');
        if (digit > 9) {
            after_point = true;
            continue;
        }
        out->point += !after_point;
        if (out->count == 0 && digit == 0) {
            out->point--;
        } else if (out->count < SIGNIFICANT_DIGITS) {
            out->digit[out->count++] = (unsigned char)digit;
        } else {
            cut = cut || digit != 0;
        }
    }
    if (cut) {
        out->digit[out->count++] = 1;
    }
}

/* `low` or the double above it, whichever is nearer to the digits, which lie between the two. */
static double choose_nearer(const Digits *digits, double low) {
    uint64_t bits;
    memcpy(&bits, &low, sizeof bits);
    int exponent = (int)(bits >> FRACTION_BITS);
    uint64_t fraction = bits & ((UINT64_C(1) << FRACTION_BITS) - 1);
    uint64_t significand = exponent > 0 ? fraction | UINT64_C(1) << FRACTION_BITS : fraction;
    int64_t middle_power = (exponent > 0 ? exponent : 1) - EXPONENT_BIAS - FRACTION_BITS - 1;

    /* digits * 10^power against (2 * significand + 1) * 2^middle_power, multiplied until both are whole */
    BigInteger left = {.count = 0}, right = {.count = 0};
    for (int i = 0; i < digits->count; i++) {
        big_multiply_add(&left, 10, digits->digit[i]);
    }
    big_multiply_add(&right, 0, 2 * significand + 1);
    int64_t power = digits->point - digits->count;
    big_multiply_by_power_of_five(power > 0 ? &left : &right, power > 0 ? power : -power);
    int64_t twos = power - middle_power;
    big_shift_left(twos > 0 ? &left : &right, twos > 0 ? twos : -twos);

    int order = big_compare(&left, &right);
    return order > 0 || (order == 0 && (bits & 1)) ? double_from_bits(bits + 1) : low;
}

static double parse_long(const char *text, size_t length, int64_t exponent) {
    Digits digits;
    read_digits(text, length, exponent, &digits);
    uint64_t mantissa = 0;
    int taken = digits.count < WORD_DIGITS ? digits.count : WORD_DIGITS;
    for (int i = 0; i < taken; i++) {
        mantissa = mantissa * 10 + digits.digit[i];
    }
    double low = lrt_number_from_decimal(mantissa, digits.point - taken);
    if (taken == digits.count || isinf(low)) {
        return low;
    }
    double high = mantissa + 1 < UINT64_C(10000000000000000000)
                      ? lrt_number_from_decimal(mantissa + 1, digits.point - taken)
                      : lrt_number_from_decimal(1, digits.point);
    return low == high ? low : choose_nearer(&digits, low);
}

/* ---- text ------------------------------------------------------------------------------------------------------ */

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
/* Eight digits at once (Lemire 2018): pairs become numbers below 100, then below 10000, then one. */
static bool take_eight_digits(const char *at, uint64_t *value) {
    uint64_t word;
    memcpy(&word, at, sizeof word);
    uint64_t digits = word - UINT64_C(0x3030303030303030);
    if (((word + UINT64_C(0x4646464646464646)) | digits) & UINT64_C(0x8080808080808080)) {
        return false;
    }
    digits = digits * 10 + (digits >> 8);
    const uint64_t mask = UINT64_C(0x000000ff000000ff);
    *value =
        ((digits & mask) * UINT64_C(0x000f424000000064) + (digits >> 16 & mask) * UINT64_C(0x0000271000000001)) >> 32;
    return true;
}
#endif

static inline const char *skip_digits(const char *at, const char *end, uint64_t *mantissa) {
    uint64_t value = *mantissa;
    unsigned digit;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    uint64_t eight;
    while (end - at >= 8 && take_eight_digits(at, &eight)) {
        value = value * 100000000 + eight;
        at += 8;
    }
#endif
    while (at < end && (digit = (unsigned)(*at - '0')) < 10) {
        value = value * 10 + digit;
        at++;
    }
    *mantissa = value;
    return at;
}

/* The exponent behind a mantissa that ends at `at`: where there is none, nothing is taken. */
static const char *scan_exponent(const char *at, const char *end, int64_t *exponent) {
    const char *digits = at + 1;
    bool negative = false;
    if (digits < end && (*digits == '-' || *digits == '+')) {
        negative = *digits++ == '-';
    }
    const char *after = digits;
    int64_t value = 0;
    for (; after < end && (unsigned)(*after - '0') < 10; after++) {
        value = value < EXPONENT_LIMIT ? value * 10 + (*after - '0') : value;
    }
    if (after == digits) {
        return at;
    }
    *exponent = negative ? -value : value;
    return after;
}

const char *lrt_number_scan(const char *text, const char *end, char decimal, double *out) {
    static const double exact_powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                          1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    const int64_t exact_power_count = sizeof exact_powers / sizeof exact_powers[0];
    bool negative = text < end && *text == '-';
    const char *start = text + (text < end && (*text == '-' || *text == '+'));
    uint64_t mantissa = 0;
    int64_t exponent = 0, fraction_digits = 0;
    const char *at = skip_digits(start, end, &mantissa);
    int64_t digit_count = at - start;
    if (at < end && *at == decimal) {
        const char *fraction = at + 1;
        at = skip_digits(fraction, end, &mantissa);
        fraction_digits = at - fraction;
        digit_count += fraction_digits;
    }
    if (digit_count == 0) {
        return NULL;
    }
    const char *mantissa_end = at;
    if (at < end && (*at == 'e' || *at == 'E')) {
        at = scan_exponent(at, end, &exponent);
    }
    double value;
    int64_t power = exponent - fraction_digits;
    if (digit_count > WORD_DIGITS) {
        value = parse_long(start, (size_t)(mantissa_end - start), exponent);
    } else if (mantissa <= UINT64_C(1) << 53 && -exact_power_count < power && power < exact_power_count) {
        /* both operands are exact, so that one rounding is left (Clinger 1990) */
        value = power < 0 ? (double)mantissa / exact_powers[-power] : (double)mantissa * exact_powers[power];
    } else {
        value = lrt_number_from_decimal(mantissa, power);
    }
    *out = negative ? -value : value;
    return at;
}
