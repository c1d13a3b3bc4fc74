/* Clipping that cuts most steps sets their length alone: the learning rate no longer says how far to go. */
#include <stdio.h>

#include "diagnose/check.h"
#include "diagnose/series.h"

bool check_CLIP_TOO_LOW(const View *view, Finding *finding) {
    const Trace *trace = view->trace;
    double losses[TRACE_POINTS], clipped[TRACE_POINTS], norms[TRACE_POINTS], gain = view_last_gain(view);
    int64_t count = view_losses(view, 0.5, losses);
    for (int64_t i = 0; i < count; i++) {
        clipped[i] = trace->points[trace->point_count - count + i].clipped;
        norms[i] = trace->points[trace->point_count - count + i].highest_norm;
    }
    double share = series_mean(clipped, count), limit = view->facts->program->optimizer.clip_norm;
    bool slow = gain < 0.05 || (gain < 0.3 && count >= 4 && series_trend(losses, count) < -2);
    if (!(share > 0.5) || !slow) {
        return false;
    }
    double usual = series_median(norms, count);
    finding_fact(finding, "%.0f %% of the steps are clipped, and little is learnt", 100 * share);
    finding_why(finding, "the gradient's norm is %.3g in most epochs at its greatest, and is cut to %.3g", usual, limit);
    finding_add(finding, "clipped_share", share);
    finding_add(finding, "usual_norm", usual);
    finding_add(finding, "limit", limit);
    finding_add(finding, "R_last", gain);
    if (limit > 0 && usual > limit) {
        char text[32], title[80];
        snprintf(text, sizeof text, "%.2g", usual);
        snprintf(title, sizeof title, "clip at %s", text);
        prescribe_edit(view, finding, "clip_norm", text, title);
    }
    return true;
}
