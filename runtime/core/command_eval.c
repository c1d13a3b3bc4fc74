/* eval: loss and metrics of a run's weights on a part of the spec's data, or on all rows of another file. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/commands.h"
#include "core/trained_model.h"
#include "report/data_report.h"
#include "report/part_report.h"
#include "train/penalty.h"
#include "train/training.h"

typedef struct EvalRun {
    const CommandContext *context;
    TrainedModel model;
    OpenedData data;
    LrtPart part;
    const char *name;
    Evaluator evaluator;
    Constant *constants;           /* of the training part, where there is one */
    PartReport report;
} EvalRun;

static LrtPart find_part(const char *word) {
    for (int part = 0; word && part < LRT_PART_COUNT; part++) {
        if (strcmp(part_name((LrtPart)part), word) == 0) {
            return (LrtPart)part;
        }
    }
    return LRT_PART_TEST;
}

/* The split is drawn again; of other data it would be another split, with training rows in the test part. */
static bool check_digest(const EvalRun *run, LrtError *error) {
    const char *digest = run->model.data_digest;
    if (!digest[0] || strcmp(digest, run->data.table->digest) == 0) {
        return true;
    }
    lrt_error_set(error, LRT_EXIT_DATA, "data-changed", "the data is not what the run in `%s` was trained on",
                  run->model.directory.path);
    lrt_error_why(error, "its parts would be drawn anew, and rows of the training part could be measured as test");
    lrt_error_fix(error, "eval --data F measures all rows of a file; or train again");
    return false;
}

static bool open_eval_data(EvalRun *run, LrtError *error) {
    const TrainerOptions *options = run->context->options;
    const LrtProgram *program = run->context->program;
    if (options->data) {
        run->name = "data";
        run->part = LRT_PART_TEST;
        if (!data_open_applied(&run->data, program, options->data, run->model.directory.path, false, error)) {
            return false;
        }
    } else {
        run->part = find_part(options->part);
        run->name = part_name(run->part);
        if (!data_open_split(&run->data, program, NULL, false, error) || !check_digest(run, error)) {
            return false;
        }
    }
    if (run->data.dataset->part_count[run->part] == 0) {
        return lrt_error_set(error, LRT_EXIT_DATA, "no-rows", options->data ? "`%s` has no row with a target" : "the %s part has no rows",
                             options->data ? options->data : run->name);
    }
    return true;
}

static bool learn_constants(EvalRun *run, LrtError *error) {
    if (run->data.dataset->part_count[LRT_PART_TRAIN] == 0) {
        return true;
    }
    int64_t count;
    int64_t *rows = training_sample_rows(run->context->program, run->data.dataset, &count);
    Evaluation evaluation = {0};
    bool good = rows && evaluation_init(&evaluation, run->context->program, error);
    if (good) {
        evaluator_measure(&run->evaluator, rows, count, &evaluation);
        run->constants = constants_learn(&run->evaluator, error);
    }
    evaluation_free(&evaluation);
    free(rows);
    return run->constants || lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for the training part");
}

static void print_report(const EvalRun *run) {
    const LrtProgram *program = run->context->program;
    if (run->context->options->json) {
        LrtJsonWriter json;
        lrt_json_init(&json, stdout, false);
        part_report_json(&run->report, program, &json);
        fputc('\n', stdout);
    } else {
        printf("%s: weights of epoch %" PRId64 " in %s\n", program->name, run->model.epoch, run->model.directory.path);
        part_reports_print(&run->report, 1, program, stdout);
        part_report_print_yardstick(&run->report, program, stdout);
    }
    fflush(stdout);
}

static bool run_all(EvalRun *run, LrtError *error) {
    if (!trained_model_open(&run->model, run->context, error) || !open_eval_data(run, error)) {
        return false;
    }
    const LrtDataset *dataset = run->data.dataset;
    const int64_t *rows = dataset->part_rows[run->part];
    int64_t count = dataset->part_count[run->part], training = dataset->part_count[LRT_PART_TRAIN];
    int64_t sample = training < TRAINING_SAMPLE_ROWS ? training : TRAINING_SAMPLE_ROWS;
    const LrtFit *fits = run->data.fits ? run->data.fits : dataset->fits;
    double penalty;
    bool good = penalty_measure(&run->model.machine, dataset, rows, count, &penalty, error) &&
                evaluator_init(&run->evaluator, &run->model.machine, dataset, fits, count > sample ? count : sample, error) &&
                learn_constants(run, error) &&
                part_report_measure(&run->report, &run->evaluator, run->name, rows, count, run->model.epoch, penalty,
                                    run->constants, error);
    if (good) {
        print_report(run);
    }
    return good;
}

int command_eval(const CommandContext *context, LrtError *error) {
    EvalRun run = {.context = context};
    bool good = run_all(&run, error);
    part_report_free(&run.report, context->program);
    constants_free(run.constants, context->program);
    evaluator_free(&run.evaluator);
    opened_data_free(&run.data, context->program);
    trained_model_free(&run.model);
    return good ? 0 : error->status;
}
