/* Mean squared error. */
#include "catalog/loss/regression.h"

static void build_mse(Build *build, const Call *call, const BuildTarget *target, NodeId head, BuildLoss *out) {
    (void)call;
    NodeId distance = regression_distance(build, target, head);
    regression_finish(build, graph_unary(build->graph, OP_SQUARE, distance), out);
}

const CatalogEntry catalog_loss_mse = {
    .name = "mse", .kind = ENTRY_LOSS, .built = true, .runtime_id = -1,
    .doc = "the mean squared error; predicts the mean", .formula = "(ŷ − y)²", .source = "torch.nn.MSELoss",
    .example = "loss: mse",
    .head_units = regression_head_units, .build_loss = build_mse, .build_prediction = regression_prediction,
};
