/* The command line as data: one row an option, one row a command. */
#ifndef LSPEC_DRIVER_OPTIONS_H
#define LSPEC_DRIVER_OPTIONS_H

#include <stdbool.h>

#include "sema/model.h"

typedef enum ColorMode { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER } ColorMode;

typedef struct Options {
    const struct Command *command;
    VEC(const char *) operands;       /* spec files, a name to explain… */
    VEC(const char *) trainer;        /* `run`: what goes to the trainer */
    VEC(ModelOverride) overrides;     /* -D name=value */
    const char *output;
    const char *optimization;         /* "0".."3" */
    const char *target_cpu;
    const char *emit;
    const char *stage;
    const char *view;
    const char *color;
    const char *target;
    const char *budget;
    const char *seed;
    const char *output_folder;
    bool debug, json, sarif, no_data, verbose, check_only, fix, apply;
} Options;

typedef struct Command {
    const char *name;
    const char *operands;             /* "F.lspec…", as the help prints it */
    const char *doc;
    int (*run)(const Options *options); /* NULL: of a later version */
} Command;

extern const Command command_table[];
extern const int64_t command_count;

/* False where the usage was wrong: the message has been printed and the exit status is 2. */
bool options_parse(Arena *arena, int argc, char **argv, Options *out);
/* Help of all commands, or of one. */
void options_print_help(FILE *out, const Command *command);
const Command *command_find(const char *name);
/* Prints `lspec: …` and a way out to standard error; returns 2. */
int options_usage_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
