/* Blocks side by side in the order of spec->inputs; numbers become floats here and nowhere earlier. */
#include "core/unfused.h"

#include "data/assemble.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <stdio.h>

#include "data/level_map.h"
#include "data/table_place.h"

enum { ROWS_SHOWN = 3, ROWS_AT_ONCE = 1 << 15 };

/* "4, 9, 17": data rows of the first bad cells. */
static void first_rows(const Frame *frame, const double *values, bool missing, char *out, size_t size,
                       int64_t *out_count) {
    size_t length = 0;
    *out_count = 0;
    for (int64_t i = 0; i < frame->row_count; i++) {
        if (missing ? !isnan(values[i]) : isfinite((float)values[i])) {
            continue;
        }
        if (*out_count < ROWS_SHOWN && length < size) {
            const char *separator = *out_count ? ", " : "";
            length += (size_t)snprintf(out + length, size - length, "%s%" PRId64, separator,
                                       table_file_row(frame->table, frame->source_row[i]));
        }
        *out_count += 1;
    }
}

/* The error about cells of a slot that are missing or beyond a float. */
static bool refuse_cells(Frame *frame, int32_t slot, const double *values, int64_t row) {
    const LrtSlot *of = &frame->spec->slots[slot];
    const char *column = frame->spec->columns[of->column].name;
    bool missing = isnan(values[row]);
    int64_t count = 0, source = frame->source_row[row];
    char rows[96] = "", text[128];
    first_rows(frame, values, missing, rows, sizeof rows, &count);
    const char *dots = count > ROWS_SHOWN ? ", …" : "";
    if (missing) {
        lrt_error_set(frame->error, LRT_EXIT_DATA, "missing-unhandled",
                      "column `%s` has %" PRId64 " missing cell%s where the network reads it: row%s %s%s", of->name,
                      count, count == 1 ? "" : "s", count == 1 ? "" : "s", rows, dots);
        lrt_error_why(frame->error,
                      "a missing number has no value to compute with: the first one makes every weight NaN");
        lrt_error_fix(frame->error, "%s -> impute(median)", of->name);
    } else {
        lrt_error_set(frame->error, LRT_EXIT_DATA, "nonfinite-data",
                      "column `%s` has %" PRId64 " cell%s beyond the range of a float after its flow: row%s %s%s",
                      of->name, count, count == 1 ? "" : "s", count == 1 ? "" : "s", rows, dots);
        lrt_error_fix(frame->error, "scale it: %s -> scale(standard)", of->name);
    }
    transform_cell_text(frame, of->column, row, text);
    table_error_cell(frame->error, frame->table, source, column, text);
    frame->error->column_index = of->column;
    frame->error->step = transform_step_of(frame->spec, slot) + 1;
    return false;
}

typedef struct RowRange {
    int64_t begin, end;
} RowRange;

static bool put_numbers(Frame *frame, int32_t slot, const double *values, bool allow_missing, RowRange rows, float *out,
                        int64_t stride) {
    for (int64_t i = rows.begin; i < rows.end; i++) {
        float value = (float)values[i];
        if (!isfinite(value) && !(allow_missing && isnan(value))) {
            return refuse_cells(frame, slot, values, i);
        }
        out[i * stride] = value;
    }
    return true;
}

/* The error about the first number of a matrix that is missing or beyond a float. */
static bool refuse_element(Frame *frame, int32_t slot, int64_t row) {
    const SlotValues *matrix = &frame->slots[slot];
    double *column = REGION_ARRAY(frame->region, double, frame->row_count, frame->error);
    int64_t element = 0;
    while (isfinite(matrix->matrix[row * matrix->width + element])) {
        element++;
    }
    for (int64_t i = 0; column && i < frame->row_count; i++) {
        column[i] = (double)matrix->matrix[i * matrix->width + element];
    }
    return column && refuse_cells(frame, slot, column, row);
}

/* Copies a matrix into the features, or only looks at it where it is all of them. */
static bool put_matrix(Frame *frame, int32_t slot, RowRange rows, float *out, int64_t stride) {
    const SlotValues *values = &frame->slots[slot];
    for (int64_t i = rows.begin; i < rows.end; i++) {
        const float *row = values->matrix + i * values->width;
        bool finite = true;
        for (int64_t j = 0; j < values->width; j++) {
            finite &= isfinite(row[j]) != 0;
            out[i * stride + j] = row[j];
        }
        if (!finite) {
            return refuse_element(frame, slot, i);
        }
    }
    return true;
}

