/* log: the natural logarithm, of numbers above 0. */
#include "lrt/real_math.h"
#include "preprocess/transform.h"

static double logarithm(const LrtStep *step, const LrtFit *fit, double value, bool *good) {
    (void)step, (void)fit;
    *good = value > 0;
    return *good ? lrt_log(value) : 0;
}

static bool apply(Frame *frame, int32_t step, const LrtFit *fit, bool last_use) {
    return transform_each(frame, step, fit, last_use, logarithm, "`log` wants numbers above 0",
                          "`log1p` where zeros are meant; else correct the cell, or `clip(lo..hi)` before it");
}

static double invert(const LrtStep *step, const LrtFit *fit, double value) {
    (void)step, (void)fit;
    return lrt_exp(value);
}

const TransformEntry transform_log = {.word = "log", .apply = apply, .invert = invert};
