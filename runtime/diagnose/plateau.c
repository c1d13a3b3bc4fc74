/* For as many epochs as the spec calls a plateau the loss has not moved, well above what nearest neighbours show to be possible. A loss
 * that has levelled out where it must is converged, not stuck. */
#include <math.h>

#include "diagnose/check.h"
#include "diagnose/series.h"

static const double GAP = 0.1, FLAT = 0.01;
enum { LEAST_ROWS = 50 };

bool check_PLATEAU(const View *view, Finding *finding) {
    const Probes *probes = view->probes;
    double losses[TRACE_POINTS];
    int64_t all = view_losses(view, 1, losses), window = view->facts->program->diagnose.plateau_window;
    window = window > all / 5 ? window : all / 5;
    if (view->failure->happened || !probes->level_known || probes->level_rows < LEAST_ROWS || all < window || window < 4) {
        return false;
    }
    const double *last = losses + all - window;
    double trend = series_trend(last, window), moved = fabs(series_slope(last, window)) * (double)window;
    double gap = probes->level - probes->level_model, n = (double)probes->level_rows;
    double error = view->facts->is_class ? sqrt((probes->level * (1 - probes->level) + probes->level_model * (1 - probes->level_model)) / n)
                                         : GAP / 3;
    bool flat = fabs(trend) < 2 && moved < FLAT * view->facts->constant_train;
    if (!flat || !(gap > GAP) || !(gap > 2.6 * error)) {
        return false;
    }
    finding->first_epoch = view->trace->points[all - window].epoch;
    finding_fact(finding, "the loss has not moved for %lld epochs, and nearest neighbours do better", (long long)window);
    finding_why(finding, "on the training rows the model has %s %.2f, neighbours without the row itself %.2f",
                view->facts->is_class ? "accuracy" : "R", probes->level_model, probes->level);
    finding_add(finding, "trend_z", trend);
    finding_add(finding, "moved_of_L0", moved / view->facts->constant_train);
    finding_add(finding, "model", probes->level_model);
    finding_add(finding, "neighbors", probes->level);
    prescribe_rate(view, finding, view->facts->peak_rate / 10);
    prescribe_learning(view, finding);
    return true;
}
