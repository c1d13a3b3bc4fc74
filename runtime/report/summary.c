/* The end of a run on standard output, for people or (--json) for programs. */
#include "report/summary.h"

#include <inttypes.h>

#include "report/data_report.h"
#include "report/diagnosis_report.h"
#include "report/text.h"

static void monitor_name(const LrtProgram *program, LrtMonitor monitor, char *out, size_t size) {
    snprintf(out, size, "%s.%s", part_name(monitor.part), program->metrics[monitor.metric].name);
}

/* "stopped by early(validation.loss, patience: 10)" */
static void describe_end(const Training *training, const LrtProgram *program, char *out, size_t size) {
    char monitor[200];
    switch (training->end) {
    case TRAINING_EPOCHS:
        snprintf(out, size, "all epochs done");
        return;
    case TRAINING_EARLY:
        monitor_name(program, training->stop->monitor, monitor, sizeof monitor);
        snprintf(out, size, "stopped by early(%s, patience: %" PRId64 ")", monitor, training->stop->patience);
        return;
    case TRAINING_REACHED:
        monitor_name(program, training->stop->monitor, monitor, sizeof monitor);
        snprintf(out, size, "stopped, because %s reached %g", monitor, training->stop->limit);
        return;
    case TRAINING_DIVERGED:
        snprintf(out, size, "stopped, because the loss grew to more than %g times its lowest", training->stop->limit);
        return;
    case TRAINING_TIME_LIMIT:
        snprintf(out, size, "stopped by the time limit");
        return;
    case TRAINING_MAX_STEPS:
        snprintf(out, size, "stopped by the limit of steps");
        return;
    case TRAINING_BATCH_ORDER:
        snprintf(out, size, "the batch order is done");
        return;
    case TRAINING_INTERRUPTED:
        snprintf(out, size, "interrupted");
        return;
    case TRAINING_NONFINITE:
        snprintf(out, size, "stopped, because the loss was not finite");
        return;
    case TRAINING_DIAGNOSIS:
        snprintf(out, size, "stopped by %s", check_table[training->diagnosis.stopping].name);
        return;
    }
}

static const char *end_word(TrainingEnd end) {
    switch (end) {
    case TRAINING_EPOCHS:
        return "epochs";
    case TRAINING_EARLY:
        return "early";
    case TRAINING_REACHED:
        return "reached";
    case TRAINING_DIVERGED:
        return "diverged";
    case TRAINING_TIME_LIMIT:
        return "time_limit";
    case TRAINING_MAX_STEPS:
        return "max_steps";
    case TRAINING_BATCH_ORDER:
        return "batch_order";
    case TRAINING_INTERRUPTED:
        return "interrupted";
    case TRAINING_NONFINITE:
        return "nonfinite-loss";
    case TRAINING_DIAGNOSIS:
        return "diagnosis";
    }
    return "";
}

static void print_weights(const RunSummary *summary, const LrtProgram *program, FILE *out) {
    const Training *training = summary->training;
    if (!summary->has_weights) {
        fprintf(out, "No weights were saved.\n");
        return;
    }
    if (training->weights_epoch > 0 && training->weights_epoch == training->best_epoch) {
        char monitor[200], value[TEXT_NUMBER];
        monitor_name(program, program->best, monitor, sizeof monitor);
        text_number(training->best_value, value);
        fprintf(out, "Weights: of epoch %" PRId64 ", the best by %s (%s)%s.\n", training->weights_epoch, monitor, value,
                training->restored ? ", restored" : "");
    } else if (training->weights_epoch == 0) {
        fprintf(out, "Weights: as they were before training.\n");
    } else {
        fprintf(out, "Weights: of epoch %" PRId64 ", the last.\n", training->weights_epoch);
    }
}

void run_summary_print(const RunSummary *summary, const LrtProgram *program, FILE *out) {
    const Training *training = summary->training;
    char end[256], steps[TEXT_NUMBER];
    describe_end(training, program, end, sizeof end);
    text_count(training->steps_done, steps);
    fprintf(out, "%s: %s after epoch %" PRId64 " of %" PRId64 " (%s steps, %.1f s)\n", program->name, end, training->epochs_done,
            training->plan.epochs, steps, training->seconds);
    print_weights(summary, program, out);
    if (summary->report_count > 0) {
        fputc('\n', out);
        part_reports_print(summary->reports, summary->report_count, program, out);
        fputc('\n', out);
        part_report_print_yardstick(&summary->reports[summary->report_count - 1], program, out);
    }
    diagnosis_print(&training->diagnosis, program, out);
    fprintf(out, "Files: %s/{%spreprocess.json,history.jsonl,diagnosis.json", summary->directory,
            summary->has_weights ? "model.safetensors," : "");
    for (int64_t i = 0; i < summary->report_count; i++) {
        fprintf(out, ",%s.json", summary->reports[i].part);
    }
    fprintf(out, "}\n");
    fflush(out);
}

static void write_integer(LrtJsonWriter *json, const char *key, int64_t value) {
    lrt_json_key(json, key);
    lrt_json_integer(json, value);
}

static void write_best(const RunSummary *summary, const LrtProgram *program, LrtJsonWriter *json) {
    const Training *training = summary->training;
    char monitor[200];
    lrt_json_key(json, "best");
    if (training->best_epoch == 0) {
        lrt_json_null(json);
        return;
    }
    monitor_name(program, program->best, monitor, sizeof monitor);
    lrt_json_object_begin(json);
    write_integer(json, "epoch", training->best_epoch);
    lrt_json_key(json, "monitor");
    lrt_json_string(json, monitor);
    lrt_json_key(json, "value");
    lrt_json_number(json, training->best_value);
    lrt_json_object_end(json);
}

void run_summary_json(const RunSummary *summary, const LrtProgram *program, FILE *out) {
    const Training *training = summary->training;
    LrtJsonWriter json;
    lrt_json_init(&json, out, false);
    lrt_json_object_begin(&json);
    lrt_json_key(&json, "model");
    lrt_json_string(&json, program->name);
    lrt_json_key(&json, "end");
    lrt_json_string(&json, end_word(training->end));
    write_integer(&json, "epochs", training->epochs_done);
    write_integer(&json, "steps", training->steps_done);
    lrt_json_key(&json, "time_s");
    lrt_json_number(&json, training->seconds);
    write_best(summary, program, &json);
    lrt_json_key(&json, "weights_epoch");
    if (summary->has_weights) {
        lrt_json_integer(&json, training->weights_epoch);
    } else {
        lrt_json_null(&json);
    }
    lrt_json_key(&json, "diagnosis");
    SavedParts saved = {summary->reports, summary->report_count, training->epochs_done,
                        training->steps_done, training_end_word(training->end)};
    diagnosis_json(&training->diagnosis, program, &saved, &json);
    lrt_json_key(&json, "directory");
    lrt_json_string(&json, summary->directory);
    for (int64_t i = 0; i < summary->report_count; i++) {
        lrt_json_key(&json, summary->reports[i].part);
        part_report_json(&summary->reports[i], program, &json);
    }
    lrt_json_object_end(&json);
    fputc('\n', out);
    fflush(out);
}

void run_summary_free(RunSummary *summary, const LrtProgram *program) {
    for (int64_t i = 0; i < summary->report_count; i++) {
        part_report_free(&summary->reports[i], program);
    }
    constants_free(summary->constants, program);
    *summary = (RunSummary){0};
}
