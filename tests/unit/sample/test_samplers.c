/* Samplers: counts as imbalanced-learn's, originals first and untouched, every synthetic row on a segment between a row
 * of its class and one of its nearest neighbours there, categories voted, and what is refused. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "harness/data_case.h"
#include "lrt/random.h"
#include "sample/svm.h"

enum { MAX_ROWS = 6000, WIDTH = 6 };

static double numbers[WIDTH][MAX_ROWS];
static const char *labels[MAX_ROWS];

/* `counts` rows of each class "a", "b", …, shuffled; every column is normal about the class. */
static int64_t begin(DataCase *data, const int64_t *counts, int64_t classes) {
    static const char *const names[4] = {"a", "b", "c", "d"}, *const columns[WIDTH] = {"x0", "x1", "x2",
                                                                                       "x3", "x4", "x5"};
    static int64_t order[MAX_ROWS];
    LrtRandom random = lrt_random_stream(11, "test", 0);
    int64_t rows = 0;
    for (int64_t k = 0; k < classes; k++)
        for (int64_t i = 0; i < counts[k]; i++) order[rows++] = k;
    lrt_random_shuffle(&random, order, rows);
    for (int64_t i = 0; i < rows; i++) {
        labels[i] = names[order[i]];
        for (int c = 0; c < WIDTH; c++) numbers[c][i] = lrt_random_normal(&random) * (c + 1) + (double)order[i];
    }
    data_case_init(data, rows);
    for (int c = 0; c < WIDTH; c++) data_case_input(data, data_case_real(data, columns[c], numbers[c]));
    data_case_target(data, data_case_category(data, "y", labels, NULL));
    return rows;
}

static void set_sampler(DataCase *data, LrtSamplerKind kind, double ratio, uint64_t seed) {
    data->samplers[0] = (LrtSampler){.kind = kind, .neighbors = 5, .ratio = ratio, .seed = seed, .spec_line = 9};
    data->spec.sampler_count = 1;
}

static void check_counts(DataCase *data, const int64_t *wanted, int64_t classes) {
    LrtDataset *dataset = data_case_prepare(data, true);
    int64_t counts[4] = {0}, originals = 0;
    for (int64_t i = 0; i < dataset->part_count[LRT_PART_TRAIN]; i++) {
        int64_t row = dataset->part_rows[LRT_PART_TRAIN][i];
        counts[dataset->labels[row]]++;
        originals += row < dataset->original_count;
        assert_true(i == 0 || row > dataset->part_rows[LRT_PART_TRAIN][i - 1]);
    }
    for (int64_t k = 0; k < classes; k++) {
        assert_int_equal(counts[k], wanted[k]);
        assert_int_equal(dataset->sampled[0].after[k], wanted[k]);
    }
    assert_int_equal(dataset->sampled_count, 1);
    LrtDataset *counted = data_case_prepare(data, false); /* the same counts without sampling */
    LrtError error = {0};
    assert_true(lrt_dataset_plan_sampling(&data->spec, counted, &error));
    assert_int_equal(counted->row_count, dataset->original_count);
    assert_memory_equal(counted->sampled[0].after, wanted, (size_t)classes * sizeof *wanted);
    lrt_dataset_free(counted);
    for (int64_t i = 0; i < dataset->original_count; i++)
        for (int c = 0; c < WIDTH; c++) assert_true(dataset->features[i * WIDTH + c] == (float)numbers[c][i]);
    assert_true(originals > 0 && dataset->train_before_sampling == data->table.row_count);
    lrt_dataset_free(dataset);
}

static void test_counts(void **state) {
    (void)state;
    static const struct {
        LrtSamplerKind kind;
        double ratio;
        int64_t before[3], after[3];
    } cases[] = {
        {LRT_SAMPLER_OVERSAMPLE, 0.5, {100, 30, 70}, {100, 50, 70}}, /* a class that has enough stays */
        {LRT_SAMPLER_SMOTE, 0.8, {100, 30, 70}, {100, 80, 80}},
        {LRT_SAMPLER_UNDERSAMPLE, 0.5, {100, 30, 50}, {60, 30, 50}},
        {LRT_SAMPLER_SMOTE, 1, {50, 50, 0}, {50, 50, 0}},
        {LRT_SAMPLER_OVERSAMPLE, 0.29, {100, 5, 0}, {100, 29, 0}}, /* in exact decimals */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        DataCase data;
        int64_t classes = cases[i].before[2] ? 3 : 2;
        begin(&data, cases[i].before, classes);
        set_sampler(&data, cases[i].kind, cases[i].ratio, 1);
        check_counts(&data, cases[i].after, classes);
        data_case_free(&data);
    }
}

