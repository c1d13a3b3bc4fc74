/* Which rows have a whole window. A row belongs to the part that the split gave it; a row without a target belongs to the part
 * around it, if the rows with a part before and behind it in its series have the same one. */
#include "data/frame_rows.h"

#include <inttypes.h>
#include <string.h>

/* The parts of one series, `count` rows from `begin`, with those of fillers. */
static void fill_parts(const FrameRows *rows, int64_t begin, int64_t count, unsigned char *part) {
    memcpy(part + begin, rows->part + begin, (size_t)count);
    for (int64_t i = begin; i < begin + count;) {
        int64_t end = i;
        while (end < begin + count && rows->part[end] == LRT_PART_NONE && rows->fills[end]) {
            end++;
        }
        unsigned char behind = end < begin + count ? rows->part[end] : LRT_PART_NONE;
        bool one_part = i == begin || rows->part[i - 1] == behind;
        if (end > i && one_part) {
            memset(part + i, behind, (size_t)(end - i));
        }
        i = end > i ? end : i + 1;
    }
}

static bool refuse_part(const int64_t before[LRT_PART_COUNT], const int64_t after[LRT_PART_COUNT], int64_t window,
                        LrtError *error) {
    static const char *const words[LRT_PART_COUNT] = {"train", "validation", "test"};
    for (int p = 0; p < LRT_PART_COUNT; p++) {
        if (before[p] > 0 && after[p] == 0) {
            lrt_error_set(error, LRT_EXIT_DATA, "no-rows",
                          "none of the %" PRId64 " rows of the %s part has a whole window of %" PRId64 " rows", before[p],
                          words[p], window);
            lrt_error_why(error, "a window holds rows of one series and one part, without a gap");
            lrt_error_fix(error, "a shorter window, or longer series");
            return false;
        }
    }
    return true;
}

int64_t *frame_rows_windowed(FrameRows *rows, int64_t window, Region *region, LrtDataset *dataset, int64_t *out_count,
                             LrtError *error) {
    unsigned char *part = REGION_ARRAY(region, unsigned char, rows->count, error);
    int64_t *kept = part ? REGION_ARRAY(region, int64_t, rows->count, error) : NULL;
    int64_t before[LRT_PART_COUNT] = {0}, after[LRT_PART_COUNT] = {0};
    *out_count = 0;
    for (int64_t s = 0; kept && s < rows->series.segment_count; s++) {
        int64_t begin = rows->series.begins[s], end = rows->series.begins[s + 1], run = 0;
        fill_parts(rows, begin, end - begin, part);
        for (int64_t i = begin; i < end; i++) {
            run = part[i] == LRT_PART_NONE ? 0 : i > begin && part[i] == part[i - 1] ? run + 1 : 1;
            if (run > 0) {
                kept[(*out_count)++] = i;
            }
            if (rows->part[i] < LRT_PART_COUNT) {
                before[rows->part[i]]++;
                after[rows->part[i]] += run >= window;
                dataset->dropped_without_window += run < window;
                rows->part[i] = run < window ? LRT_PART_NONE : rows->part[i];
            }
        }
    }
    return kept && refuse_part(before, after, window, error) ? kept : NULL;
}
