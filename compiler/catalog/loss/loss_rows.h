/* The last step of every loss: weights of the rows. */
#ifndef LSPEC_CATALOG_LOSS_LOSS_ROWS_H
#define LSPEC_CATALOG_LOSS_LOSS_ROWS_H

#include "catalog/build.h"

/* `row_loss` [B], weighted by class already where `class_weight` [B] is not NODE_NONE, times the rows' own weights. */
void loss_finish(Build *build, NodeId row_loss, NodeId class_weight, BuildLoss *out);

#endif
