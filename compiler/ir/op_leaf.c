/* Leaves: constants, the batch's matrices, weights, and the numbers of the step. Nothing flows back through them. */
#include "ir/op_rules.h"
#include "support/panic.h"

/* Leaves whose shape follows from the op alone. */
static bool fixed_shape(OpKind op, Shape *out) {
    switch ((int)op) {
    case OP_CONSTANT:
    case OP_LEARNING_RATE:
    case OP_STEP_NUMBER:
    case OP_ROW_COUNT: *out = shape_scalar(); return true;
    case OP_INDICES:
    case OP_LABELS:
    case OP_ROW_WEIGHTS: *out = shape_batch(0); return true;
    default: return false;
    }
}

static void infer_tensor(const Graph *graph, const Node *node) {
    bool is_state = node->op == OP_STATE;
    int64_t count = is_state ? graph->states.count : graph->parameters.count;
    if (node->index < 0 || node->index >= count) rules_mismatch(graph, node, "there is no tensor of that number");
    int32_t parameter = is_state ? graph->states.items[node->index].parameter : node->index;
    if (!shape_equal(&node->shape, &graph->parameters.items[parameter].shape))
        rules_mismatch(graph, node, "the tensor was registered with another shape");
    if (shape_has_batch(&node->shape)) rules_mismatch(graph, node, "a tensor of weights has no batch dimension");
}

static void infer(const Graph *graph, Node *node) {
    node->type = node->op == OP_INDICES || node->op == OP_LABELS ? ELEMENT_INT32 : ELEMENT_FLOAT;
    if (node->op == OP_FEATURES || node->op == OP_TARGETS) {
        if (node->begin < 0 || node->end <= node->begin) rules_mismatch(graph, node, "it has no columns");
        node->shape = shape_batch(node->end - node->begin);
    } else if (node->op == OP_PARAMETER || node->op == OP_STATE) {
        infer_tensor(graph, node);
    } else {
        fixed_shape(node->op, &node->shape);
    }
    if (!shape_is_valid(&node->shape)) rules_mismatch(graph, node, "no such shape");
    if (node->op == OP_IOTA && (node->axis < 0 || node->axis > 1 || node->shape.rank <= node->axis))
        rules_mismatch(graph, node, "it counts along the last axis or the one before");
    if (node->op == OP_IOTA && node->axis == 1 && node->shape.dims[node->shape.rank - 2] < 0)
        rules_mismatch(graph, node, "rows of the batch are counted as [B]");
    if ((node->op == OP_INDICES || node->op == OP_LABELS) && node->index < 0)
        rules_mismatch(graph, node, "there is no column of that number");
}

static void differentiate(Gradient *gradient, const Node *node, NodeId id, NodeId upstream) {
    (void)gradient, (void)node, (void)id, (void)upstream;
}

/* Columns begin..end of a matrix of the batch. */
static void copy_columns(const Evaluation *evaluation, const Node *node, const double *matrix, int64_t width,
                         double *out) {
    int64_t columns = node->end - node->begin;
    if (node->end > width) BUG("%s %lld of %lld", op_table[node->op].name, (long long)node->end, (long long)width);
    for (int64_t row = 0; row < evaluation->input->rows; row++)
        for (int64_t i = 0; i < columns; i++) out[row * columns + i] = matrix[row * width + node->begin + i];
}

static void copy_integers(const Evaluation *evaluation, const Node *node, const int32_t *matrix, int64_t width,
                          double *out) {
    if (node->index >= width) BUG("%s %d of %lld", op_table[node->op].name, node->index, (long long)width);
    for (int64_t row = 0; row < evaluation->input->rows; row++) out[row] = matrix[row * width + node->index];
}

static void copy_tensor(const Evaluation *evaluation, const Node *node, const double *tensor, double *out) {
    int64_t count = evaluation_count(evaluation, node);
    for (int64_t i = 0; i < count; i++) out[i] = tensor[i];
}

static void evaluate(const Evaluation *evaluation, const Node *node, double *out) {
    const EvalInput *input = evaluation->input;
    switch ((int)node->op) {
    case OP_CONSTANT: out[0] = node->value; return;
    case OP_FEATURES: copy_columns(evaluation, node, input->features, input->feature_width, out); return;
    case OP_TARGETS: copy_columns(evaluation, node, input->targets, input->target_width, out); return;
    case OP_INDICES: copy_integers(evaluation, node, input->indices, input->index_width, out); return;
    case OP_LABELS: copy_integers(evaluation, node, input->labels, input->label_width, out); return;
    case OP_ROW_WEIGHTS:
        for (int64_t row = 0; row < input->rows; row++) out[row] = input->weights != NULL ? input->weights[row] : 1;
        return;
    case OP_PARAMETER: copy_tensor(evaluation, node, input->parameters[node->index], out); return;
    case OP_STATE: copy_tensor(evaluation, node, input->states[node->index], out); return;
    case OP_LEARNING_RATE: out[0] = input->learning_rate; return;
    case OP_STEP_NUMBER: out[0] = (double)(input->step + 1); return;
    case OP_ROW_COUNT: out[0] = (double)input->rows; return;
    case OP_IOTA: {
        int64_t count = evaluation_count(evaluation, node), dims[GRAPH_MAX_RANK];
        evaluation_dims(evaluation, &node->shape, dims);
        int64_t columns = dims[node->shape.rank - 1];
        for (int64_t i = 0; i < count; i++)
            out[i] = (double)(node->axis == 0 ? i % columns : i / columns % dims[node->shape.rank - 2]);
        return;
    }
    default: BUG("%s is no leaf", op_table[node->op].name);
    }
}

const OpRules rules_leaf = {infer, differentiate, evaluate};
