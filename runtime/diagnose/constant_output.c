/* The model says the same of every row, or knows one class alone, and nothing is learnt: what goes in does not come out. */
#include "diagnose/check.h"

bool check_CONSTANT_OUTPUT(const View *view, Finding *finding) {
    const Probes *probes = view->probes;
    double gain = view_best_gain(view);
    if (!probes->spread_known || view->failure->happened || !(gain < 0.05) || view_steps(view) < 100 ||
        !(probes->last_spread < 1e-4)) {
        return false;
    }
    finding_fact(finding, "the model predicts the same for every row");
    finding_why(finding, "its predictions differ by %.1g of how the targets do; before training they did by %.1g", probes->last_spread,
                probes->initial_spread);
    finding_add(finding, "spread", probes->last_spread);
    finding_add(finding, "initial_spread", probes->initial_spread);
    finding_add(finding, "R_best", gain);
    prescribe_learning(view, finding);
    return true;
}