/* The counts that imbalanced-learn reaches from the same counts. */
static void test_golden_counts(void **state) {
    (void)state;
    static const struct {
        const char *call;
        LrtSamplerKind kind;
        double ratio;
    } calls[] = {{"SMOTE(k_neighbors=5, random_state=0)", LRT_SAMPLER_SMOTE, 1},
                 {"SMOTE(sampling_strategy=0.5, k_neighbors=5, random_state=0)", LRT_SAMPLER_SMOTE, 0.5},
                 {"RandomOverSampler(random_state=0)", LRT_SAMPLER_OVERSAMPLE, 1},
                 {"RandomUnderSampler(random_state=0)", LRT_SAMPLER_UNDERSAMPLE, 1},
                 {"RandomUnderSampler(sampling_strategy=0.5, random_state=0)", LRT_SAMPLER_UNDERSAMPLE, 0.5}};
    LrtJson *json = data_case_json("tests/golden/resampling.json");
    const LrtJson *sets = data_case_member(json, "sets");
    int compared = 0;
    for (int64_t s = 0; s < sets->count; s++) {
        const LrtJson *before = data_case_member(&sets->items[s], "before"),
                      *after = data_case_member(&sets->items[s], "after");
        for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
            const LrtJson *golden = lrt_json_member(after, calls[i].call);
            if (!golden || !lrt_json_member(golden, "counts"))
                continue; /* it refuses a ratio that is reached already */
            int64_t counts[2], wanted[2];
            for (int k = 0; k < 2; k++) {
                counts[k] = (int64_t)before->items[k].number;
                wanted[k] = (int64_t)data_case_member(data_case_member(golden, "counts"), before->items[k].key)->number;
            }
            DataCase data;
            begin(&data, counts, 2);
            set_sampler(&data, calls[i].kind, calls[i].ratio, 1);
            check_counts(&data, wanted, 2);
            data_case_free(&data);
            compared++;
        }
    }
    assert_true(compared >= 8);
    lrt_json_free(json);
}

/* ---- cleaning -------------------------------------------------------------------------------------------------- */

static double cells[32][600];
static const char *diagnoses[600];
static char header[40][64];

/* The table of breast_cancer.csv, standardized as the golden rows were; the class is the last column. */
static int64_t begin_breast_cancer(DataCase *data) {
    char *line = NULL, *rest = NULL;
    size_t room = 0;
    int64_t rows = 0, columns = 0, target = -1;
    FILE *file = fopen("tests/data/breast_cancer.csv", "r");
    assert_non_null(file);
    assert_true(getline(&line, &room, file) > 0);
    for (char *name = strtok_r(line, ",\r\n", &rest); name; name = strtok_r(NULL, ",\r\n", &rest))
        snprintf(header[columns++], sizeof header[0], "%s", name);
    while (getline(&line, &room, file) > 0) {
        int64_t c = 0;
        for (char *cell = strtok_r(line, ",\r\n", &rest); cell; cell = strtok_r(NULL, ",\r\n", &rest), c++) {
            bool malignant = strcmp(cell, "malignant") == 0;
            if (malignant || strcmp(cell, "benign") == 0) {
                diagnoses[rows] = malignant ? "malignant" : "benign";
                target = c;
            } else {
                cells[c][rows] = strtod(cell, NULL);
            }
        }
        rows++;
    }
    fclose(file);
    free(line);
    assert_true(rows == 569 && target == 30);
    data_case_init(data, rows);
    for (int64_t c = 0; c < 30; c++) data_case_real(data, header[c], cells[c]);
    int32_t y = data_case_category(data, "diagnosis", diagnoses, NULL);
    for (int32_t c = 0; c < 30; c++) data_case_input(data, data_case_scale(data, c, LRT_SCALE_STANDARD));
    data_case_target(data, y);
    return rows;
}

