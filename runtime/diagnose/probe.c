/* A gradient is what `step` leaves when it is run at learning rate 0. The curvature along a direction is the difference of two
 * gradients a small way apart on it; the greatest is found by following that difference. */
#include "diagnose/probe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "checkpoint/weights.h"
#include "lrt/random.h"
#include "train/gather.h"

enum { ITERATIONS = 12, DEAD_ROWS = 2000 };

bool probe_init(Probe *probe, const Machine *machine, const LrtDataset *dataset, const int64_t *rows, int64_t count, int64_t batch,
                const uint32_t random_key[2]) {
    int64_t floats = weights_float_count(machine->program);
    *probe = (Probe){.machine = machine,
                     .dataset = dataset,
                     .rows = rows,
                     .count = count,
                     .batch = batch,
                     .random_key = {random_key[0], random_key[1]},
                     .floats = floats};
    float **buffers[] = {&probe->weights, &probe->gradient, &probe->other, &probe->direction, &probe->metric};
    bool good = (probe->saved = malloc(((size_t)snapshot_floats(machine->program) + 1) * sizeof(float))) != NULL;
    for (size_t i = 0; i < sizeof buffers / sizeof buffers[0]; i++) {
        good = (*buffers[i] = calloc((size_t)floats + 1, sizeof(float))) != NULL && good;
    }
    return good;
}

int64_t probe_bytes(const LrtProgram *program) {
    enum { BUFFERS = 6 }; /* weights, gradient, other, direction, metric, and the scratch of a curvature */
    return 4 * (BUFFERS * weights_float_count(program) + 2 * snapshot_floats(program));
}

void probe_free(Probe *probe) {
    free(probe->weights);
    free(probe->gradient);
    free(probe->other);
    free(probe->direction);
    free(probe->metric);
    free(probe->saved);
    *probe = (Probe){0};
}

static double dot(const float *a, const float *b, int64_t count) {
    double sum = 0;
    for (int64_t i = 0; i < count; i++) {
        sum += (double)a[i] * (double)b[i];
    }
    return sum;
}

/* The mean gradient of batches over the first `most` rows, with the weights in the arena. `scratch` is overwritten. */
static void mean_gradient(Probe *probe, int64_t most, float *out, float *scratch) {
    const LrtProgram *program = probe->machine->program;
    int64_t rows = probe->count < most ? probe->count : most;
    int64_t batches = rows / probe->batch > 0 ? rows / probe->batch : 1;
    memset(out, 0, (size_t)probe->floats * sizeof *out);
    probe->mean_square = 0;
    probe->batches = batches;
    for (int64_t b = 0; b < batches; b++) {
        int64_t count = rows < probe->batch ? rows : probe->batch;
        gather_rows(probe->machine, &program->step, probe->dataset, probe->rows + b * probe->batch, count, false);
        LrtCall call = {.arena = probe->machine->arena,
                        .pool = probe->machine->pool,
                        .rows = count,
                        .random_key = {probe->random_key[0], probe->random_key[1]},
                        .keep_gradients = true};
        program->step.run(&call);
        gradients_copy(program, probe->machine->arena, scratch);
        probe->mean_square += dot(scratch, scratch, probe->floats) / (double)batches;
        probe->penalty = call.penalty;
        for (int64_t i = 0; i < probe->floats; i++) {
            out[i] += scratch[i] / (float)batches;
        }
    }
}

