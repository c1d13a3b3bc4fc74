/* Lints of the learning rate over time and of the rules that stop: whether each can act within the budget, and whether
 * they leave one another room. What is counted in steps is known only where `max_steps` bounds them. */
#include <math.h>
#include <string.h>

#include "sema/lint.h"
#include "support/str.h"

/* Where the rate has fallen to this share of its peak, training has ended in all but name. */
static const double hardly_any = 0.01, half_of_budget = 0.5, long_warmup = 0.1;

static const char *number(const Checker *checker, double value) { return str_number(checker->arena, value); }

static const char *share_text(const Checker *checker, double share) {
    return quantity_text(checker->arena, (Quantity){QUANTITY_SHARE, round(100 * share) / 100});
}

/* ---- the budget -------------------------------------------------------------------------------------------------- */

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
    if (duration.count == 0) return 0;
    if (duration.unit == LRT_UNIT_EPOCHS) return duration.count / (double)checker->model->train.epochs;
    double limit = step_limit(checker);
    return isfinite(limit) ? duration.count / limit : -1;
}

static const Argument *schedule_argument(const Checker *checker, const char *name) {
    const Call *schedule = call_argument(checker->model->optimizer, "lr")->call;
    return schedule && catalog_param(schedule->entry, name) >= 0 ? call_argument(schedule, name) : NULL;
}

/* Where the schedule says it: the argument, else the whole call. */
static Span schedule_span(const Checker *checker, const char *name) {
    const Argument *argument = schedule_argument(checker, name);
    return argument && argument->given ? argument->span : call_argument(checker->model->optimizer, "lr")->call->span;
}

static void label_budget(const Checker *checker, Diagnostic *d) {
    if (!span_is_none(checker->epochs))
        diag_label(d, checker->epochs, "the budget");
    else
        diag_evidence(d, "%lld epochs are trained", (long long)checker->model->train.epochs);
}

/* ---- warm-up ----------------------------------------------------------------------------------------------------- */

