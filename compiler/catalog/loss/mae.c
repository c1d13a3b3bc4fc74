/* Mean absolute error. */
#include "catalog/loss/regression.h"

static void build_mae(Build *build, const Call *call, const BuildTarget *target, NodeId head, BuildLoss *out) {
    (void)call;
    NodeId distance = regression_distance(build, target, head);
    regression_finish(build, graph_unary(build->graph, OP_ABS, distance), out);
}

const CatalogEntry catalog_loss_mae = {
    .name = "mae", .kind = ENTRY_LOSS, .built = true, .runtime_id = -1,
    .doc = "the mean absolute error; predicts the median", .formula = "|ŷ − y|", .source = "torch.nn.L1Loss",
    .example = "loss: mae",
    .head_units = regression_head_units, .build_loss = build_mae, .build_prediction = regression_prediction,
};
