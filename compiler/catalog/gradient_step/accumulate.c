/* The mean gradient of several batches as one. */
#include "catalog/build.h"

/* The sum over the batches so far is a state of each parameter; the step that completes n of them uses it up. What the
 * optimizer would write at the other steps is thrown away (lower/lower_step.c). */
static void build_accumulate(Build *build, const Call *call, NodeId *gradients, int64_t count) {
    Graph *graph = build->graph;
    int64_t batches = call_integer(call, "batches");
    if (batches == 1) return;
    build_update_every(build, batches);
    for (int64_t i = 0; i < count; i++) {
        if (gradients[i] == NODE_NONE) continue;
        int32_t state;
        NodeId sum = graph_binary(graph, OP_ADD, build_state(build, (int32_t)i, "accumulated", &state), gradients[i]);
        graph_assign_state(graph, state, graph_select(graph, build->update_due, graph_constant(graph, 0), sum));
        gradients[i] = build_mul_scalar(build, sum, 1 / (double)batches);
    }
}

const CatalogEntry catalog_gradient_step_accumulate = {
    .name = "accumulate", .kind = ENTRY_GRADIENT_STEP, .built = true, .runtime_id = -1,
    .doc = "takes one step of the optimizer for the mean gradient of n batches",
    .formula = "g = (g_1 + … + g_n) / n", .example = "optimizer: accumulate(4) -> adam(lr: 1e-3)",
    .params = {{.name = "batches", .type = PARAM_INTEGER, .min = 1, .max = 1e6, .doc = "how many batches make a step"}},
    .build_gradients = build_accumulate,
};
