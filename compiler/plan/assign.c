/* New parameters and states are written in place by the region that computes them, once everyone who wants the old
 * value has read it. Where that cannot be ordered, the new value waits in a buffer and is copied at the end. */
#include "plan/planner.h"
#include "support/panic.h"

static NodeId leaf_of(const Graph *graph, const GraphAssign *assign) {
    return assign->is_state ? graph->states.items[assign->index].node : graph->parameters.items[assign->index].node;
}

static PlanMatrix place_of(const Planner *planner, const GraphAssign *assign) {
    const Graph *graph = planner->graph;
    int32_t parameter = assign->is_state ? graph->states.items[assign->index].parameter : assign->index;
    const Shape *shape = &graph->parameters.items[parameter].shape;
    PlanView view = layout_standard(shape, false);
    view.buffer =
        assign->is_state ? planner->plan->states[assign->index] : planner->plan->parameters[assign->index].buffer;
    PlanMatrix matrix;
    plan_matrix(shape, &view, &matrix);
    return matrix;
}

/* The region node whose value it is, or NODE_NONE. Only reshapes lie between. */
static NodeId region_value(const Planner *planner, NodeId value) {
    while (planner->nodes[value].role == ROLE_VIEW && graph_node(planner->graph, value)->op == OP_RESHAPE)
        value = graph_node(planner->graph, value)->inputs[0];
    const PlanNode *info = &planner->nodes[value];
    bool inside = info->reduction == REDUCTION_NONE || info->reduction == REDUCTION_ROW;
    return info->role == ROLE_REGION && inside ? value : NODE_NONE;
}

static bool reads(const PlanGroup *group, NodeId base) {
    for (int64_t i = 0; i < group->reads.count; i++)
        if (group->reads.items[i] == base) return true;
    return false;
}

/* Every read of the old value within the group is of the element that is written. */
static bool reads_in_place(const Planner *planner, int32_t number, NodeId leaf, const PlanMatrix *place) {
    const PlanGroup *group = &planner->groups.items[number];
    for (int64_t i = 0; i < group->nodes.count; i++) {
        const Node *node = graph_node(planner->graph, group->nodes.items[i]);
        for (int32_t k = 0; k < node->input_count; k++) {
            NodeId base;
            if (planner_operand(planner, number, node->inputs[k], &base) != SOURCE_MEMORY || base != leaf) continue;
            PlanMatrix matrix;
            if (!plan_matrix(&graph_node(planner->graph, node->inputs[k])->shape, &planner->nodes[node->inputs[k]].view,
                             &matrix))
                return false;
            if (matrix.row_stride != place->row_stride || matrix.column_stride != place->column_stride) return false;
        }
    }
    return true;
}

static bool can_write_in_place(const Planner *planner, int32_t number, NodeId leaf, const PlanMatrix *place) {
    if (leaf == NODE_NONE) return true;
    if (!reads_in_place(planner, number, leaf, place)) return false;
    for (int32_t reader = 0; reader < planner->groups.count; reader++)
        if (reader != number && reads(&planner->groups.items[reader], leaf) && planner_reaches(planner, number, reader))
            return false;
    return true;
}

/* `number` writes: whoever reads the old value comes before. */
static void order_readers(Planner *planner, int32_t number, NodeId leaf) {
    for (int32_t reader = 0; leaf != NODE_NONE && reader < planner->groups.count; reader++)
        if (reader != number && reads(&planner->groups.items[reader], leaf)) {
            if (planner_reaches(planner, number, reader)) BUG("parameters exchange their values");
            vec_push(planner->arena, &planner->groups.items[number].after, reader);
        }
}

static void assign_one(Planner *planner, const GraphAssign *assign) {
    NodeId leaf = leaf_of(planner->graph, assign);
    PlanMatrix place = place_of(planner, assign);
    NodeId value = region_value(planner, assign->value);
    if (value != NODE_NONE) {
        int32_t number = planner->nodes[value].group;
        PlanExtent extent = planner->nodes[value].extent, loop = planner->groups.items[number].extent;
        bool whole = extent.rows == loop.rows && extent.columns == loop.columns;
        if (whole && can_write_in_place(planner, number, leaf, &place)) {
            order_readers(planner, number, leaf);
            vec_push(planner->arena, &planner->groups.items[number].stores, (PlanStore){value, place, -1});
            return;
        }
    }
    planner_demand(planner, assign->value);
    int32_t number = planner_copy_group(planner, assign->value, place);
    NodeId base;
    if (planner_operand(planner, number, assign->value, &base) == SOURCE_MEMORY)
        vec_push(planner->arena, &planner->groups.items[number].reads, base);
    order_readers(planner, number, leaf);
}

void planner_assign(Planner *planner) {
    const Graph *graph = planner->graph;
    for (int64_t i = 0; i < graph->assigns.count; i++) {
        NodeId value = region_value(planner, graph->assigns.items[i].value);
        if (value == NODE_NONE)
            planner_demand(planner, graph->assigns.items[i].value);
        else if (planner->nodes[value].group < 0)
            planner_place(planner, value);
    }
    planner_collect_reads(planner);
    for (int64_t i = 0; i < graph->assigns.count; i++) assign_one(planner, &graph->assigns.items[i]);
}
