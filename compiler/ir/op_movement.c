/* Movement: the same elements in another arrangement. Each op's gradient is the opposite movement. */
#include "ir/op_rules.h"

static bool axis_is_movable(const Shape *shape, int32_t axis) {
    return axis >= 0 && axis < shape->rank && shape->dims[axis] > 0;
}

static void infer_transpose(const Graph *graph, Node *node, const Shape *input) {
    uint32_t seen = 0;
    node->shape = *input;
    for (int32_t i = 0; i < input->rank; i++) {
        int32_t from = node->permutation[i];
        if (from < 0 || from >= input->rank || (seen & (1u << from))) rules_mismatch(graph, node, "no permutation");
        seen |= 1u << from;
        node->shape.dims[i] = input->dims[from];
    }
    if (!shape_is_valid(&node->shape)) rules_mismatch(graph, node, "the batch's axis stays first");
}

static void infer_concat(const Graph *graph, Node *node, const Shape *first) {
    node->shape = *first;
    if (!axis_is_movable(first, node->axis)) rules_mismatch(graph, node, "there is no such axis, or it is the batch's");
    for (int32_t i = 1; i < node->input_count; i++) {
        Shape part = *input_shape(graph, node, i);
        if (part.rank != first->rank || part.dims[node->axis] < 1) rules_mismatch(graph, node, "the shapes differ");
        node->shape.dims[node->axis] += part.dims[node->axis];
        part.dims[node->axis] = first->dims[node->axis];
        if (!shape_equal(&part, first)) rules_mismatch(graph, node, "the shapes differ outside the axis");
        if (graph_node(graph, node->inputs[i])->type != node->type) rules_mismatch(graph, node, "the types differ");
    }
}

static void infer_time(const Graph *graph, Node *node, const Shape *input) {
    bool to_time = node->op == OP_TIME_MAJOR;
    bool fits = to_time ? input->rank == 3 && input->dims[0] == DIM_BATCH : input->rank == 2 && input->dims[0] < 0;
    if (!fits) rules_mismatch(graph, node, "it is no sequence of the batch");
    node->shape = to_time ? (Shape){.rank = 2, .dims = {-input->dims[1], input->dims[2]}}
                          : (Shape){.rank = 3, .dims = {DIM_BATCH, -input->dims[0], input->dims[1]}};
}

static void infer(const Graph *graph, Node *node) {
    const Shape *input = input_shape(graph, node, 0);
    uint32_t axes;
    node->type = graph_node(graph, node->inputs[0])->type;
    if (node->op == OP_RESHAPE) {
        if (!shape_is_valid(&node->shape) || shape_coefficient(&node->shape) != shape_coefficient(input) ||
            shape_has_batch(&node->shape) != shape_has_batch(input))
            rules_mismatch(graph, node, "the numbers of elements differ");
    } else if (node->op == OP_BROADCAST) {
        if (!shape_is_valid(&node->shape) || !shape_broadcast_axes(input, &node->shape, &axes))
            rules_mismatch(graph, node, "only axes of length 1 are repeated");
    } else if (node->op == OP_TRANSPOSE) {
        infer_transpose(graph, node, input);
    } else if (node->op == OP_CONCAT) {
        infer_concat(graph, node, input);
    } else if (node->op == OP_TIME_MAJOR || node->op == OP_BATCH_MAJOR) {
        infer_time(graph, node, input);
    } else { /* SLICE, PAD */
        node->shape = *input;
        if (!axis_is_movable(input, node->axis))
            rules_mismatch(graph, node, "there is no such axis, or it is the batch's");
        int64_t length = input->dims[node->axis];
        bool fits = node->op == OP_SLICE ? node->begin >= 0 && node->begin < node->end && node->end <= length
                                         : node->begin >= 0 && node->end >= 0;
        if (!fits) rules_mismatch(graph, node, "the range is not inside the axis");
        node->shape.dims[node->axis] =
            node->op == OP_SLICE ? node->end - node->begin : length + node->begin + node->end;
    }
}

static void differentiate_concat(Gradient *gradient, const Node *node, NodeId upstream) {
    int64_t begin = 0;
    for (int32_t i = 0; i < node->input_count; i++) {
        int64_t end = begin + graph_node(gradient->graph, node->inputs[i])->shape.dims[node->axis];
        if (gradient_wanted(gradient, node->inputs[i]))
            gradient_add(gradient, node->inputs[i], graph_slice(gradient->graph, upstream, node->axis, begin, end));
        begin = end;
    }
}

/* What was repeated adds up; axes that came with the broadcast are dropped again. */
static NodeId broadcast_contribution(Graph *graph, const Node *node, const Shape *input, NodeId upstream) {
    uint32_t axes = 0;
    shape_broadcast_axes(input, &node->shape, &axes);
    return graph_reshape(graph, graph_reduce(graph, OP_SUM, upstream, axes), *input);
}

