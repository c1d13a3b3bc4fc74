/* The way of the rows: leave out those without a target, divide them into parts, run the steps (fitted on the training
 * part alone), put the columns side by side, then sample. Prediction takes the same way with given fits and one part.
 */
#include "core/unfused.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data/assemble.h"
#include "data/table_memory.h"
#include "data/frame_rows.h"
#include "data/sort_numbers.h"
#include "sample/sampler.h"

/* Data of a table that is kept in paged memory is kept so, too. */
static bool is_paged(const LrtTable *table) {
    const TableMemory *memory = table->memory;
    return memory && memory->is_paged;
}

/* Rows of a walk, and rows at random: each of those maps sixteen pages. */
enum { ROWS_A_TRIM = 1 << 15, TOUCHES_A_TRIM = 1 << 11 };

static LrtDataset *dataset_new(const LrtTable *table, LrtError *error) {
    LrtDataset *dataset = calloc(1, sizeof *dataset);
    Region *region = dataset ? calloc(1, sizeof *region) : NULL;
    if (!region) {
        free(dataset);
        lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for the data");
        return NULL;
    }
    region->is_paged = is_paged(table);
    dataset->memory = region;
    return dataset;
}

void lrt_dataset_touch(const LrtDataset *dataset, int64_t rows) {
    Region *region = dataset->memory;
    if (region && region->is_paged && (region->touched += rows) >= TOUCHES_A_TRIM) {
        region_trim(region);
    }
}

void lrt_dataset_free(LrtDataset *dataset) {
    if (dataset) {
        lrt_fits_free(dataset->fits, dataset->fit_count);
        region_free(dataset->memory);
        free(dataset->memory);
        free(dataset);
    }
}

/* ---- columns --------------------------------------------------------------------------------------------------- */

static void trim(const Frame *frame) {
    region_trim(frame->region);
    if (frame->region->is_paged) {
        table_memory_trim(frame->table->memory);
    }
}

/* Images and vectors as floats, whatever their source holds them as. */
static bool gather_array(Frame *frame, const LrtTableColumn *column, SlotValues *out) {
    int64_t width = column->width, at = 0;
    *out = (SlotValues){.width = width};
    out->matrix = REGION_ARRAY(frame->region, float, frame->row_count *width, frame->error);
    for (int64_t i = 0; out->matrix && i < frame->row_count; i++) {
        int64_t from = frame->source_row[i] * width;
        for (int64_t j = 0; j < width; j++, at++) {
            out->matrix[at] = column->bytes ? (float)column->bytes[from + j] : column->floats[from + j];
        }
    }
    return out->matrix != NULL;
}

