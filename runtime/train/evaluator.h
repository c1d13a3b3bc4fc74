/* Loss and metrics of a set of rows, in evaluation mode. */
#ifndef TRAIN_EVALUATOR_H
#define TRAIN_EVALUATOR_H

#include "lrt/dataset.h"
#include "lrt/metrics.h"
#include "train/machine.h"

/* Measures of one part with one set of weights. */
typedef struct Evaluation {
    int64_t rows;
    double loss;                   /* over all targets with their weights; 0 rows: NaN */
    double *metrics;               /* one for each of program->metrics */
} Evaluation;

typedef struct LossSum {
    double loss, weight;           /* of the rows */
} LossSum;

/* Memory for evaluations of up to `capacity` rows; nothing is allocated afterwards. */
typedef struct Evaluator {
    const Machine *machine;
    const LrtDataset *dataset;
    const LrtFit *fits;
    int64_t capacity;
    float **predictions;           /* of each output: [rows, width] */
    LossSum *losses;               /* of each output, of the last evaluation */
    LrtMetricInput *inputs;        /* of each target, of the last evaluation */
    int32_t **labels;              /* of each class target: [rows] */
    double **reals[2];             /* of each real target: truth [rows], prediction [1 + columns, rows] */
    float **row_losses, **row_weights; /* of each output, of the last evaluation: [rows] */
    LrtMetricScratch scratch;
} Evaluator;

bool evaluator_init(Evaluator *evaluator, const Machine *machine, const LrtDataset *dataset, const LrtFit *fits, int64_t capacity,
                    LrtError *error);
void evaluator_free(Evaluator *evaluator);

bool evaluation_init(Evaluation *evaluation, const LrtProgram *program, LrtError *error);
void evaluation_free(Evaluation *evaluation);

/* Fills `out`, and the predictions and inputs of the evaluator. */
void evaluator_measure(Evaluator *evaluator, const int64_t *rows, int64_t count, Evaluation *out);
/* Predictions alone, real ones in the target's own units (inputs[].prediction); truth is not looked at. */
void evaluator_predict(Evaluator *evaluator, const int64_t *rows, int64_t count);

/* Column `column` of what an output predicts for a real target, in the target's own units: [count]. */
void evaluator_column(const Evaluator *evaluator, int64_t output_index, int64_t column, int64_t count, double *out);
/* The weighted loss of the `i`th row of the last evaluation, over all targets. */
double evaluator_row_loss(const Evaluator *evaluator, int64_t i);

/* Bytes that evaluator_init asks for. */
int64_t evaluator_bytes(const LrtProgram *program, int64_t capacity);

#endif
