/* The expanded network, node by node: inputs become leaves, layers build themselves, arithmetic and `concat` check what
 * they join. A node behind a mistake is passed over, so that each mistake is told once. */
#include "lower/lowering.h"
#include "support/panic.h"

/* Rows of numbers as images or sequences, where the columns have a shape. */
static NodeId shape_rows(Lowering *lowering, const NetNode *node, NodeId rows) {
    Shape shape = {.rank = (int32_t)node->dim_count + 1, .dims = {DIM_BATCH}};
    if (node->dim_count == 0) return rows;
    for (int64_t i = 0; i < node->dim_count; i++) shape.dims[i + 1] = node->dims[i];
    return graph_reshape(lowering->build.graph, rows, shape);
}

/* The last rows of some columns: they are fed as one slice, row behind row. */
static NodeId lower_window(Lowering *lowering, const NetNode *node) {
    Graph *graph = lowering->build.graph;
    const LrtInput *first = &lowering->model->data.inputs[node->columns[0]];
    int64_t width = 0, rows = node->dims[0];
    for (int64_t i = 0; i < node->column_count; i++) width += lowering->model->data.inputs[node->columns[i]].width;
    NodeId slice = graph_leaf(graph, OP_FEATURES, shape_batch(rows * width), 0, first->fed_offset,
                              first->fed_offset + rows * width);
    return graph_reshape(graph, slice, (Shape){.rank = 3, .dims = {DIM_BATCH, rows, width}});
}

/* Columns of the feature matrix, neighbours as one slice. */
static NodeId lower_columns(Lowering *lowering, const NetNode *node) {
    Graph *graph = lowering->build.graph;
    VEC(NodeId) parts = {0};
    int64_t begin = 0, end = 0;
    if (lowering->model->data.inputs[node->columns[0]].block > 0) return lower_window(lowering, node);
    for (int64_t i = 0; i <= node->column_count; i++) {
        const LrtInput *input = i < node->column_count ? &lowering->model->data.inputs[node->columns[i]] : NULL;
        if (input != NULL && input->is_index) BUG("%s is an index among numbers", input->name);
        if (input != NULL && input->fed_offset == end && end > begin) {
            end += input->width;
            continue;
        }
        if (end > begin)
            vec_push(graph->arena, &parts, graph_leaf(graph, OP_FEATURES, shape_batch(end - begin), 0, begin, end));
        if (input == NULL) break;
        begin = input->fed_offset;
        end = begin + input->width;
    }
    if (parts.count > 0) return shape_rows(lowering, node, graph_concat(graph, parts.items, (int32_t)parts.count, 1));
    Diagnostic *diagnostic =
        diag_report(lowering->session, DIAG_SHAPE_ERROR, node->span, "nothing is left of `%s` after preprocessing",
                    lowering->model->data.inputs[node->columns[0]].name);
    diag_why(diagnostic, "an encoding of levels that the training part lacks has no columns");
    return NODE_NONE;
}

/* `constant`: one learnt number, 1 at first, so that what stands behind it learns from the first step on. */
static NodeId lower_start(Lowering *lowering, const NetNode *node) {
    Build *build = &lowering->build;
    int64_t number = 0, one = 1;
    for (const NetNode *at = lowering->model->nodes.items; at <= node; at++) number += at->kind == NET_START;
    const char *name = arena_printf(lowering->session->arena, "constant_%lld", (long long)number);
    build_layer_begin(build, NULL, (BuildLayer){.name = name, .text = "constant", .span = node->span});
    NodeId weight = build_parameter(build, (ParameterOptions){.suffix = "weight",
                                                              .shape = shape_make(1, &one),
                                                              .init = LRT_INIT_CONSTANT,
                                                              .init_value = 1,
                                                              .fan_in = 1,
                                                              .fan_out = 1});
    NodeId value = graph_broadcast(build->graph, weight, shape_batch(1));
    build_layer_end(build, NULL, value);
    return value;
}

static NodeId lower_call(Lowering *lowering, const NetNode *node, NodeId input) {
    Build *build = &lowering->build;
    const NetNode *from = &lowering->model->nodes.items[node->inputs[0]];
    int64_t first = lowering->session->diagnostics.count;
    build->next_activation = node->next_activation;
    build->index_count = from->kind == NET_INDEX ? lowering->model->data.inputs[from->columns[0]].index_count : 0;
    NodeId output = build_call(build, node->call, input);
    if (output == NODE_NONE) explain_shapes(lowering, node, first);
    return output;
}

static OpKind binary_op(char op) {
    switch (op) {
    case '+': return OP_ADD;
    case '-': return OP_SUB;
    case '*': return OP_MUL;
    case '/': return OP_DIV;
    default: BUG("no arithmetic `%c` on tensors", op);
    }
}

