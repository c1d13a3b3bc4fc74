/* What makes a forward graph a training step: gradients, their norm, the chain of gradient steps, the update of each
 * weight. */
#include "lower/lower.h"
#include "passes/passes.h"

/* max_norm: the weights of a unit, a column of a kernel [in, out] or a row of an embedding's table, are scaled down where
 * they are longer. */
static NodeId limit_norm(Build *build, const GraphParameter *parameter, NodeId value) {
    Graph *graph = build->graph;
    NodeId limit = graph_constant(graph, parameter->max_norm);
    uint32_t axes = parameter->transposed ? 1u << 0 : build_last_axis(build, value);
    NodeId squares = graph_reduce(graph, OP_SUM, graph_unary(graph, OP_SQUARE, value), axes);
    NodeId norm = graph_binary(graph, OP_MAX, graph_unary(graph, OP_SQRT, squares), limit);
    return graph_binary(graph, OP_MUL, value, graph_binary(graph, OP_DIV, limit, norm));
}

/* What the optimizer writes from assignment `first` on: limited, and only in steps that make an update. */
static void finish_updates(Build *build, int64_t first) {
    Graph *graph = build->graph;
    for (int64_t i = first; i < graph->assigns.count; i++) {
        GraphAssign *assign = &graph->assigns.items[i];
        const GraphParameter *parameter = assign->is_state ? NULL : &graph->parameters.items[assign->index];
        NodeId old = assign->is_state ? graph->states.items[assign->index].node : parameter->node;
        if (parameter != NULL && parameter->max_norm > 0) assign->value = limit_norm(build, parameter, assign->value);
        if (build->update_due != NODE_NONE)
            assign->value = graph_select(graph, build->update_due, assign->value, old);
    }
}

/* Streams of random numbers that the network (dropout) has taken. */
static int32_t count_streams(const Graph *graph) {
    int32_t count = 0;
    for (int64_t i = 0; i < graph->nodes.count; i++) {
        const Node *node = graph_node(graph, (NodeId)i);
        if (node->op == OP_UNIFORM && node->index >= count) count = node->index + 1;
    }
    return count;
}

/* A parameter that the objective does not depend on stays, as in PyTorch. */
static void append_updates(Build *build, const Call *optimizer, const NodeId *gradients, int64_t count) {
    Graph *graph = build->graph;
    if (optimizer->entry->build_update_all != NULL) {
        optimizer->entry->build_update_all(build, optimizer, gradients, count);
        return;
    }
    for (int64_t i = 0; i < count; i++) {
        if (gradients[i] == NODE_NONE) continue;
        graph->layer = graph->parameters.items[i].layer;
        optimizer->entry->build_update(build, optimizer, (int32_t)i, gradients[i]);
    }
}

void lower_training_step(Session *session, const Model *model, Lowered *lowered) {
    Graph *graph = lowered->training;
    Build build = build_begin(session, graph);
    int64_t count = graph->parameters.count;
    NodeId *gradients = ARENA_ARRAY(session->arena, NodeId, count);
    build.random_streams = count_streams(graph);
    autodiff_run(graph);
    for (int64_t i = 0; i < count; i++) gradients[i] = graph->parameters.items[i].gradient;
    graph->phase = PHASE_UPDATE;
    graph->span = model->optimizer->span;
    graph->gradient_norm = build_global_norm(&build, gradients, count);
    for (int64_t i = 0; i < model->gradient_steps.count; i++) {
        const Call *step = model->gradient_steps.items[i];
        graph->span = step->span;
        step->entry->build_gradients(&build, step, gradients, count);
    }
    graph->span = model->optimizer->span;
    int64_t first = graph->assigns.count;
    append_updates(&build, model->optimizer, gradients, count);
    finish_updates(&build, first);
    graph->layer = NULL;
    lowered->training = passes_simplify(graph);
    lowered->evaluation = passes_simplify(lowered->evaluation);
}