/* Exactly the rows that imbalanced-learn removes, and the counts without removing any. */
static void test_golden_removed(void **state) {
    (void)state;
    static const struct {
        const char *call;
        LrtSamplerKind kind;
        int64_t version;
    } calls[] = {{"TomekLinks()", LRT_SAMPLER_TOMEK_LINKS, 0},
                 {"EditedNearestNeighbours(n_neighbors=3, kind_sel='all')", LRT_SAMPLER_EDITED_NEIGHBORS, 0},
                 {"NearMiss(version=1, n_neighbors=3)", LRT_SAMPLER_NEAR_MISS, 1},
                 {"NearMiss(version=2, n_neighbors=3)", LRT_SAMPLER_NEAR_MISS, 2},
                 {"NearMiss(version=3, n_neighbors=3, n_neighbors_ver3=3)", LRT_SAMPLER_NEAR_MISS, 3}};
    LrtJson *json = data_case_json("tests/golden/resampling.json");
    const LrtJson *after = data_case_member(json, "sets/breast_cancer/after");
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        const LrtJson *removed = data_case_member(lrt_json_member(after, calls[i].call), "removed_positions");
        DataCase data;
        int64_t rows = begin_breast_cancer(&data), place = 0, kept = 0;
        set_sampler(&data, calls[i].kind, 1, 0);
        data.samplers[0].version = calls[i].version;
        LrtDataset *dataset = data_case_prepare(&data, true);
        assert_int_equal(dataset->part_count[LRT_PART_TRAIN], rows - removed->count);
        for (int64_t row = 0; row < rows; row++) {
            if (place < removed->count && removed->items[place].number == (double)row)
                place++;
            else
                assert_int_equal(dataset->part_rows[LRT_PART_TRAIN][kept++], row);
        }
        assert_int_equal(place, removed->count);
        LrtDataset *counted = data_case_prepare(&data, false);
        LrtError error = {0};
        assert_true(lrt_dataset_plan_sampling(&data.spec, counted, &error));
        assert_int_equal(counted->part_count[LRT_PART_TRAIN], rows);
        assert_memory_equal(counted->sampled[0].after, dataset->sampled[0].after, 2 * sizeof(int64_t));
        assert_int_equal(dataset->sampled[0].after[0] + dataset->sampled[0].after[1], kept);
        lrt_dataset_free(counted);
        lrt_dataset_free(dataset);
        data_case_free(&data);
    }
    lrt_json_free(json);
}

/* Counts that imbalanced-learn reaches on the same rows whatever its seed. */
static void test_golden_made(void **state) {
    (void)state;
    static const struct {
        const char *call;
        LrtSamplerKind kind;
    } calls[] = {{"ADASYN(n_neighbors=5, random_state=0)", LRT_SAMPLER_ADASYN},
                 {"BorderlineSMOTE(k_neighbors=5, random_state=0)", LRT_SAMPLER_BORDERLINE_SMOTE}};
    LrtJson *json = data_case_json("tests/golden/resampling.json");
    const LrtJson *after = data_case_member(json, "sets/breast_cancer/after");
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        const LrtJson *counts = data_case_member(lrt_json_member(after, calls[i].call), "counts");
        DataCase data;
        int64_t rows = begin_breast_cancer(&data);
        set_sampler(&data, calls[i].kind, 1, 3);
        LrtDataset *dataset = data_case_prepare(&data, true);
        assert_int_equal(dataset->sampled[0].after[0], (int64_t)data_case_member(counts, "benign")->number);
        assert_int_equal(dataset->sampled[0].after[1], (int64_t)data_case_member(counts, "malignant")->number);
        assert_int_equal(dataset->part_count[LRT_PART_TRAIN], dataset->sampled[0].after[0] + dataset->sampled[0].after[1]);
        assert_int_equal(dataset->original_count, rows);
        lrt_dataset_free(dataset);
        data_case_free(&data);
    }
    lrt_json_free(json);
}

/* sklearn.svm.SVC(gamma="scale") 1.9.1 has 59 support vectors of benign and 60 of malignant rows on the standardized table. */
static void test_support_vectors(void **state) {
    (void)state;
    DataCase data;
    int64_t rows = begin_breast_cancer(&data), kept[600], found[2] = {0, 0};
    LrtDataset *d = data_case_prepare(&data, false);
    signed char side[600];
    bool support[600];
    double variance = 0;
    for (int64_t i = 0; i < rows; i++) {
        kept[i] = i;
        side[i] = d->labels[i] ? 1 : -1;
        for (int64_t c = 0; c < 30; c++) variance += (double)d->features[i * 30 + c] * (double)d->features[i * 30 + c];
    }
    NeighborPoints points = {.numbers = d->features, .number_width = 30, .rows = kept, .count = rows};
    SvmPoints svm = {.points = &points, .side = side, .gamma = 1 / (30 * variance / (30 * (double)rows))};
    Region region = {0};
    LrtError error = {0};
    assert_true(svm_mark_support(&svm, support, &region, &error));
    for (int64_t i = 0; i < rows; i++) found[d->labels[i]] += support[i];
    assert_int_equal(found[0], 59);
    assert_int_equal(found[1], 60);
    region_free(&region);
    lrt_dataset_free(d);
    data_case_free(&data);
}

