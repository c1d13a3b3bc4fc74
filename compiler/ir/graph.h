/* The graph: a list of primitive operations in which inputs come first. Shapes are inferred when a node is appended. */
#ifndef LSPEC_IR_GRAPH_H
#define LSPEC_IR_GRAPH_H

#include <stdbool.h>
#include <stdio.h>

#include "lrt/program.h"
#include "lrt/recurrent.h"
#include "source/source.h"
#include "support/vec.h"

typedef int32_t NodeId; /* index into Graph.nodes */
enum { NODE_NONE = -1, GRAPH_MAX_RANK = 5, DIM_BATCH = -1 };

typedef enum OpFamily {
    FAMILY_LEAF, FAMILY_ELEMENTWISE, FAMILY_REDUCE, FAMILY_CONTRACT, FAMILY_MOVEMENT, FAMILY_INDEX,
    FAMILY_WINDOW, FAMILY_RANDOM, FAMILY_RECURRENT
} OpFamily;

typedef enum OpKind {
#define OP(id, name, family, arity, doc) OP_##id,
#include "ir/ops.def"
#undef OP
    OP_COUNT
} OpKind;

/* A dimension -k (k >= 1) means k times the rows of the batch; only dimension 0 may be negative. Rank 0 is a scalar. */
typedef struct Shape {
    int32_t rank;
    int64_t dims[GRAPH_MAX_RANK];
} Shape;

typedef enum ElementType { ELEMENT_FLOAT, ELEMENT_INT32 } ElementType;
typedef enum GraphPhase { PHASE_FORWARD, PHASE_BACKWARD, PHASE_UPDATE } GraphPhase;

/* Windows that slide over images [B, height, width, channels]; [0] along the height, [1] along the width. Window p begins
 * at stride * p - before and reads `size` places, `dilation` apart; what lies outside of the image counts as nothing. */
typedef struct Window {
    int64_t size[2], stride[2], dilation[2], before[2];
    int64_t places[2]; /* windows along each axis */
    int64_t image[2];  /* height and width */
} Window;

/* How many widths of the layer the rows of projected inputs, of the tape and of its gradient take. */
typedef struct RecurrentForm {
    int64_t gates, tape, gradient;
} RecurrentForm;

const RecurrentForm *recurrent_form(LrtRecurrence cell);

typedef struct Node {
    OpKind op;
    ElementType type;
    GraphPhase phase;
    Shape shape;
    int32_t input_count;
    const NodeId *inputs;
    double value;        /* CONSTANT */
    int32_t index;       /* PARAMETER, STATE, INDICES, LABELS, UNIFORM (stream), RECURRENT… (cell) */
    int32_t axis;        /* SLICE, PAD, CONCAT; IOTA: from the end, 0 or 1 */
    int64_t begin, end;  /* FEATURES, TARGETS, SLICE, PAD */
    uint32_t axes;       /* SUM, REDUCE_MAX: bit i is axis i */
    int8_t permutation[GRAPH_MAX_RANK]; /* TRANSPOSE: output axis i is input axis permutation[i] */
    bool transpose_a, transpose_b;      /* CONTRACT */
    Window window;       /* PATCHES … DEPTHWISE_WEIGHTS */
    bool reverse;        /* RECURRENT…: from the last step to the first */
    Span span;           /* the spec's text that it comes from */
    const char *layer;   /* "dense_1", or NULL */
} Node;

/* A tensor of weights. Kernels of dense layers have shape [in, out]; the file holds [out, in] (`transposed`). Those of
 * convolutions have shape [cells x in, out], and the file holds [out, in, cells]. */
typedef struct GraphParameter {
    const char *name;    /* "dense_1.weight" */
    const char *layer;
    Shape shape;         /* rank 1 or 2 in the arena; without a batch dimension */
    Shape file_shape;    /* as model.safetensors holds it */
    bool transposed;
    int64_t cells;       /* of a convolution's window; else 0 */
    bool trainable;
    bool decayed;        /* l1 and l2 act on it */
    LrtInitKind init;
    double init_value;
    int64_t fan_in, fan_out;
    double max_norm;     /* the longest that the weights of a unit may become; 0: no limit */
    NodeId node;         /* its OP_PARAMETER node, or NODE_NONE before it is used */
    NodeId gradient;     /* set by differentiation: d objective / d parameter, or NODE_NONE */
    Span span;
} GraphParameter;

