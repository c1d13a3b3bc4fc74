/* Rows of a class target: their labels, which class each is of, what it counts. */
#ifndef LSPEC_CATALOG_LOSS_CLASS_ROWS_H
#define LSPEC_CATALOG_LOSS_CLASS_ROWS_H

#include "catalog/build.h"

#define CLASS_WEIGHTS_PARAM                                                                                    \
    {.name = "class_weights", .type = PARAM_CLASS_WEIGHTS, .fallback = "none", .named_only = true,              \
     .doc = "none, balanced (n / (k · n_c) of the training part), or a weight for each class"}

/* The labels as numbers: [B]. */
NodeId class_labels(Build *build, const BuildTarget *target);
/* `second` for rows of the second class, `first` for the others: [B]. */
NodeId class_select(Build *build, NodeId labels, double first, double second);
/* 1 in the column of the row's class, else 0: [B, count]. */
NodeId class_hits(Build *build, NodeId labels, int64_t count);
/* The weight of each class: [count]. */
NodeId class_weight_vector(Build *build, const double *weights, int64_t count);
/* Ends a loss of which each class's rows count by its weight in `class_weights`: row_loss [B] is without it. */
void class_finish(Build *build, const Call *call, const BuildTarget *target, NodeId labels, NodeId row_loss,
                  BuildLoss *out);

#endif
