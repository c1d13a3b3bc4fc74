/* The matrix product. Its gradients are matrix products again, transposes folded into their flags. */
#include "ir/op_rules.h"

static void infer(const Graph *graph, Node *node) {
    const Shape *a = input_shape(graph, node, 0), *b = input_shape(graph, node, 1);
    node->type = ELEMENT_FLOAT;
    node->shape = shape_scalar();
    for (int32_t i = 0; i < 2; i++)
        if (graph_node(graph, node->inputs[i])->type != ELEMENT_FLOAT) rules_mismatch(graph, node, "an input is int32");
    if (a->rank != 2 || b->rank != 2) rules_mismatch(graph, node, "both operands are matrices");
    if (a->dims[node->transpose_a ? 0 : 1] != b->dims[node->transpose_b ? 1 : 0])
        rules_mismatch(graph, node, "the inner dimensions differ");
    node->shape = (Shape){.rank = 2, .dims = {a->dims[node->transpose_a ? 1 : 0], b->dims[node->transpose_b ? 0 : 1]}};
    if (!shape_is_valid(&node->shape)) rules_mismatch(graph, node, "the batch can only be the first dimension");
}

/* With C = A B: dA = dC Bᵀ and dB = Aᵀ dC. Where an operand was read transposed, its gradient is the transposed
 * product. */
static void differentiate(Gradient *gradient, const Node *node, NodeId id, NodeId upstream) {
    (void)id;
    Graph *graph = gradient->graph;
    NodeId a = node->inputs[0], b = node->inputs[1];
    bool ta = node->transpose_a, tb = node->transpose_b;
    if (gradient_wanted(gradient, a))
        gradient_add(gradient, a,
                     ta ? graph_contract(graph, b, upstream, tb, true)
                        : graph_contract(graph, upstream, b, false, !tb));
    if (gradient_wanted(gradient, b))
        gradient_add(gradient, b,
                     tb ? graph_contract(graph, upstream, a, true, ta)
                        : graph_contract(graph, a, upstream, !ta, false));
}

static void evaluate(const Evaluation *evaluation, const Node *node, double *out) {
    int64_t a_dims[GRAPH_MAX_RANK], b_dims[GRAPH_MAX_RANK];
    evaluation_dims(evaluation, input_shape(evaluation->graph, node, 0), a_dims);
    evaluation_dims(evaluation, input_shape(evaluation->graph, node, 1), b_dims);
    int64_t rows = a_dims[node->transpose_a ? 1 : 0], inner = a_dims[node->transpose_a ? 0 : 1];
    int64_t columns = b_dims[node->transpose_b ? 0 : 1];
    int64_t a_row = node->transpose_a ? 1 : a_dims[1], a_step = node->transpose_a ? a_dims[1] : 1;
    int64_t b_step = node->transpose_b ? 1 : b_dims[1], b_column = node->transpose_b ? b_dims[1] : 1;
    const double *a = evaluation->values[node->inputs[0]], *b = evaluation->values[node->inputs[1]];
    for (int64_t i = 0; i < rows; i++)
        for (int64_t k = 0; k < inner; k++) {
            double factor = a[i * a_row + k * a_step];
            for (int64_t j = 0; j < columns; j++) out[i * columns + j] += factor * b[k * b_step + j * b_column];
        }
}

const OpRules rules_contract = {infer, differentiate, evaluate};
