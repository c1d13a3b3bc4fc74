/* info: what would run, before anything runs: the spec, its columns and parts, the network, its cost in operations and bytes. */
#include <inttypes.h>
#include <string.h>

#include "checkpoint/weights.h"
#include "core/commands.h"
#include "lrt/json.h"
#include "report/data_report.h"
#include "report/text.h"
#include "train/evaluator.h"
#include "train/training.h"

/* Bytes that a training run asks for, by what they are for. */
typedef struct Needs {
    int64_t table;                 /* the cells of the file, until they are preprocessed */
    int64_t data;                  /* what the network is fed */
    int64_t model;                 /* weights, optimizer state and the buffers of a step */
    int64_t best;                  /* a second copy of the weights */
    int64_t evaluation;            /* predictions of the largest part */
    int64_t diagnosis;             /* snapshots and traces; gradients where something is wrong */
    int64_t all;                   /* at most at one time */
} Needs;

typedef struct Costs {
    int64_t parameters, trainable;
    int64_t flops_per_step;
    Needs needs;
    bool data_known;
} Costs;

static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

static void add_data_needs(Needs *needs, const LrtProgram *program, const OpenedData *data) {
    const LrtDataset *dataset = data->dataset;
    int64_t row_bytes = 4 * (dataset->feature_width + dataset->index_width + dataset->target_width + dataset->label_width +
                             (dataset->weights != NULL));
    int64_t measured = dataset->part_count[LRT_PART_TRAIN];
    measured = measured < TRAINING_SAMPLE_ROWS ? measured : TRAINING_SAMPLE_ROWS;
    needs->diagnosis = diagnosis_bytes(program, measured, dataset->part_count[LRT_PART_VALIDATION]);
    measured = larger(measured, larger(dataset->part_count[LRT_PART_VALIDATION], dataset->part_count[LRT_PART_TEST]));
    needs->data = dataset->row_count * (row_bytes + 16) + dataset->part_count[LRT_PART_TRAIN] * 8;
    needs->evaluation = evaluator_bytes(program, measured);
    for (int64_t i = 0; i < data->table->column_count; i++) {
        const LrtTableColumn *column = &data->table->columns[i];
        needs->table += data->table->row_count * (column->real ? 8 : column->code ? 4 : 0);
    }
    needs->table += data->table->row_count * 8;
}

static Costs measure_costs(const LrtProgram *program, const OpenedData *data) {
    Costs costs = {.data_known = data->dataset != NULL};
    for (int64_t i = 0; i < program->parameter_count; i++) {
        int64_t size = program->parameters[i].rows * program->parameters[i].columns;
        costs.parameters += size;
        costs.trainable += program->parameters[i].trainable ? size : 0;
    }
    for (int64_t i = 0; i < program->layer_count; i++) {
        costs.flops_per_step += 3 * program->train.batch * program->layers[i].flops; /* backward costs twice forward */
    }
    Needs *needs = &costs.needs;
    if (data->dataset) {
        add_data_needs(needs, program, data);
    }
    needs->model = program->arena_bytes;
    needs->best = 4 * weights_float_count(program);
    needs->all = needs->data + larger(needs->table, needs->model + needs->best + needs->evaluation + needs->diagnosis);
    return costs;
}

static const char *column_type_word(LrtColumnType type) {
    static const char *const words[] = {
#define COLUMN_TYPE(id, word, built, doc) [LRT_COLUMN_##id] = word,
#include "lrt/column_types.def"
#undef COLUMN_TYPE
    };
    return words[type];
}

static bool is_target(const LrtDataSpec *spec, int64_t column) {
    for (int64_t i = 0; i < spec->target_count; i++) {
        if (spec->slots[spec->targets[i].slot].column == column) {
            return true;
        }
    }
    return false;
}

static void print_columns(const LrtDataSpec *spec, FILE *out) {
    fprintf(out, "\ncolumns\n");
    for (int64_t i = 0; i < spec->column_count; i++) {
        const LrtColumn *column = &spec->columns[i];
        fprintf(out, "  %-24s %s%s", column->name, column_type_word(column->type), column->optional ? "?" : "");
        if (column->level_count > 0) {
            fprintf(out, ", %" PRId64 " levels", column->level_count);
        }
        fprintf(out, "%s\n", is_target(spec, i) ? "  (target)" : "");
    }
}

static void print_layers(const LrtProgram *program, FILE *out) {
    fprintf(out, "\nlayers\n  %-20s %-28s %-20s %12s %14s\n", "name", "kind", "output", "parameters", "FLOPs a row");
    for (int64_t i = 0; i < program->layer_count; i++) {
        const LrtLayer *layer = &program->layers[i];
        char parameters[TEXT_NUMBER], flops[TEXT_NUMBER];
        text_count(layer->parameters, parameters);
        text_count(layer->flops, flops);
        fprintf(out, "  %-20s %-28s %-20s %12s %14s\n", layer->name, layer->kind, layer->output_shape, parameters, flops);
    }
}

static void print_bytes(FILE *out, const char *what, int64_t bytes) {
    char text[TEXT_NUMBER];
    text_bytes(bytes, text);
    fprintf(out, "  %-42s %12s\n", what, text);
}