/* A row [F] beside rows [T, F]: axes of length 1 behind the batch, so that both have `rank` and the batch stays first.
 */
static NodeId align_rank(Graph *graph, NodeId value, int32_t rank) {
    const Shape *shape = &graph_node(graph, value)->shape;
    if (!shape_has_batch(shape) || shape->rank >= rank) return value;
    Shape aligned = {.rank = rank, .dims = {shape->dims[0]}};
    int32_t missing = rank - shape->rank;
    for (int32_t i = 1; i < rank; i++) aligned.dims[i] = i <= missing ? 1 : shape->dims[i - missing];
    return graph_reshape(graph, value, aligned);
}

static NodeId lower_binary(Lowering *lowering, const NetNode *node, NodeId left, NodeId right) {
    Graph *graph = lowering->build.graph;
    Shape joined;
    int32_t left_rank = graph_node(graph, left)->shape.rank, right_rank = graph_node(graph, right)->shape.rank;
    left = align_rank(graph, left, right_rank);
    right = align_rank(graph, right, left_rank);
    if (shape_join(&graph_node(graph, left)->shape, &graph_node(graph, right)->shape, &joined))
        return graph_binary(graph, binary_op(node->op), left, right);
    report_operand_shapes(lowering, node);
    return NODE_NONE;
}

/* Equal in all dimensions but the last, and not the batch's alone. */
static bool joins(const Shape *left, const Shape *right) {
    bool equal = left->rank == right->rank && left->rank >= 2;
    for (int32_t i = 0; equal && i + 1 < left->rank; i++) equal = left->dims[i] == right->dims[i];
    return equal;
}

static NodeId lower_concat(Lowering *lowering, const NetNode *node) {
    Graph *graph = lowering->build.graph;
    NodeId *parts = ARENA_ARRAY(graph->arena, NodeId, node->input_count);
    for (int64_t i = 0; i < node->input_count; i++) {
        parts[i] = lowering->values[node->inputs[i]];
        if (joins(&graph_node(graph, parts[0])->shape, &graph_node(graph, parts[i])->shape)) continue;
        report_part_shapes(lowering, node, i);
        return NODE_NONE;
    }
    return graph_concat(graph, parts, (int32_t)node->input_count, graph_node(graph, parts[0])->shape.rank - 1);
}

static NodeId lower_assert(Lowering *lowering, const NetNode *node, NodeId value) {
    const Shape *shape = &graph_node(lowering->build.graph, value)->shape;
    bool holds = node->dim_count == shape->rank - 1;
    for (int64_t i = 0; holds && i < node->dim_count; i++) holds = node->dims[i] == shape->dims[i + 1];
    if (!holds) report_asserted_shape(lowering, node);
    return value;
}

static NodeId lower_index(Lowering *lowering, const NetNode *node) {
    const LrtInput *input = &lowering->model->data.inputs[node->columns[0]];
    return graph_leaf(lowering->build.graph, OP_INDICES, shape_batch(0), input->offset, 0, 0);
}

static NodeId lower_node(Lowering *lowering, const NetNode *node) {
    Graph *graph = lowering->build.graph;
    for (int64_t i = 0; i < node->input_count; i++)
        if (lowering->values[node->inputs[i]] == NODE_NONE) return NODE_NONE;
    NodeId first = node->input_count > 0 ? lowering->values[node->inputs[0]] : NODE_NONE;
    graph->span = node->span;
    switch (node->kind) {
    case NET_INPUT: return lower_columns(lowering, node);
    case NET_INDEX: return lower_index(lowering, node);
    case NET_CONSTANT: return graph_constant(graph, node->value);
    case NET_START: return lower_start(lowering, node);
    case NET_CALL: return lower_call(lowering, node, first);
    case NET_BINARY: return lower_binary(lowering, node, first, lowering->values[node->inputs[1]]);
    case NET_NEGATE: return graph_unary(graph, OP_NEG, first);
    case NET_CONCAT: return lower_concat(lowering, node);
    case NET_ASSERT: return lower_assert(lowering, node, first);
    case NET_OUTPUT: return lower_output(lowering, node);
    }
    BUG("no node of kind %d", (int)node->kind);
}

void lower_network(Lowering *lowering) {
    for (int64_t i = 0; i < lowering->model->nodes.count; i++) {
        int64_t layers = lowering->build.layers.count;
        lowering->values[i] = lower_node(lowering, &lowering->model->nodes.items[i]);
        bool is_layer = lowering->build.layers.count > layers;
        lowering->net_layers[i] = is_layer ? (int32_t)layers : -1;
    }
}
