/* What a transform is: a fit on the training rows and its application to all rows, column by column. A file a
 * transform, a row each in transforms.c. */
#ifndef PREPROCESS_TRANSFORM_H
#define PREPROCESS_TRANSFORM_H

#include "data/notes.h"
#include "data/region.h"
#include "lrt/dataset.h"

/* A column on its way: one of the arrays is there, by the kind of its slot; none where the file lacks the column. */
typedef struct SlotValues {
    double *real;   /* [rows], NaN: missing */
    int32_t *code;  /* [rows], into `levels`, -1: missing */
    float *matrix;  /* [rows, width] */
    int32_t *index; /* [rows], 0 <= index < width */
    int64_t width;
    const char *const *levels; /* of code: they belong to the table, not to the fit */
    int64_t level_count;
    bool closed;               /* of code: the levels are all there are */
    bool may_miss;             /* of code: a cell may be missing, whether one here is or not */
    const char *const *names;  /* of matrix: its columns', or NULL */
} SlotValues;

/* The rows on their way through the steps. */
typedef struct Frame {
    const LrtDataSpec *spec;
    const LrtTable *table;
    int64_t row_count;
    const int64_t *source_row;   /* [row_count] row of the table */
    const struct Series *series; /* of these rows; NULL: no step reads other rows than its own */
    int64_t *training;           /* rows of this frame that fits may see, ascending; none where fits are given. A step
                                  * may leave some out: then the training part has them no more */
    int64_t training_count;
    SlotValues *slots; /* [spec->slot_count] */
    Region *region;
    NoteList *notes; /* NULL: fits are given */
    LrtError *error;
} Frame;

enum { TRANSFORM_STATISTICS = 4 };

/* What preprocess.json calls the choice of a step and the numbers of its fit. */
typedef struct TransformText {
    const char *how;                             /* "median", or NULL */
    const char *names[TRANSFORM_STATISTICS + 1]; /* of the first numbers, ended by NULL */
    const char *list;                            /* of all numbers behind those, or NULL: there are none */
} TransformText;

typedef struct TransformEntry {
    const char *word;
    /* Learns from the frame's training rows; NULL: stateless. */
    bool (*fit)(Frame *frame, int32_t step, LrtFit *out);
    /* Makes the output slot (and the indicator) of all rows. The input's array may be taken over: it is read no more
     * where `last_use` says so. */
    bool (*apply)(Frame *frame, int32_t step, const LrtFit *fit, bool last_use);
    /* Turns a value back; NULL: that cannot be done. */
    double (*invert)(const LrtStep *step, const LrtFit *fit, double value);
    void (*describe)(const LrtStep *step, TransformText *out); /* NULL: no numbers and no choice */
    /* Whether a fit that was read back, with the numbers that `describe` names, can be applied. NULL: its width is 1 and
     * it has no names. */
    bool (*check)(const LrtDataSpec *spec, const LrtStep *step, const LrtFit *fit);
    /* Acts on an image or vector as a whole, not on each of its elements. */
    bool takes_matrix;
} TransformEntry;

/* The row of a transform; stateless ones leave fit, describe, or invert NULL. */
const TransformEntry *transform_entry(LrtTransform transform);

extern const TransformEntry transform_impute, transform_winsorize, transform_clip, transform_scale, transform_log1p,
    transform_log, transform_sqrt, transform_abs, transform_rescale, transform_one_hot, transform_ordinal,
    transform_index, transform_join, transform_arithmetic, transform_constant_arithmetic, transform_scale_quantile,
    transform_scale_power, transform_bins, transform_drop_outliers, transform_drop_constant, transform_lag,
    transform_diff, transform_returns, transform_log_returns, transform_rolling_mean, transform_rolling_standardize,
    transform_rolling_mad, transform_ewm, transform_ahead, transform_levels,
    transform_date_part, transform_cyclic, transform_cross, transform_hash, transform_hash_words,
    transform_bag_of_words, transform_pca, transform_component, transform_select, transform_target_encode;

/* transform_elements.c: a transform of numbers on an image or a vector, each of its elements by itself. A fit holds the
 * numbers of one element after the other. */
bool elements_fit(Frame *frame, int32_t step, LrtFit *out);
bool elements_apply(Frame *frame, int32_t step, const LrtFit *fit, bool last_use);
/* Whether the step's input is an image or a vector. */
bool step_is_of_elements(const LrtDataSpec *spec, const LrtStep *step);

/* Runs every step in order: fits it on the frame's training rows (`fits` are zeroed), then applies it to all rows. */
bool transforms_fit(Frame *frame, LrtFit *fits);
/* The same with given fits. Steps on columns that the file lacks, or that nobody needs, are passed over. */
bool transforms_apply(Frame *frame, const LrtFit *fits);

/* Marks the slots [spec->slot_count] that are needed: for training all that anything reads, for prediction
 * (`inputs_alone`) those that the network's inputs are made of, so that a bad cell of a target that nobody asked for
 * does no harm. */
void transforms_needed(const LrtDataSpec *spec, bool inputs_alone, bool *out_needed);

/* The step that makes a slot, -1: a raw column. */
int32_t transform_step_of(const LrtDataSpec *spec, int32_t slot);

/* For transforms of numbers, each value by itself; a missing cell stays missing. `f` sets *good to false outside its
 * domain, which is told: "`log` wants numbers above 0", with the way out. */
typedef double TransformFunction(const LrtStep *step, const LrtFit *fit, double value, bool *good);
bool transform_each(Frame *frame, int32_t step, const LrtFit *fit, bool last_use, TransformFunction *f,
                    const char *domain, const char *way_out);

/* For transforms that change no value: `apply` and `invert`. Only numbers are ever changed in place, so all else is
 * shared. */
bool transform_pass(Frame *frame, int32_t step, const LrtFit *fit, bool last_use);
double transform_invert_nothing(const LrtStep *step, const LrtFit *fit, double value);
/* For transforms that read other rows: f makes the `count` values of one series, `begin` its first row of the frame. A
 * value without the rows that it needs is missing. */
typedef bool SeriesFunction(Frame *frame, int32_t step, int64_t begin, const double *in, int64_t count, double *out);
bool transform_series(Frame *frame, int32_t step, SeriesFunction *f);

/* Fills a fit's numbers; false with the error set where there is no memory. */
bool fit_set_numbers(LrtFit *fit, const double *numbers, int64_t count, LrtError *error);
/* Appends the name prefix + between + text. */
bool fit_add_name(LrtFit *fit, const char *prefix, const char *between, const char *text, LrtError *error);

/* The training cells present of a slot of numbers, sorted; -0 counts as 0. NULL with the error set where none is
 * present. */
double *transform_training_cells(Frame *frame, int32_t step, Region *scratch, int64_t *out_count);

/* An error about a cell of a row of the frame, at a step: of the column of its input, or of another slot's. */
bool transform_slot_error(Frame *frame, int32_t step, int32_t slot, int64_t row, const char *name, const char *format,
                          ...) __attribute__((format(printf, 6, 7)));
bool transform_cell_error(Frame *frame, int32_t step, int64_t row, const char *name, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* The column's text of a row, as the table has it. */
void transform_cell_text(const Frame *frame, int32_t column, int64_t row, char out[128]);

#endif
