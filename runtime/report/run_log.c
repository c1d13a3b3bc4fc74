/* The files are for programs: one JSON object a line, flushed, so that a run can be watched and an interrupted one read. The lines
 * are for people: one rewritten line on a terminal, one line an epoch elsewhere. */
#include "report/run_log.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "lrt/json.h"

static const double REFRESH_SECONDS = 0.1;

static bool open_file(FILE **out, char path[LRT_PATH_MAX], const char *directory, const char *name, LrtError *error) {
    if (!lrt_path_join(path, directory, name, error)) {
        return false;
    }
    *out = fopen(path, "w");
    return *out || lrt_error_set(error, LRT_EXIT_SYSTEM, "file-not-written", "`%s` could not be written: %s", path, strerror(errno));
}

bool run_log_open(RunLog *log, const LrtProgram *program, const char *directory, int64_t log_every, FILE *messages,
                  LrtError *error) {
    *log = (RunLog){.program = program, .log_every = log_every, .messages = messages, .last_shown = -1};
    log->terminal = messages && isatty(fileno(messages));
    if (directory && !open_file(&log->history, log->history_path, directory, "history.jsonl", error)) {
        return false;
    }
    return !directory || log_every <= 0 || open_file(&log->steps, log->steps_path, directory, "steps.jsonl", error);
}

static bool close_file(FILE **file, const char *path, LrtError *error) {
    if (!*file) {
        return true;
    }
    errno = 0;
    bool good = fflush(*file) == 0 && !ferror(*file) && fsync(fileno(*file)) == 0;
    int reason = errno ? errno : ENOSPC; /* a write that failed earlier left only the mark on the stream */
    good = fclose(*file) == 0 && good;
    *file = NULL;
    return good || lrt_error_set(error, LRT_EXIT_SYSTEM, "file-not-written", "`%s` could not be written to its end: %s", path,
                                 strerror(reason));
}

bool run_log_close(RunLog *log, LrtError *error) {
    run_log_finish_line(log);
    bool good = close_file(&log->history, log->history_path, error);
    return close_file(&log->steps, log->steps_path, error) && good;
}

static void write_field(LrtJsonWriter *json, const char *key, double value) {
    lrt_json_key(json, key);
    lrt_json_number(json, value);
}

static void write_integer(LrtJsonWriter *json, const char *key, int64_t value) {
    lrt_json_key(json, key);
    lrt_json_integer(json, value);
}

void run_log_step(RunLog *log, const StepRecord *record) {
    if (!log->steps || record->step % log->log_every != 0) {
        return;
    }
    LrtJsonWriter json;
    lrt_json_init(&json, log->steps, false);
    lrt_json_object_begin(&json);
    write_integer(&json, "step", record->step);
    write_integer(&json, "epoch", record->epoch);
    write_field(&json, "loss", record->loss);
    write_field(&json, "lr", record->learning_rate);
    write_field(&json, "gradient_norm", record->gradient_norm);
    lrt_json_object_end(&json);
    fputc('\n', log->steps);
}

/* The loss is metric 0; a confusion is no number. `running_loss` NaN: not of this part. */
static void write_evaluation(LrtJsonWriter *json, const char *key, const LrtProgram *program, const Evaluation *evaluation,
                             const double *running_loss) {
    lrt_json_key(json, key);
    lrt_json_object_begin(json);
    write_field(json, "loss", evaluation->loss);
    if (running_loss) {
        write_field(json, "running_loss", *running_loss);
    }
    for (int64_t i = 1; i < program->metric_count; i++) {
        if (program->metrics[i].kind != LRT_METRIC_CONFUSION) {
            write_field(json, program->metrics[i].name, evaluation->metrics[i]);
        }
    }
    lrt_json_object_end(json);
}

