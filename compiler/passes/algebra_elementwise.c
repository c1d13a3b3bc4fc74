/* Algebra of element-wise ops. Only what is exact in floating point, but for the sign of a zero: x + 0, x * 1, x -
 * (-y), x / 4. Sums and products are never re-associated. */
#include <math.h>

#include "passes/rewrite.h"

static OpKind op_of(const Graph *to, NodeId id) { return graph_node(to, id)->op; }
static NodeId input_of(const Graph *to, NodeId id, int32_t number) { return graph_node(to, id)->inputs[number]; }

/* A power of two of moderate size: to multiply or divide by it is exact. */
static bool is_power_of_two(double value) {
    int exponent;
    return isfinite(value) && fabs(frexp(value, &exponent)) == 0.5 && exponent > -60 && exponent < 60;
}

static bool is_comparison(OpKind op) {
    return op == OP_GREATER || op == OP_GREATER_EQUAL || op == OP_LESS || op == OP_LESS_EQUAL || op == OP_EQUAL;
}

static bool is_zero(const Graph *to, NodeId id) { return is_uniform(to, id, 0) || is_uniform(to, id, -0.0); }

static NodeId scaled(Graph *to, NodeId x, double factor) {
    return graph_binary(to, OP_MUL, x, graph_constant(to, factor));
}

/* -x, also broadcast. */
static bool is_negation(const Graph *to, NodeId id) {
    return op_of(to, id) == OP_NEG || (op_of(to, id) == OP_BROADCAST && op_of(to, input_of(to, id, 0)) == OP_NEG);
}

/* Which factor of a product or quotient is a negation, or -1. */
static int32_t negated_factor(const Graph *to, NodeId id) {
    if (op_of(to, id) != OP_MUL && op_of(to, id) != OP_DIV) return -1;
    if (is_negation(to, input_of(to, id, 0))) return 0;
    return is_negation(to, input_of(to, id, 1)) ? 1 : -1;
}

/* The value has a sign to lose: signs move outwards, to where they meet another one or a sum. */
static bool is_negated(const Graph *to, NodeId id) { return is_negation(to, id) || negated_factor(to, id) >= 0; }

/* x of -x. */
static NodeId without_sign(Graph *to, NodeId id) {
    if (op_of(to, id) == OP_NEG) return input_of(to, id, 0);
    if (op_of(to, id) == OP_BROADCAST)
        return graph_broadcast(to, input_of(to, input_of(to, id, 0), 0), graph_node(to, id)->shape);
    int32_t number = negated_factor(to, id);
    NodeId factor = without_sign(to, input_of(to, id, number)), other = input_of(to, id, 1 - number);
    return graph_binary(to, op_of(to, id), number == 0 ? factor : other, number == 0 ? other : factor);
}

static NodeId rewrite_neg(Graph *to, NodeId a) {
    double factor;
    if (is_negated(to, a)) return without_sign(to, a);
    if (op_of(to, a) == OP_SUB) return graph_binary(to, OP_SUB, input_of(to, a, 1), input_of(to, a, 0));
    if (op_of(to, a) == OP_MUL && graph_known_value(to, input_of(to, a, 1), &factor))
        return scaled(to, input_of(to, a, 0), -factor);
    return NODE_NONE;
}

static NodeId rewrite_add(Graph *to, NodeId a, NodeId b) {
    if (is_zero(to, a)) return b;
    if (is_zero(to, b)) return a;
    if (is_negated(to, b)) return graph_binary(to, OP_SUB, a, without_sign(to, b));
    if (is_negated(to, a)) return graph_binary(to, OP_SUB, b, without_sign(to, a));
    return NODE_NONE;
}

static NodeId rewrite_sub(Graph *to, NodeId a, NodeId b) {
    if (is_zero(to, b)) return a;
    if (is_zero(to, a)) return graph_unary(to, OP_NEG, b);
    if (is_negated(to, b)) return graph_binary(to, OP_ADD, a, without_sign(to, b));
    return NODE_NONE;
}

/* (-x) op y is -(x op y) for products and quotients. */
static NodeId move_sign_out(Graph *to, OpKind op, NodeId a, NodeId b) {
    if (is_negated(to, a) && is_negated(to, b)) return graph_binary(to, op, without_sign(to, a), without_sign(to, b));
    if (op_of(to, a) == OP_NEG) return graph_unary(to, OP_NEG, graph_binary(to, op, input_of(to, a, 0), b));
    if (op_of(to, b) == OP_NEG) return graph_unary(to, OP_NEG, graph_binary(to, op, a, input_of(to, b, 0)));
    return NODE_NONE;
}

static NodeId rewrite_mul(Graph *to, NodeId a, NodeId b) {
    double factor, inner;
    if (graph_known_value(to, a, &factor) && !graph_known_value(to, b, &inner)) /* constants stand on the right */
        return graph_binary(to, OP_MUL, b, a);
    if (a == b) return graph_unary(to, OP_SQUARE, a);
    if (!graph_known_value(to, b, &factor)) return move_sign_out(to, OP_MUL, a, b);
    if (factor == 1) return a;
    if (factor == -1) return graph_unary(to, OP_NEG, a);
    if (is_negated(to, a)) return scaled(to, without_sign(to, a), -factor);
    if (op_of(to, a) == OP_MUL && graph_known_value(to, input_of(to, a, 1), &inner) &&
        (is_power_of_two(factor) || is_power_of_two(inner)))
        return scaled(to, input_of(to, a, 0), inner * factor);
    return NODE_NONE;
}

