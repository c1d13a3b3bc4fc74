/* The hinge loss squared: smooth where the margin is reached. */
#include "catalog/loss/margin.h"

static void build_squared(Build *build, const Call *call, const BuildTarget *target, NodeId head, BuildLoss *out) {
    margin_loss(build, call, target, head, true, out);
}

const CatalogEntry catalog_loss_squared_hinge = {
    .name = "squared_hinge", .kind = ENTRY_LOSS, .built = true, .runtime_id = -1,
    .doc = "the square of what the score of the right class lacks to a lead of 1; the probabilities are the scores' "
           "softmax, in order but not calibrated",
    .formula = "two classes: max(0, 1 − y·z)², y = ±1; several: Σ_{c≠y} max(0, 1 − z_y + z_c)² / K",
    .source = "Tang 2013; torch.nn.MultiMarginLoss(p=2)", .example = "loss: squared_hinge",
    .params = {CLASS_WEIGHTS_PARAM},
    .head_units = classification_head_units, .build_loss = build_squared, .build_prediction = classification_prediction,
};
