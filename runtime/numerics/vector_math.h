/* Elementary functions of a vector as polynomials of our own: the same bits on every machine, at the speed of a vector
 * library. Minimax coefficients by linear programming in extended precision; ranges and errors stand beside them.
 * Greatest error over every third of all floats (tests/unit/numerics/test_vector_math.c, SWEEP_STRIDE=3), in units of
 * the last place:
 *   exp 1.05   expm1 1.58   log 0.87   log1p 1.43   tanh 2.29   sigmoid 2.41   erf 1.09   sin 1.58   cos 1.59
 *   pow 0.76 (random arguments; the most where a result is subnormal) */
#ifndef LRT_NUMERICS_VECTOR_MATH_H
#define LRT_NUMERICS_VECTOR_MATH_H

#include "vector.h"

#define VECTOR_INFINITY ((v16)__builtin_inff())
#define VECTOR_NAN ((v16)__builtin_nanf(""))

HELPER v16 vector_abs(v16 x) { return vector_from_bits(vector_bits(x) & (v16i)0x7fffffff); }

HELPER v16 vector_copy_sign(v16 magnitude, v16 sign) {
    return vector_from_bits((vector_bits(magnitude) & (v16i)0x7fffffff) | (vector_bits(sign) & (v16i)INT32_MIN));
}

/* x * 2^n for -252 <= n <= 254, in two factors so that results beyond the normal range come out right. */
HELPER v16 vector_scale(v16 x, v16i n) {
    v16i half = n >> 1;
    return x * vector_from_bits((half + 127) << 23) * vector_from_bits((n - half + 127) << 23);
}

/* x = n ln 2 + r with |r| <= ln 2 / 2; expm1(r) = r + r^2 q(r). NaN passes through `tail`. */
typedef struct ExpParts {
    v16 tail; /* expm1(r) */
    v16i n;
} ExpParts;

HELPER ExpParts vector_exp_parts(v16 x) {
    const v16 magic = 0x1.8p23f; /* adding it rounds to a whole number, which the low bits then hold */
    v16 shifted = vector_fma(x, (v16)0x1.715476p0f, magic);
    v16 n = shifted - magic;
    v16 r = vector_fma(n, (v16)-0x1.62e430p-1f, x);
    r = vector_fma(n, (v16)0x1.05c610p-29f, r);
    /* |r| <= 0.3484, relative error of r + r^2 q below 2^-26 */
    v16 q = 0x1.6beca0p-10f;
    q = vector_fma(q, r, (v16)0x1.122a36p-7f);
    q = vector_fma(q, r, (v16)0x1.555678p-5f);
    q = vector_fma(q, r, (v16)0x1.5554acp-3f);
    q = vector_fma(q, r, (v16)0x1.fffffep-2f);
    return (ExpParts){.tail = vector_fma(q, r * r, r), .n = vector_bits(shifted) - vector_bits(magic)};
}

HELPER v16 vector_exp(v16 x) {
    x = vector_select(x > (v16)89.0f, (v16)89.0f, x);
    x = vector_select(x < (v16)-104.0f, (v16)-104.0f, x);
    ExpParts parts = vector_exp_parts(x);
    return vector_scale(parts.tail + 1.0f, parts.n);
}

/* expm1 for x <= 89: 2^n tail + (2^n - 1), halved so that 2^128 is not needed. */
HELPER v16 vector_expm1_bounded(v16 x) {
    x = vector_select(x < (v16)-18.0f, (v16)-18.0f, x);
    ExpParts parts = vector_exp_parts(x);
    v16 half_scale = vector_from_bits((parts.n + 126) << 23);
    v16 half = vector_fma(parts.tail, half_scale, half_scale - 0.5f);
    return half + half;
}

HELPER v16 vector_expm1(v16 x) {
    v16 result = vector_expm1_bounded(vector_select(x > (v16)89.0f, (v16)89.0f, x));
    return vector_select(vector_abs(x) < (v16)0x1p-25f, x, result);
}

