/* select: the columns that tell most about the target, by the F statistic of the training part: of the analysis of
 * variance for classes, of the regression for numbers. Of equal columns the first are taken; they stay in their order.
 * Fit: names of the chosen columns; numbers: how many there were to choose from, the places of the chosen ones, their
 * statistics. */
#include "core/unfused.h"

#include "preprocess/columns_beside.h"
#include "preprocess/feature_score.h"
#include "preprocess/training_target.h"

#include <float.h>
#include <math.h>

/* A constant tells nothing; what tells all has the greatest number there is, which a file can hold. */
static double plain_score(double score) { return isnan(score) ? 0 : score < DBL_MAX ? score : DBL_MAX; }

static bool score_columns(Frame *frame, int32_t number, const Beside *beside, Region *scratch, double *out_scores) {
    const LrtStep *step = &frame->spec->steps[number];
    TrainingTarget target;
    int64_t rows = frame->training_count;
    double *x = REGION_ARRAY(scratch, double, rows, frame->error);
    if (!x || !training_target_read(frame, step->option[0], scratch, &target)) {
        return false;
    }
    double *sums = REGION_ARRAY(scratch, double, 2 * target.classes + 1, frame->error);
    for (int64_t c = 0; sums && c < beside->count; c++) {
        for (int64_t i = 0; i < rows; i++) {
            BesideColumn column = beside->columns[c];
            Beside one = {&column, 1};
            if (!beside_read_row(frame, number, &one, frame->training[i], &x[i])) {
                return false;
            }
        }
        out_scores[c] = plain_score(target.classes > 0 ? score_by_class(x, target.label, rows, target.classes, sums)
                                                       : score_by_number(x, target.value, rows));
    }
    return sums != NULL;
}

/* The k greatest, marked. */
static void choose(const double *scores, int64_t count, int64_t k, bool *out_chosen) {
    for (int64_t n = 0; n < k; n++) {
        int64_t best = -1;
        for (int64_t c = 0; c < count; c++) {
            if (!out_chosen[c] && (best < 0 || scores[c] > scores[best])) {
                best = c;
            }
        }
        out_chosen[best] = true;
    }
}

static bool keep_chosen(Frame *frame, const Beside *beside, const double *scores, int64_t k, Region *scratch,
                        LrtFit *out) {
    bool *chosen = REGION_ARRAY(scratch, bool, beside->count, frame->error);
    double *numbers = chosen ? REGION_ARRAY(scratch, double, 1 + 2 * k, frame->error) : NULL;
    if (!numbers) {
        return false;
    }
    choose(scores, beside->count, k, chosen);
    numbers[0] = (double)beside->count;
    for (int64_t c = 0; c < beside->count; c++) {
        if (!chosen[c]) {
            continue;
        }
        numbers[1 + out->name_count] = (double)c;
        numbers[1 + k + out->name_count] = scores[c];
        if (!fit_add_name(out, "", "", beside->columns[c].name, frame->error)) {
            return false;
        }
    }
    out->width = k;
    return fit_set_numbers(out, numbers, 1 + 2 * k, frame->error);
}

static bool fit_columns(Frame *frame, int32_t number, LrtFit *out) {
    int64_t k = (int64_t)frame->spec->steps[number].number[0];
    Region scratch = {0};
    Beside beside;
    bool good = beside_open(frame, number, &scratch, &beside);
    double *scores = good ? REGION_ARRAY(&scratch, double, beside.count, frame->error) : NULL;
    good = scores && score_columns(frame, number, &beside, &scratch, scores) &&
           keep_chosen(frame, &beside, scores, k < beside.count ? k : beside.count, &scratch, out);
    region_free(&scratch);
    return good;
}

static bool apply(Frame *frame, int32_t number, const LrtFit *fit, bool last_use) {
    Beside beside;
    (void)last_use;
    if (!beside_open(frame, number, frame->region, &beside)) {
        return false;
    }
    if ((int64_t)fit->numbers[0] != beside.count) {
        lrt_error_set(frame->error, LRT_EXIT_DATA, "preprocess-does-not-fit", "the fit of `select` is of other columns");
        frame->error->step = number + 1;
        return false;
    }
    int64_t k = fit->width;
    float *matrix = REGION_ARRAY(frame->region, float, frame->row_count * k, frame->error);
    for (int64_t j = 0; matrix && j < k; j++) {
        const BesideColumn *column = &beside.columns[(int64_t)fit->numbers[1 + j]];
        for (int64_t i = 0; i < frame->row_count; i++) {
            matrix[i * k + j] = (float)beside_cell(column, i);
        }
    }
    frame->slots[frame->spec->steps[number].output] =
        (SlotValues){.matrix = matrix, .width = k, .names = (const char *const *)fit->names};
    return matrix != NULL;
}

static void describe(const LrtStep *step, TransformText *out) {
    (void)step;
    *out = (TransformText){.names = {"of_columns"}, .list = "places_statistics"};
}

static bool check(const LrtDataSpec *spec, const LrtStep *step, const LrtFit *fit) {
    (void)spec, (void)step;
    bool good = fit->name_count == fit->width && fit->number_count == 1 + 2 * fit->width;
    for (int64_t j = 0; good && j < fit->width; j++) {
        double place = fit->numbers[1 + j];
        good = place >= 0 && place < fit->numbers[0] && place == floor(place);
    }
    return good;
}

const TransformEntry transform_select = {
    .takes_matrix = true, .word = "select", .fit = fit_columns, .apply = apply, .describe = describe, .check = check};
