/* The yardstick on columns small enough to work out by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "diagnose/constant_loss.h"

enum { ROWS = 4 };
static const int64_t rows[ROWS] = {0, 1, 2, 3};

static ConstantLoss measure(const char *loss, double number, double smoothing, const float *values, const int32_t *labels, int64_t levels) {
    float ones[ROWS] = {1, 1, 1, 1}, *weights[] = {ones};
    LrtTarget target = {.is_class = labels != NULL, .level_count = levels};
    LrtOutput output = {.loss_weight = 1, .loss = loss, .loss_numbers = &number, .loss_number_count = 1, .label_smoothing = smoothing};
    LrtProgram program = {.outputs = &output, .output_count = 1};
    program.data.targets = &target;
    program.data.target_count = 1;
    LrtDataset dataset = {.targets = (float *)(uintptr_t)values, .target_width = 1, .labels = (int32_t *)(uintptr_t)labels, .label_width = 1};
    const LossRows all = {rows, ROWS, weights};
    return constant_loss(&program, &dataset, &all, &all);
}

static void close_to(double value, double expected) {
    if (!(fabs(value - expected) <= 1e-6 * (1 + fabs(expected)))) fail_msg("%.9g is not %.9g", value, expected);
}

static const float numbers[ROWS] = {1, 2, 3, 10};
static const int32_t two[ROWS] = {0, 0, 0, 1};
static const int32_t three[ROWS] = {0, 1, 2, 2};

static void test_numbers(void **state) {
    (void)state;
    close_to(measure("mse", 0, 0, numbers, NULL, 0).own, 12.5);         /* variance about 4 */
    close_to(measure("mae", 0, 0, numbers, NULL, 0).own, 2.5);          /* about any median */
    close_to(measure("quantile", 0.5, 0, numbers, NULL, 0).own, 1.25);
    close_to(measure("huber", 100, 0, numbers, NULL, 0).own, 6.25);     /* half a square */
    close_to(measure("mape", 0, 0, numbers, NULL, 0).own, 0.5166666667); /* at 1: (0 + 1/2 + 2/3 + 9/10) / 4 */
    ConstantLoss poisson = measure("poisson", 0, 0, numbers, NULL, 0);
    double perfect = 0;
    for (int i = 0; i < ROWS; i++) perfect += ((double)numbers[i] - (double)numbers[i] * log((double)numbers[i])) / 4;
    close_to(poisson.floor, perfect);
    close_to(poisson.own + poisson.floor, 4 - 4 * log(4));              /* at the mean */
    close_to(measure("gamma", 0, 0, numbers, NULL, 0).own + measure("gamma", 0, 0, numbers, NULL, 0).floor, log(4) + 1);
    ConstantLoss normal = measure("gaussian_nll", 0, 0, numbers, NULL, 0);
    close_to(normal.own, 1);
    close_to(normal.own + normal.floor, (log(12.5) + 1) / 2);
    close_to(normal.other, normal.own);
    assert_true(isnan(measure("sharpe", 0, 0, numbers, NULL, 0).own));
}

static void test_classes(void **state) {
    (void)state;
    double entropy = -0.75 * log(0.75) - 0.25 * log(0.25), third = -0.5 * log(0.25) - 0.5 * log(0.5);
    close_to(measure("cross_entropy", 0, 0, NULL, two, 2).own, entropy);
    close_to(measure("cross_entropy", 0, 0, NULL, three, 3).own, third);
    close_to(measure("focal", 0, 0, NULL, two, 2).own, entropy);         /* gamma 0 is cross entropy */
    assert_true(fabs(measure("focal", 0, 0, NULL, three, 3).own - third) < 1e-3);
    assert_true(measure("focal", 2, 0, NULL, two, 2).own < entropy);
    close_to(measure("hinge", 0, 0, NULL, two, 2).own, 0.5);             /* at -1: three rows right, one off by 2 */
    close_to(measure("squared_hinge", 0, 0, NULL, two, 2).own, 0.75);    /* at -1/2 */
    /* questions above 0 and above 1: shares 3/4 and 1/2 */
    close_to(measure("ordinal_cross_entropy", 0, 0, NULL, three, 3).own, entropy + log(2));
    ConstantLoss smooth = measure("cross_entropy", 0, 0.2, NULL, two, 2);
    close_to(smooth.floor, -0.9 * log(0.9) - 0.1 * log(0.1));
    close_to(smooth.own + smooth.floor, -0.7 * log(0.7) - 0.3 * log(0.3));
    close_to(measure("kl_divergence", 0, 0.2, NULL, two, 2).own, smooth.own);
    close_to(measure("kl_divergence", 0, 0.2, NULL, two, 2).floor, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_numbers), cmocka_unit_test(test_classes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
