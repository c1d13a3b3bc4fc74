/* Which rows a preparation works on, and to which part each belongs. */
#ifndef DATA_FRAME_ROWS_H
#define DATA_FRAME_ROWS_H

#include "data/notes.h"
#include "data/region.h"
#include "lrt/dataset.h"
#include "series/rows_in_series.h"

/* Where steps read other rows, every row of the table is here, in series; else those that end up in a part, in the
 * order of the file. */
typedef struct FrameRows {
    bool in_series;
    Series series;
    int64_t count;
    int64_t *source_row; /* [count] row of the table */
    unsigned char *part; /* [count] LrtPart; LRT_PART_NONE: a row that others' steps may read, and no more */
    bool *fills;         /* in_series: [count] a row without a part that a window may hold */
} FrameRows;

/* Rows with a target, split; the counts of those that are left out go into `dataset`. */
bool frame_rows_split(const LrtDataSpec *spec, const LrtTable *table, Region *region, NoteList *notes,
                      LrtDataset *dataset, FrameRows *out, LrtError *error);
/* All rows (without_target: those without one, too) as the test part. */
bool frame_rows_all(const LrtDataSpec *spec, const LrtTable *table, bool without_target, Region *region,
                    LrtDataset *dataset, FrameRows *out, LrtError *error);
/* The rows of the frame that the data set holds, in its order: those that have a part, in the order of the file. */
int64_t *frame_rows_kept(const FrameRows *rows, const LrtTable *table, Region *region, int64_t *out_count,
                         LrtError *error);
/* Under windows: those that a window may hold, in the order of their series; a row loses its part where its window of
 * `window` rows is not whole, which is counted. A window holds rows of one series and of one part, and rows in between that
 * lack nothing but a target. */
int64_t *frame_rows_windowed(FrameRows *rows, int64_t window, Region *region, LrtDataset *dataset, int64_t *out_count,
                             LrtError *error);

#endif
