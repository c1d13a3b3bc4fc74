/* The last epoch is the best, and the last quarter of the training has still taken away much of the loss. */
#include <stdio.h>

#include "diagnose/check.h"

static const double MUCH = 0.1, SMALL_GAIN = 0.5;

bool check_TOO_FEW_EPOCHS(const View *view, Finding *finding) {
    double losses[TRACE_POINTS], gain = view_last_gain(view);
    int64_t all = view_losses(view, 1, losses), count = all / 4 > 3 ? all / 4 : 3;
    const EpochPoint *last = view_last(view);
    bool to_the_end = last && last->epoch >= view->facts->epochs;
    if (!to_the_end || view->stopped_early || all < 4 || !(gain < SMALL_GAIN)) {
        return false;
    }
    double fall = (losses[all - 1 - count] - losses[all - 1]) / view->facts->constant_train;
    for (int64_t i = 0; i < all; i++) {
        if (losses[i] < losses[all - 1]) {
            return false;
        }
    }
    if (!(fall > MUCH)) {
        return false;
    }
    finding_fact(finding, "training ends while the loss still falls: the last %lld epochs took away %.0f %% of the best constant's", (long long)count,
                 100 * fall);
    finding_why(finding, "the last epoch is the best one so far");
    finding_add(finding, "fall_of_L0", fall);
    finding_add(finding, "epochs", (double)last->epoch);
    finding_add(finding, "R_last", gain);
    char text[32], title[64];
    snprintf(text, sizeof text, "%lld", 4 * (long long)view->facts->epochs);
    snprintf(title, sizeof title, "%s epochs", text);
    if (!prescribe_edit(view, finding, "epochs", text, title)) {
        char setting[64];
        snprintf(setting, sizeof setting, "\n    epochs: %s", text);
        prescribe_edit(view, finding, "train_open", setting, title);
    }
    return true;
}
