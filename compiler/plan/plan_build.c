/* From graph to plan, step by step: inputs and parameters get their place, nodes their role, roles their group, groups
 * their order, kernels their buffers. */
#include "plan/planner.h"

#include "support/panic.h"

static void widen_input(PlanInput *input, int64_t width) {
    if (width > input->width) input->width = width;
}

static void place_input(Planner *planner, PlanInput *input, bool whole_vectors) {
    input->buffer = -1;
    if (input->width == 0) return;
    PlanExtent extent = {DIM_BATCH, input->width};
    /* Only features are read row by row; labels and targets are gathered along the batch, best without gaps. */
    input->stride = whole_vectors ? layout_row_stride(extent, true) : input->width;
    input->buffer =
        planner_new_buffer(planner, SECTION_CALL,
                           layout_bytes(extent, planner->plan->capacity, input->stride) + PLAN_LANES * 4, NODE_NONE);
}

static void place_inputs(Planner *planner, const LrtDataSpec *data) {
    Plan *plan = planner->plan;
    for (int64_t i = 0; i < planner->graph->nodes.count; i++) {
        const Node *node = &planner->graph->nodes.items[i];
        switch (node->op) {
        case OP_FEATURES: widen_input(&plan->features, node->end); break;
        case OP_TARGETS: widen_input(&plan->targets, node->end); break;
        case OP_INDICES: widen_input(&plan->indices, node->index + 1); break;
        case OP_LABELS: widen_input(&plan->labels, node->index + 1); break;
        case OP_ROW_WEIGHTS: widen_input(&plan->weights, 1); break;
        default: break;
        }
    }
    if (data != NULL) {
        PlanInput *inputs[] = {&plan->features, &plan->indices, &plan->targets, &plan->labels};
        const int64_t widths[] = {data->fed_width, data->index_width, data->target_width, data->label_width};
        for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++)
            if (inputs[i]->width > 0) widen_input(inputs[i], widths[i]);
    }
    place_input(planner, &plan->features, true);
    place_input(planner, &plan->targets, false);
    place_input(planner, &plan->indices, false);
    place_input(planner, &plan->labels, false);
    place_input(planner, &plan->weights, false);
}

static int32_t new_parameter_buffer(Planner *planner, PlanSection section, const Shape *shape, NodeId node) {
    PlanExtent extent = plan_extent(shape);
    return planner_new_buffer(planner, section, layout_bytes(extent, extent.rows, layout_row_stride(extent, false)),
                              node);
}

static void place_parameters(Planner *planner) {
    const Graph *graph = planner->graph;
    PlanParameter *parameters = ARENA_ARRAY(planner->arena, PlanParameter, graph->parameters.count + 1);
    for (int64_t i = 0; i < graph->parameters.count; i++) {
        const GraphParameter *parameter = &graph->parameters.items[i];
        PlanExtent extent = plan_extent(&parameter->shape);
        parameters[i] = (PlanParameter){
            .extent = extent,
            .stride = layout_row_stride(extent, false),
            .buffer = new_parameter_buffer(planner, SECTION_PARAMETERS, &parameter->shape, parameter->node),
            .gradient = -1};
    }
    int32_t *states = ARENA_ARRAY(planner->arena, int32_t, graph->states.count + 1);
    for (int64_t i = 0; i < graph->states.count; i++) {
        const GraphState *state = &graph->states.items[i];
        states[i] = new_parameter_buffer(planner, SECTION_STATES, &graph->parameters.items[state->parameter].shape,
                                         state->node);
    }
    PlanMatrix none = {.buffer = -1};
    planner->outputs = ARENA_ARRAY(planner->arena, PlanOutput, graph->outputs.count + 1);
    for (int64_t i = 0; i < graph->outputs.count; i++) planner->outputs[i] = (PlanOutput){none, none, none, 0};
    planner->plan->outputs = planner->outputs;
    planner->parameters = parameters;
    planner->plan->parameters = parameters;
    planner->plan->states = states;
}

static PlanMatrix result_matrix(const Planner *planner, NodeId id) {
    PlanMatrix matrix = {.buffer = -1};
    if (id == NODE_NONE) return matrix;
    const Plan *plan = planner->plan;
    if (!plan_matrix(&graph_node(planner->graph, id)->shape, &plan->views[id], &matrix) || matrix.buffer < 0)
        BUG("the result %d lies nowhere", id);
    return matrix;
}

/* The results that the caller reads; those that were copied have their place already. */
static void find_results(Planner *planner) {
    const Graph *graph = planner->graph;
    Plan *plan = planner->plan;
    PlanOutput *outputs = planner->outputs;
    for (int64_t i = 0; i < graph->outputs.count; i++) {
        const GraphOutput *output = &graph->outputs.items[i];
        outputs[i].width = planner->nodes[output->prediction].extent.columns;
        if (outputs[i].prediction.buffer < 0) outputs[i].prediction = result_matrix(planner, output->prediction);
        if (outputs[i].row_loss.buffer < 0) outputs[i].row_loss = result_matrix(planner, output->row_loss);
        if (outputs[i].row_weight.buffer < 0) outputs[i].row_weight = result_matrix(planner, output->row_weight);
    }
    for (int64_t i = 0; i < graph->parameters.count; i++) {
        PlanParameter *parameter = &planner->parameters[i];
        if (graph->parameters.items[i].gradient != NODE_NONE && parameter->gradient < 0)
            parameter->gradient = result_matrix(planner, graph->parameters.items[i].gradient).buffer;
    }
    plan->loss_sum = result_matrix(planner, graph->loss_sum);
    plan->weight_sum = result_matrix(planner, graph->weight_sum);
    plan->penalty = result_matrix(planner, graph->penalty);
    plan->gradient_norm = result_matrix(planner, graph->gradient_norm);
    plan->clipped = result_matrix(planner, graph->clipped);
}

Plan *plan_build(Session *session, const Graph *graph, int64_t batch, const LrtDataSpec *data) {
    Plan *plan = ARENA_NEW(session->arena, Plan);
    *plan = (Plan){.graph = graph, .capacity = batch};
    Planner planner = {.arena = session->arena, .graph = graph, .plan = plan};
    place_inputs(&planner, data);
    place_parameters(&planner);
    planner_assign_roles(&planner);
    planner_group(&planner);
    planner_order(&planner);
    planner_emit_kernels(&planner);
    find_results(&planner);
    planner_split_products(&planner);
    planner_fuse_products(&planner);
    planner_split_regions(&planner);
    planner_place_buffers(&planner);
    return plan;
}
