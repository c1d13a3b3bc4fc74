/* Who goes into which part: sizes, shares of the classes, order in time, named parts, and that every row has one place.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "data/share.h"
#include "harness/data_case.h"

enum { MAX_ROWS = 12000 };

static double counting[MAX_ROWS];

/* A case whose one feature is the row's number. */
static void begin(DataCase *data, int64_t rows) {
    for (int64_t i = 0; i < MAX_ROWS; i++) counting[i] = (double)i;
    data_case_init(data, rows);
    data_case_input(data, data_case_real(data, "x", counting));
}

static void set_split(DataCase *data, LrtSplitKind kind, double train, double validation, double test, uint64_t seed,
                      int32_t column) {
    data->spec.split =
        (LrtSplit){.kind = kind, .share = {train, validation, test}, .seed = seed, .column = column, .test_fold = -1};
}

/* Every row is in one part at most; parts are ascending. */
static void check_disjoint(const LrtDataset *dataset, int64_t rows) {
    static int64_t seen[MAX_ROWS];
    memset(seen, 0, sizeof seen);
    for (int part = 0; part < LRT_PART_COUNT; part++) {
        for (int64_t i = 0; i < dataset->part_count[part]; i++) {
            int64_t row = dataset->part_rows[part][i];
            assert_true(row >= 0 && row < rows && !seen[row]++);
            assert_true(i == 0 || row > dataset->part_rows[part][i - 1]);
        }
    }
}

static void check_sizes(DataCase *data, int64_t train, int64_t validation, int64_t test) {
    LrtDataset *dataset = data_case_prepare(data, false);
    assert_int_equal(dataset->part_count[LRT_PART_TRAIN], train);
    assert_int_equal(dataset->part_count[LRT_PART_VALIDATION], validation);
    assert_int_equal(dataset->part_count[LRT_PART_TEST], test);
    check_disjoint(dataset, data->table.row_count);
    lrt_dataset_free(dataset);
}

static void test_random(void **state) {
    (void)state;
    DataCase data;
    begin(&data, 100);
    data_case_target(&data, data_case_real(&data, "y", counting));
    static const double shares[][3] = {
        {0.7, 0.15, 0.15}, {0.29, 0.29, 0.42}, {1, 0, 0}, {0.8, 0, 0.2}, {0.5, 0.25, 0.1}};
    for (size_t i = 0; i < sizeof shares / sizeof shares[0]; i++) {
        const double *s = shares[i];
        set_split(&data, LRT_SPLIT_RANDOM, s[0], s[1], s[2], 1, -1);
        check_sizes(&data, share_floor(100, s[0]), share_floor(100, s[1]), share_floor(100, s[2]));
    }
    data_case_free(&data);
}

static void test_seeds(void **state) {
    (void)state;
    DataCase data;
    begin(&data, 100);
    data_case_target(&data, data_case_real(&data, "y", counting));
    LrtDataset *runs[3];
    for (uint64_t i = 0; i < 3; i++) {
        set_split(&data, LRT_SPLIT_RANDOM, 0.5, 0.25, 0.25, i == 2 ? 8 : 7, -1);
        runs[i] = data_case_prepare(&data, false);
    }
    assert_memory_equal(runs[0]->part_rows[0], runs[1]->part_rows[0], 50 * sizeof(int64_t));
    assert_memory_not_equal(runs[0]->part_rows[0], runs[2]->part_rows[0], 50 * sizeof(int64_t));
    /* Pinned: a change of these changes every split of every user. */
    static const int64_t first[6] = {0, 1, 3, 4, 5, 6};
    assert_memory_equal(runs[0]->part_rows[0], first, sizeof first);
    for (int i = 0; i < 3; i++) lrt_dataset_free(runs[i]);
    data_case_free(&data);
}

static int64_t count_class(const LrtDataset *dataset, int part, int32_t label) {
    int64_t count = 0;
    for (int64_t i = 0; i < dataset->part_count[part]; i++)
        count += dataset->labels[dataset->part_rows[part][i]] == label;
    return count;
}

static int64_t golden_count(const LrtJson *set, const char *part, const char *level) {
    char path[128];
    snprintf(path, sizeof path, part ? "counts/%s/%s" : "total%s/%s", part ? part : "", level);
    return (int64_t)data_case_member(set, path)->number;
}

