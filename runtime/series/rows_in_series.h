/* Rows in series: those of one group in the order of time. What reads other rows counts in them and never leaves one. */
#ifndef SERIES_ROWS_IN_SERIES_H
#define SERIES_ROWS_IN_SERIES_H

#include "data/notes.h"
#include "data/region.h"
#include "lrt/dataset.h"

typedef struct Series {
    int64_t row_count;      /* with the rows put into gaps */
    int64_t *source_row;    /* [row_count] row of the table; of a row put in, the one that it repeats */
    bool *put_in;           /* [row_count], or NULL: none is */
    int64_t put_in_count;
    int64_t *begins;        /* [segment_count + 1] where each series begins, the last: row_count; gaps may divide one */
    int64_t segment_count;
} Series;

/* Orders the rows of the table. Notes (NULL: none wanted) tell of rows that were sorted and of two rows of one moment. */
bool series_build(const LrtDataSpec *spec, const LrtTable *table, Region *region, NoteList *notes, Series *out,
                  LrtError *error);

/* What is asked about rows before any step is run. */
typedef struct RowReach {
    const LrtDataSpec *spec;
    const LrtTable *table;
    const Series *series;
    LrtError *error;
} RowReach;

/* Whether a slot has a value in each row, as far as missing cells and the ends of the series say. */
bool reach_present(const RowReach *reach, int32_t slot, Region *region, bool **out);
/* How many rows at the beginning of each series lack the history that a slot needs, and how many at the end its future:
 * raised where they are greater than what is in `lead` and `tail`, [segment_count] each. */
bool reach_ends(const RowReach *reach, int32_t slot, int64_t *lead, int64_t *tail);

#endif