static NodeId rewrite_div(Graph *to, NodeId a, NodeId b) {
    double divisor;
    if (is_uniform(to, a, 1)) return graph_unary(to, OP_RECIPROCAL, b);
    if (graph_known_value(to, b, &divisor) && is_power_of_two(divisor)) return scaled(to, a, 1 / divisor);
    return move_sign_out(to, OP_DIV, a, b);
}

static NodeId rewrite_pow(Graph *to, NodeId a, NodeId b, Shape shape) {
    double exponent;
    if (!graph_known_value(to, b, &exponent)) return NODE_NONE;
    if (exponent == 0) return graph_broadcast(to, graph_constant(to, 1), shape);
    if (exponent == 1) return a;
    if (exponent == 2) return graph_unary(to, OP_SQUARE, a);
    if (exponent == 0.5) return graph_unary(to, OP_SQRT, a);
    if (exponent == -1) return graph_unary(to, OP_RECIPROCAL, a);
    return NODE_NONE;
}

static NodeId rewrite_choice(Graph *to, OpKind op, NodeId a, NodeId b) {
    double left, right;
    if (a == b) return a;
    if (graph_known_value(to, a, &left) && !graph_known_value(to, b, &right)) return graph_binary(to, op, b, a);
    return NODE_NONE;
}

static NodeId rewrite_select(Graph *to, NodeId condition, NodeId taken, NodeId other) {
    double value;
    if (graph_known_value(to, condition, &value)) return value != 0 ? taken : other;
    if (taken == other) return taken;
    if (is_comparison(op_of(to, condition)) && is_uniform(to, taken, 1) && is_uniform(to, other, 0)) return condition;
    if (op_of(to, taken) == OP_SELECT && input_of(to, taken, 0) == condition)
        return graph_select(to, condition, input_of(to, taken, 1), other);
    if (op_of(to, other) == OP_SELECT && input_of(to, other, 0) == condition)
        return graph_select(to, condition, taken, input_of(to, other, 2));
    return NODE_NONE;
}

/* The sign of what is squared, or of what becomes its magnitude, does not matter. */
static NodeId rewrite_even(Graph *to, OpKind op, NodeId a) {
    OpKind inner = op_of(to, a);
    if (inner == OP_NEG || (inner == OP_ABS && op == OP_SQUARE)) return graph_unary(to, op, input_of(to, a, 0));
    if (op == OP_ABS && (inner == OP_ABS || inner == OP_SQUARE || inner == OP_EXP || inner == OP_SIGMOID)) return a;
    return NODE_NONE;
}

/* op(broadcast x, broadcast y) is broadcast op(x, y) where x and y have one shape or are scalars: fewer elements, the
 * same numbers. */
static NodeId hoist_broadcast(Graph *to, const Node *node) {
    NodeId sources[3];
    Shape shape = shape_scalar();
    for (int32_t i = 0; i < node->input_count; i++) {
        if (op_of(to, node->inputs[i]) != OP_BROADCAST) return NODE_NONE;
        sources[i] = input_of(to, node->inputs[i], 0);
        const Shape *given = &graph_node(to, sources[i])->shape;
        if (shape.rank > 0 && given->rank > 0 && !shape_equal(given, &shape)) return NODE_NONE;
        if (given->rank > 0) shape = *given;
    }
    for (int32_t i = 0; i < node->input_count; i++) sources[i] = graph_broadcast(to, sources[i], shape);
    NodeId inner = graph_append(to, (Node){.op = node->op, .inputs = sources, .input_count = node->input_count});
    return graph_broadcast(to, inner, node->shape);
}

NodeId algebra_elementwise_rule(Graph *to, const Node *node) {
    if (op_table[node->op].family != FAMILY_ELEMENTWISE) return NODE_NONE;
    NodeId a = node->inputs[0];
    NodeId b = node->input_count > 1 ? node->inputs[1] : NODE_NONE;
    NodeId found = NODE_NONE;
    switch ((int)node->op) {
    case OP_STOP_GRADIENT: return a; /* differentiation is done */
    case OP_NEG: found = rewrite_neg(to, a); break;
    case OP_ABS:
    case OP_SQUARE: found = rewrite_even(to, node->op, a); break;
    case OP_ADD: found = rewrite_add(to, a, b); break;
    case OP_SUB: found = rewrite_sub(to, a, b); break;
    case OP_MUL: found = rewrite_mul(to, a, b); break;
    case OP_DIV: found = rewrite_div(to, a, b); break;
    case OP_POW: found = rewrite_pow(to, a, b, node->shape); break;
    case OP_MAX:
    case OP_MIN: found = rewrite_choice(to, node->op, a, b); break;
    case OP_SELECT: found = rewrite_select(to, a, b, node->inputs[2]); break;
    default: break; /* no algebra of its own */
    }
    return found != NODE_NONE ? found : hoist_broadcast(to, node);
}
