/* Data from file to what the network is fed: read, check, split, fit, apply, sample. One code for the compiler (which
 * learns levels and widths), training, evaluation and prediction. */
#ifndef LRT_DATASET_H
#define LRT_DATASET_H

#include <stdio.h>

#include "lrt/error.h"
#include "lrt/program.h"

/* Raw columns of one file, typed and checked against their contracts. */
typedef struct LrtTableColumn {
    double *real;                  /* REAL INT BOOL WEIGHT TIMESTAMP (seconds since 1970): NaN missing */
    int32_t *code;                 /* CATEGORY ORDINAL KEY GROUP FOLD: index into `levels`, -1 missing */
    const char **levels;           /* closed: as declared; else those of this file in ascending order (numbers as numbers,
                                    * then text); 1.0 is the level named 1 */
    int64_t level_count;
    bool present;                  /* false: the file lacks it (allowed where reading for prediction) */
    const unsigned char *bytes;    /* IMAGE VECTOR [rows, width]: as the source has them where those are bytes, */
    const float *floats;           /* else as floats; NaN missing */
    int64_t width;                 /* numbers of an image or vector */
} LrtTableColumn;

/* Rows of one file: [first_row, first_row + row_count). */
typedef struct LrtTableFile {
    const char *path;              /* that was read, for messages */
    LrtPart part;
    int64_t first_row, row_count;
} LrtTableFile;

typedef struct LrtTable {
    int64_t row_count;
    LrtTableColumn *columns;       /* one for each of spec->columns */
    int64_t column_count;
    int64_t *lines;                /* line of its file of each row, for messages; NULL: the source has no lines */
    const char *path;              /* of the first file */
    LrtTableFile *files;           /* NULL: one, of no part */
    int64_t file_count;
    char digest[65];               /* SHA-256 of the file's bytes, hexadecimal; of several, of their digests in order */
    unsigned char *parts;          /* NULL, or [row_count] where a split leaves the part of each row */
    bool parts_given;              /* `parts` says what the split is, whatever the spec says */
    void *memory;
} LrtTable;

typedef enum LrtReadMode {
    LRT_READ_TRAIN,                /* every declared column must be there */
    LRT_READ_PREDICT               /* columns that no input is made of (targets, weights, keys …) may be absent or empty */
} LrtReadMode;

/* Column names of a file's header (or its number of columns where it has none: names NULL). Free with lrt_header_free. */
bool lrt_header_read(const LrtSource *source, const char *path, char ***out_names, int64_t *out_count, LrtError *error);
void lrt_header_free(char **names, int64_t count);

/* Reads `path` ("-": standard input; NULL: spec->source.path). NULL on error. */
LrtTable *lrt_table_read(const LrtDataSpec *spec, const char *path, LrtReadMode mode, LrtError *error);
void lrt_table_free(LrtTable *table);
/* The place of a row for messages: its file, its row there from 1, its line or 0. */
const char *lrt_table_place(const LrtTable *table, int64_t row, int64_t *out_row, int64_t *out_line);

/* Fitted state of one step. */
typedef struct LrtFit {
    double *numbers;               /* meaning by transform, documented in its file */
    int64_t number_count;
    char **names;                  /* vocabulary of one_hot, ordinal, index: name of each output column */
    int64_t name_count;
    int64_t width;                 /* of the output slot: 1, or the columns of a matrix, or the count of an index */
} LrtFit;

/* What a fit or a split has to say without being a mistake: the compiler makes warnings of them, the trainer prints them. */
typedef struct LrtNote {
    char name[48];                 /* of the diagnostic: "zero-mad" */
    char message[320];             /* one lower-case line */
    char why[320];                 /* or empty */
    char fix[320];                 /* the way out, or empty */
    int32_t step;                  /* index into LrtDataSpec.steps, -1: none */
} LrtNote;

/* What a sampler did, or is planned to do: training rows of each level of the sampled target. */
typedef struct LrtSampled {
    int64_t *before, *after;       /* [level_count] */
    int64_t level_count;
    int32_t target;                /* in LrtDataSpec.targets */
} LrtSampled;

/* What of a row, or of the rows up to it, the network is fed: columns from..from + width of the last `rows` rows, row behind
 * row, into the columns from `to` on. */
typedef struct LrtCopy {
    int64_t from, width, rows, to;
} LrtCopy;

/* All rows that have a target, in the order of the file, preprocessed; synthetic and repeated rows of a sampler behind.
 * Under windows: all rows that a window may hold, in the order of their series; the parts list those with a whole one, in the
 * order of the file. */
