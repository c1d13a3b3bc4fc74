/* Schedules as pure functions of the step (LANGUAGE.md, "Definitions where frameworks differ"). */
#include "train/schedule.h"

#include <math.h>

#include "lrt/real_math.h"

static const double PI = 3.14159265358979323846;

static double in_steps(LrtDuration duration, int64_t steps_per_epoch) {
    return duration.unit == LRT_UNIT_EPOCHS ? duration.count * (double)steps_per_epoch : duration.count;
}

/* Half a cosine from `from` at 0 to `to` at the end; `restarts` times it begins anew, in runs of equal length. */
static double cosine(const LrtSchedule *schedule, double step, double total) {
    double length = total / (double)(schedule->restarts + 1);
    if (length <= 0 || step >= total) {
        return schedule->to;
    }
    double phase = step - floor(step / length) * length;
    return schedule->to + (schedule->from - schedule->to) * (1 + lrt_cos(PI * phase / length)) / 2;
}

static double step_down(const LrtSchedule *schedule, double step, double every) {
    double falls = every > 0 ? floor(step / every) : 0;
    return schedule->from * lrt_pow(schedule->factor, falls);
}

/* Half a cosine from a at share 0 to b at share 1. */
static double anneal(double a, double b, double share) { return b + (a - b) * (1 + lrt_cos(PI * share)) / 2; }

/* PyTorch's OneCycleLR: up to the step pct · T - 1, down to the step T - 1, each a real number. */
static double one_cycle(const LrtSchedule *schedule, double step, double total) {
    static const double FINAL_DIVISOR = 1e4;
    double top = schedule->power * total - 1, last = total - 1;
    if (step <= top) {
        return top > 0 ? anneal(schedule->from, schedule->to, step / top) : schedule->to;
    }
    double share = last > top ? (step - top) / (last - top) : 1;
    return anneal(schedule->to, schedule->from / FINAL_DIVISOR, share < 1 ? share : 1);
}

static double cyclic(const LrtSchedule *schedule, double step, double every) {
    double share = step / every - floor(step / every);
    return schedule->from + (schedule->to - schedule->from) * (1 - fabs(2 * share - 1));
}

static double left(double step, double total) { return step < total ? 1 - step / total : 0; }

static double piecewise(const LrtSchedule *schedule, double step, int64_t steps_per_epoch) {
    double rate = schedule->from;
    for (int64_t i = 0; i < schedule->piece_count; i++) {
        if (step >= in_steps(schedule->pieces[i].begin, steps_per_epoch)) {
            rate = schedule->pieces[i].rate;
        }
    }
    return rate;
}

double schedule_learning_rate(const LrtSchedule *schedule, int64_t step, int64_t steps_per_epoch, int64_t total) {
    double warmup = in_steps(schedule->warmup, steps_per_epoch);
    if ((double)step < warmup) {
        double share = (double)(step + 1) / warmup;
        return schedule->from * (share < 1 ? share : 1);
    }
    double since = (double)step - warmup, length = (double)total - warmup;
    double every = in_steps(schedule->every, steps_per_epoch);
    switch (schedule->kind) {
    case LRT_SCHEDULE_COSINE:
        return cosine(schedule, since, length);
    case LRT_SCHEDULE_STEP:
        return step_down(schedule, since, every);
    case LRT_SCHEDULE_EXPONENTIAL:
        return schedule->from * lrt_pow(schedule->factor, since / every);
    case LRT_SCHEDULE_ONE_CYCLE:
        return one_cycle(schedule, since, length);
    case LRT_SCHEDULE_LINEAR:
        return schedule->to + (schedule->from - schedule->to) * left(since, length);
    case LRT_SCHEDULE_POLYNOMIAL:
        return schedule->to + (schedule->from - schedule->to) * lrt_pow(left(since, length), schedule->power);
    case LRT_SCHEDULE_INVERSE_SQRT:
        return schedule->from * sqrt((warmup > 1 ? warmup : 1) / (double)(step + 1));
    case LRT_SCHEDULE_CYCLIC:
        return cyclic(schedule, since, every);
    case LRT_SCHEDULE_PIECEWISE:
        return piecewise(schedule, since, steps_per_epoch);
    case LRT_SCHEDULE_CONSTANT:
    case LRT_SCHEDULE_ON_PLATEAU: /* falls by what the monitor does: train/rules.c */
        break;
    }
    return schedule->from;
}
