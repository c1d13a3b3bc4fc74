/* Building a graph: every builder fills a Node and appends it; the op's family infers the shape. */
#include "ir/graph.h"

#include "ir/op_rules.h"
#include "support/panic.h"

const OpInfo op_table[OP_COUNT] = {
#define OP(id, name, family, arity, doc) [OP_##id] = {name, FAMILY_##family, arity, doc},
#include "ir/ops.def"
#undef OP
};

static const OpRules *const family_rules[FAMILY_COUNT] = {
    [FAMILY_LEAF] = &rules_leaf,           [FAMILY_ELEMENTWISE] = &rules_elementwise,
    [FAMILY_REDUCE] = &rules_reduce,       [FAMILY_CONTRACT] = &rules_contract,
    [FAMILY_MOVEMENT] = &rules_movement,   [FAMILY_INDEX] = &rules_index,
    [FAMILY_WINDOW] = &rules_window,       [FAMILY_RANDOM] = &rules_random,
    [FAMILY_RECURRENT] = &rules_recurrent,
};

const OpRules *op_rules(OpKind op) { return family_rules[op_table[op].family]; }

void rules_mismatch(const Graph *graph, const Node *node, const char *why) {
    const char *shapes = "";
    for (int32_t i = 0; i < node->input_count; i++)
        shapes = arena_printf(graph->arena, "%s %s", shapes, shape_text(graph->arena, input_shape(graph, node, i)));
    BUG("%s of%s to %s in layer %s: %s", op_table[node->op].name, *shapes != '\0' ? shapes : " nothing",
        shape_text(graph->arena, &node->shape), node->layer != NULL ? node->layer : "(none)", why);
}

Graph *graph_new(Arena *arena, bool training) {
    Graph *graph = ARENA_NEW(arena, Graph);
    graph->arena = arena;
    graph->training = training;
    graph->loss_sum = graph->weight_sum = graph->penalty = graph->objective = NODE_NONE;
    graph->gradient_norm = graph->clipped = NODE_NONE;
    graph->phase = PHASE_FORWARD;
    graph->span = SPAN_NONE;
    return graph;
}

NodeId graph_append(Graph *graph, Node node) {
    NodeId *inputs = ARENA_ARRAY(graph->arena, NodeId, node.input_count);
    for (int32_t i = 0; i < node.input_count; i++) {
        inputs[i] = node.inputs[i];
        if (inputs[i] < 0 || inputs[i] >= graph->nodes.count)
            BUG("input %d of %s is node %d of %lld", i, op_table[node.op].name, inputs[i],
                (long long)graph->nodes.count);
    }
    if (op_table[node.op].arity >= 0 && node.input_count != op_table[node.op].arity)
        BUG("%s has %d inputs", op_table[node.op].name, node.input_count);
    node.inputs = inputs;
    node.phase = graph->phase;
    node.span = graph->span;
    node.layer = graph->layer;
    op_rules(node.op)->infer(graph, &node);
    NodeId known = node_set_find(graph, &node);
    if (known != NODE_NONE) return known;
    vec_push(graph->arena, &graph->nodes, node);
    node_set_add(graph, (NodeId)(graph->nodes.count - 1));
    return (NodeId)(graph->nodes.count - 1);
}

NodeId graph_constant(Graph *graph, double value) {
    return graph_append(graph, (Node){.op = OP_CONSTANT, .value = value});
}

bool graph_known_value(const Graph *graph, NodeId id, double *out) {
    const Node *node = graph_node(graph, id);
    while (node->op == OP_BROADCAST || node->op == OP_RESHAPE) node = graph_node(graph, node->inputs[0]);
    *out = node->value;
    return node->op == OP_CONSTANT;
}

NodeId graph_leaf(Graph *graph, OpKind op, Shape shape, int32_t index, int64_t begin, int64_t end) {
    return graph_append(graph, (Node){.op = op, .shape = shape, .index = index, .begin = begin, .end = end});
}

