/* Single steps whose loss stands far above that of the steps around them. */
#include <math.h>

#include "diagnose/check.h"
#include "diagnose/series.h"

bool check_LOSS_SPIKE(const View *view, Finding *finding) {
    const Trace *trace = view->trace;
    double losses[TRACE_STEPS], offs[TRACE_STEPS];
    int64_t count = trace->step_count < TRACE_STEPS ? trace->step_count : TRACE_STEPS, spikes = 0;
    if (count < 100) {
        return false;
    }
    for (int64_t i = 0; i < count; i++) {
        losses[i] = offs[i] = (double)trace->recent[i];
    }
    double median = series_median(offs, count), highest = median;
    for (int64_t i = 0; i < count; i++) {
        offs[i] = fabs(losses[i] - median);
    }
    double scale = 1.4826 * series_median(offs, count);
    for (int64_t i = 0; i < count; i++) {
        bool spike = losses[i] > median + 10 * scale && losses[i] - median > view->facts->constant_train;
        spikes += spike;
        highest = spike && losses[i] > highest ? losses[i] : highest;
    }
    if (spikes == 0 || spikes > count / 20) {
        return false;
    }
    finding_fact(finding, "%lld of the last %lld steps have a loss far above the others, up to %.3g", (long long)spikes, (long long)count, highest);
    finding_why(finding, "a few rows are unlike the others, or a step was too long");
    finding_add(finding, "spikes", (double)spikes);
    finding_add(finding, "median", median);
    finding_add(finding, "highest", highest);
    prescribe(finding, "`clip_norm` before the optimizer keeps single batches from moving the weights far");
    return true;
}
