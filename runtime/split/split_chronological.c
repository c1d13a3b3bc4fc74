/* The earliest rows for training, then validation, then test. Rows of one moment stay together, in the earlier part: a part
 * never reaches into another's time. Without a timestamp the order of the file is the order of time. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "split/split.h"

typedef struct Moment {
    double time;
    int64_t row;                   /* index into SplitRows.rows */
} Moment;

static int compare_moments(const void *left, const void *right) {
    const Moment *a = left, *b = right;
    if (a->time != b->time) {
        return a->time < b->time ? -1 : 1;
    }
    return (a->row > b->row) - (a->row < b->row);
}

static Moment *sorted_moments(const SplitRows *rows, LrtError *error) {
    int32_t number = rows->spec->split.column;
    const double *time = number >= 0 ? rows->table->columns[number].real : NULL;
    Moment *moments = REGION_ARRAY(rows->region, Moment, rows->count, error);
    for (int64_t i = 0; moments && i < rows->count; i++) {
        int64_t row = rows->rows[i];
        moments[i] = (Moment){.time = time ? time[row] : 0, .row = i};
        if (isnan(moments[i].time)) {
            const char *name = rows->spec->columns[number].name;
            lrt_error_set(error, LRT_EXIT_DATA, "missing-unhandled",
                          "row %" PRId64 " has no time in column `%s`, so it has no place in a chronological split", row + 1, name);
            lrt_error_fix(error, "leave the row out, or fill the cell");
            lrt_error_cell(error, rows->table->path, row + 1, rows->table->lines ? rows->table->lines[row] : 0, name, "");
            error->column_index = number;
            error->spec_line = rows->spec->split.spec_line;
            return NULL;
        }
    }
    if (moments) {
        qsort(moments, (size_t)rows->count, sizeof *moments, compare_moments);
    }
    return moments;
}

/* Leaves out the last `purge` rows before `boundary` and the first `embargo` rows behind it, within begin..end. */
static void leave_gap(const LrtSplit *split, const Moment *moments, int64_t begin, int64_t boundary, int64_t end,
                      SplitResult *out) {
    int64_t first = split->purge < boundary - begin ? boundary - split->purge : begin;
    int64_t last = split->embargo < end - boundary ? boundary + split->embargo : end;
    for (int64_t i = first; i < last; i++) {
        unsigned char *part = &out->part[moments[i].row];
        out->purged += *part != LRT_PART_NONE;
        *part = LRT_PART_NONE;
    }
}

bool split_chronological(const SplitRows *rows, SplitResult *out, LrtError *error) {
    const LrtSplit *split = &rows->spec->split;
    Moment *moments = sorted_moments(rows, error);
    if (!moments) {
        return false;
    }
    Apportionment state = apportionment_begin(split);
    int64_t sizes[LRT_PART_COUNT + 1], ends[LRT_PART_COUNT], due = 0, begin = 0;
    apportionment_next(&state, rows->count, sizes);
    for (int part = 0; part < LRT_PART_COUNT; part++) {
        due += sizes[part];
        int64_t end = due > begin && sizes[part] > 0 ? due : begin;
        while (end > begin && end < rows->count && split->column >= 0 && moments[end].time == moments[end - 1].time) {
            end++;
        }
        for (int64_t i = begin; i < end; i++) {
            out->part[moments[i].row] = (unsigned char)part;
        }
        begin = ends[part] = end;
    }
    for (int part = 0; part + 1 < LRT_PART_COUNT; part++) {
        int64_t next_end = ends[part + 1] > ends[part] ? ends[part + 1] : part + 2 < LRT_PART_COUNT ? ends[part + 2] : ends[part];
        bool boundary = ends[part] > (part > 0 ? ends[part - 1] : 0) && next_end > ends[part];
        if (boundary) {
            leave_gap(split, moments, part > 0 ? ends[part - 1] : 0, ends[part], next_end, out);
        }
    }
    return true;
}
