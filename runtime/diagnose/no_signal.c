/* The model is no better than a constant, and nearest neighbours are no better than with shuffled targets. */
#include "diagnose/check.h"

bool check_NO_SIGNAL(const View *view, Finding *finding) {
    const Probes *probes = view->probes;
    double gain = view_best_gain(view);
    if (!probes->level_known || probes->level_rows < 50 || !(gain < 0.05) || view_steps(view) < 100 || !(probes->level_p > 0.05)) {
        return false;
    }
    finding->confidence = 0.7;
    finding_fact(finding, "neither the model nor nearest neighbours find a relation between the features and the target");
    finding_why(finding, "with shuffled targets the neighbours do as well (p = %.2f): features may be missing, or rows and targets out of step",
                probes->level_p);
    finding_add(finding, "p", probes->level_p);
    finding_add(finding, "R_best", gain);
    finding_add(finding, "neighbors", probes->level);
    prescribe(finding, "look whether each target stands in its own row; add features that bear on it");
    prescribe_learning(view, finding); /* neighbours see no relation of bits, products, sums of many features */
    return true;
}