/* e^-|x| first: it cannot overflow, and the small side keeps its relative accuracy. */
HELPER v16 vector_sigmoid(v16 x) {
    v16 negative = -vector_abs(x);
    negative = vector_select(negative < (v16)-104.0f, (v16)-104.0f, negative);
    ExpParts parts = vector_exp_parts(negative);
    v16 e = vector_scale(parts.tail + 1.0f, parts.n);
    return vector_select(x >= 0.0f, (v16)1.0f, e) / (e + 1.0f);
}

/* With t = e^(-2|x|): (1 - t) / (1 + t), the numerator as expm1 below 0.55; above it 1 - 2t / (1 + t), where errors of
 * t fade. */
HELPER v16 vector_tanh(v16 x) {
    v16 a = vector_abs(x);
    v16 doubled = a * -2.0f;
    ExpParts parts = vector_exp_parts(vector_select(doubled < (v16)-40.0f, (v16)-40.0f, doubled));
    v16 scale = vector_from_bits((parts.n + 127) << 23);
    v16 t = vector_fma(parts.tail, scale, scale);
    v16i large = a > (v16)0.55f;
    v16 numerator = vector_select(large, t * -2.0f, -vector_fma(parts.tail, scale, scale - 1.0f));
    v16 quotient = numerator / (t + 1.0f);
    return vector_copy_sign(vector_select(large, quotient + 1.0f, quotient), x);
}

/* log(1 + f) + n ln 2 for sqrt(1/2) - 1 <= f <= sqrt(2) - 1; relative error of the polynomial below 2^-27. */
HELPER v16 vector_log_parts(v16 f, v16i exponent) {
    v16 n = __builtin_convertvector(exponent, v16);
    v16 p = -0x1.38b598p-4f;
    p = vector_fma(p, f, (v16)0x1.055b72p-3f);
    p = vector_fma(p, f, (v16)-0x1.0d8540p-3f);
    p = vector_fma(p, f, (v16)0x1.22da1cp-3f);
    p = vector_fma(p, f, (v16)-0x1.547244p-3f);
    p = vector_fma(p, f, (v16)0x1.99a008p-3f);
    p = vector_fma(p, f, (v16)-0x1.000226p-2f);
    p = vector_fma(p, f, (v16)0x1.555554p-2f);
    v16 square = f * f;
    v16 rest = vector_fma(f * square, p, n * -0x1.05c610p-29f);
    rest = vector_fma((v16)-0.5f, square, rest);
    return vector_fma(n, (v16)0x1.62e430p-1f, f + rest);
}

/* x = m 2^exponent with sqrt(1/2) <= m < sqrt(2), for a normal x > 0. */
typedef struct LogParts {
    v16 mantissa;
    v16i exponent;
} LogParts;

HELPER LogParts vector_log_split(v16 x) {
    const v16i low = 0x3f3504f3; /* bits of sqrt(1/2) */
    v16i bits = vector_bits(x) - low;
    return (LogParts){.mantissa = vector_from_bits((bits & (v16i)0x007fffff) + low), .exponent = bits >> 23};
}

/* The same for subnormal x too. */
HELPER LogParts vector_log_split_any(v16 x) {
    v16i tiny = x < (v16)0x1p-126f;
    LogParts parts = vector_log_split(vector_select(tiny, x * 0x1p23f, x));
    parts.exponent -= tiny & (v16i)23;
    return parts;
}

/* What log gives outside its domain: `at` is the argument of the logarithm. */
HELPER v16 vector_log_special(v16 at, v16 result) {
    result = vector_select(at == 0.0f, -VECTOR_INFINITY, result);
    result = vector_select(at < 0.0f, VECTOR_NAN, result);
    return vector_select(at < VECTOR_INFINITY, result, at);
}

HELPER v16 vector_log(v16 x) {
    LogParts parts = vector_log_split_any(x);
    return vector_log_special(x, vector_log_parts(parts.mantissa - 1.0f, parts.exponent));
}

/* What 1 + x loses in rounding is added to f, scaled to the mantissa. */
HELPER v16 vector_log1p(v16 x) {
    v16 u = x + 1.0f;
    v16 lost = vector_select(x < 1.0f, x - (u - 1.0f), 1.0f - (u - x));
    LogParts parts = vector_log_split(u);
    v16i scale = vector_select_int(parts.exponent > 100, (v16i)100, parts.exponent);
    v16 f = vector_fma(lost, vector_from_bits((127 - scale) << 23), parts.mantissa - 1.0f);
    v16 result = vector_log_special(u, vector_log_parts(f, parts.exponent));
    return vector_select(vector_abs(x) < (v16)0x1p-25f, x, result);
}

