/* Stochastic gradient descent, with momentum and Nesterov's variant. */
#include "catalog/optimizer/optimizer_params.h"
#include "catalog/optimizer/optimizer_rules.h"

static bool check_sgd(Session *session, const Call *call) {
    const Argument *nesterov = call_argument(call, "nesterov");
    if (nesterov->integer == 0 || call_number(call, "momentum") > 0) return true;
    Diagnostic *diagnostic = diag_report(session, DIAG_ARGUMENT_RANGE, nesterov->span,
                                         "`nesterov` of `sgd` wants a momentum, and `momentum` is 0");
    diag_why(diagnostic, "Nesterov's variant looks ahead along the momentum");
    diag_advice(diagnostic, "`momentum: 0.9` besides, or no `nesterov`");
    return false;
}

/* With dampening 0 PyTorch's first buffer, the gradient, is momentum · 0 + gradient. */
static void build_sgd(Build *build, const Call *call, int32_t parameter, NodeId gradient) {
    Graph *graph = build->graph;
    double momentum = call_number(call, "momentum");
    NodeId direction = optimizer_decayed_gradient(build, call, parameter, gradient);
    if (momentum != 0) {
        int32_t state;
        NodeId old = build_state(build, parameter, "momentum", &state);
        NodeId buffer = graph_binary(graph, OP_ADD, build_mul_scalar(build, old, momentum), direction);
        graph_assign_state(graph, state, buffer);
        direction = call_bool(call, "nesterov")
                        ? graph_binary(graph, OP_ADD, direction, build_mul_scalar(build, buffer, momentum))
                        : buffer;
    }
    NodeId weight = graph->parameters.items[parameter].node;
    optimizer_descend(build, parameter, weight, build_learning_rate(build), direction);
}

const CatalogEntry catalog_optimizer_sgd = {
    .name = "sgd", .kind = ENTRY_OPTIMIZER, .built = true, .runtime_id = -1,
    .doc = "a step against the gradient, or against a running sum of gradients",
    .formula = "g ← g + weight_decay · w; b ← momentum · b + g; w ← w − lr · b, "
               "with nesterov: w − lr · (g + momentum · b)",
    .source = "Sutskever et al. 2013, eq. 3 and 4; torch.optim.SGD",
    .example = "optimizer: sgd(lr: 0.1, momentum: 0.9)",
    .params = {
        OPTIMIZER_RATE(NULL),
        OPTIMIZER_DECAY("momentum", "0", "the share of the running sum that a step keeps"),
        {.name = "nesterov", .type = PARAM_BOOL, .fallback = "false", .named_only = true,
         .doc = "takes the gradient where the momentum leads"},
        OPTIMIZER_WEIGHT_DECAY("0", "adds so much of the weight to its gradient"),
    },
    .check_call = check_sgd,
    .build_update = build_sgd,
};
