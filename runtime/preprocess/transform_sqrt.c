/* sqrt: the square root, of numbers from 0. */
#include <math.h>

#include "preprocess/transform.h"

static double root(const LrtStep *step, const LrtFit *fit, double value, bool *good) {
    (void)step, (void)fit;
    *good = value >= 0;
    return *good ? sqrt(value) : 0;
}

static bool apply(Frame *frame, int32_t step, const LrtFit *fit, bool last_use) {
    return transform_each(frame, step, fit, last_use, root, "`sqrt` wants numbers from 0",
                          "correct the cell, or `clip(0..)` before it");
}

/* No number has a root below 0: what a network predicts there means the nearest that has one. */
static double invert(const LrtStep *step, const LrtFit *fit, double value) {
    (void)step, (void)fit;
    return value < 0 ? 0 : value * value;
}

const TransformEntry transform_sqrt = {.word = "sqrt", .apply = apply, .invert = invert};
