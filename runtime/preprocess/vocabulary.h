/* Levels as positions: what one_hot, ordinal and index share. A fit's names are "region=north" for each level it keeps,
 * then "region:other" where levels may be pooled, then "region:missing" where a missing cell is a level; behind those
 * that have a position of their own, the levels that were too rare and are pooled. */
#ifndef PREPROCESS_VOCABULARY_H
#define PREPROCESS_VOCABULARY_H

#include "preprocess/transform.h"

typedef struct VocabularyOptions {
    int64_t rare; /* levels with fewer training cells are pooled */
    bool other;   /* a position for `other` even where no level is pooled */
    bool missing; /* a position for missing cells where training has some */
} VocabularyOptions;

/* Learns names and width (the number of positions). Declared levels are kept whatever training holds, unless they are
 * rare. */
bool vocabulary_fit(Frame *frame, int32_t step, VocabularyOptions options, LrtFit *out);

/* Whether a training cell of the step's input is missing. */
bool vocabulary_has_missing(const Frame *frame, int32_t step);

enum { POSITION_ZERO = -1, POSITION_REFUSED = -2 };

typedef struct Vocabulary {
    int32_t *positions;  /* [levels of the table]: a position, POSITION_ZERO, or POSITION_REFUSED (unseen: error) */
    int32_t missing;     /* alike, of a missing cell */
    int32_t level_count; /* positions of levels alone */
    int32_t other;       /* or -1 */
} Vocabulary;

/* The positions of the levels of the frame's table. The arrays live in the frame's region. */
bool vocabulary_open(Frame *frame, int32_t step, const LrtFit *fit, Vocabulary *out);
/* The error about a row whose position is POSITION_REFUSED. */
bool vocabulary_refuse(Frame *frame, int32_t step, int64_t row);

/* Whether every name of a fit that was read back is one of the step's column. */
bool vocabulary_check(const LrtDataSpec *spec, const LrtStep *step, const LrtFit *fit);

#endif
