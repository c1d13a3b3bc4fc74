/* Means of weights and the way back, on one weight and one running statistic. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "train/averages.h"

enum { BLOCK = 64, FLOATS = BLOCK / 4 };

static const LrtParameter parameters[] = {{.name = "w", .rows = 1, .columns = 1, .stride = FLOATS, .offset = 0, .trainable = true},
                                          {.name = "s", .rows = 1, .columns = 1, .stride = FLOATS, .offset = BLOCK}};

typedef struct Bench {
    LrtProgram program;
    Machine machine;
    Averages averages;
    _Alignas(64) unsigned char arena[2 * BLOCK];
} Bench;

static void start(Bench *bench, const LrtWeightStep *steps, int64_t count) {
    *bench = (Bench){.program = {.parameters = parameters, .parameter_count = 2, .weight_steps = steps, .weight_step_count = count}};
    bench->machine = (Machine){.program = &bench->program, .arena = bench->arena, .threads = 1};
    assert_true(averages_init(&bench->averages, &bench->machine, NULL));
}

static float *weight(Bench *bench) { return machine_parameter(&bench->machine, 0); }
static float *statistic(Bench *bench) { return machine_parameter(&bench->machine, 1); }

static void update(Bench *bench, float value) {
    *weight(bench) = *statistic(bench) = value;
    averages_after_update(&bench->averages);
}

static void test_ema(void **state) {
    (void)state;
    const LrtWeightStep step = {.kind = LRT_WEIGHT_STEP_EMA, .share = 0.75};
    Bench bench;
    start(&bench, &step, 1);
    averages_swap(&bench.averages); /* nothing yet */
    update(&bench, 8);              /* the first weights are the mean */
    update(&bench, 16);
    update(&bench, 4);
    averages_swap(&bench.averages);
    assert_true(*weight(&bench) == 8.5f && *statistic(&bench) == 8.5f);
    averages_swap(&bench.averages);
    assert_true(*weight(&bench) == 4.0f);
    averages_free(&bench.averages);
}

static void test_swa(void **state) {
    (void)state;
    const LrtWeightStep step = {.kind = LRT_WEIGHT_STEP_SWA, .start = {.count = 2, .unit = LRT_UNIT_EPOCHS}};
    Bench bench;
    start(&bench, &step, 1);
    const float values[] = {100, 3, 6, 0};
    for (int64_t epoch = 1; epoch <= 4; epoch++) {
        update(&bench, values[epoch - 1]);
        averages_after_epoch(&bench.averages, 10 * epoch, 10);
    }
    averages_swap(&bench.averages);
    assert_true(*weight(&bench) == 3.0f); /* of 3, 6 and 0 */
    averages_free(&bench.averages);
}

static void test_lookahead(void **state) {
    (void)state;
    const LrtWeightStep step = {.kind = LRT_WEIGHT_STEP_LOOKAHEAD, .share = 0.25, .every = 2};
    Bench bench;
    start(&bench, &step, 1);
    *weight(&bench) = 4;
    averages_begin(&bench.averages);
    update(&bench, 100);
    assert_true(*weight(&bench) == 100.0f);
    update(&bench, 8);
    assert_true(*weight(&bench) == 5.0f && *statistic(&bench) == 8.0f); /* 4 + (8 - 4) / 4 */
    update(&bench, 100);
    update(&bench, 1);
    assert_true(*weight(&bench) == 4.0f);
    averages_swap(&bench.averages); /* no mean */
    assert_true(*weight(&bench) == 4.0f);
    averages_free(&bench.averages);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_ema), cmocka_unit_test(test_swa), cmocka_unit_test(test_lookahead)};
    return cmocka_run_group_tests_name("averages", tests, NULL, NULL);
}
