/* What the fits made of the network's inputs and of the targets: widths, names, units. */
#include "core/unfused.h"

#include <assert.h>
#include <stddef.h>

#include "preprocess/transform.h"

/* The fit whose width is that of the slot, or NULL: a single number. */
static const LrtFit *slot_fit(const LrtDataSpec *spec, const LrtFit *fits, int32_t slot) {
    int32_t step = transform_step_of(spec, slot);
    return step >= 0 && spec->slots[slot].kind == LRT_SLOT_MATRIX ? &fits[step] : NULL;
}

int64_t lrt_input_width(const LrtDataSpec *spec, const LrtFit *fits, int64_t input) {
    int32_t slot = spec->inputs[input].slot;
    const LrtFit *fit = slot_fit(spec, fits, slot);
    return fit ? fit->width : slot < spec->column_count ? lrt_column_width(&spec->columns[slot]) : 1;
}

const char *lrt_input_column_name(const LrtDataSpec *spec, const LrtFit *fits, int64_t input, int64_t k) {
    const LrtFit *fit = slot_fit(spec, fits, spec->inputs[input].slot);
    assert(k >= 0 && k < (fit ? fit->width : 1));
    return fit ? fit->names[k] : spec->slots[spec->inputs[input].slot].name;
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
void lrt_target_invert(const LrtDataSpec *spec, const LrtFit *fits, int64_t target, double *values, int64_t count) {
    int32_t number = transform_step_of(spec, spec->targets[target].slot);
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
