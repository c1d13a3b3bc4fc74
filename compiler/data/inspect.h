/* What the files of the inspection share: the training rows as the network sees them, a column at a time. */
#ifndef LSPEC_DATA_INSPECT_H
#define LSPEC_DATA_INSPECT_H

#include "sema/model.h"

enum { INSPECT_SAMPLE_ROWS = 8192, INSPECT_SAMPLE_CELLS = 1 << 24 };

/* An input block. A number is one column whose values mean amounts; indicators, one-hot columns and indices are not. */
typedef struct InspectedInput {
    const char *name;
    int64_t number;                /* in LrtDataSpec.inputs */
    int64_t offset;                /* in the feature matrix; -1: in the index matrix */
    int64_t width;
    int32_t column;                /* raw */
    int32_t step;                  /* the last of its flow, -1: it passes as it is */
    Span span;                     /* that step, else the declaration */
    bool is_number;
    bool is_scaled;                /* a fitted scale stands in the flow */
    bool is_rescaled;              /* a factor stands in it */
    bool is_normalized;            /* the network begins with a norm on it */
    int64_t family;                /* the first input of the same declaration: a glob, `rest` */
    int64_t family_size;
    /* Over all training rows: */
    double mean, deviation, rms, low, high;
    /* Over the sample, ascending: */
    const float *sorted;
    bool told;                     /* something has been said of the column: its symptoms are not told besides */
} InspectedInput;

typedef struct Inspection {
    Session *session;
    Arena *scratch;                /* released with the inspection */
    const Model *model;
    const LrtDataSpec *data;
    const LrtTable *table;
    const LrtDataset *dataset;
    InspectedInput *inputs;
    int64_t input_count;
    /* A sample of the training rows, evenly spread, columns of the feature matrix one after the other. */
    int64_t sample_count;
    const int64_t *sample_rows;    /* in the data set */
    const float *sample;           /* [feature_width, sample_count] */
} Inspection;

/* ---- inspect.c ---- */
/* Reports what the training data tells about the spec. Errors and warnings stand in the session. */
void inspect_data(Session *session, const Model *model, const LrtTable *table, const LrtDataset *dataset);

/* ---- inspect_view.c ---- */
Inspection *inspect_view(Session *session, Arena *scratch, const Model *model, const LrtTable *table,
                         const LrtDataset *dataset);
/* A column of the feature matrix in the sample. */
const float *inspect_column(const Inspection *in, int64_t feature);
/* The target's flow: its last step, or -1; the place of that step, else of the column's declaration. */
int32_t inspect_target_step(const Inspection *in, int64_t target, Span *out_span);
/* Whether the step is one of `scale`'s. */
bool inspect_is_scale(LrtTransform transform);
/* The line of the data file of a row of the data set. */
int64_t inspect_line(const Inspection *in, int64_t row);
/* What that number counts: "line", or "row" where the source has no lines. */
const char *inspect_line_word(const Inspection *in);
const ModelTarget *inspect_model_target(const Inspection *in, int64_t target);
/* Whether the loss is one of the words, separated by blanks. */
bool inspect_loss_is(const Inspection *in, int64_t target, const char *words);
/* Whether the author looked after small classes: a sampler, class weights, or a metric that does not count rows. */
bool inspect_is_balanced(const Model *model, int64_t target);
float *inspect_sort(Arena *arena, const float *values, int64_t count);
/* Of sorted numbers, interpolated. */
double inspect_quantile(const float *sorted, int64_t count, double share);
/* "0.0123", "1.2e+06": enough for evidence. */
const char *inspect_number(const Inspection *in, double value);

/* ---- inspect_edits.c: prescriptions as edits of the text ---- */
/* Appends ` -> text` to the flow of the input, or gives it a flow in `preprocess`. */
void inspect_fix_flow(const Inspection *in, Diagnostic *d, const InspectedInput *input, const char *text);
/* The same for all inputs that are marked, in one fix; columns of one declaration as that names them. */
void inspect_fix_flows(const Inspection *in, Diagnostic *d, const bool *marked, const char *text);
/* `target: NAME` becomes a block in which it flows through `text`. */
void inspect_fix_target(const Inspection *in, Diagnostic *d, const char *name, const char *text);
/* Leaves the column out: `: ignore` where the declaration is its own. */
void inspect_fix_ignore(const Inspection *in, Diagnostic *d, const InspectedInput *input);
/* Another word for the split's. */
void inspect_fix_split(const Inspection *in, Diagnostic *d, const char *word);

/* ---- one file a group of rules ---- */
void inspect_heads(Inspection *in);    /* output-range-excludes-target */
void inspect_outliers(Inspection *in); /* sentinel-value, outlier-rows, heavy-tail, target-outliers */
void inspect_scales(Inspection *in);   /* constant-feature, double-normalization, unscaled-features, unscaled-target */
void inspect_classes(Inspection *in);  /* class-imbalance, no-stratify */
void inspect_levels(Inspection *in);   /* unseen-category, high-cardinality-onehot */
void inspect_leaks(Inspection *in);    /* leaky-feature */
void inspect_rows(Inspection *in);     /* duplicate-across-split, conflicting-labels */
void inspect_order(Inspection *in);    /* temporal-leak */
void inspect_parts(Inspection *in);    /* train-val-drift, val-too-small */

#endif
