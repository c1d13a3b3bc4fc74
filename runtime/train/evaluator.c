/* Runs `evaluate` over the rows in chunks, adds the rows' losses in double in the order of the rows, and keeps the predictions for
 * the metrics. */
#include "train/evaluator.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "train/gather.h"
#include "train/metric_functions.h"

static int64_t most_levels(const LrtProgram *program) {
    int64_t most = 0;
    for (int64_t i = 0; i < program->data.target_count; i++) {
        int64_t levels = program->data.targets[i].is_class ? program->data.targets[i].level_count : 0;
        most = levels > most ? levels : most;
    }
    return most;
}

/* What is predicted of a real target: its own columns, and what the loss predicts besides. */
static int64_t count_columns(const LrtTarget *target, const LrtOutput *output) {
    return lrt_target_width(target) + output->column_count;
}

int64_t evaluator_bytes(const LrtProgram *program, int64_t capacity) {
    int64_t bytes = 2 * capacity * (most_levels(program) > 0 ? most_levels(program) : 1) * 8;
    for (int64_t i = 0; i < program->output_count; i++) {
        bool is_class = program->data.targets[program->outputs[i].target].is_class;
        bytes += capacity * (8 + 4 * program->outputs[i].width + (is_class ? 4 : 8 * (lrt_target_width(&program->data.targets[program->outputs[i].target]) +
                                                               count_columns(&program->data.targets[program->outputs[i].target],
                                                                             &program->outputs[i]))));
    }
    return bytes;
}

static bool allocate(Evaluator *evaluator) {
    const LrtProgram *program = evaluator->machine->program;
    size_t targets = (size_t)program->data.target_count + 1, outputs = (size_t)program->output_count + 1;
    size_t rows = (size_t)evaluator->capacity + 1;
    evaluator->predictions = calloc(outputs, sizeof *evaluator->predictions);
    evaluator->losses = calloc(outputs, sizeof *evaluator->losses);
    evaluator->row_losses = calloc(outputs, sizeof *evaluator->row_losses);
    evaluator->row_weights = calloc(outputs, sizeof *evaluator->row_weights);
    evaluator->inputs = calloc(targets, sizeof *evaluator->inputs);
    evaluator->labels = calloc(targets, sizeof *evaluator->labels);
    evaluator->reals[0] = calloc(targets, sizeof *evaluator->reals[0]);
    evaluator->reals[1] = calloc(targets, sizeof *evaluator->reals[1]);
    bool good = evaluator->predictions && evaluator->losses && evaluator->row_losses && evaluator->row_weights && evaluator->inputs && evaluator->labels &&
                evaluator->reals[0] && evaluator->reals[1] &&
                lrt_metric_scratch_init(&evaluator->scratch, evaluator->capacity, most_levels(program));
    for (int64_t i = 0; good && i < program->output_count; i++) {
        const LrtOutput *output = &program->outputs[i];
        int32_t target = output->target;
        good = (evaluator->predictions[i] = malloc(rows * (size_t)output->width * sizeof(float))) != NULL;
        good = good && (evaluator->row_losses[i] = malloc(rows * sizeof(float))) != NULL &&
               (evaluator->row_weights[i] = malloc(rows * sizeof(float))) != NULL;
        if (program->data.targets[target].is_class) {
            good = good && (evaluator->labels[target] = malloc(rows * sizeof(int32_t))) != NULL;
        } else {
            size_t width = (size_t)lrt_target_width(&program->data.targets[target]);
            good = good && (evaluator->reals[0][target] = malloc(rows * sizeof(double) * width)) != NULL &&
                   (evaluator->reals[1][target] = malloc(rows * sizeof(double) * (size_t)count_columns(&program->data.targets[target], output))) != NULL;
        }
    }
    return good;
}

bool evaluator_init(Evaluator *evaluator, const Machine *machine, const LrtDataset *dataset, const LrtFit *fits, int64_t capacity,
                    LrtError *error) {
    *evaluator = (Evaluator){.machine = machine, .dataset = dataset, .fits = fits, .capacity = capacity};
    if (!allocate(evaluator)) {
        evaluator_free(evaluator);
        return lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for the predictions of %lld rows",
                             (long long)capacity);
    }
    return true;
}

static void free_all(void **items, int64_t count) {
    for (int64_t i = 0; items && i < count; i++) {
        free(items[i]);
    }
    free(items);
}

