/* Adam that looks ahead along its momentum. */
#include "catalog/optimizer/optimizer_params.h"
#include "catalog/optimizer/optimizer_rules.h"

/* beta1 · (1 - 0.96^(step · decay) / 2), a scalar; `ahead` steps further on. */
static NodeId momentum_at(Build *build, const Call *call, double ahead) {
    double rate = call_number(call, "momentum_decay") * -0.040821994520255;  /* log 0.96 */
    NodeId step = build_add_scalar(build, build_step_number(build), ahead);
    NodeId power = graph_unary(build->graph, OP_EXP, build_mul_scalar(build, step, rate));
    NodeId share = build_add_scalar(build, build_mul_scalar(build, power, -0.5), 1);
    return build_mul_scalar(build, share, call_number(call, "beta1"));
}

static NodeId one_minus(Build *build, NodeId a) {
    return graph_binary(build->graph, OP_SUB, graph_constant(build->graph, 1), a);
}

/* The product of the momenta so far is one number; as a state it has the parameter's shape. */
static void build_nadam(Build *build, const Call *call, int32_t parameter, NodeId gradient) {
    Graph *graph = build->graph;
    int32_t state = (int32_t)graph->states.count;
    const char *name = arena_printf(graph->arena, "%s.momentum_product", graph->parameters.items[parameter].name);
    NodeId momentum = momentum_at(build, call, 0), next = momentum_at(build, call, 1);
    NodeId product = graph_binary(graph, OP_MUL, graph_state(graph, name, parameter, 1), momentum);
    graph_assign_state(graph, state, product);
    NodeId decayed = optimizer_decayed_gradient(build, call, parameter, gradient);
    NodeId mean = optimizer_running_mean(build, parameter, "m", call_number(call, "beta1"), decayed);
    NodeId square = optimizer_running_mean(build, parameter, "v", call_number(call, "beta2"),
                                           graph_unary(graph, OP_SQUARE, decayed));
    NodeId share = graph_binary(graph, OP_DIV, one_minus(build, momentum), one_minus(build, product));
    NodeId beyond = one_minus(build, graph_binary(graph, OP_MUL, product, next));
    NodeId rest = graph_binary(graph, OP_DIV, next, beyond);
    NodeId sum = graph_binary(graph, OP_ADD, graph_binary(graph, OP_MUL, decayed, share),
                              graph_binary(graph, OP_MUL, mean, rest));
    NodeId direction = graph_binary(graph, OP_DIV, sum, optimizer_denominator(build, call, square));
    optimizer_descend(build, parameter, graph->parameters.items[parameter].node, build_learning_rate(build), direction);
}

const CatalogEntry catalog_optimizer_nadam = {
    .name = "nadam", .kind = ENTRY_OPTIMIZER, .built = true, .runtime_id = -1,
    .doc = "adam with Nesterov's momentum, which itself rises over time",
    .formula = "µ_t = beta1 · (1 − 0.96^(t · momentum_decay) / 2); w ← w − lr · ((1 − µ_t) / (1 − Πµ) · g + "
               "µ_{t+1} / (1 − Πµ · µ_{t+1}) · m) / (√v / √(1 − beta2^t) + epsilon)",
    .source = "Dozat 2016; torch.optim.NAdam", .example = "optimizer: nadam(lr: 2e-3)",
    .params = {
        OPTIMIZER_RATE("2e-3"),
        OPTIMIZER_DECAY("beta1", "0.9", "the share of the mean gradient that a step keeps"),
        OPTIMIZER_DECAY("beta2", "0.999", "the share of the mean square that a step keeps"),
        OPTIMIZER_EPSILON,
        OPTIMIZER_WEIGHT_DECAY("0", "adds so much of the weight to its gradient"),
        {.name = "momentum_decay", .type = PARAM_NUMBER, .fallback = "4e-3", .named_only = true, .max = 1e3,
         .doc = "how fast the momentum rises from half of beta1 to beta1"},
    },
    .build_update = build_nadam,
};
