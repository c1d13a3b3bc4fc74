/* clip: limits values to lo..hi, or to quantiles of the training part (numpy.quantile, linear) where the limits are
 * shares. Fit of shares: numbers[0] low, numbers[1] high; of values: none, an open end is an infinity or NaN in the
 * step. */
#include "core/unfused.h"

#include "preprocess/statistics.h"
#include "preprocess/transform.h"

static bool fit_quantiles(Frame *frame, int32_t number, LrtFit *out) {
    const LrtStep *step = &frame->spec->steps[number];
    if (step->option[0] == 0) {
        return true;
    }
    Region scratch = {0};
    int64_t count = 0;
    const double *cells = transform_training_cells(frame, number, &scratch, &count);
    bool good = cells != NULL;
    if (good) {
        double bounds[2] = {statistic_quantile(cells, count, step->number[0]),
                            statistic_quantile(cells, count, step->number[1])};
        good = fit_set_numbers(out, bounds, 2, frame->error);
    }
    region_free(&scratch);
    return good;
}

static double clip(const LrtStep *step, const LrtFit *fit, double value, bool *good) {
    (void)good;
    const double *bounds = step->option[0] == 0 ? step->number : fit->numbers;
    return value < bounds[0] ? bounds[0] : value > bounds[1] ? bounds[1] : value;
}

static bool apply(Frame *frame, int32_t step, const LrtFit *fit, bool last_use) {
    return transform_each(frame, step, fit, last_use, clip, NULL, NULL);
}

static void describe(const LrtStep *step, TransformText *out) {
    *out = step->option[0] != 0 ? (TransformText){.how = "quantile", .names = {"low", "high"}}
                                : (TransformText){.how = "value"};
}

const TransformEntry transform_clip = {
    .word = "clip", .fit = fit_quantiles, .apply = apply, .invert = transform_invert_nothing, .describe = describe};
