/* The vector functions against libm in double over a dense sweep of floats: error in units of the last place, special
 * values, and every op against the scalar table that it shares with the reference evaluator. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "lrt/scalar_ops.h"
#include "numerics/kernels.h"

/* Every STRIDE-th of all bit patterns; the greatest errors written in vector_math.h come from a run with 3. */
#ifndef SWEEP_STRIDE
#define SWEEP_STRIDE 1009
#endif

enum { BLOCK = 4096 };

typedef void UnaryKernel(const float *a, float *out, int64_t n);
typedef double UnaryTruth(double a);

typedef struct Function {
    const char *name;
    UnaryKernel *kernel;
    UnaryTruth *truth;
    double limit; /* ULP */
    double low, high; /* arguments compared */
} Function;

static float float_of(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* Distance in units of the last place of the float nearest to `truth`. */
static double ulp_error(float got, double truth) {
    if (isnan(truth) || isnan(got)) return isnan(truth) && isnan(got) ? 0 : INFINITY;
    float nearest = (float)truth;
    if (isinf(nearest) || isinf(got))
        return nearest == got || (isinf(nearest) && isinf(truth) == 0 && fabsf(got) > 3.4e38f) ? 0 : INFINITY;
    int exponent;
    frexp(truth, &exponent);
    if (exponent < -125) exponent = -125;
    return fabs((double)got - truth) / ldexp(1.0, exponent - 24);
}

static double sigmoid_truth(double a) { return lrt_double_sigmoid(a); }

static const Function functions[] = {
    {"exp", lk_array_exp, exp, 1.1, -INFINITY, INFINITY},
    {"expm1", lk_array_expm1, expm1, 1.6, -INFINITY, INFINITY},
    {"log", lk_array_log, log, 1.0, -INFINITY, INFINITY},
    {"log1p", lk_array_log1p, log1p, 1.5, -INFINITY, INFINITY},
    {"tanh", lk_array_tanh, tanh, 2.5, -INFINITY, INFINITY},
    {"sigmoid", lk_array_sigmoid, sigmoid_truth, 2.5, -INFINITY, INFINITY},
    {"erf", lk_array_erf, erf, 1.5, -INFINITY, INFINITY},
    {"sin", lk_array_sin, sin, 1.7, -0x1p45, 0x1p45},
    {"cos", lk_array_cos, cos, 1.7, -0x1p45, 0x1p45},
    {"sqrt", lk_array_sqrt, sqrt, 0.5, -INFINITY, INFINITY},
};

static void test_sweep(void **state) {
    (void)state;
    static float a[BLOCK], out[BLOCK];
    for (size_t f = 0; f < sizeof functions / sizeof functions[0]; f++) {
        const Function *function = &functions[f];
        double worst = 0;
        float worst_at = 0;
        for (uint64_t begin = 0; begin <= UINT32_MAX; begin += (uint64_t)BLOCK * SWEEP_STRIDE) {
            for (int i = 0; i < BLOCK; i++) {
                uint64_t bits = begin + (uint64_t)i * SWEEP_STRIDE;
                a[i] = float_of(bits > UINT32_MAX ? 0 : (uint32_t)bits);
            }
            function->kernel(a, out, BLOCK);
            for (int i = 0; i < BLOCK; i++) {
                if (!((double)a[i] >= function->low && (double)a[i] <= function->high)) continue;
                double error = ulp_error(out[i], function->truth((double)a[i]));
                if (error > worst) worst = error, worst_at = a[i];
            }
        }
        print_message("%-8s greatest error %.3f ULP at %.9g\n", function->name, worst, (double)worst_at);
        assert_true(worst <= function->limit);
    }
}

static void test_special_values(void **state) {
    (void)state;
    const float inf = INFINITY;
    static const float specials[] = {0.0f,   -0.0f,   INFINITY, -INFINITY, NAN,    1e-45f, -1e-45f,
                                     1e-40f, -1e-40f, 1e4f,     -1e4f,     1.0f,   -1.0f,  3e38f,
                                     -3e38f, 1e-8f,   -1e-8f,   88.7f,     -87.3f, -103.9f};
    enum { COUNT = sizeof specials / sizeof specials[0] };
    float out[COUNT];
    for (size_t f = 0; f < sizeof functions / sizeof functions[0]; f++) {
        functions[f].kernel(specials, out, COUNT);
        for (int i = 0; i < COUNT; i++) {
            if (fabs((double)specials[i]) > functions[f].high && !isinf(specials[i])) continue;
            double truth = functions[f].truth((double)specials[i]);
            if (ulp_error(out[i], truth) > functions[f].limit)
                fail_msg("%s(%g) = %g, not %g", functions[f].name, (double)specials[i], (double)out[i], truth);
        }
    }
    lk_array_tanh(specials, out, 2);
    assert_true(signbit(out[1]) && !signbit(out[0]));
    lk_array_expm1(specials, out, 2);
    assert_true(signbit(out[1]) && !signbit(out[0]));
    lk_array_log(specials, out, 2);
    assert_true(out[0] == -inf && out[1] == -inf);
}

static void test_sine_of_huge_is_bounded(void **state) {
    (void)state;
    float a[16], out[16];
    for (int i = 0; i < 16; i++) a[i] = ldexpf(1.37f, 46 + 5 * i);
    lk_array_sin(a, out, 16);
    for (int i = 0; i < 16; i++) assert_true(fabsf(out[i]) <= 1.0f);
    lk_array_cos(a, out, 16);
    for (int i = 0; i < 16; i++) assert_true(fabsf(out[i]) <= 1.0f);
}

static void test_pow(void **state) {
    (void)state;
    static const float edges[] = {0.0f,   -0.0f,  1.0f,   -1.0f,       2.0f,        -2.0f,     3.0f, -3.0f,
                                  0.5f,   -0.5f,  2.5f,   -2.5f,       INFINITY,    -INFINITY, NAN,  1e30f,
                                  1e-30f, -1e30f, 1e-42f, 16777216.0f, 16777215.0f, 33.0f};
    enum { COUNT = sizeof edges / sizeof edges[0] };
    for (int i = 0; i < COUNT; i++) {
        float a[COUNT], out[COUNT];
        for (int j = 0; j < COUNT; j++) a[j] = edges[i];
        lk_array_pow(a, edges, out, COUNT);
        for (int j = 0; j < COUNT; j++) {
            double truth = pow((double)edges[i], (double)edges[j]);
            if (ulp_error(out[j], truth) > 1.0)
                fail_msg("pow(%g, %g) = %g, not %g", (double)edges[i], (double)edges[j], (double)out[j], truth);
            if (truth == 0) assert_int_equal(signbit(out[j]) != 0, signbit(truth) != 0);
        }
    }
    static float a[BLOCK], b[BLOCK], out[BLOCK];
    double worst = 0;
    uint32_t draw = 1;
    for (int round = 0; round < 500; round++) {
        for (int i = 0; i < BLOCK; i++) {
            draw = draw * 1664525u + 1013904223u;
            a[i] = float_of(draw & 0x7fffffffu);
            draw = draw * 1664525u + 1013904223u;
            b[i] = ldexpf((float)(int32_t)draw * 0x1p-31f, (int)(draw % 9u));
        }
        lk_array_pow(a, b, out, BLOCK);
        for (int i = 0; i < BLOCK; i++) {
            double error = ulp_error(out[i], pow((double)a[i], (double)b[i]));
            if (error > worst) worst = error;
        }
    }
    print_message("pow      greatest error %.3f ULP\n", worst);
    assert_true(worst <= 0.8);
}

/* Both expansions of the table agree: the double one decides, within float rounding. */
typedef struct TableRow {
    const char *name;
    int arity;
    double (*scalar)(double a, double b, double c);
    union {
        void (*one)(const float *, float *, int64_t);
        void (*two)(const float *, const float *, float *, int64_t);
        void (*three)(const float *, const float *, const float *, float *, int64_t);
    } kernel;
} TableRow;

#define KERNEL_FIELD_1 one
#define KERNEL_FIELD_2 two
#define KERNEL_FIELD_3 three
static const TableRow table[] = {
#define SCALAR_OP(id, name, arity, body, doc)                                                                          \
    {#name, arity, lrt_scalar_##name, {.KERNEL_FIELD_##arity = lk_array_##name}},
#include "lrt/scalar_ops.def"
#undef SCALAR_OP
};

static void test_table_expansions_agree(void **state) {
    (void)state;
    static const float values[] = {0.0f, -0.0f, 1.0f,   -1.0f, 0.25f,    -0.25f,    2.0f, -3.75f,
                                   7.5f, 1e-3f, -20.0f, 1e4f,  INFINITY, -INFINITY, NAN};
    enum { COUNT = sizeof values / sizeof values[0], ALL = COUNT * COUNT * 2 };
    static float a[ALL], b[ALL], c[ALL], out[ALL];
    for (int i = 0; i < ALL; i++) {
        a[i] = values[i % COUNT];
        b[i] = values[i / COUNT % COUNT];
        c[i] = (float)i;
    }
    for (size_t row = 0; row < sizeof table / sizeof table[0]; row++) {
        const TableRow *op = &table[row];
        if (op->arity == 1) op->kernel.one(a, out, ALL);
        else if (op->arity == 2) op->kernel.two(a, b, out, ALL);
        else op->kernel.three(a, b, c, out, ALL);
        for (int i = 0; i < ALL; i++) {
            double truth = op->scalar((double)a[i], (double)b[i], (double)c[i]);
            if (ulp_error(out[i], truth) > 2.5)
                fail_msg("%s(%g, %g, %g) = %g, not %g", op->name, (double)a[i], (double)b[i], (double)c[i],
                         (double)out[i], truth);
        }
    }
}

static void test_nan_propagates_through_max_and_min(void **state) {
    (void)state;
    const float a[4] = {NAN, 1.0f, NAN, 2.0f}, b[4] = {1.0f, NAN, NAN, 3.0f};
    float out[4];
    lk_array_max(a, b, out, 4);
    assert_true(isnan(out[0]) && isnan(out[1]) && isnan(out[2]) && out[3] == 3.0f);
    lk_array_min(a, b, out, 4);
    assert_true(isnan(out[0]) && isnan(out[1]) && isnan(out[2]) && out[3] == 2.0f);
}

/* One number over all functions of one argument: it must come out on every processor. */
static void test_pinned_bits(void **state) {
    (void)state;
    static float a[BLOCK], out[BLOCK];
    uint64_t hash = 0xcbf29ce484222325u;
    for (int i = 0; i < BLOCK; i++) a[i] = ldexpf((float)(i - BLOCK / 2), i % 40 - 30);
    for (size_t f = 0; f < sizeof functions / sizeof functions[0]; f++) {
        functions[f].kernel(a, out, BLOCK);
        for (int i = 0; i < BLOCK; i++) {
            uint32_t bits;
            memcpy(&bits, &out[i], sizeof bits);
            if (!isnan(out[i])) hash = (hash ^ bits) * 0x100000001b3u;
        }
    }
    if (hash != UINT64_C(0x5bce98952080e33e)) fail_msg("hash 0x%016llx", (unsigned long long)hash);
}

static void test_tails_leave_what_follows(void **state) {
    (void)state;
    for (int64_t n = 0; n < 40; n++) {
        float a[48], out[48];
        for (int i = 0; i < 48; i++) a[i] = (float)i, out[i] = -7.0f;
        lk_array_square(a, out, n);
        for (int i = 0; i < 48; i++) assert_true(out[i] == (i < n ? a[i] * a[i] : -7.0f));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sweep),
        cmocka_unit_test(test_special_values),
        cmocka_unit_test(test_sine_of_huge_is_bounded),
        cmocka_unit_test(test_pow),
        cmocka_unit_test(test_table_expansions_agree),
        cmocka_unit_test(test_nan_propagates_through_max_and_min),
        cmocka_unit_test(test_pinned_bits),
        cmocka_unit_test(test_tails_leave_what_follows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
