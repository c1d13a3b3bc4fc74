/* Row by row, the validation loss is higher than at the best epoch, and by much, while the training loss has gone on falling. Where
 * early stopping has ended the run and the best weights are back, nothing is wrong. */
#include <math.h>

#include "diagnose/check.h"

static const double LEAST_Z = 3, LEAST_RISE = 0.1;

bool check_OVERFIT(const View *view, Finding *finding) {
    const Trace *trace = view->trace;
    const EpochPoint *last = view_last(view), *best = NULL;
    for (int64_t i = 0; i < trace->point_count; i++) {
        const EpochPoint *point = &trace->points[i];
        if (isfinite(point->validation_loss) && (!best || point->validation_loss < best->validation_loss)) {
            best = point;
        }
    }
    if (!best || last == best || view->facts->validation_rows < 10) {
        return false;
    }
    double rise = (last->validation_loss - best->validation_loss) / best->validation_loss;
    double against = (last->validation_loss - best->validation_loss) / view->facts->constant_validation;
    if (!(last->rise_z > LEAST_Z) || !(rise > LEAST_RISE) || !(against > LEAST_RISE / 2) || !(last->train_loss < best->train_loss)) {
        return false;
    }
    if (view->stopped_early && view->restored) {
        finding->severity = FINDING_NOTE;
    }
    finding->first_epoch = best->epoch;
    finding_fact(finding, "the validation loss is %.0f %% above that of epoch %lld, while the training loss has fallen on", 100 * rise,
                 (long long)best->epoch);
    finding_why(finding, "the model learns the training rows by heart; row by row the rise is %.1f standard errors", last->rise_z);
    finding_add(finding, "z", last->rise_z);
    finding_add(finding, "rise", rise);
    finding_add(finding, "best_epoch", (double)best->epoch);
    finding_add(finding, "R_train", view_gain(view, last->train_loss));
    finding_add(finding, "R_validation", 1 - last->validation_loss / view->facts->constant_validation);
    finding_add(finding, "accuracy_change", last->validation_accuracy - best->validation_accuracy);
    prescribe_early_stop(view, finding);
    const LrtSpan *loss = find_span(view, "penalty") ? NULL : find_span(view, "loss_end");
    if (loss) {
        prescribe_insert(finding, loss->begin, " + l2(1e-3)", "weight decay: `l2(1e-3)`");
    }
    return true;
}
