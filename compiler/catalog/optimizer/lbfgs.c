/* Limited-memory BFGS: the direction is the gradient times an inverse Hessian that the last changes of weights and gradients imply.
 * All weights are one vector: every inner product is a sum over all tensors. Each update is one iteration of PyTorch's LBFGS without a
 * line search. A pair that has no curvature is not taken in; slots that are still empty hold zeros, whose part in the recursion is 0. */
#include "catalog/optimizer/optimizer_params.h"
#include "catalog/optimizer/optimizer_rules.h"

static const double least_curvature = 1e-10, least_gradient = 1e-7, least_descent = 1e-9;

/* A vector over all tensors: a node each, NODE_NONE where the objective does not depend on the tensor. */
typedef NodeId *Vector;

typedef struct Recursion {
    Build *build;
    int64_t count;        /* tensors */
    int64_t history;
    Vector gradient;
    Vector *changes;      /* [history] of the weights, latest first */
    Vector *differences;  /* [history] of the gradients */
    NodeId *inverses;     /* [history] 1 / (change · difference), 0 in an empty slot */
} Recursion;

static Vector new_vector(const Recursion *r) {
    Vector vector = ARENA_ARRAY(r->build->graph->arena, NodeId, r->count + 1);
    for (int64_t i = 0; i < r->count; i++) vector[i] = NODE_NONE;
    return vector;
}

static NodeId dot(const Recursion *r, const NodeId *a, const NodeId *b) {
    Graph *graph = r->build->graph;
    NodeId sum = graph_constant(graph, 0);
    for (int64_t i = 0; i < r->count; i++)
        if (a[i] != NODE_NONE)
            sum = graph_binary(graph, OP_ADD, sum, build_sum_all(r->build, graph_binary(graph, OP_MUL, a[i], b[i])));
    return sum;
}

/* a + factor · b */
static Vector add_scaled(const Recursion *r, const NodeId *a, NodeId factor, const NodeId *b) {
    Graph *graph = r->build->graph;
    Vector sum = new_vector(r);
    for (int64_t i = 0; i < r->count; i++)
        if (a[i] != NODE_NONE) sum[i] = graph_binary(graph, OP_ADD, a[i], graph_binary(graph, OP_MUL, factor, b[i]));
    return sum;
}

static Vector scaled(const Recursion *r, NodeId factor, const NodeId *a) {
    Vector product = new_vector(r);
    for (int64_t i = 0; i < r->count; i++)
        if (a[i] != NODE_NONE) product[i] = graph_binary(r->build->graph, OP_MUL, factor, a[i]);
    return product;
}

static NodeId negative(Graph *graph, NodeId a) { return graph_unary(graph, OP_NEG, a); }

/* The states `suffix` of all tensors, and their numbers. */
static Vector states(const Recursion *r, const char *suffix, int32_t *out_numbers) {
    Vector vector = new_vector(r);
    for (int64_t i = 0; i < r->count; i++)
        if (r->gradient[i] != NODE_NONE) vector[i] = build_state(r->build, (int32_t)i, suffix, &out_numbers[i]);
    return vector;
}

static void assign(const Recursion *r, const int32_t *numbers, const NodeId *values) {
    for (int64_t i = 0; i < r->count; i++)
        if (values[i] != NODE_NONE) graph_assign_state(r->build->graph, numbers[i], values[i]);
}

/* The pairs of the last updates: the new one moves in at the front where `fits` is not 0, and the others back by one. */
static void shift_history(Recursion *r, NodeId fits, const char *kind, Vector latest, Vector *out_slots) {
    Graph *graph = r->build->graph;
    Vector before = latest;
    for (int64_t slot = 0; slot < r->history; slot++) {
        int32_t *numbers = ARENA_ARRAY(graph->arena, int32_t, r->count + 1);
        Vector old = states(r, arena_printf(graph->arena, "%s%lld", kind, (long long)slot), numbers);
        out_slots[slot] = new_vector(r);
        for (int64_t i = 0; i < r->count; i++)
            if (old[i] != NODE_NONE) out_slots[slot][i] = graph_select(graph, fits, before[i], old[i]);
        assign(r, numbers, out_slots[slot]);
        before = old;
    }
}

/* 1 / (change · difference) of each slot; the scale of the first Hessian, which the latest pair sets, or 1. */
static NodeId measure_pairs(Recursion *r) {
    Graph *graph = r->build->graph;
    NodeId zero = graph_constant(graph, 0), one = graph_constant(graph, 1), scale = one;
    for (int64_t slot = 0; slot < r->history; slot++) {
        NodeId curvature = dot(r, r->changes[slot], r->differences[slot]);
        NodeId filled = graph_binary(graph, OP_GREATER, curvature, zero);
        NodeId divisor = graph_select(graph, filled, curvature, one);
        r->inverses[slot] = graph_select(graph, filled, graph_unary(graph, OP_RECIPROCAL, divisor), zero);
        if (slot == 0) {
            NodeId length = graph_select(graph, filled, dot(r, r->differences[0], r->differences[0]), one);
            scale = graph_binary(graph, OP_DIV, divisor, length);
        }
    }
    return scale;
}

