/* The invariants of a graph. Every shape is inferred anew, so a pass that forgets one is caught where it happened. */
#include "ir/op_rules.h"
#include "support/panic.h"

static void verify_node(const Graph *graph, NodeId id) {
    const Node *node = graph_node(graph, id);
    if ((unsigned)node->op >= OP_COUNT) BUG("node %%%d has no op: %d", id, (int)node->op);
    const OpInfo *info = &op_table[node->op];
    if (info->arity >= 0 ? node->input_count != info->arity : node->input_count < 1)
        BUG("node %%%d: %s with %d inputs", id, info->name, node->input_count);
    for (int32_t i = 0; i < node->input_count; i++)
        if (node->inputs[i] < 0 || node->inputs[i] >= id)
            BUG("node %%%d: input %d of %s is %%%d, which does not come before", id, i, info->name, node->inputs[i]);
    Node again = *node;
    op_rules(node->op)->infer(graph, &again);
    if (!shape_equal(&again.shape, &node->shape) || again.type != node->type)
        BUG("node %%%d: %s has shape %s, its inputs make %s", id, info->name, shape_text(graph->arena, &node->shape),
            shape_text(graph->arena, &again.shape));
}

/* `id` is a float node of the shape, or NODE_NONE where that is allowed. */
static void verify_result(const Graph *graph, const char *what, NodeId id, const Shape *shape, bool optional) {
    if (id == NODE_NONE && optional) return;
    if (id < 0 || id >= graph->nodes.count) BUG("%s is node %d of %lld", what, id, (long long)graph->nodes.count);
    const Node *node = graph_node(graph, id);
    if (node->type != ELEMENT_FLOAT || !shape_equal(&node->shape, shape))
        BUG("%s is node %%%d of shape %s instead of %s", what, id, shape_text(graph->arena, &node->shape),
            shape_text(graph->arena, shape));
}

static void verify_tables(const Graph *graph) {
    for (int64_t i = 0; i < graph->parameters.count; i++) {
        const GraphParameter *parameter = &graph->parameters.items[i];
        verify_result(graph, parameter->name, parameter->node, &parameter->shape, true);
        verify_result(graph, "a gradient", parameter->gradient, &parameter->shape, true);
        const Node *node = parameter->node == NODE_NONE ? NULL : graph_node(graph, parameter->node);
        if (node != NULL && (node->op != OP_PARAMETER || node->index != i))
            BUG("%s points at node %%%d, which is not its own", parameter->name, parameter->node);
    }
    for (int64_t i = 0; i < graph->states.count; i++) {
        const GraphState *state = &graph->states.items[i];
        if (state->parameter < 0 || state->parameter >= graph->parameters.count)
            BUG("state %s of parameter %d", state->name, state->parameter);
        verify_result(graph, state->name, state->node, &graph->parameters.items[state->parameter].shape, true);
    }
}

static void verify_assigns(const Graph *graph) {
    for (int64_t i = 0; i < graph->assigns.count; i++) {
        const GraphAssign *assign = &graph->assigns.items[i];
        int64_t count = assign->is_state ? graph->states.count : graph->parameters.count;
        if (assign->index < 0 || assign->index >= count)
            BUG("assignment to %s %d of %lld", assign->is_state ? "state" : "parameter", assign->index,
                (long long)count);
        int32_t parameter = assign->is_state ? graph->states.items[assign->index].parameter : assign->index;
        verify_result(graph, "an assigned value", assign->value, &graph->parameters.items[parameter].shape, false);
        for (int64_t k = 0; k < i; k++)
            if (graph->assigns.items[k].is_state == assign->is_state && graph->assigns.items[k].index == assign->index)
                BUG("%s %d is assigned twice", assign->is_state ? "state" : "parameter", assign->index);
    }
}

void graph_verify(const Graph *graph) {
    for (NodeId id = 0; id < graph->nodes.count; id++) verify_node(graph, id);
    verify_tables(graph);
    verify_assigns(graph);
    Shape scalar = shape_scalar(), rows = shape_batch(0);
    for (int64_t i = 0; i < graph->outputs.count; i++) {
        const GraphOutput *output = &graph->outputs.items[i];
        verify_result(graph, "a row loss", output->row_loss, &rows, true);
        verify_result(graph, "a row weight", output->row_weight, &rows, true);
        if (output->prediction < 0 || output->prediction >= graph->nodes.count)
            BUG("prediction %lld is node %d", (long long)i, output->prediction);
        const Shape *shape = &graph_node(graph, output->prediction)->shape;
        if (shape->rank != 2 || shape->dims[0] != DIM_BATCH)
            BUG("prediction %lld has shape %s instead of [B, width]", (long long)i, shape_text(graph->arena, shape));
    }
    verify_result(graph, "the loss's sum", graph->loss_sum, &scalar, true);
    verify_result(graph, "the weights' sum", graph->weight_sum, &scalar, true);
    verify_result(graph, "the penalty", graph->penalty, &scalar, true);
    verify_result(graph, "the objective", graph->objective, &scalar, true);
    verify_result(graph, "the gradient's norm", graph->gradient_norm, &scalar, true);
    verify_result(graph, "the flag of clipping", graph->clipped, &scalar, true);
}
