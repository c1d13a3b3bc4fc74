/* The diagnosis of a run: instruments while it goes, looks at intervals, probes where something is wrong, one verdict in the end. */
#ifndef DIAGNOSE_DIAGNOSIS_H
#define DIAGNOSE_DIAGNOSIS_H

#include "diagnose/check.h"
#include "lrt/error.h"
#include "train/evaluator.h"

/* A diagnosis is part of the training that it watches (train/training.h). */
typedef struct Training Training;

typedef enum Verdict {
    VERDICT_CONVERGED,
    VERDICT_IMPROVING,             /* it ended while the loss still fell */
    VERDICT_UNDERFITTED,
    VERDICT_OVERFITTED,
    VERDICT_RECURRING,
    VERDICT_STALLED,               /* no better than a constant */
    VERDICT_DIVERGED,
    VERDICT_UNKNOWN                /* too short to say */
} Verdict;

typedef struct CheckWatch {
    int held;                      /* looks in a row */
    int64_t first_epoch;
    bool told;                     /* an event in history.jsonl */
} CheckWatch;

typedef struct Diagnosis {
    Facts facts;
    Trace trace;
    Probes probes;
    Failure failure;
    CheckWatch watches[LRT_CHECK_COUNT];
    int64_t look_every;            /* epochs */
    int looks;
    float *initial, *epoch_start;  /* snapshots */
    double *row_losses, *best_rows; /* of the validation part: at the best epoch so far */
    double best_validation;
    double train_deviation, validation_deviation, rise_z; /* of the last measures */
    int64_t *probe_rows;           /* of the measured training rows, shuffled */
    int64_t probe_count;
    Evaluation scratch;
    LrtCheckId stopping;           /* the check that ended the run; LRT_CHECK_COUNT: none */
    /* results */
    Verdict verdict;
    Finding findings[LRT_CHECK_COUNT]; /* warnings and errors, cause first */
    int finding_count;
    Finding notes[LRT_CHECK_COUNT];
    int note_count;
} Diagnosis;

/* After the training has its evaluator and its sample of rows. */
bool diagnosis_init(Diagnosis *diagnosis, const Training *training, LrtError *error);
void diagnosis_free(Diagnosis *diagnosis);
/* Bytes that it asks for at most: diagnosis_init, and the probes of a run where something is wrong. */
int64_t diagnosis_bytes(const LrtProgram *program, int64_t sample_rows, int64_t validation_rows);

/* Before the first step: the best constant, the loss of the initial weights. */
void diagnosis_begin(Training *training);
void diagnosis_begin_epoch(Training *training);
/* After the evaluator has measured a part. */
void diagnosis_measured_train(Training *training);
void diagnosis_measured_validation(Training *training);
enum { DIAGNOSIS_EVENTS = 3 };
/* After an epoch. Names of what has come to hold go to `events`; true where the run is to end. */
bool diagnosis_end_epoch(Training *training, double update_ratio, const char *events[DIAGNOSIS_EVENTS], int *out_count);
/* The step that was the `index`th of the epoch gave a loss that is not finite: finds where. */
void diagnosis_locate_step(Training *training, int64_t index);
/* So did a measure after the epoch. */
void diagnosis_locate_measure(Training *training);
/* With the last weights in the arena. */
void diagnosis_conclude(Training *training);

/* findings.c: sorts what the checks found into one report. */
void findings_collect(Diagnosis *diagnosis, const View *view);
bool finding_is_silenced(const LrtProgram *program, const char *name);
Verdict verdict_of(const Diagnosis *diagnosis, const View *view);
const char *verdict_word(Verdict verdict);

#endif
