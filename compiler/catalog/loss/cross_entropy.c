/* The loss of classification. */
#include "catalog/loss/classification.h"

const CatalogEntry catalog_loss_cross_entropy = {
    .name = "cross_entropy", .kind = ENTRY_LOSS, .built = true, .runtime_id = -1,
    .doc = "minus the logarithm of the probability of the right class; the link (softmax, sigmoid) is built in",
    .formula = "−Σ_c q_c log p_c, q_c = w_c · ((1 − s) · [c = y] + s / K)", .source = "torch.nn.CrossEntropyLoss",
    .example = "loss: cross_entropy(class_weights: balanced, label_smoothing: 5%)",
    .params = {CLASSIFICATION_PARAMS},
    .head_units = classification_head_units, .build_loss = classification_loss,
    .build_prediction = classification_prediction,
};
