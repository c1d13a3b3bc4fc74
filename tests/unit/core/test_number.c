/* Decimal text and back, held against the C library's strtod and printf, which are exact in glibc. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/powers_of_ten.h"
#include "lrt/json.h"
#include "lrt/number.h"

enum { ROUND_TRIPS = 3000000, SHORTEST = 200000, HALFWAY = 40000 };

static uint64_t next_random(uint64_t *state) { /* splitmix64 */
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static double from_bits(uint64_t bits) {
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static uint64_t to_bits(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static double parse(const char *text) {
    double value = NAN;
    const char *end = lrt_number_scan(text, text + strlen(text), '.', &value);
    if (!end || *end) fail_msg("`%s` was not read to its end", text);
    return value;
}

static void check_against_strtod(const char *text) {
    double expected = strtod(text, NULL), value = parse(text);
    if (to_bits(expected) != to_bits(value)) fail_msg("`%s` is read as %a, not as %a", text, value, expected);
}

static void test_round_trip_of_bit_patterns(void **state) {
    (void)state;
    uint64_t random = 1;
    for (int i = 0; i < ROUND_TRIPS; i++) {
        uint64_t bits = next_random(&random);
        if (i % 8 == 0) bits &= UINT64_C(0x800fffffffffffff); /* subnormal */
        double value = from_bits(bits);
        if (!isfinite(value)) continue;
        char text[LRT_NUMBER_TEXT];
        size_t length = lrt_format_double(value, text);
        assert_true(length == strlen(text) && length < 25);
        if (to_bits(parse(text)) != bits) fail_msg("%a became `%s`", value, text);
        if (i % 16 == 0) check_against_strtod(text);
    }
}

static void test_round_trip_of_floats(void **state) {
    (void)state;
    uint64_t random = 2;
    for (int i = 0; i < ROUND_TRIPS / 3; i++) {
        uint32_t bits = (uint32_t)next_random(&random);
        float value;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value)) continue;
        char text[LRT_NUMBER_TEXT], shorter[LRT_NUMBER_TEXT];
        lrt_format_float(value, text);
        if (strtof(text, NULL) != value) fail_msg("%a became `%s`", (double)value, text);
        if (i % 32 == 0) {
            int digits = 1;
            do snprintf(shorter, sizeof shorter, "%.*e", digits - 1, (double)value);
            while (strtof(shorter, NULL) != value && ++digits);
            int have = 0;
            for (const char *at = text; *at && *at != 'e'; at++)
                have += (*at >= '1' && *at <= '9') || (*at == '0' && have > 0);
            if (!strpbrk(text, "e.")) have = digits; /* the zeros of a whole number are no precision */
            if (have != digits) fail_msg("`%s` has %d digits, `%s` has %d", text, have, shorter, digits);
        }
    }
}

/* No text with fewer digits reads back the same, and of those with as many none is nearer. */
static void test_shortest(void **state) {
    (void)state;
    uint64_t random = 3;
    for (int i = 0; i < SHORTEST; i++) {
        uint64_t bits = next_random(&random);
        if (i % 8 == 0) bits &= UINT64_C(0x7ff0000000000000); /* powers of two: the gap below is half */
        if (i % 8 == 1) bits &= UINT64_C(0x000fffffffffffff) >> next_random(&random) % 52;
        double value = fabs(from_bits(bits));
        if (!isfinite(value) || value == 0) continue;
        char text[LRT_NUMBER_TEXT], expected[40], plain[60];
        lrt_format_double(value, text);
        int digits = 1;
        do snprintf(expected, sizeof expected, "%.*e", digits - 1, value);
        while (strtod(expected, NULL) != value && ++digits);
        snprintf(plain, sizeof plain, "%.*e", digits - 1, strtod(text, NULL));
        if (strcmp(plain, expected) != 0) fail_msg("%a became `%s`, `%s` is as short", value, text, expected);
    }
}

