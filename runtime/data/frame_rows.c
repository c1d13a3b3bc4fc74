/* Rows without a target, without the rows that their steps read, or without a part are left out and counted, in this
 * order: a row is counted once. The shares of a split are of the rows that have a target. */
#include "data/frame_rows.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "split/split.h"

/* What a row of the frame has. */
enum { HAS_TARGET = 1, HAS_FUTURE = 2, HAS_HISTORY = 4, HAS_OWN_CELLS = 8, HAS_ALL = 15 };

typedef struct Planning {
    const LrtDataSpec *spec;
    const LrtTable *table;
    Region *region;
    LrtDataset *dataset;
    FrameRows *out;
    LrtError *error;
    unsigned char *has; /* [frame rows] */
} Planning;

/* ---- what each row has ------------------------------------------------------------------------------------------- */

static bool has_target(const LrtDataSpec *spec, const LrtTable *table, int64_t row) {
    for (int64_t k = 0; k < spec->target_count; k++) {
        const LrtTableColumn *column = &table->columns[spec->slots[spec->targets[k].slot].column];
        if (column->code ? column->code[row] < 0 : !column->real || isnan(column->real[row])) {
            return false;
        }
    }
    return true;
}

/* Takes `bit` from the first lead[s] and `tail_bit` from the last tail[s] rows of each series. */
static void take_ends(Planning *planning, const int64_t *lead, int bit, const int64_t *tail, int tail_bit) {
    const Series *series = &planning->out->series;
    for (int64_t s = 0; s < series->segment_count; s++) {
        int64_t begin = series->begins[s], end = series->begins[s + 1];
        for (int64_t i = begin; i < end && i < begin + lead[s]; i++) {
            planning->has[i] &= (unsigned char)~bit;
        }
        for (int64_t i = end - tail[s] > begin ? end - tail[s] : begin; i < end; i++) {
            planning->has[i] &= (unsigned char)~tail_bit;
        }
    }
}

static bool look_at_target(Planning *planning, const RowReach *reach, int32_t slot) {
    Region scratch = {0};
    bool *present;
    bool good = reach_present(reach, slot, &scratch, &present);
    for (int64_t i = 0; good && i < planning->out->count; i++) {
        if (!present[i]) {
            planning->has[i] &= (unsigned char)~HAS_TARGET;
        }
    }
    region_free(&scratch);
    return good;
}

static bool look_at_rows(Planning *planning, bool without_target) {
    const LrtDataSpec *spec = planning->spec;
    FrameRows *out = planning->out;
    RowReach reach = {spec, planning->table, &out->series, planning->error};
    Region scratch = {0};
    int64_t segments = out->series.segment_count;
    int64_t *lead = REGION_ARRAY(&scratch, int64_t, 2 * segments, planning->error);
    bool good = lead != NULL;
    memset(planning->has, HAS_ALL, (size_t)out->count);
    for (int64_t i = 0; good && i < spec->input_count; i++) {
        good = reach_ends(&reach, spec->inputs[i].slot, lead, lead + segments);
    }
    for (int64_t k = 0; good && !without_target && k < spec->target_count; k++) {
        good = reach_ends(&reach, spec->targets[k].slot, lead, lead + segments) &&
               look_at_target(planning, &reach, spec->targets[k].slot);
    }
    if (good) {
        take_ends(planning, lead, HAS_HISTORY, lead + segments, HAS_FUTURE);
    }
    for (int64_t i = 0; good && out->series.put_in && i < out->count; i++) {
        if (out->series.put_in[i]) {
            planning->has[i] &= (unsigned char)~HAS_OWN_CELLS;
        }
    }
    region_free(&scratch);
    return good;
}

/* ---- who takes part ---------------------------------------------------------------------------------------------- */

static bool refuse_no_rows(const Planning *planning) {
    LrtError *error = planning->error;
    int64_t rows = planning->table->row_count;
    if (rows == 0) {
        lrt_error_set(error, LRT_EXIT_DATA, "no-rows", "the data has no rows");
        lrt_error_fix(error, "at least one row below the header");
    } else if (planning->dataset->dropped_without_history + planning->dataset->dropped_without_future > 0) {
        lrt_error_set(error, LRT_EXIT_DATA, "no-rows",
                      "none of the %" PRId64 " rows has all that its steps read before and after it", rows);
        lrt_error_fix(error, "longer series, or steps that reach less far");
    } else {
        lrt_error_set(error, LRT_EXIT_DATA, "no-rows", "none of the %" PRId64 " rows has a target", rows);
        lrt_error_fix(error, "fill the cells of the target");
    }
    return false;
}

