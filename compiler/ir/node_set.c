/* The nodes of a graph by op, attributes and inputs, so that none is appended twice: common subexpressions never come
 * to be. Who wrote a node (span, layer, phase) does not count: the first one stands for all. */
#include <string.h>

#include "ir/op_rules.h"

static uint64_t mix(uint64_t hash, uint64_t value) {
    hash = (hash ^ value) * 0x9e3779b97f4a7c15u;
    return hash ^ (hash >> 29);
}

/* Exactly so in IEEE arithmetic. */
static bool is_commutative(OpKind op) { return op == OP_ADD || op == OP_MUL || op == OP_EQUAL; }

static uint64_t hash_node(const Node *node) {
    uint64_t hash = mix((uint64_t)node->op, (uint64_t)node->shape.rank), value;
    memcpy(&value, &node->value, sizeof value);
    for (int32_t i = 0; i < node->shape.rank; i++) {
        hash = mix(hash, (uint64_t)node->shape.dims[i]);
        hash = mix(hash, (uint64_t)node->permutation[i]);
    }
    uint64_t inputs = 0;
    for (int32_t i = 0; i < node->input_count; i++) {
        uint64_t input = mix(17, (uint64_t)node->inputs[i]);
        inputs = is_commutative(node->op) ? inputs + input : mix(inputs, input);
    }
    hash = mix(mix(hash, inputs), value);
    hash = mix(mix(hash, (uint64_t)node->index), (uint64_t)node->axis);
    hash = mix(mix(hash, (uint64_t)node->begin), (uint64_t)node->end);
    if (op_table[node->op].family == FAMILY_WINDOW) {
        const int64_t *numbers = node->window.size;
        for (size_t i = 0; i < sizeof node->window / sizeof *numbers; i++) hash = mix(hash, (uint64_t)numbers[i]);
    }
    hash = mix(hash, (uint64_t)node->reverse);
    return mix(hash, ((uint64_t)node->axes << 2) | (uint64_t)(node->transpose_a << 1) | (uint64_t)node->transpose_b);
}

static bool same_inputs(const Node *left, const Node *right) {
    if (left->input_count != right->input_count) return false;
    bool same = true;
    for (int32_t i = 0; i < left->input_count; i++) same = same && left->inputs[i] == right->inputs[i];
    return same ||
           (is_commutative(left->op) && left->inputs[0] == right->inputs[1] && left->inputs[1] == right->inputs[0]);
}

static bool same_node(const Node *left, const Node *right) {
    return left->op == right->op && left->type == right->type && shape_equal(&left->shape, &right->shape) &&
           memcmp(&left->value, &right->value, sizeof left->value) == 0 && left->index == right->index &&
           left->axis == right->axis && left->begin == right->begin && left->end == right->end &&
           left->axes == right->axes && left->transpose_a == right->transpose_a &&
           left->transpose_b == right->transpose_b && memcmp(&left->window, &right->window, sizeof left->window) == 0 &&
           left->transpose_b == right->transpose_b && left->reverse == right->reverse &&
           memcmp(left->permutation, right->permutation, sizeof left->permutation) == 0 && same_inputs(left, right);
}

static void set_capacity(NodeSet *set, Arena *arena, uint64_t capacity) {
    set->capacity = capacity;
    set->slots = ARENA_ARRAY(arena, NodeId, capacity);
}

/* The slot of a node like `node`, or the empty one where it would stand. */
static uint64_t find_slot(const NodeSet *set, const Graph *graph, const Node *node) {
    uint64_t slot = hash_node(node) & (set->capacity - 1);
    while (set->slots[slot] != 0 && !same_node(graph_node(graph, set->slots[slot] - 1), node))
        slot = (slot + 1) & (set->capacity - 1);
    return slot;
}

NodeId node_set_find(const Graph *graph, const Node *node) {
    const NodeSet *set = &graph->known;
    return set->capacity > 0 ? set->slots[find_slot(set, graph, node)] - 1 : NODE_NONE;
}

void node_set_add(Graph *graph, NodeId id) {
    NodeSet *set = &graph->known;
    if ((uint64_t)graph->nodes.count * 2 > set->capacity) { /* at most half full */
        NodeSet smaller = *set;
        set_capacity(set, graph->arena, smaller.capacity > 0 ? smaller.capacity * 2 : 256);
        for (uint64_t i = 0; i < smaller.capacity; i++)
            if (smaller.slots[i] != 0)
                set->slots[find_slot(set, graph, graph_node(graph, smaller.slots[i] - 1))] = smaller.slots[i];
    }
    set->slots[find_slot(set, graph, graph_node(graph, id))] = id + 1;
}
