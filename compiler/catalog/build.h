/* What catalogue entries build with: the graph under construction, names of layers, parameters with initialisers. */
#ifndef LSPEC_CATALOG_BUILD_H
#define LSPEC_CATALOG_BUILD_H

#include "catalog/catalog.h"
#include "ir/graph.h"
#include "support/map.h"

struct BuildTarget {
    const char *name;
    bool is_class, is_ordinal;
    int64_t level_count;             /* is_class */
    const char *const *levels;
    const double *level_weights;     /* balanced: n/(k·n_c) of the training part, or NULL where unknown */
    int64_t target_begin, target_end; /* columns of the target matrix (real) */
    int32_t label_column;            /* column of the label matrix (class) */
    Span span;                       /* its declaration */
};

struct BuildLoss {
    NodeId row_loss;                 /* [B] weighted by class and row weights */
    NodeId row_weight;               /* [B] the loss is sum(row_loss) / sum(row_weight) */
};

/* A layer as `info` and `graph` list it. */
typedef struct BuildLayer {
    const char *name;                /* "dense_1" */
    const char *text;                /* "dense(64)" */
    const CatalogEntry *entry;       /* NULL: the head of an output, or `constant` */
    Shape output_shape;
    int64_t parameters;              /* weights; running statistics are not counted */
    int64_t flops;                   /* a row, forward */
    Span span;
} BuildLayer;

struct Build {
    Session *session;
    Graph *graph;                    /* its `layer` and `span` are those of the layer being built */
    bool training;                   /* dropout and batch statistics on */
    bool has_row_weights;            /* the data has a column of type weight */
    VEC(BuildLayer) layers;
    Map layer_numbers;               /* by name: its number in `layers` */
    Map kind_counts;                 /* by kind: how many of `layers` are of it */
    int32_t random_streams;
    NodeId update_due;               /* [] accumulate: 1 where this step updates the weights; NODE_NONE: each does */
    int64_t update_every;            /* steps that make an update */
    NodeId penalty;                  /* [] what is minimized besides the data loss, or NODE_NONE */
    /* Of the layer being built: */
    const CatalogEntry *next_activation; /* the activation behind: the default initialiser follows it; NULL: none */
    int64_t index_count;             /* embedding: rows of the table, one for each value of the index */
    bool frozen;                     /* `trainable: false` */
    int64_t first_node, first_parameter;
};

/* Begins to build the graph; whether it trains is the graph's. */
Build build_begin(Session *session, Graph *graph);

/* Appends a layer or activation: lists it in build->layers, builds it, adds its own penalties, counts what it costs.
 * NODE_NONE where its mistake has been reported. */
NodeId build_call(Build *build, const Call *call, NodeId input);
/* The same in two halves, for the head of an output, which is no layer of the catalogue; `call` may be NULL. */
void build_layer_begin(Build *build, const Call *call, BuildLayer layer);
void build_layer_end(Build *build, const Call *call, NodeId output);

typedef struct ParameterOptions {
    const char *suffix;              /* "weight", "bias" */
    Shape shape;                     /* in the arena, rank 1 or 2 */
    bool transposed;                 /* the file holds [columns, rows] */
    int64_t cells;                   /* a convolution's kernel: of its window, see GraphParameter; else 0 */
    Shape file_shape;                /* rank 0: as `shape` and `transposed` say */
    bool decayed;                    /* a kernel: l1 and l2 act on it */
    bool is_statistic;               /* a running statistic: never trained, never counted */
    LrtInitKind init;
    double init_value;
    int64_t fan_in, fan_out;
} ParameterOptions;

/* Appends a parameter of the layer being built. The evaluation graph, built by the same calls, gives it the same
 * number. */
NodeId build_parameter(Build *build, ParameterOptions options);
/* Fills init of a kernel from the call's `init:` argument, or by the activation behind (its entry's `kernel_init`). */
void build_kernel_init(const Build *build, const Call *call, ParameterOptions *options);
/* x · W (+ b) on the last axis of [B, in] or [B, T, in]: the core of `dense` and of heads. `call` may lack `bias` and
 * `init`, or be NULL. */
NodeId build_affine(Build *build, const Call *call, NodeId input, int64_t units);
/* Whether the value is [B, F], or [B, T, F] where `sequences` are taken; else reports `missing-flatten` for an image,
 * `shape-error` for the rest. `what` is who wants it: "`dense`". */
bool build_wants_rows(Build *build, NodeId input, bool sequences, const char *what);

/* Whether the value is a sequence [B, time, width]; else reports `shape-error`. */
bool build_wants_sequence(Build *build, const Call *call, NodeId input);
/* In training each value becomes 0 with probability `rate`, and the others grow by 1 / (1 - rate). */
NodeId build_dropped(Build *build, NodeId a, double rate);

/* Adds the penalty over one parameter to build->penalty. */
void build_add_penalty(Build *build, const Call *penalty, NodeId parameter_node);
/* The same over the probabilities [B, levels] of one target. */
void build_add_prediction_penalty(Build *build, const Call *penalty, NodeId probabilities);

/* Small helpers over graph_*: scalars with tensors, sums, means. */
NodeId build_add_scalar(Build *build, NodeId a, double value);
NodeId build_mul_scalar(Build *build, NodeId a, double value);
NodeId build_max_scalar(Build *build, NodeId a, double value);
NodeId build_min_scalar(Build *build, NodeId a, double value);
NodeId build_row_count(Build *build);                      /* [] */
/* Keeps the axes with length 1; over the batch's axis it divides by ROW_COUNT. */
NodeId build_mean(Build *build, NodeId a, uint32_t axes);
NodeId build_sum_all(Build *build, NodeId a);              /* [] */
/* All axes but the last; the last axis. */
uint32_t build_leading_axes(const Build *build, NodeId a);
uint32_t build_last_axis(const Build *build, NodeId a);
/* log softmax and softmax over the last axis, stable. */
NodeId build_log_softmax(Build *build, NodeId logits);
NodeId build_softmax(Build *build, NodeId logits);
/* log(1 + e^a), stable at ±1e4, derivative sigmoid(a) everywhere. */
NodeId build_softplus(Build *build, NodeId a);
/* log(1 + e^-|a|), what softplus(a) and softplus(-a) have in common. */
NodeId build_softplus_tail(Build *build, NodeId a);

/* Gradient steps: the square root of the sum of all squares, []; NODE_NONEs are skipped. */
NodeId build_global_norm(Build *build, const NodeId *gradients, int64_t count);
/* Says that a gradient was clipped where `flag` [] is not 0. */
void build_mark_clipped(Build *build, NodeId flag);

/* Normal numbers, new ones at each step, by Box and Muller's transform. */
NodeId build_normal(Build *build, Shape shape);

/* Optimizers: leaves of a step, []. */
NodeId build_learning_rate(Build *build);
/* The number of the update, from 1: of the step, unless several make one. */
NodeId build_step_number(Build *build);
/* From here on only each `steps`th step updates the weights: sets update_due. */
void build_update_every(Build *build, int64_t steps);
/* The state `suffix` of the parameter, of its shape, 0 at first; `out_state` is its number. */
NodeId build_state(Build *build, int32_t parameter, const char *suffix, int32_t *out_state);

#endif
