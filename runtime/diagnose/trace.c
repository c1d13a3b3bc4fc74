/* Positions are equal runs of steps, so that the table has one size however long an epoch is. */
#include "diagnose/trace.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool trace_init(Trace *trace, int64_t steps_per_epoch, int64_t epochs) {
    int64_t width = (steps_per_epoch + TRACE_POSITIONS - 1) / TRACE_POSITIONS;
    *trace = (Trace){.steps_per_epoch = steps_per_epoch,
                     .position_width = width,
                     .positions = (steps_per_epoch + width - 1) / width,
                     .point_capacity = epochs < TRACE_POINTS ? epochs + 1 : TRACE_POINTS,
                     .point_every = 1};
    trace->table = malloc(TRACE_EPOCHS * (size_t)trace->positions * sizeof *trace->table);
    trace->recent = malloc(TRACE_STEPS * sizeof *trace->recent);
    trace->points = malloc((size_t)trace->point_capacity * sizeof *trace->points);
    return trace->table && trace->recent && trace->points;
}

int64_t trace_bytes(int64_t epochs) {
    int64_t points = epochs < TRACE_POINTS ? epochs + 1 : TRACE_POINTS;
    return TRACE_EPOCHS * TRACE_POSITIONS * (int64_t)sizeof(double) + TRACE_STEPS * (int64_t)sizeof(float) +
           points * (int64_t)sizeof(EpochPoint);
}

void trace_free(Trace *trace) {
    free(trace->table);
    free(trace->recent);
    free(trace->points);
    *trace = (Trace){0};
}

void trace_begin_epoch(Trace *trace) {
    trace->position = 0;
    trace->position_end = trace->position_width;
    trace->position_steps = 0;
    trace->position_loss = 0;
    trace->steps = trace->clipped = 0;
    trace->loss = trace->norm = trace->highest_norm = trace->highest_rate = 0;
}

void trace_close_position(Trace *trace) {
    double *row = trace->table + trace->table_epochs % TRACE_EPOCHS * trace->positions;
    row[trace->position++] = trace->position_loss / (double)trace->position_steps;
    trace->position_loss = 0;
    trace->position_steps = 0;
    trace->position_end += trace->position_width;
}

static void forget_every_second(Trace *trace) {
    int64_t kept = 0;
    for (int64_t i = 1; i < trace->point_count; i += 2) {
        trace->points[kept++] = trace->points[i];
    }
    trace->point_count = kept;
    trace->point_every *= 2;
}

void trace_end_epoch(Trace *trace, EpochPoint *point) {
    double steps = trace->steps > 0 ? (double)trace->steps : (double)NAN;
    if (trace->steps == trace->steps_per_epoch) {
        if (trace->position_steps > 0) {
            trace_close_position(trace);
        }
        trace->table_epochs++;
    }
    point->running_loss = trace->loss / steps;
    point->last_batch_loss = trace->last_loss;
    point->learning_rate = trace->rate;
    point->highest_rate = trace->highest_rate;
    point->gradient_norm = trace->norm / steps;
    point->highest_norm = trace->highest_norm;
    point->clipped = (double)trace->clipped / steps;
    if (++trace->epochs_seen % trace->point_every != 0) {
        return;
    }
    if (trace->point_count == trace->point_capacity) {
        forget_every_second(trace);
    }
    trace->points[trace->point_count++] = *point;
}

int64_t trace_table(const Trace *trace, double *out) {
    int64_t count = trace->table_epochs < TRACE_EPOCHS ? trace->table_epochs : TRACE_EPOCHS;
    for (int64_t i = 0; i < count; i++) {
        int64_t row = (trace->table_epochs - count + i) % TRACE_EPOCHS;
        memcpy(out + i * trace->positions, trace->table + row * trace->positions, (size_t)trace->positions * sizeof *out);
    }
    return count;
}
