/* predict: a line for each row of the file, in its order; of a row without the rows before it that its steps read,
 * empty. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/commands.h"
#include "core/csv_write.h"
#include "core/trained_model.h"
#include "lrt/output_file.h"
#include "train/evaluator.h"

enum { CHUNK_ROWS = 8192 }; /* rows predicted together: memory does not grow with the file */

/* Columns that are predicted of a real target behind the first. */
static int64_t further_columns(const LrtProgram *program, int64_t output) {
    const LrtTarget *target = &program->data.targets[program->outputs[output].target];
    return lrt_target_width(target) - 1 + program->outputs[output].column_count;
}

/* "r:dax,r:smi" */
static void write_part_names(const LrtTarget *target, FILE *file) {
    for (int64_t k = 0; k < target->width; k++) {
        char name[512];
        snprintf(name, sizeof name, "%s:%s", target->name, target->parts[k]);
        fputs(k > 0 ? "," : "", file);
        csv_write_text(file, name);
    }
}

static void write_header(const LrtProgram *program, bool proba, FILE *file) {
    for (int64_t i = 0; i < program->output_count; i++) {
        const LrtTarget *target = &program->data.targets[program->outputs[i].target];
        if (i > 0) {
            fputc(',', file);
        }
        if (target->parts) {
            write_part_names(target, file);
            continue;
        }
        csv_write_text(file, target->name);
        bool levels = proba && target->is_class;
        const char *const *names = levels ? target->levels : program->outputs[i].columns;
        int64_t count = levels ? target->level_count : program->outputs[i].column_count;
        for (int64_t k = 0; k < count; k++) {
            char name[512];
            snprintf(name, sizeof name, "%s%c%s", target->name, levels ? '=' : ':', names[k]);
            fputc(',', file);
            csv_write_text(file, name);
        }
    }
    fputc('\n', file);
}

/* columns[k * CHUNK_ROWS + row]: what the outputs predict behind the value itself, one after the other. */
static void write_row(const LrtProgram *program, const Evaluator *evaluator, const double *columns, int64_t row, bool proba,
                      FILE *file) {
    for (int64_t i = 0; i < program->output_count; i++) {
        int32_t index = program->outputs[i].target;
        const LrtTarget *target = &program->data.targets[index];
        const LrtMetricInput *input = &evaluator->inputs[index];
        if (i > 0) {
            fputc(',', file);
        }
        if (!target->is_class) {
            csv_write_number(file, input->prediction[row]);
            for (int64_t k = 0; k < further_columns(program, i); k++, columns += CHUNK_ROWS) {
                fputc(',', file);
                csv_write_number(file, columns[row]);
            }
            continue;
        }
        const float *probabilities = input->probabilities + row * target->level_count;
        csv_write_text(file, target->levels[lrt_predicted_level(input, row)]);
        for (int64_t k = 0; proba && k < target->level_count; k++) {
            fputc(',', file);
            csv_write_number(file, (double)probabilities[k]);
        }
    }
    fputc('\n', file);
}

/* Lines of rows that have no prediction, up to the row `end` of the file. */
static void write_empty(const CommandContext *context, int64_t *line, int64_t end, FILE *file) {
    const LrtProgram *program = context->program;
    int64_t commas = -1;
    for (int64_t i = 0; i < program->output_count; i++) {
        const LrtTarget *target = &program->data.targets[program->outputs[i].target];
        commas +=
            1 + (target->is_class ? context->options->proba * target->level_count : further_columns(program, i));
    }
    for (; *line < end; ++*line) {
        fputs(commas > 0 ? "" : "\"\"", file); /* an empty line would be none to many readers */
        for (int64_t k = 0; k < commas; k++) {
            fputc(',', file);
        }
        fputc('\n', file);
    }
}

static int64_t count_columns(const LrtProgram *program) {
    int64_t count = 0;
    for (int64_t i = 0; i < program->output_count; i++) {
        count += further_columns(program, i);
    }
    return count;
}

static void fill_columns(const LrtProgram *program, const Evaluator *evaluator, int64_t rows, double *columns) {
    for (int64_t i = 0; i < program->output_count; i++) {
        for (int64_t k = 0; k < further_columns(program, i); k++, columns += CHUNK_ROWS) {
            evaluator_column(evaluator, i, 1 + k, rows, columns);
        }
    }
}

static bool write_predictions(const CommandContext *context, const Machine *machine, const OpenedData *data, LrtError *error) {
    const LrtDataset *dataset = data->dataset;
    const int64_t *rows = dataset->part_rows[LRT_PART_TEST];
    int64_t count = dataset->part_count[LRT_PART_TEST];
    bool proba = context->options->proba;
    Evaluator evaluator;
    LrtOutputFile output;
    if (!evaluator_init(&evaluator, machine, dataset, data->fits, count < CHUNK_ROWS ? count : CHUNK_ROWS, error)) {
        return false;
    }
    double *columns = malloc(((size_t)(count_columns(context->program) * CHUNK_ROWS) + 1) * sizeof *columns);
    bool good = columns != NULL ||
                lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for the predictions of %d rows", CHUNK_ROWS);
    if (!good || !lrt_output_open(&output, context->options->output ? context->options->output : "-", error)) {
        free(columns);
        evaluator_free(&evaluator);
        return false;
    }
    write_header(context->program, proba, output.file);
    int64_t line = 0;
    for (int64_t first = 0; first < count; first += CHUNK_ROWS) {
        int64_t chunk = count - first < CHUNK_ROWS ? count - first : CHUNK_ROWS;
        evaluator_predict(&evaluator, rows + first, chunk);
        fill_columns(context->program, &evaluator, chunk, columns);
        for (int64_t i = 0; i < chunk; i++, line++) {
            write_empty(context, &line, dataset->source_row[rows[first + i]], output.file);
            write_row(context->program, &evaluator, columns, i, proba, output.file);
        }
    }
    write_empty(context, &line, data->table->row_count, output.file);
    free(columns);
    evaluator_free(&evaluator);
    return lrt_output_commit(&output, error);
}

int command_predict(const CommandContext *context, LrtError *error) {
    const char *out = context->options->output;
    TrainedModel model = {0};
    OpenedData data = {0};
    bool good = (!out || lrt_output_check(out, error)) && trained_model_open(&model, context, error) &&
                data_open_applied(&data, context->program, context->options->data, model.directory.path, true, error) &&
                write_predictions(context, &model.machine, &data, error);
    if (good && out && strcmp(out, "-") != 0 && context->messages) {
        fprintf(context->messages, "%" PRId64 " predictions of epoch %" PRId64 "'s weights in %s\n",
                data.dataset->part_count[LRT_PART_TEST], model.epoch, out);
        int64_t empty = data.dataset->dropped_without_history + data.dataset->dropped_without_window;
        if (empty > 0) {
            fprintf(context->messages, "%" PRId64 " lines are empty: their rows lack rows before them\n", empty);
        }
    }
    opened_data_free(&data, context->program);
    trained_model_free(&model);
    return good ? 0 : error->status;
}
