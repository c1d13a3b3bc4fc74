/* target_encode: the mean of the target over the training rows of a level, drawn towards the mean over all of them:
 * (sum + m · prior) / (n + m). The encoding of a training row rests on the other four fifths of the training part alone,
 * so that its own target is no part of it; all other rows have that of the whole part. An unseen level has the prior; a
 * missing cell is a level of its own where training has any. Of a number and of ordered levels it is the mean, of two
 * classes the share of the second, of more a column for each class. Fit: names of the levels (see vocabulary.h); numbers,
 * for c columns: c priors, then c of each level. */
#include "core/unfused.h"

#include "preprocess/training_target.h"
#include "preprocess/vocabulary.h"

#include "lrt/random.h"

enum { FOLDS = 5 };

/* Sums by level, of one fold or of all rows: `columns` sums and a count of rows a level; behind the levels all rows. */
typedef struct Sums {
    double *sum;  /* [(levels + 1), columns] */
    double *rows; /* [levels + 1] */
} Sums;

typedef struct Encoding {
    int64_t levels, columns;
    double smoothing;
    const int32_t *position; /* [training rows], -1: none */
    const double *target;    /* [training rows, columns] */
    const int64_t *fold;     /* [training rows] */
    int64_t rows;
} Encoding;

static bool sums_new(const Encoding *of, Region *region, Sums *out, LrtError *error) {
    out->sum = REGION_ARRAY(region, double, (of->levels + 1) * of->columns, error);
    out->rows = REGION_ARRAY(region, double, of->levels + 1, error);
    return out->sum && out->rows;
}

/* Rows outside of the fold; fold -1: all rows. */
static void sums_take(const Encoding *of, int64_t fold, Sums *out) {
    for (int64_t k = 0; k < (of->levels + 1) * of->columns; k++) {
        out->sum[k] = 0;
    }
    for (int64_t k = 0; k <= of->levels; k++) {
        out->rows[k] = 0;
    }
    for (int64_t i = 0; i < of->rows; i++) {
        if (of->fold[i] == fold) {
            continue;
        }
        int64_t places[2] = {of->levels, of->position[i]};
        for (int p = 0; p < 2 && places[p] >= 0; p++) {
            out->rows[places[p]]++;
            for (int64_t c = 0; c < of->columns; c++) {
                out->sum[places[p] * of->columns + c] += of->target[i * of->columns + c];
            }
        }
    }
}

static double prior_of(const Encoding *of, const Sums *sums, int64_t column) {
    double rows = sums->rows[of->levels];
    return rows > 0 ? sums->sum[of->levels * of->columns + column] / rows : 0;
}

static double encode(const Encoding *of, const Sums *sums, int64_t position, int64_t column) {
    double prior = prior_of(of, sums, column), rows = position >= 0 ? sums->rows[position] : 0;
    if (rows == 0) {
        return prior;
    }
    return (sums->sum[position * of->columns + column] + of->smoothing * prior) / (rows + of->smoothing);
}

/* ---- from the frame -------------------------------------------------------------------------------------------- */

static int64_t column_count(const LrtStep *step, const TrainingTarget *target) {
    bool every_class = step->option[3] == LRT_ENCODE_EVERY_CLASS && target->classes > 2;
    return every_class ? target->classes : 1;
}

/* What is averaged: the number, or 1 for rows of the column's class. */
static double target_of(const LrtStep *step, const TrainingTarget *target, int64_t row, int64_t column) {
    if (target->classes == 0) {
        return target->value[row];
    }
    if (step->option[3] == LRT_ENCODE_VALUE) {
        return (double)target->label[row];
    }
    int64_t class = step->option[3] == LRT_ENCODE_EVERY_CLASS ? (target->classes > 2 ? column : 1) : step->option[3];
    return target->label[row] == class ? 1 : 0;
}

static bool read_folds(Frame *frame, Region *region, Encoding *out) {
    int64_t *order = REGION_ARRAY(region, int64_t, out->rows, frame->error);
    int64_t *fold = order ? REGION_ARRAY(region, int64_t, out->rows, frame->error) : NULL;
    for (int64_t i = 0; fold && i < out->rows; i++) {
        order[i] = i;
    }
    if (fold) {
        LrtRandom random = lrt_random_stream(frame->spec->split.seed, "target_encode", 0);
        lrt_random_shuffle(&random, order, out->rows);
    }
    for (int64_t i = 0; fold && i < out->rows; i++) {
        fold[order[i]] = i % FOLDS;
    }
    out->fold = fold;
    return fold != NULL;
}

