/* Rules at the ends of epochs: what ends a run, and what on_plateau makes of the rate (PyTorch's ReduceLROnPlateau). */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "train/rules.h"

static const LrtMetric metrics[] = {{.kind = LRT_METRIC_LOSS, .target = -1, .name = "loss"},
                                    {.kind = LRT_METRIC_ACCURACY, .name = "accuracy"}};
static const LrtMonitor accuracy = {.part = LRT_PART_VALIDATION, .metric = 1};

static LrtProgram program_of(const LrtStop *stops, int64_t count) {
    return (LrtProgram){.stops = stops, .stop_count = count, .metrics = metrics, .metric_count = 2};
}

/* An epoch in which both parts have this loss and the validation part this accuracy. */
static const LrtStop *epoch(Rules *rules, double loss, double share) {
    double values[] = {loss, share};
    const Evaluation train = {.rows = 1, .loss = loss, .metrics = values}, validation = train;
    return rules_watch(rules, &train, &validation);
}

static void test_early(void **state) {
    (void)state;
    const LrtStop stop = {.kind = LRT_STOP_EARLY, .monitor = accuracy, .patience = 2, .min_delta = 0.01};
    LrtProgram program = program_of(&stop, 1);
    Rules rules;
    assert_true(rules_init(&rules, &program, NULL));
    assert_null(epoch(&rules, 1, 0.5));
    assert_null(epoch(&rules, 1, 0.505)); /* less than min_delta */
    assert_null(epoch(&rules, 1, 0.52));
    assert_null(epoch(&rules, 1, (double)NAN));
    assert_ptr_equal(epoch(&rules, 1, 0.52), &stop);
    rules_free(&rules);
}

static void test_reached(void **state) {
    (void)state;
    static const LrtComparison comparisons[] = {LRT_ABOVE, LRT_AT_LEAST, LRT_BELOW, LRT_AT_MOST};
    static const bool reached[][3] = {{0, 0, 1}, {0, 1, 1}, {1, 0, 0}, {1, 1, 0}}; /* at 0.8, 0.9, 1 */
    for (int i = 0; i < 4; i++) {
        const LrtStop stop = {.kind = LRT_STOP_REACHED, .monitor = accuracy, .comparison = comparisons[i], .limit = 0.9};
        LrtProgram program = program_of(&stop, 1);
        Rules rules;
        assert_true(rules_init(&rules, &program, NULL));
        const double values[] = {0.8, 0.9, 1};
        for (int k = 0; k < 3; k++) assert_true((epoch(&rules, 1, values[k]) != NULL) == reached[i][k]);
        assert_null(epoch(&rules, 1, (double)NAN));
        rules_free(&rules);
    }
}

static void test_diverged(void **state) {
    (void)state;
    const LrtStop stop = {.kind = LRT_STOP_DIVERGED, .limit = 3};
    LrtProgram program = program_of(&stop, 1);
    Rules rules;
    assert_true(rules_init(&rules, &program, NULL));
    assert_null(epoch(&rules, 9, 0));
    assert_null(epoch(&rules, 2, 0));
    assert_null(epoch(&rules, 6, 0));
    assert_ptr_equal(epoch(&rules, 6.1, 0), &stop);
    assert_null(epoch(&rules, -1, 0)); /* a likelihood below 0 has no multiple */
    assert_null(epoch(&rules, 100, 0));
    rules_free(&rules);
}

/* torch.optim.lr_scheduler.ReduceLROnPlateau(factor=0.5, patience=2) on these losses. */
static void test_plateau(void **state) {
    (void)state;
    static const double losses[] = {1, 0.99999, 1, 1, 1, 0.5, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6};
    static const double factors[] = {1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125};
    LrtProgram program = program_of(NULL, 0);
    program.schedule = (LrtSchedule){
        .kind = LRT_SCHEDULE_ON_PLATEAU, .factor = 0.5, .patience = 2, .monitor = {.part = LRT_PART_VALIDATION}};
    Rules rules;
    assert_true(rules_init(&rules, &program, NULL));
    for (size_t i = 0; i < sizeof losses / sizeof *losses; i++) {
        epoch(&rules, losses[i], 0);
        if (rules.rate_factor != factors[i]) fail_msg("epoch %zu: %g, not %g", i, rules.rate_factor, factors[i]);
    }
    rules_free(&rules);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_early), cmocka_unit_test(test_reached),
                                       cmocka_unit_test(test_diverged), cmocka_unit_test(test_plateau)};
    return cmocka_run_group_tests_name("rules", tests, NULL, NULL);
}
