/* What a step changes: parameters and the optimizer's state. */
#include <string.h>

#include "checkpoint/weights.h"
#include "diagnose/probe.h"

int64_t snapshot_floats(const LrtProgram *program) {
    int64_t floats = weights_float_count(program);
    for (int64_t i = 0; i < program->state_count; i++) {
        floats += program->states[i].size / 4;
    }
    return floats;
}

void snapshot_take(const Machine *machine, float *out) {
    const LrtProgram *program = machine->program;
    weights_copy(program, machine->arena, out);
    out += weights_float_count(program);
    for (int64_t i = 0; i < program->state_count; i++) {
        memcpy(out, machine->arena + program->states[i].offset, (size_t)program->states[i].size);
        out += program->states[i].size / 4;
    }
}

void snapshot_restore(const Machine *machine, const float *copy) {
    const LrtProgram *program = machine->program;
    weights_restore(program, machine->arena, copy);
    copy += weights_float_count(program);
    for (int64_t i = 0; i < program->state_count; i++) {
        memcpy(machine->arena + program->states[i].offset, copy, (size_t)program->states[i].size);
        copy += program->states[i].size / 4;
    }
}
