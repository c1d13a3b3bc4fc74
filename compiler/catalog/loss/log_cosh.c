/* Squared near 0, straight far from it, smooth between. */
#include "catalog/loss/regression.h"

/* log cosh d = |d| + log(1 + e^-2|d|) - log 2 */
static void build_log_cosh(Build *build, const Call *call, const BuildTarget *target, NodeId head, BuildLoss *out) {
    (void)call;
    Graph *graph = build->graph;
    NodeId distance = regression_distance(build, target, head);
    NodeId tail = build_softplus_tail(build, build_mul_scalar(build, distance, 2));
    NodeId sum = graph_binary(graph, OP_ADD, graph_unary(graph, OP_ABS, distance), tail);
    regression_finish(build, build_add_scalar(build, sum, -0.693147180559945309417), out);
}

const CatalogEntry catalog_loss_log_cosh = {
    .name = "log_cosh", .kind = ENTRY_LOSS, .built = true, .runtime_id = -1,
    .doc = "the logarithm of the hyperbolic cosine of the error: squared for small ones, straight for large ones",
    .formula = "log cosh(ŷ − y)", .source = "tf.keras.losses.LogCosh", .example = "loss: log_cosh",
    .head_units = regression_head_units, .build_loss = build_log_cosh, .build_prediction = regression_prediction,
};
