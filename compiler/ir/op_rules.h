/* What an op family brings: shape rule, gradient rule, evaluation. Private to ir/ and passes/. */
#ifndef LSPEC_IR_OP_RULES_H
#define LSPEC_IR_OP_RULES_H

#include "ir/graph.h"

/* The state of one reverse sweep: rules add what flows back into a node's inputs. */
typedef struct Gradient {
    Graph *graph;
    NodeId *adjoint;    /* by node: d of / d node so far, or NODE_NONE */
    const bool *wanted; /* by node: something that is differentiated by flows into it */
    int32_t *mask;      /* by node: outside of what its adjoint is 0, because a select took something else */
    int32_t flow;       /* the mask of what gradient_add adds now */
} Gradient;

/* A mask names a select's condition and says whether it holds; 0 is none, -mask the complement. */
int32_t gradient_mask(NodeId condition, bool holds);
bool gradient_wanted(const Gradient *gradient, NodeId input);
/* adjoint[input] += contribution, which has the input's shape; nothing where it is not wanted. */
void gradient_add(Gradient *gradient, NodeId input, NodeId contribution);

/* The state of one evaluation. */
typedef struct Evaluation {
    const Graph *graph;
    const EvalInput *input;
    double **values; /* by node */
} Evaluation;

/* Dimensions with the batch's rows put in; returns the number of elements. */
int64_t evaluation_dims(const Evaluation *evaluation, const Shape *shape, int64_t out[GRAPH_MAX_RANK]);
int64_t evaluation_count(const Evaluation *evaluation, const Node *node);

typedef struct OpRules {
    /* Checks inputs and attributes (BUG where they do not fit); sets node->type and node->shape. */
    void (*infer)(const Graph *graph, Node *node);
    /* Calls gradient_add for the inputs; `node` is a copy of node `id`, `upstream` is its adjoint, of its shape. */
    void (*differentiate)(Gradient *gradient, const Node *node, NodeId id, NodeId upstream);
    /* Row-major values of the node into `out`, which is zeroed. */
    void (*evaluate)(const Evaluation *evaluation, const Node *node, double *out);
} OpRules;

enum { FAMILY_COUNT = FAMILY_RECURRENT + 1 };
extern const OpRules rules_leaf, rules_elementwise, rules_reduce, rules_contract, rules_movement, rules_index,
    rules_window, rules_random, rules_recurrent;
const OpRules *op_rules(OpKind op);

/* The scalar meaning of an element-wise op, in double; what is beyond its arity is ignored. */
double op_scalar(OpKind op, double a, double b, double c);

/* A node of the graph that computes what `node`, whose shape is inferred, does; or NODE_NONE. */
NodeId node_set_find(const Graph *graph, const Node *node);
void node_set_add(Graph *graph, NodeId id);

/* The shape of input number `number`. */
static inline const Shape *input_shape(const Graph *graph, const Node *node, int32_t number) {
    return &graph_node(graph, node->inputs[number])->shape;
}

/* BUG with the op and its inputs' shapes. */
_Noreturn void rules_mismatch(const Graph *graph, const Node *node, const char *why);

/* Rank in range, no dimension 0, none negative but the first. */
bool shape_is_valid(const Shape *shape);
/* Elements a row where the shape has a batch, else elements. */
int64_t shape_coefficient(const Shape *shape);
/* Bits of the axes (of `to`) along which `from` is repeated to become `to`. False where it cannot. */
bool shape_broadcast_axes(const Shape *from, const Shape *to, uint32_t *out_axes);

#endif
