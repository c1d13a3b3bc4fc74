/* The loss is below what a perfect predictor would have: it has no least value, so that falling means nothing. A flipped sign, or
 * targets outside what the loss is for. */
#include "diagnose/check.h"

static const double BELOW = 0.01; /* of the yardstick */

bool check_NEGATIVE_LOSS(const View *view, Finding *finding) {
    const Facts *facts = view->facts;
    const EpochPoint *last = view_last(view);
    double least = facts->initial_loss;
    for (int64_t i = 0; i < view->trace->point_count; i++) {
        least = view->trace->points[i].train_loss < least ? view->trace->points[i].train_loss : least;
    }
    if (facts->loss_is_unbounded || !(least < -BELOW * facts->constant_train)) {
        return false;
    }
    finding->first_epoch = 1;
    finding_fact(finding, "the loss falls to %.4g, below what a perfect prediction would have", least + facts->floor);
    finding_why(finding, "such a loss has no least value: the better it gets the worse the model may be");
    finding_add(finding, "loss", least + facts->floor);
    finding_add(finding, "perfect", facts->floor);
    finding_add(finding, "last", last ? last->train_loss + facts->floor : least + facts->floor);
    prescribe(finding, "look at the sign of the loss, and whether the targets are what it is for");
    return true;
}
