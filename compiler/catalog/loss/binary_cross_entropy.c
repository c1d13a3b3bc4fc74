/* Cross entropy of two classes, under the name that says so. */
#include "catalog/loss/classification.h"

static int64_t head_units(Session *session, const Call *call, const BuildTarget *target) {
    int64_t units = classification_head_units(session, call, target);
    if (units <= 1) return units;
    Diagnostic *diagnostic = diag_report(session, DIAG_LOSS_TARGET_MISMATCH, call->span,
                                         "`binary_cross_entropy` does not fit target `%s`, which has %lld classes",
                                         target->name, (long long)target->level_count);
    diag_caret(diagnostic, "wants two classes");
    diag_label(diagnostic, target->span, "%lld classes", (long long)target->level_count);
    diag_fix(diagnostic, true, call->name_span, "cross_entropy", NULL);
    return 0;
}

const CatalogEntry catalog_loss_binary_cross_entropy = {
    .name = "binary_cross_entropy", .kind = ENTRY_LOSS, .built = true, .runtime_id = -1,
    .doc = "cross entropy of two classes, from the logit of the second; the sigmoid is built in",
    .formula = "−y log p − (1 − y) log(1 − p), p = 1 / (1 + e^−z)", .source = "torch.nn.BCEWithLogitsLoss",
    .example = "loss: binary_cross_entropy",
    .params = {CLASSIFICATION_PARAMS},
    .head_units = head_units, .build_loss = classification_loss, .build_prediction = classification_prediction,
};
