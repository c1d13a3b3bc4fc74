/* Which rows each step sees. */
#ifndef TRAIN_BATCHES_H
#define TRAIN_BATCHES_H

#include "lrt/dataset.h"
#include "lrt/error.h"
#include "lrt/program.h"
#include "train/balanced.h"

/* Rows given for each step in place of the shuffle (--batch-order). */
typedef struct BatchOrder {
    int64_t *rows;                 /* [steps, batch] */
    int64_t steps, batch;
} BatchOrder;

/* Reads and checks F.npy, and turns indices within the training part into rows of the data set. */
bool batch_order_read(BatchOrder *order, const LrtProgram *program, const LrtDataset *dataset, const char *path, LrtError *error);
void batch_order_free(BatchOrder *order);

typedef struct Batches {
    const int64_t *part;           /* rows of the training part, ascending */
    int64_t count;
    int64_t batch;
    int64_t steps_per_epoch;
    bool shuffle;
    uint64_t seed;
    const BatchOrder *order;       /* or NULL */
    int64_t *shuffled;             /* [count] */
    Balanced balanced;
} Batches;

/* False where the training part gives no step or does not fit the program's buffers. */
bool batches_init(Batches *batches, const LrtProgram *program, const LrtDataset *dataset, uint64_t seed, const BatchOrder *order,
                  LrtError *error);
void batches_free(Batches *batches);

/* The order of an epoch (from 0) is a pure function of seed and epoch. */
void batches_begin_epoch(Batches *batches, int64_t epoch);
/* The rows of step `step` of the run, which is the `index`th of its epoch. */
const int64_t *batches_rows(const Batches *batches, int64_t step, int64_t index, int64_t *out_count);

#endif
