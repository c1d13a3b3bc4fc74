/* Lints of the optimizer, the penalties and the batches: what can be decided before the data is counted. Ranges of
 * learning rates are those of DIAGNOSES but for Adam, whose upper end is 0.1: a healthy set-up of the suite (H01)
 * trains at 0.05, the faulty one (F21) at 0.3. */
#include <math.h>
#include <string.h>

#include "sema/lint.h"
#include "support/str.h"

static const char *number(const Checker *checker, double value) { return str_number(checker->arena, value); }

static bool is_optimizer(const Checker *checker, const char *word) {
    return strcmp(checker->model->optimizer->entry->name, word) == 0;
}

static bool is_adam(const Checker *checker) { return is_optimizer(checker, "adam") || is_optimizer(checker, "adamw"); }

static bool has_momentum(const Checker *checker) {
    const Call *call = checker->model->optimizer;
    return catalog_param(call->entry, "momentum") >= 0 && call_number(call, "momentum") > 0;
}

/* ---- optimizer --------------------------------------------------------------------------------------------------- */

typedef struct RateRange {
    const char *optimizer;
    bool momentum;
    double low, high;
} RateRange;

static const RateRange rate_ranges[] = {
    {"sgd", false, 1e-4, 1},     {"sgd", true, 1e-5, 0.3},       {"adam", false, 1e-6, 0.1},
    {"adamw", false, 1e-6, 0.1}, {"rmsprop", false, 1e-6, 1e-2}, {"rmsprop", true, 1e-6, 1e-2},
};

static void check_rate(Checker *checker) {
    double rate = schedule_peak(&checker->model->schedule);
    if (checker->param_outside) return;
    for (size_t i = 0; i < sizeof rate_ranges / sizeof rate_ranges[0]; i++) {
        const RateRange *range = &rate_ranges[i];
        if (!is_optimizer(checker, range->optimizer) || range->momentum != has_momentum(checker) ||
            span_is_none(checker->learning_rate) || (rate >= range->low && rate <= range->high))
            continue;
        Diagnostic *d = diag_report(checker->session, DIAG_LR_OUT_OF_RANGE, checker->learning_rate,
                                    "a learning rate of %s is far from what works for `%s`", number(checker, rate),
                                    range->optimizer);
        diag_evidence(d, "it usually lies in %s..%s%s", number(checker, range->low), number(checker, range->high),
                      range->momentum ? " with momentum" : "");
        diag_why(d, rate > range->high ? "steps this long overshoot: the loss grows or jumps"
                                       : "steps this short hardly move the weights");
        if (!checker->model->optimizer->args[catalog_param(checker->model->optimizer->entry, "lr")].call)
            diag_fix(d, false, checker->learning_rate, strcmp(range->optimizer, "sgd") == 0 ? "1e-2" : "1e-3", NULL);
    }
}

static void check_epsilon(Checker *checker) {
    const Call *call = checker->model->optimizer;
    int32_t index = catalog_param(call->entry, "epsilon");
    if (index < 0 || !call->args[index].given || call->args[index].number >= 1e-10) return;
    Diagnostic *d = diag_report(checker->session, DIAG_MOMENTUM_RANGE, call->args[index].span,
                                "an epsilon of %s does not keep small gradients in check",
                                number(checker, call->args[index].number));
    diag_set_severity(d, SEVERITY_WARNING);
    diag_why(d, "where the second moment is almost 0, the step is divided by almost 0");
    diag_fix(d, false, call->args[index].span, "1e-8", NULL);
}

