/* Arrays of a fixed size, filled in the order of the calls. */
#include "harness/data_case.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

void data_case_init(DataCase *out, int64_t rows) {
    memset(out, 0, sizeof *out);
    out->lines = malloc((size_t)rows * sizeof *out->lines + 1);
    for (int64_t i = 0; i < rows; i++) out->lines[i] = i + 2;
    out->table =
        (LrtTable){.row_count = rows, .columns = out->cells, .lines = out->lines, .path = "case.csv", .digest = "0123"};
    out->spec = (LrtDataSpec){.spec_file = "case.lspec",
                              .source = {.path = "case.csv", .spec_path = "case.csv", .header = true},
                              .columns = out->columns,
                              .slots = out->slots,
                              .steps = out->steps,
                              .inputs = out->inputs,
                              .targets = out->targets,
                              .samplers = out->samplers,
                              .weight_slot = -1,
                              .series = {.time = -1},
                              .split = {.kind = LRT_SPLIT_RANDOM, .share = {1, 0, 0}, .column = -1, .test_fold = -1}};
}

void data_case_free(DataCase *data) {
    for (int64_t i = 0; i < data->spec.column_count; i++) {
        free(data->cells[i].real);
        free(data->cells[i].code);
        for (int64_t k = 0; k < data->cells[i].level_count; k++) free((char *)(uintptr_t)data->cells[i].levels[k]);
        free(data->cells[i].levels);
    }
    free(data->lines);
}

static int32_t add_column(DataCase *data, const char *name, LrtColumnType type, LrtSlotKind kind) {
    int32_t number = (int32_t)data->spec.column_count++;
    assert_int_equal(data->spec.step_count, 0);
    data->columns[number] = (LrtColumn){.name = name, .type = type, .optional = true};
    data->slots[number] = (LrtSlot){.name = name, .kind = kind, .column = number};
    data->spec.slot_count = data->table.column_count = data->spec.column_count;
    data->cells[number].present = true;
    return number;
}

int32_t data_case_real(DataCase *data, const char *name, const double *values) {
    int32_t number = add_column(data, name, LRT_COLUMN_REAL, LRT_SLOT_REAL);
    size_t bytes = (size_t)data->table.row_count * sizeof *values;
    data->cells[number].real = malloc(bytes + 1);
    memcpy(data->cells[number].real, values, bytes);
    return number;
}

