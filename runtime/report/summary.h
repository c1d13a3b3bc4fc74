/* What a run came to: what ended it, whose weights were kept, what they are worth, where the files are. */
#ifndef REPORT_SUMMARY_H
#define REPORT_SUMMARY_H

#include <stdio.h>

#include "report/part_report.h"
#include "train/training.h"

typedef struct RunSummary {
    const Training *training;
    const char *directory;
    bool has_weights;
    PartReport reports[LRT_PART_COUNT];
    int64_t report_count;
    Constant *constants;
} RunSummary;

void run_summary_print(const RunSummary *summary, const LrtProgram *program, FILE *out);
void run_summary_json(const RunSummary *summary, const LrtProgram *program, FILE *out);
void run_summary_free(RunSummary *summary, const LrtProgram *program);

#endif
