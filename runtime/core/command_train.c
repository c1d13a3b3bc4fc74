/* train: data, initial weights, the loop, then the files. A file that cannot be written does not keep the others from being
 * written; the model has two more places to go to. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "checkpoint/weights.h"
#include "core/commands.h"
#include "core/run_directory.h"
#include "report/data_report.h"
#include "report/diagnosis_report.h"
#include "report/error_report.h"
#include "report/part_report.h"
#include "report/summary.h"
#include "train/interrupt.h"
#include "train/penalty.h"
#include "train/training.h"

typedef struct TrainRun {
    const CommandContext *context;
    OpenedData data;
    char data_digest[65];
    Machine machine;
    BatchOrder order;
    TrainingPlan plan;
    RunDirectory directory;
    RunLog log;
    Training training;
    RunSummary summary;
    bool file_failed;              /* some file could not be written; each was reported */
} TrainRun;

static bool load_initial_weights(TrainRun *run, LrtError *error) {
    const TrainerOptions *options = run->context->options;
    const LrtProgram *program = run->context->program;
    if (!machine_init_parameters(&run->machine, run->plan.seed, error)) {
        return false;
    }
    if (!options->init) {
        return true;
    }
    LrtSafetensors *file = lrt_safetensors_read(options->init, error);
    bool good = file && weights_load(program, run->machine.arena, file, options->init, error);
    lrt_safetensors_free(file);
    return good;
}

static TrainingPlan make_plan(const CommandContext *context) {
    const TrainerOptions *options = context->options;
    TrainingPlan plan = training_plan_of(context->program);
    plan.epochs = options->epochs > 0 ? options->epochs : plan.epochs;
    plan.max_steps = options->max_steps >= 0 ? options->max_steps : plan.max_steps;
    plan.time_limit = options->time_limit > 0 ? options->time_limit : plan.time_limit;
    plan.seed = options->seed >= 0 ? (uint64_t)options->seed : plan.seed;
    plan.keep_gradients = options->dump_gradients != NULL;
    return plan;
}

/* All that can be refused, before the directory is made and time is spent. */
static bool prepare_run(TrainRun *run, LrtError *error) {
    const CommandContext *context = run->context;
    const LrtProgram *program = context->program;
    const TrainerOptions *options = context->options;
    int64_t threads = options->threads >= 0 ? options->threads : program->train.threads;
    run->plan = make_plan(context);
    if ((options->save && !lrt_output_check(options->save, error)) ||
        (options->dump_gradients && !lrt_output_check(options->dump_gradients, error)) ||
        !data_open_split(&run->data, program, options->data, true, error)) {
        return false;
    }
    memcpy(run->data_digest, run->data.table->digest, sizeof run->data_digest);
    if (context->messages) {
        data_report_print(&program->data, run->data.dataset, context->messages);
    }
    if (!machine_init(&run->machine, program, threads, error) || !load_initial_weights(run, error)) {
        return false;
    }
    if (options->batch_order) {
        if (!batch_order_read(&run->order, program, run->data.dataset, options->batch_order, error)) {
            return false;
        }
        run->plan.order = &run->order;
    }
    return training_init(&run->training, &run->machine, run->data.dataset, &run->plan, &run->log, error);
}

/* preprocess.json comes first: the model is of no use without it. */
static bool open_directory(TrainRun *run, LrtError *error) {
    const LrtProgram *program = run->context->program;
    const TrainerOptions *options = run->context->options;
    char aside[LRT_PATH_MAX], path[LRT_PATH_MAX];
    if (!run_directory_make(&run->directory, program, options->out, error) ||
        !lrt_path_join(aside, run->directory.path, "preprocess.json.tmp", error) ||
        !lrt_path_join(path, run->directory.path, "preprocess.json", error) ||
        !lrt_preprocess_write(&program->data, run->data.table, run->data.dataset, aside, error) ||
        !lrt_output_publish(aside, path, error)) {
        return false;
    }
    lrt_table_free(run->data.table);
    run->data.table = NULL; /* its memory is not needed while training */
    if (run->context->messages && run->directory.moved[0]) {
        fprintf(run->context->messages, "the run of before is now in %s\n", run->directory.moved);
    }
    return run_log_open(&run->log, program, run->directory.path, options->log_every, run->context->messages, error);
}

