/* The element-wise ops in double precision, for the reference evaluator and the constant folder:
 * lrt_scalar_<name>(a, b, c). Inputs beyond an op's arity are ignored. */
#ifndef LRT_SCALAR_OPS_H
#define LRT_SCALAR_OPS_H

#include <math.h>

static inline double lrt_double_abs(double a) { return fabs(a); }
static inline double lrt_double_sqrt(double a) { return sqrt(a); }
static inline double lrt_double_exp(double a) { return exp(a); }
static inline double lrt_double_expm1(double a) { return expm1(a); }
static inline double lrt_double_log(double a) { return log(a); }
static inline double lrt_double_log1p(double a) { return log1p(a); }
static inline double lrt_double_sin(double a) { return sin(a); }
static inline double lrt_double_cos(double a) { return cos(a); }
static inline double lrt_double_tanh(double a) { return tanh(a); }
static inline double lrt_double_erf(double a) { return erf(a); }
static inline double lrt_double_floor(double a) { return floor(a); }
static inline double lrt_double_pow(double a, double b) { return pow(a, b); }

static inline double lrt_double_sigmoid(double a) {
    double e = exp(-fabs(a));
    return (a >= 0 ? 1.0 : e) / (1.0 + e);
}

#define REAL(x) ((double)(x))
#define SELECT(mask, x, y) ((mask) ? (x) : (y))
#define MATH(function) lrt_double_##function
#define SCALAR_OP(id, name, arity, body, doc)                                                                          \
    static inline double lrt_scalar_##name(double a, double b, double c) {                                             \
        (void)a, (void)b, (void)c;                                                                                     \
        return body;                                                                                                   \
    }
#include "lrt/scalar_ops.def"
#undef SCALAR_OP
#undef MATH
#undef SELECT
#undef REAL

#endif