/* |x| < 0.9: x + x p(x^2), error 2^-31; beyond: 1 - e^-p(|x|), absolute error 2^-34. */
HELPER v16 vector_erf(v16 x) {
    v16 t = x * x;
    v16 p = 0x1.66251ep-14f;
    p = vector_fma(p, t, (v16)-0x1.acf7fap-11f);
    p = vector_fma(p, t, (v16)0x1.5513f2p-8f);
    p = vector_fma(p, t, (v16)-0x1.b8162ap-6f);
    p = vector_fma(p, t, (v16)0x1.ce2e60p-4f);
    p = vector_fma(p, t, (v16)-0x1.812744p-2f);
    p = vector_fma(p, t, (v16)0x1.06eba8p-3f);
    v16 small = vector_fma(x, p, x);

    v16 a = vector_abs(x);
    a = vector_select(a > (v16)4.0f, (v16)4.0f, a);
    v16 q = 0x1.5ecd78p-16f;
    q = vector_fma(q, a, (v16)-0x1.c54d30p-12f);
    q = vector_fma(q, a, (v16)0x1.10a9fcp-8f);
    q = vector_fma(q, a, (v16)-0x1.9b1952p-6f);
    q = vector_fma(q, a, (v16)0x1.bb564ep-4f);
    q = vector_fma(q, a, (v16)0x1.444b42p-1f);
    q = vector_fma(q, a, (v16)0x1.212698p0f);
    q = vector_fma(q, a, (v16)-0x1.65abc4p-13f);
    ExpParts parts = vector_exp_parts(-q);
    v16 scale = vector_from_bits((parts.n + 127) << 23);
    v16 large = 1.0f - vector_fma(parts.tail, scale, scale);
    return vector_select(a < (v16)0.9f, small, vector_copy_sign(large, x));
}

/* x = k pi/2 + r with |r| <= pi/4 and a little, in double: exact enough for |x| < 2^45. Beyond, r is held in its range
 * (a value between -1 and 1 comes out, without meaning); infinities give NaN. */
typedef struct AngleParts {
    v16 r;
    v16i quadrant;
} AngleParts;

HELPER AngleParts vector_angle_split(v16 x) {
    const v16d magic = 0x1.8p52;
    v16d wide = __builtin_convertvector(x, v16d);
    v16d shifted = vector_fma_double(wide, (v16d)0x1.45f306dc9c883p-1, magic);
    v16d k = shifted - magic;
    v16d r = vector_fma_double(k, (v16d)-0x1.921fb54442d18p0, wide);
    r = vector_fma_double(k, (v16d)-0x1.1a62633145c07p-54, r);
    v16 narrow = __builtin_convertvector(r, v16);
    narrow = vector_select(narrow > (v16)0.79f, (v16)0.79f, narrow);
    narrow = vector_select(narrow < (v16)-0.79f, (v16)-0.79f, narrow);
    return (AngleParts){.r = narrow, .quadrant = __builtin_convertvector((v16l)shifted, v16i)};
}

/* sin in quadrant 0; errors of the polynomials on |r| <= pi/4: sin 2^-28 relative, cos 2^-33 absolute. */
HELPER v16 vector_sin_of_parts(v16 r, v16i quadrant) {
    v16 t = r * r;
    v16 s = -0x1.994b40p-13f;
    s = vector_fma(s, t, (v16)0x1.110756p-7f);
    s = vector_fma(s, t, (v16)-0x1.555546p-3f);
    s = vector_fma(s, r * t, r);
    v16 c = 0x1.99ff42p-16f;
    c = vector_fma(c, t, (v16)-0x1.6c0c82p-10f);
    c = vector_fma(c, t, (v16)0x1.55554ap-5f);
    c = vector_fma(c, t * t, vector_fma((v16)-0.5f, t, (v16)1.0f));
    v16 value = vector_select((quadrant & 1) != 0, c, s);
    return vector_from_bits(vector_bits(value) ^ ((quadrant & 2) << 30));
}