/* scikit-learn's counts, up to the one row that it moves to make the sizes of the parts ceilings. */
static void test_stratified_golden(void **state) {
    (void)state;
    LrtJson *json = data_case_json("tests/golden/stratified_split.json");
    const LrtJson *sets = data_case_member(json, "sets");
    static const char *cells[MAX_ROWS];
    for (int64_t s = 0; s < sets->count; s++) {
        const LrtJson *set = &sets->items[s], *total = data_case_member(set, "total");
        int64_t rows = 0;
        for (int64_t k = 0; k < total->count; k++)
            for (int64_t i = 0; i < (int64_t)total->items[k].number; i++) cells[rows++] = total->items[k].key;
        DataCase data;
        begin(&data, rows);
        int32_t y = data_case_category(&data, "y", cells, NULL);
        data_case_target(&data, y);
        set_split(&data, LRT_SPLIT_STRATIFIED, 0.6, 0.2, 0.2, 42, y);
        LrtDataset *dataset = data_case_prepare(&data, false);
        check_disjoint(dataset, rows);
        static const char *const parts[3] = {"train", "valid", "test"};
        static const double shares[3] = {0.6, 0.2, 0.2};
        for (int part = 0; part < 3; part++) {
            double size = 0;
            for (int32_t k = 0; k < data.targets[0].level_count; k++) {
                const char *level = data.targets[0].levels[k];
                int64_t have = count_class(dataset, part, k), all = golden_count(set, NULL, level);
                assert_true(fabs((double)have - shares[part] * (double)all) < 1);
                assert_true(llabs(have - golden_count(set, parts[part], level)) <= 1);
                size += shares[part] * (double)all;
            }
            assert_true(fabs((double)dataset->part_count[part] - size) < 1);
        }
        lrt_dataset_free(dataset);
        data_case_free(&data);
    }
    lrt_json_free(json);
}

/* A hundred classes of three rows: no class fits the shares by itself, all together do. */
static void test_small_classes(void **state) {
    (void)state;
    static char names[100][16];
    static const char *cells[300];
    for (int i = 0; i < 300; i++) {
        snprintf(names[i % 100], sizeof names[0], "c%02d", i % 100);
        cells[i] = names[i % 100];
    }
    DataCase data;
    begin(&data, 300);
    int32_t y = data_case_category(&data, "y", cells, NULL);
    data_case_target(&data, y);
    set_split(&data, LRT_SPLIT_STRATIFIED, 0.7, 0.15, 0.15, 3, y);
    check_sizes(&data, 210, 45, 45);
    data_case_free(&data);
}

static void test_stratified_numbers(void **state) {
    (void)state;
    DataCase data;
    begin(&data, 1000);
    int32_t y = data_case_real(&data, "y", counting);
    data_case_target(&data, y);
    set_split(&data, LRT_SPLIT_STRATIFIED, 0.6, 0.2, 0.2, 5, y);
    LrtDataset *dataset = data_case_prepare(&data, false);
    check_disjoint(dataset, 1000);
    for (int part = 0; part < 3; part++) {
        int64_t bins[10] = {0};
        for (int64_t i = 0; i < dataset->part_count[part]; i++) bins[dataset->part_rows[part][i] / 100]++;
        for (int b = 0; b < 10; b++) assert_int_equal(bins[b], part == 0 ? 60 : 20);
    }
    lrt_dataset_free(dataset);
    data_case_free(&data);
}

/* Rows in falling time; two share the moment of the boundary and stay together. */
static void test_chronological(void **state) {
    (void)state;
    static const double times[10] = {9, 8, 7, 6, 5, 5, 3, 2, 1, 0};
    DataCase data;
    begin(&data, 10);
    int32_t time = data_case_real(&data, "time", times);
    data.columns[time].type = LRT_COLUMN_TIMESTAMP;
    data_case_target(&data, data_case_real(&data, "y", counting));
    set_split(&data, LRT_SPLIT_CHRONOLOGICAL, 0.5, 0.2, 0.3, 0, time);
    LrtDataset *dataset = data_case_prepare(&data, false);
    static const int64_t train[6] = {4, 5, 6, 7, 8, 9};
    assert_int_equal(dataset->part_count[0], 6);
    assert_memory_equal(dataset->part_rows[0], train, sizeof train);
    assert_int_equal(dataset->part_rows[1][0], 3);
    assert_int_equal(dataset->part_count[2], 3);
    lrt_dataset_free(dataset);
    set_split(&data, LRT_SPLIT_CHRONOLOGICAL, 0.5, 0.2, 0.3, 0, -1); /* the order of the file */
    check_sizes(&data, 5, 2, 3);
    data.cells[time].real[2] = NAN;
    set_split(&data, LRT_SPLIT_CHRONOLOGICAL, 0.5, 0.2, 0.3, 0, time);
    LrtError error = data_case_refuse(&data, "missing-unhandled");
    assert_int_equal(error.row, 3);
    data_case_free(&data);
}

