/* Argument reduction, a Taylor polynomial, and the low parts carried where rounding would show. Multiplications and
 * additions are never fused: the order and rounding of every operation is what stands here. */
#include "unfused.h"

#include "lrt/real_math.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* ln 2 and pi / 2 in parts; the first ones have 33 bits: their product with a whole number below 2^20 is exact. */
static const double ln2_high = 0x1.62e42feep-1, ln2_low = 0x1.a39ef35793c76p-33;
static const double half_pi_1 = 0x1.921fb544p0, half_pi_2 = 0x1.0b4611a6p-34, half_pi_3 = 0x1.3198a2e037073p-69;

static uint64_t bits_of(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static double double_of(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* The nearest whole number, halves to even, for |x| < 2^51. */
static double nearest(double x) {
    volatile double shifted = x + 0x1.8p52; /* volatile: no compiler may cancel it */
    return shifted - 0x1.8p52;
}

/* x * 2^n for |n| <= 2044, in two factors so that results beyond the normal range are rounded once. */
static double scale(double x, int n) {
    int half = n / 2;
    return x * double_of((uint64_t)(half + 1023) << 52) * double_of((uint64_t)(n - half + 1023) << 52);
}

/* ---- a pair of doubles: their unevaluated sum (Dekker 1971) --------------------------------------------------- */

typedef struct Pair {
    double high, low;
} Pair;

static Pair pair_add(double a, double b) {
    double sum = a + b;
    double part = sum - a;
    return (Pair){sum, (a - (sum - part)) + (b - part)};
}

/* Exact for operands far from overflow: they are cut into halves of 26 bits. */
static Pair pair_multiply_exact(double a, double b) {
    double a_cut = a * 0x8000001p0, b_cut = b * 0x8000001p0;
    double a_high = a_cut - (a_cut - a), b_high = b_cut - (b_cut - b);
    double a_low = a - a_high, b_low = b - b_high;
    double product = a * b;
    double error = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low;
    return (Pair){product, error};
}

static Pair pair_multiply(Pair a, Pair b) {
    Pair product = pair_multiply_exact(a.high, b.high);
    return pair_add(product.high, product.low + (a.high * b.low + a.low * b.high));
}

static Pair pair_sum(Pair a, Pair b) {
    Pair sum = pair_add(a.high, b.high);
    return pair_add(sum.high, sum.low + (a.low + b.low));
}

/* ---- exponential ----------------------------------------------------------------------------------------------- */

/* e^r - 1 - r for |r| <= 0.35: Taylor to r^14, remainder below 2^-60 of r. */
static double exp_rest(double r) {
    double q = 1.0 / 87178291200.0;
    q = q * r + 1.0 / 6227020800.0;
    q = q * r + 1.0 / 479001600.0;
    q = q * r + 1.0 / 39916800.0;
    q = q * r + 1.0 / 3628800.0;
    q = q * r + 1.0 / 362880.0;
    q = q * r + 1.0 / 40320.0;
    q = q * r + 1.0 / 5040.0;
    q = q * r + 1.0 / 720.0;
    q = q * r + 1.0 / 120.0;
    q = q * r + 1.0 / 24.0;
    q = q * r + 1.0 / 6.0;
    return r * r * 0.5 + r * r * r * q;
}

/* high + low = n ln 2 + r; the pair returned is r. |high| <= 1500. */
static Pair exp_reduce(double high, double low, int *out_n) {
    double n = nearest(high * 0x1.71547652b82fep0);
    *out_n = (int)n;
    return pair_add(high - n * ln2_high, low - n * ln2_low);
}

static double exp_pair(double high, double low) {
    if (high > 710.0) return INFINITY;
    if (high < -746.0) return 0.0;
    int n;
    Pair r = exp_reduce(high, low, &n);
    /* 1 + r + rest with the low parts last */
    Pair sum = pair_add(1.0, r.high);
    return scale(sum.high + (sum.low + (r.low + r.low * r.high + exp_rest(r.high))), n);
}

double lrt_exp(double x) {
    if (isnan(x)) return x;
    return exp_pair(x, 0.0);
}

double lrt_expm1(double x) {
    if (isnan(x) || fabs(x) < 0x1p-54) return x;
    if (x > 100.0) return exp_pair(x, 0.0);
    if (x < -40.0) return -1.0;
    int n;
    Pair r = exp_reduce(x, 0.0, &n);
    double rest = r.low + r.low * r.high + exp_rest(r.high);
    if (n == 0) return r.high + rest;
    double power = double_of((uint64_t)(n + 1023) << 52);
    bool large = n > 52; /* beyond, power - 1 is no longer exact */
    Pair sum = pair_add(large ? power : power - 1.0, power * r.high);
    return sum.high + (sum.low + (large ? power * rest - 1.0 : power * rest));
}

/* ---- logarithm ------------------------------------------------------------------------------------------------- */

/* x = m 2^k with sqrt(1/2) <= m < sqrt(2), for a positive finite x. */
static double log_split(double x, int *out_exponent) {
    int shift = 0;
    if (x < 0x1p-1022) {
        x *= 0x1p54;
        shift = -54;
    }
    const uint64_t low = 0x3fe6a09e667f3bcdu; /* bits of sqrt(1/2) */
    uint64_t bits = bits_of(x) - low;
    *out_exponent = (int)((int64_t)bits >> 52) + shift;
    return double_of((bits & 0xfffffffffffffu) + low);
}

/* (log((1 + s) / (1 - s)) - 2 s - 2 s^3 / 3) / s^5 as a polynomial in z = s^2 <= 0.0295. */
static double log_rest(double z) {
    double p = 2.0 / 25.0;
    p = p * z + 2.0 / 23.0;
    p = p * z + 2.0 / 21.0;
    p = p * z + 2.0 / 19.0;
    p = p * z + 2.0 / 17.0;
    p = p * z + 2.0 / 15.0;
    p = p * z + 2.0 / 13.0;
    p = p * z + 2.0 / 11.0;
    p = p * z + 2.0 / 9.0;
    p = p * z + 2.0 / 7.0;
    return p * z + 2.0 / 5.0;
}

/* log(1 + f + correction) + k ln 2, |f| <= 0.42.
 * With s = f / (2 + f): log(1 + f) = f - f^2/2 + s (f^2/2 + 2 s^2/3 + …). */
static double log_combine(double f, double correction, int k) {
    double s = f / (2.0 + f);
    double z = s * s;
    double half_square = 0.5 * f * f;
    double rest = z * (2.0 / 3.0 + z * log_rest(z));
    double low = s * (half_square + rest) + (k * ln2_low + correction);
    if (k == 0) return f - (half_square - low);
    return k * ln2_high - ((half_square - low) - f);
}

double lrt_log(double x) {
    if (isnan(x) || x < 0) return NAN;
    if (x == 0) return -INFINITY;
    if (isinf(x)) return x;
    int k;
    double m = log_split(x, &k);
    return log_combine(m - 1.0, 0.0, k);
}

double lrt_log1p(double x) {
    if (isnan(x) || x < -1.0) return NAN;
    if (x == -1.0) return -INFINITY;
    if (isinf(x) || fabs(x) < 0x1p-54) return x;
    Pair sum = pair_add(1.0, x);
    int k;
    double m = log_split(sum.high, &k);
    if (k == 0) return log_combine(x, 0.0, 0);
    return log_combine(m - 1.0, sum.low / sum.high, k);
}

/* log(x) with about 64 bits. */
static Pair log_pair(double x) {
    int k;
    double m = log_split(x, &k);
    double f = m - 1.0;
    Pair divisor = pair_add(2.0, f);
    double s_high = f / divisor.high;
    Pair product = pair_multiply_exact(s_high, divisor.high);
    Pair s = {s_high, (((f - product.high) - product.low) - s_high * divisor.low) / divisor.high};
    Pair square = pair_multiply(s, s);
    Pair cube = pair_multiply(square, s);
    Pair third = pair_multiply(cube, (Pair){0x1.5555555555555p-1, 0x1.5555555555555p-55});
    double rest = cube.high * square.high * log_rest(square.high);
    Pair sum = pair_sum((Pair){2.0 * s.high, 2.0 * s.low}, third);
    sum = pair_sum(sum, (Pair){rest, 0.0});
    return pair_sum((Pair){k * ln2_high, k * ln2_low}, sum);
}

double lrt_pow(double base, double exponent) {
    if (exponent == 0 || base == 1.0) return 1.0;
    if (isnan(base) || isnan(exponent)) return NAN;
    double size = fabs(base);
    bool is_whole = floor(exponent) == exponent;
    bool is_odd = is_whole && fabs(exponent) < 0x1p53 && floor(exponent * 0.5) * 2.0 != exponent;
    double sign = is_odd && signbit(base) ? -1.0 : 1.0;
    if (size == 0 || isinf(size)) return sign * ((size == 0) == (exponent > 0) ? 0.0 : INFINITY);
    if (isinf(exponent)) {
        if (size == 1.0) return 1.0;
        return (size > 1.0) == (exponent > 0) ? INFINITY : 0.0;
    }
    if (base < 0 && !is_whole) return NAN;
    if (size == 1.0) return sign;
    Pair logarithm = log_pair(size);
    double estimate = logarithm.high * exponent;
    if (fabs(estimate) > 1500.0) return sign * (estimate > 0 ? INFINITY : 0.0);
    Pair product = pair_multiply_exact(logarithm.high, exponent);
    return sign * exp_pair(product.high, product.low + logarithm.low * exponent);
}

/* ---- circle ---------------------------------------------------------------------------------------------------- */

/* sin(r.high + r.low) for |r| <= pi/4: Taylor to r^17. */
static double sin_polynomial(Pair r) {
    double z = r.high * r.high;
    double p = 1.0 / 355687428096000.0;
    p = p * z - 1.0 / 1307674368000.0;
    p = p * z + 1.0 / 6227020800.0;
    p = p * z - 1.0 / 39916800.0;
    p = p * z + 1.0 / 362880.0;
    p = p * z - 1.0 / 5040.0;
    p = p * z + 1.0 / 120.0;
    p = p * z - 1.0 / 6.0;
    return r.high + (r.low * (1.0 - 0.5 * z) + r.high * z * p);
}

/* cos(r.high + r.low): Taylor to r^18; the rounding error of 1 - z/2 is put back. */
static double cos_polynomial(Pair r) {
    double z = r.high * r.high;
    double p = -1.0 / 6402373705728000.0;
    p = p * z + 1.0 / 20922789888000.0;
    p = p * z - 1.0 / 87178291200.0;
    p = p * z + 1.0 / 479001600.0;
    p = p * z - 1.0 / 3628800.0;
    p = p * z + 1.0 / 40320.0;
    p = p * z - 1.0 / 720.0;
    p = p * z + 1.0 / 24.0;
    double half = 0.5 * z;
    double first = 1.0 - half;
    return first + (((1.0 - first) - half) + (z * z * p - r.high * r.low));
}

/* sin(x + quadrants * pi/2). */
static double circle(double x, int quadrants) {
    if (isnan(x) || isinf(x)) return NAN;
    double k = nearest(x * 0x1.45f306dc9c883p-1);
    Pair r = pair_add(x - k * half_pi_1, -(k * half_pi_2));
    r = pair_add(r.high, r.low - k * half_pi_3);
    int quadrant = (int)((int64_t)k + quadrants) & 3;
    double value = quadrant & 1 ? cos_polynomial(r) : sin_polynomial(r);
    return quadrant & 2 ? -value : value;
}

double lrt_sin(double x) { return circle(x, 0); }
double lrt_cos(double x) { return circle(x, 1); }
