/* Means are of every tensor of the model, running statistics too: those of other weights would not fit the mean. */
#include "train/averages.h"

#include <stdlib.h>

#include "checkpoint/weights.h"

typedef struct Blend {
    const Averages *averages;
    float *copy;                   /* laid out as weights_copy does */
    float share;
    bool returns;                  /* the weights become the copy */
} Blend;

static const LrtWeightStep *find_step(const LrtProgram *program, LrtWeightStepKind kind) {
    for (int64_t i = 0; i < program->weight_step_count; i++) {
        if (program->weight_steps[i].kind == kind) {
            return &program->weight_steps[i];
        }
    }
    return NULL;
}

static bool allocate(const LrtProgram *program, float **out, LrtError *error) {
    *out = malloc(((size_t)weights_float_count(program) + 1) * sizeof **out);
    return *out || lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory for a mean of the weights");
}

bool averages_init(Averages *averages, const Machine *machine, LrtError *error) {
    const LrtProgram *program = machine->program;
    *averages = (Averages){.machine = machine};
    bool mean = find_step(program, LRT_WEIGHT_STEP_EMA) || find_step(program, LRT_WEIGHT_STEP_SWA);
    return (!mean || allocate(program, &averages->mean, error)) &&
           (!find_step(program, LRT_WEIGHT_STEP_LOOKAHEAD) || allocate(program, &averages->slow, error));
}

void averages_free(Averages *averages) {
    free(averages->mean);
    free(averages->slow);
    *averages = (Averages){0};
}

/* copy += share · (weights - copy) for one parameter, padding included. */
static void blend_parameter(void *context, int64_t index) {
    const Blend *blend = context;
    const LrtProgram *program = blend->averages->machine->program;
    if (blend->returns && !program->parameters[index].trainable) {
        return; /* lookahead is a step of the optimizer, which running statistics are none of */
    }
    float *copy = blend->copy, share = blend->share;
    for (int64_t i = 0; i < index; i++) {
        copy += program->parameters[i].rows * program->parameters[i].stride;
    }
    float *weights = machine_parameter(blend->averages->machine, index);
    int64_t count = program->parameters[index].rows * program->parameters[index].stride;
    for (int64_t i = 0; i < count; i++) {
        copy[i] += share * (weights[i] - copy[i]);
    }
    for (int64_t i = 0; blend->returns && i < count; i++) {
        weights[i] = copy[i];
    }
}

/* Large models by all threads, a parameter each. */
static void blend_all(const Averages *averages, float *copy, double share, bool returns) {
    enum { THREADED_FLOATS = 1 << 18 };
    Blend blend = {averages, copy, (float)share, returns};
    const LrtProgram *program = averages->machine->program;
    if (averages->machine->threads > 1 && weights_float_count(program) >= THREADED_FLOATS) {
        lrt_pool_run(averages->machine->pool, blend_parameter, &blend, program->parameter_count);
        return;
    }
    for (int64_t i = 0; i < program->parameter_count; i++) {
        blend_parameter(&blend, i);
    }
}

/* The first weights are the mean; later ones come in by their share. */
static void add_to_mean(Averages *averages, double share) {
    if (averages->mean_count++ == 0) {
        weights_copy(averages->machine->program, averages->machine->arena, averages->mean);
    } else {
        blend_all(averages, averages->mean, share, false);
    }
}

void averages_begin(Averages *averages) {
    if (averages->slow) {
        weights_copy(averages->machine->program, averages->machine->arena, averages->slow);
    }
}

void averages_after_update(Averages *averages) {
    const LrtProgram *program = averages->machine->program;
    averages->updates++;
    for (int64_t i = 0; i < program->weight_step_count; i++) {
        const LrtWeightStep *step = &program->weight_steps[i];
        if (step->kind == LRT_WEIGHT_STEP_EMA) {
            add_to_mean(averages, 1 - step->share);
        } else if (step->kind == LRT_WEIGHT_STEP_LOOKAHEAD && averages->updates % step->every == 0) {
            blend_all(averages, averages->slow, step->share, true);
        }
    }
}

void averages_after_epoch(Averages *averages, int64_t steps, int64_t steps_per_epoch) {
    const LrtWeightStep *swa = find_step(averages->machine->program, LRT_WEIGHT_STEP_SWA);
    if (!swa) {
        return;
    }
    double start = swa->start.unit == LRT_UNIT_EPOCHS ? swa->start.count * (double)steps_per_epoch : swa->start.count;
    if ((double)steps >= start) {
        add_to_mean(averages, 1 / (double)(averages->mean_count + 1));
    }
}

static void swap(float *a, float *b, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        float kept = a[i];
        a[i] = b[i];
        b[i] = kept;
    }
}

void averages_swap(Averages *averages) {
    const LrtProgram *program = averages->machine->program;
    if (averages->mean_count == 0) {
        return;
    }
    float *copy = averages->mean;
    for (int64_t i = 0; i < program->parameter_count; i++) {
        int64_t count = program->parameters[i].rows * program->parameters[i].stride;
        swap(machine_parameter(averages->machine, i), copy, count);
        copy += count;
    }
}
