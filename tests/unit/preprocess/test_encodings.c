/* What makes numbers of moments, levels and texts: parts of dates, circles, crosses, buckets and bags of words. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "data/timestamp.h"
#include "harness/data_case.h"
#include "preprocess/text_words.h"

static const double target_values[8] = {0};

static LrtStep *begin_number(DataCase *data, const double *cells, int64_t count, LrtTransform transform) {
    data_case_init(data, count);
    int32_t x = data_case_real(data, "x", cells);
    data_case_target(data, data_case_real(data, "y", target_values));
    return data_case_step(data, transform, x);
}

static void test_date_parts(void **state) {
    (void)state;
    /* 2024-02-29T23:59:58 a Thursday; 1969-12-31T00:00:00 a Wednesday; 2023-01-01T12:30:00 a Sunday */
    static const double moments[3] = {1709251198, -86400, 1672576200};
    static const float wanted[][3] = {
        [LRT_DATE_YEAR] = {2024, 1969, 2023}, [LRT_DATE_MONTH] = {2, 12, 1},  [LRT_DATE_DAY] = {29, 31, 1},
        [LRT_DATE_WEEKDAY] = {3, 2, 6},       [LRT_DATE_DAY_OF_YEAR] = {60, 365, 1}, [LRT_DATE_HOUR] = {23, 0, 12},
        [LRT_DATE_MINUTE] = {59, 0, 30},      [LRT_DATE_WEEKEND] = {0, 0, 1}};
    for (int part = LRT_DATE_YEAR; part <= LRT_DATE_WEEKEND; part++) {
        DataCase data;
        LrtStep *step = begin_number(&data, moments, 3, LRT_TRANSFORM_DATE_PART);
        step->option[0] = part;
        data_case_input(&data, step->output);
        data_case_check(&data, wanted[part], 3, 1);
    }
}

/* Every day of four centuries comes back from its parts. */
static void test_calendar(void **state) {
    (void)state;
    for (int64_t day = -146097; day < 146097; day++) {
        CalendarMoment moment;
        double back, seconds = (double)day * 86400 + 3723.5;
        timestamp_split(seconds, &moment);
        assert_true(timestamp_join(&moment, &back) && back == seconds);
        assert_true(moment.hour == 1 && moment.minute == 2 && moment.second == 3.5);
        assert_int_equal(moment.weekday, ((day + 3) % 7 + 7) % 7);
    }
    double seconds;
    assert_false(timestamp_join(&(CalendarMoment){.year = 2023, .month = 2, .day = 29}, &seconds));
    assert_false(timestamp_join(&(CalendarMoment){.year = 2023, .month = 13, .day = 1}, &seconds));
    assert_false(timestamp_join(&(CalendarMoment){.year = 2023, .month = 1, .day = 1, .hour = 24}, &seconds));
}

static void test_cyclic(void **state) {
    (void)state;
    static const double hours[4] = {0, 6, 30, -6};
    static const float sines[4] = {0, 1, 1, -1}, cosines[4] = {1, 0, 0, 0};
    for (int k = LRT_SINE; k <= LRT_COSINE; k++) {
        DataCase data;
        LrtStep *step = begin_number(&data, hours, 4, LRT_TRANSFORM_CYCLIC);
        step->option[0] = k;
        step->number[0] = 24;
        data_case_input(&data, step->output);
        LrtDataset *dataset = data_case_prepare(&data, false);
        for (int i = 0; i < 4; i++)
            assert_true(fabs((double)(dataset->features[i] - (k == LRT_SINE ? sines : cosines)[i])) < 1e-15);
        lrt_dataset_free(dataset);
        data_case_free(&data);
    }
}

static void test_cross(void **state) {
    (void)state;
    static const char *const regions[5] = {"north", "south", "north", NULL, "south"};
    static const char *const plans[5] = {"pro", "basic", "pro", "pro", NULL};
    static const int32_t other[1] = {1};
    DataCase data;
    data_case_init(&data, 5);
    int32_t region = data_case_category(&data, "region", regions, NULL);
    data_case_category(&data, "plan", plans, NULL);
    data_case_target(&data, data_case_real(&data, "y", target_values));
    LrtStep *step = data_case_step(&data, LRT_TRANSFORM_CROSS, region);
    step->others = other;
    step->other_count = 1;
    step = data_case_step(&data, LRT_TRANSFORM_ONE_HOT, step->output);
    data_case_input(&data, step->output);
    LrtDataset *dataset = data_case_prepare(&data, false);
    assert_int_equal(dataset->fits[1].name_count, 3);
    assert_string_equal(dataset->fits[1].names[0], "region=north & pro");
    assert_string_equal(dataset->fits[1].names[1], "region=south & basic");
    assert_string_equal(dataset->fits[1].names[2], "region:missing");
    lrt_dataset_free(dataset);
    data_case_check(&data, (const float[]){1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1}, 5, 3);
}