NodeId graph_parameter(Graph *graph, GraphParameter parameter) {
    int32_t index = (int32_t)graph->parameters.count;
    parameter.node = parameter.gradient = NODE_NONE;
    vec_push(graph->arena, &graph->parameters, parameter);
    NodeId node = graph_leaf(graph, OP_PARAMETER, parameter.shape, index, 0, 0);
    graph->parameters.items[index].node = node;
    return node;
}

NodeId graph_state(Graph *graph, const char *name, int32_t parameter, double initial) {
    if (parameter < 0 || parameter >= graph->parameters.count) BUG("state %s of parameter %d", name, parameter);
    GraphState state = {.name = name, .parameter = parameter, .initial = initial, .node = NODE_NONE};
    int32_t index = (int32_t)graph->states.count;
    vec_push(graph->arena, &graph->states, state);
    NodeId node = graph_leaf(graph, OP_STATE, graph->parameters.items[parameter].shape, index, 0, 0);
    graph->states.items[index].node = node;
    return node;
}

/* An append of `op` with these inputs and no attributes. */
static NodeId append_op(Graph *graph, OpKind op, const NodeId *inputs, int32_t count) {
    return graph_append(graph, (Node){.op = op, .inputs = inputs, .input_count = count});
}

NodeId graph_unary(Graph *graph, OpKind op, NodeId a) { return append_op(graph, op, &a, 1); }

static Shape joined_shape(Graph *graph, OpKind op, Shape left, NodeId other) {
    Shape joined;
    if (!shape_join(&left, &graph_node(graph, other)->shape, &joined))
        BUG("%s of shapes %s and %s in layer %s", op_table[op].name, shape_text(graph->arena, &left),
            shape_text(graph->arena, &graph_node(graph, other)->shape), graph->layer != NULL ? graph->layer : "(none)");
    return joined;
}

NodeId graph_binary(Graph *graph, OpKind op, NodeId a, NodeId b) {
    Shape shape = joined_shape(graph, op, graph_node(graph, a)->shape, b);
    NodeId left = graph_broadcast(graph, a, shape);
    return append_op(graph, op, (NodeId[]){left, graph_broadcast(graph, b, shape)}, 2);
}

NodeId graph_select(Graph *graph, NodeId condition, NodeId a, NodeId b) {
    Shape shape = joined_shape(graph, OP_SELECT, graph_node(graph, condition)->shape, a);
    shape = joined_shape(graph, OP_SELECT, shape, b);
    NodeId mask = graph_broadcast(graph, condition, shape);
    NodeId taken = graph_broadcast(graph, a, shape);
    return append_op(graph, OP_SELECT, (NodeId[]){mask, taken, graph_broadcast(graph, b, shape)}, 3);
}

NodeId graph_reduce(Graph *graph, OpKind op, NodeId a, uint32_t axes) {
    if (axes == 0) return a;
    return graph_append(graph, (Node){.op = op, .inputs = &a, .input_count = 1, .axes = axes});
}

NodeId graph_contract(Graph *graph, NodeId a, NodeId b, bool transpose_a, bool transpose_b) {
    return graph_append(graph, (Node){.op = OP_CONTRACT,
                                      .inputs = (NodeId[]){a, b},
                                      .input_count = 2,
                                      .transpose_a = transpose_a,
                                      .transpose_b = transpose_b});
}

NodeId graph_reshape(Graph *graph, NodeId a, Shape shape) {
    if (shape_equal(&graph_node(graph, a)->shape, &shape)) return a;
    return graph_append(graph, (Node){.op = OP_RESHAPE, .inputs = &a, .input_count = 1, .shape = shape});
}

NodeId graph_transpose(Graph *graph, NodeId a, const int8_t *permutation) {
    Node node = {.op = OP_TRANSPOSE, .inputs = &a, .input_count = 1};
    bool moves = false;
    for (int8_t i = 0; i < graph_node(graph, a)->shape.rank; i++) {
        node.permutation[i] = permutation[i];
        moves = moves || permutation[i] != i;
    }
    return moves ? graph_append(graph, node) : a;
}