static void report_failure(TrainRun *run, LrtError *failure) {
    run->file_failed = true;
    error_print(failure, NULL, run->context->color, stderr);
    *failure = (LrtError){0};
}

/* The metric that the saved weights are known by. */
static WeightsMetadata metadata_of(const TrainRun *run, char monitor[256]) {
    const LrtProgram *program = run->context->program;
    const Training *training = &run->training;
    WeightsMetadata metadata = {.epoch = training->weights_epoch, .data_digest = run->data_digest};
    const Evaluation *last = program->best.part == LRT_PART_VALIDATION ? &training->validation : &training->train;
    bool is_best = training->best_epoch > 0 && training->weights_epoch == training->best_epoch;
    if (training->epochs_done > 0 && last->rows > 0) {
        snprintf(monitor, 256, "%s.%s", part_name(program->best.part), program->metrics[program->best.metric].name);
        metadata.metric = monitor;
        metadata.metric_value = is_best ? training->best_value : last->metrics[program->best.metric];
    }
    return metadata;
}

/* Where the run's directory takes no more: the working directory, then the one for temporary files. */
static void save_model_elsewhere(TrainRun *run, const WeightsMetadata *metadata) {
    const LrtProgram *program = run->context->program;
    const char *temporary = getenv("TMPDIR");
    const char *folders[] = {".", temporary && temporary[0] ? temporary : "/tmp"};
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        char name[256], path[LRT_PATH_MAX];
        LrtError failure = {0};
        snprintf(name, sizeof name, "%.200s.%ld.safetensors", program->name, (long)getpid());
        if (lrt_path_join(path, folders[i], name, &failure) &&
            weights_save(program, run->machine.arena, metadata, path, &failure)) {
            fprintf(stderr, "the trained weights (epoch %" PRId64 ") are in %s instead\n", metadata->epoch, path);
            return;
        }
    }
    fprintf(stderr, "the trained weights (epoch %" PRId64 ") could not be saved anywhere and are lost\n", metadata->epoch);
}

static void save_model(TrainRun *run) {
    char monitor[256], path[LRT_PATH_MAX];
    LrtError failure = {0};
    WeightsMetadata metadata = metadata_of(run, monitor);
    if (!lrt_path_join(path, run->directory.path, "model.safetensors", &failure) ||
        !weights_save(run->context->program, run->machine.arena, &metadata, path, &failure)) {
        report_failure(run, &failure);
        save_model_elsewhere(run, &metadata);
    }
}

/* What was asked for by name, of the last step. */
static void save_last(TrainRun *run) {
    const TrainerOptions *options = run->context->options;
    const LrtProgram *program = run->context->program;
    LrtError failure = {0};
    if (options->save) {
        WeightsMetadata metadata = {.epoch = run->training.epochs_done, .data_digest = run->data_digest};
        if (!weights_save(program, run->machine.arena, &metadata, options->save, &failure)) {
            report_failure(run, &failure);
        }
    }
    if (options->dump_gradients && !gradients_save(program, run->training.gradients, options->dump_gradients, &failure)) {
        report_failure(run, &failure);
    }
}

/* One part with the saved weights, into the summary and its file. */
static bool report_part(TrainRun *run, LrtPart part, const int64_t *rows, int64_t count, double penalty, LrtError *error) {
    const LrtProgram *program = run->context->program;
    RunSummary *summary = &run->summary;
    PartReport *report = &summary->reports[summary->report_count++];
    LrtError failure = {0};
    if (!part_report_measure(report, &run->training.evaluator, part_name(part), rows, count, run->training.weights_epoch, penalty,
                             summary->constants, error)) {
        return false;
    }
    if (!part_report_save(report, program, run->directory.path, &failure)) {
        report_failure(run, &failure);
    }
    return true;
}

