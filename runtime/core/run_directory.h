/* Where a run's files go, and where the newest run is. */
#ifndef CORE_RUN_DIRECTORY_H
#define CORE_RUN_DIRECTORY_H

#include "lrt/output_file.h"
#include "lrt/program.h"

typedef struct RunDirectory {
    char path[LRT_PATH_MAX];
    char moved[LRT_PATH_MAX];      /* where an earlier run was moved to, or empty */
} RunDirectory;

/* Makes the directory. The spec's own (`out` NULL) always holds the newest run: an earlier one is renamed to PATH.1, PATH.2, … In
 * `out` the files of an earlier run are replaced. */
bool run_directory_make(RunDirectory *directory, const LrtProgram *program, const char *out, LrtError *error);

/* The directory of the newest run, or `run`: it must hold a model. */
bool run_directory_find(RunDirectory *directory, const LrtProgram *program, const char *run, LrtError *error);

#endif
