/* component: one column of a matrix as a number. */
#include "preprocess/transform.h"

static bool apply(Frame *frame, int32_t number, const LrtFit *fit, bool last_use) {
    const LrtStep *step = &frame->spec->steps[number];
    const SlotValues *input = &frame->slots[step->input];
    double *real = REGION_ARRAY(frame->region, double, frame->row_count, frame->error);
    (void)fit, (void)last_use;
    for (int64_t i = 0; real && i < frame->row_count; i++) {
        real[i] = (double)input->matrix[i * input->width + step->option[0]];
    }
    frame->slots[step->output] = (SlotValues){.real = real, .width = 1};
    return real != NULL;
}

const TransformEntry transform_component = {.takes_matrix = true, .word = "component", .apply = apply};
