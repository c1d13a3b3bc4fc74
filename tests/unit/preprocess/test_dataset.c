/* The way of the rows as a whole: nothing of validation and test part reaches a fit; what is written reads back as the
 * same floats; files for prediction bring levels of their own. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "harness/data_case.h"
#include "lrt/random.h"
#include "lrt/real_math.h"

enum { ROWS = 400 };

typedef struct Cells {
    double income[ROWS], age[ROWS];
    const char *region[ROWS], *plan[ROWS], *label[ROWS];
} Cells;

static void draw_cells(Cells *cells, uint64_t seed) {
    static const char *const regions[4] = {"north", "south", "east", "west"}, *const plans[3] = {"basic", "pro", "max"};
    LrtRandom random = lrt_random_stream(seed, "test", 0);
    for (int64_t i = 0; i < ROWS; i++) {
        cells->income[i] = lrt_random_below(&random, 10) == 0 ? NAN : lrt_exp(lrt_random_normal(&random));
        cells->age[i] = (double)(18 + lrt_random_below(&random, 60));
        int64_t region = lrt_random_below(&random, 20); /* one in twenty is rare, one is missing */
        cells->region[i] = region == 0 ? NULL : region == 1 ? "far away" : regions[region % 4];
        cells->plan[i] = plans[lrt_random_below(&random, 3)];
        cells->label[i] = lrt_random_below(&random, 5) == 0 ? "yes" : "no";
    }
}

/* Every kind of step, and SMOTE behind them. */
static void build_case(DataCase *data, const Cells *cells) {
    data_case_init(data, ROWS);
    data->spec.split =
        (LrtSplit){.kind = LRT_SPLIT_STRATIFIED, .share = {0.6, 0.2, 0.2}, .seed = 7, .column = 4, .test_fold = -1};
    int32_t income = data_case_real(data, "income", cells->income), age = data_case_real(data, "age", cells->age);
    int32_t region = data_case_category(data, "region", cells->region, NULL);
    int32_t plan = data_case_category(data, "plan", cells->plan, "basic|pro|max");
    int32_t label = data_case_category(data, "label", cells->label, "no|yes");
    LrtStep *step = data_case_step(data, LRT_TRANSFORM_IMPUTE, income);
    step->option[0] = LRT_IMPUTE_MEDIAN;
    step->indicator = data_case_slot(data, "income:missing", LRT_SLOT_REAL, income);
    data_case_input(data, step->indicator);
    step = data_case_step(data, LRT_TRANSFORM_WINSORIZE, step->output);
    step->number[0] = 0.02;
    step->number[1] = 0.98;
    data_case_input(data, data_case_scale(data, step->output, LRT_SCALE_MAD));
    step = data_case_step(data, LRT_TRANSFORM_CLIP, age);
    step->option[0] = 1;
    step->number[0] = 0.05;
    step->number[1] = 0.95;
    data_case_input(data, data_case_scale(data, step->output, LRT_SCALE_STANDARD));
    step = data_case_step(data, LRT_TRANSFORM_ONE_HOT, region);
    step->option[0] = LRT_UNSEEN_OTHER;
    step->number[0] = 25;
    data_case_input(data, step->output);
    data_case_input(data, data_case_step(data, LRT_TRANSFORM_INDEX, plan)->output);
    data_case_target(data, label);
    data->spec.samplers = data->samplers;
    data->spec.sampler_count = 1;
    data->samplers[0] = (LrtSampler){.kind = LRT_SAMPLER_SMOTE, .neighbors = 5, .ratio = 0.8, .seed = 3};
}

static void assert_same_fits(const LrtFit *a, const LrtFit *b, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        assert_int_equal(a[i].number_count, b[i].number_count);
        assert_int_equal(a[i].name_count, b[i].name_count);
        assert_int_equal(a[i].width, b[i].width);
        if (a[i].number_count)
            assert_memory_equal(a[i].numbers, b[i].numbers, (size_t)a[i].number_count * sizeof(double));
        for (int64_t k = 0; k < a[i].name_count; k++) assert_string_equal(a[i].names[k], b[i].names[k]);
    }
}

static void assert_same_row(const LrtDataset *a, const LrtDataset *b, int64_t row) {
    size_t width = (size_t)a->feature_width;
    assert_memory_equal(a->features + row * a->feature_width, b->features + row * a->feature_width,
                        width * sizeof(float));
    assert_int_equal(a->indices[row], b->indices[row]);
    assert_int_equal(a->labels[row], b->labels[row]);
    assert_int_equal(a->source_row[row], b->source_row[row]);
}

