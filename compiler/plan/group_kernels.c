/* Groups become kernels: operands get their places, and what a kernel cannot read as it lies is moved first. */
#include "plan/planner.h"

#include <string.h>

#include "support/panic.h"

static const Shape *shape_of(const Planner *planner, NodeId id) { return &graph_node(planner->graph, id)->shape; }

PlanView planner_view(const Planner *planner, NodeId id) {
    PlanView view = planner->nodes[id].view;
    view.buffer = planner->nodes[planner->nodes[id].base].view.buffer;
    if (view.buffer < 0)
        BUG("node %d (%s) is read before it has a place", id, op_table[graph_node(planner->graph, id)->op].name);
    return view;
}

static PlanMatrix matrix_of(const Planner *planner, NodeId id) {
    PlanView view = planner_view(planner, id);
    PlanMatrix matrix;
    if (!plan_matrix(shape_of(planner, id), &view, &matrix)) BUG("node %d does not lie in rows", id);
    return matrix;
}

void planner_claim_buffer(Planner *planner, NodeId id) {
    PlanNode *info = &planner->nodes[id];
    if (info->view.buffer >= 0) return;
    int64_t rows = plan_rows(planner->plan, info->extent.rows);
    int64_t stride = layout_row_stride(info->extent, info->is_product);
    info->view.buffer = planner_new_buffer(planner, SECTION_CALL, layout_bytes(info->extent, rows, stride), id);
}

PlanMatrix planner_own_buffer(Planner *planner, NodeId id) {
    planner_claim_buffer(planner, id);
    return matrix_of(planner, id);
}

PlanKernel *planner_new_kernel(Planner *planner, PlanKernelKind kind, NodeId id) {
    const Node *node = graph_node(planner->graph, id);
    const char *what = kind == KERNEL_TRANSPOSE          ? "transpose"
                       : kind == KERNEL_CONTRACT         ? "contract"
                       : kind == KERNEL_CONVOLVE         ? "convolve"
                       : kind == KERNEL_CONVOLVE_WEIGHTS ? "convolve_weights"
                       : kind == KERNEL_CONVOLVE_BACK    ? "convolve_back"
                       : kind == KERNEL_MOVE             ? "move"
                                                         : op_table[node->op].name;
    PlanKernel kernel = {.kind = kind,
                         .name =
                             arena_printf(planner->arena, "%s.%s", node->layer != NULL ? node->layer : "step", what),
                         .layer = node->layer,
                         .phase = node->phase,
                         .span = node->span,
                         .node = id,
                         .parts = 1,
                         .part_unit = PLAN_PART_ROWS};
    vec_push(planner->arena, &planner->plan->kernels, kernel);
    return &planner->plan->kernels.items[planner->plan->kernels.count - 1];
}

/* ---- moves
 * ----------------------------------------------------------------------------------------------------------- */

static void emit_move(Planner *planner, NodeId id, const Shape *shape, PlanView from, PlanView to) {
    PlanKernel *kernel = planner_new_kernel(planner, KERNEL_MOVE, id);
    kernel->move = (PlanMove){.rank = shape->rank, .from = from, .to = to};
    memcpy(kernel->move.dims, shape->dims, sizeof kernel->move.dims);
}

static void emit_zeros(Planner *planner, NodeId id) {
    planner_own_buffer(planner, id);
    emit_move(planner, id, shape_of(planner, id), (PlanView){.buffer = -1}, planner_view(planner, id));
}

PlanView planner_move_to_rows(Planner *planner, NodeId id) {
    PlanExtent extent = planner->nodes[id].extent;
    const Shape *shape = shape_of(planner, id);
    PlanView from = planner_view(planner, id), to = layout_standard(shape, true);
    int64_t bytes = layout_bytes(extent, plan_rows(planner->plan, extent.rows), layout_row_stride(extent, true));
    to.buffer = planner_new_buffer(planner, SECTION_CALL, bytes, id);
    emit_move(planner, id, shape, from, to);
    return to;
}

