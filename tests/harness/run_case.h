/* A run that was never trained: a trace, facts and probes that a check is tried on. */
#ifndef HARNESS_RUN_CASE_H
#define HARNESS_RUN_CASE_H

#include "diagnose/diagnosis.h"

typedef struct RunCase {
    LrtProgram program;
    LrtTarget target;
    LrtSpan spans[10];
    Diagnosis diagnosis;
    View view;
    Finding finding;               /* of the last run_case_holds */
} RunCase;

/* 50 epochs of 20 steps on 1000 training and 300 validation rows of classes, best constant 1: a healthy run, whose loss falls from 1
 * towards 0.1, by sgd. Its spec has a place for each kind of edit. */
void run_case_init(RunCase *run);
void run_case_free(RunCase *run);
/* The training loss of every epoch becomes loss(epoch), epoch from 0; the validation loss is the same. */
void run_case_losses(RunCase *run, double (*loss)(int64_t epoch));
EpochPoint *run_case_point(RunCase *run, int64_t epoch);
bool run_case_holds(RunCase *run, LrtCheckId check);
/* The root finding of the whole run, or LRT_CHECK_COUNT; each check that watches has held for so many looks. */
LrtCheckId run_case_root(RunCase *run, int looks);

#endif
