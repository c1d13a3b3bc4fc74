/* Arithmetic between columns and with constants: values, missing operands, a divisor of 0, and the way back for
 * targets. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "harness/data_case.h"

static const double left[4] = {6, -1, 0, NAN}, right[4] = {3, 4, 0.5, 2};

/* The step between `a` and `b`, filled up so that a missing result shows. */
static LrtStep *begin(DataCase *data, LrtArithmetic op, const int32_t *others) {
    static const double target[4] = {0};
    data_case_init(data, 4);
    int32_t a = data_case_real(data, "a", left);
    data_case_real(data, "b", right);
    data_case_target(data, data_case_real(data, "y", target));
    LrtStep *step = data_case_step(data, others ? LRT_TRANSFORM_ARITHMETIC : LRT_TRANSFORM_CONSTANT_ARITHMETIC, a);
    step->option[0] = (int32_t)op;
    step->others = others;
    step->other_count = others ? 1 : 0;
    return step;
}

static void end(DataCase *data, const LrtStep *step, const float *wanted) {
    LrtStep *filled = data_case_step(data, LRT_TRANSFORM_IMPUTE, step->output);
    filled->option[0] = LRT_IMPUTE_CONSTANT;
    filled->number[0] = -100;
    data_case_input(data, filled->output);
    data_case_check(data, wanted, 4, 1);
}

static void test_columns(void **state) {
    (void)state;
    static const int32_t other[1] = {1};
    static const float wanted[4][4] = {[LRT_PLUS] = {9, 3, 0.5f, -100},
                                       [LRT_MINUS] = {3, -5, -0.5f, -100},
                                       [LRT_TIMES] = {18, -4, 0, -100},
                                       [LRT_OVER] = {2, -0.25f, 0, -100}};
    for (int op = LRT_PLUS; op <= LRT_OVER; op++) {
        DataCase data;
        const LrtStep *step = begin(&data, (LrtArithmetic)op, other);
        end(&data, step, wanted[op]);
    }
}

static void test_constants(void **state) {
    (void)state;
    static const float behind[4][4] = {[LRT_PLUS] = {8, 1, 2, -100},
                                       [LRT_MINUS] = {4, -3, -2, -100},
                                       [LRT_TIMES] = {12, -2, 0, -100},
                                       [LRT_OVER] = {3, -0.5f, 0, -100}};
    for (int op = LRT_PLUS; op <= LRT_OVER; op++) {
        DataCase data;
        LrtStep *step = begin(&data, (LrtArithmetic)op, NULL);
        step->number[0] = 2;
        end(&data, step, behind[op]);
    }
    DataCase data;
    LrtStep *step = begin(&data, LRT_MINUS, NULL);
    step->number[0] = 2;
    step->option[1] = 1;
    end(&data, step, (const float[4]){-4, 3, 2, -100});
}

static void check_refusal(DataCase *data, const char *column) {
    LrtError error = data_case_refuse(data, "transform-domain");
    assert_string_equal(error.column, column);
    assert_int_equal(error.row, 3);
    assert_true(strstr(error.message, "divisor other than 0") && error.fix[0]);
    data_case_free(data);
}

static void test_division_by_zero(void **state) {
    (void)state;
    static const int32_t other[1] = {0};
    DataCase data;
    LrtStep *step = begin(&data, LRT_OVER, other);
    step->input = 1;
    data_case_input(&data, step->output);
    check_refusal(&data, "a");
    step = begin(&data, LRT_OVER, NULL);
    step->number[0] = 2;
    step->option[1] = 1;
    data_case_input(&data, step->output);
    check_refusal(&data, "a");
}

/* A target's arithmetic with a constant is undone; that between columns ends the way back. */
static void test_inversion(void **state) {
    (void)state;
    static const int32_t other[1] = {1};
    for (int first = 0; first < 2; first++)
        for (int op = LRT_PLUS; op <= LRT_OVER; op++) {
            DataCase data;
            LrtStep *step = begin(&data, (LrtArithmetic)op, NULL);
            step->number[0] = 4;
            step->option[1] = first;
            LrtTarget target = {.name = "y", .slot = step->output, .units = ""};
            data.spec.targets = &target;
            LrtFit fit = {.width = 1};
            double raw[2] = {8, -0.5}, values[2];
            for (int i = 0; i < 2; i++) {
                double x = raw[i], y[4] = {4 + x, first ? 4 - x : x - 4, 4 * x, first ? 4 / x : x / 4};
                values[i] = y[op];
            }
            lrt_target_invert(&data.spec, &fit, 0, 0, values, 2);
            assert_true(values[0] == raw[0] && values[1] == raw[1]);
            step->transform = LRT_TRANSFORM_ARITHMETIC;
            step->others = other;
            step->other_count = 1;
            lrt_target_invert(&data.spec, &fit, 0, 0, values, 2);
            assert_true(values[0] == raw[0] && values[1] == raw[1]);
            data_case_free(&data);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_columns), cmocka_unit_test(test_constants),
                                       cmocka_unit_test(test_division_by_zero), cmocka_unit_test(test_inversion)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
