/* Mean squared error of log(1 + x). */
#include "catalog/loss/regression.h"

/* Below -1/2 the logarithm goes on as a straight line, so that a prediction of -1 and less has a loss and a way back. */
static NodeId log1p_of_prediction(Build *build, NodeId head) {
    NodeId inside = graph_unary(build->graph, OP_LOG1P, build_max_scalar(build, head, -0.5));
    NodeId below = build_min_scalar(build, build_add_scalar(build, head, 0.5), 0);
    return graph_binary(build->graph, OP_ADD, inside, build_mul_scalar(build, below, 2));
}

static void build_msle(Build *build, const Call *call, const BuildTarget *target, NodeId head, BuildLoss *out) {
    (void)call;
    Graph *graph = build->graph;
    NodeId truth = graph_unary(graph, OP_LOG1P, build_max_scalar(build, regression_truth(build, target), 0));
    NodeId distance = graph_binary(graph, OP_SUB, log1p_of_prediction(build, head), truth);
    regression_finish(build, graph_unary(graph, OP_SQUARE, distance), out);
}

static LossDomain domain(const Call *call) {
    (void)call;
    return (LossDomain){.low = 0, .high = INFINITY};
}

const CatalogEntry catalog_loss_msle = {
    .name = "msle", .kind = ENTRY_LOSS, .built = true, .runtime_id = -1,
    .doc = "the mean squared error of log(1 + x): relative errors of amounts from 0 on",
    .formula = "(log(1 + ŷ) − log(1 + y))²; below −1/2 log(1 + ŷ) goes on as a line",
    .source = "sklearn.metrics.mean_squared_log_error", .example = "loss: msle", .target_domain = domain,
    .head_units = regression_head_units, .build_loss = build_msle, .build_prediction = regression_prediction,
};
