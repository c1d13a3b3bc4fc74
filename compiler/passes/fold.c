/* Constants: what is known when compiling is computed in double, once. A tensor of equal constants is a constant,
 * broadcast. */
#include <math.h>
#include <string.h>

#include "passes/rewrite.h"

bool is_uniform(const Graph *graph, NodeId id, double value) {
    double known;
    return graph_known_value(graph, id, &known) && memcmp(&known, &value, sizeof value) == 0;
}

static NodeId constant_tensor(Graph *to, double value, Shape shape) {
    return graph_broadcast(to, graph_constant(to, value), shape);
}

/* All inputs are known constants; the first three are written to `out`. */
static bool all_uniform(const Graph *to, const Node *node, double out[3]) {
    for (int32_t i = 0; i < node->input_count; i++) {
        double value;
        if (!graph_known_value(to, node->inputs[i], &value)) return false;
        if (i < 3) out[i] = value;
    }
    return node->input_count > 0;
}

static bool all_same(const Graph *to, const Node *node, double value) {
    for (int32_t i = 0; i < node->input_count; i++)
        if (!is_uniform(to, node->inputs[i], value)) return false;
    return true;
}

NodeId fold_rule(Graph *to, const Node *node) {
    double inputs[3] = {0};
    switch (op_table[node->op].family) {
    case FAMILY_ELEMENTWISE: {
        if (!all_uniform(to, node, inputs)) return NODE_NONE;
        double value = op_scalar(node->op, inputs[0], inputs[1], inputs[2]);
        /* 1 / 0 and the like stay where they happen, for the checks of training health to see. */
        return isfinite(value) ? constant_tensor(to, value, node->shape) : NODE_NONE;
    }
    case FAMILY_MOVEMENT:
        if (!all_uniform(to, node, inputs) || !all_same(to, node, inputs[0])) return NODE_NONE;
        if (node->op == OP_PAD && inputs[0] != 0) return NODE_NONE;
        if (node->op == OP_BROADCAST && graph_node(to, node->inputs[0])->op == OP_CONSTANT) return NODE_NONE;
        return constant_tensor(to, inputs[0], node->shape);
    case FAMILY_INDEX:
        if (!graph_known_value(to, node->inputs[0], &inputs[0])) return NODE_NONE;
        return node->op == OP_GATHER || inputs[0] == 0 ? constant_tensor(to, inputs[0], node->shape) : NODE_NONE;
    case FAMILY_LEAF:
    case FAMILY_REDUCE: /* algebra.c: of anything that is broadcast, not only of constants */
    case FAMILY_CONTRACT:
    case FAMILY_WINDOW:
    case FAMILY_RECURRENT:
    case FAMILY_RANDOM: return NODE_NONE;
    }
    return NODE_NONE;
}
