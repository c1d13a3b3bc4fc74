/* Before any training the predictions are the same for all rows, and so they are at the end: the inputs have no way to the output. */
#include "diagnose/check.h"

static const double NOTHING = 1e-7;

bool check_INPUT_INDEPENDENT(const View *view, Finding *finding) {
    const Probes *probes = view->probes;
    double gain = view_best_gain(view);
    if (!probes->spread_known || view->failure->happened || !(gain < 0.05) || view_steps(view) < 50 ||
        !(probes->initial_spread < NOTHING) || !(probes->last_spread < NOTHING)) {
        return false;
    }
    finding_fact(finding, "the inputs do not reach the output: its predictions are the same for all rows, before training and after it");
    finding_why(finding, "a weight of 0, a product with 0 or units that are dead from the start cut the network in two");
    finding_add(finding, "initial_spread", probes->initial_spread);
    finding_add(finding, "spread", probes->last_spread);
    finding_add(finding, "R_best", gain);
    prescribe_init(view, finding);
    prescribe_activation(view, finding, "relu", "leaky_relu");
    return true;
}