/* ---- properties of SMOTE --------------------------------------------------------------------------------------- */

static double distance(const float *a, const float *b) {
    double sum = 0;
    for (int c = 0; c < WIDTH; c++) sum += ((double)a[c] - (double)b[c]) * ((double)a[c] - (double)b[c]);
    return sum;
}

/* How many rows of the class lie nearer to row `from` than row `to` does. */
static int64_t rank_of(const LrtDataset *d, int64_t from, int64_t to) {
    int64_t nearer = 0;
    double reach = distance(d->features + from * WIDTH, d->features + to * WIDTH);
    for (int64_t i = 0; i < d->original_count; i++)
        nearer += i != from && d->labels[i] == d->labels[from] &&
                  distance(d->features + from * WIDTH, d->features + i * WIDTH) < reach;
    return nearer;
}

/* The share of the way from row a to row b at which `row` lies, down to -0.5 on the other side of a; else -1. */
static double place_between(const float *row, const float *a, const float *b) {
    double longest = 0, place = 0;
    for (int c = 0; c < WIDTH; c++) {
        double step = (double)b[c] - (double)a[c];
        if (fabs(step) > longest) {
            longest = fabs(step);
            place = ((double)row[c] - (double)a[c]) / step;
        }
    }
    if (!(place >= -0.5 - 1e-6 && place < 1)) return -1;
    for (int c = 0; c < WIDTH; c++) {
        double wanted = (double)a[c] + place * ((double)b[c] - (double)a[c]);
        if (fabs((double)row[c] - wanted) > 1e-6 * (1 + fabs(wanted))) return -1;
    }
    return place;
}

/* Every synthetic row lies on the line of a row of its class and one of its 5 nearest there; SVM-SMOTE's also beyond. The mean place is
 * that of smote. */
static void check_segments(LrtSamplerKind kind, double lowest) {
    DataCase data;
    static const int64_t counts[2] = {120, 40};
    begin(&data, counts, 2);
    set_sampler(&data, kind, 1, 5);
    LrtDataset *d = data_case_prepare(&data, true);
    double places = 0, made = (double)(d->row_count - d->original_count);
    assert_true(made >= 70 && (kind == LRT_SAMPLER_ADASYN ? made <= 90 : made == 80));
    for (int64_t row = d->original_count; row < d->row_count; row++) {
        bool found = false;
        assert_int_equal(d->labels[row], 1);
        assert_int_equal(d->source_row[row], -1);
        for (int64_t a = 0; a < d->original_count && !found; a++) {
            for (int64_t b = 0; b < d->original_count && !found; b++) {
                if (a == b || d->labels[a] != 1 || d->labels[b] != 1) continue;
                double place =
                    place_between(d->features + row * WIDTH, d->features + a * WIDTH, d->features + b * WIDTH);
                found = place >= lowest && rank_of(d, a, b) < 5;
                places += found ? place : 0;
            }
        }
        if (!found) fail_msg("synthetic row %d lies on no segment", (int)row);
    }
    if (kind == LRT_SAMPLER_SMOTE) assert_true(fabs(places / made - 0.5) < 0.15);
    lrt_dataset_free(d);
    data_case_free(&data);
}

static void test_segments(void **state) {
    (void)state;
    check_segments(LRT_SAMPLER_SMOTE, 0);
    check_segments(LRT_SAMPLER_SMOTE_NC, 0);
    check_segments(LRT_SAMPLER_BORDERLINE_SMOTE, 0);
    check_segments(LRT_SAMPLER_ADASYN, 0);
    check_segments(LRT_SAMPLER_SVM_SMOTE, -0.5 - 1e-6);
}

