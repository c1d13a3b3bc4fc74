/* What went wrong, as data: the compiler turns it into a diagnostic, the trainer prints it and exits with `status`. */
#ifndef LRT_ERROR_H
#define LRT_ERROR_H

#include <stdbool.h>
#include <stdint.h>

enum { LRT_EXIT_DATA = 1, LRT_EXIT_USAGE = 2, LRT_EXIT_SYSTEM = 3, LRT_EXIT_DIAGNOSIS = 4, LRT_EXIT_INTERRUPTED = 130 };

typedef struct LrtError {
    int status;         /* 0: no error; else an exit status above */
    char name[48];      /* the diagnostic's kebab-case name: "cell-type" */
    char message[640];  /* one lower-case line, names the thing and its kind */
    char why[320];      /* or empty */
    char fix[320];      /* the way out, or empty */
    char file[512];     /* the data file, or empty */
    char column[128];   /* the data column, or empty */
    char text[128];     /* the offending cell, shortened, or empty */
    int64_t row;        /* data row from 1, 0: none */
    int64_t line;       /* line of the file from 1, 0: none */
    int32_t spec_line;  /* line of the spec that the error rests on, 0: none */
    int32_t column_index; /* index into LrtDataSpec.columns, -1: none */
    int32_t step;       /* the step of LrtDataSpec.steps at fault, counted from 1, 0: none */
} LrtError;

/* Fills `error` unless it already holds one; returns false so that `return lrt_error_set(…)` propagates. */
bool lrt_error_set(LrtError *error, int status, const char *name, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void lrt_error_fix(LrtError *error, const char *format, ...) __attribute__((format(printf, 2, 3)));
void lrt_error_why(LrtError *error, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The place of a cell. */
void lrt_error_cell(LrtError *error, const char *file, int64_t row, int64_t line, const char *column, const char *text);

#endif
