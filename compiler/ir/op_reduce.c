/* Reductions over a set of axes, which stay with length 1. Summing over the batch's axis makes it 1. */
#include "ir/op_rules.h"

#include <math.h>

static void infer(const Graph *graph, Node *node) {
    node->type = ELEMENT_FLOAT;
    node->shape = *input_shape(graph, node, 0);
    if (graph_node(graph, node->inputs[0])->type != ELEMENT_FLOAT) rules_mismatch(graph, node, "the input is int32");
    if (node->axes == 0 || node->axes >> node->shape.rank != 0) rules_mismatch(graph, node, "there is no such axis");
    for (int32_t i = 0; i < node->shape.rank; i++)
        if (node->axes & (1u << i)) node->shape.dims[i] = 1;
}

/* The sum's gradient is the same for all terms. The maximum's is divided evenly among the elements that reach it. */
static void differentiate(Gradient *gradient, const Node *node, NodeId id, NodeId upstream) {
    Graph *graph = gradient->graph;
    NodeId input = node->inputs[0];
    if (!gradient_wanted(gradient, input)) return;
    Shape shape = graph_node(graph, input)->shape;
    if (node->op == OP_SUM) {
        gradient_add(gradient, input, graph_broadcast(graph, upstream, shape));
        return;
    }
    NodeId reached = graph_binary(graph, OP_EQUAL, input, id);
    NodeId share = graph_binary(graph, OP_DIV, upstream, graph_reduce(graph, OP_SUM, reached, node->axes));
    gradient_add(gradient, input, graph_binary(graph, OP_MUL, reached, share));
}

static void evaluate(const Evaluation *evaluation, const Node *node, double *out) {
    int64_t dims[GRAPH_MAX_RANK], strides[GRAPH_MAX_RANK] = {0};
    const Node *input = graph_node(evaluation->graph, node->inputs[0]);
    int64_t count = evaluation_dims(evaluation, &input->shape, dims), results = evaluation_count(evaluation, node);
    int64_t stride = 1;
    for (int32_t axis = input->shape.rank - 1; axis >= 0; axis--) {
        if (node->axes & (1u << axis)) continue;
        strides[axis] = stride;
        stride *= dims[axis];
    }
    bool is_max = node->op == OP_REDUCE_MAX;
    for (int64_t i = 0; i < results; i++) out[i] = is_max ? -INFINITY : 0;
    const double *values = evaluation->values[node->inputs[0]];
    for (int64_t i = 0; i < count; i++) {
        int64_t rest = i, target = 0;
        for (int32_t axis = input->shape.rank - 1; axis >= 0; axis--) {
            target += rest % dims[axis] * strides[axis];
            rest /= dims[axis];
        }
        if (!is_max)
            out[target] += values[i];
        else if (!(values[i] <= out[target]))
            out[target] = isnan(out[target]) ? out[target] : values[i];
    }
}

const OpRules rules_reduce = {infer, differentiate, evaluate};
