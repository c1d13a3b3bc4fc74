/* The l1 and l2 terms of the weights in the arena. */
#ifndef TRAIN_PENALTY_H
#define TRAIN_PENALTY_H

#include "lrt/dataset.h"
#include "train/machine.h"

/* `rows`: any rows of the data set, at least one. The weights are as before afterwards, the optimizer's state is not: this is for
 * weights that are trained no further. */
bool penalty_measure(Machine *machine, const LrtDataset *dataset, const int64_t *rows, int64_t count, double *out, LrtError *error);

#endif