static int compare_texts(const void *left, const void *right) {
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static void learn_levels(const char *const *cells, int64_t rows, LrtTableColumn *out) {
    const char **sorted = malloc((size_t)rows * sizeof *sorted + 1);
    int64_t count = 0;
    for (int64_t i = 0; i < rows; i++)
        if (cells[i]) sorted[count++] = cells[i];
    qsort(sorted, (size_t)count, sizeof *sorted, compare_texts);
    out->levels = malloc((size_t)rows * sizeof *out->levels + 1);
    for (int64_t i = 0; i < count; i++)
        if (i == 0 || strcmp(sorted[i], sorted[i - 1]) != 0) out->levels[out->level_count++] = strdup(sorted[i]);
    free(sorted);
}

static void declare_levels(const char *levels, LrtTableColumn *out) {
    char *text = strdup(levels), *rest = text;
    out->levels = malloc((strlen(levels) + 1) * sizeof *out->levels);
    for (char *level = strtok_r(text, "|", &rest); level; level = strtok_r(NULL, "|", &rest))
        out->levels[out->level_count++] = strdup(level);
    free(text);
}

int32_t data_case_category(DataCase *data, const char *name, const char *const *cells, const char *levels) {
    int32_t number = add_column(data, name, LRT_COLUMN_CATEGORY, LRT_SLOT_CODE);
    LrtTableColumn *column = &data->cells[number];
    if (levels)
        declare_levels(levels, column);
    else
        learn_levels(cells, data->table.row_count, column);
    column->code = malloc((size_t)data->table.row_count * sizeof *column->code + 1);
    for (int64_t i = 0; i < data->table.row_count; i++) {
        column->code[i] = -1;
        for (int32_t k = 0; cells[i] && k < column->level_count; k++)
            if (strcmp(cells[i], column->levels[k]) == 0) column->code[i] = k;
    }
    data->columns[number].closed = levels != NULL;
    data->columns[number].levels = column->levels;
    data->columns[number].level_count = column->level_count;
    return number;
}

int32_t data_case_slot(DataCase *data, const char *name, LrtSlotKind kind, int32_t column) {
    data->slots[data->spec.slot_count] = (LrtSlot){.name = name, .kind = kind, .column = column};
    return (int32_t)data->spec.slot_count++;
}

LrtStep *data_case_step(DataCase *data, LrtTransform transform, int32_t input) {
    LrtSlotKind kind = data->slots[input].kind;
    if (transform == LRT_TRANSFORM_ONE_HOT) kind = LRT_SLOT_MATRIX;
    if (transform == LRT_TRANSFORM_ORDINAL) kind = LRT_SLOT_REAL;
    if (transform == LRT_TRANSFORM_INDEX) kind = LRT_SLOT_INDEX;
    if (transform == LRT_TRANSFORM_CROSS || transform == LRT_TRANSFORM_HASH || transform == LRT_TRANSFORM_LEVELS)
        kind = LRT_SLOT_CODE;
    if (transform == LRT_TRANSFORM_TARGET_ENCODE || transform == LRT_TRANSFORM_COMPONENT) kind = LRT_SLOT_REAL;
    if (transform == LRT_TRANSFORM_PCA || transform == LRT_TRANSFORM_SELECT || transform == LRT_TRANSFORM_HASH_WORDS ||
        transform == LRT_TRANSFORM_BAG_OF_WORDS)
        kind = LRT_SLOT_MATRIX;
    LrtStep *step = &data->steps[data->spec.step_count++];
    *step =
        (LrtStep){.transform = transform, .input = input, .indicator = -1, .spec_line = (int32_t)data->spec.step_count};
    step->output = data_case_slot(data, data->slots[input].name, kind, data->slots[input].column);
    return step;
}

void data_case_input(DataCase *data, int32_t slot) {
    LrtInput *input = &data->inputs[data->spec.input_count++];
    *input =
        (LrtInput){.name = data->slots[slot].name, .slot = slot, .is_index = data->slots[slot].kind == LRT_SLOT_INDEX};
}

int32_t data_case_scale(DataCase *data, int32_t input, LrtScale how) {
    LrtStep *step = data_case_step(data, LRT_TRANSFORM_SCALE, input);
    step->option[0] = (int32_t)how;
    return step->output;
}

int32_t data_case_impute(DataCase *data, int32_t input, LrtImpute how) {
    LrtStep *step = data_case_step(data, LRT_TRANSFORM_IMPUTE, input);
    step->option[0] = (int32_t)how;
    return step->output;
}

void data_case_target(DataCase *data, int32_t slot) {
    LrtTarget *target = &data->targets[data->spec.target_count++];
    const LrtSlot *of = &data->slots[slot];
    *target = (LrtTarget){.name = of->name, .slot = slot, .is_class = of->kind == LRT_SLOT_CODE, .units = ""};
    if (target->is_class) {
        target->levels = data->columns[of->column].levels;
        target->level_count = data->columns[of->column].level_count;
        target->offset = (int32_t)data->spec.label_width++;
    } else {
        target->offset = (int32_t)data->spec.target_width++;
    }
}

LrtDataset *data_case_prepare(DataCase *data, bool with_sampling) {
    LrtError error = {0};
    LrtDataset *dataset = lrt_dataset_prepare(&data->spec, &data->table, with_sampling, &error);
    if (!dataset) fail_msg("%s: %s", error.name, error.message);
    return dataset;
}

LrtError data_case_refuse(DataCase *data, const char *name) {
    LrtError error = {0};
    LrtDataset *dataset = lrt_dataset_prepare(&data->spec, &data->table, true, &error);
    if (dataset) fail_msg("expected %s", name);
    if (strcmp(error.name, name) != 0) fail_msg("expected %s, got %s: %s", name, error.name, error.message);
    assert_true(error.message[0] != '\0' && error.fix[0] != '\0');
    return error;
}

LrtJson *data_case_json(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) fail_msg("%s is not there", path);
    char *text = malloc(1 << 20);
    size_t length = fread(text, 1, 1 << 20, file), place = 0;
    fclose(file);
    LrtJson *json = lrt_json_parse(text, length, &place);
    if (!json) fail_msg("%s is no JSON from byte %zu on", path, place);
    free(text);
    return json;
}

const LrtJson *data_case_member(const LrtJson *json, const char *path) {
    char *text = strdup(path), *rest = text;
    for (char *key = strtok_r(text, "/", &rest); json && key; key = strtok_r(NULL, "/", &rest)) {
        const LrtJson *member = lrt_json_member(json, key);
        if (!member) fail_msg("no `%s` of `%s`", key, path);
        json = member;
    }
    free(text);
    return json;
}

void data_case_check(DataCase *data, const float *wanted, int64_t count, int64_t width) {
    LrtDataset *dataset = data_case_prepare(data, false);
    assert_int_equal(dataset->feature_width, width);
    for (int64_t i = 0; i < count * width; i++)
        if (dataset->features[i] != wanted[i])
            fail_msg("value %d: %g, not %g", (int)i, (double)dataset->features[i], (double)wanted[i]);
    lrt_dataset_free(dataset);
    data_case_free(data);
}
