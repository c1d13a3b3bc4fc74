/* What the diagnosis of a run came to: diagnosis.json, and a paragraph for people. */
#ifndef REPORT_DIAGNOSIS_REPORT_H
#define REPORT_DIAGNOSIS_REPORT_H

#include <stdio.h>

#include "diagnose/diagnosis.h"
#include "lrt/json.h"
#include "report/part_report.h"

/* The finding of severity error, or NULL. */
const Finding *diagnosis_error(const Diagnosis *diagnosis);
/* What the saved weights are worth: a report a part. */
typedef struct SavedParts {
    const PartReport *reports;
    int64_t count;
    int64_t epochs, steps;         /* that were trained, whichever's weights were saved */
    const char *end;               /* what ended it, as an event of history.jsonl */
} SavedParts;

/* {verdict, epochs, steps, end, yardstick, findings, notes} */
void diagnosis_json(const Diagnosis *diagnosis, const LrtProgram *program, const SavedParts *saved, LrtJsonWriter *json);
/* As DIRECTORY/diagnosis.json. */
bool diagnosis_save(const Diagnosis *diagnosis, const LrtProgram *program, const SavedParts *saved, const char *directory,
                    LrtError *error);
void diagnosis_print(const Diagnosis *diagnosis, const LrtProgram *program, FILE *out);

#endif
