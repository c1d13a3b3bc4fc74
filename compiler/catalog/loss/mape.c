/* Mean absolute percentage error, as a share. */
#include "catalog/loss/regression.h"

static void build_mape(Build *build, const Call *call, const BuildTarget *target, NodeId head, BuildLoss *out) {
    (void)call;
    Graph *graph = build->graph;
    NodeId distance = graph_unary(graph, OP_ABS, regression_distance(build, target, head));
    NodeId size = graph_unary(graph, OP_ABS, regression_truth(build, target));
    regression_finish(build, graph_binary(graph, OP_DIV, distance, build_max_scalar(build, size, 1e-7)), out);
}

static LossDomain domain(const Call *call) {
    (void)call;
    return (LossDomain){.low = -INFINITY, .high = INFINITY, .without_zero = true};
}

const CatalogEntry catalog_loss_mape = {
    .name = "mape", .kind = ENTRY_LOSS, .built = true, .runtime_id = -1,
    .doc = "the mean absolute error as a share of the target, which is never 0",
    .formula = "|ŷ − y| / max(|y|, 1e-7)", .source = "sklearn.metrics.mean_absolute_percentage_error",
    .example = "loss: mape", .target_domain = domain,
    .head_units = regression_head_units, .build_loss = build_mape, .build_prediction = regression_prediction,
};