static void test_texts(void **state) {
    (void)state;
    static const struct {
        double value;
        const char *text;
    } cases[] = {{0, "0"},
                 {-0.0, "-0"},
                 {1, "1"},
                 {-1.5, "-1.5"},
                 {0.1, "0.1"},
                 {0.1 + 0.2, "0.30000000000000004"},
                 {1e16, "10000000000000000"},
                 {123456789012345680.0, "1.2345678901234568e17"},
                 {1e17, "1e17"},
                 {1e22, "1e22"},
                 {0.0001, "0.0001"},
                 {0.00012345, "0.00012345"},
                 {0.00001, "1e-5"},
                 {5e-324, "5e-324"},
                 {2.2250738585072014e-308, "2.2250738585072014e-308"},
                 {2.225073858507201e-308, "2.225073858507201e-308"},
                 {1.7976931348623157e308, "1.7976931348623157e308"},
                 {9007199254740993.0, "9007199254740992"},
                 {120, "120"},
                 {INFINITY, "inf"},
                 {-INFINITY, "-inf"},
                 {NAN, "nan"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[32];
        lrt_format_number(cases[i].value, text);
        assert_string_equal(text, cases[i].text);
    }
    char text[LRT_NUMBER_TEXT];
    lrt_format_float(0.1f, text);
    assert_string_equal(text, "0.1");
    lrt_format_float(16777216.0f, text);
    assert_string_equal(text, "16777216");
    lrt_format_float(1e-45f, text);
    assert_string_equal(text, "1e-45");
    lrt_format_float(3.4028235e38f, text);
    assert_string_equal(text, "3.4028235e38");
    lrt_format_float(INFINITY, text);
    assert_string_equal(text, "inf");
}

static void test_hard_texts(void **state) {
    (void)state;
    static const char *const texts[] = {
        "0",
        "-0",
        "0.0e999999999999",
        "1e-999999999999",
        "1e999999999999",
        "1e309",
        "-1e309",
        "1e-400",
        "2e-324",
        "3e-324",
        "2.4703282292062327e-324",
        "2.4703282292062328e-324",
        "2.47032822920623272088284396434110686182e-324",
        "1.7976931348623158e308",
        "1.7976931348623159e308",
        "1.79769313486231580793728971405301e308",
        "17976931348623158079372897140530341507993413271003782693617377898044496829276475094664901797758720709633028641"
        "6692887"
        "91094655554785194040263065748867150582068190890200070838367627385484581771153176447573027006985557136695962284"
        "2914819"
        "860834936475292719074168444365510704342711559699508093042880",
        "9007199254740993",
        "9007199254740993.00000000000000000000000000001",
        "9007199254740992.99999999999999999999999999",
        "9007199254740995",
        "4503599627370497.5",
        "4503599627370496.5",
        "4503599627370496.50000000000000000001",
        "2.2250738585072011e-308",
        "2.2250738585072012e-308",
        "6929495644600919.5",
        "3.2378839133029012895883524125015321748630669423541e-319",
        "0."
        "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
        "012345",
        "0000000000000000000000000000000000000000000000000000000001234.5",
        "100000000000000000000000000000000000000000000",
        "9999999999999999999",
        "10000000000000000000",
        "18446744073709551615",
        "18446744073709551616",
        "99999999999999999999999",
        "1.00000000000000011102230246251565404236316680908203125",
        "1.00000000000000011102230246251565404236316680908203124",
        "1.00000000000000011102230246251565404236316680908203126",
        "8.5e-5",
        "7.2057594037927933e16",
        "1e23",
        "8.41e21",
        "5e-324",
        "1.5e-323",
        ".5",
        "5.",
        "+5",
        "1E5",
        "1e+5",
        "1e-05",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) check_against_strtod(texts[i]);
}

/* The exact middle between two doubles, a hair below and a hair above, at all magnitudes. */
static void test_halfway(void **state) {
    (void)state;
    uint64_t random = 4;
    static char text[1400], changed[1400];
    for (int i = 0; i < HALFWAY; i++) {
        uint64_t bits = next_random(&random) & INT64_MAX;
        if (i % 4 == 0) bits &= UINT64_C(0x000fffffffffffff);
        double low = from_bits(bits), high = from_bits(bits + 1);
        if (!isfinite(high)) continue;
        long double middle = ((long double)low + (long double)high) / 2; /* exact in 64 bits of significand */
        snprintf(text, sizeof text, "%.800Le", middle);
        check_against_strtod(text);
        snprintf(changed, sizeof changed, "%.*s1%s", (int)(strchr(text, 'e') - text), text, strchr(text, 'e'));
        check_against_strtod(changed);
        char *last = strchr(text, 'e');
        while (last[-1] == '0' || last[-1] == '.') last--;
        snprintf(changed, sizeof changed, "%.*s%c9%s", (int)(last - 1 - text), text, last[-1] - 1, strchr(text, 'e'));
        check_against_strtod(changed);
    }
}

static void test_random_texts(void **state) {
    (void)state;
    uint64_t random = 5;
    for (int i = 0; i < 1000000; i++) {
        char text[80];
        int digits = 1 + (int)(next_random(&random) % 24), at = 0, point = (int)(next_random(&random) % 25);
        for (int k = 0; k < digits; k++) {
            if (k == point) text[at++] = '.';
            text[at++] = (char)('0' + next_random(&random) % 10);
        }
        int exponent = (int)(next_random(&random) % 700) - 350;
        text[at] = '\0';
        if (i % 2) snprintf(text + at, sizeof text - (size_t)at, "e%d", exponent);
        check_against_strtod(text);
    }
}

static void test_what_is_no_number(void **state) {
    (void)state;
    static const char *const texts[] = {"", "-", "+", ".", "-.", "e5", ".e5", "nan", "inf", "abc", " 1", "--1", "+-1"};
    double value;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        assert_null(lrt_number_scan(texts[i], texts[i] + strlen(texts[i]), '.', &value));
    static const struct {
        const char *text;
        ptrdiff_t length;
    } prefixes[] = {{"1e", 1},  {"1e+", 1},   {"0x10", 1}, {"1_000", 1},
                    {"1,5", 1}, {"1.2.3", 3}, {"5%", 1},   {"1e5e5", 3}};
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        const char *text = prefixes[i].text;
        assert_int_equal(lrt_number_scan(text, text + strlen(text), '.', &value) - text, prefixes[i].length);
    }
    const char *comma = "1,25";
    assert_ptr_equal(lrt_number_scan(comma, comma + 4, ',', &value), comma + 4);
    assert_true(value == 1.25);
    assert_ptr_equal(lrt_number_scan(comma, comma + 3, ',', &value), comma + 3); /* never beyond the end */
    assert_true(value == 1.2);
}

