/* What is done to the weights behind the optimizer: means of them that are measured and kept (ema, swa), and a way back to
 * slower ones (lookahead). */
#ifndef TRAIN_AVERAGES_H
#define TRAIN_AVERAGES_H

#include "train/machine.h"

typedef struct Averages {
    const Machine *machine;
    float *mean;                   /* of ema or swa; laid out as weights_copy does */
    float *slow;                   /* of lookahead */
    int64_t mean_count;            /* weights that the mean is of; 0: there is none yet */
    int64_t updates;               /* of the weights, so far */
} Averages;

/* Without steps behind the optimizer nothing is allocated, and the others do nothing. */
bool averages_init(Averages *averages, const Machine *machine, LrtError *error);
void averages_free(Averages *averages);

/* Before the first step: lookahead goes out from these weights. */
void averages_begin(Averages *averages);
/* After a step that has updated the weights. */
void averages_after_update(Averages *averages);
/* At the end of an epoch, `steps` after the beginning. */
void averages_after_epoch(Averages *averages, int64_t steps, int64_t steps_per_epoch);
/* Puts the mean into the arena to be measured and kept; a second call takes it out again. Nothing where there is none. */
void averages_swap(Averages *averages);

#endif