/* Counts a row that lacks something; true where it may stand in a split. Its own history it may lack until then. */
static bool count_row(Planning *planning, int has) {
    LrtDataset *dataset = planning->dataset;
    if (!(has & HAS_OWN_CELLS)) {
        return false;
    }
    if (!(has & HAS_FUTURE)) {
        dataset->dropped_without_future++;
    } else if (!(has & HAS_TARGET) && (has & HAS_HISTORY)) {
        dataset->dropped_without_target++;
    } else if (!(has & HAS_TARGET)) {
        dataset->dropped_without_history++;
    } else {
        return true;
    }
    return false;
}

/* Frame row of each row of the table. */
static int64_t *places_of_rows(const FrameRows *rows, const LrtTable *table, Region *region, LrtError *error) {
    int64_t *places = REGION_ARRAY(region, int64_t, table->row_count, error);
    for (int64_t i = 0; places && i < rows->count; i++) {
        if (!rows->in_series || !rows->series.put_in || !rows->series.put_in[i]) {
            places[rows->source_row[i]] = i;
        }
    }
    return places;
}

/* The parts that a split of rows of the table gave, as parts of rows of the frame. */
static void take_parts(Planning *planning, const SplitRows *rows, const unsigned char *part, const int64_t *places) {
    FrameRows *out = planning->out;
    memset(out->part, LRT_PART_NONE, (size_t)out->count);
    for (int64_t i = 0; i < rows->count; i++) {
        int64_t place = places[rows->rows[i]];
        if (part[i] >= LRT_PART_COUNT) {
            continue;
        }
        if (planning->has[place] & HAS_HISTORY) {
            out->part[place] = part[i];
        } else {
            planning->dataset->dropped_without_history++;
        }
    }
}

/* A part whose rows all lack their history is none. */
static bool check_parts(const Planning *planning, const SplitRows *rows, const unsigned char *part) {
    int64_t given[LRT_PART_COUNT] = {0}, kept[LRT_PART_COUNT] = {0};
    for (int64_t i = 0; i < rows->count; i++) {
        if (part[i] < LRT_PART_COUNT) {
            given[part[i]]++;
        }
    }
    for (int64_t i = 0; i < planning->out->count; i++) {
        if (planning->out->part[i] < LRT_PART_COUNT) {
            kept[planning->out->part[i]]++;
        }
    }
    for (int p = 0; p < LRT_PART_COUNT; p++) {
        if (given[p] > 0 && kept[p] == 0) {
            lrt_error_set(planning->error, LRT_EXIT_DATA, "no-rows",
                          "all %" PRId64 " rows of the %s part lack rows before them that their steps read", given[p],
                          split_part_word((LrtPart)p));
            lrt_error_fix(planning->error, "longer series, or steps that reach less far back");
            planning->error->spec_line = planning->spec->split.spec_line;
            return false;
        }
    }
    return true;
}

static bool begin_series(Planning *planning, NoteList *notes, bool without_target) {
    FrameRows *out = planning->out;
    LrtError *error = planning->error;
    out->in_series = true;
    if (!series_build(planning->spec, planning->table, planning->region, notes, &out->series, error)) {
        return false;
    }
    out->count = out->series.row_count;
    out->source_row = out->series.source_row;
    planning->dataset->put_in = out->series.put_in_count;
    out->part = REGION_ARRAY(planning->region, unsigned char, out->count, error);
    planning->has = out->part ? REGION_ARRAY(planning->region, unsigned char, out->count, error) : NULL;
    return planning->has && look_at_rows(planning, without_target);
}

/* Rows that lack a target, or were put in, and nothing else. */
static bool list_fillers(Planning *planning) {
    FrameRows *out = planning->out;
    out->fills = REGION_ARRAY(planning->region, bool, out->count, planning->error);
    for (int64_t i = 0; out->fills && i < out->count; i++) {
        int has = planning->has[i];
        bool lacks = !(has & HAS_TARGET) || !(has & HAS_FUTURE) || !(has & HAS_OWN_CELLS);
        out->fills[i] = (has & HAS_HISTORY) && lacks;
    }
    return out->fills != NULL;
}

static bool split_series(Planning *planning, SplitRows *rows) {
    const int64_t *places = places_of_rows(planning->out, planning->table, planning->region, planning->error);
    int64_t *chosen =
        places ? REGION_ARRAY(planning->region, int64_t, planning->table->row_count, planning->error) : NULL;
    if (!chosen) {
        return false;
    }
    for (int64_t row = 0; row < planning->table->row_count; row++) {
        if (count_row(planning, planning->has[places[row]])) {
            chosen[rows->count++] = row;
        }
    }
    rows->rows = chosen;
    SplitResult split;
    if (rows->count == 0) {
        return refuse_no_rows(planning);
    }
    if (!split_rows(rows, &split, planning->error)) {
        return false;
    }
    planning->dataset->dropped_without_fold = split.without_fold;
    planning->dataset->purged = split.purged;
    take_parts(planning, rows, split.part, places);
    return check_parts(planning, rows, split.part) && list_fillers(planning);
}

