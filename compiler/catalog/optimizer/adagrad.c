/* Rates that fall with all the gradients so far. */
#include "catalog/optimizer/optimizer_params.h"
#include "catalog/optimizer/optimizer_rules.h"

static void build_adagrad(Build *build, const Call *call, int32_t parameter, NodeId gradient) {
    Graph *graph = build->graph;
    int32_t state;
    NodeId decayed = optimizer_decayed_gradient(build, call, parameter, gradient);
    NodeId sum = graph_binary(graph, OP_ADD, build_state(build, parameter, "sum", &state),
                              graph_unary(graph, OP_SQUARE, decayed));
    graph_assign_state(graph, state, sum);
    NodeId rate = build_learning_rate(build);
    double decay = call_number(call, "lr_decay");
    if (decay != 0) {
        NodeId past = build_add_scalar(build, build_step_number(build), -1);
        rate = graph_binary(graph, OP_DIV, rate, build_add_scalar(build, build_mul_scalar(build, past, decay), 1));
    }
    NodeId size = build_add_scalar(build, graph_unary(graph, OP_SQRT, sum), call_number(call, "epsilon"));
    NodeId direction = graph_binary(graph, OP_DIV, decayed, size);
    optimizer_descend(build, parameter, graph->parameters.items[parameter].node, rate, direction);
}

const CatalogEntry catalog_optimizer_adagrad = {
    .name = "adagrad", .kind = ENTRY_OPTIMIZER, .built = true, .runtime_id = -1,
    .doc = "each weight moves by its gradient over the root of the sum of its squares so far",
    .formula = "s ← s + g²; w ← w − lr / (1 + (t − 1) · lr_decay) · g / (√s + epsilon)",
    .source = "Duchi et al. 2011; torch.optim.Adagrad", .example = "optimizer: adagrad(lr: 1e-2)",
    .params = {
        OPTIMIZER_RATE("1e-2"),
        {.name = "lr_decay", .type = PARAM_NUMBER, .fallback = "0", .named_only = true, .max = 1e30,
         .doc = "how fast the rate falls with the steps besides"},
        {.name = "epsilon", .type = PARAM_NUMBER, .fallback = "1e-10", .named_only = true, .max = 1,
         .doc = "added to the root of the sum"},
        OPTIMIZER_WEIGHT_DECAY("0", "adds so much of the weight to its gradient"),
    },
    .build_update = build_adagrad,
};
