/* The reference evaluator: one node after the other, in double precision, as plainly as it can be said. Generated code
 * is held against it. */
#include "ir/op_rules.h"

int64_t evaluation_dims(const Evaluation *evaluation, const Shape *shape, int64_t out[GRAPH_MAX_RANK]) {
    int64_t count = 1;
    for (int32_t i = 0; i < shape->rank; i++) {
        out[i] = shape->dims[i] < 0 ? -shape->dims[i] * evaluation->input->rows : shape->dims[i];
        count *= out[i];
    }
    return count;
}

int64_t evaluation_count(const Evaluation *evaluation, const Node *node) {
    return shape_count(&node->shape, evaluation->input->rows);
}

double **graph_eval(const Graph *graph, Arena *arena, const EvalInput *input) {
    Evaluation evaluation = {
        .graph = graph, .input = input, .values = ARENA_ARRAY(arena, double *, graph->nodes.count)};
    for (NodeId id = 0; id < graph->nodes.count; id++) {
        const Node *node = graph_node(graph, id);
        evaluation.values[id] = ARENA_ARRAY(arena, double, evaluation_count(&evaluation, node));
        op_rules(node->op)->evaluate(&evaluation, node, evaluation.values[id]);
    }
    return evaluation.values;
}
