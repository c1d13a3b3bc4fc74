/* drop_outliers: leaves out the training rows whose value lies beyond the bounds; rows of the other parts, and missing
 * cells, stay. What is fitted behind it sees the rows that are left. Bounds without a spread, where most cells are equal,
 * leave out nothing. Fit: numbers[0] low, numbers[1] high, numbers[2] how many rows were left out. */
#include "core/unfused.h"

#include "preprocess/bounds.h"
#include "preprocess/transform.h"

#include <stdio.h>

static bool note_no_spread(Frame *frame, int32_t number) {
    LrtNote *note = note_add(frame->notes, number, "zero-mad", frame->error);
    if (note) {
        const char *name = frame->spec->slots[frame->spec->steps[number].input].name;
        snprintf(note->message, sizeof note->message, "`drop_outliers` leaves out no row by column `%s`: its bounds are equal",
                 name);
        snprintf(note->why, sizeof note->why, "most training cells of the column have one value");
        snprintf(note->fix, sizeof note->fix, "drop_outliers(3, by: zscore)");
    }
    return note != NULL;
}

/* Takes the rows out of the training part, in place. */
static int64_t drop_rows(Frame *frame, const double *values, const double bounds[2]) {
    int64_t kept = 0, before = frame->training_count;
    for (int64_t i = 0; i < before; i++) {
        int64_t row = frame->training[i];
        if (!(values[row] < bounds[0] || values[row] > bounds[1])) {
            frame->training[kept++] = row;
        }
    }
    frame->training_count = kept;
    return before - kept;
}

static bool fit_rows(Frame *frame, int32_t number, LrtFit *out) {
    const LrtStep *step = &frame->spec->steps[number];
    Region scratch = {0};
    int64_t count = 0;
    double numbers[3] = {0};
    const double *cells = transform_training_cells(frame, number, &scratch, &count);
    double *distances = cells ? REGION_ARRAY(&scratch, double, count, frame->error) : NULL;
    bool good = distances != NULL;
    if (good) {
        bounds_find(step, cells, count, distances, numbers);
        if (numbers[0] < numbers[1]) {
            numbers[2] = (double)drop_rows(frame, frame->slots[step->input].real, numbers);
        } else if (cells[0] < cells[count - 1]) {
            good = note_no_spread(frame, number);
        }
        good = good && fit_set_numbers(out, numbers, 3, frame->error);
    }
    region_free(&scratch);
    return good;
}

static void describe(const LrtStep *step, TransformText *out) {
    static const char *const words[] = {[LRT_BOUNDS_QUANTILE] = "quantile",
                                        [LRT_BOUNDS_IQR] = "iqr",
                                        [LRT_BOUNDS_MAD] = "mad",
                                        [LRT_BOUNDS_ZSCORE] = "zscore"};
    *out = (TransformText){.how = words[step->option[0]], .names = {"low", "high", "rows_left_out"}};
}

const TransformEntry transform_drop_outliers = {.word = "drop_outliers",
                                                .fit = fit_rows,
                                                .apply = transform_pass,
                                                .invert = transform_invert_nothing,
                                                .describe = describe};
