/* Slots of numbers and matrices read as one row of columns. */
#include "preprocess/columns_beside.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static int32_t slot_at(const LrtStep *step, int64_t k) { return k == 0 ? step->input : step->others[k - 1]; }

/* The name that the fit gave the column, or "pixels[3]" for one of a raw vector. */
static const char *column_name(Frame *frame, Region *region, int32_t slot, int64_t k) {
    const SlotValues *values = &frame->slots[slot];
    const char *name = frame->spec->slots[slot].name;
    if (!values->matrix) {
        return name;
    }
    if (values->names) {
        return values->names[k];
    }
    size_t room = strlen(name) + 32;
    char *text = region_alloc(region, (int64_t)room, 1, frame->error);
    if (text) {
        snprintf(text, room, "%s[%" PRId64 "]", name, k);
    }
    return text;
}

bool beside_open(Frame *frame, int32_t number, Region *region, Beside *out) {
    const LrtStep *step = &frame->spec->steps[number];
    *out = (Beside){0};
    int64_t count = 0;
    for (int64_t k = 0; k <= step->other_count; k++) {
        count += frame->slots[slot_at(step, k)].width;
    }
    out->columns = REGION_ARRAY(region, BesideColumn, count, frame->error);
    for (int64_t k = 0; out->columns && k <= step->other_count; k++) {
        int32_t slot = slot_at(step, k);
        const SlotValues *values = &frame->slots[slot];
        for (int64_t j = 0; j < values->width; j++) {
            BesideColumn *column = &out->columns[out->count++];
            *column = (BesideColumn){.real = values->real,
                                     .matrix = values->matrix ? values->matrix + j : NULL,
                                     .stride = values->width,
                                     .slot = slot,
                                     .name = column_name(frame, region, slot, j)};
            if (!column->name) {
                return false;
            }
        }
    }
    return out->columns != NULL;
}

bool beside_read_row(Frame *frame, int32_t number, const Beside *beside, int64_t row, double *out) {
    for (int64_t c = 0; c < beside->count; c++) {
        out[c] = beside_cell(&beside->columns[c], row);
        if (isnan(out[c])) {
            const char *word = transform_entry(frame->spec->steps[number].transform)->word;
            transform_slot_error(frame, number, beside->columns[c].slot, row, "missing-unhandled",
                                 "`%s` takes no missing cell", word);
            lrt_error_fix(frame->error, "`impute(median)` before it");
            return false;
        }
    }
    return true;
}