static bool split_plainly(Planning *planning, SplitRows *rows) {
    FrameRows *out = planning->out;
    int64_t *chosen = REGION_ARRAY(planning->region, int64_t, planning->table->row_count, planning->error);
    if (!chosen) {
        return false;
    }
    for (int64_t row = 0; row < planning->table->row_count; row++) {
        if (has_target(planning->spec, planning->table, row)) {
            chosen[rows->count++] = row;
        }
    }
    rows->rows = chosen;
    planning->dataset->dropped_without_target = planning->table->row_count - rows->count;
    SplitResult split;
    if (rows->count == 0) {
        return refuse_no_rows(planning);
    }
    if (!split_rows(rows, &split, planning->error)) {
        return false;
    }
    planning->dataset->dropped_without_fold = split.without_fold;
    planning->dataset->purged = split.purged;
    out->source_row = chosen;
    out->part = split.part;
    for (int64_t i = 0; i < rows->count; i++) {
        if (split.part[i] < LRT_PART_COUNT) {
            out->part[out->count] = split.part[i];
            out->source_row[out->count++] = rows->rows[i];
        }
    }
    return true;
}

bool frame_rows_split(const LrtDataSpec *spec, const LrtTable *table, Region *region, NoteList *notes,
                      LrtDataset *dataset, FrameRows *out, LrtError *error) {
    Planning planning = {
        .spec = spec, .table = table, .region = region, .dataset = dataset, .out = out, .error = error};
    SplitRows rows = {.spec = spec, .table = table, .region = region};
    *out = (FrameRows){0};
    if (!spec->series.used) {
        return split_plainly(&planning, &rows);
    }
    return begin_series(&planning, notes, false) && split_series(&planning, &rows);
}

static bool all_in_series(Planning *planning, bool without_target) {
    FrameRows *out = planning->out;
    int64_t kept = 0;
    if (!begin_series(planning, NULL, without_target)) {
        return false;
    }
    for (int64_t i = 0; i < out->count; i++) {
        bool counted = count_row(planning, planning->has[i]);
        bool whole = counted && (planning->has[i] & HAS_HISTORY);
        planning->dataset->dropped_without_history += counted && !whole;
        out->part[i] = whole ? LRT_PART_TEST : LRT_PART_NONE;
        kept += whole;
    }
    return kept > 0 ? list_fillers(planning) : refuse_no_rows(planning);
}

static bool all_plainly(Planning *planning, bool without_target) {
    FrameRows *out = planning->out;
    int64_t count = planning->table->row_count;
    out->source_row = REGION_ARRAY(planning->region, int64_t, count, planning->error);
    out->part = out->source_row ? REGION_ARRAY(planning->region, unsigned char, count, planning->error) : NULL;
    if (!out->part) {
        return false;
    }
    memset(out->part, LRT_PART_TEST, (size_t)count);
    for (int64_t row = 0; row < count; row++) {
        if (without_target || has_target(planning->spec, planning->table, row)) {
            out->source_row[out->count++] = row;
        }
    }
    planning->dataset->dropped_without_target = count - out->count;
    return out->count > 0 || refuse_no_rows(planning);
}

bool frame_rows_all(const LrtDataSpec *spec, const LrtTable *table, bool without_target, Region *region,
                    LrtDataset *dataset, FrameRows *out, LrtError *error) {
    Planning planning = {
        .spec = spec, .table = table, .region = region, .dataset = dataset, .out = out, .error = error};
    *out = (FrameRows){0};
    return spec->series.used ? all_in_series(&planning, without_target) : all_plainly(&planning, without_target);
}

int64_t *frame_rows_kept(const FrameRows *rows, const LrtTable *table, Region *region, int64_t *out_count,
                         LrtError *error) {
    const int64_t *places = places_of_rows(rows, table, region, error);
    int64_t *kept = places ? REGION_ARRAY(region, int64_t, table->row_count, error) : NULL;
    *out_count = 0;
    for (int64_t row = 0; kept && row < table->row_count; row++) {
        if (rows->part[places[row]] < LRT_PART_COUNT) {
            kept[(*out_count)++] = places[row];
        }
    }
    return kept;
}
