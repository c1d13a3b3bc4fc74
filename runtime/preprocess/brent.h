/* The minimum of a function of one number, without derivatives. */
#ifndef PREPROCESS_BRENT_H
#define PREPROCESS_BRENT_H

typedef double BrentFunction(const void *context, double x);

/* Brackets a minimum from the points a and b on, then closes in on it. It goes the way of scipy.optimize.brent, with its
 * constants and tolerance, so that it ends where that does, also where the function has no minimum. */
double brent_minimize(BrentFunction *f, const void *context, double a, double b);

#endif
