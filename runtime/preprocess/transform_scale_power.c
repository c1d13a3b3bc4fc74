/* scale(power): a power that makes the training part as normal as it can, then centred and scaled. Yeo and Johnson
 * (Biometrika 87, 2000) for all numbers, Box and Cox (1964) for those above 0; the exponent is the one of greatest
 * likelihood, searched as scikit-learn's PowerTransformer does. Fit: numbers[0] the exponent, [1] mean and [2] deviation
 * behind the power, [3] and [4] the least and the greatest training cell. */
#include "core/unfused.h"

#include "preprocess/brent.h"
#include "preprocess/statistics.h"
#include "preprocess/transform.h"

#include <float.h>
#include <math.h>

#include "lrt/real_math.h"

enum { EXPONENT, MEAN, DEVIATION, LOW, HIGH, NUMBERS };

/* (e^(power · logarithm) - 1) / power, and its limit at power 0. */
static double grown(double logarithm, double power) {
    return fabs(power) < DBL_EPSILON ? logarithm : lrt_expm1(power * logarithm) / power;
}

/* `logarithm` is log x for Box-Cox, sign(x) · log(1 + |x|) for Yeo-Johnson, whose sign says which branch it is. */
static double transform_logarithm(bool box_cox, double logarithm, double exponent) {
    return box_cox || logarithm >= 0 ? grown(logarithm, exponent) : -grown(-logarithm, 2 - exponent);
}

static double logarithm_of(bool box_cox, double x) {
    return box_cox ? lrt_log(x) : x < 0 ? -lrt_log1p(-x) : lrt_log1p(x);
}

typedef struct Likelihood {
    bool box_cox, constant;
    const double *logarithms;
    double *values; /* scratch */
    int64_t count;
    double sum; /* of the logarithms */
} Likelihood;

static double negative_likelihood(const void *context, double exponent) {
    const Likelihood *of = context;
    for (int64_t i = 0; i < of->count; i++) {
        of->values[i] = transform_logarithm(of->box_cox, of->logarithms[i], exponent);
    }
    double mean = statistic_mean(of->values, of->count);
    for (int64_t i = 0; i < of->count; i++) {
        double away = of->values[i] - mean;
        of->values[i] = away * away;
    }
    double variance = of->constant ? 0 : statistic_mean(of->values, of->count), spread = -INFINITY;
    if (!of->constant) {
        /* An exponent that no double can follow is no candidate. */
        spread = variance >= DBL_MIN && isfinite(variance) ? lrt_log(variance) : INFINITY;
    }
    return 0.5 * (double)of->count * spread - (exponent - 1) * of->sum;
}

static void fit_cells(const LrtStep *step, const double *cells, int64_t count, double *logarithms, double *values,
                      double out[NUMBERS]) {
    bool box_cox = step->option[0] == LRT_BOX_COX;
    for (int64_t i = 0; i < count; i++) {
        logarithms[i] = logarithm_of(box_cox, cells[i]);
    }
    Likelihood likelihood = {.box_cox = box_cox,
                             .constant = cells[0] == cells[count - 1],
                             .logarithms = logarithms,
                             .values = values,
                             .count = count,
                             .sum = statistic_mean(logarithms, count) * (double)count};
    out[EXPONENT] = brent_minimize(negative_likelihood, &likelihood, -2, 2);
    for (int64_t i = 0; i < count; i++) {
        values[i] = transform_logarithm(box_cox, logarithms[i], out[EXPONENT]);
    }
    out[MEAN] = likelihood.constant ? values[0] : statistic_mean(values, count);
    out[DEVIATION] = likelihood.constant ? 0 : statistic_deviation(values, count, out[MEAN]);
    if (!(out[DEVIATION] > 0)) {
        out[DEVIATION] = 1;
    }
    out[LOW] = cells[0];
    out[HIGH] = cells[count - 1];
}

static const char *const domain = "`scale(power, by: box_cox)` wants numbers above 0",
                         *const way_out = "`scale(power)` takes every number; else correct the cell";

/* The first training row with a cell that has no logarithm. */
static bool refuse_cell(Frame *frame, int32_t number) {
    const double *real = frame->slots[frame->spec->steps[number].input].real;
    int64_t i = 0;
    while (!(real[frame->training[i]] <= 0)) {
        i++;
    }
    transform_cell_error(frame, number, frame->training[i], "transform-domain", "%s", domain);
    lrt_error_fix(frame->error, "%s", way_out);
    return false;
}

static bool fit_power(Frame *frame, int32_t number, LrtFit *out) {
    const LrtStep *step = &frame->spec->steps[number];
    Region scratch = {0};
    int64_t count = 0;
    double numbers[NUMBERS];
    const double *cells = transform_training_cells(frame, number, &scratch, &count);
    bool good = cells && (step->option[0] != LRT_BOX_COX || cells[0] > 0 || refuse_cell(frame, number));
    double *room = good ? REGION_ARRAY(&scratch, double, 2 * count, frame->error) : NULL;
    if (room) {
        fit_cells(step, cells, count, room, room + count, numbers);
    }
    good = room && fit_set_numbers(out, numbers, NUMBERS, frame->error);
    region_free(&scratch);
    return good;
}

static double scale_value(const LrtStep *step, const LrtFit *fit, double value, bool *good) {
    bool box_cox = step->option[0] == LRT_BOX_COX;
    *good = !box_cox || value > 0;
    if (!*good) {
        return 0;
    }
    double power = transform_logarithm(box_cox, logarithm_of(box_cox, value), fit->numbers[EXPONENT]);
    return (power - fit->numbers[MEAN]) / fit->numbers[DEVIATION];
}

static bool apply(Frame *frame, int32_t step, const LrtFit *fit, bool last_use) {
    return transform_each(frame, step, fit, last_use, scale_value, domain, way_out);
}

/* grown() turned back; what no logarithm grows to is an infinity. */
static double shrunk(double value, double power) {
    if (fabs(power) < DBL_EPSILON) {
        return value;
    }
    return 1 + power * value > 0 ? lrt_log1p(power * value) / power : power > 0 ? -INFINITY : INFINITY;
}

/* A power may be bounded: a value beyond what it reaches means the end of the training part on that side. */
static double invert(const LrtStep *step, const LrtFit *fit, double value) {
    double power = value * fit->numbers[DEVIATION] + fit->numbers[MEAN], exponent = fit->numbers[EXPONENT], x;
    if (step->option[0] == LRT_BOX_COX) {
        x = lrt_exp(shrunk(power, exponent));
        return x > 0 && isfinite(x) ? x : x > 0 ? fit->numbers[HIGH] : fit->numbers[LOW];
    }
    x = power >= 0 ? lrt_expm1(shrunk(power, exponent)) : -lrt_expm1(shrunk(-power, 2 - exponent));
    return isfinite(x) ? x : power >= 0 ? fit->numbers[HIGH] : fit->numbers[LOW];
}

static void describe(const LrtStep *step, TransformText *out) {
    *out = (TransformText){.how = step->option[0] == LRT_BOX_COX ? "power, box_cox" : "power, yeo_johnson",
                           .names = {"exponent", "mean", "deviation"},
                           .list = "range"};
}

static bool check(const LrtDataSpec *spec, const LrtStep *step, const LrtFit *fit) {
    (void)spec, (void)step;
    return fit->width == 1 && fit->name_count == 0 && fit->number_count == NUMBERS && fit->numbers[DEVIATION] > 0;
}

const TransformEntry transform_scale_power = {
    .word = "scale", .fit = fit_power, .apply = apply, .invert = invert, .describe = describe, .check = check};
