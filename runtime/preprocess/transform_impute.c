/* impute: fills missing cells with the mean, median or mode of the training part, with a constant, or with the cell
 * before in the series (and, where none is before, with a statistic if `then:` names one). The indicator is 1 where the
 * cell was missing. Fit: numbers[0] how many training cells were missing; of numbers, numbers[1] the value; of levels
 * (mode), names[0] the level. */
#include "core/unfused.h"

#include "preprocess/statistics.h"
#include "preprocess/transform.h"
#include "series/rows_in_series.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static bool is_forward(const LrtStep *step) { return step->option[0] == LRT_IMPUTE_FORWARD; }

/* The statistic that fills a cell: of `forward` the one behind `then:`, -1 where there is none. */
static int32_t statistic_of(const LrtStep *step) { return step->option[is_forward(step)]; }

static double find_value(const LrtStep *step, const double *cells, int64_t count) {
    switch ((LrtImpute)statistic_of(step)) {
    case LRT_IMPUTE_MEAN: return cells[0] == cells[count - 1] ? cells[0] : statistic_mean(cells, count);
    case LRT_IMPUTE_MEDIAN: return statistic_median(cells, count);
    case LRT_IMPUTE_MODE: return statistic_mode(cells, count);
    case LRT_IMPUTE_CONSTANT:
    case LRT_IMPUTE_FORWARD: break;
    }
    return step->number[0];
}

static int64_t count_missing(const Frame *frame, const SlotValues *values) {
    int64_t missing = 0;
    for (int64_t i = 0; i < frame->training_count; i++) {
        int64_t row = frame->training[i];
        missing += values->code ? values->code[row] < 0 : isnan(values->real[row]);
    }
    return missing;
}

static bool fit_number(Frame *frame, int32_t number, LrtFit *out) {
    const LrtStep *step = &frame->spec->steps[number];
    double numbers[2] = {(double)count_missing(frame, &frame->slots[step->input]), step->number[0]};
    bool good = true;
    int32_t statistic = statistic_of(step);
    if (statistic >= 0 && statistic != LRT_IMPUTE_CONSTANT) {
        Region scratch = {0};
        int64_t count = 0;
        const double *cells = transform_training_cells(frame, number, &scratch, &count);
        good = cells != NULL;
        numbers[1] = good ? find_value(step, cells, count) : 0;
        region_free(&scratch);
    }
    return good && fit_set_numbers(out, numbers, statistic < 0 ? 1 : 2, frame->error);
}

/* The level with most training cells, the first of equals. */
static bool fit_level(Frame *frame, int32_t number, LrtFit *out) {
    const LrtStep *step = &frame->spec->steps[number];
    const SlotValues *values = &frame->slots[step->input];
    Region scratch = {0};
    int64_t *counts = REGION_ARRAY(&scratch, int64_t, values->level_count, frame->error);
    int64_t mode = 0;
    for (int64_t i = 0; counts && i < frame->training_count; i++) {
        int32_t code = values->code[frame->training[i]];
        if (code >= 0) {
            counts[code]++;
        }
    }
    for (int64_t k = 1; counts && k < values->level_count; k++) {
        mode = counts[k] > counts[mode] ? k : mode;
    }
    bool good = counts != NULL;
    if (good && (values->level_count == 0 || counts[mode] == 0)) {
        const LrtSlot *slot = &frame->spec->slots[step->input];
        lrt_error_set(frame->error, LRT_EXIT_DATA, "missing-unhandled",
                      "column `%s` has no cell in the training part, so `impute` has nothing to learn from",
                      slot->name);
        lrt_error_fix(frame->error, "leave the column out: `%s : ignore`", slot->name);
        snprintf(frame->error->column, sizeof frame->error->column, "%s", frame->spec->columns[slot->column].name);
        frame->error->column_index = slot->column;
        frame->error->step = number + 1;
        good = false;
    }
    double missing = (double)count_missing(frame, values);
    good = good && fit_add_name(out, "", "", values->levels[mode], frame->error) &&
           fit_set_numbers(out, &missing, 1, frame->error);
    region_free(&scratch);
    return good;
}

static bool fit_impute(Frame *frame, int32_t number, LrtFit *out) {
    const LrtStep *step = &frame->spec->steps[number];
    return frame->slots[step->input].code && statistic_of(step) >= 0 ? fit_level(frame, number, out)
                                                                     : fit_number(frame, number, out);
}

