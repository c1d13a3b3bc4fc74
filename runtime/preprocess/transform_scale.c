/* scale: (x - center) / scale with both learnt, as scikit-learn's scalers: standard (mean, deviation), minmax (minimum,
 * range), robust (median, interquartile range), maxabs (0, greatest absolute value); mad (median, median absolute
 * deviation) is scipy's with scale=1. A scale of 0 counts as 1. Fit: numbers[0] center, numbers[1] scale. */
#include "core/unfused.h"

#include "preprocess/statistics.h"
#include "preprocess/transform.h"

#include <math.h>
#include <stdio.h>

/* Where more than half of the cells are equal the MAD is 0; the mean of the distances stands in then. */
static double mad_scale(const LrtStep *step, const double *cells, int64_t count, double median, double *scratch,
                        bool *out_fallback) {
    double mad = statistic_mad(cells, count, median, scratch);
    *out_fallback = !(mad > 0);
    if (*out_fallback) {
        return statistic_mean_absolute(cells, count, median);
    }
    return step->option[1] ? mad / statistic_normal_mad : mad;
}

static void find_scale(const LrtStep *step, const double *cells, int64_t count, double *scratch, double out[2],
                       bool *out_fallback) {
    double first = cells[0], last = cells[count - 1];
    switch ((LrtScale)step->option[0]) {
    case LRT_SCALE_STANDARD:
        out[0] = first == last ? first : statistic_mean(cells, count);
        out[1] = first == last ? 0 : statistic_deviation(cells, count, out[0]);
        break;
    case LRT_SCALE_MINMAX:
        out[0] = first;
        out[1] = last - first;
        break;
    case LRT_SCALE_ROBUST:
        out[0] = statistic_median(cells, count);
        out[1] = statistic_quantile(cells, count, 0.75) - statistic_quantile(cells, count, 0.25);
        break;
    case LRT_SCALE_MAD:
        out[0] = statistic_median(cells, count);
        out[1] = mad_scale(step, cells, count, out[0], scratch, out_fallback);
        break;
    case LRT_SCALE_MAXABS:
        out[0] = 0;
        out[1] = fabs(first) > fabs(last) ? fabs(first) : fabs(last);
        break;
    }
    if (!(out[1] > 0)) {
        out[1] = 1;
    }
}

static bool note_constant(Frame *frame, int32_t number) {
    LrtNote *note = note_add(frame->notes, number, "constant-feature", frame->error);
    if (note) {
        const char *name = frame->spec->slots[frame->spec->steps[number].input].name;
        snprintf(note->message, sizeof note->message, "column `%s` has one value alone in the training part", name);
        snprintf(note->why, sizeof note->why, "a constant says nothing about the target; its scale of 0 counts as 1");
        snprintf(note->fix, sizeof note->fix, "leave the column out: `%s : ignore`", name);
    }
    return note != NULL;
}

static bool note_fallback(Frame *frame, int32_t number, double scale) {
    LrtNote *note = note_add(frame->notes, number, "zero-mad", frame->error);
    if (note) {
        const char *name = frame->spec->slots[frame->spec->steps[number].input].name;
        snprintf(note->message, sizeof note->message,
                 "the MAD of column `%s` is 0; its mean absolute deviation %.6g scales it instead", name, scale);
        snprintf(note->why, sizeof note->why, "at least half of its training cells are equal");
        snprintf(note->fix, sizeof note->fix, "scale(standard)");
    }
    return note != NULL;
}

static bool fit_scale(Frame *frame, int32_t number, LrtFit *out) {
    const LrtStep *step = &frame->spec->steps[number];
    Region scratch = {0};
    int64_t count = 0;
    double scale[2] = {0};
    bool fallback = false;
    const double *cells = transform_training_cells(frame, number, &scratch, &count);
    double *distances = cells ? REGION_ARRAY(&scratch, double, count, frame->error) : NULL;
    bool good = distances != NULL;
    if (good) {
        find_scale(step, cells, count, distances, scale, &fallback);
        bool constant = cells[0] == cells[count - 1];
        good = (constant   ? note_constant(frame, number)
                : fallback ? note_fallback(frame, number, scale[1])
                           : true) &&
               fit_set_numbers(out, scale, 2, frame->error);
    }
    region_free(&scratch);
    return good;
}

static double scale_value(const LrtStep *step, const LrtFit *fit, double value, bool *good) {
    (void)step, (void)good;
    return (value - fit->numbers[0]) / fit->numbers[1];
}

static bool apply(Frame *frame, int32_t step, const LrtFit *fit, bool last_use) {
    return transform_each(frame, step, fit, last_use, scale_value, NULL, NULL);
}

static double invert(const LrtStep *step, const LrtFit *fit, double value) {
    (void)step;
    return value * fit->numbers[1] + fit->numbers[0];
}

static void describe(const LrtStep *step, TransformText *out) {
    static const char *const rows[][3] = {[LRT_SCALE_STANDARD] = {"standard", "mean", "deviation"},
                                          [LRT_SCALE_MINMAX] = {"minmax", "minimum", "range"},
                                          [LRT_SCALE_ROBUST] = {"robust", "median", "interquartile_range"},
                                          [LRT_SCALE_MAD] = {"mad", "median", "scale"},
                                          [LRT_SCALE_MAXABS] = {"maxabs", "center", "greatest_absolute"}};
    const char *const *row = rows[step->option[0]];
    *out = (TransformText){.how = row[0], .names = {row[1], row[2]}};
}

static bool check(const LrtDataSpec *spec, const LrtStep *step, const LrtFit *fit) {
    (void)spec, (void)step;
    return fit->width == 1 && fit->name_count == 0 && fit->numbers[1] > 0;
}

const TransformEntry transform_scale = {
    .word = "scale", .fit = fit_scale, .apply = apply, .invert = invert, .describe = describe, .check = check};