static void write_history(RunLog *log, const EpochRecord *record) {
    LrtJsonWriter json;
    lrt_json_init(&json, log->history, false);
    lrt_json_object_begin(&json);
    write_integer(&json, "epoch", record->epoch);
    write_integer(&json, "step", record->step);
    write_field(&json, "time_s", record->seconds);
    write_field(&json, "lr", record->learning_rate);
    write_evaluation(&json, "train", log->program, record->train, &record->running_loss);
    if (record->validation) {
        write_evaluation(&json, "validation", log->program, record->validation, NULL);
    }
    write_field(&json, "gradient_norm", record->gradient_norm);
    write_field(&json, "update_ratio", record->update_ratio);
    write_field(&json, "samples_per_s", record->rows_per_second);
    lrt_json_key(&json, "events");
    lrt_json_array_begin(&json);
    for (int i = 0; i < record->event_count; i++) {
        lrt_json_string(&json, record->events[i]);
    }
    lrt_json_array_end(&json);
    lrt_json_object_end(&json);
    fputc('\n', log->history);
}

/* "train loss 0.3121  validation loss 0.3241  accuracy 0.87": the first metric alone, more would not fit a line. */
static void describe_epoch(const RunLog *log, const EpochRecord *record, char *out, size_t size) {
    const LrtProgram *program = log->program;
    int length = snprintf(out, size, "train loss %.4g", record->train->loss);
    const Evaluation *shown = record->validation ? record->validation : record->train;
    if (record->validation) {
        length += snprintf(out + length, size - (size_t)length, "  validation loss %.4g", shown->loss);
    }
    for (int64_t i = 1; i < program->metric_count; i++) {
        if (program->metrics[i].kind != LRT_METRIC_CONFUSION && program->metrics[i].kind != LRT_METRIC_LOSS) {
            snprintf(out + length, size - (size_t)length, "  %.60s %.4g", program->metrics[i].name, shown->metrics[i]);
            break;
        }
    }
}

void run_log_epoch(RunLog *log, const EpochRecord *record) {
    if (log->history) {
        write_history(log, record);
        log->write_failed |= fflush(log->history) != 0;
    }
    if (log->steps) {
        log->write_failed |= fflush(log->steps) != 0;
    }
    if (!log->messages) {
        return;
    }
    describe_epoch(log, record, log->last_epoch, sizeof log->last_epoch);
    if (log->terminal) {
        return; /* the next progress line shows it */
    }
    fprintf(log->messages, "epoch %" PRId64 "/%" PRId64 "  %s  lr %.3g  %.0f rows/s%s\n", record->epoch, log->epochs,
            log->last_epoch, record->learning_rate, record->rows_per_second,
            record->event_count > 0 && strcmp(record->events[0], "best") == 0 ? "  best" : "");
}

static void format_duration(double seconds, char out[32]) {
    if (!(seconds >= 0 && seconds < 1e8)) {
        snprintf(out, 32, "?");
    } else if (seconds < 60) {
        snprintf(out, 32, "%.0f s", ceil(seconds));
    } else if (seconds < 3600) {
        snprintf(out, 32, "%d:%02d min", (int)seconds / 60, (int)seconds % 60);
    } else {
        snprintf(out, 32, "%d:%02d h", (int)seconds / 3600, (int)seconds / 60 % 60);
    }
}

void run_log_progress(RunLog *log, const StepRecord *record, int64_t step_of_epoch, int64_t steps_per_epoch, double seconds) {
    if (!log->terminal || seconds - log->last_shown < REFRESH_SECONDS) {
        return;
    }
    log->last_shown = seconds;
    char left[32];
    double done = (double)(record->step + 1);
    format_duration(seconds / done * ((double)log->total_steps - done), left);
    fprintf(log->messages, "\r\033[Kepoch %" PRId64 "/%" PRId64 "  step %" PRId64 "/%" PRId64 "  loss %.4g  %s  %.0f steps/s  %s left",
            record->epoch, log->epochs, step_of_epoch, steps_per_epoch, record->loss, log->last_epoch, done / seconds, left);
    fflush(log->messages);
}

void run_log_finish_line(RunLog *log) {
    if (log->terminal && log->last_shown >= 0) {
        fprintf(log->messages, "\r\033[K");
        fflush(log->messages);
        log->last_shown = -1;
    }
}
