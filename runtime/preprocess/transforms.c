/* The table of transforms and the walk through the steps. */
#include "core/unfused.h"

#include "preprocess/transform.h"
#include "series/rows_in_series.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const TransformEntry *transform_entry(LrtTransform transform) {
    static const TransformEntry *const entries[] = {
        [LRT_TRANSFORM_IMPUTE] = &transform_impute,
        [LRT_TRANSFORM_WINSORIZE] = &transform_winsorize,
        [LRT_TRANSFORM_CLIP] = &transform_clip,
        [LRT_TRANSFORM_SCALE] = &transform_scale,
        [LRT_TRANSFORM_SCALE_QUANTILE] = &transform_scale_quantile,
        [LRT_TRANSFORM_SCALE_POWER] = &transform_scale_power,
        [LRT_TRANSFORM_LOG1P] = &transform_log1p,
        [LRT_TRANSFORM_LOG] = &transform_log,
        [LRT_TRANSFORM_SQRT] = &transform_sqrt,
        [LRT_TRANSFORM_ABS] = &transform_abs,
        [LRT_TRANSFORM_RESCALE] = &transform_rescale,
        [LRT_TRANSFORM_ONE_HOT] = &transform_one_hot,
        [LRT_TRANSFORM_ORDINAL] = &transform_ordinal,
        [LRT_TRANSFORM_INDEX] = &transform_index,
        [LRT_TRANSFORM_JOIN] = &transform_join,
        [LRT_TRANSFORM_ARITHMETIC] = &transform_arithmetic,
        [LRT_TRANSFORM_CONSTANT_ARITHMETIC] = &transform_constant_arithmetic,
        [LRT_TRANSFORM_BINS] = &transform_bins,
        [LRT_TRANSFORM_DROP_OUTLIERS] = &transform_drop_outliers,
        [LRT_TRANSFORM_DROP_CONSTANT] = &transform_drop_constant,
        [LRT_TRANSFORM_LAG] = &transform_lag,
        [LRT_TRANSFORM_DIFF] = &transform_diff,
        [LRT_TRANSFORM_RETURNS] = &transform_returns,
        [LRT_TRANSFORM_LOG_RETURNS] = &transform_log_returns,
        [LRT_TRANSFORM_ROLLING_MEAN] = &transform_rolling_mean,
        [LRT_TRANSFORM_ROLLING_STANDARDIZE] = &transform_rolling_standardize,
        [LRT_TRANSFORM_ROLLING_MAD] = &transform_rolling_mad,
        [LRT_TRANSFORM_EWM] = &transform_ewm,
        [LRT_TRANSFORM_AHEAD] = &transform_ahead,
        [LRT_TRANSFORM_LEVELS] = &transform_levels,
        [LRT_TRANSFORM_DATE_PART] = &transform_date_part,
        [LRT_TRANSFORM_CYCLIC] = &transform_cyclic,
        [LRT_TRANSFORM_CROSS] = &transform_cross,
        [LRT_TRANSFORM_HASH] = &transform_hash,
        [LRT_TRANSFORM_HASH_WORDS] = &transform_hash_words,
        [LRT_TRANSFORM_BAG_OF_WORDS] = &transform_bag_of_words,
        [LRT_TRANSFORM_PCA] = &transform_pca,
        [LRT_TRANSFORM_COMPONENT] = &transform_component,
        [LRT_TRANSFORM_SELECT] = &transform_select,
        [LRT_TRANSFORM_TARGET_ENCODE] = &transform_target_encode,
    };
    assert((size_t)transform < sizeof entries / sizeof *entries && entries[transform]);
    return entries[transform];
}

int32_t transform_step_of(const LrtDataSpec *spec, int32_t slot) {
    for (int64_t i = 0; i < spec->step_count; i++) {
        if (spec->steps[i].output == slot || spec->steps[i].indicator == slot) {
            return (int32_t)i;
        }
    }
    return -1;
}