/* The training rows with their positions among the levels of `fit`. */
static bool read_rows(Frame *frame, int32_t number, const LrtFit *fit, Region *region, Encoding *out) {
    const LrtStep *step = &frame->spec->steps[number];
    TrainingTarget target;
    Vocabulary vocabulary;
    if (!training_target_read(frame, step->option[2], region, &target) ||
        !vocabulary_open(frame, number, fit, &vocabulary)) {
        return false;
    }
    int64_t columns = column_count(step, &target);
    *out = (Encoding){.levels = fit->name_count,
                      .columns = columns,
                      .smoothing = step->number[0],
                      .rows = frame->training_count};
    int32_t *position = REGION_ARRAY(region, int32_t, out->rows, frame->error);
    double *values = REGION_ARRAY(region, double, out->rows * columns, frame->error);
    for (int64_t i = 0; position && values && i < out->rows; i++) {
        int32_t code = frame->slots[step->input].code[frame->training[i]];
        position[i] = code < 0 ? vocabulary.missing : vocabulary.positions[code];
        for (int64_t c = 0; c < columns; c++) {
            values[i * columns + c] = target_of(step, &target, i, c);
        }
    }
    out->position = position;
    out->target = values;
    return position && values && read_folds(frame, region, out);
}

static bool fit_levels(Frame *frame, int32_t number, LrtFit *out) {
    Region scratch = {0};
    Encoding of;
    Sums sums;
    bool good = vocabulary_fit(frame, number, (VocabularyOptions){.missing = true}, out) &&
                read_rows(frame, number, out, &scratch, &of) && sums_new(&of, &scratch, &sums, frame->error);
    double *numbers =
        good ? REGION_ARRAY(&scratch, double, (of.levels + 1) * of.columns, frame->error) : NULL;
    if (numbers) {
        sums_take(&of, -1, &sums);
        for (int64_t k = 0; k <= of.levels; k++) {
            for (int64_t c = 0; c < of.columns; c++) {
                numbers[k * of.columns + c] = encode(&of, &sums, k - 1, c);
            }
        }
        out->width = of.columns;
    }
    good = numbers && fit_set_numbers(out, numbers, (of.levels + 1) * of.columns, frame->error);
    region_free(&scratch);
    return good;
}

/* Puts the encoding of a row, which is a float in a matrix and a double by itself. */
static void put(SlotValues *out, int64_t row, int64_t column, double value) {
    if (out->real) {
        out->real[row] = value;
    } else {
        out->matrix[row * out->width + column] = (float)value;
    }
}

/* Each training row by the sums of the other folds. */
static bool cross_fit(Frame *frame, int32_t number, const LrtFit *fit, SlotValues *out) {
    Region scratch = {0};
    Encoding of;
    Sums sums;
    bool good = read_rows(frame, number, fit, &scratch, &of) && sums_new(&of, &scratch, &sums, frame->error);
    for (int64_t fold = 0; good && fold < FOLDS; fold++) {
        sums_take(&of, fold, &sums);
        for (int64_t i = 0; i < of.rows; i++) {
            for (int64_t c = 0; of.fold[i] == fold && c < of.columns; c++) {
                put(out, frame->training[i], c, encode(&of, &sums, of.position[i], c));
            }
        }
    }
    region_free(&scratch);
    return good;
}

static bool apply(Frame *frame, int32_t number, const LrtFit *fit, bool last_use) {
    const LrtStep *step = &frame->spec->steps[number];
    const SlotValues *input = &frame->slots[step->input];
    Vocabulary vocabulary;
    SlotValues out = {.width = fit->width};
    (void)last_use;
    if (frame->spec->slots[step->output].kind == LRT_SLOT_REAL) {
        out.real = REGION_ARRAY(frame->region, double, frame->row_count, frame->error);
    } else {
        out.matrix = REGION_ARRAY(frame->region, float, frame->row_count * fit->width, frame->error);
    }
    if ((!out.real && !out.matrix) || !vocabulary_open(frame, number, fit, &vocabulary)) {
        return false;
    }
    for (int64_t i = 0; i < frame->row_count; i++) {
        int32_t position = input->code[i] < 0 ? vocabulary.missing : vocabulary.positions[input->code[i]];
        int64_t place = position < 0 ? 0 : position + 1;
        for (int64_t c = 0; c < fit->width; c++) {
            put(&out, i, c, fit->numbers[place * fit->width + c]);
        }
    }
    bool fitting = frame->notes != NULL;
    if (fitting && !cross_fit(frame, number, fit, &out)) {
        return false;
    }
    frame->slots[step->output] = out;
    return true;
}

static void describe(const LrtStep *step, TransformText *out) {
    (void)step;
    *out = (TransformText){.list = "prior_encodings"};
}

static bool check(const LrtDataSpec *spec, const LrtStep *step, const LrtFit *fit) {
    return fit->width > 0 && fit->number_count == (fit->name_count + 1) * fit->width &&
           vocabulary_check(spec, step, fit);
}

const TransformEntry transform_target_encode = {
    .word = "target_encode", .fit = fit_levels, .apply = apply, .describe = describe, .check = check};
