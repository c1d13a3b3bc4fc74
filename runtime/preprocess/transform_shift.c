/* lag, ahead, diff, returns and log_returns: what two rows of a series say together. A row without the other one is
 * missing, and so is one whose other cell is. */
#include "lrt/real_math.h"
#include "preprocess/transform.h"

#include <math.h>

static int64_t distance(const Frame *frame, int32_t step) { return (int64_t)frame->spec->steps[step].number[0]; }

static bool lag_series(Frame *frame, int32_t step, int64_t begin, const double *in, int64_t count, double *out) {
    int64_t k = distance(frame, step);
    (void)begin;
    for (int64_t i = 0; i < count; i++) {
        out[i] = i >= k ? in[i - k] : (double)NAN;
    }
    return true;
}

static bool ahead_series(Frame *frame, int32_t step, int64_t begin, const double *in, int64_t count, double *out) {
    int64_t k = distance(frame, step);
    (void)begin;
    for (int64_t i = 0; i < count; i++) {
        out[i] = i + k < count ? in[i + k] : (double)NAN;
    }
    return true;
}

static bool diff_series(Frame *frame, int32_t step, int64_t begin, const double *in, int64_t count, double *out) {
    int64_t k = distance(frame, step);
    (void)begin;
    for (int64_t i = 0; i < count; i++) {
        out[i] = i >= k ? in[i] - in[i - k] : (double)NAN;
    }
    return true;
}

static bool returns_series(Frame *frame, int32_t step, int64_t begin, const double *in, int64_t count, double *out) {
    for (int64_t i = 0; i < count; i++) {
        out[i] = i > 0 ? in[i] / in[i - 1] - 1 : (double)NAN;
        if (i > 0 && in[i - 1] == 0 && !isnan(in[i])) {
            transform_cell_error(frame, step, begin + i - 1, "transform-domain", "`returns` divides by the row before");
            lrt_error_fix(frame->error, "`diff(1)` where zeros are meant; else correct the cell");
            return false;
        }
    }
    return true;
}

static bool log_returns_series(Frame *frame, int32_t step, int64_t begin, const double *in, int64_t count,
                               double *out) {
    for (int64_t i = 0; i < count; i++) {
        if (in[i] <= 0) {
            transform_cell_error(frame, step, begin + i, "transform-domain", "`log_returns` wants numbers above 0");
            lrt_error_fix(frame->error, "`returns` or `diff(1)` where others are meant; else correct the cell");
            return false;
        }
        out[i] = i > 0 ? lrt_log(in[i]) - lrt_log(in[i - 1]) : (double)NAN;
    }
    return true;
}

#define SHIFT(name)                                                                                                    \
    static bool apply_##name(Frame *frame, int32_t step, const LrtFit *fit, bool last_use) {                           \
        (void)fit, (void)last_use;                                                                                     \
        return transform_series(frame, step, name##_series);                                                           \
    }                                                                                                                  \
    const TransformEntry transform_##name = {.word = #name, .apply = apply_##name};

SHIFT(lag)
SHIFT(ahead)
SHIFT(diff)
SHIFT(returns)
SHIFT(log_returns)
