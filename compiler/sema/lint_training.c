/* Lints of loss, optimizer, schedule and stopping rules: what can be decided before the data is counted. Ranges of
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

/* ---- schedule ---------------------------------------------------------------------------------------------------- */

/* Steps that `max_steps` allows; infinite without one. */
static double step_limit(const Checker *checker) {
    double limit = INFINITY;
    for (int64_t i = 0; i < checker->model->stops.count; i++)
        if (checker->model->stops.items[i].kind == LRT_STOP_MAX_STEPS)
            limit = fmin(limit, checker->model->stops.items[i].limit);
    return limit;
}

/* The duration as a share of the budget; -1 where the number of steps of an epoch decides it. */
static double share_of_budget(const Checker *checker, LrtDuration duration) {
    if (duration.unit == LRT_UNIT_EPOCHS) return duration.count / (double)checker->model->train.epochs;
    double limit = step_limit(checker);
    return isfinite(limit) ? duration.count / limit : -1;
}

static const Argument *schedule_argument(const Checker *checker, const char *name) {
    const Call *optimizer = checker->model->optimizer;
    const Call *schedule = call_argument(optimizer, "lr")->call;
    return schedule && catalog_param(schedule->entry, name) >= 0 ? call_argument(schedule, name) : NULL;
}

static void label_budget(const Checker *checker, Diagnostic *d) {
    if (!span_is_none(checker->epochs))
        diag_label(d, checker->epochs, "the budget");
    else
        diag_evidence(d, "%lld epochs are trained", (long long)checker->model->train.epochs);
}

static void check_warmup(Checker *checker) {
    const Argument *warmup = schedule_argument(checker, "warmup");
    if (!warmup || !warmup->given) return;
    double share = share_of_budget(checker, checker->model->schedule.warmup);
    if (share <= 0.1) return;
    const char *text = quantity_text(checker->arena, (Quantity){QUANTITY_SHARE, round(100 * share) / 100});
    Diagnostic *d =
        diag_report(checker->session, DIAG_WARMUP_TOO_LONG, warmup->span, "the warm-up takes %s of the training", text);
    diag_set_severity(d, share >= 1 ? SEVERITY_ERROR : SEVERITY_WARNING);
    label_budget(checker, d);
    diag_why(d, share >= 1 ? "the rate never reaches its value, and the schedule behind it never begins"
                           : "a tenth of the training is enough to settle; the rest is lost to small steps");
    if (checker->model->schedule.warmup.unit == LRT_UNIT_EPOCHS && checker->model->train.epochs >= 20)
        diag_fix(d, false, warmup->span,
                 arena_printf(checker->arena, "%lld epochs", (long long)(checker->model->train.epochs / 20)), NULL);
    else
        diag_advice(d, "a twentieth of the training");
}

static void check_drops(Checker *checker) {
    const LrtSchedule *schedule = &checker->model->schedule;
    if (schedule->kind != LRT_SCHEDULE_STEP) return;
    double every = share_of_budget(checker, schedule->every), warmup = share_of_budget(checker, schedule->warmup);
    if (schedule->warmup.count == 0) warmup = 0;
    if (every < 0 || warmup < 0 || warmup >= 1) return;
    Span span = schedule_argument(checker, "every")->span;
    if (warmup + every >= 1) {
        Diagnostic *d =
            diag_report(checker->session, DIAG_NEVER_DECAYS, span, "the first drop of the rate comes after the end");
        label_budget(checker, d);
        diag_advice(d, "a third of the training, or a constant rate");
        return;
    }
    /* How many drops take the rate below a hundredth. */
    double drops = schedule->factor < 1 ? ceil(log(0.01) / log(schedule->factor) - 1e-9) : INFINITY;
    if (warmup + drops * every >= 0.5) return;
    Diagnostic *d = diag_report(checker->session, DIAG_SCHEDULE_ENDS_EARLY, span,
                                "the rate falls below a hundredth before half of the training is over");
    label_budget(checker, d);
    diag_evidence(
        d, "%s drops by %s take %s of it", number(checker, drops), number(checker, schedule->factor),
        quantity_text(checker->arena, (Quantity){QUANTITY_SHARE, round(100 * (warmup + drops * every)) / 100}));
    diag_advice(d, "drop later, or by less");
}

/* ---- stopping ---------------------------------------------------------------------------------------------------- */

/* A schedule that restarts lets the loss rise; patience that is shorter than a cycle takes that for the end. */
static void check_cycle(Checker *checker, Span span, const LrtStop *stop) {
    const LrtSchedule *schedule = &checker->model->schedule;
    double warmup = schedule->warmup.count > 0 ? share_of_budget(checker, schedule->warmup) : 0;
    double cycle = (1 - warmup) * (double)checker->model->train.epochs / (double)(schedule->restarts + 1);
    if (schedule->kind != LRT_SCHEDULE_COSINE || schedule->restarts == 0 || warmup < 0 ||
        (double)stop->patience >= cycle)
        return;
    Diagnostic *d = diag_report(checker->session, DIAG_PATIENCE_CONFLICT, span,
                                "a patience of %lld epochs ends before a cycle of the learning rate does",
                                (long long)stop->patience);
    diag_label(d, checker->learning_rate, "a cycle takes %s epochs", number(checker, round(10 * cycle) / 10));
    diag_why(d, "the loss rises at each restart and gets better only towards the end of the cycle");
    diag_advice(d, "`patience: %s`", number(checker, ceil(cycle)));
}

static void check_early(Checker *checker, const Call *call, const LrtStop *stop) {
    const Argument *patience = call_argument(call, "patience"), *restore = call_argument(call, "restore");
    Span span = patience->given ? patience->span : call->span;
    if (stop->patience >= checker->model->train.epochs) {
        Diagnostic *d = diag_report(checker->session, DIAG_PATIENCE_CONFLICT, span,
                                    "a patience of %lld epochs cannot run out in %lld", (long long)stop->patience,
                                    (long long)checker->model->train.epochs);
        label_budget(checker, d);
        diag_advice(d, "a patience below the number of epochs, or more epochs");
    }
    check_cycle(checker, span, stop);
    if (stop->restore_best) return;
    Diagnostic *d =
        diag_report(checker->session, DIAG_NO_RESTORE_BEST, restore->span, "the last weights are kept, not the best");
    diag_why(d, "when patience runs out, the weights have grown worse for %lld epochs", (long long)stop->patience);
    diag_fix(d, true, restore->span, "best", "restore: best");
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
    if (!train->batch_all && train->batch == 1 && has_momentum(checker)) {
        Diagnostic *d =
            diag_report(checker->session, DIAG_BATCH_VS_DATA, checker->batch, "batches of one row drive a momentum");
        diag_set_severity(d, SEVERITY_WARNING);
        diag_label(d, checker->model->optimizer->span, "the momentum");
        diag_why(d, "it adds up the noise of single rows: the loss swings");
        diag_fix(d, false, checker->batch, "32", "batch: 32");
    }
    if (!train->shuffle && !train->batch_all) {
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

static void check_balance(Checker *checker) {
    for (int64_t i = 0; i < checker->model->targets.count && checker->samplers.count > 0; i++) {
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
    check_warmup(checker);
    check_drops(checker);
    for (int64_t i = 0; i < checker->model->stops.count; i++)
        if (checker->model->stops.items[i].kind == LRT_STOP_EARLY)
            check_early(checker, checker->stop_calls.items[i], &checker->model->stops.items[i]);
    check_batches(checker);
    check_balance(checker);
}
