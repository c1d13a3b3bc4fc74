/* Cross entropy of classes: one logit for two of them, else one for each. */
#ifndef LSPEC_CATALOG_LOSS_CLASSIFICATION_H
#define LSPEC_CATALOG_LOSS_CLASSIFICATION_H

#include "catalog/loss/class_rows.h"

#define CLASSIFICATION_PARAMS                                                                                  \
    CLASS_WEIGHTS_PARAM,                                                                                       \
    {.name = "label_smoothing", .type = PARAM_SHARE, .fallback = "0", .named_only = true, .max = 1, .max_open = true, \
     .doc = "the share of the target probability that is spread evenly over all classes"}

/* 1 for two classes, else their number; 0 where the target has none or the weights do not fit it: reported. */
int64_t classification_head_units(Session *session, const Call *call, const BuildTarget *target);
void classification_loss(Build *build, const Call *call, const BuildTarget *target, NodeId head, BuildLoss *out);
/* [B, levels] */
NodeId classification_prediction(Build *build, const Call *call, const BuildTarget *target, NodeId head);

#endif
