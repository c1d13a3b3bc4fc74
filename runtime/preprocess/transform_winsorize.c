/* winsorize: pulls what lies beyond two bounds in to them. By quantile the bounds are order statistics, as in
 * scipy.stats.mstats.winsorize: floor(n * lo) cells lie below, floor(n * (1 - hi)) above, in exact decimals. By iqr
 * they are that many interquartile ranges beyond the quartiles, by mad that many normal deviations from the median.
 * Fit: numbers[0] low, numbers[1] high. */
#include "core/unfused.h"

#include "data/share.h"
#include "preprocess/statistics.h"
#include "preprocess/transform.h"

#include <stdio.h>

static void find_bounds(const LrtStep *step, const double *cells, int64_t count, double *scratch,
                        double out_bounds[2]) {
    double factor = step->number[0];
    switch ((LrtWinsorize)step->option[0]) {
    case LRT_WINSORIZE_QUANTILE:
        out_bounds[0] = cells[share_floor(count, step->number[0])];
        out_bounds[1] = cells[count - 1 - share_rest_floor(count, step->number[1])];
        break;
    case LRT_WINSORIZE_IQR: {
        double low = statistic_quantile(cells, count, 0.25), high = statistic_quantile(cells, count, 0.75);
        out_bounds[0] = low - factor * (high - low);
        out_bounds[1] = high + factor * (high - low);
        break;
    }
    case LRT_WINSORIZE_MAD: {
        double median = statistic_median(cells, count);
        double reach = factor * (statistic_mad(cells, count, median, scratch) / statistic_normal_mad);
        out_bounds[0] = median - reach;
        out_bounds[1] = median + reach;
        break;
    }
    }
}

static bool note_constant(Frame *frame, int32_t number, const double *cells, int64_t count, const double bounds[2]) {
    if (bounds[0] != bounds[1] || cells[0] == cells[count - 1]) {
        return true;
    }
    LrtNote *note = note_add(frame->notes, number, "constant-feature", frame->error);
    if (note) {
        const char *name = frame->spec->slots[frame->spec->steps[number].input].name;
        snprintf(note->message, sizeof note->message, "`winsorize` makes column `%s` constant: its bounds are equal",
                 name);
        snprintf(note->why, sizeof note->why, "most training cells of the column have one value");
        snprintf(note->fix, sizeof note->fix, "winsorize by shares (`winsorize(1%%..99%%)`), or `clip(lo..hi)`");
    }
    return note != NULL;
}

static bool fit_bounds(Frame *frame, int32_t number, LrtFit *out) {
    const LrtStep *step = &frame->spec->steps[number];
    Region scratch = {0};
    int64_t count = 0;
    double bounds[2] = {0};
    const double *cells = transform_training_cells(frame, number, &scratch, &count);
    double *distances = cells ? REGION_ARRAY(&scratch, double, count, frame->error) : NULL;
    bool good = distances != NULL;
    if (good) {
        find_bounds(step, cells, count, distances, bounds);
        good = note_constant(frame, number, cells, count, bounds) && fit_set_numbers(out, bounds, 2, frame->error);
    }
    region_free(&scratch);
    return good;
}

static double limit(const LrtStep *step, const LrtFit *fit, double value, bool *good) {
    (void)step, (void)good;
    return value < fit->numbers[0] ? fit->numbers[0] : value > fit->numbers[1] ? fit->numbers[1] : value;
}

static bool apply(Frame *frame, int32_t step, const LrtFit *fit, bool last_use) {
    return transform_each(frame, step, fit, last_use, limit, NULL, NULL);
}

/* What was cut off is lost; what is left stands in the same units. */
static double invert(const LrtStep *step, const LrtFit *fit, double value) {
    (void)step, (void)fit;
    return value;
}

static void describe(const LrtStep *step, TransformText *out) {
    static const char *const words[] = {
        [LRT_WINSORIZE_QUANTILE] = "quantile", [LRT_WINSORIZE_IQR] = "iqr", [LRT_WINSORIZE_MAD] = "mad"};
    *out = (TransformText){.how = words[step->option[0]], .names = {"low", "high"}};
}

const TransformEntry transform_winsorize = {
    .word = "winsorize", .fit = fit_bounds, .apply = apply, .invert = invert, .describe = describe};
