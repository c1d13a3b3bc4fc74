/* The frame of the simplifying passes: a graph is copied node by node, and rules may put something else in a node's
 * place. Private to passes/. */
#ifndef LSPEC_PASSES_REWRITE_H
#define LSPEC_PASSES_REWRITE_H

#include "ir/op_rules.h"
#include "passes/passes.h"

/* `node` is about to be appended to `to`; its inputs are nodes of `to`. Returns what stands for it instead, which may
 * be appended now, or NODE_NONE. Its value is the same, up to the sign of a zero and what is said at the rule. */
NodeId fold_rule(Graph *to, const Node *node); /* fold.c: constants */
NodeId algebra_elementwise_rule(Graph *to, const Node *node);
NodeId algebra_movement_rule(Graph *to, const Node *node); /* movement, sums, matrix products */
NodeId algebra_concat_rule(Graph *to, const Node *node);   /* slices, pads and joins */

/* By node: some result of the graph needs it. Tensors of weights stay whether needed or not. */
bool *dce_live(const Graph *graph);

/* All elements of the node are known to be `value`; 0 and -0 differ. */
bool is_uniform(const Graph *graph, NodeId id, double value);

#endif
