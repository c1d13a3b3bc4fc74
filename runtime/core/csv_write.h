/* Cells of a CSV file. */
#ifndef CORE_CSV_WRITE_H
#define CORE_CSV_WRITE_H

#include <stdio.h>

/* Quoted where it holds a comma, a quote or a line's end. */
void csv_write_text(FILE *file, const char *text);
/* Nine significant digits: a float reads back the same. Empty where it is NaN. */
void csv_write_number(FILE *file, double value);

#endif
