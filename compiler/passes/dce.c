/* Dead code: what no result, gradient or assignment needs. */
#include "passes/rewrite.h"

static void mark(bool *live, NodeId id) {
    if (id != NODE_NONE) live[id] = true;
}

bool *dce_live(const Graph *graph) {
    bool *live = ARENA_ARRAY(graph->arena, bool, graph->nodes.count);
    const NodeId results[] = {graph->loss_sum,  graph->weight_sum,    graph->penalty,
                              graph->objective, graph->gradient_norm, graph->clipped};
    for (size_t i = 0; i < sizeof results / sizeof *results; i++) mark(live, results[i]);
    for (int64_t i = 0; i < graph->outputs.count; i++) {
        mark(live, graph->outputs.items[i].prediction);
        mark(live, graph->outputs.items[i].row_loss);
        mark(live, graph->outputs.items[i].row_weight);
    }
    for (int64_t i = 0; i < graph->parameters.count; i++) {
        mark(live, graph->parameters.items[i].node);
        mark(live, graph->parameters.items[i].gradient);
    }
    for (int64_t i = 0; i < graph->states.count; i++) mark(live, graph->states.items[i].node);
    for (int64_t i = 0; i < graph->assigns.count; i++) mark(live, graph->assigns.items[i].value);
    for (NodeId id = (NodeId)graph->nodes.count - 1; id >= 0; id--) {
        const Node *node = graph_node(graph, id);
        for (int32_t i = 0; live[id] && i < node->input_count; i++) live[node->inputs[i]] = true;
    }
    return live;
}