/* Every cell of validation and test part that is no target is changed, to values and levels never seen: fits, training
 * rows and synthetic rows stay bit for bit. */
static void test_no_leak(void **state) {
    (void)state;
    static Cells cells, changed;
    static DataCase data, other;
    draw_cells(&cells, 1);
    build_case(&data, &cells);
    LrtDataset *before = data_case_prepare(&data, true);
    changed = cells;
    for (int part = LRT_PART_VALIDATION; part <= LRT_PART_TEST; part++) {
        assert_int_equal(before->part_count[part], 80);
        for (int64_t i = 0; i < before->part_count[part]; i++) {
            int64_t row = before->source_row[before->part_rows[part][i]];
            changed.income[row] = 1e6 + (double)row;
            changed.age[row] = -5e5 - (double)row;
            changed.region[row] = row % 2 ? "elsewhere" : NULL;
            changed.plan[row] = "max";
        }
    }
    build_case(&other, &changed);
    LrtDataset *after = data_case_prepare(&other, true);
    assert_same_fits(before->fits, after->fits, before->fit_count);
    assert_int_equal(before->row_count, after->row_count);
    assert_true(before->row_count > before->original_count);
    assert_int_equal(before->part_count[LRT_PART_TRAIN], after->part_count[LRT_PART_TRAIN]);
    for (int64_t i = 0; i < before->part_count[LRT_PART_TRAIN]; i++) {
        assert_int_equal(before->part_rows[LRT_PART_TRAIN][i], after->part_rows[LRT_PART_TRAIN][i]);
        assert_same_row(before, after, before->part_rows[LRT_PART_TRAIN][i]);
    }
    lrt_dataset_free(before);
    lrt_dataset_free(after);
    data_case_free(&data);
    data_case_free(&other);
}

static void temporary_path(char out[64]) {
    snprintf(out, 64, "/tmp/lspec-preprocess-XXXXXX");
    int descriptor = mkstemp(out);
    assert_true(descriptor >= 0);
    close(descriptor);
}

static void write_fits(const DataCase *data, const LrtDataset *dataset, const char *path) {
    LrtError error = {0};
    if (!lrt_preprocess_write(&data->spec, &data->table, dataset, path, &error)) fail_msg("%s", error.message);
}

static void test_round_trip(void **state) {
    (void)state;
    static Cells cells;
    static DataCase data;
    char path[64];
    LrtError error = {0};
    draw_cells(&cells, 2);
    build_case(&data, &cells);
    LrtDataset *dataset = data_case_prepare(&data, true);
    temporary_path(path);
    write_fits(&data, dataset, path);
    LrtFit *fits = lrt_preprocess_read(&data.spec, path, &error);
    if (!fits) fail_msg("%s", error.message);
    assert_same_fits(dataset->fits, fits, dataset->fit_count);
    LrtDataset *applied = lrt_dataset_apply(&data.spec, &data.table, fits, false, &error);
    if (!applied) fail_msg("%s", error.message);
    assert_int_equal(applied->row_count, dataset->original_count);
    assert_int_equal(applied->part_count[LRT_PART_TEST], applied->row_count);
    for (int64_t i = 0; i < applied->row_count; i++) assert_same_row(dataset, applied, i);
    lrt_dataset_free(applied);
    lrt_fits_free(fits, data.spec.step_count);
    lrt_dataset_free(dataset);
    data_case_free(&data);
    unlink(path);
}

static size_t read_text(const char *path, char *out, size_t room) {
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t length = fread(out, 1, room - 1, file);
    fclose(file);
    out[length] = '\0';
    return length;
}

static void write_text(const char *path, const char *text, size_t length) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fwrite(text, 1, length, file);
    fclose(file);
}

static void assert_refused(const DataCase *data, const char *path, const char *what) {
    LrtError error = {0};
    LrtFit *fits = lrt_preprocess_read(&data->spec, path, &error);
    if (fits) fail_msg("%s was read", what);
    assert_true(error.status == LRT_EXIT_DATA && error.message[0] && error.fix[0]);
}

