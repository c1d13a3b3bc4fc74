/* Which rows a slot has a value in, before any step is run: the split must know which rows have a target, and rows
 * without the history that a step needs are in no part. What is fitted keeps a value where one was. */
#include "series/rows_in_series.h"

#include <math.h>
#include <string.h>

#include "preprocess/transform.h"

static bool fills_forward(const LrtStep *step) {
    return step->transform == LRT_TRANSFORM_IMPUTE && step->option[0] == LRT_IMPUTE_FORWARD;
}

static bool fills_all(const LrtStep *step) {
    bool encodes = step->transform == LRT_TRANSFORM_ONE_HOT || step->transform == LRT_TRANSFORM_INDEX;
    bool imputes = step->transform == LRT_TRANSFORM_IMPUTE && (!fills_forward(step) || step->option[1] >= 0);
    return encodes || imputes;
}

/* ---- presence ---------------------------------------------------------------------------------------------------- */

static void present_cells(const RowReach *reach, int32_t column, bool *present) {
    const LrtTableColumn *cells = &reach->table->columns[column];
    for (int64_t i = 0; i < reach->series->row_count; i++) {
        int64_t row = reach->series->source_row[i];
        present[i] = cells->code ? cells->code[row] >= 0 : cells->real && !isnan(cells->real[row]);
    }
}

/* A series from one presence to the next, `count` rows. */
static void present_behind(const LrtStep *step, const bool *before, int64_t count, bool *present) {
    LrtStepRows rows = lrt_step_rows(step);
    int64_t last_absent = -1; /* row of the series */
    for (int64_t i = 0; i < count; i++) {
        if (fills_forward(step)) {
            present[i] = before[i] || (i > 0 && present[i - 1]);
        } else if (rows.ends) {
            int64_t first = i + rows.first, last = i + rows.last;
            present[i] = first >= 0 && last < count && before[first] && before[last];
        } else {
            last_absent = before[i] ? last_absent : i;
            present[i] = i + rows.first > last_absent;
        }
    }
}

bool reach_present(const RowReach *reach, int32_t slot, Region *region, bool **out) {
    const Series *series = reach->series;
    bool *present = *out = REGION_ARRAY(region, bool, series->row_count, reach->error);
    int32_t number = transform_step_of(reach->spec, slot);
    if (!present) {
        return false;
    }
    if (number < 0) {
        present_cells(reach, slot, present);
        return true;
    }
    const LrtStep *step = &reach->spec->steps[number];
    if (fills_all(step) || step->indicator == slot) {
        memset(present, true, (size_t)series->row_count);
        return true;
    }
    bool *before, *other;
    if (!reach_present(reach, step->input, region, &before)) {
        return false;
    }
    for (int64_t k = 0; k < step->other_count; k++) {
        if (!reach_present(reach, step->others[k], region, &other)) {
            return false;
        }
        for (int64_t i = 0; i < series->row_count; i++) {
            before[i] = before[i] && other[i];
        }
        region_release(region, other);
    }
    for (int64_t s = 0; s < series->segment_count; s++) {
        int64_t begin = series->begins[s];
        present_behind(step, before + begin, series->begins[s + 1] - begin, present + begin);
    }
    region_release(region, before);
    return true;
}

/* ---- ends -------------------------------------------------------------------------------------------------------- */

static void raise_to(int64_t *value, int64_t other) { *value = other > *value ? other : *value; }

/* Filling forward begins with the first cell that is there and does not lack history itself. */
static bool lead_of_filling(const RowReach *reach, int32_t input, int64_t *lead) {
    Region scratch = {0};
    bool *present;
    if (!reach_present(reach, input, &scratch, &present)) {
        region_free(&scratch);
        return false;
    }
    for (int64_t s = 0; s < reach->series->segment_count; s++) {
        int64_t begin = reach->series->begins[s], end = reach->series->begins[s + 1];
        while (begin + lead[s] < end && !present[begin + lead[s]]) {
            lead[s]++;
        }
    }
    region_free(&scratch);
    return true;
}

static bool ends_of_slot(const RowReach *reach, int32_t slot, int64_t *lead, int64_t *tail) {
    int32_t number = transform_step_of(reach->spec, slot);
    if (number < 0) {
        return true;
    }
    const LrtStep *step = &reach->spec->steps[number];
    if (!ends_of_slot(reach, step->input, lead, tail)) {
        return false;
    }
    for (int64_t k = 0; k < step->other_count; k++) {
        if (!reach_ends(reach, step->others[k], lead, tail)) {
            return false;
        }
    }
    if (fills_forward(step) && step->option[1] < 0) {
        return lead_of_filling(reach, step->input, lead);
    }
    LrtStepRows rows = lrt_step_rows(step);
    for (int64_t s = 0; s < reach->series->segment_count; s++) {
        lead[s] = lead[s] > rows.first ? lead[s] - rows.first : 0;
        tail[s] += rows.last > 0 ? rows.last : 0;
    }
    return true;
}

bool reach_ends(const RowReach *reach, int32_t slot, int64_t *lead, int64_t *tail) {
    Region scratch = {0};
    int64_t count = reach->series->segment_count;
    int64_t *own = REGION_ARRAY(&scratch, int64_t, 2 * count, reach->error);
    bool good = own && ends_of_slot(reach, slot, own, own + count);
    for (int64_t s = 0; good && s < count; s++) {
        raise_to(&lead[s], own[s]);
        raise_to(&tail[s], own[count + s]);
    }
    region_free(&scratch);
    return good;
}
