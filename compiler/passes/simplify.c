/* The simplifier: rounds in which the live nodes of a graph are copied into a new one, each offered to the rules, until
 * a round changes nothing. Common subexpressions merge by themselves, as no node is appended twice. The order is fixed,
 * so the same graph always becomes the same graph. */
#include "passes/rewrite.h"
#include "support/panic.h"

static NodeId (*const rules[])(Graph *, const Node *) = {fold_rule, algebra_concat_rule, algebra_movement_rule,
                                                         algebra_elementwise_rule};

/* An empty graph with the tables of `from`. Their nodes are filled in by renew_results. */
static Graph *begin_copy(const Graph *from) {
    Graph *to = graph_new(from->arena, from->training);
    for (int64_t i = 0; i < from->parameters.count; i++)
        vec_push(to->arena, &to->parameters, from->parameters.items[i]);
    for (int64_t i = 0; i < from->states.count; i++) vec_push(to->arena, &to->states, from->states.items[i]);
    for (int64_t i = 0; i < from->assigns.count; i++) vec_push(to->arena, &to->assigns, from->assigns.items[i]);
    for (int64_t i = 0; i < from->outputs.count; i++) vec_push(to->arena, &to->outputs, from->outputs.items[i]);
    return to;
}

static NodeId renewed(const NodeId *map, NodeId id) { return id == NODE_NONE ? NODE_NONE : map[id]; }

static void renew_results(const Graph *from, Graph *to, const NodeId *map) {
    to->loss_sum = renewed(map, from->loss_sum);
    to->weight_sum = renewed(map, from->weight_sum);
    to->penalty = renewed(map, from->penalty);
    to->objective = renewed(map, from->objective);
    to->gradient_norm = renewed(map, from->gradient_norm);
    to->clipped = renewed(map, from->clipped);
    for (int64_t i = 0; i < to->parameters.count; i++) {
        to->parameters.items[i].node = renewed(map, to->parameters.items[i].node);
        to->parameters.items[i].gradient = renewed(map, to->parameters.items[i].gradient);
    }
    for (int64_t i = 0; i < to->states.count; i++) to->states.items[i].node = renewed(map, to->states.items[i].node);
    for (int64_t i = 0; i < to->assigns.count; i++)
        to->assigns.items[i].value = renewed(map, to->assigns.items[i].value);
    for (int64_t i = 0; i < to->outputs.count; i++) {
        GraphOutput *output = &to->outputs.items[i];
        output->prediction = renewed(map, output->prediction);
        output->row_loss = renewed(map, output->row_loss);
        output->row_weight = renewed(map, output->row_weight);
    }
}

/* The node of `to` that stands for `node`, whose inputs are nodes of `to`. */
static NodeId place(Graph *to, const Node *node, bool *changed) {
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        NodeId found = rules[i](to, node);
        if (found == NODE_NONE) continue;
        *changed = true;
        return found;
    }
    int64_t count = to->nodes.count;
    NodeId id = graph_append(to, *node);
    if (to->nodes.count == count) *changed = true; /* it was there already */
    return id;
}

static Graph *simplify_once(const Graph *from, bool *changed) {
    Graph *to = begin_copy(from);
    const bool *live = dce_live(from);
    NodeId *map = ARENA_ARRAY(from->arena, NodeId, from->nodes.count);
    for (NodeId id = 0; id < from->nodes.count; id++) {
        map[id] = NODE_NONE;
        if (!live[id]) {
            *changed = true;
            continue;
        }
        Node node = *graph_node(from, id);
        NodeId *inputs = ARENA_ARRAY(from->arena, NodeId, node.input_count);
        for (int32_t i = 0; i < node.input_count; i++) inputs[i] = map[node.inputs[i]];
        node.inputs = inputs;
        to->phase = node.phase;
        to->span = node.span;
        to->layer = node.layer;
        map[id] = place(to, &node, changed);
    }
    renew_results(from, to, map);
    to->phase = from->phase;
    to->span = from->span;
    to->layer = from->layer;
    return to;
}

Graph *passes_simplify(const Graph *graph) {
    enum { MOST_ROUNDS = 100 };
    const Graph *from = graph;
    for (int32_t round = 0; round < MOST_ROUNDS; round++) {
        bool changed = false;
        Graph *to = simplify_once(from, &changed);
#ifndef NDEBUG
        graph_verify(to);
#endif
        if (!changed) return to;
        from = to;
    }
    BUG("the simplifying rules undo one another: %d rounds did not suffice", MOST_ROUNDS);
}
