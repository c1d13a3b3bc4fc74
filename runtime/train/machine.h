/* A program made ready to run: its arena, its threads, its weights. */
#ifndef TRAIN_MACHINE_H
#define TRAIN_MACHINE_H

#include "lrt/error.h"
#include "lrt/pool.h"
#include "lrt/program.h"

typedef struct Machine {
    const LrtProgram *program;
    unsigned char *arena;
    LrtPool *pool;
    int threads;
    uint64_t float_state;          /* of this thread before denormals were flushed */
} Machine;

/* The arena is zero but for the states; `threads` 0: one for each processor this process may use. */
bool machine_init(Machine *machine, const LrtProgram *program, int64_t threads, LrtError *error);
void machine_free(Machine *machine);

/* Draws every parameter anew from the stream that bears its name, so that another layer does not change its start. */
bool machine_init_parameters(Machine *machine, uint64_t seed, LrtError *error);

float *machine_parameter(const Machine *machine, int64_t parameter);

#endif
