/* The way of the rows: leave out those without a target, divide them into parts, run the steps (fitted on the training
 * part alone), put the columns side by side, then sample. Prediction takes the same way with given fits and one part.
 */
#include "core/unfused.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data/assemble.h"
#include "sample/sampler.h"
#include "split/split.h"

static LrtDataset *dataset_new(LrtError *error) {
    LrtDataset *dataset = calloc(1, sizeof *dataset);
    Region *region = dataset ? calloc(1, sizeof *region) : NULL;
    if (!region) {
        free(dataset);
        lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for the data");
        return NULL;
    }
    dataset->memory = region;
    return dataset;
}

void lrt_dataset_free(LrtDataset *dataset) {
    if (dataset) {
        lrt_fits_free(dataset->fits, dataset->fit_count);
        region_free(dataset->memory);
        free(dataset->memory);
        free(dataset);
    }
}

/* ---- rows ------------------------------------------------------------------------------------------------------ */

static bool has_target(const LrtDataSpec *spec, const LrtTable *table, int64_t row) {
    for (int64_t k = 0; k < spec->target_count; k++) {
        const LrtTableColumn *column = &table->columns[spec->slots[spec->targets[k].slot].column];
        if (column->code ? column->code[row] < 0 : !column->real || isnan(column->real[row])) {
            return false;
        }
    }
    return true;
}

/* Rows of the table with a target (`all`: every row). NULL on error. */
static int64_t *choose_rows(const LrtDataSpec *spec, const LrtTable *table, bool all, Region *region,
                            int64_t *out_count, LrtError *error) {
    int64_t *rows = REGION_ARRAY(region, int64_t, table->row_count, error);
    int64_t count = 0;
    for (int64_t row = 0; rows && row < table->row_count; row++) {
        if (all || has_target(spec, table, row)) {
            rows[count++] = row;
        }
    }
    *out_count = count;
    if (rows && count == 0) {
        if (table->row_count == 0) {
            lrt_error_set(error, LRT_EXIT_DATA, "no-rows", "the data has no rows");
            lrt_error_fix(error, "at least one row below the header");
        } else {
            lrt_error_set(error, LRT_EXIT_DATA, "no-rows", "none of the %" PRId64 " rows has a target",
                          table->row_count);
            lrt_error_fix(error, "fill the cells of the target");
        }
        return NULL;
    }
    return rows;
}

/* ---- columns --------------------------------------------------------------------------------------------------- */

/* Images and vectors as floats, whatever their source holds them as. */
static bool gather_array(Frame *frame, const LrtTableColumn *column, SlotValues *out) {
    int64_t width = column->width, at = 0;
    *out = (SlotValues){.width = width};
    out->matrix = REGION_ARRAY(frame->region, float, frame->row_count * width, frame->error);
    for (int64_t i = 0; out->matrix && i < frame->row_count; i++) {
        int64_t from = frame->source_row[i] * width;
        for (int64_t j = 0; j < width; j++, at++) {
            out->matrix[at] = column->bytes ? (float)column->bytes[from + j] : column->floats[from + j];
        }
    }
    return out->matrix != NULL;
}

static bool gather_column(Frame *frame, const LrtTableColumn *column, SlotValues *out) {
    if (column->width > 0) {
        return gather_array(frame, column, out);
    }
    *out = (SlotValues){.width = 1, .levels = (const char *const *)column->levels, .level_count = column->level_count};
    if (column->code) {
        out->code = REGION_ARRAY(frame->region, int32_t, frame->row_count, frame->error);
    } else {
        out->real = REGION_ARRAY(frame->region, double, frame->row_count, frame->error);
    }
    if (!out->code && !out->real) {
        return false;
    }
    for (int64_t i = 0; i < frame->row_count; i++) {
        if (column->code) {
            out->code[i] = column->code[frame->source_row[i]];
        } else {
            out->real[i] = column->real[frame->source_row[i]];
        }
    }
    return true;
}

