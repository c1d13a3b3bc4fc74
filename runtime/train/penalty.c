/* The coefficients are known to generated code alone, which tells the penalty of the weights it starts a step from. So one more step
 * is made, at learning rate 0, and what it moved (running statistics, decay) is put back. */
#include "train/penalty.h"

#include <stdlib.h>

#include "checkpoint/weights.h"
#include "train/gather.h"

bool penalty_measure(Machine *machine, const LrtDataset *dataset, const int64_t *rows, int64_t count, double *out,
                     LrtError *error) {
    const LrtProgram *program = machine->program;
    *out = 0;
    if (count < 1) {
        return true;
    }
    float *copy = malloc(((size_t)weights_float_count(program) + 1) * sizeof *copy);
    if (!copy) {
        return lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for a second copy of the weights");
    }
    weights_copy(program, machine->arena, copy);
    int64_t used = count < program->step.capacity ? count : program->step.capacity;
    gather_rows(machine, &program->step, dataset, rows, used, true);
    LrtCall call = {.arena = machine->arena, .pool = machine->pool, .rows = used};
    program->step.run(&call);
    weights_restore(program, machine->arena, copy);
    free(copy);
    *out = call.penalty;
    return true;
}