PlanMatrix planner_in_rows(Planner *planner, NodeId id) {
    PlanView view = planner_view(planner, id);
    const Shape *shape = shape_of(planner, id);
    PlanMatrix matrix;
    bool good = plan_matrix(shape, &view, &matrix);
    if (good && (matrix.column_stride == 1 || planner->nodes[id].extent.columns == 1)) return matrix;
    view = planner_move_to_rows(planner, id);
    plan_matrix(shape, &view, &matrix);
    return matrix;
}

static void emit_transpose_kernel(Planner *planner, NodeId id, PlanExtent from_extent, PlanMatrix from, PlanMatrix to) {
    PlanKernel *kernel = planner_new_kernel(planner, KERNEL_TRANSPOSE, id);
    kernel->contract = (PlanContract){.rows = from_extent.columns, .columns = from_extent.rows, .a = from, .out = to};
    kernel->contract.bias.buffer = kernel->contract.b.buffer = -1;
}

static void emit_transpose(Planner *planner, NodeId id) {
    const Node *node = graph_node(planner->graph, id);
    NodeId input = node->inputs[0];
    PlanMatrix to = planner_own_buffer(planner, id);
    PlanView view = planner_view(planner, input);
    if (node->shape.rank == 2 && node->permutation[0] == 1 && view.strides[1] == 1 && view.strides[0] != 0) {
        emit_transpose_kernel(planner, id, planner->nodes[input].extent, matrix_of(planner, input), to);
        return;
    }
    PlanView from = {.buffer = view.buffer, .offset = view.offset};
    for (int32_t axis = 0; axis < node->shape.rank; axis++) from.strides[axis] = view.strides[node->permutation[axis]];
    emit_move(planner, id, &node->shape, from, planner_view(planner, id));
}

static void emit_concat(Planner *planner, NodeId id) {
    const Node *node = graph_node(planner->graph, id);
    planner_own_buffer(planner, id);
    int64_t begin = 0;
    for (int32_t k = 0; k < node->input_count; k++) {
        const Shape *shape = shape_of(planner, node->inputs[k]);
        PlanView all = planner_view(planner, id);
        emit_move(planner, id, shape, planner_view(planner, node->inputs[k]),
                  layout_slice(&all, shape, node->axis, begin));
        begin += shape->dims[node->axis];
    }
}

static void emit_pad(Planner *planner, NodeId id) {
    const Node *node = graph_node(planner->graph, id);
    emit_zeros(planner, id);
    const Shape *shape = shape_of(planner, node->inputs[0]);
    PlanView all = planner_view(planner, id);
    emit_move(planner, id, shape, planner_view(planner, node->inputs[0]),
              layout_slice(&all, shape, node->axis, node->begin));
}

static void emit_swap(Planner *planner, NodeId id) {
    NodeId input = graph_node(planner->graph, id)->inputs[0];
    PlanMatrix to = planner_own_buffer(planner, id), from = planner_in_rows(planner, input);
    PlanKernel *kernel = planner_new_kernel(planner, KERNEL_SWAP, id);
    kernel->reshape = (PlanReshape){planner->nodes[input].extent, planner->nodes[id].extent, from, to};
}

static void emit_movement(Planner *planner, NodeId id) {
    const Node *node = graph_node(planner->graph, id);
    NodeId input = node->input_count > 0 ? node->inputs[0] : NODE_NONE;
    switch (node->op) {
    case OP_TRANSPOSE: emit_transpose(planner, id); break;
    case OP_CONCAT: emit_concat(planner, id); break;
    case OP_PAD: emit_pad(planner, id); break;
    case OP_RESHAPE: {
        PlanMatrix to = planner_own_buffer(planner, id), from = planner_in_rows(planner, input);
        PlanKernel *kernel = planner_new_kernel(planner, KERNEL_RESHAPE, id);
        kernel->reshape = (PlanReshape){planner->nodes[input].extent, planner->nodes[id].extent, from, to};
        break;
    }
    case OP_TIME_MAJOR:
    case OP_BATCH_MAJOR: emit_swap(planner, id); break;
    case OP_BROADCAST:
    case OP_SLICE: {
        PlanView view = planner_view(planner, input);
        PlanView from = node->op == OP_BROADCAST ? layout_broadcast(shape_of(planner, input), &view, &node->shape)
                                                 : layout_slice(&view, &node->shape, node->axis, node->begin);
        planner_own_buffer(planner, id);
        emit_move(planner, id, &node->shape, from, planner_view(planner, id));
        break;
    }
    default: BUG("%s is no movement", op_table[node->op].name);
    }
}

