/* Small models are measured whole, large ones on 65,536 weights spread evenly, so that it costs neither time nor memory. */
#include "train/update_ratio.h"

#include <math.h>
#include <stdlib.h>

bool update_ratio_init(UpdateRatio *ratio, const LrtProgram *program, LrtError *error) {
    int64_t weights = 0;
    for (int64_t i = 0; i < program->parameter_count; i++) {
        const LrtParameter *parameter = &program->parameters[i];
        weights += parameter->trainable ? parameter->rows * parameter->columns : 0;
    }
    *ratio = (UpdateRatio){.every = weights / UPDATE_SAMPLE_WEIGHTS + 1};
    ratio->count = (weights + ratio->every - 1) / ratio->every;
    ratio->before = malloc(((size_t)ratio->count + 1) * sizeof *ratio->before);
    return ratio->before || lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory to watch the weights");
}

void update_ratio_free(UpdateRatio *ratio) {
    free(ratio->before);
    *ratio = (UpdateRatio){0};
}

typedef void Visit(const UpdateRatio *ratio, int64_t index, float value, double sums[2]);

/* All trainable weights count as one long list; every `every`th of it is visited. */
static void visit_sample(const UpdateRatio *ratio, const Machine *machine, Visit *visit, double sums[2]) {
    int64_t passed = 0, index = 0;
    for (int64_t i = 0; i < machine->program->parameter_count; i++) {
        const LrtParameter *parameter = &machine->program->parameters[i];
        int64_t size = parameter->rows * parameter->columns;
        if (!parameter->trainable) {
            continue;
        }
        const float *values = machine_parameter(machine, i);
        for (int64_t at = index * ratio->every - passed; at < size; at += ratio->every) {
            visit(ratio, index++, values[at / parameter->columns * parameter->stride + at % parameter->columns], sums);
        }
        passed += size;
    }
}

static void keep(const UpdateRatio *ratio, int64_t index, float value, double sums[2]) {
    (void)sums;
    ratio->before[index] = value;
}

static void add(const UpdateRatio *ratio, int64_t index, float value, double sums[2]) {
    double change = (double)value - (double)ratio->before[index];
    sums[0] += change * change;
    sums[1] += (double)ratio->before[index] * (double)ratio->before[index];
}

void update_ratio_mark(UpdateRatio *ratio, const Machine *machine) {
    double unused[2];
    visit_sample(ratio, machine, keep, unused);
}

double update_ratio_measure(const UpdateRatio *ratio, const Machine *machine) {
    double sums[2] = {0, 0};
    visit_sample(ratio, machine, add, sums);
    return sums[1] > 0 ? sqrt(sums[0] / sums[1]) : (double)NAN;
}
