/* What is left out between two parts: the last rows of the earlier one (purge) and the first of the later one (embargo).
 * `purge: auto` leaves out exactly the rows whose target reads a row of another part, each series by itself. Counts of rows
 * are of each series, too; times hold for all series together, as a boundary in time does. */
#include <math.h>
#include <string.h>

#include "data/sort_numbers.h"
#include "split/split.h"

/* Rows of the table on one line, with their places on it. */
typedef struct Line {
    const int64_t *rows;
    const double *places; /* ascending; NULL: 0, 1, 2 … */
    int64_t count;
} Line;

static double place_of(const Line *line, int64_t i) { return line->places ? line->places[i] : (double)i; }

/* Rows with a row of another part at most `purge` behind them. `part` is as the split gave it. */
static void purge_line(const Line *line, const unsigned char *part, double purge, bool *out) {
    double next[LRT_PART_COUNT] = {(double)INFINITY, (double)INFINITY, (double)INFINITY};
    for (int64_t i = line->count; i-- > 0;) {
        unsigned char own = part[line->rows[i]];
        for (int p = 0; own < LRT_PART_COUNT && p < LRT_PART_COUNT; p++) {
            if (p != own && next[p] - place_of(line, i) <= purge) {
                out[line->rows[i]] = true;
            }
        }
        if (own < LRT_PART_COUNT) {
            next[own] = place_of(line, i);
        }
    }
}

/* Rows less than `embargo` behind the first of their part's run, where another part stands before it. */
static void embargo_line(const Line *line, const unsigned char *part, double embargo, bool *out) {
    unsigned char run = LRT_PART_NONE;
    double begin = -(double)INFINITY;
    for (int64_t i = 0; i < line->count; i++) {
        unsigned char own = part[line->rows[i]];
        if (own >= LRT_PART_COUNT) {
            continue;
        }
        if (own != run && run != LRT_PART_NONE) {
            begin = place_of(line, i);
        }
        run = own;
        if (place_of(line, i) - begin < embargo) {
            out[line->rows[i]] = true;
        }
    }
}

typedef struct Gaps {
    const SplitRows *rows;
    unsigned char *part; /* [table rows] */
    bool *left_out;      /* [table rows] */
    LrtError *error;
} Gaps;

/* Each series by itself; `keep_gaps`: gaps in time end none. */
static bool leave_by_rows(const Gaps *gaps, bool keep_gaps, int64_t purge, int64_t embargo) {
    LrtDataSpec spec = *gaps->rows->spec;
    Series series;
    if (spec.split.kind == LRT_SPLIT_CHRONOLOGICAL) {
        spec.series.time = spec.split.column;
    }
    if (keep_gaps) {
        spec.series.gaps = LRT_GAPS_KEEP;
    }
    if (!series_build(&spec, gaps->rows->table, gaps->rows->region, NULL, &series, gaps->error)) {
        return false;
    }
    for (int64_t s = 0; s < series.segment_count; s++) {
        Line line = {series.source_row + series.begins[s], NULL, series.begins[s + 1] - series.begins[s]};
        purge_line(&line, gaps->part, (double)purge, gaps->left_out);
        embargo_line(&line, gaps->part, (double)embargo, gaps->left_out);
    }
    return true;
}

static bool leave_by_times(const Gaps *gaps, double purge, double embargo) {
    const SplitRows *rows = gaps->rows;
    const LrtSplit *split = &rows->spec->split;
    int32_t time = split->kind == LRT_SPLIT_CHRONOLOGICAL ? split->column : rows->spec->series.time;
    const double *times = rows->table->columns[time].real;
    double *places = REGION_ARRAY(rows->region, double, rows->count, gaps->error);
    int64_t *order = places ? REGION_ARRAY(rows->region, int64_t, rows->count, gaps->error) : NULL;
    int64_t count = 0;
    for (int64_t i = 0; order && i < rows->count; i++) {
        if (!isnan(times[rows->rows[i]])) {
            places[count] = times[rows->rows[i]];
            order[count++] = rows->rows[i];
        }
    }
    if (!order || !sort_numbers(places, order, count, gaps->error)) {
        return false;
    }
    Line line = {order, places, count};
    if (purge > 0) {
        purge_line(&line, gaps->part, purge, gaps->left_out);
    }
    embargo_line(&line, gaps->part, embargo, gaps->left_out);
    return true;
}

bool split_leave_gaps(const SplitRows *rows, SplitResult *out, LrtError *error) {
    const LrtSplit *split = &rows->spec->split;
    bool automatic = split->purge < 0;
    int64_t purge = automatic ? lrt_target_reach(rows->spec) : split->purge;
    bool by_times = split->purge_seconds > 0 || split->embargo_seconds > 0;
    if (purge <= 0 && split->embargo <= 0 && !by_times) {
        return true;
    }
    int64_t count = rows->table->row_count;
    Gaps gaps = {.rows = rows, .error = error};
    gaps.part = REGION_ARRAY(rows->region, unsigned char, count, error);
    gaps.left_out = gaps.part ? REGION_ARRAY(rows->region, bool, count, error) : NULL;
    if (!gaps.left_out) {
        return false;
    }
    memset(gaps.part, LRT_PART_NONE, (size_t)count);
    for (int64_t i = 0; i < rows->count; i++) {
        gaps.part[rows->rows[i]] = out->part[i];
    }
    bool good = (purge <= 0 || leave_by_rows(&gaps, !automatic, purge, 0)) &&
                (split->embargo <= 0 || leave_by_rows(&gaps, true, 0, split->embargo)) &&
                (!by_times || leave_by_times(&gaps, split->purge_seconds, split->embargo_seconds));
    for (int64_t i = 0; good && i < rows->count; i++) {
        if (out->part[i] < LRT_PART_COUNT && gaps.left_out[rows->rows[i]]) {
            out->part[i] = LRT_PART_NONE;
            out->purged++;
        }
    }
    return good;
}