/* The raw columns that are needed, in the rows of the frame. */
static bool gather_columns(Frame *frame, bool inputs_alone) {
    const LrtDataSpec *spec = frame->spec;
    bool *needed = REGION_ARRAY(frame->region, bool, spec->slot_count, frame->error);
    frame->slots = REGION_ARRAY(frame->region, SlotValues, spec->slot_count, frame->error);
    if (!needed || !frame->slots) {
        return false;
    }
    transforms_needed(spec, inputs_alone, needed);
    for (int32_t c = 0; c < spec->column_count; c++) {
        const LrtTableColumn *column = &frame->table->columns[c];
        SlotValues *values = &frame->slots[c];
        if (!column->present || !needed[c]) {
            continue;
        }
        if (!gather_column(frame, column, values)) {
            return false;
        }
    }
    return true;
}

static bool list_parts(LrtDataset *dataset, const unsigned char *part, LrtError *error) {
    for (int p = 0; p < LRT_PART_COUNT; p++) {
        for (int64_t i = 0; i < dataset->row_count; i++) {
            dataset->part_count[p] += part[i] == p;
        }
        int64_t *rows = REGION_ARRAY(dataset->memory, int64_t, dataset->part_count[p], error);
        if (!rows) {
            return false;
        }
        dataset->part_rows[p] = rows;
        for (int64_t i = 0; i < dataset->row_count; i++) {
            if (part[i] == p) {
                *rows++ = i;
            }
        }
    }
    return true;
}

/* Divides the rows; those of no part are left out of the data set. */
static bool divide_rows(const LrtDataSpec *spec, const LrtTable *table, Region *scratch, LrtDataset *dataset,
                        LrtError *error) {
    SplitRows rows = {.spec = spec, .table = table, .region = scratch};
    SplitResult split;
    rows.rows = choose_rows(spec, table, false, scratch, &rows.count, error);
    if (!rows.rows || !split_rows(&rows, &split, error)) {
        return false;
    }
    dataset->dropped_without_target = table->row_count - rows.count;
    dataset->dropped_without_fold = split.without_fold;
    dataset->purged = split.purged;
    dataset->source_row = REGION_ARRAY(dataset->memory, int64_t, rows.count, error);
    for (int64_t i = 0; dataset->source_row && i < rows.count; i++) {
        if (split.part[i] < LRT_PART_COUNT) {
            split.part[dataset->row_count] = split.part[i];
            dataset->source_row[dataset->row_count++] = rows.rows[i];
        }
    }
    dataset->original_count = dataset->row_count;
    return dataset->source_row && list_parts(dataset, split.part, error);
}

/* ---- the two ways ---------------------------------------------------------------------------------------------- */

static bool check_weights(const LrtDataset *dataset, LrtError *error) {
    if (!dataset->weights) {
        return true;
    }
    for (int64_t i = 0; i < dataset->part_count[LRT_PART_TRAIN]; i++) {
        if (dataset->weights[dataset->part_rows[LRT_PART_TRAIN][i]] > 0) {
            return true;
        }
    }
    lrt_error_set(error, LRT_EXIT_DATA, "no-rows", "every row of the training part has the weight 0");
    lrt_error_fix(error, "a weight above 0 for the rows that count");
    return false;
}

/* The training part as the steps have left it. */
static bool take_training(const Frame *frame, LrtDataset *dataset) {
    int64_t *count = &dataset->part_count[LRT_PART_TRAIN];
    dataset->dropped_outliers = *count - frame->training_count;
    if (frame->training_count == 0 && *count > 0) {
        lrt_error_set(frame->error, LRT_EXIT_DATA, "no-rows",
                      "`drop_outliers` leaves no row in the training part of %" PRId64, *count);
        lrt_error_fix(frame->error, "a greater factor: drop_outliers(3, by: iqr)");
        return false;
    }
    *count = frame->training_count;
    return true;
}