HELPER v16 vector_sin(v16 x) {
    AngleParts parts = vector_angle_split(x);
    return vector_select(x == 0.0f, x, vector_sin_of_parts(parts.r, parts.quadrant));
}

HELPER v16 vector_cos(v16 x) {
    AngleParts parts = vector_angle_split(x);
    return vector_sin_of_parts(parts.r, parts.quadrant + 1);
}

/* 2^(b log2 |a|), for a normal or subnormal |a| > 0, in double between one rounding in and one out. */
HELPER v16 vector_pow_magnitude(v16 a, v16 b) {
    LogParts parts = vector_log_split_any(a);
    v16d m = __builtin_convertvector(parts.mantissa, v16d);
    v16d s = (m - 1.0) / (m + 1.0);
    v16d t = s * s;
    v16d p = 0x1.21be081bda0ffp-2; /* log2(m) = s p(s^2), relative error 2^-45 */
    p = vector_fma_double(p, t, (v16d)0x1.47947317e07aap-2);
    p = vector_fma_double(p, t, (v16d)0x1.a61a341f53af6p-2);
    p = vector_fma_double(p, t, (v16d)0x1.2776c28cc2f3ap-1);
    p = vector_fma_double(p, t, (v16d)0x1.ec709dc541da6p-1);
    p = vector_fma_double(p, t, (v16d)0x1.71547652b824ep1);
    v16d logarithm = vector_fma_double(s, p, __builtin_convertvector(parts.exponent, v16d));
    v16d z = logarithm * __builtin_convertvector(b, v16d);
    z = vector_select_double(z > (v16d)200.0, (v16d)200.0, z);
    z = vector_select_double(z < (v16d)-200.0, (v16d)-200.0, z);
    const v16d magic = 0x1.8p52;
    v16d shifted = z + magic;
    v16d f = z - (shifted - magic);
    v16d e = 0x1.00f8cf50b52d7p-16; /* 2^f on |f| <= 1/2, relative error 2^-34 */
    e = vector_fma_double(e, f, (v16d)0x1.446dea4ba11bfp-13);
    e = vector_fma_double(e, f, (v16d)0x1.5d8713cb7f8a7p-10);
    e = vector_fma_double(e, f, (v16d)0x1.3b29d6ecd8f74p-7);
    e = vector_fma_double(e, f, (v16d)0x1.c6b08e08cb9f4p-5);
    e = vector_fma_double(e, f, (v16d)0x1.ebfbe0ac311d9p-3);
    e = vector_fma_double(e, f, (v16d)0x1.62e42fef6bee7p-1);
    e = vector_fma_double(e, f, (v16d)1.0);
    return vector_scale(__builtin_convertvector(e, v16), __builtin_convertvector((v16l)shifted, v16i));
}

/* C's pow, every special case included. */
HELPER v16 vector_pow(v16 a, v16 b) {
    v16 base = vector_abs(a);
    v16 size = vector_abs(b);
    v16 result = vector_pow_magnitude(base, b);
    v16 edge = vector_select((base > 1.0f) == (b > 0.0f), VECTOR_INFINITY, (v16)0.0f); /* base or b is 0 or infinite */
    result = vector_select((base == 0.0f) | (base == VECTOR_INFINITY) | (size == VECTOR_INFINITY), edge, result);
    v16i whole = __builtin_elementwise_floor(b) == b;
    v16i odd = whole & (__builtin_elementwise_floor(b * 0.5f) != b * 0.5f);
    result = vector_from_bits(vector_bits(result) ^ (vector_bits(a) & odd & (v16i)INT32_MIN));
    result = vector_select((a < 0.0f) & (base < VECTOR_INFINITY) & ~whole, VECTOR_NAN, result);
    result = vector_select((base == 1.0f) & (size == VECTOR_INFINITY), (v16)1.0f, result);
    result = vector_select((a != a) | (b != b), a + b, result);
    return vector_select((a == 1.0f) | (b == 0.0f), (v16)1.0f, result);
}

#endif
