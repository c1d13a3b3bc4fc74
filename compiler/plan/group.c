/* Fusion. Element-wise nodes wait until something needs their value in memory (a product, a reduction over rows, an
 * output); then the whole tree of waiting nodes behind it moves into one region: one that already reads or makes what
 * the tree reads, or a new one. Groups are numbered so that a group reads from groups of smaller numbers only, which
 * makes any graph of groups free of cycles. */
#include "plan/planner.h"
#include "support/panic.h"

/* Past reshapes and broadcasts that a region passes on. */
static NodeId pass_views(const Planner *planner, NodeId id) {
    while (planner->nodes[id].role == ROLE_VIEW && layout_passes(planner->graph, id))
        id = graph_node(planner->graph, id)->inputs[0];
    return id;
}

static bool in_region(const PlanNode *info) {
    return info->reduction == REDUCTION_NONE || info->reduction == REDUCTION_ROW;
}

PlanSource planner_operand(const Planner *planner, int32_t group, NodeId operand, NodeId *out_base) {
    NodeId id = pass_views(planner, operand);
    const PlanNode *info = &planner->nodes[id];
    *out_base = id;
    if (info->role == ROLE_INLINE) return SOURCE_INLINE;
    if (info->role == ROLE_REGION && info->group == group && in_region(info)) return SOURCE_REGION;
    *out_base = info->base;
    return SOURCE_MEMORY;
}

/* ---- one tree ---------------------------------------------------------------------------------------------------- */

/* A placed node or leaf that a tree reads; `moved`: through a view that a region cannot pass on, so from memory. */
typedef struct Edge {
    NodeId base;
    bool moved;
} Edge;

/* Nodes that move together, and what they read. */
typedef struct Tree {
    PlanExtent extent;
    bool *seen; /* by node */
    VEC(NodeId) nodes;
    VEC(Edge) edges;
} Tree;

static bool fits(PlanExtent domain, PlanExtent extent) {
    if (domain.rows != extent.rows) return false;
    return domain.columns == extent.columns || (extent.rows != 1 && (domain.columns == 1 || extent.columns == 1));
}

static void widen(PlanExtent *extent, PlanExtent domain) {
    if (domain.columns > extent->columns) extent->columns = domain.columns;
}

static bool contains(const NodeId *items, int64_t count, NodeId id) {
    for (int64_t i = 0; i < count; i++)
        if (items[i] == id) return true;
    return false;
}

static bool collect(Planner *planner, Tree *tree, NodeId id);

/* An operand of a node of the tree: it joins the tree, or lies in memory. False where it had to be placed first: then
 * the tree may have lost nodes and is collected anew. */
static bool collect_operand(Planner *planner, Tree *tree, NodeId id) {
    const PlanNode *info = &planner->nodes[id];
    if (info->role == ROLE_INLINE || tree->seen[id]) return true;
    if (info->role == ROLE_REGION && info->group < 0 && in_region(info) && fits(info->domain, tree->extent))
        return collect(planner, tree, id);
    const PlanNode *base = &planner->nodes[info->base];
    bool in_memory = base->role == ROLE_LEAF || base->group >= 0;
    Edge edge = {.base = in_memory ? info->base : planner_demand(planner, id)};
    edge.moved = edge.base != id;
    vec_push(planner->arena, &tree->edges, edge);
    return in_memory;
}

static bool collect(Planner *planner, Tree *tree, NodeId id) {
    tree->seen[id] = true;
    widen(&tree->extent, planner->nodes[id].domain);
    const Node *node = graph_node(planner->graph, id);
    for (int32_t k = 0; k < node->input_count; k++)
        if (!collect_operand(planner, tree, pass_views(planner, node->inputs[k]))) return false;
    vec_push(planner->arena, &tree->nodes, id);
    return true;
}

/* Does the group that makes the value pass it on to the tree, if the tree joins it? */
static bool passes_on(const Planner *planner, const Edge *edge) {
    const PlanNode *info = &planner->nodes[edge->base];
    return !edge->moved && info->role == ROLE_REGION && in_region(info);
}

/* The first group that may read the value; 0 for leaves and front groups. */
static int32_t earliest(const Planner *planner, const Edge *edge) {
    const PlanNode *info = &planner->nodes[edge->base];
    if (info->group < 0 || planner->groups.items[info->group].is_front) return 0;
    return passes_on(planner, edge) ? info->group : info->group + 1;
}

