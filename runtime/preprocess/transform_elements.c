/* Images and vectors through transforms of numbers. To the transform each element is a column: it is given a frame in
 * which the step's slots hold doubles, some elements at a time, so that the matrix itself stays as floats. Without
 * fitted numbers all elements are alike, and the values of some rows pass as one long column. */
#include "core/unfused.h"

#include "preprocess/transform.h"

#include <stdlib.h>
#include <string.h>

enum { ELEMENTS_AT_ONCE = 16, VALUES_AT_ONCE = 1 << 16 };

bool step_is_of_elements(const LrtDataSpec *spec, const LrtStep *step) {
    const LrtSlot *slot = &spec->slots[step->input];
    return slot->kind == LRT_SLOT_MATRIX && spec->columns[slot->column].rank > 0 &&
           !transform_entry(step->transform)->takes_matrix;
}

/* The matrix's elements first.. of all rows as columns, one behind the other. */
static void gather(const SlotValues *matrix, int64_t rows, int64_t first, int64_t count, double *out) {
    for (int64_t i = 0; i < rows; i++) {
        const float *row = matrix->matrix + i * matrix->width + first;
        for (int64_t k = 0; k < count; k++) {
            out[k * rows + i] = (double)row[k];
        }
    }
}

/* A frame of the same rows with slots of its own. */
static bool begin_view(const Frame *frame, Region *scratch, Frame *out) {
    *out = *frame;
    out->slots = REGION_ARRAY(scratch, SlotValues, frame->spec->slot_count, frame->error);
    out->region = scratch;
    return out->slots != NULL;
}

static bool append_numbers(LrtFit *out, const LrtFit *element, int64_t width, LrtError *error) {
    if (!out->numbers && element->number_count > 0) {
        out->numbers = malloc((size_t)(width * element->number_count) * sizeof *out->numbers);
        if (!out->numbers) {
            return lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for the statistics of a column");
        }
    }
    for (int64_t k = 0; k < element->number_count; k++) {
        out->numbers[out->number_count++] = element->numbers[k];
    }
    return true;
}

bool elements_fit(Frame *frame, int32_t number, LrtFit *out) {
    const LrtStep *step = &frame->spec->steps[number];
    const TransformEntry *entry = transform_entry(step->transform);
    const SlotValues *matrix = &frame->slots[step->input];
    Region scratch = {0};
    Frame view;
    out->width = matrix->width;
    if (!entry->fit) {
        return true;
    }
    double *columns = REGION_ARRAY(&scratch, double, frame->row_count *ELEMENTS_AT_ONCE, frame->error);
    bool good = columns && begin_view(frame, &scratch, &view);
    for (int64_t first = 0; good && first < matrix->width; first += ELEMENTS_AT_ONCE) {
        int64_t left = matrix->width - first, count = left < ELEMENTS_AT_ONCE ? left : ELEMENTS_AT_ONCE;
        gather(matrix, frame->row_count, first, count, columns);
        for (int64_t k = 0; good && k < count; k++) {
            LrtFit element = {.width = 1};
            view.slots[step->input] = (SlotValues){.real = columns + k * frame->row_count, .width = 1};
            good = entry->fit(&view, number, &element) && append_numbers(out, &element, matrix->width, frame->error);
            free(element.numbers);
        }
    }
    region_free(&scratch);
    return good;
}

/* One column of `view` through the transform, in place. */
static bool apply_column(Frame *view, int32_t number, const LrtFit *fit, double *column) {
    const LrtStep *step = &view->spec->steps[number];
    view->slots[step->input] = (SlotValues){.real = column, .width = 1};
    view->slots[step->output] = (SlotValues){0};
    if (!transform_entry(step->transform)->apply(view, number, fit, true)) {
        return false;
    }
    double *result = view->slots[step->output].real;
    if (result != column) {
        memcpy(column, result, (size_t)view->row_count * sizeof *column);
        region_release(view->region, result);
    }
    return true;
}

static bool apply_by_element(Frame *view, int32_t number, const LrtFit *fit, const SlotValues *input, float *out,
                             double *columns) {
    int64_t rows = view->row_count, width = input->width, numbers = fit->number_count / width;
    bool good = true;
    for (int64_t first = 0; good && first < width; first += ELEMENTS_AT_ONCE) {
        int64_t left = width - first, count = left < ELEMENTS_AT_ONCE ? left : ELEMENTS_AT_ONCE;
        gather(input, rows, first, count, columns);
        for (int64_t k = 0; good && k < count; k++) {
            LrtFit element = {.numbers = fit->numbers + (first + k) * numbers, .number_count = numbers, .width = 1};
            good = apply_column(view, number, &element, columns + k * rows);
        }
        for (int64_t i = 0; good && i < rows; i++) {
            for (int64_t k = 0; k < count; k++) {
                out[i * width + first + k] = (float)columns[k * rows + i];
            }
        }
    }
    return good;
}

static bool apply_by_rows(Frame *view, int32_t number, const LrtFit *fit, const SlotValues *input, float *out,
                          double *columns, int64_t *sources) {
    const int64_t *source_row = view->source_row;
    int64_t rows = view->row_count, width = input->width;
    int64_t at_once = width < VALUES_AT_ONCE ? VALUES_AT_ONCE / width : 1;
    for (int64_t first = 0; first < rows; first += at_once) {
        int64_t count = rows - first < at_once ? rows - first : at_once, values = count * width;
        for (int64_t i = 0; i < values; i++) {
            columns[i] = (double)input->matrix[first * width + i];
            sources[i] = source_row[first + i / width];
        }
        view->row_count = values;
        view->source_row = sources;
        if (!apply_column(view, number, fit, columns)) {
            return false;
        }
        for (int64_t i = 0; i < values; i++) {
            out[first * width + i] = (float)columns[i];
        }
    }
    return true;
}

bool elements_apply(Frame *frame, int32_t number, const LrtFit *fit, bool last_use) {
    const LrtStep *step = &frame->spec->steps[number];
    const SlotValues input = frame->slots[step->input];
    bool by_element = fit->number_count > 0;
    int64_t room = by_element                     ? frame->row_count * ELEMENTS_AT_ONCE
                   : input.width > VALUES_AT_ONCE ? input.width
                                                  : VALUES_AT_ONCE;
    Region scratch = {0};
    Frame view;
    float *out =
        last_use ? input.matrix : REGION_ARRAY(frame->region, float, frame->row_count *input.width, frame->error);
    double *columns = out ? REGION_ARRAY(&scratch, double, room, frame->error) : NULL;
    int64_t *sources = columns && !by_element ? REGION_ARRAY(&scratch, int64_t, room, frame->error) : NULL;
    bool good = columns && (by_element || sources) && begin_view(frame, &scratch, &view) &&
                (by_element ? apply_by_element(&view, number, fit, &input, out, columns)
                            : apply_by_rows(&view, number, fit, &input, out, columns, sources));
    frame->slots[step->output] = (SlotValues){.matrix = out, .width = input.width};
    region_free(&scratch);
    return good;
}
