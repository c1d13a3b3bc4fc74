/* Errors of the trainer, as the compiler prints its own. */
#ifndef REPORT_ERROR_REPORT_H
#define REPORT_ERROR_REPORT_H

#include <stdio.h>

#include "lrt/error.h"

/* `spec_file`: where spec_line points, or NULL. */
void error_print(const LrtError *error, const char *spec_file, bool color, FILE *out);
void warning_print(const char *name, const char *message, bool color, FILE *out);

#endif
