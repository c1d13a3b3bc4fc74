/* rescale: a constant times the value. */
#include "preprocess/transform.h"

static double multiply(const LrtStep *step, const LrtFit *fit, double value, bool *good) {
    (void)fit, (void)good;
    return value * step->number[0];
}

static bool apply(Frame *frame, int32_t step, const LrtFit *fit, bool last_use) {
    return transform_each(frame, step, fit, last_use, multiply, NULL, NULL);
}

static double invert(const LrtStep *step, const LrtFit *fit, double value) {
    (void)fit;
    return value / step->number[0];
}

const TransformEntry transform_rescale = {.word = "rescale", .apply = apply, .invert = invert};
