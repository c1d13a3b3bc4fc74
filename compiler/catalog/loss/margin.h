/* Losses of the margin between the score of the right class and the others'. */
#ifndef LSPEC_CATALOG_LOSS_MARGIN_H
#define LSPEC_CATALOG_LOSS_MARGIN_H

#include "catalog/loss/classification.h"

/* What is missing to a margin of 1, squared or not. Two classes: max(0, 1 - m) with the margin m = ±z, [B]; several:
 * the mean over all K of max(0, 1 + z_c - z_y), c ≠ y. */
void margin_loss(Build *build, const Call *call, const BuildTarget *target, NodeId head, bool squared, BuildLoss *out);

#endif
