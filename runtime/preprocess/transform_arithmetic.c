/* Arithmetic between two columns, and between a column and a constant. A missing operand makes the result missing; a
 * divisor of 0 is refused, for what follows would learn from an infinity. With a constant it can be turned back. */
#include "core/unfused.h"

#include "preprocess/transform.h"

#include <math.h>

static double combine(LrtArithmetic op, double left, double right) {
    switch (op) {
    case LRT_PLUS: return left + right;
    case LRT_MINUS: return left - right;
    case LRT_TIMES: return left * right;
    case LRT_OVER: break;
    }
    return left / right;
}

static bool refuse_divisor(Frame *frame, int32_t number, int32_t slot, int64_t row) {
    transform_slot_error(frame, number, slot, row, "transform-domain", "`/` wants a divisor other than 0");
    lrt_error_fix(frame->error, "correct the cell, or `clip(lo..hi)` the divisor before it");
    return false;
}

static bool apply_columns(Frame *frame, int32_t number, const LrtFit *fit, bool last_use) {
    (void)fit;
    const LrtStep *step = &frame->spec->steps[number];
    const double *left = frame->slots[step->input].real, *right = frame->slots[step->others[0]].real;
    LrtArithmetic op = (LrtArithmetic)step->option[0];
    double *out = last_use ? frame->slots[step->input].real
                           : REGION_ARRAY(frame->region, double, frame->row_count, frame->error);
    frame->slots[step->output] = (SlotValues){.real = out, .width = 1};
    for (int64_t i = 0; out && i < frame->row_count; i++) {
        if (op == LRT_OVER && right[i] == 0 && !isnan(left[i])) {
            return refuse_divisor(frame, number, step->others[0], i);
        }
        out[i] = combine(op, left[i], right[i]);
    }
    return out != NULL;
}

static double combine_constant(const LrtStep *step, const LrtFit *fit, double value, bool *good) {
    (void)fit;
    LrtArithmetic op = (LrtArithmetic)step->option[0];
    bool constant_first = step->option[1] != 0;
    *good = !(op == LRT_OVER && constant_first && value == 0);
    return constant_first ? combine(op, step->number[0], value) : combine(op, value, step->number[0]);
}

static bool apply_constant(Frame *frame, int32_t step, const LrtFit *fit, bool last_use) {
    return transform_each(frame, step, fit, last_use, combine_constant, "`/` wants a divisor other than 0",
                          "correct the cell, or `clip(lo..hi)` the divisor before it");
}

/* y = x + c, x - c, x * c, x / c; or c + x, c - x, c * x, c / x, of which two are their own inverse. */
static double invert_constant(const LrtStep *step, const LrtFit *fit, double value) {
    (void)fit;
    double constant = step->number[0];
    bool constant_first = step->option[1] != 0;
    switch ((LrtArithmetic)step->option[0]) {
    case LRT_PLUS: return value - constant;
    case LRT_MINUS: return constant_first ? constant - value : value + constant;
    case LRT_TIMES: return value / constant;
    case LRT_OVER: break;
    }
    return constant_first ? constant / value : value * constant;
}

static void describe(const LrtStep *step, TransformText *out) {
    static const char *const words[] = {[LRT_PLUS] = "+", [LRT_MINUS] = "-", [LRT_TIMES] = "*", [LRT_OVER] = "/"};
    out->how = words[step->option[0]];
}

const TransformEntry transform_arithmetic = {.word = "arithmetic", .apply = apply_columns, .describe = describe};
const TransformEntry transform_constant_arithmetic = {
    .word = "constant_arithmetic", .apply = apply_constant, .invert = invert_constant, .describe = describe};
