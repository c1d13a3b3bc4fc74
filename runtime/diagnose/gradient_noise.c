/* The loss swings without falling on, the curvature is not to blame, and the batch is small beside the rows at which the gradient
 * would outweigh its noise. */
#include <math.h>
#include <stdio.h>

#include "diagnose/check.h"
#include "diagnose/series.h"

static const double LEAST_SWING = 0.02;

bool check_GRADIENT_NOISE(const View *view, Finding *finding) {
    const Probes *probes = view->probes;
    double losses[TRACE_POINTS], swing = view_swing(view), scale = probes->noise_scale, excess = view_excess(view, 0);
    int64_t count = view_losses(view, 0.5, losses);
    bool noisy = isfinite(scale) && (double)view->facts->batch < scale / 10;
    if (!probes->done || count < 6 || !(swing >= 2 * LEAST_SWING) || !noisy || !(excess < 0.5) || !(series_trend(losses, count) > -2) ||
        !(view_last_gain(view) < 0.9)) {
        return false;
    }
    finding_fact(finding, "the loss jumps about by %.1f %% of the best constant's and falls no more: batches of %lld rows are too small", 100 * swing,
                 (long long)view->facts->batch);
    finding_why(finding, "the gradient outweighs its noise from about %.0f rows on", scale);
    finding_add(finding, "swing_of_L0", swing);
    finding_add(finding, "noise_scale", scale);
    finding_add(finding, "batch", (double)view->facts->batch);
    finding_add(finding, "excess", excess);
    char text[32], title[64];
    snprintf(text, sizeof text, "%lld", 4 * (long long)view->facts->batch);
    snprintf(title, sizeof title, "batches of %s rows", text);
    prescribe_edit(view, finding, "batch", text, title);
    prescribe_rate(view, finding, view->facts->peak_rate / 4);
    return true;
}
