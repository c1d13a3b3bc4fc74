/* How far a step moves the weights, relative to their size: |Δw| / |w|, on a sample of them. */
#ifndef TRAIN_UPDATE_RATIO_H
#define TRAIN_UPDATE_RATIO_H

#include "train/machine.h"

enum { UPDATE_SAMPLE_WEIGHTS = 1 << 16 };

typedef struct UpdateRatio {
    float *before;                 /* [count] */
    int64_t count;
    int64_t every;                 /* each `every`th trainable weight is in the sample */
} UpdateRatio;

bool update_ratio_init(UpdateRatio *ratio, const LrtProgram *program, LrtError *error);
void update_ratio_free(UpdateRatio *ratio);
void update_ratio_mark(UpdateRatio *ratio, const Machine *machine);
/* Of the steps since the mark. */
double update_ratio_measure(const UpdateRatio *ratio, const Machine *machine);

#endif