static void check_warmup(Checker *checker) {
    const Argument *warmup = schedule_argument(checker, "warmup");
    if (!warmup || !warmup->given) return;
    double share = share_of_budget(checker, checker->model->schedule.warmup);
    if (share <= long_warmup) return;
    Diagnostic *d = diag_report(checker->session, DIAG_WARMUP_TOO_LONG, warmup->span,
                                "the warm-up takes %s of the training", share_text(checker, share));
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

/* ---- decay ------------------------------------------------------------------------------------------------------- */

/* How a schedule falls, in shares of the budget. */
typedef struct Decay {
    double first; /* its first drop; -1: not known, 0: from the start */
    double spent; /* the rate stays below a hundredth of its peak from here on; -1: not known, infinite: never */
    const char *argument; /* that decides it */
} Decay;

static const Decay unknown_decay = {-1, -1, NULL};

/* Every `every`, by `factor`: at once at the end of each (step), or little by little (exponential). */
static Decay decay_by_factor(const Checker *checker, double warmup) {
    const LrtSchedule *schedule = &checker->model->schedule;
    double every = share_of_budget(checker, schedule->every);
    if (every <= 0 || !(schedule->factor > 0)) return unknown_decay;
    bool at_once = schedule->kind == LRT_SCHEDULE_STEP;
    double drops = schedule->factor < 1 ? log(hardly_any) / log(schedule->factor) : INFINITY;
    if (at_once) drops = ceil(drops - 1e-9);
    return (Decay){at_once ? warmup + every : 0, warmup + drops * every, at_once ? "every" : "factor"};
}

static Decay decay_of_pieces(const Checker *checker, double warmup) {
    const LrtSchedule *schedule = &checker->model->schedule;
    double peak = schedule_peak(schedule);
    Decay decay = {INFINITY, INFINITY, "pieces"};
    for (int64_t i = 0; i < schedule->piece_count; i++) {
        double begin = share_of_budget(checker, schedule->pieces[i].begin);
        if (begin < 0) return unknown_decay;
        if (i > 0 && isinf(decay.first)) decay.first = warmup + begin;
        bool is_spent = schedule->pieces[i].rate < hardly_any * peak;
        if (!is_spent)
            decay.spent = INFINITY;
        else if (isinf(decay.spent))
            decay.spent = warmup + begin;
    }
    if (schedule->piece_count < 2) decay.first = 0; /* a constant, said in a long way */
    return decay;
}

static Decay decay_of(const Checker *checker) {
    const LrtSchedule *schedule = &checker->model->schedule;
    double warmup = share_of_budget(checker, schedule->warmup);
    if (warmup < 0 || warmup >= 1) return unknown_decay;
    switch (schedule->kind) {
    case LRT_SCHEDULE_STEP:
    case LRT_SCHEDULE_EXPONENTIAL: return decay_by_factor(checker, warmup);
    case LRT_SCHEDULE_PIECEWISE: return decay_of_pieces(checker, warmup);
    case LRT_SCHEDULE_POLYNOMIAL: {
        if (schedule->to >= hardly_any * schedule->from) return unknown_decay;
        double left = pow(hardly_any - schedule->to / schedule->from, 1 / schedule->power);
        return (Decay){0, warmup + (1 - warmup) * (1 - left), "power"};
    }
    case LRT_SCHEDULE_CYCLIC: {
        double every = share_of_budget(checker, schedule->every);
        return (Decay){every < 0 ? -1 : warmup + every / 2, INFINITY, "every"};
    }
    case LRT_SCHEDULE_ON_PLATEAU:
        return (Decay){(double)schedule->patience / (double)checker->model->train.epochs, INFINITY, "patience"};
    case LRT_SCHEDULE_CONSTANT:
    case LRT_SCHEDULE_COSINE:
    case LRT_SCHEDULE_ONE_CYCLE:
    case LRT_SCHEDULE_LINEAR:
    case LRT_SCHEDULE_INVERSE_SQRT: break;
    }
    return unknown_decay;
}

static void report_no_drop(Checker *checker, const Decay *decay) {
    bool waits = checker->model->schedule.kind == LRT_SCHEDULE_ON_PLATEAU;
    Diagnostic *d = diag_report(checker->session, waits ? DIAG_PATIENCE_CONFLICT : DIAG_NEVER_DECAYS,
                                schedule_span(checker, decay->argument),
                                waits ? "a patience of %lld epochs cannot run out in %lld"
                                      : "the first drop of the rate comes after the end",
                                (long long)checker->model->schedule.patience, (long long)checker->model->train.epochs);
    label_budget(checker, d);
    if (waits) diag_why(d, "the rate never drops");
    diag_advice(d, waits ? "a tenth of the training" : "a third of the training, or a constant rate");
}

static void check_decay(Checker *checker) {
    Decay decay = decay_of(checker);
    if (decay.argument == NULL) return;
    if (decay.first >= 1) {
        report_no_drop(checker, &decay);
        return;
    }
    if (decay.spent < 0 || decay.spent >= half_of_budget) return;
    Diagnostic *d = diag_report(checker->session, DIAG_SCHEDULE_ENDS_EARLY, schedule_span(checker, decay.argument),
                                "the rate falls below a hundredth before half of the training is over");
    label_budget(checker, d);
    diag_evidence(d, "it is that small after %s of the training", share_text(checker, decay.spent));
    diag_why(d, "the steps behind that hardly move the weights: their time is lost");
    diag_advice(d, "drop later, or by less");
}

/* ---- stopping ---------------------------------------------------------------------------------------------------- */

/* Epochs of a cycle of a schedule that starts anew; 0: it does not, or not in a known time. */
static double cycle_of(const Checker *checker) {
    const LrtSchedule *schedule = &checker->model->schedule;
    double warmup = share_of_budget(checker, schedule->warmup), epochs = (double)checker->model->train.epochs;
    if (warmup < 0) return 0;
    if (schedule->kind == LRT_SCHEDULE_COSINE && schedule->restarts > 0)
        return (1 - warmup) * epochs / (double)(schedule->restarts + 1);
    if (schedule->kind == LRT_SCHEDULE_CYCLIC) return fmax(0, share_of_budget(checker, schedule->every) * epochs);
    return 0;
}

/* A schedule that starts anew lets the loss rise; patience that is shorter than a cycle takes that for the end. */
static void check_cycle(Checker *checker, Span span, const LrtStop *stop) {
    double cycle = cycle_of(checker);
    if ((double)stop->patience >= cycle) return;
    Diagnostic *d = diag_report(checker->session, DIAG_PATIENCE_CONFLICT, span,
                                "a patience of %lld epochs ends before a cycle of the learning rate does",
                                (long long)stop->patience);
    diag_label(d, checker->learning_rate, "a cycle takes %s epochs", number(checker, round(10 * cycle) / 10));
    diag_why(d, "the loss rises at each restart and gets better only towards the end of the cycle");
    diag_advice(d, "`patience: %s`", number(checker, ceil(cycle)));
}

/* Both wait for the same figure: the one that waits longer never acts, or acts together with the end. */
static void check_plateau_patience(Checker *checker, Span span, const LrtStop *stop) {
    const LrtSchedule *schedule = &checker->model->schedule;
    if (schedule->kind != LRT_SCHEDULE_ON_PLATEAU || stop->patience > schedule->patience ||
        stop->monitor.part != schedule->monitor.part || stop->monitor.metric != schedule->monitor.metric)
        return;
    Diagnostic *d = diag_report(checker->session, DIAG_PATIENCE_CONFLICT, span,
                                "a patience of %lld epochs ends the training before the rate has dropped",
                                (long long)stop->patience);
    diag_label(d, checker->learning_rate, "drops after %lld epochs without progress", (long long)schedule->patience);
    diag_why(d, "both watch the same figure, and this rule loses patience first");
    const char *patience = arena_printf(checker->arena, "%lld", (long long)(3 * schedule->patience));
    if (3 * schedule->patience < checker->model->train.epochs && !span_is_none(span))
        diag_advice(d, "`patience: %s`, three times that of the schedule", patience);
    else
        diag_advice(d, "a patience of the schedule below a third of this one");
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
    } else {
        check_cycle(checker, span, stop);
        check_plateau_patience(checker, span, stop);
    }
    if (stop->restore_best) return;
    Diagnostic *d =
        diag_report(checker->session, DIAG_NO_RESTORE_BEST, restore->span, "the last weights are kept, not the best");
    diag_why(d, "when patience runs out, the weights have grown worse for %lld epochs", (long long)stop->patience);
    diag_fix(d, true, restore->span, "best", "restore: best");
}

void lint_schedule(Checker *checker) {
    check_warmup(checker);
    check_decay(checker);
    for (int64_t i = 0; i < checker->model->stops.count; i++)
        if (checker->model->stops.items[i].kind == LRT_STOP_EARLY)
            check_early(checker, checker->stop_calls.items[i], &checker->model->stops.items[i]);
}