/* The last step that reads each slot; a slot that the network, a target or the weights read is never taken over. */
static int64_t *last_uses(const LrtDataSpec *spec, Region *region, LrtError *error) {
    int64_t *last = REGION_ARRAY(region, int64_t, spec->slot_count, error);
    for (int64_t i = 0; last && i < spec->step_count; i++) {
        last[spec->steps[i].input] = i;
        for (int64_t k = 0; k < spec->steps[i].other_count; k++) {
            last[spec->steps[i].others[k]] = i;
        }
    }
    for (int64_t i = 0; last && i < spec->input_count; i++) {
        last[spec->inputs[i].slot] = INT64_MAX;
    }
    for (int64_t i = 0; last && i < spec->target_count; i++) {
        last[spec->targets[i].slot] = INT64_MAX;
    }
    if (last && spec->weight_slot >= 0) {
        last[spec->weight_slot] = INT64_MAX;
    }
    return last;
}

static bool slot_is_there(const SlotValues *values) {
    return values->real || values->code || values->matrix || values->index;
}

static bool inputs_are_there(const Frame *frame, const LrtStep *step) {
    bool there = slot_is_there(&frame->slots[step->input]);
    for (int64_t k = 0; k < step->other_count; k++) {
        there = there && slot_is_there(&frame->slots[step->others[k]]);
    }
    return there;
}

void transforms_needed(const LrtDataSpec *spec, bool inputs_alone, bool *out_needed) {
    for (int64_t i = 0; i < spec->input_count; i++) {
        out_needed[spec->inputs[i].slot] = true;
    }
    for (int64_t i = 0; !inputs_alone && i < spec->target_count; i++) {
        out_needed[spec->targets[i].slot] = true;
    }
    if (!inputs_alone && spec->weight_slot >= 0) {
        out_needed[spec->weight_slot] = true;
    }
    for (int64_t i = spec->step_count; i-- > 0;) {
        const LrtStep *step = &spec->steps[i];
        bool reached = out_needed[step->output] || (step->indicator >= 0 && out_needed[step->indicator]);
        if (!reached && inputs_alone) {
            continue;
        }
        out_needed[step->input] = true;
        for (int64_t k = 0; k < step->other_count; k++) {
            out_needed[step->others[k]] = true;
        }
    }
}

static bool fit_step(Frame *frame, int32_t step, LrtFit *out) {
    const TransformEntry *entry = transform_entry(frame->spec->steps[step].transform);
    if (step_is_of_elements(frame->spec, &frame->spec->steps[step])) {
        return elements_fit(frame, step, out);
    }
    return !entry->fit || entry->fit(frame, step, out);
}

/* Runs a step, and lets go of what it has read. */
static bool apply_step(Frame *frame, int32_t step, const LrtFit *fit, bool last_use) {
    const TransformEntry *entry = transform_entry(frame->spec->steps[step].transform);
    bool elements = step_is_of_elements(frame->spec, &frame->spec->steps[step]);
    bool good = elements ? elements_apply(frame, step, fit, last_use) : entry->apply(frame, step, fit, last_use);
    region_trim(frame->region);
    return good;
}

bool transforms_fit(Frame *frame, LrtFit *fits) {
    const LrtDataSpec *spec = frame->spec;
    int64_t *last = last_uses(spec, frame->region, frame->error);
    for (int32_t i = 0; last && i < spec->step_count; i++) {
        fits[i].width = 1;
        if (!fit_step(frame, i, &fits[i]) || !apply_step(frame, i, &fits[i], last[spec->steps[i].input] == i)) {
            return false;
        }
    }
    return last != NULL;
}

bool transforms_apply(Frame *frame, const LrtFit *fits) {
    const LrtDataSpec *spec = frame->spec;
    int64_t *last = last_uses(spec, frame->region, frame->error);
    for (int32_t i = 0; last && i < spec->step_count; i++) {
        if (inputs_are_there(frame, &spec->steps[i]) &&
            !apply_step(frame, i, &fits[i], last[spec->steps[i].input] == i)) {
            return false;
        }
    }
    return last != NULL;
}