static bool gather_column(Frame *frame, int32_t number, SlotValues *out) {
    const LrtTableColumn *column = &frame->table->columns[number];
    const LrtColumn *declared = &frame->spec->columns[number];
    if (column->width > 0) {
        return gather_array(frame, column, out);
    }
    *out = (SlotValues){.width = 1,
                        .levels = (const char *const *)column->levels,
                        .level_count = column->level_count,
                        .closed = declared->closed,
                        .may_miss = declared->optional};
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
        if (i % (ROWS_A_TRIM << 5) == 0) {
            trim(frame);
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
        if (frame->table->columns[c].present && needed[c] && !gather_column(frame, c, &frame->slots[c])) {
            return false;
        }
        trim(frame);
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

static Frame frame_of(const LrtDataSpec *spec, const LrtTable *table, const FrameRows *rows, Region *scratch,
                      NoteList *notes, LrtError *error) {
    return (Frame){.spec = spec,
                   .table = table,
                   .row_count = rows->count,
                   .source_row = rows->source_row,
                   .series = rows->in_series ? &rows->series : NULL,
                   .region = scratch,
                   .notes = notes,
                   .error = error};
}

/* The rows that fits may see: those of the training part. */
static bool list_training(Frame *frame, const FrameRows *rows) {
    int64_t *training = REGION_ARRAY(frame->region, int64_t, rows->count, frame->error);
    for (int64_t i = 0; training && i < rows->count; i++) {
        if (rows->part[i] == LRT_PART_TRAIN) {
            training[frame->training_count++] = i;
        }
    }
    frame->training = training;
    return training != NULL;
}

/* ---- selection ------------------------------------------------------------------------------------------------- */

static void *select_items(Region *region, const void *items, size_t size, const int64_t *rows, int64_t count,
                          LrtError *error) {
    unsigned char *selected = region_alloc(region, count, size, error);
    for (int64_t i = 0; selected && i < count; i++) {
        memcpy(selected + (size_t)i * size, (const unsigned char *)items + (size_t)rows[i] * size, size);
    }
    return selected;
}

static bool select_slot(Frame *frame, int32_t slot, const int64_t *rows, int64_t count, bool *selected) {
    SlotValues *values = &frame->slots[slot];
    Region *region = frame->region;
    bool good = true;
    if (selected[slot]) {
        return true;
    }
    selected[slot] = true;
    if (values->real) {
        good = (values->real = select_items(region, values->real, sizeof(double), rows, count, frame->error)) != NULL;
    }
    if (good && values->code) {
        good = (values->code = select_items(region, values->code, sizeof(int32_t), rows, count, frame->error)) != NULL;
    }
    if (good && values->index) {
        good =
            (values->index = select_items(region, values->index, sizeof(int32_t), rows, count, frame->error)) != NULL;
    }
    if (good && values->matrix) {
        size_t size = (size_t)values->width * sizeof(float);
        good = (values->matrix = select_items(region, values->matrix, size, rows, count, frame->error)) != NULL;
    }
    return good;
}

/* The frame becomes its rows `rows`, as far as inputs, targets and weights go: all steps have been run. */
static bool select_rows(Frame *frame, const int64_t *rows, int64_t count) {
    const LrtDataSpec *spec = frame->spec;
    bool *selected = REGION_ARRAY(frame->region, bool, spec->slot_count, frame->error);
    bool good = selected != NULL;
    for (int64_t i = 0; good && i < spec->input_count; i++) {
        good = select_slot(frame, spec->inputs[i].slot, rows, count, selected);
    }
    for (int64_t i = 0; good && i < spec->target_count; i++) {
        good = select_slot(frame, spec->targets[i].slot, rows, count, selected);
    }
    if (good && spec->weight_slot >= 0) {
        good = select_slot(frame, spec->weight_slot, rows, count, selected);
    }
    frame->source_row =
        good ? select_items(frame->region, frame->source_row, sizeof(int64_t), rows, count, frame->error) : NULL;
    frame->row_count = count;
    frame->series = NULL;
    return frame->source_row != NULL;
}

/* Rows of each part in the order of the file, where they lie in that of their series. */
static bool sort_parts(LrtDataset *dataset, LrtError *error) {
    for (int p = 0; p < LRT_PART_COUNT; p++) {
        Region scratch = {0};
        int64_t count = dataset->part_count[p];
        double *keys = REGION_ARRAY(&scratch, double, count, error);
        for (int64_t i = 0; keys && i < count; i++) {
            keys[i] = (double)dataset->source_row[dataset->part_rows[p][i]];
        }
        bool good = keys && sort_numbers(keys, dataset->part_rows[p], count, error);
        region_free(&scratch);
        if (!good) {
            return false;
        }
    }
    return true;
}

/* The rows that have a part and those parts, once all steps have been run. */
static bool keep_rows(Frame *frame, FrameRows *rows, LrtDataset *dataset) {
    const unsigned char *part = rows->part;
    int64_t window = lrt_longest_window(frame->spec);
    if (rows->in_series) {
        int64_t count;
        const int64_t *kept = window > 1
                                  ? frame_rows_windowed(rows, window, frame->region, dataset, &count, frame->error)
                                  : frame_rows_kept(rows, frame->table, frame->region, &count, frame->error);
        if (!kept || !select_rows(frame, kept, count)) {
            return false;
        }
        part = select_items(frame->region, rows->part, 1, kept, count, frame->error);
    }
    dataset->row_count = dataset->original_count = frame->row_count;
    dataset->source_row = REGION_ARRAY(dataset->memory, int64_t, frame->row_count, frame->error);
    if (!part || !dataset->source_row) {
        return false;
    }
    memcpy(dataset->source_row, frame->source_row, (size_t)frame->row_count * sizeof(int64_t));
    return list_parts(dataset, part, frame->error) && (window == 1 || sort_parts(dataset, frame->error));
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
static bool take_training(const Frame *frame, const FrameRows *rows, LrtDataset *dataset) {
    int64_t before = 0;
    for (int64_t i = 0; i < rows->count; i++) {
        if (rows->part[i] == LRT_PART_TRAIN) {
            rows->part[i] = LRT_PART_NONE;
            before++;
        }
    }
    for (int64_t i = 0; i < frame->training_count; i++) {
        rows->part[frame->training[i]] = LRT_PART_TRAIN;
    }
    dataset->dropped_outliers = before - frame->training_count;
    if (frame->training_count == 0 && before > 0) {
        lrt_error_set(frame->error, LRT_EXIT_DATA, "no-rows",
                      "`drop_outliers` leaves no row in the training part of %" PRId64, before);
        lrt_error_fix(frame->error, "a greater factor: drop_outliers(3, by: iqr)");
        return false;
    }
    return true;
}

static bool prepare(const LrtDataSpec *spec, const LrtTable *table, bool with_sampling, Region *scratch,
                    LrtDataset *dataset, LrtError *error) {
    NoteList notes = {.region = dataset->memory};
    FrameRows rows;
    if (!frame_rows_split(spec, table, scratch, &notes, dataset, &rows, error)) {
        return false;
    }
    Frame frame = frame_of(spec, table, &rows, scratch, &notes, error);
    dataset->fits = calloc(spec->step_count > 0 ? (size_t)spec->step_count : 1, sizeof *dataset->fits);
    if (!dataset->fits) {
        return lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for the fits");
    }
    dataset->fit_count = spec->step_count;
    if (!list_training(&frame, &rows) || !gather_columns(&frame, false) || !transforms_fit(&frame, dataset->fits) ||
        !take_training(&frame, &rows, dataset) || !keep_rows(&frame, &rows, dataset) ||
        !assemble_matrices(&frame, dataset->fits, dataset->memory, false, dataset) || !check_weights(dataset, error)) {
        return false;
    }
    dataset->notes = notes.notes;
    dataset->note_count = notes.count;
    dataset->train_before_sampling = dataset->part_count[LRT_PART_TRAIN];
    return !with_sampling || samplers_run(spec, dataset, false, error);
}

LrtDataset *lrt_dataset_prepare(const LrtDataSpec *spec, const LrtTable *table, bool with_sampling, LrtError *error) {
    Region scratch = {.is_paged = is_paged(table)};
    LrtDataset *dataset = dataset_new(table, error);
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
    FrameRows rows;
    if (!frame_rows_all(spec, table, without_target, scratch, dataset, &rows, error)) {
        return false;
    }
    Frame frame = frame_of(spec, table, &rows, scratch, NULL, error);
    return gather_columns(&frame, without_target) && transforms_apply(&frame, fits) &&
           keep_rows(&frame, &rows, dataset) &&
           assemble_matrices(&frame, fits, dataset->memory, without_target, dataset);
}

LrtDataset *lrt_dataset_apply(const LrtDataSpec *spec, const LrtTable *table, const LrtFit *fits, bool without_target,
                              LrtError *error) {
    Region scratch = {.is_paged = is_paged(table)};
    LrtDataset *dataset = dataset_new(table, error);
    if (dataset && !apply(spec, table, fits, without_target, &scratch, dataset, error)) {
        lrt_dataset_free(dataset);
        dataset = NULL;
    }
    region_free(&scratch);
    return dataset;
}
