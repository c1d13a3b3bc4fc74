/* The order is one stable sort by time and one by each column of type group, so rows of one moment keep the file's
 * order. Gaps are times longer than one and a half of `every`: a clock that jitters makes none. */
#include "core/unfused.h"

#include "series/rows_in_series.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "data/sort_numbers.h"
#include "data/table_place.h"

static const double gap_factor = 1.5; /* of `every` */

enum { PUT_IN_PER_ROW = 100 }; /* beyond, `every` is not the time between the rows of this data */

typedef struct Ordering {
    const LrtDataSpec *spec;
    const LrtTable *table;
    Region *region;
    NoteList *notes;
    LrtError *error;
    int64_t *rows;      /* [table rows] in series order */
    bool *begins_group; /* [table rows] */
} Ordering;

static bool refuse_missing(const Ordering *ordering, int64_t row) {
    int32_t column = ordering->spec->series.time;
    const char *name = ordering->spec->columns[column].name;
    lrt_error_set(ordering->error, LRT_EXIT_DATA, "missing-unhandled",
                  "row %" PRId64 " has no time in column `%s`, so it has no place in its series",
                  table_file_row(ordering->table, row), name);
    lrt_error_fix(ordering->error, "leave the row out, or fill the cell");
    table_error_cell(ordering->error, ordering->table, row, name, "");
    ordering->error->column_index = column;
    return false;
}

static bool sort_by(Ordering *ordering, const LrtTableColumn *column, double *keys) {
    int64_t count = ordering->table->row_count;
    for (int64_t i = 0; i < count; i++) {
        int64_t row = ordering->rows[i];
        keys[i] = column->code ? (double)column->code[row] : column->real[row];
        if (isnan(keys[i])) {
            return refuse_missing(ordering, row);
        }
    }
    return sort_numbers(keys, ordering->rows, count, ordering->error);
}

static bool order_rows(Ordering *ordering) {
    const LrtDataSpec *spec = ordering->spec;
    int64_t count = ordering->table->row_count;
    double *keys = REGION_ARRAY(ordering->region, double, count, ordering->error);
    ordering->rows = keys ? REGION_ARRAY(ordering->region, int64_t, count, ordering->error) : NULL;
    ordering->begins_group = ordering->rows ? REGION_ARRAY(ordering->region, bool, count, ordering->error) : NULL;
    if (!ordering->begins_group) {
        return false;
    }
    for (int64_t i = 0; i < count; i++) {
        ordering->rows[i] = i;
    }
    if (spec->series.time >= 0 && !sort_by(ordering, &ordering->table->columns[spec->series.time], keys)) {
        return false;
    }
    ordering->begins_group[0] = true;
    for (int64_t c = spec->column_count; c-- > 0;) {
        const LrtTableColumn *column = &ordering->table->columns[c];
        if (spec->columns[c].type != LRT_COLUMN_GROUP) {
            continue;
        }
        if (!sort_by(ordering, column, keys)) {
            return false;
        }
    }
    for (int64_t c = 0; c < spec->column_count; c++) {
        const int32_t *code = ordering->table->columns[c].code;
        for (int64_t i = 1; spec->columns[c].type == LRT_COLUMN_GROUP && i < count; i++) {
            ordering->begins_group[i] |= code[ordering->rows[i]] != code[ordering->rows[i - 1]];
        }
    }
    /* Without times nothing says that one file goes on where another ends. */
    for (int64_t k = 1; spec->series.time < 0 && k < ordering->table->file_count; k++) {
        int64_t first = ordering->table->files[k].first_row;
        for (int64_t i = 1; i < count; i++) {
            ordering->begins_group[i] |= ordering->rows[i - 1] < first && ordering->rows[i] >= first;
        }
    }
    region_release(ordering->region, keys);
    return true;
}

/* ---- notes ------------------------------------------------------------------------------------------------------- */

static bool note_order(const Ordering *ordering, int64_t unsorted, int64_t equal, int64_t equal_row) {
    const char *name = ordering->spec->columns[ordering->spec->series.time].name;
    if (unsorted > 0) {
        LrtNote *note = note_add(ordering->notes, -1, "unsorted-time", ordering->error);
        if (!note) {
            return false;
        }
        snprintf(note->message, sizeof note->message,
                 "%" PRId64 " rows stand behind a later one of their series; they were sorted by `%s`", unsorted, name);
    }
    if (equal > 0) {
        LrtNote *note = note_add(ordering->notes, -1, "duplicate-time", ordering->error);
        if (!note) {
            return false;
        }
        snprintf(note->message, sizeof note->message,
                 "%" PRId64 " rows have the time `%s` of the row before in their series, the first of them row %" PRId64,
                 equal, name, table_file_row(ordering->table, equal_row));
        snprintf(note->why, sizeof note->why,
                 "steps that read rows before count them as a row later; they keep the order of the file");
        snprintf(note->fix, sizeof note->fix,
                 "declare the column that tells the series apart `group`, or leave out what is there twice");
    }
    return true;
}

