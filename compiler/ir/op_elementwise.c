/* Element-wise ops: operands of one shape; the scalar body stands in lrt/scalar_ops.def. Gradients are PyTorch's, with
 * its choice at kinks, and reuse the op's own value where they can (sigmoid, tanh, exp, the larger of two). */
#include "ir/op_rules.h"
#include "lrt/scalar_ops.h"
#include "support/panic.h"

static const double TWO_OVER_SQRT_PI = 1.1283791670955126;

static void infer(const Graph *graph, Node *node) {
    ElementType wanted = node->op == OP_CONVERT ? ELEMENT_INT32 : ELEMENT_FLOAT;
    node->type = ELEMENT_FLOAT;
    node->shape = *input_shape(graph, node, 0);
    for (int32_t i = 0; i < node->input_count; i++) {
        if (!shape_equal(input_shape(graph, node, i), &node->shape)) rules_mismatch(graph, node, "the shapes differ");
        if (graph_node(graph, node->inputs[i])->type != wanted)
            rules_mismatch(graph, node, wanted == ELEMENT_FLOAT ? "an input is int32" : "the input is no int32");
    }
}

/* ---- gradients ------------------------------------------------------------------------------------------------- */

typedef struct Chain {
    Gradient *gradient;
    Graph *graph;
    NodeId a, b, c; /* inputs */
    NodeId value;   /* the node itself */
    NodeId upstream;
    bool masked; /* upstream may hold zeros where a select did not take the value */
} Chain;

static NodeId scalar(const Chain *chain, double value) { return graph_constant(chain->graph, value); }
static NodeId mul(const Chain *chain, NodeId x, NodeId y) { return graph_binary(chain->graph, OP_MUL, x, y); }
static NodeId div(const Chain *chain, NodeId x, NodeId y) { return graph_binary(chain->graph, OP_DIV, x, y); }
static NodeId sub(const Chain *chain, NodeId x, NodeId y) { return graph_binary(chain->graph, OP_SUB, x, y); }
static NodeId neg(const Chain *chain, NodeId x) { return graph_unary(chain->graph, OP_NEG, x); }
static NodeId unary(const Chain *chain, OpKind op, NodeId x) { return graph_unary(chain->graph, op, x); }

/* Where a select did not take this value, its derivative may be infinite or NaN (the log of 0, an exp that overflows)
 * and 0 times it would spoil the gradient: there, the contribution is 0. */
static NodeId guarded(const Chain *chain, NodeId contribution) {
    if (!chain->masked) return contribution;
    return graph_select(chain->graph, chain->upstream, contribution, scalar(chain, 0));
}

/* upstream x factor x slope, guarded unless the slope is a constant. The factor comes first: an upstream that is
 * broadcast is multiplied before it is repeated. */
static NodeId scaled_product(const Chain *chain, double factor, NodeId slope) {
    double ignored;
    NodeId upstream = factor == 1 ? chain->upstream : mul(chain, chain->upstream, scalar(chain, factor));
    NodeId contribution = mul(chain, upstream, slope);
    return graph_known_value(chain->graph, slope, &ignored) ? contribution : guarded(chain, contribution);
}

static NodeId product(const Chain *chain, NodeId slope) { return scaled_product(chain, 1, slope); }

static void add_a(const Chain *chain, NodeId contribution) { gradient_add(chain->gradient, chain->a, contribution); }
static void add_b(const Chain *chain, NodeId contribution) { gradient_add(chain->gradient, chain->b, contribution); }

/* Larger or smaller of two: the one that was taken gets all. A tie is halved between two that are differentiated;
 * beside one that is not (relu: max(x, 0)) it gives nothing. `before` is GREATER for max, LESS for min. */