/* Each power is ten times the one before, but for what was cut off. */
static void test_powers(void **state) {
    (void)state;
    Wide before = 0;
    for (int k = POWER_FIRST; k <= POWER_LAST; k++) {
        PowerOfTen power = power_of_ten(k);
        Wide mantissa = (Wide)power.high << 64 | power.low;
        assert_true(power.high >> 63);
        if (k > POWER_FIRST) {
            Wide sum = before + (before >> 2); /* 1.25 times as much, or 10/8 */
            Wide expected = sum < before ? sum >> 1 | (Wide)1 << 127 : sum;
            Wide difference = mantissa > expected ? mantissa - expected : expected - mantissa;
            assert_true(difference < 16);
        }
        before = mantissa;
    }
    Wide one = (Wide)1 << 127;
    PowerOfTen power = power_of_ten(0);
    assert_true(((Wide)power.high << 64 | power.low) == one);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip_of_bit_patterns),
        cmocka_unit_test(test_round_trip_of_floats),
        cmocka_unit_test(test_shortest),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_hard_texts),
        cmocka_unit_test(test_halfway),
        cmocka_unit_test(test_random_texts),
        cmocka_unit_test(test_what_is_no_number),
        cmocka_unit_test(test_powers),
    };
    return cmocka_run_group_tests_name("number", tests, NULL, NULL);
}