/* Cut off anywhere, with a word changed, or of other steps: an error, never a crash, never half a fit. */
static void test_damaged(void **state) {
    (void)state;
    static Cells cells;
    static DataCase data;
    static char text[65536], changed[65536];
    char path[64];
    draw_cells(&cells, 3);
    build_case(&data, &cells);
    LrtDataset *dataset = data_case_prepare(&data, true);
    temporary_path(path);
    write_fits(&data, dataset, path);
    size_t length = read_text(path, text, sizeof text);
    for (size_t cut = 0; cut + 3 < length; cut += 37) {
        write_text(path, text, cut);
        assert_refused(&data, path, "a file that was cut off");
    }
    static const char *const words[] = {"lspec-preprocess", "\"version\"",    "\"steps\"",    "\"winsorize\"",
                                        "\"value\"",        "\"width\"",      "\"quantile\"", "\"mad\"",
                                        "region=",          "\"statistics\"", "\"high\""};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        memcpy(changed, text, length + 1);
        char *word = strstr(changed, words[i]);
        assert_non_null(word);
        word[strlen(words[i]) / 2] = '~';
        write_text(path, changed, length);
        assert_refused(&data, path, words[i]);
    }
    write_text(path, text, length);
    data.spec.step_count--;
    assert_refused(&data, path, "a file of another spec");
    data.spec.step_count++;
    LrtError error = {0};
    unlink(path);
    assert_null(lrt_preprocess_read(&data.spec, path, &error));
    assert_int_equal(error.status, LRT_EXIT_SYSTEM);
    lrt_dataset_free(dataset);
    data_case_free(&data);
}

static void test_same_bytes(void **state) {
    (void)state;
    static Cells cells;
    static DataCase data;
    static char first[65536], second[65536];
    char path[64];
    size_t length = 0;
    draw_cells(&cells, 4);
    temporary_path(path);
    for (int run = 0; run < 2; run++) {
        build_case(&data, &cells);
        LrtDataset *dataset = data_case_prepare(&data, true);
        write_fits(&data, dataset, path);
        length = read_text(path, run ? second : first, sizeof first);
        lrt_dataset_free(dataset);
        data_case_free(&data);
    }
    assert_memory_equal(first, second, length);
    assert_non_null(strstr(first, "\"rows_after\""));
    unlink(path);
}

/* A file for prediction has fewer rows, other levels in another order, and no target. */
static void test_prediction(void **state) {
    (void)state;
    static Cells cells, fresh;
    static DataCase data, other;
    draw_cells(&cells, 5);
    build_case(&data, &cells);
    LrtDataset *dataset = data_case_prepare(&data, true);
    draw_cells(&fresh, 6);
    fresh.region[0] = "a new place";
    fresh.region[1] = "west";
    fresh.region[2] = "far away"; /* pooled */
    build_case(&other, &fresh);
    other.cells[4].present = false;
    for (int64_t i = 0; i < ROWS; i++) other.cells[4].code[i] = -1;
    LrtError error = {0};
    LrtDataset *applied = lrt_dataset_apply(&data.spec, &other.table, dataset->fits, true, &error);
    if (!applied) fail_msg("%s", error.message);
    assert_int_equal(applied->row_count, ROWS);
    assert_int_equal(applied->labels[0], -1);
    int64_t hot = applied->feature_width - lrt_input_width(&data.spec, dataset->fits, 3);
    for (int64_t k = hot; k < applied->feature_width; k++) {
        const char *name = lrt_input_column_name(&data.spec, dataset->fits, 3, k - hot, (char[LRT_ELEMENT_NAME]){0});
        assert_true(applied->features[k] == (float)(strcmp(name, "region:other") == 0));
        assert_true(applied->features[applied->feature_width + k] == (float)(strcmp(name, "region=west") == 0));
        assert_true(applied->features[2 * applied->feature_width + k] == (float)(strcmp(name, "region:other") == 0));
        assert_string_not_equal(name, "region=far away");
    }
    lrt_dataset_free(applied);
    assert_null(lrt_dataset_apply(&data.spec, &other.table, dataset->fits, false, &error));
    assert_string_equal(error.name, "column-not-in-data");
    lrt_dataset_free(dataset);
    data_case_free(&data);
    data_case_free(&other);
}