static void differentiate_choice(const Chain *chain, OpKind before) {
    bool both = gradient_wanted(chain->gradient, chain->a) && gradient_wanted(chain->gradient, chain->b);
    Graph *graph = chain->graph;
    NodeId zero = scalar(chain, 0);
    NodeId rest = zero;
    if (both) {
        NodeId half = mul(chain, chain->upstream, scalar(chain, 0.5));
        rest = graph_select(graph, graph_binary(graph, OP_EQUAL, chain->a, chain->b), half, zero);
    }
    /* The value comes before b exactly where a does, so it stands for a, which need not be kept. */
    if (gradient_wanted(chain->gradient, chain->a)) {
        NodeId taken = graph_binary(graph, before, chain->value, chain->b);
        add_a(chain, graph_select(graph, taken, chain->upstream, rest));
    }
    if (gradient_wanted(chain->gradient, chain->b)) {
        NodeId taken = graph_binary(graph, before, chain->value, chain->a);
        add_b(chain, graph_select(graph, taken, chain->upstream, rest));
    }
}

/* d a^b / da = b a^(b-1), 0 where b is 0; d a^b / db = a^b log a, 0 where a is 0 and b is not negative. */
static void differentiate_pow(const Chain *chain) {
    Graph *graph = chain->graph;
    NodeId zero = scalar(chain, 0);
    if (gradient_wanted(chain->gradient, chain->a)) {
        double exponent;
        bool known = graph_known_value(graph, chain->b, &exponent);
        if (known && exponent == 0) return;
        NodeId lower = known ? scalar(chain, exponent - 1) : sub(chain, chain->b, scalar(chain, 1));
        NodeId slope = mul(chain, chain->b, graph_binary(graph, OP_POW, chain->a, lower));
        NodeId flat = known ? NODE_NONE : graph_binary(graph, OP_EQUAL, chain->b, zero);
        NodeId contribution = mul(chain, chain->upstream, slope);
        add_a(chain, guarded(chain, known ? contribution : graph_select(graph, flat, zero, contribution)));
    }
    if (gradient_wanted(chain->gradient, chain->b)) {
        NodeId at_zero = graph_binary(graph, OP_EQUAL, chain->a, zero);
        NodeId flat = mul(chain, at_zero, graph_binary(graph, OP_GREATER_EQUAL, chain->b, zero));
        NodeId slope = mul(chain, chain->value, unary(chain, OP_LOG, chain->a));
        NodeId contribution = mul(chain, chain->upstream, slope);
        add_b(chain, guarded(chain, graph_select(graph, flat, zero, contribution)));
    }
}

static void differentiate_div(const Chain *chain) {
    if (gradient_wanted(chain->gradient, chain->a)) add_a(chain, guarded(chain, div(chain, chain->upstream, chain->b)));
    if (gradient_wanted(chain->gradient, chain->b))
        add_b(chain, guarded(chain, neg(chain, div(chain, mul(chain, chain->upstream, chain->value), chain->b))));
}

static void differentiate_select(const Chain *chain) {
    Gradient *gradient = chain->gradient;
    NodeId zero = scalar(chain, 0);
    if (gradient_wanted(gradient, chain->b)) {
        gradient->flow = gradient_mask(chain->a, true);
        add_b(chain, graph_select(chain->graph, chain->a, chain->upstream, zero));
    }
    if (gradient_wanted(gradient, chain->c)) {
        gradient->flow = gradient_mask(chain->a, false);
        gradient_add(gradient, chain->c, graph_select(chain->graph, chain->a, zero, chain->upstream));
    }
}

