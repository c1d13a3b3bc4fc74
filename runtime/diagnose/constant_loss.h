/* The loss of the best constant: the yardstick L0 of every verdict, in the units of the spec's own loss and its weights. */
#ifndef DIAGNOSE_CONSTANT_LOSS_H
#define DIAGNOSE_CONSTANT_LOSS_H

#include "lrt/dataset.h"

/* The constant is the best one for `rows`, weighted as `weights` (of each output: [count]) says; its loss on `other`, which may be the
 * same rows, goes to `out_other`. Sums over targets as the loss does. NaN where a loss is not known. */
double constant_loss(const LrtProgram *program, const LrtDataset *dataset, const int64_t *rows, int64_t count,
                     float *const *weights, const int64_t *other, int64_t other_count, float *const *other_weights,
                     double *out_other);

#endif
