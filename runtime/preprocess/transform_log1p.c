/* log1p: log(1 + x), of numbers above -1. */
#include "lrt/real_math.h"
#include "preprocess/transform.h"

static double logarithm(const LrtStep *step, const LrtFit *fit, double value, bool *good) {
    (void)step, (void)fit;
    *good = value > -1;
    return *good ? lrt_log1p(value) : 0;
}

static bool apply(Frame *frame, int32_t step, const LrtFit *fit, bool last_use) {
    return transform_each(frame, step, fit, last_use, logarithm, "`log1p` wants numbers above -1",
                          "correct the cell, or `clip(0..)` before it");
}

static double invert(const LrtStep *step, const LrtFit *fit, double value) {
    (void)step, (void)fit;
    return lrt_expm1(value);
}

const TransformEntry transform_log1p = {.word = "log1p", .apply = apply, .invert = invert};
