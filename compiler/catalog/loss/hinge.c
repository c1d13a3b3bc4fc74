/* The loss of a support vector machine. */
#include "catalog/loss/margin.h"

static void build_hinge(Build *build, const Call *call, const BuildTarget *target, NodeId head, BuildLoss *out) {
    margin_loss(build, call, target, head, false, out);
}

const CatalogEntry catalog_loss_hinge = {
    .name = "hinge", .kind = ENTRY_LOSS, .built = true, .runtime_id = -1,
    .doc = "what the score of the right class lacks to a lead of 1; the probabilities are the scores' softmax, in order "
           "but not calibrated",
    .formula = "two classes: max(0, 1 − y·z), y = ±1; several: Σ_{c≠y} max(0, 1 − z_y + z_c) / K",
    .source = "Cortes and Vapnik 1995; torch.nn.MultiMarginLoss", .example = "loss: hinge",
    .params = {CLASS_WEIGHTS_PARAM},
    .head_units = classification_head_units, .build_loss = build_hinge, .build_prediction = classification_prediction,
};
