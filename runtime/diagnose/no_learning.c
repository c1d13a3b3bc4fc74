/* What remains where nothing says why: the model is no better than a constant. */
#include "diagnose/check.h"

enum { LEAST_STEPS = 100 };

bool check_NO_LEARNING(const View *view, Finding *finding) {
    double gain = view_best_gain(view);
    const EpochPoint *last = view_last(view);
    if (!last || view->failure->happened || view_steps(view) < LEAST_STEPS || !(gain < 0.05) || last->epoch * 4 < view->facts->epochs) {
        return false;
    }
    finding->confidence = 0.6;
    finding_fact(finding, "the model is no better than a constant: it takes away %.1f %% of the constant's loss", 100 * gain);
    finding_why(finding, "after %lld steps the training loss is %.4g, the best constant's %.4g", (long long)view_steps(view), last->train_loss,
                view->facts->constant_train);
    finding_add(finding, "R_best", gain);
    finding_add(finding, "L0", view->facts->constant_train);
    finding_add(finding, "loss", last->train_loss);
    finding_add(finding, "update_ratio", last->update_ratio);
    prescribe_learning(view, finding);
    return true;
}
