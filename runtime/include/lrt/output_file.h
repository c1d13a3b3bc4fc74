/* A file that appears whole or not at all: written aside, synced, then renamed over the old one. */
#ifndef LRT_OUTPUT_FILE_H
#define LRT_OUTPUT_FILE_H

#include <stdio.h>

#include "lrt/error.h"

enum { LRT_PATH_MAX = 4096 };

typedef struct LrtOutputFile {
    FILE *file;
    char path[LRT_PATH_MAX];
    char aside[LRT_PATH_MAX]; /* empty where the path is written directly: standard output ("-"), a device, a pipe */
} LrtOutputFile;

bool lrt_output_open(LrtOutputFile *output, const char *path, LrtError *error);
/* Flushes, syncs and renames. On failure nothing is left behind and the file of before is untouched. */
bool lrt_output_commit(LrtOutputFile *output, LrtError *error);
void lrt_output_abandon(LrtOutputFile *output);

/* Syncs a file that was written aside by other means and renames it; removes it on failure. */
bool lrt_output_publish(const char *aside, const char *path, LrtError *error);

/* False with an error where a file at `path` could not be made: its folder is absent or not writable. Makes nothing. */
bool lrt_output_check(const char *path, LrtError *error);

/* `folder`/`name`; false with an error where that is too long. */
bool lrt_path_join(char out[LRT_PATH_MAX], const char *folder, const char *name, LrtError *error);

#endif
