/* Normal noise that falls with the steps. */
#include <math.h>

#include "catalog/build.h"

static void build_noise(Build *build, const Call *call, NodeId *gradients, int64_t count) {
    Graph *graph = build->graph;
    double eta = call_number(call, "eta"), gamma = call_number(call, "gamma");
    if (eta == 0) return;
    /* √(eta / (1 + t)^gamma) with t from 0 */
    NodeId logarithm = graph_unary(graph, OP_LOG, build_step_number(build));
    NodeId falling = graph_unary(graph, OP_EXP, build_mul_scalar(build, logarithm, -gamma / 2));
    NodeId deviation = build_mul_scalar(build, falling, sqrt(eta));
    for (int64_t i = 0; i < count; i++) {
        if (gradients[i] == NODE_NONE) continue;
        NodeId normal = build_normal(build, graph_node(graph, gradients[i])->shape);
        gradients[i] = graph_binary(graph, OP_ADD, gradients[i], graph_binary(graph, OP_MUL, normal, deviation));
    }
}

const CatalogEntry catalog_gradient_step_noise = {
    .name = "noise", .kind = ENTRY_GRADIENT_STEP, .built = true, .runtime_id = -1,
    .doc = "adds normal noise to the gradient, less and less of it", .formula = "g + N(0, eta / t^gamma), t from 1",
    .source = "Neelakantan et al. 2015, eq. 1", .example = "optimizer: noise(0.01) -> sgd(lr: 0.1)",
    .params = {
        {.name = "eta", .type = PARAM_NUMBER, .max = 1e30, .doc = "the variance of the noise of the first step"},
        {.name = "gamma", .type = PARAM_NUMBER, .fallback = "0.55", .named_only = true, .max = 10,
         .doc = "how fast the variance falls"},
    },
    .build_gradients = build_noise,
};