/* Does the group make or read something that the tree reads? Scalars alone connect nothing. */
static bool connected(const Planner *planner, int32_t number, const Tree *tree) {
    const PlanGroup *group = &planner->groups.items[number];
    if (tree->extent.rows == 1 && tree->extent.columns == 1) return true;
    for (int64_t i = 0; i < tree->edges.count; i++) {
        NodeId base = tree->edges.items[i].base;
        PlanExtent extent = planner->nodes[base].extent;
        if (planner->nodes[base].group == number) return true;
        if (extent.rows * extent.columns == 1) continue;
        if (contains(group->reads.items, group->reads.count, base)) return true;
    }
    return false;
}

static bool leaves_only(const Planner *planner, const Tree *tree) {
    for (int64_t i = 0; i < tree->edges.count; i++) {
        const PlanNode *info = &planner->nodes[tree->edges.items[i].base];
        if (info->group >= 0 && !planner->groups.items[info->group].is_front) return false;
    }
    return true;
}

static int32_t new_group(Planner *planner, PlanGroup group) {
    vec_push(planner->arena, &planner->groups, group);
    return (int32_t)(planner->groups.count - 1);
}

static int32_t choose_group(Planner *planner, const Tree *tree) {
    bool is_scalar = tree->extent.rows == 1 && tree->extent.columns == 1;
    if (leaves_only(planner, tree) && is_scalar) {
        if (planner->scalar_front < 0)
            planner->scalar_front =
                new_group(planner, (PlanGroup){.is_region = true, .is_front = true, .extent = tree->extent});
        return planner->scalar_front;
    }
    int32_t first = 0;
    for (int64_t i = 0; i < tree->edges.count; i++) {
        int32_t bound = earliest(planner, &tree->edges.items[i]);
        if (bound > first) first = bound;
    }
    for (int32_t number = first; number < planner->groups.count; number++) {
        const PlanGroup *group = &planner->groups.items[number];
        if (group->is_region && !group->is_front && fits(tree->extent, group->extent) &&
            connected(planner, number, tree))
            return number;
    }
    return new_group(planner, (PlanGroup){.is_region = true, .extent = tree->extent});
}

void planner_place(Planner *planner, NodeId root) {
    Tree tree;
    do {
        tree = (Tree){.extent = planner->nodes[root].domain,
                      .seen = ARENA_ARRAY(planner->arena, bool, planner->graph->nodes.count)};
    } while (!collect(planner, &tree, root));
    int32_t number = choose_group(planner, &tree);
    PlanGroup *group = &planner->groups.items[number];
    widen(&group->extent, tree.extent);
    for (int64_t i = 0; i < tree.nodes.count; i++) {
        planner->nodes[tree.nodes.items[i]].group = number;
        vec_push(planner->arena, &group->nodes, tree.nodes.items[i]);
    }
    for (int64_t i = 0; i < tree.edges.count; i++) {
        const Edge *edge = &tree.edges.items[i];
        if (planner->nodes[edge->base].group != number || !passes_on(planner, edge))
            planner->nodes[edge->base].is_stored = true;
        vec_push(planner->arena, &group->reads, edge->base);
    }
}

PlanMatrix planner_own_place(Planner *planner, NodeId node) {
    PlanNode *info = &planner->nodes[node];
    const Shape *shape = &graph_node(planner->graph, node)->shape;
    PlanView view = layout_standard(shape, false);
    int64_t stride = layout_row_stride(info->extent, false);
    view.buffer = planner_new_buffer(
        planner, SECTION_CALL, layout_bytes(info->extent, plan_rows(planner->plan, info->extent.rows), stride), node);
    PlanMatrix matrix;
    plan_matrix(shape, &view, &matrix);
    return matrix;
}

int32_t planner_copy_group(Planner *planner, NodeId node, PlanMatrix to) {
    int32_t number = new_group(planner, (PlanGroup){.is_region = true, .extent = planner->nodes[node].extent});
    vec_push(planner->arena, &planner->groups.items[number].stores, (PlanStore){node, to, -1});
    return number;
}