/* Where one matrix is all that the network is fed, it becomes the features as it is: images are large. */
static float *take_features(Frame *frame, Region *region, int64_t width) {
    const LrtDataSpec *spec = frame->spec;
    SlotValues *only = spec->input_count == 1 ? &frame->slots[spec->inputs[0].slot] : NULL;
    if (!only || !only->matrix || only->width != width) {
        return REGION_ARRAY(region, float, frame->row_count *width, frame->error);
    }
    region_move(region, frame->region, only->matrix);
    return only->matrix;
}

/* All inputs of some rows. */
static bool assemble_rows(Frame *frame, const LrtFit *fits, RowRange rows, LrtDataset *dataset) {
    const LrtDataSpec *spec = frame->spec;
    int64_t feature = 0, index = 0;
    for (int64_t k = 0; k < spec->input_count; k++) {
        const SlotValues *values = &frame->slots[spec->inputs[k].slot];
        if (spec->inputs[k].is_index) {
            for (int64_t i = rows.begin; i < rows.end; i++) {
                dataset->indices[i * dataset->index_width + index] = values->index[i];
            }
            index++;
            continue;
        }
        if (lrt_input_width(spec, fits, k) == 0) {
            continue;
        }
        float *out = dataset->features + feature;
        if (values->matrix && !put_matrix(frame, spec->inputs[k].slot, rows, out, dataset->feature_width)) {
            return false;
        }
        if (values->real &&
            !put_numbers(frame, spec->inputs[k].slot, values->real, false, rows, out, dataset->feature_width)) {
            return false;
        }
        feature += values->width;
    }
    return true;
}

/* Some rows at a time, so that the pages of the matrix are touched once. */
static bool assemble_inputs(Frame *frame, const LrtFit *fits, Region *region, LrtDataset *dataset) {
    for (int64_t begin = 0; begin < frame->row_count; begin += ROWS_AT_ONCE) {
        int64_t left = frame->row_count - begin;
        RowRange rows = {begin, begin + (left < ROWS_AT_ONCE ? left : ROWS_AT_ONCE)};
        if (!assemble_rows(frame, fits, rows, dataset)) {
            return false;
        }
        region_trim(frame->region);
        region_trim(region);
    }
    return true;
}

static bool refuse_label(Frame *frame, const LrtTarget *target, int64_t row) {
    int32_t column = frame->spec->slots[target->slot].column;
    int64_t source = frame->source_row[row];
    char text[128];
    transform_cell_text(frame, column, row, text);
    lrt_error_set(frame->error, LRT_EXIT_DATA, "level-not-declared",
                  "row %" PRId64 " has `%s` in target `%s`, which has %" PRId64 " other classes",
                  table_file_row(frame->table, source), text, target->name, target->level_count);
    lrt_error_fix(frame->error, "build the trainer with data that holds the class, or leave the row out");
    table_error_cell(frame->error, frame->table, source, frame->spec->columns[column].name, text);
    frame->error->column_index = column;
    return false;
}

bool assemble_labels(Frame *frame, const LrtTarget *target, bool unknown, int32_t *out, int64_t stride) {
    const SlotValues *values = &frame->slots[target->slot];
    int32_t *map = REGION_ARRAY(frame->region, int32_t, values->level_count, frame->error);
    if (!map || (values->code && target->levels &&
                 !level_map_build(values->levels, values->level_count, target->levels, target->level_count, map,
                                  frame->error))) {
        return false;
    }
    for (int64_t k = 0; !target->levels && k < values->level_count; k++) {
        map[k] = (int32_t)k;
    }
    for (int64_t i = 0; i < frame->row_count; i++) {
        int32_t label = -1;
        if (values->code) {
            label = values->code[i] < 0 ? -1 : map[values->code[i]];
        } else if (values->real && values->real[i] >= 0 && values->real[i] < (double)target->level_count) {
            label = (int32_t)values->real[i];
        }
        if (label < 0 && !unknown) {
            return refuse_label(frame, target, i);
        }
        out[i * stride] = label;
    }
    return true;
}

static void put_vectors(const Frame *frame, const SlotValues *values, float *out, int64_t stride) {
    for (int64_t i = 0; i < frame->row_count; i++) {
        memcpy(out + i * stride, values->matrix + i * values->width, (size_t)values->width * sizeof *out);
    }
}

/* The file lacks the target. */
static void put_nothing(const Frame *frame, int64_t width, float *out, int64_t stride) {
    for (int64_t i = 0; i < frame->row_count; i++) {
        for (int64_t k = 0; k < width; k++) {
            out[i * stride + k] = NAN;
        }
    }
}

