/* The trainer's command line. */
#ifndef CORE_TRAINER_OPTIONS_H
#define CORE_TRAINER_OPTIONS_H

#include "lrt/error.h"

typedef enum TrainerCommand {
    COMMAND_TRAIN,
    COMMAND_EVAL,
    COMMAND_PREDICT,
    COMMAND_PREPARE,
    COMMAND_INFO,
    COMMAND_AUDIT,
    COMMAND_HELP,
    COMMAND_VERSION
} TrainerCommand;

typedef struct TrainerOptions {
    TrainerCommand command;
#define TYPE_FLAG bool
#define TYPE_TEXT const char *
#define TYPE_COUNT int64_t
#define TYPE_POSITIVE int64_t
#define TYPE_TIME double
#define OPTION(field, kind, name, short_name, value, commands, doc) TYPE_##kind field;
#include "core/trainer_options.def"
#undef OPTION
#undef TYPE_FLAG
#undef TYPE_TEXT
#undef TYPE_COUNT
#undef TYPE_POSITIVE
#undef TYPE_TIME
} TrainerOptions;

/* Texts not given are NULL, numbers negative. False with an error of status LRT_EXIT_USAGE. */
bool trainer_options_parse(TrainerOptions *options, int argc, char **argv, LrtError *error);

/* The rows of the table, for --help. */
typedef struct TrainerOptionRow {
    const char *name, *short_name, *value, *commands, *doc;
} TrainerOptionRow;

const TrainerOptionRow *trainer_option_rows(int64_t *out_count);
/* True where `word` is one of the words of `list`, which spaces separate. */
bool word_in_list(const char *list, const char *word);

#endif