static bool note_times(const Ordering *ordering) {
    int32_t time = ordering->spec->series.time;
    if (!ordering->notes || time < 0) {
        return true;
    }
    const double *times = ordering->table->columns[time].real;
    int64_t unsorted = 0, equal = 0, equal_row = -1;
    for (int64_t i = 1; i < ordering->table->row_count; i++) {
        if (ordering->begins_group[i]) {
            continue;
        }
        int64_t row = ordering->rows[i], before = ordering->rows[i - 1];
        unsorted += row < before;
        if (times[row] == times[before]) {
            equal_row = equal++ == 0 ? row : equal_row;
        }
    }
    return note_order(ordering, unsorted, equal, equal_row);
}

/* ---- gaps -------------------------------------------------------------------------------------------------------- */

/* The time from the row before in the series where it is a gap, else 0. */
static double gap_before(const Ordering *ordering, int64_t i) {
    const LrtSeries *series = &ordering->spec->series;
    if (i == 0 || ordering->begins_group[i] || series->time < 0 || !(series->every > 0) ||
        series->gaps == LRT_GAPS_KEEP) {
        return 0;
    }
    const double *times = ordering->table->columns[series->time].real;
    double time = times[ordering->rows[i]] - times[ordering->rows[i - 1]];
    return time > gap_factor * series->every ? time : 0;
}

static bool refuse_gap(const Ordering *ordering, int64_t i, double gap) {
    const LrtSeries *series = &ordering->spec->series;
    const char *name = ordering->spec->columns[series->time].name;
    int64_t row = ordering->rows[i];
    lrt_error_set(ordering->error, LRT_EXIT_DATA, "time-gap",
                  "%.10g s lie between row %" PRId64 " and the row before in its series; `%s` declares one every %.10g s",
                  gap, table_file_row(ordering->table, row), name, series->every);
    lrt_error_fix(ordering->error, "`gaps: split` begins a new series behind a gap, `forward` fills it, `keep` counts "
                                   "rows whatever their times");
    table_error_cell(ordering->error, ordering->table, row, name, "");
    ordering->error->column_index = series->time;
    return false;
}

static bool refuse_many(const Ordering *ordering, double count) {
    const LrtSeries *series = &ordering->spec->series;
    lrt_error_set(ordering->error, LRT_EXIT_DATA, "time-gap",
                  "`gaps: forward` would put %.10g rows between the %" PRId64 " of the data", count,
                  ordering->table->row_count);
    lrt_error_why(ordering->error, "`%s` declares a row every %.10g s", ordering->spec->columns[series->time].name,
                  series->every);
    lrt_error_fix(ordering->error, "an `every:` that is the time between two rows, or `gaps: split`");
    ordering->error->column_index = series->time;
    return false;
}

/* Rows to be put in before row i. */
static int64_t rows_missing(const Ordering *ordering, int64_t i) {
    double gap = gap_before(ordering, i);
    return ordering->spec->series.gaps == LRT_GAPS_FORWARD && gap > 0
               ? (int64_t)llround(gap / ordering->spec->series.every) - 1
               : 0;
}

static bool count_rows(const Ordering *ordering, int64_t *out_rows) {
    int64_t count = ordering->table->row_count;
    double more = 0;
    for (int64_t i = 0; i < count; i++) {
        double gap = gap_before(ordering, i);
        if (gap > 0 && ordering->spec->series.gaps == LRT_GAPS_ERROR) {
            return refuse_gap(ordering, i, gap);
        }
        more += gap > 0 && ordering->spec->series.gaps == LRT_GAPS_FORWARD ? gap / ordering->spec->series.every : 0;
        if (more > (double)PUT_IN_PER_ROW * (double)count) {
            return refuse_many(ordering, more);
        }
        *out_rows += 1 + rows_missing(ordering, i);
    }
    return true;
}

static bool lay_out(const Ordering *ordering, Series *out) {
    bool forward = ordering->spec->series.gaps == LRT_GAPS_FORWARD;
    bool split = ordering->spec->series.gaps == LRT_GAPS_SPLIT;
    if (!count_rows(ordering, &out->row_count)) {
        return false;
    }
    out->source_row = REGION_ARRAY(ordering->region, int64_t, out->row_count, ordering->error);
    out->begins = REGION_ARRAY(ordering->region, int64_t, ordering->table->row_count + 1, ordering->error);
    out->put_in = forward ? REGION_ARRAY(ordering->region, bool, out->row_count, ordering->error) : NULL;
    if (!out->source_row || !out->begins || (forward && !out->put_in)) {
        return false;
    }
    int64_t at = 0;
    for (int64_t i = 0; i < ordering->table->row_count; i++) {
        for (int64_t k = rows_missing(ordering, i); k > 0; k--) {
            out->put_in[at] = true;
            out->source_row[at++] = ordering->rows[i - 1];
            out->put_in_count++;
        }
        if (ordering->begins_group[i] || (split && gap_before(ordering, i) > 0)) {
            out->begins[out->segment_count++] = at;
        }
        out->source_row[at++] = ordering->rows[i];
    }
    out->begins[out->segment_count] = at;
    return true;
}

bool series_build(const LrtDataSpec *spec, const LrtTable *table, Region *region, NoteList *notes, Series *out,
                  LrtError *error) {
    Ordering ordering = {.spec = spec, .table = table, .region = region, .notes = notes, .error = error};
    *out = (Series){0};
    return order_rows(&ordering) && note_times(&ordering) && lay_out(&ordering, out);
}
