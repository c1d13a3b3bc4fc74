/* Rules that watch what is measured at the ends of epochs: when to stop, and when the learning rate falls. */
#ifndef TRAIN_RULES_H
#define TRAIN_RULES_H

#include "train/evaluator.h"

typedef struct Watch {
    double best;                   /* NaN before the first epoch */
    int64_t epochs_since;
} Watch;

typedef struct Rules {
    const LrtProgram *program;
    Watch *stops;                  /* one for each stop of the program */
    double lowest_loss;            /* of `train`; NaN before the first epoch */
    Watch plateau;
    double rate_factor;            /* what on_plateau has made of the rate: 1 at first */
} Rules;

bool rules_init(Rules *rules, const LrtProgram *program, LrtError *error);
void rules_free(Rules *rules);

/* Whether `value` is better than `best` (NaN: nothing yet) by more than `margin`; never NaN. */
bool rules_improves(double value, double best, double margin, bool higher_is_better);
/* The monitored value and its direction; false where its part is empty. */
bool rules_monitored(const LrtProgram *program, LrtMonitor monitor, const Evaluation *train, const Evaluation *validation,
                     double *out_value, bool *out_higher);
/* Takes the measures of an epoch. The rule that ends the run, or NULL. */
const LrtStop *rules_watch(Rules *rules, const Evaluation *train, const Evaluation *validation);

#endif
