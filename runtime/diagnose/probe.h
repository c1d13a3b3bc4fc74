/* Measurements beside the training. Every one leaves weights, optimizer state and random streams as they were. */
#ifndef DIAGNOSE_PROBE_H
#define DIAGNOSE_PROBE_H

#include "diagnose/check.h"
#include "lrt/dataset.h"
#include "train/evaluator.h"
#include "train/machine.h"

/* Weights and optimizer state, one behind the other. */
int64_t snapshot_floats(const LrtProgram *program);
void snapshot_take(const Machine *machine, float *out);
void snapshot_restore(const Machine *machine, const float *copy);

/* Gradients at lr 0 of batches of some rows, and what follows from them. */
typedef struct Probe {
    const Machine *machine;
    const LrtDataset *dataset;
    const int64_t *rows;           /* of the training part */
    int64_t count;
    int64_t batch;                 /* rows a gradient, at most the step's capacity */
    uint32_t random_key[2];
    int64_t floats;                /* of all weights */
    float *weights, *gradient, *other, *direction, *metric; /* [floats] each */
    float *saved;                  /* snapshot */
    double mean_square;            /* of the last gradient's batches: mean of their squared norms */
    int64_t batches;
    double penalty;
} Probe;

bool probe_init(Probe *probe, const Machine *machine, const LrtDataset *dataset, const int64_t *rows, int64_t count, int64_t batch,
                const uint32_t random_key[2]);
void probe_free(Probe *probe);
/* Bytes of a probe at work, with the snapshot that its caller keeps. */
int64_t probe_bytes(const LrtProgram *program);

/* With the weights in the arena, on at most `most` rows. */
double probe_curvature(Probe *probe, int64_t most, int64_t steps_done);
/* Trains on the first `rows` rows alone, from the weights and state of `start`, at one rate; the least loss of any step. */
double probe_overfit(Probe *probe, const float *start, double rate, int64_t rows, int64_t steps);
/* Fills layers, dead units, noise scale. `initial`: only the norms of the initial weights. */
void probe_layers(Probe *probe, Probes *out, bool initial);

/* knn_level.c: what each row's nearest neighbours say of it; `rows` are what the evaluator has measured last. The test against
 * shuffled targets only `with_shuffles`. */
bool knn_level(const LrtProgram *program, const LrtDataset *dataset, const Evaluator *evaluator, const int64_t *rows, int64_t count,
               bool with_shuffles, Probes *out);
/* drift.c: the feature whose distribution differs most between two parts. */
void drift_measure(const LrtDataset *dataset, const int64_t *train, int64_t train_count, const int64_t *validation,
                   int64_t validation_count, Probes *out);

#endif