static void check_decay(Checker *checker) {
    for (int64_t i = 0; i < checker->model->penalties.count; i++) {
        const Call *penalty = checker->model->penalties.items[i];
        if (strcmp(penalty->entry->name, "l2") != 0) continue;
        double factor = penalty->args[0].number;
        if (factor > 1e-2) { /* small tables thrive on 1e-2: see the page */
            Diagnostic *d = diag_report(checker->session, DIAG_REGULARIZATION_TOO_STRONG, penalty->span,
                                        "an l2 of %s holds the weights near 0", number(checker, factor));
            diag_set_severity(d, factor >= 0.1 ? SEVERITY_ERROR : SEVERITY_WARNING);
            diag_why(d, "the penalty outweighs what the data can gain: the network predicts the mean");
            diag_fix(d, false, penalty->args[0].span, number(checker, factor / 100), NULL);
        }
        if (!is_adam(checker)) continue;
        Diagnostic *d = diag_report(checker->session, DIAG_L2_IN_ADAM, penalty->span,
                                    "l2 under `%s` is not weight decay", checker->model->optimizer->entry->name);
        diag_label(d, checker->model->optimizer->name_span, "divides its gradient by its own size");
        diag_why(d, "weights with large gradients are then decayed less than others");
        diag_advice(d, "`adamw(weight_decay: 1e-2)`");
    }
}

/* ---- batches, order, seed ---------------------------------------------------------------------------------------- */

static bool is_time_series(const Checker *checker) {
    if (checker->model->data.split.kind == LRT_SPLIT_CHRONOLOGICAL) return true;
    for (int64_t i = 0; i < checker->columns.count; i++)
        if (checker->columns.items[i].type == LRT_COLUMN_TIMESTAMP) return true;
    return false;
}

static void check_batches(Checker *checker) {
    const LrtTrain *train = &checker->model->train;
    if (!train->batch_all && train->batch == 1 && has_momentum(checker) && !checker->small_batch_told) {
        Diagnostic *d =
            diag_report(checker->session, DIAG_BATCH_VS_DATA, checker->batch, "batches of one row drive a momentum");
        diag_set_severity(d, SEVERITY_WARNING);
        diag_label(d, checker->model->optimizer->span, "the momentum");
        diag_why(d, "it adds up the noise of single rows: the loss swings");
        diag_fix(d, false, checker->batch, "32", "batch: 32");
    }
    if (!train->shuffle && !train->batch_all && !span_is_none(checker->shuffle)) {
        Diagnostic *d =
            diag_report(checker->session, DIAG_NO_SHUFFLE, checker->shuffle, "every epoch takes the rows in one order");
        if (is_time_series(checker)) diag_set_severity(d, SEVERITY_NOTE);
        diag_why(d, "neighbouring rows are often alike: each batch pulls the weights its own way, again and again");
        diag_fix(d, true, checker->shuffle, "true", "shuffle: true");
    }
    if (!checker->seed_given) {
        const AstSection *section = checker->sections[SECTION_TRAIN];
        Diagnostic *d =
            diag_report(checker->session, DIAG_NO_SEED, section ? section->name.span : checker->model->train_span,
                        "no seed is given: it is 0");
        diag_advice(d, "`train { seed: 1 }`");
    }
}

/* tomek_links and edited_neighbors clean, they do not balance. */
static bool has_balancing_sampler(const Checker *checker) {
    for (int64_t i = 0; i < checker->samplers.count; i++) {
        LrtSamplerKind kind = checker->samplers.items[i].kind;
        if (kind != LRT_SAMPLER_TOMEK_LINKS && kind != LRT_SAMPLER_EDITED_NEIGHBORS) return true;
    }
    return false;
}

static void check_balance(Checker *checker) {
    for (int64_t i = 0; i < checker->model->targets.count && has_balancing_sampler(checker); i++) {
        const Call *loss = checker->model->targets.items[i].loss;
        int32_t index = catalog_param(loss->entry, "class_weights");
        if (index < 0 || !loss->args[index].given ||
            (loss->args[index].word && strcmp(loss->args[index].word, "none") == 0))
            continue;
        Diagnostic *d = diag_report(checker->session, DIAG_BALANCED_TWICE, loss->args[index].span,
                                    "class weights balance what a sampler has balanced already");
        diag_label(d, checker->sampler_span, "the sampler");
        diag_why(d, "the small class counts twice, and its probabilities come out too high");
        diag_fix(d, false, loss->args[index].span, "none", "class_weights: none, or no sampler");
    }
}

void lint_training(Checker *checker) {
    if (!checker->model->optimizer || checker->train_poisoned) return;
    check_rate(checker);
    check_epsilon(checker);
    check_decay(checker);
    lint_schedule(checker);
    check_batches(checker);
    check_balance(checker);
}