/* A target that prediction does not need is not looked at; evaluation needs it. */
static void test_bad_target(void **state) {
    (void)state;
    static const double x[3] = {1, 2, 3}, y[3] = {10, 20, 30}, bad[3] = {10, 0, 30};
    DataCase data, other;
    for (int i = 0; i < 2; i++) {
        DataCase *of = i ? &other : &data;
        data_case_init(of, 3);
        data_case_input(of, data_case_real(of, "x", x));
        int32_t target = data_case_real(of, "y", i ? bad : y);
        data_case_target(of, data_case_step(of, LRT_TRANSFORM_LOG, target)->output);
    }
    LrtDataset *dataset = data_case_prepare(&data, false);
    LrtError error = {0};
    LrtDataset *applied = lrt_dataset_apply(&data.spec, &other.table, dataset->fits, true, &error);
    if (!applied) fail_msg("%s", error.message);
    assert_true(isnan(applied->targets[0]) && applied->features[2] == 3);
    assert_null(lrt_dataset_apply(&data.spec, &other.table, dataset->fits, false, &error));
    assert_string_equal(error.name, "transform-domain");
    lrt_dataset_free(applied);
    lrt_dataset_free(dataset);
    data_case_free(&data);
    data_case_free(&other);
}

static void test_unseen_is_refused(void **state) {
    (void)state;
    static const char *const cells[4] = {"a", "b", "a", "b"}, *const fresh[4] = {"a", "a", "c", "b"};
    static const double y[4] = {1, 2, 3, 4};
    DataCase data, other;
    for (int i = 0; i < 2; i++) {
        DataCase *of = i ? &other : &data;
        data_case_init(of, 4);
        LrtStep *step;
        int32_t region = data_case_category(of, "region", i ? fresh : cells, NULL), target = data_case_real(of, "y", y);
        step = data_case_step(of, LRT_TRANSFORM_ONE_HOT, region);
        step->option[0] = LRT_UNSEEN_ERROR;
        data_case_input(of, step->output);
        data_case_target(of, target);
    }
    LrtDataset *dataset = data_case_prepare(&data, false);
    LrtError error = {0};
    assert_null(lrt_dataset_apply(&data.spec, &other.table, dataset->fits, false, &error));
    assert_string_equal(error.name, "unseen-category");
    assert_string_equal(error.text, "c");
    assert_int_equal(error.row, 3);
    lrt_dataset_free(dataset);
    data_case_free(&data);
    data_case_free(&other);
}

/* Rows without a target go, and are counted; weights go along. */
static void test_rows_without_target(void **state) {
    (void)state;
    static const double x[5] = {1, 2, 3, 4, 5}, y[5] = {NAN, 10, NAN, 20, 30}, w[5] = {1, 2, 3, 4, 0};
    DataCase data;
    data_case_init(&data, 5);
    data_case_input(&data, data_case_real(&data, "x", x));
    data_case_target(&data, data_case_real(&data, "y", y));
    data.spec.weight_slot = data_case_real(&data, "w", w);
    data.columns[data.spec.weight_slot].type = LRT_COLUMN_WEIGHT;
    LrtDataset *dataset = data_case_prepare(&data, false);
    assert_int_equal(dataset->row_count, 3);
    assert_int_equal(dataset->dropped_without_target, 2);
    assert_int_equal(dataset->part_count[LRT_PART_TRAIN], 3);
    static const float features[3] = {2, 4, 5}, targets[3] = {10, 20, 30}, weights[3] = {2, 4, 0};
    assert_memory_equal(dataset->features, features, sizeof features);
    assert_memory_equal(dataset->targets, targets, sizeof targets);
    assert_memory_equal(dataset->weights, weights, sizeof weights);
    lrt_dataset_free(dataset);
    data.cells[2].real[3] = -1;
    LrtError error = data_case_refuse(&data, "bound-violated");
    assert_int_equal(error.row, 4);
    for (int i = 0; i < 5; i++) data.cells[1].real[i] = NAN;
    data_case_refuse(&data, "no-rows");
    data_case_free(&data);
}

static void test_one_row(void **state) {
    (void)state;
    static const double x[1] = {3}, y[1] = {4};
    DataCase data;
    data_case_init(&data, 1);
    int32_t slot = data_case_real(&data, "x", x), target = data_case_real(&data, "y", y);
    data_case_input(&data, data_case_scale(&data, slot, LRT_SCALE_ROBUST));
    data_case_target(&data, target);
    LrtDataset *dataset = data_case_prepare(&data, false);
    assert_true(dataset->features[0] == 0 && dataset->targets[0] == 4);
    lrt_dataset_free(dataset);
    data_case_free(&data);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_leak),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_same_bytes),
        cmocka_unit_test(test_prediction),
        cmocka_unit_test(test_unseen_is_refused),
        cmocka_unit_test(test_bad_target),
        cmocka_unit_test(test_one_row),
        cmocka_unit_test(test_rows_without_target),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
