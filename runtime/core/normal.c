/* The quantile is M. J. Wichura's algorithm AS 241 (Applied Statistics 37, 1988), PPND16. The share below is a series
 * near the middle (G. Marsaglia, J. Statistical Software 11, 2004) and a continued fraction in the tails (Abramowitz and
 * Stegun 26.2.14). */
#include "unfused.h"

#include "lrt/normal.h"

#include <math.h>

#include "lrt/real_math.h"

/* numerator(x) / denominator(x), coefficients from the constant term. */
static double rational(double x, const double numerator[8], const double denominator[8]) {
    double above = numerator[7], below = denominator[7];
    for (int i = 6; i >= 0; i--) {
        above = above * x + numerator[i];
        below = below * x + denominator[i];
    }
    return above / below;
}

double lrt_normal_quantile(double p) {
    static const double middle[2][8] = {
        {3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3, 1.3731693765509461125e+4,
         4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3},
        {1.0, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3, 2.1213794301586595867e+4,
         3.9307895800092710610e+4, 2.8729085735721942674e+4, 5.2264952788528545610e+3}};
    static const double tail[2][8] = {
        {1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
         1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4},
        {1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1, 1.48103976427480074590e-1,
         1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9}};
    static const double far_tail[2][8] = {
        {6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
         2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7},
        {1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
         7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15}};
    double q = p - 0.5;
    if (fabs(q) <= 0.425) return q * rational(0.180625 - q * q, middle[0], middle[1]);
    double r = sqrt(-lrt_log(q < 0 ? p : 1.0 - p));
    double size = r <= 5.0 ? rational(r - 1.6, tail[0], tail[1]) : rational(r - 5.0, far_tail[0], far_tail[1]);
    return q < 0 ? -size : size;
}

static double density(double x) { return 0.3989422804014326779 * lrt_exp(-0.5 * x * x); }

double lrt_normal_share_below(double x) {
    double size = fabs(x);
    if (size > 38) {
        return x < 0 ? 0 : 1;
    }
    if (size < 3) {
        double term = x, sum = x;
        for (int k = 3; fabs(term) > 1e-17 * fabs(sum); k += 2) {
            term *= x * x / k;
            sum += term;
        }
        return 0.5 + density(x) * sum;
    }
    double fraction = size;
    for (int k = 200; k > 0; k--) {
        fraction = size + k / fraction;
    }
    double tail = density(x) / fraction;
    return x < 0 ? tail : 1 - tail;
}
