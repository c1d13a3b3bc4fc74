/* Norms from the probes, before training and after it: what holds by accident of a moment is none of the network's doing. */
#include "diagnose/gradient_ratio.h"

#include <stdio.h>

static const double nothing_learnt = 0.05; /* of R */

bool gradient_ratio_check(const View *view, GradientRatioHolds *holds, Finding *finding, double *out_ratio) {
    const Probes *probes = view->probes;
    int last = probes->layer_count - 1;
    if (!probes->done || last < 2 || !(view_best_gain(view) < nothing_learnt)) {
        return false;
    }
    double first_now = probes->layers[0].gradient_norm, last_now = probes->layers[last].gradient_norm;
    double first_then = probes->initial_gradients[0], last_then = probes->initial_gradients[last];
    if (!holds(first_then, last_then) || !(last_then > 0) || !(holds(first_now, last_now) || view->failure->happened)) {
        return false;
    }
    *out_ratio = first_then / last_then;
    snprintf(finding->layer, sizeof finding->layer, "%s", probes->layers[0].name);
    finding_add(finding, "ratio_before", *out_ratio);
    finding_add(finding, "ratio_after", first_now / last_now);
    finding_add(finding, "first_gradient", first_now);
    finding_add(finding, "R_best", view_best_gain(view));
    return true;
}
