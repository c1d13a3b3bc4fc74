/* The penalty has shrunk the weights to a small part of where they began, and nothing is learnt. */
#include "diagnose/check.h"

bool check_OVER_REGULARIZED(const View *view, Finding *finding) {
    const Probes *probes = view->probes;
    double gain = view_best_gain(view);
    if (!probes->done || !(gain < 0.05) || !find_span(view, "penalty") || !(probes->weight_shrink < 0.1)) {
        return false;
    }
    finding_fact(finding, "the penalty has shrunk the weights to %.1g of where they began, and nothing is learnt", probes->weight_shrink);
    finding_why(finding, "it pulls every weight to 0 harder than the data pulls it elsewhere");
    finding_add(finding, "weights_last_over_first", probes->weight_shrink);
    finding_add(finding, "penalty", probes->penalty);
    finding_add(finding, "R_best", gain);
    prescribe_edit(view, finding, "penalty", "1e-4", "a penalty of 1e-4");
    return true;
}