static bool apply_indicator(Frame *frame, const LrtStep *step) {
    if (step->indicator < 0) {
        return true;
    }
    const SlotValues *input = &frame->slots[step->input];
    double *flags = REGION_ARRAY(frame->region, double, frame->row_count, frame->error);
    for (int64_t i = 0; flags && i < frame->row_count; i++) {
        bool missing = input->code ? input->code[i] < 0 : isnan(input->real[i]);
        flags[i] = missing ? 1 : 0;
    }
    frame->slots[step->indicator] = (SlotValues){.real = flags, .width = 1};
    return flags != NULL;
}

/* The cells of each series that are missing become the one before. */
static bool fill_forward(Frame *frame, const LrtStep *step) {
    const SlotValues *input = &frame->slots[step->input];
    SlotValues *output = &frame->slots[step->output];
    *output = *input;
    output->real = input->real ? REGION_ARRAY(frame->region, double, frame->row_count, frame->error) : NULL;
    output->code = input->code ? REGION_ARRAY(frame->region, int32_t, frame->row_count, frame->error) : NULL;
    if (!output->real && !output->code) {
        return false;
    }
    for (int64_t s = 0; s < frame->series->segment_count; s++) {
        int64_t begin = frame->series->begins[s], end = frame->series->begins[s + 1];
        for (int64_t i = begin; i < end; i++) {
            if (output->code) {
                output->code[i] = input->code[i] < 0 && i > begin ? output->code[i - 1] : input->code[i];
            } else {
                output->real[i] = isnan(input->real[i]) && i > begin ? output->real[i - 1] : input->real[i];
            }
        }
    }
    return true;
}

/* The table may lack the level that fills its gaps: then it joins the table's levels at the end. */
static bool apply_level(Frame *frame, const LrtStep *step, const LrtFit *fit, const SlotValues *input) {
    SlotValues *output = &frame->slots[step->output];
    int64_t level = 0;
    while (level < input->level_count && strcmp(input->levels[level], fit->names[0]) != 0) {
        level++;
    }
    const char **levels = REGION_ARRAY(frame->region, const char *, input->level_count + 1, frame->error);
    int32_t *code = levels ? REGION_ARRAY(frame->region, int32_t, frame->row_count, frame->error) : NULL;
    if (!code) {
        return false;
    }
    for (int64_t k = 0; k < input->level_count; k++) {
        levels[k] = input->levels[k];
    }
    levels[input->level_count] = fit->names[0];
    for (int64_t i = 0; i < frame->row_count; i++) {
        code[i] = input->code[i] < 0 ? (int32_t)level : input->code[i];
    }
    *output = (SlotValues){
        .code = code, .width = 1, .levels = levels, .level_count = input->level_count, .closed = input->closed};
    output->level_count += level == input->level_count;
    return true;
}

static bool apply_impute(Frame *frame, int32_t number, const LrtFit *fit, bool last_use) {
    const LrtStep *step = &frame->spec->steps[number];
    SlotValues input = frame->slots[step->input], *output = &frame->slots[step->output];
    if (!apply_indicator(frame, step) || (is_forward(step) && !fill_forward(frame, step))) {
        return false;
    }
    if (is_forward(step)) {
        input = *output;
        last_use = true;
    }
    if (statistic_of(step) < 0) {
        return true;
    }
    if (input.code) {
        return apply_level(frame, step, fit, &input);
    }
    output->width = 1;
    output->real = last_use ? input.real : REGION_ARRAY(frame->region, double, frame->row_count, frame->error);
    for (int64_t i = 0; output->real && i < frame->row_count; i++) {
        output->real[i] = isnan(input.real[i]) ? fit->numbers[1] : input.real[i];
    }
    return output->real != NULL;
}

static void describe(const LrtStep *step, TransformText *out) {
    static const char *const words[] = {[LRT_IMPUTE_MEAN] = "mean",
                                        [LRT_IMPUTE_MEDIAN] = "median",
                                        [LRT_IMPUTE_MODE] = "mode",
                                        [LRT_IMPUTE_CONSTANT] = "constant",
                                        [LRT_IMPUTE_FORWARD] = "forward"};
    *out = (TransformText){.how = words[step->option[0]],
                           .names = {"missing_cells", statistic_of(step) < 0 ? NULL : "value"}};
}

static bool check(const LrtDataSpec *spec, const LrtStep *step, const LrtFit *fit) {
    int64_t names = spec->slots[step->input].kind == LRT_SLOT_CODE && statistic_of(step) >= 0 ? 1 : 0;
    return fit->width == 1 && fit->name_count == names;
}

const TransformEntry transform_impute = {.word = "impute",
                                         .fit = fit_impute, .apply = apply_impute, .invert = transform_invert_nothing, .describe = describe, .check = check};
