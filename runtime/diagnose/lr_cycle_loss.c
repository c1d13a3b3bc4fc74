/* The loss goes with the clock of the learning rate: a wave of the schedule's own period is fitted to it, beside a trend. Restarts
 * whose peaks do no harm, with ever lower minima, are as they should be. */
#include <math.h>
#include <stdio.h>

#include "diagnose/check.h"
#include "diagnose/series.h"

static const double LEAST_F = 8, LEAST_HEIGHT = 0.05;

/* The least loss of the epochs from `begin` to `end`. */
static double lowest(const double *losses, int64_t count, double begin, double end) {
    double least = (double)INFINITY;
    for (int64_t i = (int64_t)begin; i < count && (double)i < end; i++) {
        least = losses[i] < least ? losses[i] : least;
    }
    return least;
}

bool check_LR_CYCLE_LOSS(const View *view, Finding *finding) {
    const Facts *facts = view->facts;
    double losses[TRACE_POINTS], period = facts->cycle_epochs;
    int64_t all = view_losses(view, 1, losses);
    if (period <= 0 || view->trace->point_every != 1 || (double)all < 2.5 * period) {
        return false;
    }
    int64_t skipped = all / 6 < 10 ? all / 6 : 10, count = all - skipped;
    Wave wave = series_wave(losses + skipped, count, period);
    double height = wave.height / facts->constant_train;
    double first = lowest(losses, all, 0, 2 * period), last = lowest(losses, all, (double)all - period, (double)all);
    double excess = view->probes->curvature_count > 0 ? view->probes->curvatures[0].excess : (double)NAN;
    bool falling = last < 0.9 * first && !(excess > 1);
    if (!(wave.f > LEAST_F) || !(height > LEAST_HEIGHT) || falling) {
        return false;
    }
    finding_fact(finding, "the training loss rises and falls by %.0f %% of the best constant's every %.3g epochs, with the learning rate",
                 100 * height, period);
    finding_why(finding, "at its peak the learning rate is too high for the curvature, and each restart undoes what was learnt");
    finding_add(finding, "F", wave.f);
    finding_add(finding, "height_of_L0", height);
    finding_add(finding, "period_epochs", period);
    finding_add(finding, "peak_rate", facts->peak_rate);
    if (!isnan(excess)) {
        finding_add(finding, "excess_at_peak", excess);
    }
    char constant[32], title[80];
    double rate = excess > 1 ? facts->peak_rate / (2 * excess) : facts->peak_rate / 10;
    snprintf(constant, sizeof constant, "%.2g", rate);
    snprintf(title, sizeof title, "a constant learning rate of %s", constant);
    prescribe_edit(view, finding, "schedule", constant, title);
    prescribe_rate(view, finding, rate);
    prescribe_edit(view, finding, "restarts", "0", "no restarts");
    return true;
}
