/* Learning rates at steps worked out by hand from the definitions of LANGUAGE.md. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "train/schedule.h"

enum { STEPS_PER_EPOCH = 10, TOTAL = 100 };

static void check(const LrtSchedule *schedule, int64_t step, double expected) {
    double rate = schedule_learning_rate(schedule, step, STEPS_PER_EPOCH, TOTAL);
    if (!(fabs(rate - expected) <= 1e-14)) fail_msg("step %d: %.17g is not %.17g", (int)step, rate, expected);
}

static void test_constant(void **state) {
    (void)state;
    LrtSchedule schedule = {.kind = LRT_SCHEDULE_CONSTANT, .from = 0.3};
    check(&schedule, 0, 0.3);
    check(&schedule, 99, 0.3);
    schedule.warmup = (LrtDuration){.count = 4, .unit = LRT_UNIT_STEPS};
    check(&schedule, 0, 0.3 / 4); /* from * (t + 1) / W */
    check(&schedule, 2, 0.3 * 3 / 4);
    check(&schedule, 3, 0.3);
    check(&schedule, 4, 0.3);
    schedule.warmup = (LrtDuration){.count = 2, .unit = LRT_UNIT_EPOCHS};
    check(&schedule, 4, 0.3 * 5 / 20);
    check(&schedule, 20, 0.3);
    schedule.warmup = (LrtDuration){.count = 0.25, .unit = LRT_UNIT_EPOCHS}; /* 2.5 steps */
    check(&schedule, 1, 0.3 * 2 / 2.5);
    check(&schedule, 2, 0.3);
}

static void test_step(void **state) {
    (void)state;
    LrtSchedule schedule = {
        .kind = LRT_SCHEDULE_STEP, .from = 1, .factor = 0.5, .every = {.count = 3, .unit = LRT_UNIT_EPOCHS}};
    check(&schedule, 0, 1);
    check(&schedule, 29, 1);
    check(&schedule, 30, 0.5);
    check(&schedule, 60, 0.25);
    check(&schedule, 99, 0.125);
    schedule.warmup = (LrtDuration){.count = 10, .unit = LRT_UNIT_STEPS}; /* the schedule runs behind it */
    check(&schedule, 39, 1);
    check(&schedule, 40, 0.5);
}

static void test_cosine(void **state) {
    (void)state;
    LrtSchedule schedule = {.kind = LRT_SCHEDULE_COSINE, .from = 1, .to = 0.2};
    check(&schedule, 0, 1);
    check(&schedule, 25, 0.2 + 0.8 * (1 + sqrt(0.5)) / 2);
    check(&schedule, 50, 0.6);
    check(&schedule, 75, 0.2 + 0.8 * (1 - sqrt(0.5)) / 2);
    check(&schedule, 100, 0.2); /* `to` is reached at t = T */
    check(&schedule, 1000, 0.2);
    schedule.restarts = 1;
    check(&schedule, 25, 0.6);
    check(&schedule, 50, 1);
    check(&schedule, 75, 0.6);
    schedule.restarts = 0;
    schedule.warmup = (LrtDuration){.count = 2, .unit = LRT_UNIT_EPOCHS};
    check(&schedule, 9, 0.5);
    check(&schedule, 20, 1); /* over T - W */
    check(&schedule, 60, 0.6);
    schedule.warmup.count = 10; /* nothing but warm-up */
    check(&schedule, 99, 1);
    check(&schedule, 100, 0.2);
}

/* torch.optim.lr_scheduler.OneCycleLR(max_lr=0.5, total_steps=100), whose default up to 30 % is ours. */
static void test_one_cycle(void **state) {
    (void)state;
    LrtSchedule schedule = {.kind = LRT_SCHEDULE_ONE_CYCLE, .from = 0.02, .to = 0.5, .power = 0.3};
    check(&schedule, 0, 0.02);
    check(&schedule, 10, 0.14758197423205038);
    check(&schedule, 29, 0.5);
    check(&schedule, 30, 0.49974826764226216);
    check(&schedule, 64, 0.250001);
    check(&schedule, 99, 2e-06);
    check(&schedule, 120, 2e-06);
}

/* CyclicLR(0.1, 0.5, step_size_up=10); `every` is the whole triangle. */
static void test_cyclic(void **state) {
    (void)state;
    LrtSchedule schedule = {.kind = LRT_SCHEDULE_CYCLIC, .from = 0.1, .to = 0.5, .every = {.count = 20}};
    check(&schedule, 0, 0.1);
    check(&schedule, 5, 0.3);
    check(&schedule, 10, 0.5);
    check(&schedule, 13, 0.38);
    check(&schedule, 20, 0.1);
    check(&schedule, 27, 0.38);
}

static void test_falling(void **state) {
    (void)state;
    LrtSchedule schedule = {.kind = LRT_SCHEDULE_LINEAR, .from = 1, .to = 0.2};
    check(&schedule, 0, 1);
    check(&schedule, 25, 0.8);
    check(&schedule, 100, 0.2);
    check(&schedule, 500, 0.2);
    schedule = (LrtSchedule){.kind = LRT_SCHEDULE_POLYNOMIAL, .from = 1, .to = 0, .power = 2};
    check(&schedule, 25, 0.5625); /* PolynomialLR(total_iters=100, power=2) */
    check(&schedule, 99, 1e-4);
    schedule.warmup = (LrtDuration){.count = 1, .unit = LRT_UNIT_EPOCHS};
    check(&schedule, 4, 0.5);
    check(&schedule, 55, 0.25);
    schedule = (LrtSchedule){.kind = LRT_SCHEDULE_EXPONENTIAL, .from = 2, .factor = 0.25,
                             .every = {.count = 2, .unit = LRT_UNIT_EPOCHS}};
    check(&schedule, 0, 2);
    check(&schedule, 10, 1); /* half of `every` */
    check(&schedule, 40, 2.0 / 16);
    schedule = (LrtSchedule){.kind = LRT_SCHEDULE_INVERSE_SQRT, .from = 1};
    check(&schedule, 0, 1);
    check(&schedule, 3, 0.5);
    schedule.warmup = (LrtDuration){.count = 4, .unit = LRT_UNIT_STEPS};
    check(&schedule, 1, 0.5);
    check(&schedule, 3, 1);
    check(&schedule, 15, 0.5);
}

static void test_piecewise(void **state) {
    (void)state;
    static const LrtRatePiece pieces[] = {{{0, LRT_UNIT_STEPS}, 1}, {{5, LRT_UNIT_STEPS}, 0.5}, {{2, LRT_UNIT_EPOCHS}, 0.1}};
    LrtSchedule schedule = {.kind = LRT_SCHEDULE_PIECEWISE, .from = 1, .pieces = pieces, .piece_count = 3};
    check(&schedule, 0, 1);
    check(&schedule, 4, 1);
    check(&schedule, 5, 0.5);
    check(&schedule, 19, 0.5);
    check(&schedule, 20, 0.1);
    schedule.warmup = (LrtDuration){.count = 10, .unit = LRT_UNIT_STEPS}; /* times count from its end */
    check(&schedule, 14, 1);
    check(&schedule, 15, 0.5);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_constant),  cmocka_unit_test(test_step),
                                       cmocka_unit_test(test_cosine),    cmocka_unit_test(test_one_cycle),
                                       cmocka_unit_test(test_cyclic),    cmocka_unit_test(test_falling),
                                       cmocka_unit_test(test_piecewise)};
    return cmocka_run_group_tests_name("schedule", tests, NULL, NULL);
}
