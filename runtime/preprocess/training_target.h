/* The target of the training rows, for transforms that learn from it. */
#ifndef PREPROCESS_TRAINING_TARGET_H
#define PREPROCESS_TRAINING_TARGET_H

#include "preprocess/transform.h"

typedef struct TrainingTarget {
    int64_t classes;      /* 0: a number */
    const int32_t *label; /* [training rows], of a class */
    const double *value;  /* [training rows], of a number, as it leaves the target's flow */
} TrainingTarget;

/* Of target number `target` of the spec; the arrays live in `region`. */
bool training_target_read(Frame *frame, int32_t target, Region *region, TrainingTarget *out);

#endif
