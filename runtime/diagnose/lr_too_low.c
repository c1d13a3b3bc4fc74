/* The loss falls steadily and slowly from the first epoch to the last, each step moves the weights by next to nothing, and most of
 * the way is still to go. */
#include <math.h>

#include "diagnose/check.h"
#include "diagnose/series.h"

static const double SMALL_STEPS = 1e-4, SMALL_GAIN = 0.3;

bool check_LR_TOO_LOW(const View *view, Finding *finding) {
    const Trace *trace = view->trace;
    double losses[TRACE_POINTS], ratios[TRACE_POINTS], gain = view_last_gain(view);
    int64_t count = view_losses(view, 1, losses), known = 0;
    double start = isfinite(view->facts->initial_loss) ? view->facts->initial_loss : losses[0];
    for (int64_t i = 0; i < trace->point_count; i++) {
        if (isfinite(trace->points[i].update_ratio)) {
            ratios[known++] = trace->points[i].update_ratio;
        }
    }
    double ratio = series_median(ratios, known), trend = series_trend(losses, count);
    double slope = series_slope(losses, count), late = series_slope(losses + count / 2, count - count / 2);
    bool steady = count >= 4 && trend < -2 && late < slope / 3; /* it has not levelled out */
    if (!steady || !(gain < SMALL_GAIN) || !(ratio < SMALL_STEPS)) {
        return false;
    }
    double done = (start - losses[count - 1]) / view->facts->constant_train;
    double factor = ratio > 0 ? 1e-3 / ratio : 1000;
    factor = factor > 1000 ? 1000 : factor < 10 ? 10 : factor;
    finding_fact(finding, "the steps are too short: each moves the weights by %.1g of their size, and the loss still falls steadily at the end", ratio);
    finding_why(finding, "after %lld epochs only %.1f %% of the best constant's loss is gone", (long long)trace->points[count - 1].epoch,
                100 * done);
    finding_add(finding, "update_ratio", ratio);
    finding_add(finding, "usual_update_ratio", 1e-3);
    finding_add(finding, "trend_z", trend);
    finding_add(finding, "R_last", gain);
    prescribe_stable_rate(view, finding);
    prescribe_rate(view, finding, view->facts->peak_rate * factor);
    prescribe_adam(view, finding);
    return true;
}