/* Behind SMOTE no Tomek link and no contradicted row is left of those that there were; planning puts everything back. */
static void test_combinations(void **state) {
    (void)state;
    static const LrtSamplerKind kinds[2] = {LRT_SAMPLER_SMOTE_TOMEK, LRT_SAMPLER_SMOTE_ENN};
    static const int64_t counts[2] = {150, 40};
    for (int i = 0; i < 2; i++) {
        DataCase data;
        begin(&data, counts, 2);
        set_sampler(&data, kinds[i], 1, 5);
        LrtDataset *d = data_case_prepare(&data, true), *planned = data_case_prepare(&data, false);
        LrtError error = {0};
        const int64_t *after = d->sampled[0].after;
        assert_true(after[0] < 150 && after[0] > 50 && after[1] < 150 && after[1] > 50);
        assert_int_equal(d->part_count[LRT_PART_TRAIN], after[0] + after[1]);
        assert_true(lrt_dataset_plan_sampling(&data.spec, planned, &error));
        assert_memory_equal(planned->sampled[0].after, after, 2 * sizeof *after);
        assert_int_equal(planned->part_count[LRT_PART_TRAIN], 190);
        assert_int_equal(planned->row_count, 190);
        for (int64_t k = 0; k < 190; k++) assert_int_equal(planned->part_rows[LRT_PART_TRAIN][k], k);
        lrt_dataset_free(planned);
        lrt_dataset_free(d);
        data_case_free(&data);
    }
}

static void test_seeds(void **state) {
    (void)state;
    DataCase data;
    static const int64_t counts[2] = {100, 40};
    begin(&data, counts, 2);
    LrtDataset *runs[3];
    for (uint64_t i = 0; i < 3; i++) {
        set_sampler(&data, LRT_SAMPLER_SMOTE, 1, i == 2 ? 8 : 7);
        runs[i] = data_case_prepare(&data, true);
    }
    size_t bytes = (size_t)(runs[0]->row_count * WIDTH) * sizeof(float);
    assert_memory_equal(runs[0]->features, runs[1]->features, bytes);
    assert_memory_not_equal(runs[0]->features, runs[2]->features, bytes);
    for (int i = 0; i < 3; i++) lrt_dataset_free(runs[i]);
    data_case_free(&data);
}

/* One-hot rows stay one-hot, indices are rows' own, indicators are 0 or 1: all as most of the neighbours have it. */
static void test_votes(void **state) {
    (void)state;
    static const char *colors[200], *plans[200], *classes[200];
    static double x[200];
    static const char *const names[3] = {"red", "green", "blue"};
    LrtRandom random = lrt_random_stream(3, "test", 0);
    for (int64_t i = 0; i < 200; i++) {
        classes[i] = i % 4 ? "no" : "yes";
        x[i] = lrt_random_below(&random, 6) == 0 ? NAN : lrt_random_normal(&random);
        colors[i] = names[lrt_random_below(&random, 3)];
        plans[i] = names[lrt_random_below(&random, 2)];
    }
    DataCase data;
    data_case_init(&data, 200);
    int32_t number = data_case_real(&data, "x", x), color = data_case_category(&data, "color", colors, NULL);
    int32_t plan = data_case_category(&data, "plan", plans, NULL), y = data_case_category(&data, "y", classes, NULL);
    LrtStep *step = data_case_step(&data, LRT_TRANSFORM_IMPUTE, number);
    step->option[0] = LRT_IMPUTE_MEAN;
    step->indicator = data_case_slot(&data, "x:missing", LRT_SLOT_REAL, number);
    data_case_input(&data, step->output);
    data_case_input(&data, step->indicator);
    data_case_input(&data, data_case_step(&data, LRT_TRANSFORM_ONE_HOT, color)->output);
    data_case_input(&data, data_case_step(&data, LRT_TRANSFORM_INDEX, plan)->output);
    data_case_target(&data, y);
    data.samplers[0] = (LrtSampler){.kind = LRT_SAMPLER_SMOTE, .neighbors = 3, .ratio = 1, .seed = 2};
    data.spec.sampler_count = 1;
    LrtDataset *d = data_case_prepare(&data, true);
    assert_int_equal(d->feature_width, 5);
    assert_int_equal(d->row_count, 300);
    for (int64_t row = 200; row < 300; row++) {
        const float *f = d->features + row * 5;
        assert_true(f[1] == 0 || f[1] == 1);
        assert_true(f[2] + f[3] + f[4] == 1 && f[2] * f[3] == 0 && f[2] * f[4] == 0 && f[3] * f[4] == 0);
        assert_true(d->indices[row] == 0 || d->indices[row] == 1);
    }
    lrt_dataset_free(d);
    data_case_free(&data);
}

