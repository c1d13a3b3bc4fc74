/* The checked model: every name bound, every default filled, units normalised, each part with its span. */
#ifndef LSPEC_SEMA_MODEL_H
#define LSPEC_SEMA_MODEL_H

#include "catalog/build.h"
#include "catalog/catalog.h"
#include "lrt/dataset.h"
#include "lrt/program.h"
#include "syntax/ast.h"

/* The network after expansion of definitions and `repeat`: a DAG in which inputs come first. */
typedef enum NetKind {
    NET_INPUT,     /* columns of the fed data side by side: `columns`; a row has the shape `dims`, where given */
    NET_INDEX,     /* one column as an index, for an embedding: columns[0] */
    NET_CONSTANT,  /* a number in tensor arithmetic */
    NET_START,     /* `constant`: a learnt start without inputs, [1] */
    NET_CALL,      /* a layer or activation on inputs[0] */
    NET_BINARY,    /* op on inputs[0], inputs[1] */
    NET_NEGATE,    /* -inputs[0] */
    NET_CONCAT,    /* inputs side by side */
    NET_ASSERT,    /* inputs[0], whose shape must be `dims` */
    NET_OUTPUT     /* inputs[0] into the head of target `target` */
} NetKind;

typedef struct NetNode {
    NetKind kind;
    Span span;
    char op;                   /* NET_BINARY: + - * / */
    double value;              /* NET_CONSTANT */
    const Call *call;          /* NET_CALL; NET_OUTPUT: the options of output(), or NULL */
    bool head_none;            /* NET_OUTPUT: the flow is the logits */
    int32_t target;
    const int32_t *inputs;
    int64_t input_count;
    const int32_t *columns;    /* NET_INPUT, NET_INDEX: numbers in LrtDataSpec.inputs */
    int64_t column_count;
    const int64_t *dims;       /* NET_ASSERT, NET_INPUT: without the batch, row-major; an input without dims is a row */
    int64_t dim_count;
    const CatalogEntry *next_activation; /* NET_CALL: the activation that follows, past norms and dropout, or NULL */
    Span definition_call;      /* inside a `def`: the call that was expanded, else none */
} NetNode;

typedef struct ModelTarget {
    int32_t index;             /* in LrtDataSpec.targets */
    const Call *loss;
    double loss_weight;
    Span span;
} ModelTarget;

/* A class that a metric names, matched by model_bind_levels: `level` of the metric is -1 until then. */
typedef struct ModelLevel {
    int32_t metric;
    const char *word;
    Span span;
} ModelLevel;

/* A constant of the spec: param or let. */
typedef struct ModelConstant {
    const char *name;
    bool is_param;
    double value;
    const AstExpr *value_expr;
    const AstExpr *range;
    Span span;
} ModelConstant;

typedef struct ModelOverride {
    const char *name;          /* -D name=value */
    const char *value;
} ModelOverride;

typedef struct Model {
    const char *name;
    int32_t source;
    const char *spec_file;
    LrtDataSpec data;          /* widths and learnt levels are filled by data_learn */
    const Span *column_spans;  /* one a raw column */
    const Span *step_spans;    /* one a step */
    bool calibrates_prior;     /* predicted probabilities are those of the training part before sampling */
    Span data_span, target_span, split_span, sampling_span, network_span, loss_span, optimizer_span, train_span;
    Span batch_span, epochs_span; /* the values of these settings, else train_span */
    VEC(ModelConstant) constants;
    VEC(NetNode) nodes;
    VEC(ModelTarget) targets;
    VEC(const Call *) penalties;
    VEC(const Call *) gradient_steps;
    const Call *optimizer;
    int64_t update_every;      /* steps that make an update: accumulate(n) */
    VEC(LrtAugment) augments;
    bool mixes;                /* one of them is mixup */
    VEC(const Call *) weight_calls;
    VEC(LrtWeightStep) weight_steps; /* what they are to the runtime */
    LrtSchedule schedule;
    LrtTrain train;
    VEC(LrtStop) stops;
    VEC(LrtMetric) metrics;    /* [0] is the loss over all targets */
    VEC(ModelLevel) metric_levels;
    LrtMonitor best;
    bool restore_best;
    const char *run_directory;
    LrtDiagnose diagnose;      /* the names that are off, and the places that prescriptions may edit */
    /* Known after data_learn: */
    bool data_known;
    const LrtFit *fits;        /* NULL where the model comes from the lock */
    int64_t training_rows;     /* after sampling */
    const int64_t *part_rows;  /* [LRT_PART_COUNT] before sampling */
    const double *const *level_weights; /* by target: balanced weights of its levels, or NULL */
    const int64_t *const *level_counts; /* by target: training rows of its levels before sampling, or NULL */
    const char *data_digest;
} Model;

typedef struct CheckOptions {
    bool no_data;              /* skip what needs data */
    bool use_lock;             /* read NAME.lspec.lock where the data is not there */
    const ModelOverride *overrides;
    int64_t override_count;
} CheckOptions;

/* Checks the file and binds it. NULL only where nothing could be bound; otherwise the model may be partly poisoned and
 * must not be lowered while session->error_count > 0. Reads the data's header for globs and `rest` unless no_data. */
Model *sema_check(Session *session, const AstFile *file, const CheckOptions *options);

/* Reads the data, checks every cell against its contract, splits, fits, and fills what could not be known before: levels,
 * widths, offsets, counts. False where a diagnostic was reported. In compiler/data/. */
bool data_learn(Session *session, Model *model, const CheckOptions *options);
/* Writes NAME.lspec.lock beside the spec. */
bool data_lock_write(Session *session, const Model *model);

/* Matches the classes that metrics name with the levels of their targets, which data_learn has found. Reports
 * `unknown-level`; false where it did. */
bool model_bind_levels(Session *session, Model *model);

/* For `lspec dump --stage model`. */
void model_print(const Model *model, FILE *out);

#endif
