/* Reverse-mode differentiation: one sweep from the objective back to the weights, in which every node's rule appends
 * what flows into its inputs. Only nodes that something differentiated flows into are visited. */
#include "ir/op_rules.h"
#include "passes/passes.h"
#include "support/panic.h"

/* Something flows from input `number` of the node through it: the op is neither flat nor a cut, and the input is no
 * condition or index. */
static bool carries_gradient(const Graph *graph, const Node *node, int32_t number) {
    switch ((int)node->op) {
    case OP_SIGN:
    case OP_FLOOR:
    case OP_GREATER:
    case OP_GREATER_EQUAL:
    case OP_LESS:
    case OP_LESS_EQUAL:
    case OP_EQUAL:
    case OP_STOP_GRADIENT:
    case OP_RECURRENT_TAPE:
    case OP_RECURRENT_GRADIENT:
    case OP_WINDOW_MAX_BACK: return false; /* no one differentiates a gradient */
    case OP_SELECT:
    case OP_RECURRENT:
    case OP_RECURRENT_LAST: return number > 0; /* around the tape */
    default: return graph_node(graph, node->inputs[number])->type == ELEMENT_FLOAT;
    }
}

/* wanted[id]: one of `wrt` flows into node id, by a way that carries a gradient. */
static bool *mark_wanted(const Graph *graph, const NodeId *wrt, int32_t count) {
    bool *wanted = ARENA_ARRAY(graph->arena, bool, graph->nodes.count);
    for (int32_t i = 0; i < count; i++) wanted[wrt[i]] = true;
    for (NodeId id = 0; id < graph->nodes.count; id++) {
        const Node *node = graph_node(graph, id);
        for (int32_t i = 0; i < node->input_count; i++)
            wanted[id] = wanted[id] || (wanted[node->inputs[i]] && carries_gradient(graph, node, i));
    }
    return wanted;
}

/* Through these, an element that is 0 in the adjoint comes from elements of one place that were 0. */
static bool keeps_mask(OpKind op) {
    OpFamily family = op_table[op].family;
    return family == FAMILY_ELEMENTWISE || family == FAMILY_MOVEMENT || family == FAMILY_REDUCE;
}

static void sweep(Gradient *gradient, NodeId of) {
    Graph *graph = gradient->graph;
    for (NodeId id = of; id >= 0; id--) {
        if (gradient->adjoint[id] == NODE_NONE || !gradient->wanted[id]) continue;
        Node node = *graph_node(graph, id); /* a copy: rules make the list of nodes grow */
        graph->span = node.span;
        graph->layer = node.layer;
        gradient->flow = keeps_mask(node.op) ? gradient->mask[id] : 0;
        op_rules(node.op)->differentiate(gradient, &node, id, gradient->adjoint[id]);
    }
}

void autodiff_gradients(Graph *graph, NodeId of, const NodeId *wrt, int32_t count, NodeId *out) {
    GraphPhase phase = graph->phase;
    Span span = graph->span;
    const char *layer = graph->layer;
    int64_t node_count = graph->nodes.count;
    Gradient gradient = {
        .graph = graph,
        .adjoint = ARENA_ARRAY(graph->arena, NodeId, node_count),
        .wanted = mark_wanted(graph, wrt, count),
        .mask = ARENA_ARRAY(graph->arena, int32_t, node_count),
    };
    for (int64_t i = 0; i < node_count; i++) gradient.adjoint[i] = NODE_NONE;
    graph->phase = PHASE_BACKWARD;
    if (gradient.wanted[of]) {
        Shape shape = graph_node(graph, of)->shape;
        gradient.adjoint[of] = graph_broadcast(graph, graph_constant(graph, 1), shape);
        sweep(&gradient, of);
    }
    for (int32_t i = 0; i < count; i++) out[i] = gradient.adjoint[wrt[i]];
    graph->phase = phase;
    graph->span = span;
    graph->layer = layer;
}

void autodiff_run(Graph *graph) {
    if (graph->objective == NODE_NONE) BUG("a graph without an objective cannot be differentiated");
    int32_t count = 0;
    NodeId *wrt = ARENA_ARRAY(graph->arena, NodeId, graph->parameters.count);
    NodeId *gradients = ARENA_ARRAY(graph->arena, NodeId, graph->parameters.count);
    for (int64_t i = 0; i < graph->parameters.count; i++) {
        const GraphParameter *parameter = &graph->parameters.items[i];
        if (parameter->trainable && parameter->node != NODE_NONE) wrt[count++] = parameter->node;
    }
    autodiff_gradients(graph, graph->objective, wrt, count, gradients);
    for (int32_t i = 0; i < count; i++)
        graph->parameters.items[graph_node(graph, wrt[i])->index].gradient = gradients[i];
}
