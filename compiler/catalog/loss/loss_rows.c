/* A row counts by its class weight times the weight column; without both, 1. */
#include "catalog/loss/loss_rows.h"

void loss_finish(Build *build, NodeId row_loss, NodeId class_weight, BuildLoss *out) {
    Graph *graph = build->graph;
    Shape rows = shape_batch(0);
    out->row_loss = row_loss;
    out->row_weight = class_weight != NODE_NONE ? class_weight : graph_broadcast(graph, graph_constant(graph, 1), rows);
    if (!build->has_row_weights) return;
    NodeId weight = graph_leaf(graph, OP_ROW_WEIGHTS, rows, 0, 0, 0);
    out->row_loss = graph_binary(graph, OP_MUL, row_loss, weight);
    out->row_weight = class_weight != NODE_NONE ? graph_binary(graph, OP_MUL, class_weight, weight) : weight;
}
