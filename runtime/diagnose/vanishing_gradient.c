/* The gradient of the first layer is a vanishing part of the last one's, before training and after it, and nothing is learnt. */
#include <stdio.h>

#include "diagnose/check.h"

static bool holds(double first, double last) { return first / last < 1e-3 && first < 1e-4; }

bool check_VANISHING_GRADIENT(const View *view, Finding *finding) {
    const Probes *probes = view->probes;
    int last = probes->layer_count - 1;
    if (!probes->done || last < 2 || !(view_best_gain(view) < 0.05)) {
        return false;
    }
    double first_now = probes->layers[0].gradient_norm, last_now = probes->layers[last].gradient_norm;
    double first_then = probes->initial_gradients[0], last_then = probes->initial_gradients[last];
    if (!holds(first_then, last_then) || !(last_then > 0) || !(holds(first_now, last_now) || view->failure->happened)) {
        return false;
    }
    finding_fact(finding, "hardly any gradient reaches the first layer: %.3g of the last one's", first_then / last_then);
    finding_why(finding, "each layer multiplies it by less than 1, so that the first ones learn nothing");
    snprintf(finding->layer, sizeof finding->layer, "%s", probes->layers[0].name);
    finding_add(finding, "ratio_before", first_then / last_then);
    finding_add(finding, "ratio_after", first_now / last_now);
    finding_add(finding, "first_gradient", first_now);
    finding_add(finding, "R_best", view_best_gain(view));
    prescribe_activation(view, finding, "sigmoid", "relu");
    prescribe_activation(view, finding, "sigmoid", "tanh");
    prescribe_activation(view, finding, "sigmoid", "batch_norm -> relu");
    prescribe_activation(view, finding, "tanh", "relu");
    prescribe_activation(view, finding, "tanh", "batch_norm -> tanh");
    return true;
}
