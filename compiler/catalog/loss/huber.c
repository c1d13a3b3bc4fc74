/* Squared near 0, straight beyond delta. */
#include "catalog/loss/regression.h"

/* With a = min(|d|, delta) both pieces are a · (|d| - a / 2), and so is the derivative: no branch. */
static void build_huber(Build *build, const Call *call, const BuildTarget *target, NodeId head, BuildLoss *out) {
    Graph *graph = build->graph;
    NodeId magnitude = graph_unary(graph, OP_ABS, regression_distance(build, target, head));
    NodeId inner = build_min_scalar(build, magnitude, call_number(call, "delta"));
    NodeId rest = graph_binary(graph, OP_SUB, magnitude, build_mul_scalar(build, inner, 0.5));
    regression_finish(build, graph_binary(graph, OP_MUL, inner, rest), out);
}

const CatalogEntry catalog_loss_huber = {
    .name = "huber", .kind = ENTRY_LOSS, .built = true, .runtime_id = -1,
    .doc = "half the squared error up to `delta`, then straight: outliers count less",
    .formula = "|d| ≤ delta ? d² / 2 : delta · (|d| − delta / 2)", .source = "Huber 1964; torch.nn.HuberLoss",
    .example = "loss: huber(delta: 1.0)",
    .params = {{.name = "delta", .type = PARAM_NUMBER, .fallback = "1", .max = 1e30, .min_open = true,
                .doc = "the distance from which on the loss is straight"}},
    .head_units = regression_head_units, .build_loss = build_huber, .build_prediction = regression_prediction,
};