static void print_costs(const LrtProgram *program, const Costs *costs, FILE *out) {
    char parameters[TEXT_NUMBER], trainable[TEXT_NUMBER], flops[TEXT_NUMBER];
    text_count(costs->parameters, parameters);
    text_count(costs->trainable, trainable);
    text_count(costs->flops_per_step, flops);
    fprintf(out, "\ncost\n  %s parameters, %s of them trained; %s FLOPs a step of %" PRId64 " rows\n", parameters, trainable, flops,
            program->train.batch);
    fprintf(out, "\nmemory\n");
    if (costs->data_known) {
        print_bytes(out, "cells of the file, until preprocessed", costs->needs.table);
        print_bytes(out, "data as the network is fed", costs->needs.data);
    }
    print_bytes(out, "weights, optimizer state, step buffers", costs->needs.model);
    print_bytes(out, "best weights so far", costs->needs.best);
    if (costs->data_known) {
        print_bytes(out, "predictions while measuring", costs->needs.evaluation);
        print_bytes(out, "diagnosis of the run", costs->needs.diagnosis);
    }
    print_bytes(out, costs->data_known ? "in all, at most at one time" : "in all, without the data", costs->needs.all);
}

static void print_info(const LrtProgram *program, const OpenedData *data, const LrtError *data_error, FILE *out) {
    Costs costs = measure_costs(program, data);
    fprintf(out, "%s\n  spec      %s (sha256 %.16s)\n  compiler  lspec %s for %s\n  data      %s\n  runs in   %s\n", program->name,
            program->spec_file, program->spec_digest, program->compiler_version, program->target_cpu, program->data.source.spec_path,
            program->run_directory);
    print_columns(&program->data, out);
    fprintf(out, "\nparts\n");
    if (data->dataset) {
        data_report_print(&program->data, data->dataset, out);
    } else {
        fprintf(out, "  not known: %s\n", data_error->message);
    }
    print_layers(program, out);
    print_costs(program, &costs, out);
}

static void write_integer(LrtJsonWriter *json, const char *key, int64_t value) {
    lrt_json_key(json, key);
    lrt_json_integer(json, value);
}

static void write_text(LrtJsonWriter *json, const char *key, const char *value) {
    lrt_json_key(json, key);
    lrt_json_string(json, value);
}

static void write_columns(const LrtDataSpec *spec, LrtJsonWriter *json) {
    lrt_json_key(json, "columns");
    lrt_json_array_begin(json);
    for (int64_t i = 0; i < spec->column_count; i++) {
        const LrtColumn *column = &spec->columns[i];
        lrt_json_object_begin(json);
        write_text(json, "name", column->name);
        write_text(json, "type", column_type_word(column->type));
        lrt_json_key(json, "optional");
        lrt_json_bool(json, column->optional);
        lrt_json_key(json, "target");
        lrt_json_bool(json, is_target(spec, i));
        if (column->level_count > 0 && column->levels) {
            lrt_json_key(json, "levels");
            lrt_json_array_begin(json);
            for (int64_t k = 0; k < column->level_count; k++) {
                lrt_json_string(json, column->levels[k]);
            }
            lrt_json_array_end(json);
        }
        lrt_json_object_end(json);
    }
    lrt_json_array_end(json);
}

static void write_layers(const LrtProgram *program, LrtJsonWriter *json) {
    lrt_json_key(json, "layers");
    lrt_json_array_begin(json);
    for (int64_t i = 0; i < program->layer_count; i++) {
        const LrtLayer *layer = &program->layers[i];
        lrt_json_object_begin(json);
        write_text(json, "name", layer->name);
        write_text(json, "kind", layer->kind);
        write_text(json, "output", layer->output_shape);
        write_integer(json, "parameters", layer->parameters);
        write_integer(json, "flops_per_row", layer->flops);
        lrt_json_object_end(json);
    }
    lrt_json_array_end(json);
}

static void write_info(const LrtProgram *program, const OpenedData *data, FILE *out) {
    Costs costs = measure_costs(program, data);
    LrtJsonWriter json;
    lrt_json_init(&json, out, true);
    lrt_json_object_begin(&json);
    write_text(&json, "model", program->name);
    write_text(&json, "spec", program->spec_file);
    write_text(&json, "spec_sha256", program->spec_digest);
    write_text(&json, "compiler", program->compiler_version);
    write_text(&json, "target_cpu", program->target_cpu);
    write_text(&json, "data", program->data.source.spec_path);
    write_text(&json, "run_directory", program->run_directory);
    write_columns(&program->data, &json);
    lrt_json_key(&json, "parts");
    if (data->dataset) {
        data_report_json(&program->data, data->dataset, &json);
    } else {
        lrt_json_null(&json);
    }
    write_layers(program, &json);
    write_integer(&json, "parameters", costs.parameters);
    write_integer(&json, "trainable_parameters", costs.trainable);
    write_integer(&json, "batch", program->train.batch);
    write_integer(&json, "flops_per_step", costs.flops_per_step);
    lrt_json_key(&json, "bytes");
    lrt_json_object_begin(&json);
    write_integer(&json, "table", costs.needs.table);
    write_integer(&json, "data", costs.needs.data);
    write_integer(&json, "model", costs.needs.model);
    write_integer(&json, "best_weights", costs.needs.best);
    write_integer(&json, "evaluation", costs.needs.evaluation);
    write_integer(&json, "diagnosis", costs.needs.diagnosis);
    write_integer(&json, "all", costs.needs.all);
    lrt_json_object_end(&json);
    lrt_json_object_end(&json);
    fputc('\n', out);
}

/* A file that is not there is no reason to keep silent about the rest; one that breaks its contract is an error. */
int command_info(const CommandContext *context, LrtError *error) {
    OpenedData data;
    LrtError data_error = {0};
    bool opened = data_open_split(&data, context->program, context->options->data, true, &data_error);
    bool absent = data_error.status == LRT_EXIT_SYSTEM || strcmp(data_error.name, "data-not-found") == 0;
    if (!opened && !absent) {
        *error = data_error;
        return error->status;
    }
    if (context->options->json) {
        write_info(context->program, &data, stdout);
    } else {
        print_info(context->program, &data, &data_error, stdout);
    }
    opened_data_free(&data, context->program);
    return 0;
}
