/* Differences seed by seed, and what they are worth. */
#include <math.h>

#include "driver/doctor.h"
#include "support/str.h"

/* Student's t at 97.5 %, for 1 to 7 degrees of freedom: DOCTOR_SEEDS runs at most. */
static const double quantiles[DOCTOR_SEEDS] = {INFINITY, 12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365};

Effect effect_of(const double *differences, int count) {
    Effect effect = {.seeds = count};
    if (count < 1) return effect;
    double squares = 0;
    for (int i = 0; i < count; i++) effect.mean += differences[i] / count;
    for (int i = 0; i < count; i++) squares += (differences[i] - effect.mean) * (differences[i] - effect.mean);
    double error = count > 1 ? sqrt(squares / (count - 1) / count) : INFINITY;
    effect.low = effect.mean - quantiles[count - 1] * error;
    effect.high = effect.mean + quantiles[count - 1] * error;
    return effect;
}

Measure measure_of_complaint(const char *name) {
    static const char *const last[] = {"overfit",       "lr-cycle-loss",       "lr-oscillation",    "epoch-periodic-loss",
                                       "gradient-noise", "last-batch-spike",    "train-val-drift",   "no-shuffle",
                                       "label-noise",   "generalization-gap",  "clock-alias",       "plateau-lr-thrash"};
    static const char *const even[] = {"class-imbalance", "class-too-small", "class-recall-gap", "class-collapse",
                                       "gradient-outlier", "target-outliers", "outlier-rows"};
    for (size_t i = 0; name != NULL && i < sizeof last / sizeof *last; i++)
        if (str_equal(name, last[i])) return MEASURE_LAST;
    for (size_t i = 0; name != NULL && i < sizeof even / sizeof *even; i++)
        if (str_equal(name, even[i])) return MEASURE_EVEN;
    return MEASURE_SAVED;
}

const char *measure_words(Measure measure) {
    switch (measure) {
    case MEASURE_EVEN: return "R of the saved weights with every class, and every row, counted alike";
    case MEASURE_LAST: return "R after the last epoch";
    case MEASURE_SAVED: break;
    }
    return "R of the saved weights";
}
