/* Early stopping has ended the run while the training loss and the validation loss were still falling. */
#include <math.h>

#include "diagnose/check.h"
#include "diagnose/series.h"

bool check_STOP_TOO_EARLY(const View *view, Finding *finding) {
    const Trace *trace = view->trace;
    double losses[TRACE_POINTS] = {0};
    int64_t count = 0;
    for (int64_t i = trace->point_count / 2; i < trace->point_count; i++) {
        if (isfinite(trace->points[i].validation_loss)) {
            losses[count++] = trace->points[i].validation_loss;
        }
    }
    double trend = series_trend(losses, count);
    if (!view->stopped_early || count < 5 || !(trend < -2)) {
        return false;
    }
    finding_fact(finding, "early stopping ended the run while the validation loss was still falling");
    finding_why(finding, "its noise from epoch to epoch outlasted the patience");
    finding_add(finding, "trend_z", trend);
    prescribe(finding, "a longer `patience`, or a monitor that is less noisy");
    return true;
}