static void differentiate(Gradient *gradient, const Node *node, NodeId id, NodeId upstream) {
    (void)id;
    Graph *graph = gradient->graph;
    if (node->op == OP_CONCAT) {
        differentiate_concat(gradient, node, upstream);
        return;
    }
    NodeId source = node->inputs[0];
    if (!gradient_wanted(gradient, source)) return;
    Shape input = graph_node(graph, source)->shape;
    NodeId contribution = NODE_NONE;
    if (node->op == OP_RESHAPE) {
        contribution = graph_reshape(graph, upstream, input);
    } else if (node->op == OP_TRANSPOSE) {
        int8_t inverse[GRAPH_MAX_RANK] = {0};
        for (int8_t i = 0; i < input.rank; i++) inverse[node->permutation[i]] = i;
        contribution = graph_transpose(graph, upstream, inverse);
    } else if (node->op == OP_BROADCAST) {
        contribution = broadcast_contribution(graph, node, &input, upstream);
    } else if (node->op == OP_TIME_MAJOR) {
        contribution = graph_batch_major(graph, upstream);
    } else if (node->op == OP_BATCH_MAJOR) {
        contribution = graph_time_major(graph, upstream);
    } else if (node->op == OP_SLICE) {
        contribution = graph_pad(graph, upstream, node->axis, node->begin, input.dims[node->axis] - node->end);
    } else { /* PAD */
        contribution = graph_slice(graph, upstream, node->axis, node->begin, node->begin + input.dims[node->axis]);
    }
    gradient_add(gradient, source, contribution);
}

/* Element i of the result lies at offset + sum of coordinate x stride of the input, where that is inside it. */
typedef struct Walk {
    int32_t rank;
    int64_t dims[GRAPH_MAX_RANK];    /* of the result */
    int64_t strides[GRAPH_MAX_RANK]; /* of the input, by axis of the result; 0: repeated */
    int64_t offset;
} Walk;

static void row_major_strides(int32_t rank, const int64_t *dims, int64_t *out) {
    int64_t stride = 1;
    for (int32_t i = rank - 1; i >= 0; i--) {
        out[i] = stride;
        stride *= dims[i];
    }
}

static Walk plan_walk(const Evaluation *evaluation, const Node *node, const Shape *input) {
    Walk walk = {.rank = node->shape.rank};
    int64_t input_dims[GRAPH_MAX_RANK], strides[GRAPH_MAX_RANK];
    evaluation_dims(evaluation, &node->shape, walk.dims);
    evaluation_dims(evaluation, input, input_dims);
    row_major_strides(input->rank, input_dims, strides);
    int32_t missing = walk.rank - input->rank;
    for (int32_t i = missing; i < walk.rank; i++) {
        if (node->op == OP_TRANSPOSE)
            walk.strides[i] = strides[node->permutation[i]];
        else if (node->op != OP_BROADCAST || input->dims[i - missing] == node->shape.dims[i])
            walk.strides[i] = strides[i - missing];
    }
    if (node->op == OP_SLICE) walk.offset = node->begin * strides[node->axis];
    return walk;
}

/* Copies `values` of `shape` into the part of `out` that begins at `begin` of axis `axis`. */
static void copy_into(const Evaluation *evaluation, const Node *node, const Shape *shape, const double *values,
                      int64_t begin, double *out) {
    int64_t dims[GRAPH_MAX_RANK], outer = 1, inner = 1;
    evaluation_dims(evaluation, shape, dims);
    for (int32_t i = 0; i < shape->rank; i++) {
        if (i < node->axis) outer *= dims[i];
        if (i > node->axis) inner *= dims[i];
    }
    int64_t length = dims[node->axis] * inner, whole = node->shape.dims[node->axis] * inner;
    for (int64_t o = 0; o < outer; o++)
        for (int64_t i = 0; i < length; i++) out[o * whole + begin * inner + i] = values[o * length + i];
}

/* `outer` x `inner` rows of `width` become inner x outer. */
static void swap_rows(int64_t outer, int64_t inner, int64_t width, const double *from, double *out) {
    for (int64_t i = 0; i < outer; i++)
        for (int64_t k = 0; k < inner; k++)
            for (int64_t j = 0; j < width; j++) out[(k * outer + i) * width + j] = from[(i * inner + k) * width + j];
}

static void evaluate(const Evaluation *evaluation, const Node *node, double *out) {
    const Shape *input = input_shape(evaluation->graph, node, 0);
    const double *values = evaluation->values[node->inputs[0]];
    if (node->op == OP_TIME_MAJOR || node->op == OP_BATCH_MAJOR) {
        int64_t rows = evaluation->input->rows, width = input->dims[input->rank - 1];
        bool to_time = node->op == OP_TIME_MAJOR;
        int64_t steps = to_time ? input->dims[1] : -input->dims[0];
        swap_rows(to_time ? rows : steps, to_time ? steps : rows, width, values, out);
        return;
    }
    if (node->op == OP_CONCAT || node->op == OP_PAD) {
        int64_t begin = node->op == OP_PAD ? node->begin : 0;
        for (int32_t k = 0; k < node->input_count; k++) {
            const Shape *part = input_shape(evaluation->graph, node, k);
            copy_into(evaluation, node, part, evaluation->values[node->inputs[k]], begin, out);
            begin += part->dims[node->axis];
        }
        return;
    }
    int64_t count = evaluation_count(evaluation, node);
    if (node->op == OP_RESHAPE) {
        for (int64_t i = 0; i < count; i++) out[i] = values[i];
        return;
    }
    Walk walk = plan_walk(evaluation, node, input);
    for (int64_t i = 0; i < count; i++) {
        int64_t rest = i, at = walk.offset;
        for (int32_t axis = walk.rank - 1; axis >= 0; axis--) {
            at += rest % walk.dims[axis] * walk.strides[axis];
            rest /= walk.dims[axis];
        }
        out[i] = values[at];
    }
}

const OpRules rules_movement = {infer, differentiate, evaluate};
