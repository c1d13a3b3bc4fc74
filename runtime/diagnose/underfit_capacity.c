/* On the very rows that the model was trained on, five nearest neighbours, which did not see the row, do much better. */
#include <math.h>

#include "diagnose/check.h"

static const double GAP = 0.1;

bool check_UNDERFIT_CAPACITY(const View *view, Finding *finding) {
    const Probes *probes = view->probes;
    double n = (double)probes->level_rows;
    if (!probes->level_known || n < 50) {
        return false;
    }
    double gap = probes->level - probes->level_model;
    double error = view->facts->is_class ? sqrt((probes->level * (1 - probes->level) + probes->level_model * (1 - probes->level_model)) / n)
                                         : 0.05;
    if (!(gap > GAP) || !(gap > 2.6 * error)) {
        return false;
    }
    const char *what = view->facts->is_class ? "accuracy" : "R";
    finding_fact(finding, "the model has %s %.2f on rows that it was trained on; nearest neighbours, without them, have %.2f", what,
                 probes->level_model, probes->level);
    finding_why(finding, "there is more in the data than the model can hold");
    finding_add(finding, "model", probes->level_model);
    finding_add(finding, "neighbors", probes->level);
    finding_add(finding, "rows", n);
    finding_add(finding, "R_best", view_best_gain(view));
    prescribe_wider(view, finding);
    prescribe_stable_rate(view, finding);
    prescribe_adam(view, finding);
    prescribe_init(view, finding);
    prescribe_epochs(view, finding, 4 * view->facts->epochs);
    return true;
}
