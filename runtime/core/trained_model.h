/* A run's directory made ready to measure or predict. */
#ifndef CORE_TRAINED_MODEL_H
#define CORE_TRAINED_MODEL_H

#include "core/commands.h"
#include "core/run_directory.h"
#include "train/machine.h"

typedef struct TrainedModel {
    RunDirectory directory;
    Machine machine;               /* holds the run's weights */
    int64_t epoch;
    char data_digest[65];          /* of the data it was trained on; may be empty */
} TrainedModel;

bool trained_model_open(TrainedModel *model, const CommandContext *context, LrtError *error);
void trained_model_free(TrainedModel *model);

#endif