/* All buckets are there, whatever training holds; the same text has the same bucket in every file. */
static void test_hash(void **state) {
    (void)state;
    static const char *const cities[4] = {"Bern", "Oslo", "Bern", NULL};
    DataCase data;
    data_case_init(&data, 4);
    int32_t city = data_case_category(&data, "city", cities, NULL);
    data_case_target(&data, data_case_real(&data, "y", target_values));
    LrtStep *step = data_case_step(&data, LRT_TRANSFORM_HASH, city);
    step->number[0] = 6;
    step = data_case_step(&data, LRT_TRANSFORM_ONE_HOT, step->output);
    step->option[1] = LRT_MISSING_ZERO;
    data_case_input(&data, step->output);
    float wanted[24] = {0};
    wanted[0 + text_bucket("Bern", 4, 6)] = wanted[6 + text_bucket("Oslo", 4, 6)] = 1;
    wanted[12 + text_bucket("Bern", 4, 6)] = 1;
    data_case_check(&data, wanted, 4, 6);
    int64_t filled[10] = {0};
    for (int i = 0; i < 10000; i++) {
        char text[16];
        snprintf(text, sizeof text, "%d", i);
        filled[text_bucket(text, strlen(text), 10)]++;
    }
    for (int k = 0; k < 10; k++) assert_true(filled[k] > 850 && filled[k] < 1150);
    assert_int_equal(text_bucket("Bern", 4, 1000000), 602125);
}

static void test_words(void **state) {
    (void)state;
    static const char *const wanted[] = {"it", "été", "ärger", "straße", "n2", "москва", "ωμέγα", "don", "snake_case"};
    const char *at = "It's  ÉTÉ—Ärger, STRAße a N2! МОСКВА «ΩΜέΓΑ» don't snake_case";
    char word[WORD_ROOM];
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        size_t length = word_next(&at, word);
        word[length] = '\0';
        assert_string_equal(word, wanted[i]);
    }
    assert_int_equal(word_next(&at, word), 0);
}

static LrtStep *begin_text(DataCase *data, const char *const *texts, int64_t count, LrtTransform transform) {
    data_case_init(data, count);
    int32_t text = data_case_category(data, "review", texts, NULL);
    data_case_target(data, data_case_real(data, "y", target_values));
    return data_case_step(data, transform, text);
}

static void test_bag_of_words(void **state) {
    (void)state;
    static const char *const texts[4] = {"good good food", "Bad food", NULL, "food: bad, cold"};
    DataCase data;
    LrtStep *step = begin_text(&data, texts, 4, LRT_TRANSFORM_BAG_OF_WORDS);
    step->number[0] = 3;
    data_case_input(&data, step->output);
    LrtDataset *dataset = data_case_prepare(&data, false);
    assert_string_equal(dataset->fits[0].names[0], "review=bad");
    assert_string_equal(dataset->fits[0].names[2], "review=good");
    lrt_dataset_free(dataset);
    data_case_check(&data, (const float[]){0, 1, 2, 1, 1, 0, 0, 0, 0, 1, 1, 0}, 4, 3);
}

static void test_hashed_words(void **state) {
    (void)state;
    static const char *const texts[2] = {"good good food", NULL};
    DataCase data;
    LrtStep *step = begin_text(&data, texts, 2, LRT_TRANSFORM_HASH_WORDS);
    step->number[0] = 5;
    data_case_input(&data, step->output);
    float wanted[10] = {0};
    wanted[text_bucket("good", 4, 5)] += 2;
    wanted[text_bucket("food", 4, 5)] += 1;
    data_case_check(&data, wanted, 2, 5);
}

/* `bins(3) -> one_hot`: intervals as levels. */
static void test_levels(void **state) {
    (void)state;
    static const double values[5] = {0, 5, 9, NAN, 4};
    DataCase data;
    LrtStep *step = begin_number(&data, values, 5, LRT_TRANSFORM_BINS);
    step->option[0] = LRT_BINS_WIDTH;
    step->number[0] = 3;
    step = data_case_step(&data, LRT_TRANSFORM_LEVELS, step->output);
    step = data_case_step(&data, LRT_TRANSFORM_ONE_HOT, step->output);
    data_case_input(&data, step->output);
    data_case_check(&data, (const float[]){1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0}, 5, 4);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_date_parts), cmocka_unit_test(test_calendar),
                                       cmocka_unit_test(test_cyclic),     cmocka_unit_test(test_cross),
                                       cmocka_unit_test(test_hash),       cmocka_unit_test(test_words),
                                       cmocka_unit_test(test_bag_of_words), cmocka_unit_test(test_hashed_words),
                                       cmocka_unit_test(test_levels)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