/* ---- products
 * ---------------------------------------------------------------------------------------------------------- */

PlanMatrix planner_right_operand(Planner *planner, NodeId id, bool transposed) {
    PlanMatrix matrix = planner_in_rows(planner, id);
    if (!transposed) return matrix;
    PlanExtent extent = planner->nodes[id].extent, turned = {extent.columns, extent.rows};
    int64_t stride = layout_row_stride(turned, true);
    if (extent.rows == 1) return (PlanMatrix){matrix.buffer, matrix.offset, matrix.column_stride, 1};
    PlanMatrix to = {.row_stride = stride, .column_stride = 1};
    to.buffer = planner_new_buffer(planner, SECTION_CALL,
                                   layout_bytes((PlanExtent){turned.rows, turned.columns}, turned.rows, stride), id);
    emit_transpose_kernel(planner, id, extent, matrix, to);
    return to;
}

static void emit_contract(Planner *planner, NodeId id) {
    NodeId product = planner->nodes[id].product;
    const Node *sum = graph_node(planner->graph, id);
    const Node *node = product == NODE_NONE ? sum : graph_node(planner->graph, product);
    const Shape *a_shape = shape_of(planner, node->inputs[0]);
    bool is_convolution = planner->nodes[node->inputs[0]].role == ROLE_PATCHES;
    PlanView a = {.buffer = -1};
    if (!is_convolution) a = planner_view(planner, node->inputs[0]);
    PlanContract contract = {.rows = node->shape.dims[0], .columns = node->shape.dims[1]};
    contract.depth = a_shape->dims[node->transpose_a ? 0 : 1];
    contract.a = (PlanMatrix){.buffer = a.buffer,
                              .offset = a.offset,
                              .row_stride = a.strides[node->transpose_a ? 1 : 0],
                              .column_stride = a.strides[node->transpose_a ? 0 : 1]};
    contract.b = planner_right_operand(planner, node->inputs[1], node->transpose_b);
    contract.bias = (PlanMatrix){.buffer = -1};
    if (product != NODE_NONE)
        contract.bias = matrix_of(planner, sum->inputs[0] == product ? sum->inputs[1] : sum->inputs[0]);
    contract.out = planner_own_buffer(planner, id);
    if (is_convolution) {
        planner_emit_convolve(planner, id, product == NODE_NONE ? id : product, contract);
        return;
    }
    PlanKernel *kernel = planner_new_kernel(planner, KERNEL_CONTRACT, id);
    kernel->contract = contract;
}

/* ---- the others
 * -------------------------------------------------------------------------------------------------------- */

static void emit_index(Planner *planner, NodeId id) {
    const Node *node = graph_node(planner->graph, id);
    bool is_gather = node->op == OP_GATHER;
    if (!is_gather) emit_zeros(planner, id);
    PlanIndex index = {.indices = matrix_of(planner, node->inputs[1]),
                       .rows = shape_of(planner, node->inputs[1])->dims[0]};
    PlanMatrix own = planner_own_buffer(planner, id), other = planner_in_rows(planner, node->inputs[0]);
    index.table = is_gather ? other : own;
    index.values = is_gather ? own : other;
    index.width = node->shape.dims[node->shape.rank - 1];
    index.table_rows = is_gather ? shape_of(planner, node->inputs[0])->dims[0] : node->shape.dims[0];
    PlanKernel *kernel = planner_new_kernel(planner, is_gather ? KERNEL_GATHER : KERNEL_SCATTER, id);
    kernel->index = index;
}

static void emit_reduce(Planner *planner, NodeId id) {
    const Node *node = graph_node(planner->graph, id);
    const Shape *input = shape_of(planner, node->inputs[0]);
    planner_own_buffer(planner, id);
    PlanKernel *kernel = planner_new_kernel(planner, KERNEL_REDUCE, id);
    kernel->reduce = (PlanReduce){.is_max = node->op == OP_REDUCE_MAX,
                                  .rank = input->rank,
                                  .axes = node->axes,
                                  .from = planner_view(planner, node->inputs[0]),
                                  .to = planner_view(planner, id)};
    memcpy(kernel->reduce.dims, input->dims, sizeof kernel->reduce.dims);
}

