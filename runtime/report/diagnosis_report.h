/* What the diagnosis of a run came to: diagnosis.json, and a paragraph for people. */
#ifndef REPORT_DIAGNOSIS_REPORT_H
#define REPORT_DIAGNOSIS_REPORT_H

#include <stdio.h>

#include "diagnose/diagnosis.h"
#include "lrt/json.h"

/* The finding of severity error, or NULL. */
const Finding *diagnosis_error(const Diagnosis *diagnosis);
/* {verdict, gain, findings, notes} */
void diagnosis_json(const Diagnosis *diagnosis, const LrtProgram *program, LrtJsonWriter *json);
/* As DIRECTORY/diagnosis.json. */
bool diagnosis_save(const Diagnosis *diagnosis, const LrtProgram *program, const char *directory, LrtError *error);
void diagnosis_print(const Diagnosis *diagnosis, const LrtProgram *program, FILE *out);

#endif
