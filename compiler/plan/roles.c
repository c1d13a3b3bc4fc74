/* What each node is to the plan: a leaf, a view, part of a fused loop, or a kernel of its own. */
#include "plan/planner.h"
#include "support/panic.h"

enum { WIDEST_ROW = 8192 };

static void mark_live(bool *live, NodeId id) {
    if (id != NODE_NONE) live[id] = true;
}

/* The nodes that something wanted depends on. */
static bool *find_live(Planner *planner) {
    const Graph *graph = planner->graph;
    bool *live = ARENA_ARRAY(planner->arena, bool, graph->nodes.count + 1);
    for (int64_t i = 0; i < graph->outputs.count; i++) {
        mark_live(live, graph->outputs.items[i].prediction);
        mark_live(live, graph->outputs.items[i].row_loss);
        mark_live(live, graph->outputs.items[i].row_weight);
    }
    for (int64_t i = 0; i < graph->parameters.count; i++) mark_live(live, graph->parameters.items[i].gradient);
    for (int64_t i = 0; i < graph->assigns.count; i++) mark_live(live, graph->assigns.items[i].value);
    const NodeId scalars[] = {graph->loss_sum, graph->weight_sum, graph->penalty, graph->gradient_norm, graph->clipped};
    for (size_t i = 0; i < sizeof scalars / sizeof *scalars; i++) mark_live(live, scalars[i]);
    for (int64_t id = graph->nodes.count - 1; id >= 0; id--) {
        const Node *node = graph_node(graph, (NodeId)id);
        for (int32_t k = 0; live[id] && k < node->input_count; k++) live[node->inputs[k]] = true;
    }
    return live;
}

/* Sums over the columns, over all rows, or over everything can be fused; NONE: they cannot. */
static PlanReduction classify_reduction(const Shape *input, uint32_t axes) {
    uint32_t all = 0, last = input->rank > 0 ? 1u << (input->rank - 1) : 0;
    for (int32_t axis = 0; axis < input->rank; axis++)
        if (input->dims[axis] != 1) all |= 1u << axis;
    if (input->rank == 1 && input->dims[0] < 0) return REDUCTION_TOTAL;
    axes &= all;
    if (axes == all) return REDUCTION_TOTAL;
    /* A row's values are kept between passes, on the stack of a thread. */
    if (axes == (all & last)) return plan_extent(input).columns > WIDEST_ROW ? REDUCTION_NONE : REDUCTION_ROW;
    return axes == (all & ~last) ? REDUCTION_COLUMN : REDUCTION_NONE;
}

static PlanView leaf_view(const Planner *planner, const Node *node) {
    const Plan *plan = planner->plan;
    PlanView view = {.buffer = -1};
    int64_t stride = 0;
    switch (node->op) {
    case OP_FEATURES: view.buffer = plan->features.buffer, stride = plan->features.stride; break;
    case OP_TARGETS: view.buffer = plan->targets.buffer, stride = plan->targets.stride; break;
    case OP_INDICES: view.buffer = plan->indices.buffer, stride = plan->indices.stride; break;
    case OP_LABELS: view.buffer = plan->labels.buffer, stride = plan->labels.stride; break;
    case OP_ROW_WEIGHTS: view.buffer = plan->weights.buffer, stride = plan->weights.stride; break;
    case OP_PARAMETER:
        view = layout_standard(&node->shape, false);
        view.buffer = plan->parameters[node->index].buffer;
        return view;
    case OP_STATE:
        view = layout_standard(&node->shape, false);
        view.buffer = plan->states[node->index];
        return view;
    default: BUG("%s is not a leaf with a buffer", op_table[node->op].name);
    }
    if (node->op == OP_FEATURES || node->op == OP_TARGETS)
        view.offset = node->begin;
    else
        view.offset = node->op == OP_ROW_WEIGHTS ? 0 : node->index;
    view.strides[0] = stride;
    if (node->shape.rank > 1 && node->shape.dims[1] != 1) view.strides[1] = 1;
    return view;
}

