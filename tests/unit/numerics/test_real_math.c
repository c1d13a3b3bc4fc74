/* The runtime's own double functions: error against libm in long double, special values, and pinned bits. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "lrt/random.h"
#include "lrt/real_math.h"

static double ulp_error(double got, long double truth) {
    if (isnan(truth) || isnan(got)) return isnan(truth) && isnan(got) ? 0 : INFINITY;
    if (isinf((double)truth) || isinf(got)) return got == (double)truth ? 0 : INFINITY;
    int exponent;
    frexpl(truth, &exponent);
    if (exponent < -1021) exponent = -1021;
    return (double)(fabsl((long double)got - truth) / ldexpl(1.0L, exponent - 53));
}

typedef struct Function {
    const char *name;
    double (*ours)(double);
    long double (*truth)(long double);
    double low, high;
    double limit;
} Function;

static const Function functions[] = {
    {"exp", lrt_exp, expl, -750, 715, 1.0},
    {"exp", lrt_exp, expl, -1, 1, 0.9},
    {"expm1", lrt_expm1, expm1l, -60, 715, 1.0},
    {"expm1", lrt_expm1, expm1l, -1, 1, 1.0},
    {"expm1", lrt_expm1, expm1l, -1e-5, 1e-5, 0.9},
    {"log", lrt_log, logl, 0, 1e300, 1.0},
    {"log", lrt_log, logl, 0.5, 2, 1.0},
    {"log1p", lrt_log1p, log1pl, -1, 10, 1.0},
    {"log1p", lrt_log1p, log1pl, -1e-5, 1e-5, 1.0},
    {"log1p", lrt_log1p, log1pl, 0, 1e300, 1.0},
    {"sin", lrt_sin, sinl, -1000, 1000, 1.0},
    {"cos", lrt_cos, cosl, -1000, 1000, 1.0},
    {"cos", lrt_cos, cosl, 0, 3.2, 1.0},
    {"sin", lrt_sin, sinl, -1e6, 1e6, 1.0},
};

static void test_errors(void **state) {
    (void)state;
    for (size_t f = 0; f < sizeof functions / sizeof functions[0]; f++) {
        const Function *function = &functions[f];
        LrtRandom random = lrt_random_stream(1, function->name, f);
        double worst = 0, worst_at = 0;
        for (int i = 0; i < 300000; i++) {
            double x = function->low + (function->high - function->low) * lrt_random_uniform(&random);
            double error = ulp_error(function->ours(x), function->truth((long double)x));
            if (error > worst) worst = error, worst_at = x;
        }
        print_message("%-6s %8g..%-8g greatest error %.3f ULP at %.17g\n", function->name, function->low,
                      function->high, worst, worst_at);
        assert_true(worst <= function->limit);
    }
}

/* Every binade of log's domain, subnormal numbers too. */
static void test_log_everywhere(void **state) {
    (void)state;
    LrtRandom random = lrt_random_stream(1, "log", 99);
    for (int exponent = -1074; exponent < 1024; exponent++) {
        for (int i = 0; i < 30; i++) {
            double x = ldexp(1 + lrt_random_uniform(&random), exponent);
            if (isinf(x)) continue;
            assert_true(ulp_error(lrt_log(x), logl((long double)x)) <= 1.0);
        }
    }
}

static void test_pow(void **state) {
    (void)state;
    LrtRandom random = lrt_random_stream(1, "pow", 0);
    double worst = 0;
    for (int i = 0; i < 500000; i++) {
        double base = exp(200 * (lrt_random_uniform(&random) - 0.5));
        double exponent = 14 * (lrt_random_uniform(&random) - 0.5);
        double error = ulp_error(lrt_pow(base, exponent), powl((long double)base, (long double)exponent));
        if (error > worst) worst = error;
    }
    print_message("pow    greatest error %.3f ULP\n", worst);
    assert_true(worst <= 1.0);
    for (int step = 1; step < 100000; step += 7) { /* what Adam's bias correction asks for */
        assert_true(ulp_error(lrt_pow(0.9, step), powl((long double)0.9, step)) <= 1.0);
        assert_true(ulp_error(lrt_pow(0.999, step), powl((long double)0.999, step)) <= 1.0);
    }
}

