/* cyclic: the sine or the cosine of a number's place in its period; two steps make the point on the circle. */
#include "core/unfused.h"

#include "preprocess/transform.h"

#include <math.h>

#include "lrt/real_math.h"

/* The place in the period comes first: far from 0 a sine would lose digits. */
static double find_coordinate(const LrtStep *step, const LrtFit *fit, double value, bool *good) {
    double turns = value / step->number[0], angle = (turns - floor(turns)) * 6.283185307179586477;
    (void)fit, (void)good;
    return step->option[0] == LRT_SINE ? lrt_sin(angle) : lrt_cos(angle);
}

static bool apply(Frame *frame, int32_t step, const LrtFit *fit, bool last_use) {
    return transform_each(frame, step, fit, last_use, find_coordinate, NULL, NULL);
}

static void describe(const LrtStep *step, TransformText *out) {
    *out = (TransformText){.how = step->option[0] == LRT_SINE ? "sine" : "cosine"};
}

const TransformEntry transform_cyclic = {.word = "cyclic", .apply = apply, .describe = describe};
