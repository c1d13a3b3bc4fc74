/* What catalogue entries build with: the graph under construction, names of layers, parameters with their initialisers. */
#ifndef LSPEC_CATALOG_BUILD_H
#define LSPEC_CATALOG_BUILD_H

#include "catalog/catalog.h"
#include "ir/graph.h"

struct BuildTarget {
    const char *name;
    bool is_class, is_ordinal;
    int64_t level_count;             /* is_class */
    const char *const *levels;
    const double *level_weights;     /* balanced weights n/(k·n_c) by the training part's counts, or NULL where unknown */
    int64_t target_begin, target_end; /* columns of the target matrix (real) */
    int32_t label_column;            /* column of the label matrix (class) */
    Span span;
};

struct BuildLoss {
    NodeId row_loss;                 /* [B] weighted by class and row weights */
    NodeId row_weight;               /* [B] */
};

/* A layer as `info` and `graph` list it. */
typedef struct BuildLayer {
    const char *name;                /* "dense_1" */
    const char *text;                /* "dense(64)" */
    const CatalogEntry *entry;
    NodeId input, output;            /* of the training graph */
    int64_t parameters;
    int64_t flops;                   /* a row, forward */
    Span span;
} BuildLayer;

struct Build {
    Session *session;
    Graph *graph;
    bool training;                   /* dropout and batch statistics on */
    VEC(BuildLayer) layers;
    int32_t random_streams;
    const CatalogEntry *next_activation; /* the activation behind the layer being built: the default initialiser follows it; NULL: none */
};

/* "dense_1": the running number of its kind, or the `name:` argument. */
const char *build_layer_name(Build *build, const Call *call);

typedef struct ParameterOptions {
    const char *suffix;              /* "weight", "bias" */
    Shape shape;                     /* in the arena, rank 1 or 2 */
    bool transposed;                 /* the file holds [columns, rows] */
    bool decayed;
    bool trainable;
    LrtInitKind init;
    double init_value;
    int64_t fan_in, fan_out;
} ParameterOptions;

/* Appends a parameter of the layer being built; the same call in the evaluation graph finds the same number. */
NodeId build_parameter(Build *build, const char *layer, ParameterOptions options);
/* Fills init of a kernel from the call's `init:` argument, or by the activation behind (relu family he_normal, tanh,
 * sigmoid, softmax and none glorot_uniform, selu lecun_normal). */
void build_kernel_init(const Build *build, const Call *call, ParameterOptions *options);

/* Small helpers over graph_*: scalars with tensors, means. */
NodeId build_add_scalar(Build *build, NodeId a, double value);
NodeId build_mul_scalar(Build *build, NodeId a, double value);
NodeId build_mean(Build *build, NodeId a, uint32_t axes);  /* batch axis: divides by ROW_COUNT */
NodeId build_max_scalar(Build *build, NodeId a, double value);
/* log softmax and softmax over the last axis, stable. */
NodeId build_log_softmax(Build *build, NodeId logits);
NodeId build_softmax(Build *build, NodeId logits);
/* log(1 + e^a), stable at ±1e4. */
NodeId build_softplus(Build *build, NodeId a);

#endif
