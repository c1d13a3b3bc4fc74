/* The loss was no number. The step was run again from the epoch's start, which shows what was not finite first. */
#include <inttypes.h>
#include <stdio.h>

#include "diagnose/check.h"

static const double WILD = 8; /* standard deviations */

static void tell_row(const View *view, Finding *finding) {
    const Failure *failure = view->failure;
    finding_add(finding, "row", (double)failure->row);
    if (failure->column == -1 || !(failure->deviations > WILD)) {
        return;
    }
    finding_add(finding, "deviations", failure->deviations);
    snprintf(finding->column, sizeof finding->column, "%s",
             failure->column == -2 ? view->facts->program->data.targets[0].name : failure->column_name);
    finding_why(finding, "the %s of row %" PRId64 " is %.3g standard deviations from the mean%s%s", failure->column == -2 ? "target" : "value",
                failure->row, failure->deviations, failure->column == -2 ? "" : " of ", failure->column == -2 ? "" : finding->column);
}

bool check_NONFINITE_LOSS(const View *view, Finding *finding) {
    const Failure *failure = view->failure;
    if (!failure->happened) {
        return false;
    }
    finding->confidence = 1;
    finding->first_epoch = finding->last_epoch = failure->epoch;
    finding_fact(finding, "the %s %" PRId64 "%s in epoch %" PRId64 " is not finite",
                 failure->in_evaluation ? "loss measured after step" : "loss of step", failure->step,
                 failure->in_evaluation ? "" : " (from 0)", failure->epoch);
    finding_why(finding, "the weights had grown to %.3g, the gradient's norm to %.3g: a step too long, or a value that overflows, makes every later weight NaN",
                failure->largest_weight, failure->gradient_norm);
    finding_add(finding, "step", (double)failure->step);
    finding_add(finding, "largest_weight", failure->largest_weight);
    finding_add(finding, "gradient_norm", failure->gradient_norm);
    finding_add(finding, "excess", view_excess(view, 0));
    if (failure->layer) {
        snprintf(finding->layer, sizeof finding->layer, "%s", failure->layer);
    }
    if (failure->row > 0) {
        tell_row(view, finding);
    }
    prescribe_rate(view, finding, view->facts->peak_rate / 10);
    if (view->facts->program->optimizer.clip_norm == 0) {
        const LrtSpan *optimizer = find_span(view, "optimizer");
        if (optimizer) {
            prescribe_insert(finding, optimizer->begin, "clip_norm(1.0) -> ", "clip the gradient: `clip_norm(1.0)` before the optimizer");
        }
    }
    return true;
}
