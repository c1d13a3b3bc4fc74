/* scale(quantile): the share of the training part below a value, as scikit-learn's QuantileTransformer on all rows; or
 * the normal deviate that lies above that share. Between quantiles it is linear; a value that several quantiles equal
 * lies in their middle. Fit: the quantiles in ascending order. */
#include "core/unfused.h"

#include "preprocess/statistics.h"
#include "preprocess/transform.h"

#include <float.h>

#include "lrt/normal.h"

static const double bound_threshold = 1e-7; /* what lies nearer to the end than that lies at the end */

static bool fit_quantiles(Frame *frame, int32_t number, LrtFit *out) {
    const LrtStep *step = &frame->spec->steps[number];
    Region scratch = {0};
    int64_t count = 0, wanted = (int64_t)step->number[0];
    const double *cells = transform_training_cells(frame, number, &scratch, &count);
    wanted = wanted < frame->training_count ? wanted : frame->training_count;
    double *quantiles = cells ? REGION_ARRAY(&scratch, double, wanted, frame->error) : NULL;
    for (int64_t k = 0; quantiles && k < wanted; k++) {
        quantiles[k] = statistic_quantile(cells, count, wanted > 1 ? (double)k / (double)(wanted - 1) : 0);
        if (k > 0 && quantiles[k] < quantiles[k - 1]) {
            quantiles[k] = quantiles[k - 1];
        }
    }
    bool good = quantiles && fit_set_numbers(out, quantiles, wanted, frame->error);
    region_free(&scratch);
    return good;
}

static double share_of(int64_t k, int64_t count) { return count > 1 ? (double)k / (double)(count - 1) : 0; }

/* Of the quantiles that equal x, the last (forward) or the first; between two of them, linear. */
static double interpolate(const double *quantiles, int64_t count, double x, bool forward) {
    int64_t below = 0, above = count; /* quantiles before `below` lie below x, or at it where forward */
    while (below < above) {
        int64_t middle = below + (above - below) / 2;
        bool passed = forward ? quantiles[middle] <= x : quantiles[middle] < x;
        below = passed ? middle + 1 : below;
        above = passed ? above : middle;
    }
    if (below == 0) {
        return 0;
    }
    if (below == count) {
        return share_of(count - 1, count);
    }
    double low = quantiles[below - 1], high = quantiles[below];
    return share_of(below - 1, count) +
           (share_of(below, count) - share_of(below - 1, count)) * ((x - low) / (high - low));
}

static double share_below(const LrtFit *fit, double x) {
    const double *quantiles = fit->numbers;
    return 0.5 * (interpolate(quantiles, fit->number_count, x, true) +
                  interpolate(quantiles, fit->number_count, x, false));
}

static double least_share(void) { return bound_threshold - DBL_EPSILON; }

static double scale_value(const LrtStep *step, const LrtFit *fit, double x, bool *good) {
    (void)good;
    double low = fit->numbers[0], high = fit->numbers[fit->number_count - 1];
    if (step->option[0] == LRT_UNIFORM) {
        return x <= low ? 0 : x >= high ? 1 : share_below(fit, x);
    }
    double least = lrt_normal_quantile(least_share()), most = lrt_normal_quantile(1 - least_share());
    if (x - bound_threshold < low) {
        return least;
    }
    if (x + bound_threshold > high) {
        return most;
    }
    double deviate = lrt_normal_quantile(share_below(fit, x));
    return deviate < least ? least : deviate > most ? most : deviate;
}

static bool apply(Frame *frame, int32_t step, const LrtFit *fit, bool last_use) {
    return transform_each(frame, step, fit, last_use, scale_value, NULL, NULL);
}

static double invert(const LrtStep *step, const LrtFit *fit, double value) {
    int64_t count = fit->number_count;
    double share = step->option[0] == LRT_UNIFORM ? value : lrt_normal_share_below(value);
    double slack = step->option[0] == LRT_UNIFORM ? 0 : bound_threshold;
    if (share - slack <= 0 || count == 1) {
        return fit->numbers[0];
    }
    if (share + slack >= 1) {
        return fit->numbers[count - 1];
    }
    double place = share * (double)(count - 1);
    int64_t below = (int64_t)place;
    double low = fit->numbers[below], high = fit->numbers[below + 1];
    return low + (high - low) * (place - (double)below);
}

static void describe(const LrtStep *step, TransformText *out) {
    *out = (TransformText){.how = step->option[0] == LRT_UNIFORM ? "quantile to uniform" : "quantile to normal",
                           .list = "quantiles"};
}

static bool check(const LrtDataSpec *spec, const LrtStep *step, const LrtFit *fit) {
    (void)spec, (void)step;
    for (int64_t k = 1; k < fit->number_count; k++) {
        if (fit->numbers[k] < fit->numbers[k - 1]) {
            return false;
        }
    }
    return fit->width == 1 && fit->name_count == 0 && fit->number_count > 0;
}

const TransformEntry transform_scale_quantile = {
    .word = "scale", .fit = fit_quantiles, .apply = apply, .invert = invert, .describe = describe, .check = check};