NodeId graph_broadcast(Graph *graph, NodeId a, Shape shape) {
    if (shape_equal(&graph_node(graph, a)->shape, &shape)) return a;
    return graph_append(graph, (Node){.op = OP_BROADCAST, .inputs = &a, .input_count = 1, .shape = shape});
}

NodeId graph_slice(Graph *graph, NodeId a, int32_t axis, int64_t begin, int64_t end) {
    const Shape *shape = &graph_node(graph, a)->shape;
    if (axis >= 0 && axis < shape->rank && begin == 0 && end == shape->dims[axis]) return a;
    return graph_append(
        graph, (Node){.op = OP_SLICE, .inputs = &a, .input_count = 1, .axis = axis, .begin = begin, .end = end});
}

NodeId graph_pad(Graph *graph, NodeId a, int32_t axis, int64_t before, int64_t behind) {
    if (before == 0 && behind == 0) return a;
    return graph_append(
        graph, (Node){.op = OP_PAD, .inputs = &a, .input_count = 1, .axis = axis, .begin = before, .end = behind});
}

NodeId graph_concat(Graph *graph, const NodeId *inputs, int32_t count, int32_t axis) {
    if (count == 1) return inputs[0];
    return graph_append(graph, (Node){.op = OP_CONCAT, .inputs = inputs, .input_count = count, .axis = axis});
}

NodeId graph_gather(Graph *graph, NodeId table, NodeId indices) {
    return append_op(graph, OP_GATHER, (NodeId[]){table, indices}, 2);
}

NodeId graph_scatter_add(Graph *graph, NodeId values, NodeId indices, int64_t rows) {
    const Shape *shape = &graph_node(graph, values)->shape;
    return graph_append(graph, (Node){.op = OP_SCATTER_ADD,
                                      .inputs = (NodeId[]){values, indices},
                                      .input_count = 2,
                                      .shape = {.rank = 2, .dims = {rows, shape->dims[1]}}});
}

NodeId graph_window(Graph *graph, OpKind op, NodeId a, NodeId b, Window window) {
    return graph_append(
        graph, (Node){.op = op, .inputs = (NodeId[]){a, b}, .input_count = b == NODE_NONE ? 1 : 2, .window = window});
}

NodeId graph_uniform(Graph *graph, Shape shape, int32_t stream) {
    return graph_append(graph, (Node){.op = OP_UNIFORM, .shape = shape, .index = stream});
}

NodeId graph_iota(Graph *graph, Shape shape) { return graph_append(graph, (Node){.op = OP_IOTA, .shape = shape}); }

NodeId graph_iota_rows(Graph *graph, Shape shape) {
    return graph_append(graph, (Node){.op = OP_IOTA, .shape = shape, .axis = 1});
}

NodeId graph_time_major(Graph *graph, NodeId a) { return graph_unary(graph, OP_TIME_MAJOR, a); }

NodeId graph_batch_major(Graph *graph, NodeId a) { return graph_unary(graph, OP_BATCH_MAJOR, a); }

NodeId graph_recurrent(Graph *graph, LrtRecurrence cell, bool reverse, bool last, NodeId inputs, NodeId weight,
                       NodeId bias) {
    NodeId tape = graph_append(graph, (Node){.op = OP_RECURRENT_TAPE,
                                             .inputs = (NodeId[]){inputs, weight, bias},
                                             .input_count = 3,
                                             .index = (int32_t)cell,
                                             .reverse = reverse});
    return graph_append(graph, (Node){.op = last ? OP_RECURRENT_LAST : OP_RECURRENT,
                                      .inputs = (NodeId[]){tape, inputs, weight, bias},
                                      .input_count = 4,
                                      .index = (int32_t)cell,
                                      .reverse = reverse});
}

void graph_assign_parameter(Graph *graph, int32_t parameter, NodeId value) {
    vec_push(graph->arena, &graph->assigns, (GraphAssign){.is_state = false, .index = parameter, .value = value});
}

void graph_assign_state(Graph *graph, int32_t state, NodeId value) {
    vec_push(graph->arena, &graph->assigns, (GraphAssign){.is_state = true, .index = state, .value = value});
}
