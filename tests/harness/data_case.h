/* Small data sets of tests, built column by column in memory: a spec and the table that belongs to it. */
#ifndef TESTS_HARNESS_DATA_CASE_H
#define TESTS_HARNESS_DATA_CASE_H

#include "lrt/dataset.h"
#include "lrt/json.h"

enum { DATA_CASE_COLUMNS = 64, DATA_CASE_SLOTS = 256, DATA_CASE_STEPS = 128, DATA_CASE_TARGETS = 4 };

typedef struct DataCase {
    LrtDataSpec spec;
    LrtTable table;
    LrtColumn columns[DATA_CASE_COLUMNS];
    LrtSlot slots[DATA_CASE_SLOTS]; /* the first DATA_CASE_COLUMNS are put before the others by data_case_finish */
    LrtStep steps[DATA_CASE_STEPS];
    LrtInput inputs[DATA_CASE_SLOTS];
    LrtTarget targets[DATA_CASE_TARGETS];
    LrtSampler samplers[2];
    LrtTableColumn cells[DATA_CASE_COLUMNS];
    int64_t *lines;
} DataCase;

/* A spec without columns that puts every row with a target into the training part. */
void data_case_init(DataCase *out, int64_t rows);
void data_case_free(DataCase *data);

/* Columns come before steps. Each returns the column's slot. Values are copied. */
int32_t data_case_real(DataCase *data, const char *name, const double *values);
/* Cells by name, NULL missing. `levels` NULL: open, learnt in ascending order of texts; else closed, by "a|b|c". */
int32_t data_case_category(DataCase *data, const char *name, const char *const *cells, const char *levels);

/* A step on a slot, whose options the caller fills; its output is the slot to go on with. */
LrtStep *data_case_step(DataCase *data, LrtTransform transform, int32_t input);
int32_t data_case_slot(DataCase *data, const char *name, LrtSlotKind kind, int32_t column);
void data_case_input(DataCase *data, int32_t slot);
/* Shorthands: the output slot. */
int32_t data_case_scale(DataCase *data, int32_t input, LrtScale how);
int32_t data_case_impute(DataCase *data, int32_t input, LrtImpute how);

/* A target: its classes are the levels of the slot's column, or it is a number. */
void data_case_target(DataCase *data, int32_t slot);

/* A dataset, or the test fails with the error. */
LrtDataset *data_case_prepare(DataCase *data, bool with_sampling);
/* Prepares, holds the whole feature matrix against `wanted` [count, width], and frees the case. */
void data_case_check(DataCase *data, const float *wanted, int64_t count, int64_t width);
/* The error that preparing must give; the test fails where there is none, or one of another name. */
LrtError data_case_refuse(DataCase *data, const char *name);

/* A whole JSON file; the test fails where it is none. Free with lrt_json_free. */
LrtJson *data_case_json(const char *path);
/* The member of a member: data_case_member(json, "columns.ames.results") splits at "/". */
const LrtJson *data_case_member(const LrtJson *json, const char *path);

#endif
