/* Graph to graph: reverse-mode differentiation, and the simplifying passes. */
#ifndef LSPEC_PASSES_PASSES_H
#define LSPEC_PASSES_PASSES_H

#include "ir/graph.h"

/* Appends BACKWARD nodes for d objective / d parameter of every trainable parameter and sets GraphParameter.gradient.
 */
void autodiff_run(Graph *graph);

/* d `of` / d each of `wrt`, appended to the graph; NODE_NONE where it does not depend. For tests and probes. */
void autodiff_gradients(Graph *graph, NodeId of, const NodeId *wrt, int32_t count, NodeId *out);

/* Constant folding, algebra (x*1, x+0, double negation, adjacent feature slices joined…), dead code; what becomes equal
 * is merged. Returns a new graph; ids in outputs, parameters and assigns are renewed. Exact in floating point but for
 * the sign of a zero and the sum of equal numbers; sums and products keep their order. To be run after differentiation,
 * as it drops STOP_GRADIENT. */
Graph *passes_simplify(const Graph *graph);

#endif