static void test_purge(void **state) {
    (void)state;
    DataCase data;
    begin(&data, 100);
    data_case_target(&data, data_case_real(&data, "y", counting));
    set_split(&data, LRT_SPLIT_CHRONOLOGICAL, 0.6, 0.2, 0.2, 0, -1);
    data.spec.split.purge = 3;
    data.spec.split.embargo = 2;
    LrtDataset *dataset = data_case_prepare(&data, false);
    assert_int_equal(dataset->part_count[0], 57);
    assert_int_equal(dataset->part_count[1], 15);
    assert_int_equal(dataset->part_count[2], 18);
    assert_int_equal(dataset->purged, 10);
    assert_int_equal(dataset->row_count, 90);
    assert_true(dataset->features[dataset->part_rows[0][56]] == 56);
    assert_true(dataset->features[dataset->part_rows[1][0]] == 62);
    assert_true(dataset->features[dataset->part_rows[2][0]] == 82);
    lrt_dataset_free(dataset);
    data.spec.split.purge = 25;
    LrtError error = data_case_refuse(&data, "no-rows");
    assert_non_null(strstr(error.fix, "purge"));
    set_split(&data, LRT_SPLIT_CHRONOLOGICAL, 0.8, 0, 0.2, 0, -1); /* the parts that are there have the boundary */
    data.spec.split.purge = 1;
    check_sizes(&data, 79, 0, 20);
    data_case_free(&data);
}

/* A target that looks ahead by 3 rows: three rows at each boundary would know what lies behind it. */
static void test_purge_auto(void **state) {
    (void)state;
    DataCase data;
    begin(&data, 100);
    LrtStep *ahead = data_case_step(&data, LRT_TRANSFORM_AHEAD, data_case_real(&data, "y", counting));
    ahead->number[0] = 3;
    data_case_target(&data, ahead->output);
    data.spec.series.used = true;
    set_split(&data, LRT_SPLIT_CHRONOLOGICAL, 0.6, 0.2, 0.2, 0, -1);
    data.spec.split.purge = -1;
    LrtDataset *dataset = data_case_prepare(&data, false);
    /* 97 rows have a target; 58, 19 or 20, and the rest */
    assert_int_equal(dataset->purged, 6);
    assert_int_equal(dataset->dropped_without_future, 3);
    for (int part = 0; part < 2; part++) {
        int64_t last = dataset->source_row[dataset->part_rows[part][dataset->part_count[part] - 1]];
        assert_int_equal(dataset->source_row[dataset->part_rows[part + 1][0]], last + 4);
    }
    assert_int_equal(dataset->part_count[0] + dataset->part_count[1] + dataset->part_count[2], 91);
    lrt_dataset_free(dataset);
    data_case_free(&data);
}

/* In time, whatever the rows: 1.5 s before a boundary, less than 2 s behind it. */
static void test_purge_times(void **state) {
    (void)state;
    static const double times[10] = {0, 1, 2, 3, 3.5, 4, 5, 5.5, 6, 9};
    DataCase data;
    begin(&data, 10);
    int32_t time = data_case_real(&data, "t", times);
    data.columns[time].type = LRT_COLUMN_TIMESTAMP;
    data_case_target(&data, data_case_real(&data, "y", counting));
    set_split(&data, LRT_SPLIT_CHRONOLOGICAL, 0.5, 0, 0.5, 0, time); /* 0 1 2 3 3.5 | 4 5 5.5 6 9 */
    data.spec.split.purge_seconds = 1.5;
    data.spec.split.embargo_seconds = 2;
    LrtDataset *dataset = data_case_prepare(&data, false);
    assert_int_equal(dataset->part_count[0], 3);
    assert_int_equal(dataset->part_count[2], 2);
    assert_int_equal(dataset->purged, 5);
    lrt_dataset_free(dataset);
    data_case_free(&data);
}

enum { GROUPED_ROWS = 120, GROUPS = 24 };

