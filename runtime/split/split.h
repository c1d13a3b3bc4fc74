/* Which part each row belongs to. One function a kind of split, chosen by split_rows. */
#ifndef SPLIT_SPLIT_H
#define SPLIT_SPLIT_H

#include "data/region.h"
#include "lrt/dataset.h"
#include "series/rows_in_series.h"

/* Rows that take part (they have a target), in the order of the file. */
typedef struct SplitRows {
    const LrtDataSpec *spec;
    const LrtTable *table;
    const int64_t *rows; /* [count] of the table */
    int64_t count;
    Region *region; /* for scratch */
} SplitRows;

typedef struct SplitResult {
    unsigned char *part;  /* [count] LrtPart, LRT_PART_NONE for a row left out */
    int64_t purged;       /* rows left out between parts */
    int64_t without_fold; /* rows left out because they name no part */
} SplitResult;

/* Every part with a share above 0 gets at least one row, or it is an error. */
bool split_rows(const SplitRows *rows, SplitResult *out, LrtError *error);

bool split_random(const SplitRows *rows, SplitResult *out, LrtError *error);
bool split_stratified(const SplitRows *rows, SplitResult *out, LrtError *error);
bool split_chronological(const SplitRows *rows, SplitResult *out, LrtError *error);
bool split_predefined(const SplitRows *rows, SplitResult *out, LrtError *error);
bool split_grouped(const SplitRows *rows, SplitResult *out, LrtError *error);
bool split_group_time(const SplitRows *rows, SplitResult *out, LrtError *error);
bool split_hashed(const SplitRows *rows, SplitResult *out, LrtError *error);
/* Leaves out rows between the parts: purge and embargo. */
bool split_leave_gaps(const SplitRows *rows, SplitResult *out, LrtError *error);

const char *split_part_word(LrtPart part); /* "train" */

/* Sizes of the parts of one class after another by largest remainder. What a class's rounding gave or took is carried
 * into the next, so that the parts as a whole keep their shares too and no count is a whole row off. */
typedef struct Apportionment {
    double share[LRT_PART_COUNT + 1]; /* the last: rows of no part */
    double carry[LRT_PART_COUNT + 1];
} Apportionment;

Apportionment apportionment_begin(const LrtSplit *split);
/* out_sizes[LRT_PART_COUNT] are the rows of no part; the sizes sum to `count`. */
void apportionment_next(Apportionment *state, int64_t count, int64_t out_sizes[LRT_PART_COUNT + 1]);

#endif
