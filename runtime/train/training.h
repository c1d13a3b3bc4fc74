/* The training loop: epochs of steps, an evaluation after each, rules that end it, the best weights kept. */
#ifndef TRAIN_TRAINING_H
#define TRAIN_TRAINING_H

#include "augment/augment.h"
#include "diagnose/diagnosis.h"
#include "report/run_log.h"
#include "train/averages.h"
#include "train/batches.h"
#include "train/evaluator.h"
#include "train/machine.h"
#include "train/rules.h"
#include "train/update_ratio.h"

enum { TRAINING_SAMPLE_ROWS = 10000 }; /* of the training part, measured each epoch */

/* What is wanted of this run: the spec's settings, overridden by the command line. */
typedef struct TrainingPlan {
    int64_t epochs;
    int64_t max_steps;             /* -1: no limit */
    double time_limit;             /* seconds; 0: no limit */
    uint64_t seed;
    const BatchOrder *order;       /* or NULL */
    bool keep_gradients;           /* of the last step */
} TrainingPlan;

typedef enum TrainingEnd {
    TRAINING_EPOCHS,
    TRAINING_EARLY,
    TRAINING_TIME_LIMIT,
    TRAINING_MAX_STEPS,
    TRAINING_BATCH_ORDER,
    TRAINING_INTERRUPTED,
    TRAINING_NONFINITE,
    TRAINING_REACHED,
    TRAINING_DIVERGED,
    TRAINING_DIAGNOSIS             /* a finding that is an error, told by Diagnosis.stopping */
} TrainingEnd;

struct Training {
    Machine *machine;
    const LrtDataset *dataset;
    TrainingPlan plan;
    RunLog *log;
    Batches batches;
    Augmenter augmenter;
    Evaluator evaluator;
    Evaluation train, validation;
    int64_t *sample;               /* training rows that are measured */
    int64_t sample_count;
    Rules rules;
    Averages averages;
    float *best_weights;
    int64_t best_epoch;            /* 0: none yet */
    double best_value;
    UpdateRatio update_ratio;
    float *gradients;              /* of the last step, with keep_gradients */
    Diagnosis diagnosis;
    uint32_t random_key[2];
    double started;
    /* results */
    TrainingEnd end;
    int64_t epochs_done;           /* a part of one counts */
    int64_t steps_done;
    double seconds;
    const LrtStop *stop;           /* the rule that ended it, or NULL */
    bool restored;
    int64_t weights_epoch;         /* whose weights the arena holds in the end */
};

/* Settings of the program, before the command line. */
TrainingPlan training_plan_of(const LrtProgram *program);

/* All memory of the loop. The machine holds the initial weights. */
bool training_init(Training *training, Machine *machine, const LrtDataset *dataset, const TrainingPlan *plan, RunLog *log,
                   LrtError *error);
void training_free(Training *training);

/* Trains; the arena holds the weights after the last step. */
void training_run(Training *training);
/* Puts the best weights back where the program wants that, or where the last ones are of no use. */
void training_restore(Training *training);
/* True where the weights in the arena are worth saving: false after a loss that was not finite before the first epoch ended. */
bool training_has_weights(const Training *training);

/* As an event of history.jsonl: "early", "last epoch"; empty where a finding ended it. */
const char *training_end_word(TrainingEnd end);

/* Runs step `step` of the run, the `index`th of its epoch, and nothing else. */
LrtCall training_call_step(const Training *training, int64_t step, int64_t index);

/* Training rows without synthetic and repeated ones, at most TRAINING_SAMPLE_ROWS of them, ascending. Free with free(). */
int64_t *training_sample_rows(const LrtProgram *program, const LrtDataset *dataset, int64_t *out_count);

#endif