/* The strides of a movement over its input's; false where it has to move. */
static bool movement_view(const Planner *planner, const Node *node, PlanView *out) {
    const Shape *from = &graph_node(planner->graph, node->inputs[0])->shape;
    const PlanView *view = &planner->nodes[node->inputs[0]].view;
    PlanMatrix matrix;
    switch (node->op) {
    case OP_RESHAPE:
        if (!layout_reshape(from, view, &node->shape, out)) return false;
        break;
    case OP_BROADCAST: *out = layout_broadcast(from, view, &node->shape); break;
    case OP_SLICE: *out = layout_slice(view, &node->shape, node->axis, node->begin); break;
    case OP_RECURRENT: *out = layout_slice(view, &node->shape, 1, from->dims[1] - node->shape.dims[1]); break;
    case OP_TRANSPOSE:
        *out = (PlanView){.buffer = view->buffer, .offset = view->offset};
        for (int32_t axis = 0; axis < from->rank; axis++) out->strides[axis] = view->strides[node->permutation[axis]];
        break;
    default: return false;
    }
    int32_t last = node->shape.rank - 1;
    if (planner->strided[node - planner->graph->nodes.items] &&
        (out->strides[last] == 1 || node->shape.dims[last] == 1))
        return true;
    return plan_matrix(&node->shape, out, &matrix) && (matrix.column_stride == 1 || matrix.column_stride == 0);
}

static void own_layout(Planner *planner, NodeId id, PlanRole role) {
    PlanNode *info = &planner->nodes[id];
    info->role = role;
    info->base = id;
    info->view = layout_standard(&graph_node(planner->graph, id)->shape, info->is_product);
}

static void assign_movement(Planner *planner, NodeId id) {
    const Node *node = graph_node(planner->graph, id);
    PlanNode *info = &planner->nodes[id];
    if (movement_view(planner, node, &info->view)) {
        info->role = ROLE_VIEW;
        info->base = planner->nodes[node->inputs[0]].base;
    } else {
        own_layout(planner, id, ROLE_OPAQUE);
    }
}

static void assign_leaf(Planner *planner, NodeId id) {
    PlanNode *info = &planner->nodes[id];
    info->base = id;
    if (layout_is_inline(graph_node(planner->graph, id)->op)) {
        own_layout(planner, id, ROLE_INLINE);
        return;
    }
    info->role = ROLE_LEAF;
    info->view = leaf_view(planner, graph_node(planner->graph, id));
}

static void assign_role(Planner *planner, NodeId id) {
    const Node *node = graph_node(planner->graph, id);
    PlanNode *info = &planner->nodes[id];
    switch (op_table[node->op].family) {
    case FAMILY_LEAF: assign_leaf(planner, id); break;
    case FAMILY_ELEMENTWISE:
    case FAMILY_RANDOM: own_layout(planner, id, ROLE_REGION); break;
    case FAMILY_REDUCE: {
        const Shape *input = &graph_node(planner->graph, node->inputs[0])->shape;
        info->reduction = classify_reduction(input, node->axes);
        info->domain = plan_extent(input);
        own_layout(planner, id, info->reduction == REDUCTION_NONE ? ROLE_OPAQUE : ROLE_REGION);
        /* Over one row, or one element, it changes nothing. */
        bool single = info->domain.rows == 1 && info->extent.columns == info->domain.columns;
        if (single && info->reduction != REDUCTION_ROW) info->reduction = REDUCTION_NONE;
        break;
    }
    case FAMILY_CONTRACT:
        info->is_product = true;
        own_layout(planner, id, ROLE_OPAQUE);
        planner_turned_layout(planner, id, &info->view);
        break;
    case FAMILY_MOVEMENT: assign_movement(planner, id); break;
    case FAMILY_RECURRENT:
        if (node->op == OP_RECURRENT)
            assign_movement(planner, id); /* columns of the tape */
        else
            own_layout(planner, id, ROLE_OPAQUE);
        break;
    case FAMILY_INDEX:
        info->is_product = node->op == OP_GATHER; /* moves whole vectors too */
        own_layout(planner, id, ROLE_OPAQUE);
        break;
    case FAMILY_WINDOW: /* writes whole vectors, even of a single channel */
        info->is_product = true;
        own_layout(planner, id, ROLE_OPAQUE);
        break;
    }
}

