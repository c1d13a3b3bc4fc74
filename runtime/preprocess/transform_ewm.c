/* ewm: y = (1 - a) y + a x with a = 1 - 2^(-1 / half_life), from y = x at the first cell that is there. A missing cell
 * stays missing, and the next one goes on from the last y. */
#include "core/unfused.h"

#include "lrt/real_math.h"
#include "preprocess/transform.h"

#include <math.h>

static bool ewm_series(Frame *frame, int32_t step, int64_t begin, const double *in, int64_t count, double *out) {
    static const double log_2 = 0.69314718055994530942;
    double weight = 1 - lrt_exp(-log_2 / frame->spec->steps[step].number[0]), mean = (double)NAN;
    (void)begin;
    for (int64_t i = 0; i < count; i++) {
        if (!isnan(in[i])) {
            mean = isnan(mean) ? in[i] : (1 - weight) * mean + weight * in[i];
        }
        out[i] = isnan(in[i]) ? in[i] : mean;
    }
    return true;
}

static bool apply(Frame *frame, int32_t step, const LrtFit *fit, bool last_use) {
    (void)fit, (void)last_use;
    return transform_series(frame, step, ewm_series);
}

const TransformEntry transform_ewm = {.word = "ewm", .apply = apply};