void evaluator_free(Evaluator *evaluator) {
    if (evaluator->machine) {
        const LrtProgram *program = evaluator->machine->program;
        free_all((void **)evaluator->predictions, program->output_count);
        free_all((void **)evaluator->row_losses, program->output_count);
        free_all((void **)evaluator->row_weights, program->output_count);
        free_all((void **)evaluator->labels, program->data.target_count);
        free_all((void **)evaluator->reals[0], program->data.target_count);
        free_all((void **)evaluator->reals[1], program->data.target_count);
        free(evaluator->losses);
        free(evaluator->inputs);
        lrt_metric_scratch_free(&evaluator->scratch);
    }
    *evaluator = (Evaluator){0};
}

bool evaluation_init(Evaluation *evaluation, const LrtProgram *program, LrtError *error) {
    *evaluation = (Evaluation){.loss = (double)NAN, .metrics = calloc((size_t)program->metric_count + 1, sizeof(double))};
    return evaluation->metrics || lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for the metrics");
}

void evaluation_free(Evaluation *evaluation) {
    free(evaluation->metrics);
    *evaluation = (Evaluation){0};
}

/* Keeps the chunk's predictions behind those of the chunks before. */
static void keep_predictions(Evaluator *evaluator, int64_t output_index, int64_t first, int64_t count) {
    const LrtOutput *output = &evaluator->machine->program->outputs[output_index];
    const float *from = (const float *)(const void *)(evaluator->machine->arena + output->prediction);
    float *to = evaluator->predictions[output_index] + first * output->width;
    for (int64_t i = 0; i < count; i++) {
        memcpy(to + i * output->width, from + i * output->prediction_stride, (size_t)output->width * sizeof *to);
    }
}

static void add_losses(Evaluator *evaluator, int64_t output_index, int64_t first, int64_t count) {
    const LrtOutput *output = &evaluator->machine->program->outputs[output_index];
    const float *loss = (const float *)(const void *)(evaluator->machine->arena + output->row_loss);
    const float *weight = (const float *)(const void *)(evaluator->machine->arena + output->row_weight);
    memcpy(evaluator->row_losses[output_index] + first, loss, (size_t)count * sizeof *loss);
    memcpy(evaluator->row_weights[output_index] + first, weight, (size_t)count * sizeof *weight);
    for (int64_t i = 0; i < count; i++) {
        evaluator->losses[output_index].loss += (double)loss[i];
        evaluator->losses[output_index].weight += (double)weight[i];
    }
}

static void sweep(Evaluator *evaluator, const int64_t *rows, int64_t count, bool blind) {
    const LrtProgram *program = evaluator->machine->program;
    const LrtEntry *entry = &program->evaluate;
    memset(evaluator->losses, 0, (size_t)program->output_count * sizeof *evaluator->losses);
    for (int64_t first = 0; first < count; first += entry->capacity) {
        int64_t chunk = count - first < entry->capacity ? count - first : entry->capacity;
        gather_rows(evaluator->machine, entry, evaluator->dataset, rows + first, chunk, blind);
        LrtCall call = {.arena = evaluator->machine->arena, .pool = evaluator->machine->pool, .rows = chunk};
        entry->run(&call);
        for (int64_t i = 0; i < program->output_count; i++) {
            keep_predictions(evaluator, i, first, chunk);
            if (!blind) {
                add_losses(evaluator, i, first, chunk);
            }
        }
    }
}

void evaluator_column(const Evaluator *evaluator, int64_t output_index, int64_t column, int64_t count, double *out) {
    const LrtOutput *output = &evaluator->machine->program->outputs[output_index];
    const float *predictions = evaluator->predictions[output_index];
    for (int64_t i = 0; i < count; i++) {
        out[i] = (double)predictions[i * output->width + column];
    }
    const LrtDataSpec *data = &evaluator->machine->program->data;
    bool of_vector = data->targets[output->target].parts != NULL;
    if (!output->is_portfolio) {
        lrt_target_invert(data, evaluator->fits, output->target, of_vector ? column : 0, out, count);
    }
}