static bool assemble_targets(Frame *frame, bool unknown, LrtDataset *dataset) {
    const LrtDataSpec *spec = frame->spec;
    for (int64_t k = 0; k < spec->target_count; k++) {
        const LrtTarget *target = &spec->targets[k];
        const SlotValues *values = &frame->slots[target->slot];
        float *numbers = dataset->targets + target->offset;
        bool good = true;
        if (target->is_class) {
            good = assemble_labels(frame, target, unknown, dataset->labels + target->offset, dataset->label_width);
        } else if (values->matrix) {
            put_vectors(frame, values, numbers, dataset->target_width);
        } else if (values->real) {
            good = put_numbers(frame, target->slot, values->real, unknown, (RowRange){0, frame->row_count}, numbers,
                               dataset->target_width);
        } else {
            put_nothing(frame, lrt_target_width(target), numbers, dataset->target_width);
        }
        if (!good) {
            return false;
        }
    }
    return true;
}

static bool assemble_weights(Frame *frame, LrtDataset *dataset) {
    int32_t slot = frame->spec->weight_slot;
    const double *values = frame->slots[slot].real;
    for (int64_t i = 0; i < frame->row_count; i++) {
        if (values[i] >= 0 && isfinite((float)values[i])) {
            dataset->weights[i] = (float)values[i];
            continue;
        }
        int32_t column = frame->spec->slots[slot].column;
        int64_t source = frame->source_row[i];
        char text[128];
        transform_cell_text(frame, column, i, text);
        lrt_error_set(frame->error, LRT_EXIT_DATA, "bound-violated",
                      "row %" PRId64 " has the weight `%s`; a weight is a number from 0",
                      table_file_row(frame->table, source), text);
        lrt_error_fix(frame->error, "0 to leave the row out of the loss, 1 for a row like any other");
        table_error_cell(frame->error, frame->table, source, frame->spec->columns[column].name, text);
        frame->error->column_index = column;
        return false;
    }
    return true;
}

/* Neighbours that are fed alike are copied together. */
static bool plan_copies(const Frame *frame, const LrtFit *fits, Region *region, LrtDataset *dataset) {
    const LrtDataSpec *spec = frame->spec;
    dataset->copies = REGION_ARRAY(region, LrtCopy, spec->input_count + 1, frame->error);
    int64_t from = 0;
    for (int64_t k = 0; dataset->copies && k < spec->input_count; k++) {
        const LrtInput *input = &spec->inputs[k];
        if (input->is_index) {
            continue;
        }
        int64_t width = lrt_input_width(spec, fits, k), rows = input->window > 1 ? input->window : 1;
        LrtCopy *last = dataset->copy_count > 0 ? &dataset->copies[dataset->copy_count - 1] : NULL;
        if (last && last->rows == rows && (rows == 1 || input->block == spec->inputs[k - 1].block)) {
            last->width += width;
        } else {
            dataset->copies[dataset->copy_count++] = (LrtCopy){from, width, rows, dataset->fed_width};
        }
        from += width;
        dataset->fed_width += width * rows;
    }
    return dataset->copies != NULL;
}

bool assemble_matrices(Frame *frame, const LrtFit *fits, Region *region, bool unknown_targets, LrtDataset *dataset) {
    const LrtDataSpec *spec = frame->spec;
    for (int64_t k = 0; k < spec->input_count; k++) {
        int64_t width = lrt_input_width(spec, fits, k);
        dataset->feature_width += spec->inputs[k].is_index ? 0 : width;
        dataset->index_width += spec->inputs[k].is_index;
    }
    dataset->target_width = spec->target_width;
    dataset->label_width = spec->label_width;
    int64_t rows = frame->row_count;
    dataset->features = take_features(frame, region, dataset->feature_width);
    dataset->indices = REGION_ARRAY(region, int32_t, rows * dataset->index_width, frame->error);
    dataset->targets = REGION_ARRAY(region, float, rows * dataset->target_width, frame->error);
    dataset->labels = REGION_ARRAY(region, int32_t, rows * dataset->label_width, frame->error);
    if (!dataset->features || !dataset->indices || !dataset->targets || !dataset->labels) {
        return false;
    }
    bool weighted = spec->weight_slot >= 0 && !unknown_targets && frame->slots[spec->weight_slot].real;
    if (weighted) {
        dataset->weights = REGION_ARRAY(region, float, rows, frame->error);
        if (!dataset->weights) {
            return false;
        }
    }
    /* Rows that stand in windows alone may lack a target. */
    unknown_targets |= lrt_longest_window(spec) > 1;
    return plan_copies(frame, fits, region, dataset) && assemble_inputs(frame, fits, region, dataset) &&
           assemble_targets(frame, unknown_targets, dataset) && (!weighted || assemble_weights(frame, dataset));
}
