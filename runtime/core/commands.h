/* What a trainer can be told to do: one function a command, each returning the exit status. */
#ifndef CORE_COMMANDS_H
#define CORE_COMMANDS_H

#include <stdio.h>

#include "core/trainer_options.h"
#include "lrt/dataset.h"
#include "lrt/program.h"

typedef struct CommandContext {
    const LrtProgram *program;
    const TrainerOptions *options;
    FILE *messages;                /* progress and notes: standard error; NULL where quiet */
    bool color;
} CommandContext;

typedef int CommandFunction(const CommandContext *context, LrtError *error);

CommandFunction command_train;
CommandFunction command_eval;
CommandFunction command_predict;
CommandFunction command_prepare;
CommandFunction command_info;
CommandFunction command_audit;

void print_help(const LrtProgram *program, const char *executable, FILE *out);

/* The data of the spec or of --data, split and fitted by itself. Free with opened_data_free. */
typedef struct OpenedData {
    LrtTable *table;
    LrtDataset *dataset;
    LrtFit *fits;                  /* of a run, where they were read; else NULL */
} OpenedData;

bool data_open_split(OpenedData *data, const LrtProgram *program, const char *path, bool with_sampling, LrtError *error);
/* The data of --data prepared by the fits of the run in `directory`; `predict`: rows without a target, too. */
bool data_open_applied(OpenedData *data, const LrtProgram *program, const char *path, const char *directory, bool predict,
                       LrtError *error);
void opened_data_free(OpenedData *data, const LrtProgram *program);

#endif
