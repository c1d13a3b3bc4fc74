/* The matrix product. Its gradients are matrix products again, transposes folded into their flags. */
#include "ir/op_rules.h"

static void infer(const Graph *graph, Node *node) {
    const Shape *a = input_shape(graph, node, 0), *b = input_shape(graph, node, 1);
    int32_t lead = a->rank - 2;
    node->type = ELEMENT_FLOAT;
    node->shape = shape_scalar();
    for (int32_t i = 0; i < 2; i++)
        if (graph_node(graph, node->inputs[i])->type != ELEMENT_FLOAT) rules_mismatch(graph, node, "an input is int32");
    if (lead < 0 || b->rank != a->rank) rules_mismatch(graph, node, "both operands are matrices of one rank");
    for (int32_t i = 0; i < lead; i++)
        if (a->dims[i] != b->dims[i]) rules_mismatch(graph, node, "the axes before the matrices differ");
    if (a->dims[lead + (node->transpose_a ? 0 : 1)] != b->dims[lead + (node->transpose_b ? 1 : 0)])
        rules_mismatch(graph, node, "the inner dimensions differ");
    node->shape = *a;
    node->shape.dims[lead] = a->dims[lead + (node->transpose_a ? 1 : 0)];
    node->shape.dims[lead + 1] = b->dims[lead + (node->transpose_b ? 0 : 1)];
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

/* One product; strides are (row, step) of a and (step, column) of b. */
static void multiply(int64_t rows, int64_t inner, int64_t columns, const double *a, const int64_t *a_strides,
                     const double *b, const int64_t *b_strides, double *out) {
    for (int64_t i = 0; i < rows; i++)
        for (int64_t k = 0; k < inner; k++) {
            double factor = a[i * a_strides[0] + k * a_strides[1]];
            for (int64_t j = 0; j < columns; j++)
                out[i * columns + j] += factor * b[k * b_strides[0] + j * b_strides[1]];
        }
}

static void evaluate(const Evaluation *evaluation, const Node *node, double *out) {
    int64_t a_dims[GRAPH_MAX_RANK], b_dims[GRAPH_MAX_RANK];
    evaluation_dims(evaluation, input_shape(evaluation->graph, node, 0), a_dims);
    evaluation_dims(evaluation, input_shape(evaluation->graph, node, 1), b_dims);
    int32_t lead = node->shape.rank - 2;
    const int64_t *a = a_dims + lead, *b = b_dims + lead;
    int64_t rows = a[node->transpose_a ? 1 : 0], inner = a[node->transpose_a ? 0 : 1];
    int64_t columns = b[node->transpose_b ? 0 : 1], count = 1;
    const int64_t a_strides[] = {node->transpose_a ? 1 : a[1], node->transpose_a ? a[1] : 1};
    const int64_t b_strides[] = {node->transpose_b ? 1 : b[1], node->transpose_b ? b[1] : 1};
    for (int32_t i = 0; i < lead; i++) count *= a_dims[i];
    const double *left = evaluation->values[node->inputs[0]], *right = evaluation->values[node->inputs[1]];
    for (int64_t i = 0; i < count; i++)
        multiply(rows, inner, columns, left + i * rows * inner, a_strides, right + i * inner * columns, b_strides,
                 out + i * rows * columns);
}

const OpRules rules_contract = {infer, differentiate, evaluate};
