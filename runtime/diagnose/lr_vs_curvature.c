/* A step longer than the curvature bears makes the loss grow instead of fall. Told where the run came to nothing and the curvature,
 * measured on the weights at more than one time, says why; for adaptive optimizers also where each step moves the weights by far
 * too much. */
#include <math.h>

#include "diagnose/check.h"
#include "diagnose/series.h"

static const double LONG_STEPS = 0.05; /* |dw| / |w| a step; healthy runs stay below 0.012 */

static double median_ratio(const View *view) {
    double ratios[TRACE_POINTS];
    int64_t count = 0;
    for (int64_t i = 0; i < view->trace->point_count; i++) {
        double ratio = view->trace->points[i].update_ratio;
        if (isfinite(ratio)) {
            ratios[count++] = ratio;
        }
    }
    return series_median(ratios, count);
}

bool check_LR_VS_CURVATURE(const View *view, Finding *finding) {
    const Probes *probes = view->probes;
    const EpochPoint *last = view_last(view);
    double gain = view_last_gain(view), ratio = median_ratio(view);
    bool nothing = view->failure->happened || !(gain > 0.05);
    bool adaptive = view_is_adaptive(view), steep = false;
    for (int i = 0; i < probes->curvature_count; i++) {
        steep |= probes->curvatures[i].excess > 1;
    }
    bool by_ratio = adaptive && ratio > LONG_STEPS && last && view->facts->steps_per_epoch * last->epoch >= 100;
    if (!probes->done || !nothing || !(steep || by_ratio)) {
        return false;
    }
    const Curvature *first = probes->curvature_count > 0 ? &probes->curvatures[0] : NULL;
    double rate = first ? first->rate : view->facts->peak_rate;
    if (steep && first) {
        finding_fact(finding, "steps are too long: learning rate times curvature is %.3g times what the optimizer bears",
                     first->excess > 1 ? first->excess : view_excess(view, 0));
        finding_add(finding, "largest_eigenvalue", first->largest);
        finding_add(finding, "excess", first->excess);
        finding_add(finding, "excess_mean", view_excess(view, 0));
    } else {
        finding_fact(finding, "steps are too long: each moves the weights by %.2g of their size", ratio);
    }
    finding_why(finding, "beyond that limit a step lands higher on the other side of the valley, and the loss grows instead of falling");
    finding_add(finding, "rate", rate);
    finding_add(finding, "update_ratio", ratio);
    finding_add(finding, "R_last", gain);
    double shorter = adaptive && !(steep && first && first->excess > 1) ? rate * 3e-3 / (ratio > LONG_STEPS ? ratio : 0.3)
                     : first && first->excess > 1                       ? rate / (2 * first->excess)
                                                                        : rate / 10;
    prescribe_rate(view, finding, shorter);
    return true;
}
