/* The learning rate of a step. */
#ifndef TRAIN_SCHEDULE_H
#define TRAIN_SCHEDULE_H

#include "lrt/program.h"

/* Step `step` (from 0) of `total` = epochs x steps_per_epoch. */
double schedule_learning_rate(const LrtSchedule *schedule, int64_t step, int64_t steps_per_epoch, int64_t total);

#endif
