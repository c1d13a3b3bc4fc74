/* Where a row of a table stands in its file, for messages. */
#ifndef DATA_TABLE_PLACE_H
#define DATA_TABLE_PLACE_H

#include "lrt/dataset.h"

/* The data row in its file, from 1. */
int64_t table_file_row(const LrtTable *table, int64_t row);
/* The part whose file the row is of. */
LrtPart table_row_part(const LrtTable *table, int64_t row);
/* Fills the place of an error. */
void table_error_cell(LrtError *error, const LrtTable *table, int64_t row, const char *column, const char *text);

#endif
