/* Rows of the data set into the buffers of an entry point. */
#ifndef TRAIN_GATHER_H
#define TRAIN_GATHER_H

#include "lrt/dataset.h"
#include "train/machine.h"

/* Row rows[i] becomes row i of the entry's buffers, padding zero. `blind`: targets and labels are not known and become 0. */
void gather_rows(const Machine *machine, const LrtEntry *entry, const LrtDataset *dataset, const int64_t *rows, int64_t count,
                 bool blind);

#endif
