/* abs: the absolute value. It cannot be turned back. */
#include <math.h>

#include "preprocess/transform.h"

static double absolute(const LrtStep *step, const LrtFit *fit, double value, bool *good) {
    (void)step, (void)fit, (void)good;
    return fabs(value);
}

static bool apply(Frame *frame, int32_t step, const LrtFit *fit, bool last_use) {
    return transform_each(frame, step, fit, last_use, absolute, NULL, NULL);
}

const TransformEntry transform_abs = {.word = "abs", .apply = apply};
