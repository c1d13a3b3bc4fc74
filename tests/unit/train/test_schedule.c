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

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_constant), cmocka_unit_test(test_step),
                                       cmocka_unit_test(test_cosine)};
    return cmocka_run_group_tests_name("schedule", tests, NULL, NULL);
}
