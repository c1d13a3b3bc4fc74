/* Rows of a table picked by index, and its gradient: rows added up by index. Each is the other's gradient. */
#include "ir/op_rules.h"
#include "support/panic.h"

static void infer(const Graph *graph, Node *node) {
    const Shape *table = input_shape(graph, node, 0), *indices = input_shape(graph, node, 1);
    Shape given = node->shape;
    node->type = ELEMENT_FLOAT;
    if (graph_node(graph, node->inputs[0])->type != ELEMENT_FLOAT) rules_mismatch(graph, node, "the table is int32");
    if (graph_node(graph, node->inputs[1])->type != ELEMENT_INT32)
        rules_mismatch(graph, node, "the indices are no int32");
    if (table->rank != 2 || indices->rank != 1)
        rules_mismatch(graph, node, "it takes a matrix and a vector of indices");
    if (node->op == OP_GATHER) {
        node->shape = (Shape){.rank = 2, .dims = {indices->dims[0], table->dims[1]}};
        if (table->dims[0] < 0) rules_mismatch(graph, node, "the table's rows are a fixed number");
        return;
    }
    if (table->dims[0] != indices->dims[0]) rules_mismatch(graph, node, "there is one index for each row");
    if (given.rank != 2 || given.dims[0] < 1 || given.dims[1] != table->dims[1])
        rules_mismatch(graph, node, "the result has a fixed number of rows of the same width");
}

static void differentiate(Gradient *gradient, const Node *node, NodeId id, NodeId upstream) {
    (void)id;
    Graph *graph = gradient->graph;
    NodeId table = node->inputs[0], indices = node->inputs[1];
    if (!gradient_wanted(gradient, table)) return;
    int64_t rows = graph_node(graph, table)->shape.dims[0];
    gradient_add(gradient, table,
                 node->op == OP_GATHER ? graph_scatter_add(graph, upstream, indices, rows)
                                       : graph_gather(graph, upstream, indices));
}

static void evaluate(const Evaluation *evaluation, const Node *node, double *out) {
    int64_t dims[GRAPH_MAX_RANK];
    int64_t count = evaluation_count(evaluation, graph_node(evaluation->graph, node->inputs[1]));
    const double *table = evaluation->values[node->inputs[0]], *indices = evaluation->values[node->inputs[1]];
    bool is_gather = node->op == OP_GATHER;
    evaluation_dims(evaluation, is_gather ? input_shape(evaluation->graph, node, 0) : &node->shape, dims);
    for (int64_t i = 0; i < count; i++) {
        int64_t row = (int64_t)indices[i];
        if (row < 0 || row >= dims[0]) BUG("index %lld of a table of %lld rows", (long long)row, (long long)dims[0]);
        for (int64_t k = 0; k < dims[1]; k++) {
            if (is_gather)
                out[i * dims[1] + k] = table[row * dims[1] + k];
            else
                out[row * dims[1] + k] += table[i * dims[1] + k];
        }
    }
}

const OpRules rules_index = {infer, differentiate, evaluate};
