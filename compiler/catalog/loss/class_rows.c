/* Element-wise nodes pick by the class's number, where a tensor joined of K numbers would cost a copy for each at every
 * step. */
#include "catalog/loss/class_rows.h"

#include "catalog/loss/class_weights.h"
#include "catalog/loss/loss_rows.h"

NodeId class_labels(Build *build, const BuildTarget *target) {
    NodeId labels = graph_leaf(build->graph, OP_LABELS, shape_batch(0), target->label_column, 0, 0);
    return graph_unary(build->graph, OP_CONVERT, labels);
}

NodeId class_select(Build *build, NodeId labels, double first, double second) {
    Graph *graph = build->graph;
    return graph_select(graph, labels, graph_constant(graph, second), graph_constant(graph, first));
}

NodeId class_hits(Build *build, NodeId labels, int64_t count) {
    Graph *graph = build->graph;
    NodeId classes = graph_iota(graph, shape_make(1, &count));
    return graph_binary(graph, OP_EQUAL, classes, graph_reshape(graph, labels, shape_batch(1)));
}

NodeId class_weight_vector(Build *build, const double *weights, int64_t count) {
    Graph *graph = build->graph;
    NodeId classes = graph_iota(graph, shape_make(1, &count));
    NodeId vector = graph_broadcast(graph, graph_constant(graph, weights[0]), graph_node(graph, classes)->shape);
    for (int64_t i = 1; i < count; i++) {
        if (weights[i] == weights[0]) continue;
        NodeId is_class = graph_binary(graph, OP_EQUAL, classes, graph_constant(graph, (double)i));
        vector = graph_select(graph, is_class, graph_constant(graph, weights[i]), vector);
    }
    return vector;
}

void class_finish(Build *build, const Call *call, const BuildTarget *target, NodeId labels, NodeId row_loss,
                  BuildLoss *out) {
    Graph *graph = build->graph;
    const double *weights = class_weights_of(graph->arena, call, target);
    NodeId own = NODE_NONE;
    if (weights != NULL && target->level_count <= 2) {
        own = class_select(build, labels, weights[0], weights[1]);
    } else if (weights != NULL) {
        NodeId vector = class_weight_vector(build, weights, target->level_count);
        NodeId product = graph_binary(graph, OP_MUL, class_hits(build, labels, target->level_count), vector);
        own = graph_reshape(graph, graph_reduce(graph, OP_SUM, product, 1u << 1), shape_batch(0));
    }
    loss_finish(build, own != NODE_NONE ? graph_binary(graph, OP_MUL, row_loss, own) : row_loss, own, out);
}
