/* What the checks ask of a run again and again. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "diagnose/check.h"
#include "diagnose/series.h"

const Check check_table[LRT_CHECK_COUNT] = {
#define CHECK(id, name, severity, needs, doc) {name, FINDING_##severity, CHECK_##needs, check_##id, doc},
#include "lrt/checks.def"
#undef CHECK
};

double view_gain(const View *view, double loss) {
    double constant = view->facts->constant_train;
    return constant > 0 ? (constant - loss) / constant : (double)NAN;
}

const EpochPoint *view_last(const View *view) {
    return view->trace->point_count > 0 ? &view->trace->points[view->trace->point_count - 1] : NULL;
}

double view_last_gain(const View *view) {
    const EpochPoint *last = view_last(view);
    return last ? view_gain(view, last->train_loss) : (double)NAN;
}

double view_best_gain(const View *view) {
    double best = (double)NAN;
    for (int64_t i = 0; i < view->trace->point_count; i++) {
        double gain = view_gain(view, view->trace->points[i].train_loss);
        best = isnan(best) || gain > best ? gain : best;
    }
    return best;
}

int64_t view_losses(const View *view, double share, double *out) {
    int64_t count = view->trace->point_count, first = count - (int64_t)ceil((double)count * share);
    for (int64_t i = first; i < count; i++) {
        out[i - first] = view->trace->points[i].train_loss;
    }
    return count - first;
}

double view_swing(const View *view) {
    double losses[TRACE_POINTS];
    int64_t count = view_losses(view, 0.5, losses);
    return view->facts->constant_train > 0 ? series_swing(losses, count) / view->facts->constant_train : 0;
}

double view_excess(const View *view, int from) {
    double sum = 0;
    int count = 0;
    for (int i = from; i < view->probes->curvature_count; i++, count++) {
        sum += view->probes->curvatures[i].excess;
    }
    return count > 0 ? sum / count : (double)NAN;
}

double view_stable_rate(const View *view) {
    double rate = (double)NAN;
    for (int i = 0; i < view->probes->curvature_count; i++) {
        const Curvature *curvature = &view->probes->curvatures[i];
        double borne = curvature->excess > 0 ? curvature->rate / (2 * curvature->excess) : (double)NAN;
        rate = borne > 0 && isfinite(borne) ? fmin(borne, isnan(rate) ? borne : rate) : rate;
    }
    return rate;
}

bool view_still_falls(const View *view) {
    double losses[TRACE_POINTS];
    int64_t count = view_losses(view, 1.0 / 3, losses);
    return count >= 4 && series_trend(losses, count) < -2 &&
           -series_slope(losses, count) * (double)count > 0.02 * view->facts->constant_train;
}

int64_t view_steps(const View *view) {
    const EpochPoint *last = view_last(view);
    return last ? last->steps : 0;
}

bool view_is_adaptive(const View *view) {
    const char *name = view->facts->program->optimizer.name;
    return name && strcmp(name, "sgd") != 0;
}

void finding_fact(Finding *finding, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(finding->fact, sizeof finding->fact, format, arguments);
    va_end(arguments);
}

void finding_why(Finding *finding, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(finding->why, sizeof finding->why, format, arguments);
    va_end(arguments);
}

void finding_add(Finding *finding, const char *key, double value) {
    if (finding->evidence_count < FINDING_EVIDENCE) {
        finding->evidence[finding->evidence_count++] = (Evidence){.key = key, .value = value};
    }
}
