/* A rule sees one value an epoch. Missing values (an undefined metric) are no improvement, and reach nothing. */
#include "train/rules.h"

#include <math.h>
#include <stdlib.h>

bool rules_init(Rules *rules, const LrtProgram *program, LrtError *error) {
    *rules = (Rules){.program = program,
                     .stops = calloc((size_t)program->stop_count + 1, sizeof *rules->stops),
                     .lowest_loss = (double)NAN,
                     .plateau = {.best = (double)NAN},
                     .rate_factor = 1};
    if (!rules->stops) {
        return lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for the rules of the training");
    }
    for (int64_t i = 0; i < program->stop_count; i++) {
        rules->stops[i].best = (double)NAN;
    }
    return true;
}

void rules_free(Rules *rules) {
    free(rules->stops);
    *rules = (Rules){0};
}

bool rules_improves(double value, double best, double margin, bool higher_is_better) {
    return !isnan(value) && (isnan(best) || (higher_is_better ? value - best > margin : best - value > margin));
}

bool rules_monitored(const LrtProgram *program, LrtMonitor monitor, const Evaluation *train, const Evaluation *validation,
                     double *out_value, bool *out_higher) {
    const Evaluation *evaluation = monitor.part == LRT_PART_VALIDATION ? validation : train;
    *out_value = evaluation->metrics[monitor.metric];
    *out_higher = lrt_metric_higher_is_better(program->metrics[monitor.metric].kind);
    return evaluation->rows > 0;
}

static bool ends_early(const LrtStop *stop, Watch *watch, double value, bool higher) {
    if (rules_improves(value, watch->best, stop->min_delta, higher)) {
        *watch = (Watch){.best = value};
        return false;
    }
    return ++watch->epochs_since >= stop->patience;
}

static bool is_reached(const LrtStop *stop, double value) {
    switch (stop->comparison) {
    case LRT_ABOVE:
        return value > stop->limit;
    case LRT_AT_LEAST:
        return value >= stop->limit;
    case LRT_BELOW:
        return value < stop->limit;
    case LRT_AT_MOST:
        return value <= stop->limit;
    }
    return false;
}

/* A loss below 0 has no multiple that would be worse. */
static bool has_diverged(const LrtStop *stop, double lowest, double loss) { return lowest > 0 && loss > stop->limit * lowest; }

static bool ends(Rules *rules, int64_t number, const Evaluation *train, const Evaluation *validation) {
    const LrtStop *stop = &rules->program->stops[number];
    double value;
    bool higher;
    switch (stop->kind) {
    case LRT_STOP_EARLY:
        return rules_monitored(rules->program, stop->monitor, train, validation, &value, &higher) &&
               ends_early(stop, &rules->stops[number], value, higher);
    case LRT_STOP_REACHED:
        return rules_monitored(rules->program, stop->monitor, train, validation, &value, &higher) && is_reached(stop, value);
    case LRT_STOP_DIVERGED:
        return has_diverged(stop, rules->lowest_loss, train->loss);
    case LRT_STOP_TIME_LIMIT:
    case LRT_STOP_MAX_STEPS:
        break; /* the training looks at these after each step */
    }
    return false;
}

/* PyTorch's ReduceLROnPlateau: the best must be beaten by 1e-4 of it, and more than `patience` epochs without that lower the
 * rate. */
static void watch_plateau(Rules *rules, const Evaluation *train, const Evaluation *validation) {
    static const double THRESHOLD = 1e-4;
    const LrtSchedule *schedule = &rules->program->schedule;
    Watch *watch = &rules->plateau;
    double value;
    bool higher;
    if (schedule->kind != LRT_SCHEDULE_ON_PLATEAU ||
        !rules_monitored(rules->program, schedule->monitor, train, validation, &value, &higher)) {
        return;
    }
    double bound = watch->best * (higher ? 1 + THRESHOLD : 1 - THRESHOLD);
    if (rules_improves(value, bound, 0, higher)) {
        *watch = (Watch){.best = value};
    } else if (++watch->epochs_since > schedule->patience) {
        rules->rate_factor *= schedule->factor;
        watch->epochs_since = 0;
    }
}

const LrtStop *rules_watch(Rules *rules, const Evaluation *train, const Evaluation *validation) {
    const LrtStop *ended = NULL;
    for (int64_t i = 0; i < rules->program->stop_count; i++) {
        if (ends(rules, i, train, validation) && !ended) {
            ended = &rules->program->stops[i];
        }
    }
    watch_plateau(rules, train, validation);
    if (rules_improves(train->loss, rules->lowest_loss, 0, false)) {
        rules->lowest_loss = train->loss;
    }
    return ended;
}