static void test_pow_special_values(void **state) {
    (void)state;
    static const double edges[] = {0.0,
                                   -0.0,
                                   1.0,
                                   -1.0,
                                   2.0,
                                   -2.0,
                                   3.0,
                                   -3.0,
                                   0.5,
                                   -0.5,
                                   2.5,
                                   INFINITY,
                                   -INFINITY,
                                   NAN,
                                   1e300,
                                   -1e300,
                                   1e-300,
                                   5e-324,
                                   9007199254740993.0,
                                   4503599627370497.0,
                                   33.0};
    for (size_t i = 0; i < sizeof edges / sizeof edges[0]; i++) {
        for (size_t j = 0; j < sizeof edges / sizeof edges[0]; j++) {
            double truth = pow(edges[i], edges[j]), got = lrt_pow(edges[i], edges[j]);
            if (ulp_error(got, (long double)truth) > 1.5 || (truth == 0 && signbit(truth) != signbit(got)))
                fail_msg("pow(%g, %g) = %g, not %g", edges[i], edges[j], got, truth);
        }
    }
}

static void test_special_values(void **state) {
    (void)state;
    static const double edges[] = {0.0,     -0.0,   INFINITY, -INFINITY, NAN,    1.0,   -1.0,   5e-324,
                                   -5e-324, 1e-310, 709.9,    -745.2,    -746.0, 1e308, -1e308, 1e-20};
    static const struct {
        const char *name;
        double (*ours)(double);
        double (*truth)(double);
    } pairs[] = {
        {"exp", lrt_exp, exp}, {"expm1", lrt_expm1, expm1}, {"log", lrt_log, log}, {"log1p", lrt_log1p, log1p}};
    for (size_t f = 0; f < sizeof pairs / sizeof pairs[0]; f++) {
        for (size_t i = 0; i < sizeof edges / sizeof edges[0]; i++) {
            double got = pairs[f].ours(edges[i]), truth = pairs[f].truth(edges[i]);
            if (ulp_error(got, (long double)truth) > 1.5)
                fail_msg("%s(%g) = %g, not %g", pairs[f].name, edges[i], got, truth);
        }
    }
    assert_true(isnan(lrt_cos(INFINITY)) && isnan(lrt_cos(NAN)) && isnan(lrt_sin(-INFINITY)));
    assert_true(lrt_cos(0.0) == 1.0 && lrt_sin(0.0) == 0.0 && lrt_exp(0.0) == 1.0 && lrt_log(1.0) == 0.0);
    assert_true(fabs(lrt_cos(1.5707963267948966) - 6.123233995736766e-17) < 1e-31);
    assert_true(lrt_cos(3.141592653589793) == -1.0);
}

/* One number over all functions: it must come out in every build, with every compiler and C library. */
static void test_pinned_bits(void **state) {
    (void)state;
    LrtRandom random = lrt_random_stream(3, "pinned", 0);
    uint64_t hash = 0xcbf29ce484222325u;
    for (int i = 0; i < 20000; i++) {
        double u = lrt_random_uniform(&random);
        double values[] = {lrt_exp(64 * u - 32), lrt_expm1(2 * u - 1), lrt_log(u + 1e-9), lrt_log1p(u),
                           lrt_pow(u, 3.7),      lrt_cos(8 * u),       lrt_sin(8 * u),    lrt_random_normal(&random)};
        for (size_t k = 0; k < sizeof values / sizeof values[0]; k++) {
            uint64_t bits;
            memcpy(&bits, &values[k], sizeof bits);
            hash = (hash ^ bits) * 0x100000001b3u;
        }
    }
    if (hash != UINT64_C(0xd82548016d7395a8)) fail_msg("hash 0x%016llx", (unsigned long long)hash);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_log_everywhere),
        cmocka_unit_test(test_pow),
        cmocka_unit_test(test_pow_special_values),
        cmocka_unit_test(test_special_values),
        cmocka_unit_test(test_pinned_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
