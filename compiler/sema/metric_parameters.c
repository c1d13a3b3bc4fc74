/* Numbers that a metric takes, and what it takes from the loss where none are given: the quantiles that are predicted, the power of
 * the variance. */
#include <string.h>

#include "sema/checker.h"
#include "support/str.h"

static const Call *loss_of(const Model *model, int32_t target) {
    for (int64_t i = 0; i < model->targets.count; i++)
        if (model->targets.items[i].index == target) return model->targets.items[i].loss;
    return NULL;
}

static double power_of_loss(const Call *loss) {
    const char *name = loss ? loss->entry->name : "";
    if (strcmp(name, "tweedie") == 0) return call_argument(loss, "p")->number;
    return strcmp(name, "gamma") == 0 ? 2 : strcmp(name, "poisson") == 0 ? 1 : 0;
}

/* The deviance has no distribution for powers between the normal's 0 and Poisson's 1. */
static bool read_power(Checker *checker, const Argument *power, const Call *loss, LrtMetric *metric) {
    metric->parameter = power->given ? power->number : power_of_loss(loss);
    if (metric->parameter == 0 || metric->parameter >= 1) return true;
    Diagnostic *d = diag_report(checker->session, DIAG_ARGUMENT_RANGE, power->span,
                                "no distribution has a variance that follows the power %s of the mean",
                                str_number(checker->arena, metric->parameter));
    diag_caret(d, "0, or from 1 on");
    diag_fix(d, false, power->span, metric->parameter < 0.5 ? "0" : "1", NULL);
    return false;
}

/* Column 0 is the value itself: the only prediction, or of several quantiles the one next to the median; those follow in their
 * order (catalog/loss/quantile.c). */
static bool read_quantiles(Checker *checker, const Argument *asked, const Call *loss, LrtMetric *metric) {
    const Argument *predicted = loss && strcmp(loss->entry->name, "quantile") == 0 ? call_argument(loss, "q") : NULL;
    int64_t count = !predicted ? 0 : predicted->numbers ? predicted->count : 1;
    LrtQuantile *quantiles = ARENA_ARRAY(checker->arena, LrtQuantile, count + 1);
    metric->quantiles = quantiles;
    for (int64_t i = 0; i < count; i++) {
        double share = predicted->numbers ? predicted->numbers[i] : predicted->number;
        if (asked->given && asked->number != share) continue;
        quantiles[metric->quantile_count++] = (LrtQuantile){share, count > 1 ? (int32_t)i + 1 : 0};
    }
    if (metric->quantile_count > 0) return true;
    if (count > 1) {
        Diagnostic *d = diag_report(checker->session, DIAG_ARGUMENT_RANGE, asked->span, "the loss does not predict the quantile %s",
                                    str_number(checker->arena, asked->number));
        diag_label(d, predicted->span, "what it predicts");
        diag_fix(d, false, asked->span, str_number(checker->arena, predicted->numbers[0]), NULL);
        return false;
    }
    quantiles[metric->quantile_count++] = (LrtQuantile){asked->given ? asked->number : 0.5, 0};
    return true;
}

bool metric_read_parameters(Checker *checker, const Call *call, LrtMetric *metric) {
    const Argument *first = &call->args[0];
    const Call *loss = loss_of(checker->model, metric->target);
    switch (metric->kind) {
    case LRT_METRIC_TOP_K:
    case LRT_METRIC_CALIBRATION_ERROR: metric->parameter = (double)first->integer; return true;
    case LRT_METRIC_SHARPE: metric->parameter = first->number; return true;
    case LRT_METRIC_DEVIANCE: return read_power(checker, first, loss, metric);
    case LRT_METRIC_PINBALL: return read_quantiles(checker, first, loss, metric);
    default: return true;
    }
}