/* Of a portfolio the loss is one of all rows together: minus mean over deviation of what it earns. */
static void measure_portfolio(Evaluator *evaluator, int64_t output_index, int64_t count) {
    const LrtOutput *output = &evaluator->machine->program->outputs[output_index];
    if (output->is_portfolio && count > 0) {
        double sharpe = metric_plain_sharpe(&evaluator->inputs[output->target]);
        evaluator->losses[output_index] = (LossSum){.loss = -sharpe * (double)count, .weight = (double)count};
    }
}

/* Truth and prediction as the metrics want them; `rows` NULL: predictions alone. */
static void fill_input(Evaluator *evaluator, int64_t output_index, const int64_t *rows, int64_t count) {
    const LrtOutput *output = &evaluator->machine->program->outputs[output_index];
    const LrtDataSpec *data = &evaluator->machine->program->data;
    const LrtDataset *dataset = evaluator->dataset;
    const LrtTarget *target = &data->targets[output->target];
    const float *predictions = evaluator->predictions[output_index];
    LrtMetricInput *input = &evaluator->inputs[output->target];
    *input = (LrtMetricInput){.rows = count,
                              .levels = target->is_class ? target->level_count : 0,
                              .is_ordinal = target->is_ordinal,
                              .predicts_median = output->predicts_median};
    if (target->is_class) {
        assert(output->width == target->level_count);
        int32_t *labels = evaluator->labels[output->target];
        for (int64_t i = 0; rows && i < count; i++) {
            labels[i] = dataset->labels[rows[i] * dataset->label_width + target->offset];
        }
        input->labels = labels;
        input->probabilities = predictions;
        return;
    }
    double *truth = evaluator->reals[0][output->target], *prediction = evaluator->reals[1][output->target];
    for (int64_t k = 0; k < count_columns(target, output); k++) {
        evaluator_column(evaluator, output_index, k, count, prediction + k * count);
    }
    for (int64_t k = 0; rows && k < lrt_target_width(target); k++) {
        for (int64_t i = 0; i < count; i++) {
            truth[k * count + i] = (double)dataset->targets[rows[i] * dataset->target_width + target->offset + k];
        }
        lrt_target_invert(data, evaluator->fits, output->target, k, truth + k * count, count);
    }
    input->truth = truth;
    input->prediction = prediction;
    input->width = lrt_target_width(target);
    input->is_portfolio = output->is_portfolio;
    input->cost = output->cost;
}

static double target_loss(const Evaluator *evaluator, int32_t target) {
    const LrtProgram *program = evaluator->machine->program;
    double loss = 0;
    for (int64_t i = 0; i < program->output_count; i++) {
        const LossSum *sum = &evaluator->losses[i];
        if (target < 0) {
            loss += program->outputs[i].loss_weight * (sum->loss / sum->weight);
        } else if (program->outputs[i].target == target) {
            loss = sum->loss / sum->weight;
        }
    }
    return loss;
}

double evaluator_row_loss(const Evaluator *evaluator, int64_t i) {
    const LrtProgram *program = evaluator->machine->program;
    double loss = 0;
    for (int64_t k = 0; k < program->output_count; k++) {
        loss += program->outputs[k].loss_weight * (double)evaluator->row_losses[k][i];
    }
    return loss;
}

void evaluator_measure(Evaluator *evaluator, const int64_t *rows, int64_t count, Evaluation *out) {
    const LrtProgram *program = evaluator->machine->program;
    assert(count <= evaluator->capacity);
    sweep(evaluator, rows, count, false);
    for (int64_t i = 0; i < program->output_count; i++) {
        fill_input(evaluator, i, rows, count);
        measure_portfolio(evaluator, i, count);
    }
    out->rows = count;
    out->loss = count > 0 ? target_loss(evaluator, -1) : (double)NAN;
    for (int64_t i = 0; i < program->metric_count; i++) {
        const LrtMetric *metric = &program->metrics[i];
        if (metric->kind == LRT_METRIC_LOSS) {
            out->metrics[i] = count > 0 ? target_loss(evaluator, metric->target) : (double)NAN;
        } else {
            out->metrics[i] = lrt_metric_compute(metric, &evaluator->inputs[metric->target], &evaluator->scratch);
        }
    }
}

void evaluator_predict(Evaluator *evaluator, const int64_t *rows, int64_t count) {
    assert(count <= evaluator->capacity);
    sweep(evaluator, rows, count, true);
    for (int64_t i = 0; i < evaluator->machine->program->output_count; i++) {
        fill_input(evaluator, i, NULL, count);
    }
}
