/* What is learnt of the training rows holds for the others far less, though the validation loss has not risen again. */
#include <math.h>

#include "diagnose/check.h"

static const double GAP = 0.3, LEAST = 0.1;

bool check_GENERALIZATION_GAP(const View *view, Finding *finding) {
    const Facts *facts = view->facts;
    const EpochPoint *last = view_last(view);
    if (!last || facts->validation_rows < 10 || !(facts->constant_validation > 0) || !isfinite(last->validation_loss)) {
        return false;
    }
    double train = view_gain(view, last->train_loss), validation = 1 - last->validation_loss / facts->constant_validation;
    double error = last->validation_deviation / sqrt((double)facts->validation_rows) / facts->constant_validation;
    double gap = train - validation;
    if (!(gap > GAP) || !(gap - 2 * error > LEAST)) {
        return false;
    }
    finding_fact(finding, "of the training part's loss %.0f %% is taken away, of the validation part's %.0f %%", 100 * train, 100 * validation);
    finding_why(finding, "the model knows its training rows better than what they have in common with others");
    finding_add(finding, "R_train", train);
    finding_add(finding, "R_validation", validation);
    finding_add(finding, "standard_error", error);
    prescribe_early_stop(view, finding);
    const LrtSpan *loss = find_span(view, "penalty") ? NULL : find_span(view, "loss_end");
    if (loss) {
        prescribe_insert(finding, loss->begin, " + l2(1e-3)", "weight decay: `l2(1e-3)`");
    }
    return true;
}
