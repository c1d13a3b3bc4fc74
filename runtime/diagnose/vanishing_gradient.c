/* The gradient of the first layer is a vanishing part of the last one's, before training and after it, and nothing is learnt. */
#include "diagnose/gradient_ratio.h"

static bool holds(double first, double last) { return first / last < 1e-3 && first < 1e-4; }

bool check_VANISHING_GRADIENT(const View *view, Finding *finding) {
    double ratio;
    if (!gradient_ratio_check(view, holds, finding, &ratio)) {
        return false;
    }
    finding_fact(finding, "hardly any gradient reaches the first layer: %.3g of the last one's", ratio);
    finding_why(finding, "each layer multiplies it by less than 1, so that the first ones learn nothing");
    prescribe_activation(view, finding, "sigmoid", "relu");
    prescribe_activation(view, finding, "sigmoid", "tanh");
    prescribe_activation(view, finding, "sigmoid", "batch_norm -> relu");
    prescribe_activation(view, finding, "tanh", "relu");
    prescribe_activation(view, finding, "tanh", "batch_norm -> tanh");
    return true;
}