static bool report_parts(TrainRun *run, LrtError *error) {
    Training *training = &run->training;
    const LrtDataset *dataset = run->data.dataset;
    double penalty;
    if (!penalty_measure(&run->machine, dataset, training->sample, training->sample_count, &penalty, error)) {
        return false;
    }
    evaluator_measure(&training->evaluator, training->sample, training->sample_count, &training->train);
    run->summary.constants = constants_learn(&training->evaluator, error);
    if (!run->summary.constants) {
        return false;
    }
    for (int part = 0; part < LRT_PART_COUNT; part++) {
        const int64_t *rows = part == LRT_PART_TRAIN ? training->sample : dataset->part_rows[part];
        int64_t count = part == LRT_PART_TRAIN ? training->sample_count : dataset->part_count[part];
        if (count > 0 && !report_part(run, (LrtPart)part, rows, count, penalty, error)) {
            return false;
        }
    }
    return true;
}

static bool finish(TrainRun *run, LrtError *error) {
    const LrtProgram *program = run->context->program;
    Training *training = &run->training;
    LrtError failure = {0};
    if (!run_log_close(&run->log, &failure)) {
        report_failure(run, &failure);
    }
    save_last(run);
    training_restore(training);
    bool has_weights = training_has_weights(training);
    if (has_weights) {
        save_model(run);
    }
    if (has_weights && !report_parts(run, error)) {
        return false;
    }
    SavedParts saved = {run->summary.reports, run->summary.report_count, training->epochs_done,
                        training->steps_done, training_end_word(training->end)};
    if (!diagnosis_save(&training->diagnosis, program, &saved, run->directory.path, &failure)) {
        report_failure(run, &failure);
    }
    run->summary.training = training;
    run->summary.directory = run->directory.path;
    run->summary.has_weights = has_weights;
    if (run->context->options->json) {
        run_summary_json(&run->summary, run->context->program, stdout);
    } else {
        run_summary_print(&run->summary, run->context->program, stdout);
    }
    return true;
}

/* A finding that is an error: said as one, after the files have been written. */
static int report_finding(const TrainRun *run, LrtError *error) {
    const Finding *finding = diagnosis_error(&run->training.diagnosis);
    if (!finding) {
        return 0;
    }
    lrt_error_set(error, LRT_EXIT_DIAGNOSIS, check_table[finding->check].name, "%s", finding->fact);
    lrt_error_why(error, "%s", finding->why);
    if (finding->prescription_count > 0) {
        lrt_error_fix(error, "%s; `lspec explain %s` tells more", finding->prescriptions[0].title,
                      check_table[finding->check].name);
    }
    return LRT_EXIT_DIAGNOSIS;
}

static int run_all(TrainRun *run, LrtError *error) {
    if (!prepare_run(run, error) || !open_directory(run, error)) {
        return error->status;
    }
    interrupt_watch();
    training_run(&run->training);
    if (!finish(run, error)) {
        return error->status;
    }
    if (run->file_failed) {
        return LRT_EXIT_SYSTEM;
    }
    return run->training.end == TRAINING_INTERRUPTED ? LRT_EXIT_INTERRUPTED : report_finding(run, error);
}

int command_train(const CommandContext *context, LrtError *error) {
    TrainRun *run = calloc(1, sizeof *run);
    if (!run) {
        lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory to begin");
        return LRT_EXIT_SYSTEM;
    }
    run->context = context;
    int status = run_all(run, error);
    LrtError ignored = {0};
    run_log_close(&run->log, &ignored); /* where it did not come to finish() */
    run_summary_free(&run->summary, context->program);
    training_free(&run->training);
    batch_order_free(&run->order);
    machine_free(&run->machine);
    opened_data_free(&run->data, context->program);
    free(run);
    interrupt_unwatch();
    return status;
}