/* The vector [n] behind a broadcast to all rows, where it is a parameter; else NODE_NONE. */
static NodeId bias_of(const Planner *planner, NodeId id) {
    const PlanNode *info = &planner->nodes[id];
    if (info->role != ROLE_VIEW || graph_node(planner->graph, info->base)->op != OP_PARAMETER) return NODE_NONE;
    PlanMatrix matrix;
    plan_matrix(&graph_node(planner->graph, id)->shape, &info->view, &matrix);
    bool is_row = matrix.row_stride == 0 && (matrix.column_stride == 1 || info->extent.columns == 1);
    return is_row && planner->nodes[info->base].extent.rows == 1 ? id : NODE_NONE;
}

/* A product that is read by nothing but the addition of a bias starts its sums from the bias. */
static void absorb_products(Planner *planner, const int32_t *uses) {
    const Graph *graph = planner->graph;
    for (NodeId id = 0; id < graph->nodes.count; id++) {
        const Node *node = graph_node(graph, id);
        if (planner->nodes[id].role != ROLE_REGION || node->op != OP_ADD) continue;
        for (int32_t k = 0; k < 2; k++) {
            NodeId product = node->inputs[k];
            if (graph_node(graph, product)->op != OP_CONTRACT || uses[product] != 1) continue;
            if (planner_is_batched(planner, product)) continue;
            if (planner->nodes[product].role != ROLE_OPAQUE || bias_of(planner, node->inputs[1 - k]) == NODE_NONE)
                continue;
            planner->nodes[product].role = ROLE_ABSORBED;
            planner->nodes[id].is_product = true;
            planner->nodes[id].product = product;
            own_layout(planner, id, ROLE_OPAQUE);
            break;
        }
    }
}

/* How often each node is read, by nodes and by the caller. */
static int32_t *count_uses(Planner *planner, const bool *live) {
    const Graph *graph = planner->graph;
    int32_t *uses = ARENA_ARRAY(planner->arena, int32_t, graph->nodes.count + 1);
    for (NodeId id = 0; id < graph->nodes.count; id++) {
        const Node *node = graph_node(graph, id);
        for (int32_t k = 0; live[id] && k < node->input_count; k++) uses[node->inputs[k]]++;
    }
    for (int64_t i = 0; i < graph->outputs.count; i++) {
        uses[graph->outputs.items[i].prediction]++;
        if (graph->outputs.items[i].row_loss != NODE_NONE) uses[graph->outputs.items[i].row_loss]++;
    }
    for (int64_t i = 0; i < graph->assigns.count; i++) uses[graph->assigns.items[i].value]++;
    for (int64_t i = 0; i < graph->parameters.count; i++)
        if (graph->parameters.items[i].gradient != NODE_NONE) uses[graph->parameters.items[i].gradient]++;
    return uses;
}

void planner_assign_roles(Planner *planner) {
    const Graph *graph = planner->graph;
    const bool *live = find_live(planner);
    planner->nodes = ARENA_ARRAY(planner->arena, PlanNode, graph->nodes.count + 1);
    const int32_t *uses = count_uses(planner, live);
    planner_find_strided(planner, live, uses);
    for (NodeId id = 0; id < graph->nodes.count; id++) {
        PlanExtent extent = plan_extent(&graph_node(graph, id)->shape);
        planner->nodes[id] =
            (PlanNode){.extent = extent, .domain = extent, .group = -1, .base = NODE_NONE, .product = NODE_NONE};
        if (live[id]) assign_role(planner, id);
    }
    absorb_products(planner, uses);
    planner_assign_windows(planner, uses);
    /* Views of what was absorbed into or became a product have its layout. */
    for (NodeId id = 0; id < graph->nodes.count; id++) {
        PlanRole role = planner->nodes[id].role;
        if (role == ROLE_VIEW || (role == ROLE_OPAQUE && op_table[graph_node(graph, id)->op].family == FAMILY_MOVEMENT))
            assign_movement(planner, id);
    }
}