bool transform_pass(Frame *frame, int32_t number, const LrtFit *fit, bool last_use) {
    const LrtStep *step = &frame->spec->steps[number];
    const SlotValues *input = &frame->slots[step->input];
    SlotValues *output = &frame->slots[step->output];
    (void)fit;
    *output = *input;
    if (!last_use && input->real) {
        output->real = REGION_ARRAY(frame->region, double, frame->row_count, frame->error);
        if (!output->real) {
            return false;
        }
        memcpy(output->real, input->real, (size_t)frame->row_count * sizeof *input->real);
    }
    return true;
}

double transform_invert_nothing(const LrtStep *step, const LrtFit *fit, double value) {
    (void)step, (void)fit;
    return value;
}

bool transform_each(Frame *frame, int32_t number, const LrtFit *fit, bool last_use, TransformFunction *f,
                    const char *domain, const char *way_out) {
    const LrtStep *step = &frame->spec->steps[number];
    SlotValues *input = &frame->slots[step->input], *output = &frame->slots[step->output];
    output->width = 1;
    output->real = last_use ? input->real : REGION_ARRAY(frame->region, double, frame->row_count, frame->error);
    if (!output->real) {
        return false;
    }
    for (int64_t i = 0; i < frame->row_count; i++) {
        double value = input->real[i];
        bool good = true;
        output->real[i] = value == value ? f(step, fit, value, &good) : value;
        if (!good) {
            transform_cell_error(frame, number, i, "transform-domain", "%s", domain);
            lrt_error_fix(frame->error, "%s", way_out);
            return false;
        }
    }
    return true;
}

bool transform_series(Frame *frame, int32_t number, SeriesFunction *f) {
    const LrtStep *step = &frame->spec->steps[number];
    const SlotValues *input = &frame->slots[step->input];
    SlotValues *output = &frame->slots[step->output];
    const Series *series = frame->series;
    assert(series && series->row_count == frame->row_count);
    output->width = 1;
    output->real = REGION_ARRAY(frame->region, double, frame->row_count, frame->error);
    for (int64_t s = 0; output->real && s < series->segment_count; s++) {
        int64_t begin = series->begins[s], count = series->begins[s + 1] - begin;
        if (!f(frame, number, begin, input->real + begin, count, output->real + begin)) {
            return false;
        }
    }
    return output->real != NULL;
}

bool fit_set_numbers(LrtFit *fit, const double *numbers, int64_t count, LrtError *error) {
    fit->numbers = malloc((size_t)(count > 0 ? count : 1) * sizeof *fit->numbers);
    if (!fit->numbers) {
        return lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for the statistics of a column");
    }
    memcpy(fit->numbers, numbers, (size_t)count * sizeof *numbers);
    fit->number_count = count;
    return true;
}

/* Room grows at powers of two. */
bool fit_add_name(LrtFit *fit, const char *prefix, const char *between, const char *text, LrtError *error) {
    size_t length = strlen(prefix) + strlen(between) + strlen(text) + 1;
    if ((fit->name_count & (fit->name_count - 1)) == 0) {
        size_t room = fit->name_count ? 2 * (size_t)fit->name_count : 1;
        char **names = realloc(fit->names, room * sizeof *names);
        if (!names) {
            return lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for the levels of a column");
        }
        fit->names = names;
    }
    char *name = malloc(length);
    if (!name) {
        return lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for the levels of a column");
    }
    snprintf(name, length, "%s%s%s", prefix, between, text);
    fit->names[fit->name_count++] = name;
    return true;
}

void lrt_fits_free(LrtFit *fits, int64_t count) {
    for (int64_t i = 0; fits && i < count; i++) {
        for (int64_t k = 0; k < fits[i].name_count; k++) {
            free(fits[i].names[k]);
        }
        free(fits[i].names);
        free(fits[i].numbers);
    }
    free(fits);
}
