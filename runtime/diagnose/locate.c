/* Where a loss stopped being finite. The epoch is run again from its start, to the weights before the step: steps are pure functions
 * of what they begin with, so it fails in the same way, and now it can be looked at. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose/diagnosis.h"
#include "diagnose/probe.h"
#include "train/training.h"

/* The first layer with a weight that is not finite, and the greatest of those that are. */
static void look_at_weights(const Machine *machine, Failure *failure) {
    const LrtProgram *program = machine->program;
    for (int64_t i = 0; i < program->parameter_count; i++) {
        const LrtParameter *parameter = &program->parameters[i];
        const float *values = machine_parameter(machine, i);
        for (int64_t k = 0; k < parameter->rows * parameter->stride; k++) {
            if (isfinite(values[k])) {
                failure->largest_weight = fmax(failure->largest_weight, fabs((double)values[k]));
            } else if (!failure->layer) {
                failure->layer = parameter->layer;
            }
        }
    }
}

/* How far the value is from the mean of the measured training rows, in standard deviations. */
static double deviations_of(const Training *training, const float *values, int64_t width, int64_t offset, int64_t row) {
    double sum = 0, squares = 0, n = (double)training->sample_count, value = (double)values[row * width + offset];
    for (int64_t i = 0; i < training->sample_count; i++) {
        double one = (double)values[training->sample[i] * width + offset];
        sum += one;
        squares += one * one;
    }
    double variance = squares / n - sum / n * (sum / n);
    return variance > 0 ? fabs(value - sum / n) / sqrt(variance) : 0;
}

/* The name of a column of the feature matrix. */
static void name_column(const Training *training, int64_t column, char out[128]) {
    const LrtDataSpec *data = &training->machine->program->data;
    const LrtFit *fits = training->dataset->fits;
    int64_t begin = 0;
    for (int64_t i = 0; i < data->input_count; i++) {
        int64_t width = data->inputs[i].is_index ? 0 : lrt_input_width(data, fits, i);
        if (column >= begin && column < begin + width) {
            char room[LRT_ELEMENT_NAME];
            snprintf(out, 128, "%s", lrt_input_column_name(data, fits, i, column - begin, room));
        }
        begin += width;
    }
}

static void look_at_row(const Training *training, int64_t row, Failure *failure) {
    const LrtDataset *dataset = training->dataset;
    failure->row = dataset->source_row[row] + 1;
    failure->column = -1;
    for (int64_t c = 0; c < dataset->feature_width; c++) {
        double off = deviations_of(training, dataset->features, dataset->feature_width, c, row);
        if (off > failure->deviations) {
            failure->deviations = off;
            failure->column = c;
        }
    }
    if (dataset->target_width > 0) {
        double off = deviations_of(training, dataset->targets, dataset->target_width, 0, row);
        if (off > failure->deviations) {
            failure->deviations = off;
            failure->column = -2;
        }
    }
    if (failure->column >= 0) {
        name_column(training, failure->column, failure->column_name);
    }
}

/* The first of the rows whose own loss is not finite; none where most are not, as then it is not the rows. */
static void look_at_rows(Training *training, const int64_t *rows, int64_t count, Failure *failure) {
    Evaluation unused = {0};
    LrtError ignored = {0};
    int64_t first = -1, wrong = 0;
    count = count < training->evaluator.capacity ? count : training->evaluator.capacity;
    failure->column = -1;
    if (!evaluation_init(&unused, training->machine->program, &ignored)) {
        return;
    }
    evaluator_measure(&training->evaluator, rows, count, &unused);
    evaluation_free(&unused);
    for (int64_t i = 0; i < count; i++) {
        if (!isfinite(evaluator_row_loss(&training->evaluator, i))) {
            first = first < 0 ? i : first;
            wrong++;
        }
    }
    if (first >= 0 && 2 * wrong <= count + 1) {
        look_at_row(training, rows[first], failure);
    }
}

void diagnosis_locate_step(Training *training, int64_t index) {
    Diagnosis *diagnosis = &training->diagnosis;
    Failure *failure = &diagnosis->failure;
    int64_t step = training->steps_done - 1, count;
    *failure = (Failure){.happened = true, .step = step, .epoch = training->epochs_done + 1, .column = -1};
    float *after = malloc(((size_t)snapshot_floats(training->machine->program) + 1) * sizeof *after);
    if (!after) {
        return;
    }
    snapshot_take(training->machine, after);
    snapshot_restore(training->machine, diagnosis->epoch_start);
    for (int64_t i = 0; i < index; i++) {
        LrtCall call = training_call_step(training, step - index + i, i);
        failure->gradient_norm = call.gradient_norm;
    }
    look_at_weights(training->machine, failure);
    const int64_t *rows = batches_rows(&training->batches, step, index, &count);
    look_at_rows(training, rows, count, failure);
    snapshot_restore(training->machine, after);
    free(after);
}

void diagnosis_locate_measure(Training *training) {
    Failure *failure = &training->diagnosis.failure;
    const LrtDataset *dataset = training->dataset;
    *failure = (Failure){.happened = true,
                         .in_evaluation = true,
                         .step = training->steps_done - 1,
                         .epoch = training->epochs_done,
                         .gradient_norm = training->diagnosis.trace.highest_norm,
                         .column = -1};
    look_at_weights(training->machine, failure);
    if (isfinite(training->train.loss) || training->train.rows == 0) {
        look_at_rows(training, dataset->part_rows[LRT_PART_VALIDATION], dataset->part_count[LRT_PART_VALIDATION], failure);
    } else {
        look_at_rows(training, training->sample, training->sample_count, failure);
    }
}
