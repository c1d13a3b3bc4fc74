/* The instruments that are always on: what each step and each epoch leaves. All memory is taken before training; a step costs a few
 * additions. */
#ifndef DIAGNOSE_TRACE_H
#define DIAGNOSE_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "lrt/program.h"

enum {
    TRACE_POSITIONS = 64,          /* an epoch is cut into so many at most */
    TRACE_EPOCHS = 20,             /* whose positions are remembered */
    TRACE_STEPS = 512,             /* last steps, one by one */
    TRACE_POINTS = 4096            /* epochs at most; then every second one is forgotten */
};

/* An epoch that is over. Losses are the data's, without penalties, above that of a perfect predictor; NaN: not measured. */
typedef struct EpochPoint {
    int64_t epoch, steps;          /* from 1; done so far */
    double train_loss, validation_loss; /* in evaluation mode, at the end of the epoch */
    double running_loss;           /* mean over the epoch's steps */
    double last_batch_loss;        /* of the epoch's last step */
    double row_deviation, validation_deviation; /* standard deviations of the losses of the training rows, of the validation rows */
    double learning_rate, highest_rate;
    double gradient_norm, highest_norm;
    double clipped;                /* share of the steps */
    double update_ratio;
    double rise_z;                 /* paired: the validation rows' losses against those of the best epoch so far */
    double validation_accuracy;    /* of the first class target; NaN: there is none */
} EpochPoint;

typedef struct Trace {
    /* of the epoch that runs */
    int64_t position, position_end, position_steps, steps;
    double position_loss, loss, last_loss, rate, highest_rate, norm, highest_norm;
    int64_t clipped;
    /* of the run */
    double floor;                  /* of the loss, taken off every one */
    int64_t steps_per_epoch, position_width, positions;
    double *table;                 /* [TRACE_EPOCHS, positions]: mean loss at each position, a ring of epochs */
    int64_t table_epochs;          /* whole epochs so far */
    float *recent;                 /* [TRACE_STEPS]: a ring of step losses */
    int64_t step_count;
    EpochPoint *points;
    int64_t point_count, point_capacity, point_every, epochs_seen;
} Trace;

bool trace_init(Trace *trace, int64_t steps_per_epoch, int64_t epochs);
void trace_free(Trace *trace);
/* Bytes that trace_init asks for at most. */
int64_t trace_bytes(int64_t epochs);

void trace_begin_epoch(Trace *trace);
void trace_close_position(Trace *trace);

/* After a step of the epoch. */
static inline void trace_step(Trace *trace, double raw_loss, const LrtCall *call) {
    double loss = raw_loss - trace->floor;
    trace->position_loss += loss;
    trace->position_steps++;
    trace->loss += loss;
    trace->last_loss = loss;
    trace->rate = call->learning_rate;
    trace->highest_rate = call->learning_rate > trace->highest_rate ? call->learning_rate : trace->highest_rate;
    trace->norm += call->gradient_norm;
    trace->highest_norm = call->gradient_norm > trace->highest_norm ? call->gradient_norm : trace->highest_norm;
    trace->clipped += call->clipped;
    trace->recent[trace->step_count++ % TRACE_STEPS] = (float)loss;
    if (++trace->steps == trace->position_end) {
        trace_close_position(trace);
    }
}

/* After an epoch: the fields of `point` that steps know are filled, and it is kept. */
void trace_end_epoch(Trace *trace, EpochPoint *point);

/* The table in the order of the epochs, the newest last; returns how many. `out` of [TRACE_EPOCHS, positions]. */
int64_t trace_table(const Trace *trace, double *out);

#endif
