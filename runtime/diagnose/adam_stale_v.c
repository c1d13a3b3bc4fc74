/* Adam still divides by gradients of long ago, which were far larger than those of now; where they grow again, its steps are too long
 * until its memory has caught up (arXiv 2506.04805). */
#include <math.h>

#include "diagnose/check.h"

static const double STALE = 0.01, LEAST_SWING = 0.02;

bool check_ADAM_STALE_V(const View *view, Finding *finding) {
    const Probes *probes = view->probes;
    double swing = view_swing(view);
    const Curvature *last = probes->curvature_count > 0 ? &probes->curvatures[probes->curvature_count - 1] : NULL;
    if (!probes->done || !last || !view_is_adaptive(view) || view->failure->happened || !(probes->fresh_share < STALE) ||
        !(last->excess > 1) || !(swing >= LEAST_SWING) || !(view_last_gain(view) < 0.9)) {
        return false;
    }
    finding_fact(finding, "adam's mean square is %.3g times the gradients' own, and the loss swings by %.1f %% of the best constant's",
                 1 / probes->fresh_share, 100 * swing);
    finding_why(finding, "the mean remembers gradients of long ago; with steps beyond what the curvature bears, each return of large ones throws "
                         "the weights");
    finding_add(finding, "fresh_share", probes->fresh_share);
    finding_add(finding, "excess", last->excess);
    finding_add(finding, "swing_of_L0", swing);
    const LrtSpan *optimizer = find_span(view, "optimizer");
    bool bracket = optimizer && view->facts->program->spec_text[optimizer->end - 1] == ')';
    if (bracket && view->facts->program->optimizer.beta2 > 0.99) {
        prescribe_insert(finding, optimizer->end - 1, ", beta2: 0.99", "a shorter memory: `beta2: 0.99`");
    }
    prescribe_stable_rate(view, finding);
    return true;
}
