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

double schedule_learning_rate(const LrtSchedule *schedule, int64_t step, int64_t steps_per_epoch, int64_t total) {
    double warmup = in_steps(schedule->warmup, steps_per_epoch);
    if ((double)step < warmup) {
        double share = (double)(step + 1) / warmup;
        return schedule->from * (share < 1 ? share : 1);
    }
    double since = (double)step - warmup;
    switch (schedule->kind) {
    case LRT_SCHEDULE_COSINE:
        return cosine(schedule, since, (double)total - warmup);
    case LRT_SCHEDULE_STEP:
        return step_down(schedule, since, in_steps(schedule->every, steps_per_epoch));
    case LRT_SCHEDULE_CONSTANT:
    case LRT_SCHEDULE_EXPONENTIAL:
    case LRT_SCHEDULE_ONE_CYCLE:
    case LRT_SCHEDULE_LINEAR:
    case LRT_SCHEDULE_POLYNOMIAL:
    case LRT_SCHEDULE_INVERSE_SQRT:
    case LRT_SCHEDULE_ON_PLATEAU:
    case LRT_SCHEDULE_CYCLIC:
    case LRT_SCHEDULE_PIECEWISE:
        break; /* the compiler refuses what is not built */
    }
    return schedule->from;
}
