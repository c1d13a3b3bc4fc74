/* The audit passes what is fitted on the training part alone, and catches preparations that are not: statistics of all
 * rows, levels of all rows, an encoding by targets of other parts, rows that move with other parts. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "audit/audit.h"
#include "harness/data_case.h"
#include "lrt/random.h"

enum { ROWS = 200 };

typedef enum Kind { KIND_SCALE, KIND_MINMAX, KIND_ONE_HOT, KIND_TARGET_ENCODE, KIND_COUNT } Kind;

/* Rows whose region is rare stand in the last part. */
static void build(DataCase *data, Kind kind) {
    static const char *const regions[] = {"north", "south", "east", "west", "far away"};
    double x[ROWS], y[ROWS];
    const char *region[ROWS];
    LrtRandom random = lrt_random_stream(5, "test", 0);
    for (int i = 0; i < ROWS; i++) {
        x[i] = lrt_random_normal(&random);
        y[i] = x[i] + lrt_random_normal(&random);
        region[i] = regions[i > 190 ? 4 : lrt_random_below(&random, 4)];
    }
    data_case_init(data, ROWS);
    data->spec.split =
        (LrtSplit){.kind = LRT_SPLIT_CHRONOLOGICAL, .share = {0.6, 0.2, 0.2}, .column = -1, .test_fold = -1};
    int32_t number = data_case_real(data, "x", x), target = data_case_real(data, "y", y);
    int32_t level = data_case_category(data, "region", region, NULL);
    LrtStep *step;
    switch (kind) {
    case KIND_SCALE: data_case_input(data, data_case_scale(data, number, LRT_SCALE_STANDARD)); break;
    case KIND_MINMAX: data_case_input(data, data_case_scale(data, number, LRT_SCALE_MINMAX)); break;
    case KIND_ONE_HOT: data_case_input(data, data_case_step(data, LRT_TRANSFORM_ONE_HOT, level)->output); break;
    case KIND_TARGET_ENCODE:
    case KIND_COUNT:
        step = data_case_step(data, LRT_TRANSFORM_TARGET_ENCODE, level);
        step->number[0] = 10;
        step->option[3] = LRT_ENCODE_VALUE;
        data_case_input(data, step->output);
        break;
    }
    data_case_target(data, target);
}

static int64_t audit(Kind kind, AuditPrepare *prepare, char first[512]) {
    DataCase data;
    Audit result;
    LrtError error = {0};
    build(&data, kind);
    if (!audit_data(&result, &data.spec, &data.table, prepare, NULL, &error)) fail_msg("%s", error.message);
    assert_int_equal(result.poisoned_rows, 80);
    int64_t differences = result.differences;
    snprintf(first, 512, "%s", result.first);
    audit_free(&result);
    data_case_free(&data);
    return differences;
}

static void test_clean(void **state) {
    (void)state;
    char first[512];
    for (Kind kind = KIND_SCALE; kind < KIND_COUNT; kind++) assert_int_equal(audit(kind, lrt_dataset_prepare, first), 0);
}

/* The same data, all of it in the training part. */
static LrtDataset *prepare_all(const LrtDataSpec *spec, const LrtTable *table, LrtError *error) {
    LrtDataSpec whole = *spec;
    LrtTable rows = *table;
    whole.split.share[0] = 1;
    whole.split.share[1] = whole.split.share[2] = 0;
    rows.parts = NULL;
    rows.parts_given = false;
    return lrt_dataset_prepare(&whole, &rows, false, error);
}

/* Fits that saw every row. */
static LrtDataset *leaky_fits(const LrtDataSpec *spec, const LrtTable *table, bool sampled, LrtError *error) {
    LrtDataset *dataset = lrt_dataset_prepare(spec, table, sampled, error), *all = prepare_all(spec, table, error);
    assert_true(dataset && all);
    LrtFit *fits = dataset->fits;
    dataset->fits = all->fits;
    all->fits = fits;
    lrt_dataset_free(all);
    return dataset;
}

/* Training rows that were transformed by what every row told; the fits that are kept are innocent. */
static LrtDataset *leaky_rows(const LrtDataSpec *spec, const LrtTable *table, bool sampled, LrtError *error) {
    LrtDataset *dataset = lrt_dataset_prepare(spec, table, sampled, error), *all = prepare_all(spec, table, error);
    assert_true(dataset && all && dataset->row_count == all->row_count);
    size_t bytes = (size_t)(dataset->row_count * dataset->feature_width) * sizeof(float);
    if (dataset->feature_width == all->feature_width) memcpy(dataset->features, all->features, bytes);
    lrt_dataset_free(all);
    return dataset;
}

static void test_leaky_fits(void **state) {
    (void)state;
    static const char *const told[] = {[KIND_SCALE] = "statistic 1 of `scale` of `x`",
                                       [KIND_MINMAX] = "statistic 1 of `scale` of `x`",
                                       [KIND_ONE_HOT] = "`one_hot` of `region` has 5 columns",
                                       [KIND_TARGET_ENCODE] = "`target_encode` of `region` has"};
    char first[512];
    for (Kind kind = KIND_SCALE; kind < KIND_COUNT; kind++) {
        assert_true(audit(kind, leaky_fits, first) > 0);
        if (strncmp(first, told[kind], strlen(told[kind])) != 0) fail_msg("%s", first);
    }
}

static void test_leaky_rows(void **state) {
    (void)state;
    char first[512];
    assert_int_equal(audit(KIND_SCALE, leaky_rows, first), 1);
    assert_true(strstr(first, "120 of 120 training rows") != NULL);
    assert_int_equal(audit(KIND_TARGET_ENCODE, leaky_rows, first), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_clean), cmocka_unit_test(test_leaky_fits),
                                       cmocka_unit_test(test_leaky_rows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
