/* Kernels of recurrent layers: each is a loop over time inside one call, for some rows of the batch. */
#include "plan/planner.h"

/* Scratch of one row a row of the batch. */
static PlanMatrix scratch(Planner *planner, NodeId id, int64_t columns) {
    PlanExtent extent = {DIM_BATCH, columns};
    PlanMatrix matrix = {.row_stride = layout_row_stride(extent, true), .column_stride = 1};
    int64_t bytes = layout_bytes(extent, planner->plan->capacity, matrix.row_stride);
    matrix.buffer = planner_new_buffer(planner, SECTION_CALL, bytes, id);
    return matrix;
}

void planner_emit_recurrent(Planner *planner, NodeId id) {
    const PlanMatrix none = {.buffer = -1};
    const Node *node = graph_node(planner->graph, id);
    const Shape *first = &graph_node(planner->graph, node->inputs[0])->shape;
    const RecurrentForm *form = recurrent_form((LrtRecurrence)node->index);
    int64_t columns = node->op == OP_RECURRENT_TAPE ? form->gates : form->tape;
    PlanRecurrent recurrent = {.op = node->op,
                               .cell = (LrtRecurrence)node->index,
                               .reverse = node->reverse,
                               .steps = -first->dims[0],
                               .units = first->dims[1] / columns,
                               .weight = none,
                               .side = none,
                               .scratch = none};
    recurrent.input = planner_in_rows(planner, node->inputs[0]);
    if (node->op != OP_RECURRENT_LAST) {
        recurrent.weight = planner_right_operand(planner, node->inputs[1], node->op == OP_RECURRENT_GRADIENT);
        recurrent.side = planner_in_rows(planner, node->inputs[2]);
        recurrent.last_alone = node->op == OP_RECURRENT_GRADIENT && recurrent.steps > 1 &&
                               graph_node(planner->graph, node->inputs[2])->shape.dims[0] == DIM_BATCH;
        int64_t vectors = (recurrent.units + PLAN_LANES - 1) / PLAN_LANES;
        recurrent.scratch = scratch(
            planner, id, node->op == OP_RECURRENT_TAPE ? recurrent.units * form->gates : 2 * vectors * PLAN_LANES);
    }
    recurrent.out = planner_own_buffer(planner, id);
    PlanKernel *kernel = planner_new_kernel(planner, KERNEL_RECURRENT, id);
    kernel->recurrent = recurrent;
}