/* The two loops: -H · gradient (Nocedal 1980, section 4). */
static Vector find_direction(Recursion *r, NodeId scale) {
    Graph *graph = r->build->graph;
    NodeId *shares = ARENA_ARRAY(graph->arena, NodeId, r->history);
    Vector q = scaled(r, graph_constant(graph, -1), r->gradient);
    for (int64_t slot = 0; slot < r->history; slot++) {
        shares[slot] = graph_binary(graph, OP_MUL, dot(r, r->changes[slot], q), r->inverses[slot]);
        q = add_scaled(r, q, negative(graph, shares[slot]), r->differences[slot]);
    }
    q = scaled(r, scale, q);
    for (int64_t slot = r->history; slot-- > 0;) {
        NodeId back = graph_binary(graph, OP_MUL, dot(r, r->differences[slot], q), r->inverses[slot]);
        q = add_scaled(r, q, graph_binary(graph, OP_SUB, shares[slot], back), r->changes[slot]);
    }
    return q;
}

/* The learning rate, at the first update at most 1 / Σ|gradient| of it; 0 where the gradient is tiny or the direction does not
 * descend. */
static NodeId step_length(const Recursion *r, Vector direction) {
    Build *build = r->build;
    Graph *graph = build->graph;
    NodeId sum = graph_constant(graph, 0), greatest = sum, one = graph_constant(graph, 1), rate = build_learning_rate(build);
    for (int64_t i = 0; i < r->count; i++) {
        if (r->gradient[i] == NODE_NONE) continue;
        NodeId sizes = graph_unary(graph, OP_ABS, r->gradient[i]);
        uint32_t all = (1u << graph_node(graph, sizes)->shape.rank) - 1;
        NodeId most = graph_reshape(graph, graph_reduce(graph, OP_REDUCE_MAX, sizes, all), shape_scalar());
        sum = graph_binary(graph, OP_ADD, sum, build_sum_all(build, sizes));
        greatest = graph_binary(graph, OP_MAX, greatest, most);
    }
    NodeId careful = graph_unary(graph, OP_RECIPROCAL, graph_binary(graph, OP_MAX, sum, one));
    NodeId first = graph_binary(graph, OP_EQUAL, build_step_number(build), one);
    NodeId length = graph_binary(graph, OP_MUL, rate, graph_select(graph, first, careful, one));
    NodeId descent = negative(graph, dot(r, r->gradient, direction));
    NodeId moves = graph_binary(graph, OP_MUL, graph_binary(graph, OP_GREATER, greatest, graph_constant(graph, least_gradient)),
                                graph_binary(graph, OP_GREATER_EQUAL, descent, graph_constant(graph, least_descent)));
    return graph_select(graph, moves, length, graph_constant(graph, 0));
}

static void build_lbfgs(Build *build, const Call *call, const NodeId *gradients, int64_t count) {
    Graph *graph = build->graph;
    Recursion r = {.build = build, .count = count, .history = call_integer(call, "history")};
    r.gradient = new_vector(&r);
    for (int64_t i = 0; i < count; i++) r.gradient[i] = gradients[i];
    r.changes = ARENA_ARRAY(graph->arena, Vector, r.history);
    r.differences = ARENA_ARRAY(graph->arena, Vector, r.history);
    r.inverses = ARENA_ARRAY(graph->arena, NodeId, r.history);
    int32_t *gradient_states = ARENA_ARRAY(graph->arena, int32_t, count + 1);
    int32_t *change_states = ARENA_ARRAY(graph->arena, int32_t, count + 1);
    Vector last_gradient = states(&r, "gradient", gradient_states), change = states(&r, "change", change_states);
    Vector difference = add_scaled(&r, r.gradient, graph_constant(graph, -1), last_gradient);
    NodeId fits = graph_binary(graph, OP_GREATER, dot(&r, change, difference), graph_constant(graph, least_curvature));
    shift_history(&r, fits, "s", change, r.changes);
    shift_history(&r, fits, "y", difference, r.differences);
    Vector direction = find_direction(&r, measure_pairs(&r));
    Vector step = scaled(&r, step_length(&r, direction), direction);
    assign(&r, gradient_states, r.gradient);
    assign(&r, change_states, step);
    for (int64_t i = 0; i < count; i++)
        if (step[i] != NODE_NONE)
            graph_assign_parameter(graph, (int32_t)i, graph_binary(graph, OP_ADD, graph->parameters.items[i].node, step[i]));
}

const CatalogEntry catalog_optimizer_lbfgs = {
    .name = "lbfgs", .kind = ENTRY_OPTIMIZER, .built = true, .runtime_id = -1,
    .doc = "limited-memory quasi-Newton: few, long steps; for small models and `batch: all`, where the gradient has no noise",
    .formula = "w ← w − lr · H · g, H from the last changes of weights and gradients by two loops",
    .source = "Nocedal 1980, Math. Comp. 35, section 4; torch.optim.LBFGS(max_iter=1), without a line search",
    .example = "optimizer: lbfgs(history: 10)",
    .params = {
        OPTIMIZER_RATE("1"),
        {.name = "history", .type = PARAM_INTEGER, .fallback = "10", .named_only = true, .min = 1, .max = 100,
         .doc = "pairs of changes that are kept: two copies of all weights each"},
    },
    .build_update_all = build_lbfgs,
};