typedef struct GraphState {
    const char *name;    /* "dense_1.weight.m" */
    int32_t parameter;
    double initial;
    NodeId node;
} GraphState;

/* `value` is written over parameter or state number `index` at the end of the step; all reads see the old value. */
typedef struct GraphAssign {
    bool is_state;
    int32_t index;
    NodeId value;
} GraphAssign;

/* What the caller of the compiled graph reads, by target where it is one for each. */
typedef struct GraphOutput {
    NodeId prediction;   /* [B, width]: probabilities, or values */
    NodeId row_loss;     /* [B] */
    NodeId row_weight;   /* [B] */
    double loss_weight;
} GraphOutput;

/* Private to ir/node_set.c. */
typedef struct NodeSet {
    NodeId *slots;       /* id + 1, 0: empty */
    uint64_t capacity;   /* a power of two, or 0 */
} NodeSet;

typedef struct Graph {
    Arena *arena;
    bool training;       /* dropout on, batch statistics */
    VEC(Node) nodes;
    VEC(GraphParameter) parameters;
    VEC(GraphState) states;
    VEC(GraphAssign) assigns;
    VEC(GraphOutput) outputs;    /* one for each target; none where the graph trains */
    NodeSet known;       /* the nodes by what they compute */
    NodeId loss_sum;     /* [] the batch's data loss, Σ over targets of loss_weight · mean, is loss_sum / weight_sum */
    NodeId weight_sum;   /* [] */
    NodeId penalty;      /* [] or NODE_NONE */
    NodeId objective;    /* [] loss_sum / weight_sum + penalty: what is differentiated */
    NodeId gradient_norm; /* [] or NODE_NONE: before clipping */
    NodeId clipped;      /* [] 1 where the norm or a value was clipped, or NODE_NONE */
    /* Given to every node that is appended. */
    GraphPhase phase;
    Span span;
    const char *layer;
} Graph;

typedef struct OpInfo {
    const char *name;
    OpFamily family;
    int32_t arity;
    const char *doc;
} OpInfo;

extern const OpInfo op_table[OP_COUNT];

Graph *graph_new(Arena *arena, bool training);

/* Appending. Wrong shapes are a BUG: callers check what comes from the user first. A node that is there already is
 * returned instead of a second one; what would do nothing (a reshape or broadcast to the same shape, a sum over no axis,
 * a slice of everything) returns its input. Element-wise ops take floats: int32 indices and labels go through CONVERT.
 * The batch's axis cannot be sliced, padded, joined or moved; it can be summed over. */
NodeId graph_constant(Graph *graph, double value);                       /* [] */
NodeId graph_leaf(Graph *graph, OpKind op, Shape shape, int32_t index, int64_t begin, int64_t end);
NodeId graph_parameter(Graph *graph, GraphParameter parameter);          /* registers it, returns its node */
NodeId graph_state(Graph *graph, const char *name, int32_t parameter, double initial);
NodeId graph_unary(Graph *graph, OpKind op, NodeId a);
/* Element-wise with broadcasting by trailing axes: BROADCAST nodes are inserted where shapes differ. */
NodeId graph_binary(Graph *graph, OpKind op, NodeId a, NodeId b);
NodeId graph_select(Graph *graph, NodeId condition, NodeId a, NodeId b);
NodeId graph_reduce(Graph *graph, OpKind op, NodeId a, uint32_t axes);   /* keeps the axes with length 1 */
NodeId graph_contract(Graph *graph, NodeId a, NodeId b, bool transpose_a, bool transpose_b);
NodeId graph_reshape(Graph *graph, NodeId a, Shape shape);
NodeId graph_transpose(Graph *graph, NodeId a, const int8_t *permutation);
NodeId graph_broadcast(Graph *graph, NodeId a, Shape shape);
NodeId graph_slice(Graph *graph, NodeId a, int32_t axis, int64_t begin, int64_t end);
NodeId graph_pad(Graph *graph, NodeId a, int32_t axis, int64_t before, int64_t behind);
NodeId graph_concat(Graph *graph, const NodeId *inputs, int32_t count, int32_t axis);
NodeId graph_gather(Graph *graph, NodeId table, NodeId indices);
NodeId graph_scatter_add(Graph *graph, NodeId values, NodeId indices, int64_t rows);
/* Any op of the family WINDOW; `b` is NODE_NONE where it takes one input. */
NodeId graph_window(Graph *graph, OpKind op, NodeId a, NodeId b, Window window);
/* Element number e (row-major, without padding) is, in every evaluator and in generated code,
 *     lrt_random_uniform_at(random_key[0], random_key[1] ^ graph_stream_mix(stream), (uint32_t)e, (uint32_t)step)
 * with the call's random_key and its step from 0. (stream, step, element) never meet: the mix is a bijection of the
 * stream, and both counters hold their numbers whole. */