/* Ops of one operand: what flows back is built only where it is wanted, which the caller has checked. */
static NodeId unary_contribution(const Chain *chain, OpKind op) {
    NodeId a = chain->a, y = chain->value, g = chain->upstream;
    switch ((int)op) {
    case OP_NEG: return neg(chain, g);
    case OP_ABS: return mul(chain, g, unary(chain, OP_SIGN, a));
    case OP_SQRT: return guarded(chain, div(chain, g, mul(chain, y, scalar(chain, 2))));
    case OP_EXP: return product(chain, y);
    case OP_EXPM1: return product(chain, graph_binary(chain->graph, OP_ADD, y, scalar(chain, 1)));
    case OP_LOG: return guarded(chain, div(chain, g, a));
    case OP_LOG1P: return guarded(chain, div(chain, g, graph_binary(chain->graph, OP_ADD, a, scalar(chain, 1))));
    case OP_SIN: return mul(chain, g, unary(chain, OP_COS, a));
    case OP_COS: return neg(chain, mul(chain, g, unary(chain, OP_SIN, a)));
    case OP_TANH: return mul(chain, g, sub(chain, scalar(chain, 1), unary(chain, OP_SQUARE, y)));
    case OP_SIGMOID: return mul(chain, g, mul(chain, y, sub(chain, scalar(chain, 1), y)));
    case OP_ERF: {
        NodeId bell = unary(chain, OP_EXP, neg(chain, unary(chain, OP_SQUARE, a)));
        return mul(chain, g, mul(chain, bell, scalar(chain, TWO_OVER_SQRT_PI)));
    }
    case OP_SQUARE: return scaled_product(chain, 2, a);
    case OP_RECIPROCAL: return guarded(chain, neg(chain, mul(chain, g, unary(chain, OP_SQUARE, y))));
    default: return NODE_NONE; /* SIGN, FLOOR, CONVERT, STOP_GRADIENT: flat, or cut */
    }
}

static void differentiate_binary(const Chain *chain, OpKind op) {
    switch ((int)op) {
    case OP_ADD:
        add_a(chain, chain->upstream);
        add_b(chain, chain->upstream);
        return;
    case OP_SUB:
        add_a(chain, chain->upstream);
        if (gradient_wanted(chain->gradient, chain->b)) add_b(chain, neg(chain, chain->upstream));
        return;
    case OP_MUL:
        if (gradient_wanted(chain->gradient, chain->a)) add_a(chain, product(chain, chain->b));
        if (gradient_wanted(chain->gradient, chain->b)) add_b(chain, product(chain, chain->a));
        return;
    case OP_DIV: differentiate_div(chain); return;
    case OP_MAX: differentiate_choice(chain, OP_GREATER); return;
    case OP_MIN: differentiate_choice(chain, OP_LESS); return;
    case OP_POW: differentiate_pow(chain); return;
    default: return; /* comparisons are flat */
    }
}

static void differentiate(Gradient *gradient, const Node *node, NodeId id, NodeId upstream) {
    Chain chain = {
        .gradient = gradient,
        .graph = gradient->graph,
        .a = node->inputs[0],
        .b = node->input_count > 1 ? node->inputs[1] : NODE_NONE,
        .c = node->input_count > 2 ? node->inputs[2] : NODE_NONE,
        .value = id,
        .upstream = upstream,
        .masked = gradient->mask[id] != 0,
    };
    if (node->op == OP_SELECT) {
        differentiate_select(&chain);
    } else if (node->input_count == 2) {
        differentiate_binary(&chain, node->op);
    } else if (gradient_wanted(gradient, chain.a)) {
        NodeId contribution = unary_contribution(&chain, node->op);
        if (contribution != NODE_NONE) add_a(&chain, contribution);
    }
}

/* ---- evaluation ------------------------------------------------------------------------------------------------- */

typedef double ScalarFunction(double a, double b, double c);

static ScalarFunction *const scalar_functions[OP_COUNT] = {
#define SCALAR_OP(id, name, arity, body, doc) [OP_##id] = lrt_scalar_##name,
#include "lrt/scalar_ops.def"
#undef SCALAR_OP
};

double op_scalar(OpKind op, double a, double b, double c) {
    if (scalar_functions[op] == NULL) BUG("%s has no scalar body", op_table[op].name);
    return scalar_functions[op](a, b, c);
}

static void evaluate(const Evaluation *evaluation, const Node *node, double *out) {
    int64_t count = evaluation_count(evaluation, node);
    const double *a = evaluation->values[node->inputs[0]];
    const double *b = node->input_count > 1 ? evaluation->values[node->inputs[1]] : a;
    const double *c = node->input_count > 2 ? evaluation->values[node->inputs[2]] : a;
    for (int64_t i = 0; i < count; i++) out[i] = op_scalar(node->op, a[i], b[i], c[i]);
}

const OpRules rules_elementwise = {infer, differentiate, evaluate};
