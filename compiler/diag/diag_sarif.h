/* A SARIF log: begun once, added to for each checked file, ended once. */
#ifndef LSPEC_DIAG_DIAG_SARIF_H
#define LSPEC_DIAG_DIAG_SARIF_H

#include "diag/diag.h"
#include "lrt/json.h"

typedef struct SarifLog {
    LrtJsonWriter json;
    DiagId rules[DIAG_COUNT];        /* that results name, in the order of their first */
    int32_t rule_number[DIAG_COUNT]; /* its place among them, from 1; 0: none yet */
    int32_t rule_count;
} SarifLog;

void sarif_begin(SarifLog *log, FILE *out);
/* After diag_finish. Notes only where `verbose`. */
void sarif_add(SarifLog *log, const Session *session, bool verbose);
void sarif_end(SarifLog *log);

#endif
