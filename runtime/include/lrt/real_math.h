/* Elementary functions in double for everything that may influence trained bits: the same result whatever the compiler,
 * the C library or the processor, within about one unit of the last place. (sqrt, fabs and floor are exact in every
 * libm.) */
#ifndef LRT_REAL_MATH_H
#define LRT_REAL_MATH_H

double lrt_exp(double x);
double lrt_expm1(double x);
double lrt_log(double x);
double lrt_log1p(double x);
double lrt_pow(double base, double exponent);

/* For |x| <= 2^20; accuracy is lost gradually beyond. */
double lrt_sin(double x);
double lrt_cos(double x);

#endif
