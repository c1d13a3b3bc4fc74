/* A few rows alone cannot be learnt by heart, at the spec's own rate and at others: it is not the data and not the rate, but the network
 * or the loss. */
#include "diagnose/check.h"

static const double LEARNT = 0.5; /* of the loss of the few rows */

bool check_CANNOT_OVERFIT_BATCH(const View *view, Finding *finding) {
    const Probes *probes = view->probes;
    double gain = view_best_gain(view);
    if (!probes->done || probes->batch_rows == 0 || view->failure->happened || !(gain < 0.05) || view_steps(view) < 100 ||
        !(probes->batch_gain < LEARNT)) {
        return false;
    }
    finding_fact(finding, "the network cannot even learn %lld rows by heart: %.0f %% of their loss is left after %lld steps",
                 (long long)probes->batch_rows, 100 * (1 - probes->batch_gain), (long long)probes->batch_steps);
    finding_why(finding, "this was tried at the spec's learning rate, at ten times that and at a tenth: the network, the loss or the "
                         "initial weights are at fault");
    finding_add(finding, "rows", (double)probes->batch_rows);
    finding_add(finding, "R_of_the_rows", probes->batch_gain);
    finding_add(finding, "R_best", gain);
    prescribe_learning(view, finding);
    return true;
}
