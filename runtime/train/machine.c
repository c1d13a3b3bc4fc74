/* One aligned allocation holds all that generated code touches. Padding is zero and stays so. */
#include "train/machine.h"

#include <inttypes.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_ALIGNMENT = 64 };

static int64_t count_processors(void) {
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

static void init_states(const LrtProgram *program, unsigned char *arena) {
    for (int64_t i = 0; i < program->state_count; i++) {
        const LrtState *state = &program->states[i];
        float *values = (float *)(void *)(arena + state->offset);
        for (int64_t k = 0; k < state->size / 4 && state->initial != 0; k++) {
            values[k] = state->initial;
        }
    }
}

bool machine_init(Machine *machine, const LrtProgram *program, int64_t threads, LrtError *error) {
    *machine = (Machine){.program = program};
    size_t bytes = ((size_t)program->arena_bytes + ARENA_ALIGNMENT) / ARENA_ALIGNMENT * ARENA_ALIGNMENT;
    machine->arena = aligned_alloc(ARENA_ALIGNMENT, bytes);
    machine->pool = machine->arena ? lrt_pool_new((int)(threads > 0 ? threads : count_processors())) : NULL;
    if (!machine->pool) {
        free(machine->arena);
        machine->arena = NULL;
        return lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for the %" PRId64 " bytes of the model",
                             program->arena_bytes);
    }
    memset(machine->arena, 0, bytes);
    init_states(program, machine->arena);
    machine->threads = lrt_pool_threads(machine->pool);
    machine->float_state = lrt_flush_denormals_enable();
    return true;
}

void machine_free(Machine *machine) {
    if (machine->arena) {
        lrt_flush_denormals_restore(machine->float_state);
        lrt_pool_free(machine->pool);
        free(machine->arena);
    }
    *machine = (Machine){0};
}

float *machine_parameter(const Machine *machine, int64_t parameter) {
    return (float *)(void *)(machine->arena + machine->program->parameters[parameter].offset);
}
