/* Columns of numbers side by side, as one vector: a target of several numbers. A cell that is missing stays missing. */
#include "preprocess/transform.h"

#include <math.h>

static bool fit_width(Frame *frame, int32_t number, LrtFit *out) {
    out->width = 1 + frame->spec->steps[number].other_count;
    return true;
}

static bool apply(Frame *frame, int32_t number, const LrtFit *fit, bool last_use) {
    const LrtStep *step = &frame->spec->steps[number];
    int64_t width = 1 + step->other_count;
    (void)fit;
    (void)last_use;
    float *matrix = REGION_ARRAY(frame->region, float, frame->row_count * width, frame->error);
    for (int64_t k = 0; matrix && k < width; k++) {
        const double *column = frame->slots[k == 0 ? step->input : step->others[k - 1]].real;
        for (int64_t i = 0; i < frame->row_count; i++) {
            matrix[i * width + k] = column ? (float)column[i] : NAN;
        }
    }
    frame->slots[step->output] = (SlotValues){.matrix = matrix, .width = width};
    return matrix != NULL;
}

static bool check(const LrtDataSpec *spec, const LrtStep *step, const LrtFit *fit) {
    (void)spec;
    return fit->width == 1 + step->other_count && fit->name_count == 0 && fit->number_count == 0;
}

const TransformEntry transform_join = {.word = "join", .fit = fit_width, .apply = apply, .check = check};
