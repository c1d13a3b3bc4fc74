/* The gradient of the first layer is many times that of the last, before training and after it, and nothing is learnt. */
#include "diagnose/gradient_ratio.h"

static bool holds(double first, double last) { return first / last > 70; }

bool check_EXPLODING_GRADIENT(const View *view, Finding *finding) {
    double ratio;
    if (!gradient_ratio_check(view, holds, finding, &ratio)) {
        return false;
    }
    finding_fact(finding, "the gradient grows on its way back: the first layer's is %.3g times the last one's", ratio);
    finding_why(finding, "each layer multiplies it by more than 1, so that the first ones are thrown about");
    prescribe_activation(view, finding, "relu", "tanh");
    return true;
}
