/* The untrained network is far worse than class shares would be: its first logits are large and wrong. Where it has learnt all the
 * same, nothing is wrong any more. */
#include <math.h>

#include "diagnose/check.h"

static const double MOST = 5;

bool check_BAD_INITIAL_LOSS(const View *view, Finding *finding) {
    const Facts *facts = view->facts;
    double ratio = (facts->initial_loss - facts->constant_train) / facts->constant_train, gain = view_best_gain(view);
    if (!facts->is_class || !isfinite(ratio) || !(ratio > MOST) || !(gain < 0.5)) {
        return false;
    }
    finding->first_epoch = 1;
    finding_fact(finding, "before training the loss is %.3g times that of the class shares", ratio + 1);
    finding_why(finding, "large first logits are certain of wrong classes, and most steps go into unlearning them");
    finding_add(finding, "initial_loss", facts->initial_loss);
    finding_add(finding, "L0", facts->constant_train);
    finding_add(finding, "R_best", gain);
    prescribe_init(view, finding);
    prescribe_stable_rate(view, finding);
    return true;
}
