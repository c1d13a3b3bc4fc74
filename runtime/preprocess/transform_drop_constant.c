/* drop_constant: a column that is the same in every training row, or missing in every one, has no width where the
 * network reads it. Its values flow on, for what else is made of it. Fit: width 0 or 1. */
#include "core/unfused.h"

#include "preprocess/transform.h"

#include <math.h>

static bool is_same(const SlotValues *values, int64_t a, int64_t b) {
    if (values->code) {
        return values->code[a] == values->code[b];
    }
    return values->real[a] == values->real[b] || (isnan(values->real[a]) && isnan(values->real[b]));
}

static bool fit_width(Frame *frame, int32_t number, LrtFit *out) {
    const SlotValues *values = &frame->slots[frame->spec->steps[number].input];
    out->width = 0;
    for (int64_t i = 1; i < frame->training_count && out->width == 0; i++) {
        out->width = is_same(values, frame->training[0], frame->training[i]) ? 0 : 1;
    }
    return true;
}

static bool check(const LrtDataSpec *spec, const LrtStep *step, const LrtFit *fit) {
    (void)spec, (void)step;
    return fit->width <= 1 && fit->name_count == 0;
}

const TransformEntry transform_drop_constant = {
    .word = "drop_constant", .fit = fit_width, .apply = transform_pass, .check = check};
