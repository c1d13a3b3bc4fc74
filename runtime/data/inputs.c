/* What the fits made of the network's inputs and of the targets: widths, names, units. */
#include "core/unfused.h"

#include <assert.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

#include "preprocess/transform.h"

/* The fit whose width is that of the slot, or NULL: a single number. */
static const LrtFit *slot_fit(const LrtDataSpec *spec, const LrtFit *fits, int32_t slot) {
    int32_t step = transform_step_of(spec, slot);
    return step >= 0 && spec->slots[slot].kind == LRT_SLOT_MATRIX ? &fits[step] : NULL;
}

/* The column whose images or vectors are in the slot, or NULL. */
static const LrtColumn *slot_array(const LrtDataSpec *spec, int32_t slot) {
    const LrtColumn *column = &spec->columns[spec->slots[slot].column];
    int32_t step = transform_step_of(spec, slot);
    bool made = step >= 0 && transform_entry(spec->steps[step].transform)->takes_matrix;
    return spec->slots[slot].kind == LRT_SLOT_MATRIX && column->rank > 0 && !made ? column : NULL;
}

/* Whether `drop_constant` stands in the flow of the slot and found one value alone. What is made of several columns has
 * a flow of its own. */
static bool is_dropped(const LrtDataSpec *spec, const LrtFit *fits, int32_t slot) {
    int32_t step = transform_step_of(spec, slot);
    while (step >= 0 && spec->steps[step].other_count == 0) {
        if (spec->steps[step].transform == LRT_TRANSFORM_DROP_CONSTANT && fits[step].width == 0) {
            return true;
        }
        step = transform_step_of(spec, spec->steps[step].input);
    }
    return false;
}

int64_t lrt_longest_window(const LrtDataSpec *spec) {
    int64_t longest = 1;
    for (int64_t i = 0; i < spec->input_count; i++) {
        longest = spec->inputs[i].window > longest ? spec->inputs[i].window : longest;
    }
    return longest;
}

int64_t lrt_input_width(const LrtDataSpec *spec, const LrtFit *fits, int64_t input) {
    int32_t slot = spec->inputs[input].slot;
    const LrtColumn *array = slot_array(spec, slot);
    const LrtFit *fit = slot_fit(spec, fits, slot);
    if (is_dropped(spec, fits, slot)) {
        return 0;
    }
    return array ? lrt_column_width(array) : fit ? fit->width : 1;
}

/* "region:basic": the share of a class of the target; of two classes it has the column's own name. */
static const char *encoded_class_name(const LrtDataSpec *spec, int32_t slot, int64_t width, int64_t k,
                                      char room[LRT_ELEMENT_NAME]) {
    const LrtTarget *target = &spec->targets[spec->steps[transform_step_of(spec, slot)].option[2]];
    if (width == 1) {
        return spec->slots[slot].name;
    }
    snprintf(room, LRT_ELEMENT_NAME, "%.120s:%.120s", spec->slots[slot].name, target->levels[k]);
    return room;
}

const char *lrt_input_column_name(const LrtDataSpec *spec, const LrtFit *fits, int64_t input, int64_t k,
                                  char room[LRT_ELEMENT_NAME]) {
    int32_t slot = spec->inputs[input].slot;
    const LrtColumn *array = slot_array(spec, slot);
    const LrtFit *fit = slot_fit(spec, fits, slot);
    assert(k >= 0 && k < lrt_input_width(spec, fits, input));
    if (!array && fit && spec->steps[transform_step_of(spec, slot)].transform == LRT_TRANSFORM_TARGET_ENCODE) {
        return encoded_class_name(spec, slot, fit->width, k, room);
    }
    if (!array) {
        return fit ? fit->names[k] : spec->slots[slot].name;
    }
    if (array->rank == 1) {
        snprintf(room, LRT_ELEMENT_NAME, "%.200s[%" PRId64 "]", spec->slots[slot].name, k);
    } else {
        int64_t channels = array->dims[2], across = array->dims[1];
        snprintf(room, LRT_ELEMENT_NAME, "%.180s[%" PRId64 ",%" PRId64 ",%" PRId64 "]", spec->slots[slot].name,
                 k / channels / across, k / channels % across, k % channels);
    }
    return room;
}

void lrt_slot_sources(const LrtDataSpec *spec, int32_t slot, bool *out_sources) {
    out_sources[slot] = true;
    for (int64_t i = spec->step_count; i-- > 0;) {
        const LrtStep *step = &spec->steps[i];
        if (!out_sources[step->output] && !(step->indicator >= 0 && out_sources[step->indicator])) {
            continue;
        }
        out_sources[step->input] = true;
        for (int64_t k = 0; k < step->other_count; k++) {
            out_sources[step->others[k]] = true;
        }
    }
}

/* From the end of the target's flow back to the column, or to the first step that cannot be turned back. */
void lrt_target_invert(const LrtDataSpec *spec, const LrtFit *fits, int64_t target, int64_t part, double *values,
                       int64_t count) {
    if (spec->targets[target].as_fed) {
        return;
    }
    int32_t number = transform_step_of(spec, spec->targets[target].slot);
    if (number >= 0 && spec->steps[number].transform == LRT_TRANSFORM_JOIN) {
        const LrtStep *join = &spec->steps[number];
        number = transform_step_of(spec, part == 0 ? join->input : join->others[part - 1]);
    }
    while (number >= 0) {
        const LrtStep *step = &spec->steps[number];
        const TransformEntry *entry = transform_entry(step->transform);
        if (!entry->invert) {
            return;
        }
        for (int64_t i = 0; i < count; i++) {
            values[i] = entry->invert(step, &fits[number], values[i]);
        }
        number = transform_step_of(spec, step->input);
    }
}