typedef struct LrtDataset {
    int64_t row_count;             /* with sampled rows */
    int64_t original_count;        /* without */
    int64_t *source_row;           /* [row_count] row of the table, -1: synthetic */
    float *features;               /* [row_count, feature_width] */
    LrtCopy *copies;               /* what of them is fed */
    int64_t copy_count;
    int64_t fed_width;             /* numbers that the network is fed a row; feature_width where there are no windows */
    int32_t *indices;              /* [row_count, index_width] */
    float *targets;                /* [row_count, target_width] */
    int32_t *labels;               /* [row_count, label_width]; -1: unknown (prediction) */
    float *weights;                /* [row_count] or NULL */
    int64_t feature_width, index_width, target_width, label_width;
    int64_t *part_rows[LRT_PART_COUNT]; /* rows of each part, ascending; training after sampling */
    int64_t part_count[LRT_PART_COUNT];
    int64_t train_before_sampling;
    int64_t dropped_without_target; /* rows left out because their target is missing */
    int64_t dropped_without_history; /* rows left out because a step reads rows before the first of their series */
    int64_t dropped_without_window; /* rows left out because rows before them are of another part, series or none */
    int64_t dropped_without_future; /* rows left out because their target reads rows behind the last of their series */
    int64_t put_in;                /* rows that `gaps: forward` put into the series, none of them among row_count */
    int64_t dropped_without_fold;  /* rows left out because their cell of the fold column is empty */
    int64_t dropped_outliers;      /* training rows that `drop_outliers` left out */
    int64_t purged;
    LrtFit *fits;                  /* one for each step */
    int64_t fit_count;
    LrtSampled *sampled;           /* one for each sampler that was applied or planned */
    int64_t sampled_count;
    LrtNote *notes;
    int64_t note_count;
    void *memory;
} LrtDataset;

/* Splits, fits on the training part, applies, samples. Input widths are taken from the fits, not from spec->inputs
 * (whose offset and width are ignored: blocks are laid side by side in the order of spec->inputs). NULL on error. */
LrtDataset *lrt_dataset_prepare(const LrtDataSpec *spec, const LrtTable *table, bool with_sampling, LrtError *error);
/* What sampling would do to a data set that was prepared without it: sets `sampled`, refuses what sampling would refuse. */
bool lrt_dataset_plan_sampling(const LrtDataSpec *spec, LrtDataset *dataset, LrtError *error);
/* Applies given fits to a table without splitting or sampling: all rows (without_target: also those lacking one) in the
 * TEST part. For `eval --data` and `predict`. */
LrtDataset *lrt_dataset_apply(const LrtDataSpec *spec, const LrtTable *table, const LrtFit *fits, bool without_target,
                              LrtError *error);
/* Tells that rows were read at random: pages of data that is larger than memory are let go of from time to time. */
void lrt_dataset_touch(const LrtDataset *dataset, int64_t rows);
void lrt_dataset_free(LrtDataset *dataset);

enum { LRT_ELEMENT_NAME = 256 };

/* Width of the network's input block `input` after the fit, and the name of its column `k`: "region=north"; of a number
 * in an image or a vector, "image[3,4,0]", which is written into `room`. */
int64_t lrt_input_width(const LrtDataSpec *spec, const LrtFit *fits, int64_t input);
const char *lrt_input_column_name(const LrtDataSpec *spec, const LrtFit *fits, int64_t input, int64_t k,
                                  char room[LRT_ELEMENT_NAME]);

/* Marks the raw columns [column_count] that a slot is made of; `out_sources` has room for slot_count, and comes zeroed. */
void lrt_slot_sources(const LrtDataSpec *spec, int32_t slot, bool *out_sources);
/* How many rows the targets read ahead, at most. */
int64_t lrt_target_reach(const LrtDataSpec *spec);
/* The longest window of the inputs, 1: each row is fed alone. */
int64_t lrt_longest_window(const LrtDataSpec *spec);
/* The rows that a step reads, counted from its own: `first` to `last`, all of them or (`ends`) those two alone.
 * `whole_past`: everything before, too, though it needs none of it. */
typedef struct LrtStepRows {
    int64_t first, last;
    bool ends, whole_past;
} LrtStepRows;
LrtStepRows lrt_step_rows(const LrtStep *step);

/* Turns predictions of a real target back into the target column's own units, in place. */
void lrt_target_invert(const LrtDataSpec *spec, const LrtFit *fits, int64_t target, int64_t part, double *values, int64_t count);
/* Columns of the target matrix that a real target has. */
static inline int64_t lrt_target_width(const LrtTarget *target) { return target->width > 1 ? target->width : 1; }

/* preprocess.json: every fitted statistic, sampler counts, vocabularies, split sizes. */
bool lrt_preprocess_write(const LrtDataSpec *spec, const LrtTable *table, const LrtDataset *dataset, const char *path,
                          LrtError *error);
/* Reads the fits back; they must belong to this spec. Free with lrt_fits_free. */
LrtFit *lrt_preprocess_read(const LrtDataSpec *spec, const char *path, LrtError *error);
void lrt_fits_free(LrtFit *fits, int64_t count);

#endif
