/* The model learns, but the loss swings without falling on, and the curvature is at the limit of what the step bears: it bounces
 * between the walls of a valley. A falling loss at that limit is healthy. */
#include <math.h>

#include "diagnose/check.h"
#include "diagnose/series.h"

static const double LEAST_SWING = 0.02, LEAST_EXCESS = 0.6;

bool check_LR_OSCILLATION(const View *view, Finding *finding) {
    const Probes *probes = view->probes;
    double losses[TRACE_POINTS], swing = view_swing(view), gain = view_last_gain(view);
    int64_t count = view_losses(view, 0.5, losses);
    double trend = series_trend(losses, count);
    int steep = 0;
    for (int i = 0; i < probes->curvature_count; i++) {
        steep += probes->curvatures[i].excess > LEAST_EXCESS;
    }
    const Curvature *first = probes->curvature_count > 0 ? &probes->curvatures[0] : NULL;
    bool overshoots = first && first->epoch == 0 && first->excess > 1;
    bool bounces = count >= 4 && swing >= LEAST_SWING && trend > -2 && steep >= 2;
    if (!probes->done || !(gain > 0.05) || view_is_adaptive(view) || !(bounces || (overshoots && gain < 0.5))) {
        return false;
    }
    finding_fact(finding, "the loss bounces: in the second half it swings by %.1f %% of the best constant's and falls no more", 100 * swing);
    finding_why(finding, "learning rate times curvature is at the limit (%.2g of it), so that a step crosses the valley instead of going down it",
                view_excess(view, 0));
    finding_add(finding, "swing_of_L0", swing);
    finding_add(finding, "trend_z", trend);
    finding_add(finding, "excess_mean", view_excess(view, 0));
    finding_add(finding, "largest_eigenvalue", first->largest);
    finding_add(finding, "rate", first->rate);
    double excess = first->excess > 1 ? first->excess : view_excess(view, 0);
    prescribe_rate(view, finding, first->rate / (2 * (excess > 1 ? excess : 2)));
    return true;
}