/* Rows of `g` mixed; group k has as many rows as any. */
static void begin_groups(DataCase *data, const char *groups[GROUPED_ROWS], char room[GROUPS][8],
                         double times[GROUPED_ROWS]) {
    for (int i = 0; i < GROUPS; i++) snprintf(room[i], 8, "g%02d", i);
    for (int i = 0; i < GROUPED_ROWS; i++) {
        groups[i] = room[i * 7 % GROUPS];
        times[i] = i * 37 % GROUPED_ROWS;
    }
    begin(data, GROUPED_ROWS);
    data->columns[data_case_category(data, "g", groups, NULL)].type = LRT_COLUMN_GROUP;
    data->spec.series.time = data_case_real(data, "t", times);
    data->columns[data->spec.series.time].type = LRT_COLUMN_TIMESTAMP;
    data_case_target(data, data_case_real(data, "y", counting));
}

static int part_of(const LrtDataset *dataset, int64_t source_row) {
    for (int part = 0; part < LRT_PART_COUNT; part++)
        for (int64_t i = 0; i < dataset->part_count[part]; i++)
            if (dataset->source_row[dataset->part_rows[part][i]] == source_row) return part;
    return -1;
}

static void test_grouped(void **state) {
    (void)state;
    const char *groups[GROUPED_ROWS];
    char room[GROUPS][8];
    double times[GROUPED_ROWS];
    DataCase data;
    begin_groups(&data, groups, room, times);
    set_split(&data, LRT_SPLIT_GROUPED, 0.5, 0.25, 0.25, 3, -1);
    LrtDataset *dataset = data_case_prepare(&data, false);
    assert_int_equal(dataset->part_count[0], 60);
    assert_int_equal(dataset->part_count[1], 30);
    for (int i = 0; i < GROUPED_ROWS; i++)
        for (int k = i + 1; k < GROUPED_ROWS; k++)
            if (groups[i] == groups[k]) assert_int_equal(part_of(dataset, i), part_of(dataset, k));
    lrt_dataset_free(dataset);

    /* Each group by itself: its rows in time are 3 : 1 : 1. */
    set_split(&data, LRT_SPLIT_GROUP_TIME, 0.6, 0.2, 0.2, 0, -1);
    dataset = data_case_prepare(&data, false);
    assert_int_equal(dataset->part_count[0], 72);
    assert_int_equal(dataset->part_count[1], 24);
    for (int i = 0; i < GROUPED_ROWS; i++)
        for (int k = 0; k < GROUPED_ROWS; k++)
            if (groups[i] == groups[k] && times[i] < times[k])
                assert_true(part_of(dataset, i) <= part_of(dataset, k));
    lrt_dataset_free(dataset);
    data_case_free(&data);
}

/* A key's part is its own: other rows and their order do not matter. SHA-256 of g00 … g04 begins with 25, 14, 96, 38, fd. */
static void test_hashed(void **state) {
    (void)state;
    const char *groups[GROUPED_ROWS];
    char room[GROUPS][8];
    double times[GROUPED_ROWS];
    DataCase data;
    begin_groups(&data, groups, room, times);
    set_split(&data, LRT_SPLIT_HASHED, 0.5, 0.25, 0.25, 0, 1);
    LrtDataset *dataset = data_case_prepare(&data, false);
    int parts[GROUPS];
    for (int i = 0; i < GROUPED_ROWS; i++) {
        int part = part_of(dataset, i), group = i * 7 % GROUPS;
        if (i >= GROUPS) assert_int_equal(part, parts[group]);
        parts[group] = part;
    }
    lrt_dataset_free(dataset);
    data_case_free(&data);
    begin(&data, 5);
    static const char *const few[5] = {"g00", "g01", "g02", "g03", "g04"};
    int32_t key = data_case_category(&data, "key", few, NULL);
    data_case_target(&data, data_case_real(&data, "y", counting));
    set_split(&data, LRT_SPLIT_HASHED, 0.5, 0.25, 0.25, 0, key);
    dataset = data_case_prepare(&data, false);
    static const int wanted[5] = {LRT_PART_TRAIN, LRT_PART_TRAIN, LRT_PART_VALIDATION, LRT_PART_TRAIN, LRT_PART_TEST};
    for (int i = 0; i < 5; i++) {
        assert_int_equal(part_of(dataset, i), wanted[i]);
        assert_int_equal(parts[i], wanted[i]);
    }
    lrt_dataset_free(dataset);
    data_case_free(&data);
}

