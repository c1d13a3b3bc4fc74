/* winsorize: pulls what lies beyond two bounds in to them. By quantile the bounds are order statistics, as in
 * scipy.stats.mstats.winsorize: floor(n * lo) cells lie below, floor(n * (1 - hi)) above, in exact decimals. By iqr
 * they are that many interquartile ranges beyond the quartiles, by mad that many normal deviations from the median.
 * Fit: numbers[0] low, numbers[1] high. */
#include "core/unfused.h"

#include "preprocess/bounds.h"
#include "preprocess/transform.h"

#include <stdio.h>

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
        bounds_find(step, cells, count, distances, bounds);
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

static void describe(const LrtStep *step, TransformText *out) {
    static const char *const words[] = {
        [LRT_BOUNDS_QUANTILE] = "quantile", [LRT_BOUNDS_IQR] = "iqr", [LRT_BOUNDS_MAD] = "mad"};
    *out = (TransformText){.how = words[step->option[0]], .names = {"low", "high"}};
}

const TransformEntry transform_winsorize = {
    .word = "winsorize", .fit = fit_bounds, .apply = apply, .invert = transform_invert_nothing, .describe = describe};
