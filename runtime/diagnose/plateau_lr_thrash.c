/* `on_plateau` has cut the learning rate several times within noise: the validation loss has moved by less than its own standard error
 * between the cuts, and what is left of the rate does nothing. */
#include <math.h>

#include "diagnose/check.h"

enum { LEAST_CUTS = 3 };

bool check_PLATEAU_LR_THRASH(const View *view, Finding *finding) {
    const Trace *trace = view->trace;
    const Facts *facts = view->facts;
    int cuts = 0, within_noise = 0;
    const EpochPoint *before = NULL;
    if (facts->program->schedule.kind != LRT_SCHEDULE_ON_PLATEAU || facts->validation_rows < 10) {
        return false;
    }
    for (int64_t i = 1; i < trace->point_count; i++) {
        const EpochPoint *point = &trace->points[i];
        if (!(point->learning_rate < 0.9 * trace->points[i - 1].learning_rate)) {
            continue;
        }
        double error = point->validation_deviation / sqrt((double)facts->validation_rows);
        within_noise += before && fabs(point->validation_loss - before->validation_loss) < error;
        before = point;
        cuts++;
    }
    const EpochPoint *last = view_last(view);
    if (cuts < LEAST_CUTS || within_noise < LEAST_CUTS - 1) {
        return false;
    }
    finding_fact(finding, "the learning rate was cut %d times, and %d times the validation loss had moved by less than its standard error", cuts,
                 within_noise);
    finding_why(finding, "its noise looks like a plateau; at a rate of %.2g nothing moves any more", last->learning_rate);
    finding_add(finding, "cuts", cuts);
    finding_add(finding, "within_noise", within_noise);
    finding_add(finding, "last_rate", last->learning_rate);
    prescribe(finding, "a longer `patience` of `on_plateau`, or more validation rows");
    return true;
}