NodeId graph_uniform(Graph *graph, Shape shape, int32_t stream);
static inline uint32_t graph_stream_mix(int32_t stream) { return ((uint32_t)stream + 1) * 0x9e3779b9u; }
NodeId graph_iota(Graph *graph, Shape shape);
NodeId graph_iota_rows(Graph *graph, Shape shape); /* along the last axis but one */
/* What is time-major and back; see ir/op_recurrent.c. */
NodeId graph_time_major(Graph *graph, NodeId a);
NodeId graph_batch_major(Graph *graph, NodeId a);
/* A recurrent layer: the outputs of all steps [T B, H], or of the last [B, H]. `inputs` is [T B, gates H]. */
NodeId graph_recurrent(Graph *graph, LrtRecurrence cell, bool reverse, bool last, NodeId inputs, NodeId weight,
                       NodeId bias);
/* Any node by its fields: op, inputs, attributes, and shape where that is an attribute (leaves, RESHAPE, BROADCAST,
 * SCATTER_ADD, UNIFORM, IOTA). Type and shape are inferred; phase, span and layer are the graph's. For passes. */
NodeId graph_append(Graph *graph, Node node);
void graph_assign_parameter(Graph *graph, int32_t parameter, NodeId value);
void graph_assign_state(Graph *graph, int32_t state, NodeId value);

static inline const Node *graph_node(const Graph *graph, NodeId id) { return &graph->nodes.items[id]; }
/* The number that all elements of a node are, where that is known: a constant, also broadcast or reshaped. */
bool graph_known_value(const Graph *graph, NodeId id, double *out);

bool shape_equal(const Shape *left, const Shape *right);
bool shape_has_batch(const Shape *shape);
/* What two operands of an element-wise op have in common, trailing axes aligned. False where they do not fit. */
bool shape_join(const Shape *left, const Shape *right, Shape *out);
/* Elements with `batch` rows. */
int64_t shape_count(const Shape *shape, int64_t batch);
Shape shape_scalar(void);
Shape shape_batch(int64_t width);                 /* [B, width]; width 0: [B] */
Shape shape_make(int32_t rank, const int64_t *dims);
/* "[B, 64]" */
const char *shape_text(Arena *arena, const Shape *shape);

/* Aborts with a BUG where an invariant does not hold: inputs first, shapes right, no cycle. */
void graph_verify(const Graph *graph);
void graph_print(const Graph *graph, FILE *out);

/* ---- reference evaluator, in double -------------------------------------------------------------------------- */

typedef struct EvalInput {
    int64_t rows;
    const double *features;   /* [rows, feature_width], row-major */
    int64_t feature_width;
    const int32_t *indices;   /* [rows, index_width] */
    int64_t index_width;
    const double *targets;    /* [rows, target_width] */
    int64_t target_width;
    const int32_t *labels;    /* [rows, label_width] */
    int64_t label_width;
    const double *weights;    /* [rows] or NULL: all 1 */
    double learning_rate;
    int64_t step;             /* from 0 */
    uint32_t random_key[2];
    double *const *parameters; /* each with its arena shape, row-major, no padding */
    double *const *states;
} EvalInput;

/* Values of all nodes: out[id] points at row-major doubles (int32 leaves as doubles). In the arena. */
double **graph_eval(const Graph *graph, Arena *arena, const EvalInput *input);

#endif
