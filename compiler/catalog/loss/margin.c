/* Two classes have one score, that of the second; several have one each, as torch.nn.MultiMarginLoss. */
#include "catalog/loss/margin.h"

static NodeId shortfall(Build *build, NodeId margin, bool squared) {
    Graph *graph = build->graph;
    NodeId missing = build_max_scalar(build, graph_binary(graph, OP_SUB, graph_constant(graph, 1), margin), 0);
    return squared ? graph_unary(graph, OP_SQUARE, missing) : missing;
}

static NodeId two_class_rows(Build *build, NodeId labels, NodeId head, bool squared) {
    Graph *graph = build->graph;
    NodeId score = graph_reshape(graph, head, shape_batch(0));
    return shortfall(build, graph_binary(graph, OP_MUL, score, class_select(build, labels, -1, 1)), squared);
}

static NodeId many_class_rows(Build *build, NodeId labels, int64_t count, NodeId head, bool squared) {
    Graph *graph = build->graph;
    NodeId hit = class_hits(build, labels, count), others = graph_binary(graph, OP_SUB, graph_constant(graph, 1), hit);
    NodeId own = graph_reduce(graph, OP_SUM, graph_binary(graph, OP_MUL, head, hit), 1u << 1);
    NodeId missing = shortfall(build, graph_binary(graph, OP_SUB, own, head), squared);
    NodeId mean = build_mean(build, graph_binary(graph, OP_MUL, missing, others), 1u << 1);
    return graph_reshape(graph, mean, shape_batch(0));
}

void margin_loss(Build *build, const Call *call, const BuildTarget *target, NodeId head, bool squared, BuildLoss *out) {
    NodeId labels = class_labels(build, target);
    NodeId rows = target->level_count <= 2 ? two_class_rows(build, labels, head, squared)
                                           : many_class_rows(build, labels, target->level_count, head, squared);
    class_finish(build, call, target, labels, rows, out);
}
