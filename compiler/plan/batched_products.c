/* Products side by side, one for each place along the axes before the matrices: the heads of attention. Operands are
 * read by any strides, so that heads are read from where the projections lie, and what a transpose makes of the
 * products lies as the transpose has it, so that heads are joined by a view. */
#include "plan/planner.h"

#include <string.h>

bool planner_is_batched(const Planner *planner, NodeId id) {
    const Node *node = graph_node(planner->graph, id);
    return node->op == OP_CONTRACT && node->shape.rank > 2;
}

static bool is_movement(OpKind op) { return op == OP_RESHAPE || op == OP_TRANSPOSE || op == OP_SLICE; }

void planner_find_strided(Planner *planner, const bool *live, const int32_t *uses) {
    const Graph *graph = planner->graph;
    bool *strided = ARENA_ARRAY(planner->arena, bool, graph->nodes.count + 1);
    NodeId *turned = ARENA_ARRAY(planner->arena, NodeId, graph->nodes.count + 1);
    int32_t *strided_uses = ARENA_ARRAY(planner->arena, int32_t, graph->nodes.count + 1);
    for (int64_t i = 0; i < graph->nodes.count; i++) turned[i] = NODE_NONE;
    for (NodeId id = (NodeId)graph->nodes.count - 1; id >= 0; id--) { /* users come before what they use */
        const Node *node = graph_node(graph, id);
        if (!live[id]) continue;
        strided[id] = is_movement(node->op) && uses[id] > 0 && strided_uses[id] == uses[id];
        if (strided[id] || planner_is_batched(planner, id))
            for (int32_t k = 0; k < node->input_count; k++) strided_uses[node->inputs[k]]++;
        else if (node->op == OP_TRANSPOSE && uses[node->inputs[0]] == 1)
            turned[node->inputs[0]] = id;
    }
    planner->strided = strided;
    planner->turned = turned;
}

/* Whole vectors are written: a row's padding must not be its neighbour. */
bool planner_turned_layout(const Planner *planner, NodeId id, PlanView *out) {
    NodeId transpose = planner->turned[id];
    if (transpose == NODE_NONE || !planner_is_batched(planner, id)) return false;
    const Node *node = graph_node(planner->graph, transpose);
    int32_t last = node->shape.rank - 1;
    if (node->permutation[last] != last || node->shape.dims[last] % PLAN_LANES != 0) return false;
    PlanView standard = layout_standard(&node->shape, true);
    *out = (PlanView){.buffer = -1};
    for (int32_t axis = 0; axis <= last; axis++) out->strides[node->permutation[axis]] = standard.strides[axis];
    return true;
}

/* The view, moved to where its last axis lies side by side unless it does. */
static PlanView readable(Planner *planner, NodeId id) {
    const Shape *shape = &graph_node(planner->graph, id)->shape;
    PlanView view = planner_view(planner, id);
    int32_t last = shape->rank - 1;
    return view.strides[last] == 1 || shape->dims[last] == 1 ? view : planner_move_to_rows(planner, id);
}

static PlanMatrix matrix_at(const PlanView *view, int32_t row_axis, int32_t column_axis) {
    return (PlanMatrix){.buffer = view->buffer,
                        .offset = view->offset,
                        .row_stride = view->strides[row_axis],
                        .column_stride = view->strides[column_axis]};
}

static PlanLead lead_of(const Shape *shape, const PlanView *a, const PlanView *b, const PlanView *out) {
    PlanLead lead = {.rank = shape->rank - 2};
    size_t bytes = (size_t)lead.rank * sizeof *lead.dims;
    memcpy(lead.dims, shape->dims, bytes);
    memcpy(lead.a, a->strides, bytes);
    memcpy(lead.b, b->strides, bytes);
    memcpy(lead.out, out->strides, bytes);
    return lead;
}

/* Each matrix transposed, in a buffer of its own. */
static PlanView turn(Planner *planner, NodeId id, PlanView from) {
    Shape shape = graph_node(planner->graph, id)->shape;
    int32_t last = shape.rank - 1;
    int64_t rows = shape.dims[last - 1], columns = shape.dims[last];
    shape.dims[last - 1] = columns;
    shape.dims[last] = rows;
    PlanView to = layout_standard(&shape, true);
    PlanExtent extent = plan_extent(&shape);
    to.buffer = planner_new_buffer(
        planner, SECTION_CALL,
        layout_bytes(extent, plan_rows(planner->plan, extent.rows), layout_row_stride(extent, true)), id);
    PlanKernel *kernel = planner_new_kernel(planner, KERNEL_TRANSPOSE, id);
    kernel->contract = (PlanContract){.rows = columns,
                                      .columns = rows,
                                      .a = matrix_at(&from, last - 1, last),
                                      .out = matrix_at(&to, last - 1, last),
                                      .lead = lead_of(&shape, &from, &from, &to)};
    kernel->contract.bias.buffer = kernel->contract.b.buffer = -1;
    return to;
}

void planner_emit_batched(Planner *planner, NodeId id) {
    const Node *node = graph_node(planner->graph, id);
    const Shape *a_shape = &graph_node(planner->graph, node->inputs[0])->shape;
    int32_t last = node->shape.rank - 1;
    PlanView a = planner_view(planner, node->inputs[0]), b = readable(planner, node->inputs[1]);
    if (node->transpose_b) b = turn(planner, node->inputs[1], b);
    planner_claim_buffer(planner, id);
    PlanView out = planner_view(planner, id);
    PlanKernel *kernel = planner_new_kernel(planner, KERNEL_CONTRACT, id);
    kernel->contract =
        (PlanContract){.rows = node->shape.dims[last - 1],
                       .columns = node->shape.dims[last],
                       .depth = a_shape->dims[node->transpose_a ? last - 1 : last],
                       .a = matrix_at(&a, node->transpose_a ? last : last - 1, node->transpose_a ? last - 1 : last),
                       .b = matrix_at(&b, last - 1, last),
                       .bias = {.buffer = -1},
                       .out = matrix_at(&out, last - 1, last),
                       .lead = lead_of(&node->shape, &a, &b, &out)};
}
