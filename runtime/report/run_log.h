/* What a run tells while it goes: history.jsonl, steps.jsonl, and lines for the person who waits. */
#ifndef REPORT_RUN_LOG_H
#define REPORT_RUN_LOG_H

#include <stdio.h>

#include "lrt/error.h"
#include "lrt/output_file.h"
#include "train/evaluator.h"

typedef struct StepRecord {
    int64_t step;                  /* from 0 */
    int64_t epoch;                 /* from 1 */
    double loss, learning_rate, gradient_norm;
} StepRecord;

enum { RUN_LOG_EVENTS = 6 };

typedef struct EpochRecord {
    int64_t epoch;                 /* from 1 */
    int64_t step;                  /* steps done so far */
    double seconds, learning_rate, running_loss, gradient_norm, update_ratio, rows_per_second;
    const Evaluation *train;
    const Evaluation *validation;  /* NULL where the part is empty */
    const char *events[RUN_LOG_EVENTS];
    int event_count;
} EpochRecord;

typedef struct RunLog {
    const LrtProgram *program;
    FILE *history, *steps;         /* or NULL */
    char history_path[LRT_PATH_MAX], steps_path[LRT_PATH_MAX];
    int64_t log_every;             /* 0: no steps.jsonl */
    FILE *messages;                /* NULL: quiet */
    bool terminal;                 /* one line, rewritten */
    bool write_failed;
    int64_t epochs, total_steps;   /* planned */
    double last_shown;             /* seconds of the run */
    char last_epoch[256];          /* text of the last epoch, for the line */
} RunLog;

/* Opens the files in `directory` (NULL: none). `messages` NULL: no lines. */
bool run_log_open(RunLog *log, const LrtProgram *program, const char *directory, int64_t log_every, FILE *messages, LrtError *error);
/* Syncs and closes; false where something could not be written. */
bool run_log_close(RunLog *log, LrtError *error);

void run_log_step(RunLog *log, const StepRecord *record);
void run_log_epoch(RunLog *log, const EpochRecord *record);
/* On a terminal, ten times a second at most. */
void run_log_progress(RunLog *log, const StepRecord *record, int64_t step_of_epoch, int64_t steps_per_epoch, double seconds);
/* Ends the rewritten line, so that other text may follow. */
void run_log_finish_line(RunLog *log);

#endif