static void test_predefined(void **state) {
    (void)state;
    static const char *const words[6] = {"train", "test", NULL, "validation", "train", "test"};
    DataCase data;
    begin(&data, 6);
    int32_t fold = data_case_category(&data, "part", words, NULL);
    data_case_target(&data, data_case_real(&data, "y", counting));
    set_split(&data, LRT_SPLIT_PREDEFINED, 0, 0, 0, 0, fold);
    LrtDataset *dataset = data_case_prepare(&data, false);
    assert_int_equal(dataset->part_count[0], 2);
    assert_int_equal(dataset->part_count[1], 1);
    assert_int_equal(dataset->part_count[2], 2);
    assert_int_equal(dataset->dropped_without_fold, 1);
    assert_int_equal(dataset->source_row[dataset->part_rows[1][0]], 3);
    lrt_dataset_free(dataset);
    data_case_free(&data);
}

static void test_predefined_refusals(void **state) {
    (void)state;
    static const char *const folds[6] = {"0", "1", "2", "0", "1", "2"}, *const words[6] = {"train", "valid", "test",
                                                                                           "train", "test",  "x"};
    DataCase data;
    begin(&data, 6);
    int32_t fold = data_case_category(&data, "part", folds, NULL);
    data_case_target(&data, data_case_real(&data, "y", counting));
    set_split(&data, LRT_SPLIT_PREDEFINED, 0, 0, 0, 0, fold);
    data.spec.split.test_fold = 1;
    check_sizes(&data, 4, 0, 2);
    data.spec.split.test_fold = 3;
    LrtError error = data_case_refuse(&data, "no-rows");
    assert_non_null(strstr(error.fix, "from 0 to 2"));
    data.spec.split.test_fold = -1;
    error = data_case_refuse(&data, "level-not-declared");
    assert_non_null(strstr(error.fix, "predefined(test: 0)"));
    data_case_free(&data);
    begin(&data, 6);
    fold = data_case_category(&data, "part", words, NULL);
    data_case_target(&data, data_case_real(&data, "y", counting));
    set_split(&data, LRT_SPLIT_PREDEFINED, 0, 0, 0, 0, fold);
    error = data_case_refuse(&data, "level-not-declared");
    assert_string_equal(error.text, "x"); /* `valid`, which published splits write, is the validation part */
    assert_int_equal(error.row, 6);
    data_case_free(&data);
}

static void test_empty_parts(void **state) {
    (void)state;
    DataCase data;
    begin(&data, 3);
    data_case_target(&data, data_case_real(&data, "y", counting));
    set_split(&data, LRT_SPLIT_RANDOM, 0.7, 0.15, 0.15, 0, -1);
    LrtError error = data_case_refuse(&data, "no-rows");
    assert_non_null(strstr(error.message, "test part"));
    set_split(&data, LRT_SPLIT_RANDOM, 1, 0, 0, 0, -1);
    check_sizes(&data, 3, 0, 0);
    data_case_free(&data);
}

static void test_shares(void **state) {
    (void)state;
    assert_int_equal(share_floor(100, 0.29), 29);
    assert_int_equal(share_rest_floor(100, 0.71), 29);
    assert_int_equal(share_floor(1000, 0.001), 1);
    assert_int_equal(share_floor(7, 0), 0);
    assert_int_equal(share_floor(7, 1), 7);
    assert_int_equal(share_floor(3, 1.0 / 3), 0); /* 0.333333333333333 */
    assert_int_equal(share_divide_floor(310, 0.5), 620);
    assert_int_equal(share_divide_floor(3, 0.3), 10);
    assert_int_equal(share_floor(INT64_MAX, 1), INT64_MAX);
    assert_int_equal(share_floor(1000000, 1e-15), 0);
    assert_int_equal(share_floor(1000, 33.3 / 100), 333);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_seeds),
        cmocka_unit_test(test_stratified_golden),
        cmocka_unit_test(test_small_classes),
        cmocka_unit_test(test_stratified_numbers),
        cmocka_unit_test(test_chronological),
        cmocka_unit_test(test_purge), cmocka_unit_test(test_purge_auto), cmocka_unit_test(test_purge_times),
        cmocka_unit_test(test_grouped), cmocka_unit_test(test_hashed),
        cmocka_unit_test(test_predefined),
        cmocka_unit_test(test_predefined_refusals),
        cmocka_unit_test(test_empty_parts),
        cmocka_unit_test(test_shares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