static void emit_opaque(Planner *planner, NodeId id) {
    const Node *node = graph_node(planner->graph, id);
    switch (op_table[node->op].family) {
    case FAMILY_CONTRACT:
        if (planner_is_batched(planner, id))
            planner_emit_batched(planner, id);
        else
            emit_contract(planner, id);
        break;
    case FAMILY_ELEMENTWISE: emit_contract(planner, id); break;
    case FAMILY_MOVEMENT: emit_movement(planner, id); break;
    case FAMILY_INDEX: emit_index(planner, id); break;
    case FAMILY_WINDOW: planner_emit_window(planner, id); break;
    case FAMILY_REDUCE: emit_reduce(planner, id); break;
    case FAMILY_RECURRENT: planner_emit_recurrent(planner, id); break;
    case FAMILY_LEAF:
    case FAMILY_RANDOM: BUG("%s is computed in a region", op_table[node->op].name);
    }
}

static void sort_ids(NodeId *items, int64_t count) {
    for (int64_t i = 1; i < count; i++)
        for (int64_t k = i; k > 0 && items[k - 1] > items[k]; k--) {
            NodeId id = items[k];
            items[k] = items[k - 1];
            items[k - 1] = id;
        }
}

/* A value that goes into a parameter or state needs no second buffer for those who read the new value. */
static bool lies_in_store(Planner *planner, const PlanGroup *group, NodeId id) {
    for (int64_t i = 0; i < group->stores.count; i++)
        if (group->stores.items[i].node == id) {
            planner->nodes[id].view.buffer = group->stores.items[i].matrix.buffer;
            return true;
        }
    return false;
}

static void emit_region(Planner *planner, int32_t number) {
    PlanGroup *group = &planner->groups.items[number];
    sort_ids(group->nodes.items, group->nodes.count);
    NodeId main_node =
        group->nodes.count > 0 ? group->nodes.items[group->nodes.count - 1] : group->stores.items[0].node;
    PlanKernel *kernel = planner_new_kernel(planner, KERNEL_REGION, main_node);
    kernel->region.extent = group->extent;
    for (int64_t i = 0; i < group->nodes.count; i++) {
        NodeId id = group->nodes.items[i];
        vec_push(planner->arena, &kernel->region.nodes, id);
        if (planner->nodes[id].is_stored && !lies_in_store(planner, group, id))
            vec_push(planner->arena, &kernel->region.stores, (PlanStore){id, planner_own_buffer(planner, id), -1});
    }
    for (int64_t i = 0; i < group->stores.count; i++)
        vec_push(planner->arena, &kernel->region.stores, group->stores.items[i]);
}

void planner_emit_kernels(Planner *planner) {
    Plan *plan = planner->plan;
    int64_t node_count = planner->graph->nodes.count;
    int32_t *homes = ARENA_ARRAY(planner->arena, int32_t, node_count + 1);
    PlanReduction *reductions = ARENA_ARRAY(planner->arena, PlanReduction, node_count + 1);
    for (int64_t id = 0; id < node_count; id++) {
        homes[id] = -1;
        reductions[id] = planner->nodes[id].reduction;
    }
    for (int64_t i = 0; i < planner->groups.count; i++) {
        int32_t number = planner->order[i];
        const PlanGroup *group = &planner->groups.items[number];
        if (!group->is_region) {
            emit_opaque(planner, group->nodes.items[0]);
            continue;
        }
        emit_region(planner, number);
        for (int64_t k = 0; k < group->nodes.count; k++)
            homes[group->nodes.items[k]] = (int32_t)plan->kernels.count - 1;
    }
    PlanView *views = ARENA_ARRAY(planner->arena, PlanView, node_count + 1);
    for (int64_t id = 0; id < node_count; id++) {
        views[id] = planner->nodes[id].view;
        NodeId base = planner->nodes[id].base;
        views[id].buffer = base == NODE_NONE ? -1 : planner->nodes[base].view.buffer;
    }
    plan->homes = planner->homes = homes;
    plan->reductions = reductions;
    plan->views = views;
}
