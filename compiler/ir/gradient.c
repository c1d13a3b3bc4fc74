/* What gradient rules call: the adjoint of a node is the sum of what its users send back, in the order they send it. */
#include "ir/op_rules.h"
#include "support/panic.h"

int32_t gradient_mask(NodeId condition, bool holds) { return holds ? condition + 1 : -(condition + 1); }

/* What is added up from a branch and from its alternative is 0 nowhere. */
static int32_t joined_mask(int32_t known, int32_t added) { return added == 0 || known == -added ? 0 : known; }

bool gradient_wanted(const Gradient *gradient, NodeId input) { return gradient->wanted[input]; }

void gradient_add(Gradient *gradient, NodeId input, NodeId contribution) {
    if (!gradient->wanted[input]) return;
    const Graph *graph = gradient->graph;
    if (!shape_equal(&graph_node(graph, input)->shape, &graph_node(graph, contribution)->shape))
        BUG("gradient of %%%d has shape %s instead of %s", input,
            shape_text(graph->arena, &graph_node(graph, contribution)->shape),
            shape_text(graph->arena, &graph_node(graph, input)->shape));
    NodeId known = gradient->adjoint[input];
    if (known == NODE_NONE) {
        gradient->adjoint[input] = contribution;
        gradient->mask[input] = gradient->flow;
    } else {
        gradient->adjoint[input] = graph_binary(gradient->graph, OP_ADD, known, contribution);
        gradient->mask[input] = joined_mask(gradient->mask[input], gradient->flow);
    }
}
