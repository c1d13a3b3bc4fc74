/* Losses of numbers: a function of the distance between prediction and target, averaged over the target's columns. */
#ifndef LSPEC_CATALOG_LOSS_REGRESSION_H
#define LSPEC_CATALOG_LOSS_REGRESSION_H

#include <math.h>

#include "catalog/build.h"

int64_t regression_head_units(Session *session, const Call *call, const BuildTarget *target);
/* For losses whose head has other units than the target: false, and reported, where the target is a vector or no number. */
bool regression_wants_one(Session *session, const Call *call, const BuildTarget *target);
/* The target, [B, width]. */
NodeId regression_truth(Build *build, const BuildTarget *target);
/* head - target, [B, width] */
NodeId regression_distance(Build *build, const BuildTarget *target, NodeId head);
/* The rows' losses from the losses of their columns, [B, width]. */
void regression_finish(Build *build, NodeId losses, BuildLoss *out);
/* The head itself. */
NodeId regression_prediction(Build *build, const Call *call, const BuildTarget *target, NodeId head);

#endif
