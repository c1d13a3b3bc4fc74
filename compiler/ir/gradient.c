/* What gradient rules call: the adjoint of a node is the sum of what its users send back, in the order they send it. */
#include "ir/op_rules.h"
#include "support/panic.h"

bool gradient_wanted(const Gradient *gradient, NodeId input) { return gradient->wanted[input]; }

void gradient_add(Gradient *gradient, NodeId input, NodeId contribution) {
    if (!gradient->wanted[input]) return;
    const Graph *graph = gradient->graph;
    if (!shape_equal(&graph_node(graph, input)->shape, &graph_node(graph, contribution)->shape))
        BUG("gradient of %%%d has shape %s instead of %s", input,
            shape_text(graph->arena, &graph_node(graph, contribution)->shape),
            shape_text(graph->arena, &graph_node(graph, input)->shape));
    NodeId known = gradient->adjoint[input];
    gradient->adjoint[input] =
        known == NODE_NONE ? contribution : graph_binary(gradient->graph, OP_ADD, known, contribution);
}
