/* Splits by groups: `grouped` gives whole groups to the parts, at random; `group_time` divides each group by time. */
#include <math.h>
#include <string.h>

#include "lrt/random.h"
#include "split/split.h"

/* Index into SplitRows.rows of each row of the table, -1: it takes no part. */
static int64_t *places_of_rows(const SplitRows *rows, LrtError *error) {
    int64_t *places = REGION_ARRAY(rows->region, int64_t, rows->table->row_count, error);
    for (int64_t row = 0; places && row < rows->table->row_count; row++) {
        places[row] = -1;
    }
    for (int64_t i = 0; places && i < rows->count; i++) {
        places[rows->rows[i]] = i;
    }
    return places;
}

/* The rows of each group, in the order of time where `time` says so. */
static bool list_groups(const SplitRows *rows, bool by_time, Series *out, LrtError *error) {
    LrtDataSpec spec = *rows->spec;
    spec.series.gaps = LRT_GAPS_KEEP;
    spec.series.time = by_time ? spec.series.time : -1;
    return series_build(&spec, rows->table, rows->region, NULL, out, error);
}

/* The part that lacks most of its share of the rows. */
static int part_in_need(const Apportionment *state, const int64_t given[LRT_PART_COUNT + 1], int64_t total) {
    int best = -1;
    double most = 0;
    for (int part = 0; part <= LRT_PART_COUNT; part++) {
        double lacking = state->share[part] * (double)total - (double)given[part];
        if (state->share[part] > 0 && (best < 0 || lacking > most)) {
            best = part;
            most = lacking;
        }
    }
    return best;
}

bool split_grouped(const SplitRows *rows, SplitResult *out, LrtError *error) {
    Series groups;
    const int64_t *places = places_of_rows(rows, error);
    if (!places || !list_groups(rows, false, &groups, error)) {
        return false;
    }
    int64_t *order = REGION_ARRAY(rows->region, int64_t, groups.segment_count, error);
    if (!order) {
        return false;
    }
    for (int64_t g = 0; g < groups.segment_count; g++) {
        order[g] = g;
    }
    LrtRandom random = lrt_random_stream(rows->spec->split.seed, "split", 0);
    lrt_random_shuffle(&random, order, groups.segment_count);
    Apportionment state = apportionment_begin(&rows->spec->split);
    int64_t given[LRT_PART_COUNT + 1] = {0};
    for (int64_t g = 0; g < groups.segment_count; g++) {
        int part = part_in_need(&state, given, rows->count);
        for (int64_t i = groups.begins[order[g]]; i < groups.begins[order[g] + 1]; i++) {
            int64_t place = places[groups.source_row[i]];
            if (place >= 0 && part >= 0) {
                out->part[place] = (unsigned char)(part < LRT_PART_COUNT ? part : LRT_PART_NONE);
                given[part]++;
            }
        }
    }
    return true;
}

/* `count` rows of one group in the order of time; rows of one moment stay in the earlier part. */
static void divide_group(const SplitRows *rows, Apportionment *state, const int64_t *members, int64_t count,
                         SplitResult *out) {
    int32_t time = rows->spec->series.time;
    const double *times = time >= 0 ? rows->table->columns[time].real : NULL;
    int64_t sizes[LRT_PART_COUNT + 1], due = 0, begin = 0;
    apportionment_next(state, count, sizes);
    for (int part = 0; part < LRT_PART_COUNT; part++) {
        due += sizes[part];
        int64_t end = due > begin && sizes[part] > 0 ? due : begin;
        while (times && end > begin && end < count &&
               times[rows->rows[members[end]]] == times[rows->rows[members[end - 1]]]) {
            end++;
        }
        for (int64_t i = begin; i < end; i++) {
            out->part[members[i]] = (unsigned char)part;
        }
        begin = end;
    }
}

bool split_group_time(const SplitRows *rows, SplitResult *out, LrtError *error) {
    Series groups;
    const int64_t *places = places_of_rows(rows, error);
    int64_t *members = places ? REGION_ARRAY(rows->region, int64_t, rows->count, error) : NULL;
    if (!members || !list_groups(rows, true, &groups, error)) {
        return false;
    }
    Apportionment state = apportionment_begin(&rows->spec->split);
    for (int64_t g = 0; g < groups.segment_count; g++) {
        int64_t count = 0;
        for (int64_t i = groups.begins[g]; i < groups.begins[g + 1]; i++) {
            if (places[groups.source_row[i]] >= 0) {
                members[count++] = places[groups.source_row[i]];
            }
        }
        divide_group(rows, &state, members, count, out);
    }
    return true;
}
