/* pca: the directions in which the columns vary most together, as scikit-learn's PCA: the columns are centred, not
 * scaled; a direction's largest coefficient is positive. A step behind it picks each component. Fit, for n components of
 * d columns: d means, n variances, then n directions of d coefficients. */
#include "core/unfused.h"

#include "preprocess/columns_beside.h"
#include "preprocess/eigen.h"

#include <math.h>
#include <inttypes.h>

typedef struct Moments {
    double *row, *mean, *covariance; /* [d], [d], [d, d] */
} Moments;

static bool find_mean(Frame *frame, int32_t number, const Beside *beside, Moments *of) {
    for (int64_t i = 0; i < frame->training_count; i++) {
        if (!beside_read_row(frame, number, beside, frame->training[i], of->row)) {
            return false;
        }
        for (int64_t c = 0; c < beside->count; c++) {
            of->mean[c] += of->row[c];
        }
    }
    for (int64_t c = 0; c < beside->count; c++) {
        of->mean[c] /= (double)frame->training_count;
    }
    return true;
}

/* The lower triangle, then its mirror. */
static void find_covariance(const Frame *frame, const Beside *beside, Moments *of) {
    int64_t d = beside->count, rows = frame->training_count;
    for (int64_t i = 0; i < rows; i++) {
        for (int64_t c = 0; c < d; c++) {
            of->row[c] = beside_cell(&beside->columns[c], frame->training[i]) - of->mean[c];
        }
        for (int64_t a = 0; a < d; a++) {
            double *out = of->covariance + a * d, of_a = of->row[a];
            for (int64_t b = 0; b <= a; b++) {
                out[b] += of_a * of->row[b];
            }
        }
    }
    double share = rows > 1 ? 1 / (double)(rows - 1) : 0;
    for (int64_t a = 0; a < d; a++) {
        for (int64_t b = 0; b <= a; b++) {
            of->covariance[a * d + b] *= share;
            of->covariance[b * d + a] = of->covariance[a * d + b];
        }
    }
}

static double sign_of(const double *direction, int64_t d) {
    int64_t most = 0;
    for (int64_t c = 1; c < d; c++) {
        most = fabs(direction[c]) > fabs(direction[most]) ? c : most;
    }
    return direction[most] < 0 ? -1 : 1;
}

static bool keep_components(Frame *frame, const Moments *of, const double *variances, int64_t d, int64_t n,
                            Region *scratch, LrtFit *out) {
    double *numbers = REGION_ARRAY(scratch, double, d + n + n * d, frame->error);
    for (int64_t c = 0; numbers && c < d; c++) {
        numbers[c] = of->mean[c];
    }
    for (int64_t k = 0; numbers && k < n; k++) {
        const double *direction = of->covariance + k * d;
        double sign = sign_of(direction, d);
        numbers[d + k] = variances[k] > 0 ? variances[k] : 0;
        for (int64_t c = 0; c < d; c++) {
            numbers[d + n + k * d + c] = sign * direction[c];
        }
    }
    return numbers && fit_set_numbers(out, numbers, d + n + n * d, frame->error);
}

/* More components than columns: of a category's encoding they are counted only now. */
static bool refuse_count(Frame *frame, int32_t number, int64_t d, int64_t n) {
    lrt_error_set(frame->error, LRT_EXIT_DATA, "argument-range",
                  "`pca(%" PRId64 ")` makes %" PRId64 " components of %" PRId64 " columns", n, n, d);
    lrt_error_fix(frame->error, "pca(%" PRId64 ") at most", d);
    frame->error->step = number + 1;
    frame->error->spec_line = frame->spec->steps[number].spec_line;
    return false;
}

static bool fit_components(Frame *frame, int32_t number, LrtFit *out) {
    int64_t n = (int64_t)frame->spec->steps[number].number[0];
    Region scratch = {0};
    Beside beside;
    Moments of = {0};
    bool good = beside_open(frame, number, &scratch, &beside);
    int64_t d = beside.count;
    good = good && (n <= d || refuse_count(frame, number, d, n));
    double *room = good ? REGION_ARRAY(&scratch, double, d * d + 4 * d, frame->error) : NULL;
    if (room) {
        of = (Moments){.row = room, .mean = room + d, .covariance = room + 4 * d};
        good = find_mean(frame, number, &beside, &of);
    }
    if (room && good) {
        find_covariance(frame, &beside, &of);
        eigen_symmetric(of.covariance, d, room + 2 * d, room + 3 * d);
        good = keep_components(frame, &of, room + 2 * d, d, n, &scratch, out);
    }
    out->width = n;
    region_free(&scratch);
    return room && good;
}

static bool refuse_fit(Frame *frame, int32_t number) {
    lrt_error_set(frame->error, LRT_EXIT_DATA, "preprocess-does-not-fit", "the fit of `pca` is of other columns");
    frame->error->step = number + 1;
    return false;
}

static bool apply(Frame *frame, int32_t number, const LrtFit *fit, bool last_use) {
    int64_t n = fit->width;
    Beside beside;
    (void)last_use;
    if (!beside_open(frame, number, frame->region, &beside)) {
        return false;
    }
    int64_t d = beside.count;
    if (fit->number_count != d + n + n * d) {
        return refuse_fit(frame, number);
    }
    const double *mean = fit->numbers, *directions = fit->numbers + d + n;
    double *row = REGION_ARRAY(frame->region, double, d, frame->error);
    float *matrix = row ? REGION_ARRAY(frame->region, float, frame->row_count * n, frame->error) : NULL;
    for (int64_t i = 0; matrix && i < frame->row_count; i++) {
        if (!beside_read_row(frame, number, &beside, i, row)) {
            return false;
        }
        for (int64_t k = 0; k < n; k++) {
            double sum = 0;
            for (int64_t c = 0; c < d; c++) {
                sum += (row[c] - mean[c]) * directions[k * d + c];
            }
            matrix[i * n + k] = (float)sum;
        }
    }
    frame->slots[frame->spec->steps[number].output] = (SlotValues){.matrix = matrix, .width = n};
    return matrix != NULL;
}

static void describe(const LrtStep *step, TransformText *out) {
    (void)step;
    *out = (TransformText){.list = "means_variances_directions"};
}

static bool check(const LrtDataSpec *spec, const LrtStep *step, const LrtFit *fit) {
    (void)spec;
    int64_t n = (int64_t)step->number[0];
    return fit->width == n && fit->name_count == 0 && fit->number_count >= n && (fit->number_count - n) % (n + 1) == 0;
}

const TransformEntry transform_pca = {
    .takes_matrix = true, .word = "pca", .fit = fit_components, .apply = apply, .describe = describe, .check = check};
