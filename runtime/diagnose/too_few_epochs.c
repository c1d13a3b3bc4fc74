/* The last epoch is the best, and the loss was still falling fast: the last quarter of the training has taken away much of it, or
 * there were so few steps that nothing could be learnt. A run that merely could go on is told of in a note. */
#include <stdio.h>

#include "diagnose/check.h"
#include "diagnose/series.h"

static const double MUCH = 0.1, SOME = 0.02, SMALL_GAIN = 0.5;
enum { FEW_STEPS = 100, USUAL_STEPS = 1000, MORE = 4 };

static bool is_best(const double *losses, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        if (losses[i] < losses[count - 1]) {
            return false;
        }
    }
    return true;
}

/* Enough for the usual number of steps, and four times as many as now at least. */
static int64_t wanted_epochs(const View *view) {
    int64_t epochs = view->facts->epochs, steps = view_steps(view);
    int64_t factor = steps > 0 && steps * MORE < USUAL_STEPS ? (USUAL_STEPS + steps - 1) / steps : MORE;
    return epochs * factor;
}

bool check_TOO_FEW_EPOCHS(const View *view, Finding *finding) {
    double losses[TRACE_POINTS], gain = view_last_gain(view);
    int64_t all = view_losses(view, 1, losses), count = all / 4 > 3 ? all / 4 : 3;
    const EpochPoint *last = view_last(view);
    bool to_the_end = last && last->epoch >= view->facts->program->train.epochs; /* not where the user has cut it short */
    if (!to_the_end || view->stopped_early || view->failure->happened || all < 4 || !is_best(losses, all)) {
        return false;
    }
    double fall = (losses[all - 1 - count] - losses[all - 1]) / view->facts->constant_train;
    bool few = view_steps(view) < FEW_STEPS && gain < SMALL_GAIN / 2;
    bool falls = fall > MUCH && gain < SMALL_GAIN;
    if (!few && !falls && !(fall > SOME && series_trend(losses + all / 2, all - all / 2) < -2)) {
        return false;
    }
    finding->severity = few || falls ? FINDING_WARNING : FINDING_NOTE;
    if (few && !falls) {
        finding_fact(finding, "training ends after %lld steps, which are too few to learn anything", (long long)view_steps(view));
    } else {
        finding_fact(finding, "training ends while the loss still falls: the last %lld epochs took away %.0f %% of the best constant's",
                     (long long)count, 100 * fall);
    }
    finding_why(finding, "the last epoch is the best one so far");
    finding_add(finding, "fall_of_L0", fall);
    finding_add(finding, "epochs", (double)last->epoch);
    finding_add(finding, "steps", (double)view_steps(view));
    finding_add(finding, "R_last", gain);
    prescribe_epochs(view, finding, wanted_epochs(view));
    prescribe_stable_rate(view, finding);
    prescribe_adam(view, finding);
    prescribe_init(view, finding);
    return true;
}
