/* Where an operand comes from. Reshapes and broadcasts that move nothing in the terms of rows and columns are passed: a
 * region reads through them. */
#include "plan/layout.h"

bool layout_passes(const Graph *graph, NodeId id) {
    const Node *node = graph_node(graph, id);
    if (node->op != OP_RESHAPE && node->op != OP_BROADCAST) return false;
    PlanExtent from = plan_extent(&graph_node(graph, node->inputs[0])->shape), to = plan_extent(&node->shape);
    if (node->op == OP_RESHAPE) return from.rows == to.rows && from.columns == to.columns;
    return (from.rows == to.rows || from.rows == 1) && (from.columns == to.columns || from.columns == 1);
}

bool layout_is_inline(OpKind op) {
    return op == OP_CONSTANT || op == OP_IOTA || op == OP_LEARNING_RATE || op == OP_STEP_NUMBER || op == OP_ROW_COUNT;
}

PlanSource plan_operand(const Plan *plan, int32_t kernel, NodeId operand, NodeId *out_base, PlanMatrix *out_matrix) {
    NodeId id = operand;
    while (layout_passes(plan->graph, id)) id = graph_node(plan->graph, id)->inputs[0];
    *out_base = id;
    *out_matrix = (PlanMatrix){.buffer = -1};
    if (layout_is_inline(graph_node(plan->graph, id)->op)) return SOURCE_INLINE;
    PlanReduction reduction = plan->reductions[id];
    if (plan->homes[id] == kernel && reduction != REDUCTION_COLUMN && reduction != REDUCTION_TOTAL)
        return SOURCE_REGION;
    plan_matrix(&graph_node(plan->graph, operand)->shape, &plan->views[operand], out_matrix);
    return SOURCE_MEMORY;
}
