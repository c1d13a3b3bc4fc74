/* The loss of the best constant: the yardstick L0 of every verdict, in the units of the spec's own loss and its weights. */
#ifndef DIAGNOSE_CONSTANT_LOSS_H
#define DIAGNOSE_CONSTANT_LOSS_H

#include "lrt/dataset.h"

/* Losses of constants, above what a perfect predictor would have: that is 0 for most losses, but neither for smoothed labels nor for
 * likelihoods. Sums over targets as the loss does. */
typedef struct ConstantLoss {
    double own;                    /* of the best constant on its rows */
    double other;                  /* of the same constant on the other rows */
    double floor;                  /* of the perfect predictor on its rows */
} ConstantLoss;

typedef struct LossRows {
    const int64_t *rows;
    int64_t count;
    float *const *weights;         /* of each output: [count] */
} LossRows;

/* The constant is the best one for the rows of `own`, weighted as their weights say. NaN where a loss is not known. */
ConstantLoss constant_loss(const LrtProgram *program, const LrtDataset *dataset, const LossRows *own, const LossRows *other);

#endif