/* The value of something that is made on the spot gets a buffer. */
static void store_inline(Planner *planner, NodeId node) {
    PlanNode *info = &planner->nodes[node];
    info->base = node;
    info->view = layout_standard(&graph_node(planner->graph, node)->shape, false);
    info->is_stored = true;
    PlanMatrix place = planner_own_place(planner, node);
    info->view.buffer = place.buffer;
    info->group = planner_copy_group(planner, node, place);
}

NodeId planner_demand(Planner *planner, NodeId node) {
    NodeId base = planner->nodes[node].base;
    const PlanNode *info = &planner->nodes[base];
    if (info->role == ROLE_INLINE && !info->is_stored) {
        /* A constant repeated to a matrix becomes a matrix; a slice of it is a view of the constant. */
        NodeId made = planner->nodes[pass_views(planner, node)].role == ROLE_INLINE ? node : base;
        store_inline(planner, made);
        return made;
    }
    if (info->role == ROLE_REGION && info->group < 0) planner_place(planner, base);
    planner->nodes[base].is_stored = true;
    return base;
}

/* ---- all -----------------------------------------------------------------------------------------------------------
 */

static void place_opaque(Planner *planner, NodeId id) {
    PlanNode *info = &planner->nodes[id];
    const Node *node = graph_node(planner->graph, info->product != NODE_NONE ? info->product : id);
    for (int32_t k = 0; k < node->input_count; k++) planner_demand(planner, node->inputs[k]);
    info->is_stored = true;
    info->group = new_group(planner, (PlanGroup){.extent = info->extent});
    vec_push(planner->arena, &planner->groups.items[info->group].nodes, id);
}

static void demand_if_any(Planner *planner, NodeId id) {
    if (id != NODE_NONE) planner_demand(planner, id);
}

/* What the caller reads must lie in rows of `row_stride` (-1: any) from the start of a buffer of the call; otherwise it
 * is copied to such a place, which `*out_copy` tells. */
static void demand_result(Planner *planner, NodeId id, int64_t row_stride, PlanMatrix *out_copy) {
    if (id == NODE_NONE) return;
    NodeId base = planner_demand(planner, id);
    const PlanNode *info = &planner->nodes[id];
    PlanMatrix matrix;
    bool good = plan_matrix(&graph_node(planner->graph, id)->shape, &info->view, &matrix);
    good = good && (info->extent.columns == 1 || matrix.column_stride == 1);
    good = good && (row_stride < 0 || matrix.row_stride == row_stride || info->extent.rows == 1);
    good = good && (row_stride <= 1 || (matrix.offset == 0 && planner->nodes[base].role != ROLE_LEAF));
    if (good) return;
    *out_copy = planner_own_place(planner, id);
    planner_copy_group(planner, id, *out_copy);
}

static void demand_results(Planner *planner) {
    const Graph *graph = planner->graph;
    for (int64_t i = 0; i < graph->outputs.count; i++) {
        PlanOutput *output = &planner->outputs[i];
        demand_result(planner, graph->outputs.items[i].prediction, -1, &output->prediction);
        demand_result(planner, graph->outputs.items[i].row_loss, 1, &output->row_loss);
        demand_result(planner, graph->outputs.items[i].row_weight, 1, &output->row_weight);
    }
    demand_if_any(planner, graph->loss_sum);
    demand_if_any(planner, graph->weight_sum);
    demand_if_any(planner, graph->penalty);
    demand_if_any(planner, graph->gradient_norm);
    demand_if_any(planner, graph->clipped);
    for (int64_t i = 0; i < graph->parameters.count; i++) {
        PlanMatrix copy = {.buffer = -1};
        demand_result(planner, graph->parameters.items[i].gradient, planner->parameters[i].stride, &copy);
        planner->parameters[i].gradient = copy.buffer;
    }
}

void planner_group(Planner *planner) {
    planner->scalar_front = -1;
    for (NodeId id = 0; id < planner->graph->nodes.count; id++) {
        const PlanNode *info = &planner->nodes[id];
        if (info->role == ROLE_OPAQUE)
            place_opaque(planner, id);
        else if (info->role == ROLE_REGION && info->group < 0 && !in_region(info))
            planner_place(planner, id);
    }
    demand_results(planner);
    planner_assign(planner);
}
