/* The commands of the compiler; each returns its exit status. */
#ifndef LSPEC_DRIVER_COMMANDS_H
#define LSPEC_DRIVER_COMMANDS_H

#include "driver/options.h"

int command_check(const Options *options);
int command_fmt(const Options *options);
int command_build(const Options *options);
int command_run(const Options *options);
int command_doctor(const Options *options);
int command_graph(const Options *options);
int command_dump(const Options *options);
int command_new(const Options *options);
int command_profile(const Options *options);
/* What could not be read, on standard error; returns the exit status. */
int profile_report_error(const struct LrtError *error);
/* Whether the name is that of a source that is no text table. */
bool profile_is_other_source(const char *path);
int command_explain(const Options *options);
int command_list(const Options *options);
int command_help(const Options *options);
int command_version(const Options *options);

/* Runs the command of the parsed command line. */
int command_dispatch(const Options *options);

/* The one spec that a command works on, or NULL with the usage error printed. */
const char *command_one_spec(const Options *options);

#endif
