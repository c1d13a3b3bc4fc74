/* rolling_mean and rolling_standardize over the last k rows, in time that does not depend on k and without ever taking
 * a value out of a sum again, which would leave its rounding behind. The series is cut into blocks of k rows: a window
 * is the end of one block and the beginning of the next (van Herk 1992, Gil and Werman 1993), whose moments are joined
 * by Chan, Golub and LeVeque (1983). A missing cell makes the windows that hold it missing, and no others. */
#include "core/unfused.h"

#include "preprocess/transform.h"

#include <math.h>

typedef struct Moments {
    double count, mean, squares; /* the sum of squared distances from the mean */
} Moments;

static Moments moments_add(Moments moments, double value) {
    double away = value - moments.mean;
    moments.count += 1;
    moments.mean += away / moments.count;
    moments.squares += away * (value - moments.mean);
    return moments;
}

static Moments moments_join(Moments left, Moments right) {
    double count = left.count + right.count, away = right.mean - left.mean;
    return (Moments){.count = count,
                     .mean = left.mean + away * (right.count / count),
                     .squares = left.squares + right.squares + away * away * (left.count * right.count / count)};
}

typedef double WindowFunction(Moments window, double value);

/* ends[j]: moments of the rows from j of the block on to its end. */
static void fill_ends(const double *in, int64_t begin, int64_t k, Moments *ends) {
    Moments moments = {0};
    for (int64_t j = k; j-- > 0;) {
        ends[j] = moments = moments_add(moments, in[begin + j]);
    }
}

static bool roll(Frame *frame, int64_t k, const double *in, int64_t count, double *out, WindowFunction *f) {
    Region scratch = {0};
    Moments *ends = REGION_ARRAY(&scratch, Moments, k < count ? k : count, frame->error);
    for (int64_t begin = 0; ends && begin < count; begin += k) {
        Moments now = {0};
        for (int64_t j = 0; j < k && begin + j < count; j++) {
            int64_t row = begin + j;
            now = moments_add(now, in[row]);
            bool whole = j == k - 1, before = begin > 0;
            out[row] = whole ? f(now, in[row]) : before ? f(moments_join(ends[j + 1], now), in[row]) : (double)NAN;
        }
        if (begin + k <= count) {
            fill_ends(in, begin, k, ends);
        }
    }
    region_free(&scratch);
    return ends != NULL;
}

static double mean_of(Moments window, double value) {
    (void)value;
    return window.mean;
}

/* A window of one value alone has no scale: 0. */
static double standardized(Moments window, double value) {
    double deviation = sqrt(window.squares / window.count);
    return deviation > 0 ? (value - window.mean) / deviation : isnan(deviation) ? deviation : 0;
}

static int64_t length(const Frame *frame, int32_t step) { return (int64_t)frame->spec->steps[step].number[0]; }

static bool mean_series(Frame *frame, int32_t step, int64_t begin, const double *in, int64_t count, double *out) {
    (void)begin;
    return roll(frame, length(frame, step), in, count, out, mean_of);
}

static bool standardize_series(Frame *frame, int32_t step, int64_t begin, const double *in, int64_t count,
                               double *out) {
    (void)begin;
    return roll(frame, length(frame, step), in, count, out, standardized);
}

static bool apply_mean(Frame *frame, int32_t step, const LrtFit *fit, bool last_use) {
    (void)fit, (void)last_use;
    return transform_series(frame, step, mean_series);
}

static bool apply_standardize(Frame *frame, int32_t step, const LrtFit *fit, bool last_use) {
    (void)fit, (void)last_use;
    return transform_series(frame, step, standardize_series);
}

const TransformEntry transform_rolling_mean = {.word = "rolling_mean", .apply = apply_mean};
const TransformEntry transform_rolling_standardize = {.word = "rolling_standardize", .apply = apply_standardize};
