/* Initial weights have the deviation their rule says, do not depend on the layout or on other layers, and orthogonal
 * ones are orthogonal. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "lrt/random.h"
#include "train/machine.h"

enum { ROWS = 200, COLUMNS = 150, STRIDE = 160 };

static LrtParameter kernel(LrtInitKind init, double value) {
    return (LrtParameter){.name = "dense_1.weight",
                          .rank = 2,
                          .dims = {ROWS, COLUMNS},
                          .rows = ROWS,
                          .columns = COLUMNS,
                          .stride = STRIDE,
                          .init = init,
                          .init_value = value,
                          .fan_in = COLUMNS,
                          .fan_out = ROWS};
}

/* The weights of one parameter, in the order of the file. */
static double *draw(LrtParameter parameter, uint64_t seed) {
    LrtProgram program = {.parameters = &parameter, .parameter_count = 1, .arena_bytes = ROWS * STRIDE * 4};
    Machine machine;
    LrtError error = {0};
    assert_true(machine_init(&machine, &program, 1, &error));
    assert_true(machine_init_parameters(&machine, seed, &error));
    const float *values = machine_parameter(&machine, 0);
    int64_t height = parameter.dims[0], width = parameter.rows * parameter.columns / height;
    double *out = malloc((size_t)(height * width) * sizeof *out);
    assert_non_null(out);
    for (int64_t i = 0; i < height; i++)
        for (int64_t k = 0; k < width; k++)
            out[i * width + k] =
                (double)(parameter.transposed ? values[k * parameter.stride + i] : values[i * parameter.stride + k]);
    for (int64_t row = 0; row < parameter.rows; row++)
        for (int64_t k = parameter.columns; k < parameter.stride; k++)
            assert_true(values[row * parameter.stride + k] == 0);
    machine_free(&machine);
    return out;
}

static void test_deviations(void **state) {
    (void)state;
    static const struct {
        LrtInitKind init;
        double value, deviation, limit; /* limit: of a uniform distribution, or 0 */
    } cases[] = {
        {LRT_INIT_NORMAL, 0.02, 0.02, 0},
        {LRT_INIT_UNIFORM, 0.3, 0.17320508075688773, 0.3},
        {LRT_INIT_HE_NORMAL, 0, 0.11547005383792516, 0},     /* sqrt(2 / 150) */
        {LRT_INIT_HE_UNIFORM, 0, 0.11547005383792516, 0.2},  /* sqrt(6 / 150) */
        {LRT_INIT_GLOROT_NORMAL, 0, 0.07559289460184544, 0}, /* sqrt(2 / 350) */
        {LRT_INIT_GLOROT_UNIFORM, 0, 0.07559289460184544, 0.13093073414159542},
        {LRT_INIT_LECUN_NORMAL, 0, 0.08164965809277261, 0}, /* sqrt(1 / 150) */
    };
    const double count = ROWS * COLUMNS;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double *values = draw(kernel(cases[i].init, cases[i].value), 1), sum = 0, square = 0, most = 0;
        for (int64_t k = 0; k < ROWS * COLUMNS; k++) {
            sum += values[k];
            square += values[k] * values[k];
            most = fabs(values[k]) > most ? fabs(values[k]) : most;
        }
        double deviation = sqrt(square / count);
        assert_true(fabs(sum / count) < 5 * cases[i].deviation / sqrt(count));
        assert_true(fabs(deviation / cases[i].deviation - 1) < 5 / sqrt(2 * count));
        if (cases[i].limit > 0)
            assert_true(most <= cases[i].limit * (1 + 1e-6) && most > cases[i].limit * 0.999);
        else
            assert_true(most > 3.5 * cases[i].deviation);
        free(values);
    }
}

static void test_constants(void **state) {
    (void)state;
    double *values = draw(kernel(LRT_INIT_CONSTANT, 0.25), 1);
    for (int64_t k = 0; k < ROWS * COLUMNS; k++) assert_true(values[k] == 0.25);
    free(values);
    values = draw(kernel(LRT_INIT_ZEROS, 0.25), 1);
    for (int64_t k = 0; k < ROWS * COLUMNS; k++) assert_true(values[k] == 0);
    free(values);
}

static void test_layout_does_not_matter(void **state) {
    (void)state;
    LrtParameter plain = kernel(LRT_INIT_HE_NORMAL, 0), turned = plain;
    turned.rows = COLUMNS;
    turned.columns = ROWS;
    turned.stride = ROWS;
    turned.transposed = true;
    double *a = draw(plain, 1), *b = draw(turned, 1), *c = draw(plain, 2);
    assert_memory_equal(a, b, ROWS * COLUMNS * sizeof *a);
    assert_memory_not_equal(a, c, ROWS * COLUMNS * sizeof *a);
    free(a);
    free(b);
    turned = plain;
    turned.name = "dense_2.weight";
    b = draw(turned, 2);
    assert_memory_not_equal(b, c, ROWS * COLUMNS * sizeof *b);
    free(b);
    free(c);
}

static void test_orthogonal(void **state) {
    (void)state;
    for (int tall = 0; tall < 2; tall++) {
        LrtParameter parameter = kernel(LRT_INIT_ORTHOGONAL, 0);
        int64_t height = tall ? 40 : 24, width = tall ? 24 : 40, count = 24, length = 40;
        parameter.dims[0] = parameter.rows = height;
        parameter.dims[1] = parameter.columns = width;
        double *values = draw(parameter, 3);
        for (int64_t a = 0; a < count; a++)
            for (int64_t b = 0; b < count; b++) {
                double product = 0;
                for (int64_t i = 0; i < length; i++)
                    product += tall ? values[i * width + a] * values[i * width + b]
                                    : values[a * width + i] * values[b * width + i];
                assert_true(fabs(product - (a == b)) < 1e-6);
            }
        free(values);
    }
}

/* Pinned: a change of these changes every run of every user. */
static void test_pinned(void **state) {
    (void)state;
    double *values = draw(kernel(LRT_INIT_HE_UNIFORM, 0), 42);
    LrtRandom random = lrt_random_stream(42, "init dense_1.weight", 0);
    for (int i = 0; i < 10; i++)
        assert_true(values[i] == (double)(float)(sqrt(6.0 / 150) * (2 * lrt_random_uniform(&random) - 1)));
    free(values);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_deviations),
        cmocka_unit_test(test_constants),
        cmocka_unit_test(test_layout_does_not_matter),
        cmocka_unit_test(test_orthogonal),
        cmocka_unit_test(test_pinned),
    };
    return cmocka_run_group_tests_name("initialize", tests, NULL, NULL);
}