static void test_refusals(void **state) {
    (void)state;
    static const int64_t few[2] = {50, 4}, one[2] = {50, 1}, none[2] = {50, 0};
    DataCase data;
    begin(&data, few, 2);
    set_sampler(&data, LRT_SAMPLER_SMOTE, 1, 1);
    LrtError error = data_case_refuse(&data, "sampler-neighbors");
    assert_non_null(strstr(error.message, "class `b`"));
    assert_non_null(strstr(error.message, "has 4 rows"));
    assert_non_null(strstr(error.fix, "neighbors: 3"));
    assert_int_equal(error.spec_line, 9);
    data_case_free(&data);
    begin(&data, one, 2);
    set_sampler(&data, LRT_SAMPLER_SMOTE, 1, 1);
    error = data_case_refuse(&data, "sampler-neighbors");
    assert_non_null(strstr(error.fix, "oversample"));
    data_case_free(&data);
    begin(&data, none, 2);
    static const char *const declared[2] = {"a", "b"};
    data.targets[0].levels = declared;
    data.targets[0].level_count = 2;
    set_sampler(&data, LRT_SAMPLER_UNDERSAMPLE, 1, 1);
    data_case_refuse(&data, "sampler-empties-class");
    set_sampler(&data, LRT_SAMPLER_OVERSAMPLE, 1, 1);
    data_case_refuse(&data, "class-too-small");
    data_case_free(&data);
    static const double y[4] = {1, 2, 3, 4};
    data_case_init(&data, 4);
    data_case_target(&data, data_case_real(&data, "y", y));
    set_sampler(&data, LRT_SAMPLER_OVERSAMPLE, 1, 1);
    data_case_refuse(&data, "sampler-needs-classes");
    data_case_free(&data);
}

/* Repeated rows are whole rows of their class; undersampling keeps rows that were there. */
static void test_whole_rows(void **state) {
    (void)state;
    static const int64_t counts[2] = {90, 30};
    DataCase data;
    begin(&data, counts, 2);
    set_sampler(&data, LRT_SAMPLER_OVERSAMPLE, 1, 1);
    LrtDataset *d = data_case_prepare(&data, true);
    int64_t different = 0;
    for (int64_t row = d->original_count; row < d->row_count; row++) {
        int64_t from = d->source_row[row];
        assert_true(from >= 0 && from < 120 && d->labels[from] == 1 && d->labels[row] == 1);
        assert_memory_equal(d->features + row * WIDTH, d->features + from * WIDTH, WIDTH * sizeof(float));
        different += from != d->source_row[d->original_count];
    }
    assert_true(different > 30);
    lrt_dataset_free(d);
    data_case_free(&data);
}

/* Two samplers, one behind the other, on the training part alone. */
static void test_chain(void **state) {
    (void)state;
    static const int64_t counts[2] = {2000, 100};
    DataCase data;
    begin(&data, counts, 2);
    data.spec.split = (LrtSplit){
        .kind = LRT_SPLIT_STRATIFIED, .share = {0.5, 0.25, 0.25}, .seed = 1, .column = WIDTH, .test_fold = -1};
    data.samplers[0] = (LrtSampler){.kind = LRT_SAMPLER_SMOTE, .neighbors = 5, .ratio = 0.1, .seed = 1};
    data.samplers[1] = (LrtSampler){.kind = LRT_SAMPLER_UNDERSAMPLE, .ratio = 0.5, .seed = 1};
    data.spec.sampler_count = 2;
    LrtDataset *d = data_case_prepare(&data, true);
    assert_int_equal(d->sampled[0].before[1], 50);
    assert_int_equal(d->sampled[0].after[1], 100);
    assert_int_equal(d->sampled[1].after[0], 200);
    assert_int_equal(d->part_count[LRT_PART_TRAIN], 300);
    assert_int_equal(d->part_count[LRT_PART_VALIDATION], 525);
    for (int64_t i = 0; i < 525; i++) assert_true(d->part_rows[LRT_PART_VALIDATION][i] < d->original_count);
    lrt_dataset_free(d);
    data_case_free(&data);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_counts),     cmocka_unit_test(test_golden_counts), cmocka_unit_test(test_segments),
        cmocka_unit_test(test_seeds),      cmocka_unit_test(test_votes),         cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_whole_rows), cmocka_unit_test(test_chain),         cmocka_unit_test(test_golden_removed),
        cmocka_unit_test(test_golden_made), cmocka_unit_test(test_support_vectors), cmocka_unit_test(test_combinations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
