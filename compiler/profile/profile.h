/* What one pass over a data file tells of its columns, in memory that grows with the columns and not with the rows.
 * Exact: rows, missing cells, moments, least and greatest values, and all counts of a column of at most VALUES_EXACT
 * different values. Sketched beyond that: how many differ, which are frequent, quantiles (profile/sketch.h). Relations
 * between columns and drift come from a sample of rows spread evenly over the file. */
#ifndef LSPEC_PROFILE_PROFILE_H
#define LSPEC_PROFILE_PROFILE_H

#include <stdio.h>

#include "lrt/cell_stream.h"
#include "lrt/dataset.h"
#include "profile/sketch.h"
#include "support/arena.h"
#include "support/vec.h"

typedef enum ProfileType {
    PROFILE_REAL,
    PROFILE_INT,
    PROFILE_BOOL,
    PROFILE_CATEGORY,
    PROFILE_TIMESTAMP,
    PROFILE_KEY,
    PROFILE_TEXT,
    PROFILE_IGNORE
} ProfileType;

typedef struct ProfileQuantiles {
    double q001, q01, q05, q25, q50, q75, q95, q99, q999;
    double mad; /* median of |x - median| */
} ProfileQuantiles;

/* Filled cell by cell. */
typedef struct ColumnSums {
    int64_t empty, words;             /* empty cells; cells with a word that always means "missing" */
    int64_t unsure_words;             /* cells with a word that means so in a column of numbers */
    uint32_t words_seen, unsure_seen; /* which words, a bit each */
    int64_t numbers, integers, texts; /* of the other cells */
    int64_t padded;                   /* numbers with a needless 0 in front, as codes have */
    int64_t characters, longest, blanks;
    int64_t negative, zero, not_finite;
    Moments moments;
    bool falls, repeats; /* a number below, equal to the one before it */
    double last_number;
    uint32_t formats; /* timestamp formats that read every text so far, a bit each */
    double first_time, last_time;
    bool time_falls;
    bool packed_dates; /* every number so far reads as 20240131 */
    ValueTable values; /* until more than VALUES_EXACT differ */
    bool overflowed;
    DistinctCount distinct; /* from then on, these */
    FrequentValues frequent;
    QuantileSketch quantiles;
    Extremes extremes;
} ColumnSums;

typedef struct ProfileColumn {
    const char *name;
    ColumnSums sums;
    /* What follows from them, profile_finish: */
    int64_t missing, filled; /* by the type that was guessed */
    int64_t distinct;        /* of the filled cells; an estimate where `distinct_exact` is false */
    bool distinct_exact;
    const ValueEntry *levels; /* by falling count: all of them, or the most frequent */
    int64_t level_count;
    bool is_number; /* moments, quantiles and extremes mean something */
    bool is_whole;
    ProfileQuantiles quantiles;
    Extremes extremes;
    ProfileType type;
    const char *reason; /* why that type */
    const char *format; /* of a timestamp, else NULL */
    bool ascending;     /* no cell is below the one before */
    /* The sample, [profile.sample_count]: */
    float *sample_number;  /* NaN: missing or no number */
    uint32_t *sample_code; /* hash of the text; 0: missing */
} ProfileColumn;

/* Something that a reader of the profile should look at. */
typedef struct ProfileFinding {
    const char *name; /* of the diagnostic that would tell of it */
    int64_t column;   /* -1: of the table */
    const char *text;
} ProfileFinding;

typedef struct Profile {
    Arena *arena;
    const char *path;
    LrtSource source;
    int64_t bytes, row_count;
    ProfileColumn *columns;
    int64_t column_count;
    int64_t target;                                   /* a column, or -1 */
    int64_t sample_count, sample_stride, sample_room; /* every stride-th row; at most 2 * room of them */
    const char **missing;                             /* words of missing cells that the file has */
    int64_t missing_count;
    VEC(ProfileFinding) findings;
} Profile;

/* profile_pass.c: reads the data. NULL with the error set. `spec`: what a spec declares of it, or NULL; without one the
 * source is a text table. `target` NULL: none. */
Profile *profile_read(Arena *arena, const LrtSource *source, const LrtDataSpec *spec, const char *target,
                      LrtError *error);
void profile_free(Profile *profile);
void profile_begin(Profile *profile, const char *const *names, int64_t count);
/* Cell r of column c is cells[c * block + r]; at most PROFILE_BLOCK rows. */
void profile_add_block(Profile *profile, const LrtCell *cells, int64_t block, int64_t rows);

/* profile_table.c: rows that were read by a spec. */
void profile_begin_table(Profile *profile, const LrtDataSpec *spec, const LrtTable *table);
void profile_add_table(Profile *profile, const LrtDataSpec *spec, const LrtTable *table);
/* Declared types win over the guesses. */
void profile_declare(Profile *profile, const LrtDataSpec *spec);

/* profile_column.c. `count` cells, at most PROFILE_BLOCK; what each is goes into `numbers` (NaN: none) and `hashes` (0:
 * missing). */
enum { PROFILE_BLOCK = 512 };
void profile_column_begin(ColumnSums *sums);
void profile_column_add(ColumnSums *sums, const LrtSource *source, const LrtCell *cells, int64_t count,
                        int64_t first_row, double *numbers, uint64_t *hashes);
void profile_column_free(ColumnSums *sums);
/* Words of missing cells: a bit of `words_seen` (sure) or `unsure_seen`. */
const char *profile_missing_word(bool sure, int bit);
/* The format of a bit, NULL behind the last. */
const char *profile_time_format(int bit);
extern const char profile_packed_format[];

/* profile_guess.c: types with reasons. */
void profile_guess(Profile *profile);
const char *profile_type_name(ProfileType type);
/* profile_findings.c */
void profile_find(Profile *profile);
/* profile_relation.c: how well column `feature` alone tells the target, 0 (not at all) to 1, over the sample. */
double profile_relation(const Profile *profile, int64_t feature, int64_t target);

/* profile_text.c, profile_json.c */
void profile_print(const Profile *profile, FILE *out);
void profile_print_json(const Profile *profile, FILE *out);

#endif
