/* Tables of tests in short notation: "age int? 18..120; plan category basic,pro" stands for columns, and
 * "42|basic\n-|pro\n" for the rows read. */
#ifndef TESTS_HARNESS_TABLE_CASE_H
#define TESTS_HARNESS_TABLE_CASE_H

#include <stddef.h>

#include "lrt/dataset.h"

enum { CASE_COLUMNS = 16, CASE_LEVELS = 16, CASE_NOTATION = 512 };

typedef struct CaseSpec {
    LrtDataSpec spec;
    LrtColumn columns[CASE_COLUMNS];
    LrtSlot slots[CASE_COLUMNS];
    LrtInput inputs[CASE_COLUMNS];
    const char *levels[CASE_COLUMNS][CASE_LEVELS];
    char notation[CASE_NOTATION];
} CaseSpec;

/* Columns separated by "; ", each: name, type with `?` where optional, then bounds lo..hi, levels a,b,c, a format, or
 * sizes 8x8x1. A name that begins with `*` feeds the network. The source is CSV with a header. */
void case_spec_init(CaseSpec *out, const char *notation);

/* A new file with this content and ending (".csv"); the caller unlinks it. */
void case_file_write(char out_path[64], const char *ending, const void *content, size_t length);

/* Rows as text: cells by |, numbers of an image or vector by blanks, a line a row, missing as "-", of a column that the file lacks as "!"; a column that is not
 * read is left out. To be freed. */
char *case_table_print(const CaseSpec *spec, const LrtTable *table);

#endif
