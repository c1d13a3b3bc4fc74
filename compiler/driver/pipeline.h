/* The stages in order, from a path to what each command needs. */
#ifndef LSPEC_DRIVER_PIPELINE_H
#define LSPEC_DRIVER_PIPELINE_H

#include "driver/options.h"
#include "lower/lower.h"
#include "plan/plan.h"

typedef struct Pipeline {
    Session *session;
    int32_t source;
    AstFile *file;
    Model *model;
    Lowered *lowered;
    Plan *training_plan;
    Plan *evaluation_plan;
} Pipeline;

/* How far to go. Each stage runs only where the ones before it left no error. */
typedef enum Stage { STAGE_READ, STAGE_PARSE, STAGE_CHECK, STAGE_LEARN, STAGE_LOWER, STAGE_STEP, STAGE_PLAN } Stage;

/* Runs the stages up to `last` on one spec; true where none reported an error. What was reached stands in `out`. */
bool pipeline_run(Session *session, const Options *options, const char *path, Stage last, Pipeline *out);

/* The same on `text`, which stands for the file at `path` and may differ from it. */
bool pipeline_run_text(Session *session, const Options *options, const char *path, const char *text, size_t length, Stage last,
                       Pipeline *out);

/* Compiles what the pipeline holds into `path`: a trainer, or what --emit asks for. Returns an exit status; the message has been
 * printed. */
int pipeline_write(const Pipeline *pipeline, const Options *options, const char *path);

/* Sorts and prints the session's diagnostics to standard error. */
void pipeline_report(Session *session, const Options *options);

/* Whether standard error (or `stream`) gets colours: --color, NO_COLOR, a terminal. */
bool pipeline_color(const Options *options, FILE *stream);

#endif
