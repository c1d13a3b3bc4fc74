/* levels: whole numbers as the levels of a category, for what stands behind `bins` and `date_parts`. The numbers from
 * the least to the greatest at hand are the levels; which of them training knows is for the encoding to say. */
#include "preprocess/transform.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

static void find_range(const Frame *frame, const double *real, int64_t *out_low, int64_t *out_count) {
    double low = INFINITY, high = -INFINITY;
    for (int64_t i = 0; i < frame->row_count; i++) {
        low = real[i] < low ? real[i] : low;
        high = real[i] > high ? real[i] : high;
    }
    *out_low = low <= high ? (int64_t)low : 0;
    *out_count = low <= high ? (int64_t)high - (int64_t)low + 1 : 0;
}

static bool apply(Frame *frame, int32_t number, const LrtFit *fit, bool last_use) {
    enum { ROOM = 24 };
    const LrtStep *step = &frame->spec->steps[number];
    const double *real = frame->slots[step->input].real;
    int64_t low, count;
    (void)fit, (void)last_use;
    find_range(frame, real, &low, &count);
    const char **levels = REGION_ARRAY(frame->region, const char *, count, frame->error);
    char *text = levels ? REGION_ARRAY(frame->region, char, count * ROOM, frame->error) : NULL;
    int32_t *code = text ? REGION_ARRAY(frame->region, int32_t, frame->row_count, frame->error) : NULL;
    if (!code) {
        return false;
    }
    for (int64_t k = 0; k < count; k++) {
        snprintf(text + k * ROOM, ROOM, "%" PRId64, low + k);
        levels[k] = text + k * ROOM;
    }
    for (int64_t i = 0; i < frame->row_count; i++) {
        code[i] = isnan(real[i]) ? -1 : (int32_t)((int64_t)real[i] - low);
    }
    frame->slots[step->output] =
        (SlotValues){.code = code, .width = 1, .levels = levels, .level_count = count, .may_miss = true};
    return true;
}

const TransformEntry transform_levels = {.word = "levels", .apply = apply};