static bool prepare(const LrtDataSpec *spec, const LrtTable *table, bool with_sampling, Region *scratch,
                    LrtDataset *dataset, LrtError *error) {
    NoteList notes = {.region = dataset->memory};
    if (!divide_rows(spec, table, scratch, dataset, error)) {
        return false;
    }
    Frame frame = {.spec = spec,
                   .table = table,
                   .row_count = dataset->row_count,
                   .source_row = dataset->source_row,
                   .training = dataset->part_rows[LRT_PART_TRAIN],
                   .training_count = dataset->part_count[LRT_PART_TRAIN],
                   .region = scratch,
                   .notes = &notes,
                   .error = error};
    dataset->fits = calloc(spec->step_count > 0 ? (size_t)spec->step_count : 1, sizeof *dataset->fits);
    if (!dataset->fits) {
        return lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for the fits");
    }
    dataset->fit_count = spec->step_count;
    if (!gather_columns(&frame, false) || !transforms_fit(&frame, dataset->fits) ||
        !take_training(&frame, dataset) || !assemble_matrices(&frame, dataset->fits, dataset->memory, false, dataset) || !check_weights(dataset, error)) {
        return false;
    }
    dataset->notes = notes.notes;
    dataset->note_count = notes.count;
    dataset->train_before_sampling = dataset->part_count[LRT_PART_TRAIN];
    return !with_sampling || samplers_run(spec, dataset, false, error);
}

LrtDataset *lrt_dataset_prepare(const LrtDataSpec *spec, const LrtTable *table, bool with_sampling, LrtError *error) {
    Region scratch = {0};
    LrtDataset *dataset = dataset_new(error);
    if (dataset && !prepare(spec, table, with_sampling, &scratch, dataset, error)) {
        lrt_dataset_free(dataset);
        dataset = NULL;
    }
    region_free(&scratch);
    return dataset;
}

bool lrt_dataset_plan_sampling(const LrtDataSpec *spec, LrtDataset *dataset, LrtError *error) {
    return samplers_run(spec, dataset, true, error);
}

static bool check_targets_present(const LrtDataSpec *spec, const LrtTable *table, LrtError *error) {
    for (int64_t k = 0; k < spec->target_count; k++) {
        int32_t column = spec->slots[spec->targets[k].slot].column;
        if (!table->columns[column].present) {
            lrt_error_set(error, LRT_EXIT_DATA, "column-not-in-data", "the data has no column `%s`, the target",
                          spec->columns[column].name);
            lrt_error_fix(error, "`predict` works without it");
            error->column_index = column;
            return false;
        }
    }
    return true;
}

static bool apply(const LrtDataSpec *spec, const LrtTable *table, const LrtFit *fits, bool without_target,
                  Region *scratch, LrtDataset *dataset, LrtError *error) {
    if (!without_target && !check_targets_present(spec, table, error)) {
        return false;
    }
    dataset->source_row = choose_rows(spec, table, without_target, dataset->memory, &dataset->row_count, error);
    if (!dataset->source_row) {
        return false;
    }
    dataset->original_count = dataset->row_count;
    dataset->dropped_without_target = table->row_count - dataset->row_count;
    unsigned char *part = REGION_ARRAY(scratch, unsigned char, dataset->row_count, error);
    if (!part) {
        return false;
    }
    memset(part, LRT_PART_TEST, (size_t)dataset->row_count);
    Frame frame = {.spec = spec,
                   .table = table,
                   .row_count = dataset->row_count,
                   .source_row = dataset->source_row,
                   .region = scratch,
                   .error = error};
    return list_parts(dataset, part, error) && gather_columns(&frame, without_target) &&
           transforms_apply(&frame, fits) && assemble_matrices(&frame, fits, dataset->memory, without_target, dataset);
}

LrtDataset *lrt_dataset_apply(const LrtDataSpec *spec, const LrtTable *table, const LrtFit *fits, bool without_target,
                              LrtError *error) {
    Region scratch = {0};
    LrtDataset *dataset = dataset_new(error);
    if (dataset && !apply(spec, table, fits, without_target, &scratch, dataset, error)) {
        lrt_dataset_free(dataset);
        dataset = NULL;
    }
    region_free(&scratch);
    return dataset;
}