static bool ends_with(const char *text, const char *end) {
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

/* What the optimizer divides each gradient by: 1, or the root of its running mean square. */
static void read_metric(Probe *probe, int64_t steps_done) {
    const LrtProgram *program = probe->machine->program;
    const LrtOptimizer *optimizer = &program->optimizer;
    float *metric = probe->metric;
    bool is_adam = optimizer->name && strncmp(optimizer->name, "adam", 4) == 0;
    double correction = is_adam ? 1 - pow(optimizer->beta2, (double)steps_done) : 1;
    for (int64_t i = 0; i < program->parameter_count; i++) {
        const LrtParameter *parameter = &program->parameters[i];
        int64_t floats = parameter->rows * parameter->stride;
        const float *square = NULL;
        for (int64_t k = 0; k < program->state_count; k++) {
            const LrtState *state = &program->states[k];
            size_t length = strlen(parameter->name);
            if (strncmp(state->name, parameter->name, length) == 0 &&
                (strcmp(state->name + length, ".v") == 0 || strcmp(state->name + length, ".square") == 0)) {
                square = (const float *)(const void *)(probe->machine->arena + state->offset);
            }
        }
        for (int64_t k = 0; k < floats; k++) {
            metric[k] = square ? (float)(sqrt((double)square[k] / correction) + optimizer->epsilon) : 1.0f;
        }
        metric += floats;
    }
}

/* A direction among the weights that are trained, the same in every run. */
static void start_direction(Probe *probe) {
    const LrtProgram *program = probe->machine->program;
    float *out = probe->direction;
    LrtRandom random = lrt_random_stream(0, "curvature probe", 0);
    for (int64_t i = 0; i < program->parameter_count; i++) {
        const LrtParameter *parameter = &program->parameters[i];
        for (int64_t k = 0; k < parameter->rows * parameter->stride; k++) {
            bool real = parameter->trainable && k % parameter->stride < parameter->columns;
            out[k] = real ? (float)lrt_random_normal(&random) : 0.0f;
        }
        out += parameter->rows * parameter->stride;
    }
}

/* Weights + scale * direction / sqrt(metric), into the arena. */
static void displace(Probe *probe, float *scratch, double scale) {
    for (int64_t i = 0; i < probe->floats; i++) {
        double stretch = probe->metric[i] > 0 ? sqrt((double)probe->metric[i]) : 1;
        scratch[i] = probe->weights[i] + (float)(scale * (double)probe->direction[i] / stretch);
    }
    weights_restore(probe->machine->program, probe->machine->arena, scratch);
}

double probe_curvature(Probe *probe, int64_t most, int64_t steps_done) {
    double largest = 0;
    float *above = probe->gradient, *below = probe->other;
    float *scratch = malloc(((size_t)probe->floats + 1) * sizeof *scratch);
    if (!scratch) {
        return (double)NAN;
    }
    snapshot_take(probe->machine, probe->saved);
    weights_copy(probe->machine->program, probe->machine->arena, probe->weights);
    read_metric(probe, steps_done);
    start_direction(probe);
    double size = sqrt(dot(probe->weights, probe->weights, probe->floats));
    for (int turn = 0; turn < ITERATIONS; turn++) {
        double length = sqrt(dot(probe->direction, probe->direction, probe->floats)), reach = 0;
        for (int64_t i = 0; i < probe->floats; i++) {
            double stretch = probe->metric[i] > 0 ? (double)probe->metric[i] : 1;
            reach += (double)probe->direction[i] * (double)probe->direction[i] / stretch;
        }
        if (!(length > 0) || !isfinite(length) || !(reach > 0)) {
            largest = length > 0 ? (double)NAN : 0;
            break;
        }
        double step = 1e-3 * (size > 1 ? size : 1) / sqrt(reach);
        displace(probe, scratch, step);
        mean_gradient(probe, most, above, scratch);
        displace(probe, scratch, -step);
        mean_gradient(probe, most, below, scratch);
        double along = 0;
        for (int64_t i = 0; i < probe->floats; i++) {
            double stretch = probe->metric[i] > 0 ? sqrt((double)probe->metric[i]) : 1;
            double product = ((double)above[i] - (double)below[i]) / (2 * step) / stretch;
            along += product * (double)probe->direction[i];
            scratch[i] = (float)product;
        }
        largest = along / (length * length);
        double norm = sqrt(dot(scratch, scratch, probe->floats));
        for (int64_t i = 0; i < probe->floats; i++) {
            probe->direction[i] = norm > 0 ? (float)((double)scratch[i] / norm) : 0.0f;
        }
    }
    snapshot_restore(probe->machine, probe->saved);
    free(scratch);
    return largest;
}

double probe_overfit(Probe *probe, const float *start, double rate, int64_t rows, int64_t steps) {
    const Machine *machine = probe->machine;
    double least = (double)INFINITY;
    snapshot_take(machine, probe->saved);
    snapshot_restore(machine, start);
    for (int64_t step = 0; step < steps; step++) {
        gather_rows(machine, &machine->program->step, probe->dataset, probe->rows, rows, false);
        LrtCall call = {.arena = machine->arena,
                        .pool = machine->pool,
                        .rows = rows,
                        .learning_rate = rate,
                        .step = step,
                        .random_key = {probe->random_key[0], probe->random_key[1]}};
        machine->program->step.run(&call);
        double loss = call.loss_sum / call.weight_sum;
        if (!isfinite(loss)) {
            break;
        }
        least = loss < least ? loss : least;
    }
    snapshot_restore(machine, probe->saved);
    return least;
}

static int find_layer(Probes *out, const char *name) {
    for (int i = 0; i < out->layer_count; i++) {
        if (strcmp(out->layers[i].name, name) == 0) {
            return i;
        }
    }
    if (out->layer_count == PROBE_LAYERS) {
        return -1;
    }
    out->layers[out->layer_count] =
        (LayerProbe){.name = name, .dead = (double)NAN, .is_output = strncmp(name, "output", 6) == 0};
    return out->layer_count++;
}

/* A unit whose bias has no gradient on any of the rows passes nothing on. */
static double dead_share(const LrtParameter *bias, const float *gradient) {
    int64_t dead = 0, units = bias->rows * bias->columns;
    for (int64_t r = 0; r < bias->rows; r++) {
        for (int64_t c = 0; c < bias->columns; c++) {
            dead += gradient[r * bias->stride + c] == 0.0f;
        }
    }
    return units > 0 ? (double)dead / (double)units : (double)NAN;
}

static void add_parameter(Probes *out, const LrtParameter *parameter, const float *weights, const float *gradient, bool initial) {
    int index = parameter->trainable ? find_layer(out, parameter->layer) : -1;
    int64_t floats = parameter->rows * parameter->stride;
    if (index < 0) {
        return;
    }
    LayerProbe *layer = &out->layers[index];
    double squares = dot(weights, weights, floats), gradients = dot(gradient, gradient, floats);
    if (initial) {
        out->initial_gradients[index] = sqrt(out->initial_gradients[index] * out->initial_gradients[index] + gradients);
        layer->initial_weight_norm = sqrt(layer->initial_weight_norm * layer->initial_weight_norm + squares);
        return;
    }
    layer->gradient_norm = sqrt(layer->gradient_norm * layer->gradient_norm + gradients);
    layer->weight_norm = sqrt(layer->weight_norm * layer->weight_norm + squares);
    if (ends_with(parameter->name, ".bias") && !parameter->decayed) {
        layer->dead = dead_share(parameter, gradient);
    }
}

static double decayed_norm(const LrtProgram *program, const float *weights) {
    double squares = 0;
    for (int64_t i = 0; i < program->parameter_count; i++) {
        int64_t floats = program->parameters[i].rows * program->parameters[i].stride;
        squares += program->parameters[i].decayed ? dot(weights, weights, floats) : 0;
        weights += floats;
    }
    return sqrt(squares);
}

/* McCandlish et al. 2018, appendix A: the rows a batch at which noise and gradient are equal. */
static double noise_scale(const Probe *probe, double square_of_mean) {
    double m = (double)probe->batches;
    if (m < 4) {
        return (double)NAN;
    }
    double noise = (probe->mean_square - square_of_mean) * m / (m - 1); /* trace of the covariance over the batch */
    double signal = square_of_mean - noise / m;
    return signal > 0 ? (double)probe->batch * noise / signal : (double)INFINITY;
}

void probe_layers(Probe *probe, Probes *out, bool initial) {
    const LrtProgram *program = probe->machine->program;
    snapshot_take(probe->machine, probe->saved);
    weights_copy(program, probe->machine->arena, probe->weights);
    mean_gradient(probe, DEAD_ROWS, probe->gradient, probe->other);
    snapshot_restore(probe->machine, probe->saved);
    const float *weights = probe->weights, *gradient = probe->gradient;
    for (int64_t i = 0; i < program->parameter_count; i++) {
        const LrtParameter *parameter = &program->parameters[i];
        add_parameter(out, parameter, weights, gradient, initial);
        weights += parameter->rows * parameter->stride;
        gradient += parameter->rows * parameter->stride;
    }
    double norm = decayed_norm(program, probe->weights);
    if (initial) {
        out->weight_shrink = norm;
        return;
    }
    out->weight_shrink = out->weight_shrink > 0 ? norm / out->weight_shrink : (double)NAN;
    out->probed_rows = probe->count < DEAD_ROWS ? probe->count : DEAD_ROWS;
    out->noise_scale = noise_scale(probe, dot(probe->gradient, probe->gradient, probe->floats));
    out->penalty = probe->penalty;
    double remembered = dot(probe->metric, probe->metric, probe->floats); /* as the last curvature has read it */
    bool is_adam = program->optimizer.name && strncmp(program->optimizer.name, "adam", 4) == 0;
    out->fresh_share = is_adam && remembered > 0 ? probe->mean_square / remembered : (double)NAN;
}
