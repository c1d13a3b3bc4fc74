/* Initial weights. Values are drawn in the order in which model.safetensors holds them, so the arena's layout does not matter. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "lrt/random.h"
#include "train/machine.h"

/* Where element `index` of the exported tensor lies. */
static float *element(const LrtParameter *parameter, float *values, int64_t index) {
    return &values[lrt_tensor_place(parameter->transposed, parameter->cells, parameter->rows, parameter->columns,
                                    parameter->stride, index)];
}

/* Deviation of a normal, or half the width of a uniform distribution. */
static double spread(const LrtParameter *parameter) {
    double fan_in = parameter->fan_in > 0 ? (double)parameter->fan_in : 1;
    double fan_out = parameter->fan_out > 0 ? (double)parameter->fan_out : 1;
    switch (parameter->init) {
    case LRT_INIT_HE_NORMAL:
        return sqrt(2 / fan_in);
    case LRT_INIT_HE_UNIFORM:
        return sqrt(6 / fan_in);
    case LRT_INIT_GLOROT_NORMAL:
        return sqrt(2 / (fan_in + fan_out));
    case LRT_INIT_GLOROT_UNIFORM:
        return sqrt(6 / (fan_in + fan_out));
    case LRT_INIT_LECUN_NORMAL:
        return sqrt(1 / fan_in);
    case LRT_INIT_ZEROS:
    case LRT_INIT_CONSTANT:
    case LRT_INIT_NORMAL:
    case LRT_INIT_UNIFORM:
    case LRT_INIT_ORTHOGONAL:
        break;
    }
    return parameter->init_value;
}

static void draw(const LrtParameter *parameter, float *values, LrtRandom *random, bool uniform) {
    double width = spread(parameter);
    for (int64_t i = 0; i < parameter->rows * parameter->columns; i++) {
        double number = uniform ? 2 * lrt_random_uniform(random) - 1 : lrt_random_normal(random);
        *element(parameter, values, i) = (float)(width * number);
    }
}

/* Takes from vector `k` its share along those before it; twice, for what rounding left. */
static void orthogonalize(double *vectors, int64_t length, int64_t k) {
    double *vector = vectors + k * length;
    for (int pass = 0; pass < 2; pass++) {
        for (int64_t other = 0; other < k; other++) {
            const double *unit = vectors + other * length;
            double product = 0;
            for (int64_t i = 0; i < length; i++) {
                product += vector[i] * unit[i];
            }
            for (int64_t i = 0; i < length; i++) {
                vector[i] -= product * unit[i];
            }
        }
    }
    double square = 0;
    for (int64_t i = 0; i < length; i++) {
        square += vector[i] * vector[i];
    }
    double norm = sqrt(square);
    for (int64_t i = 0; i < length && norm > 0; i++) {
        vector[i] /= norm;
    }
}

/* Orthonormal rows or columns, whichever are fewer, by Gram and Schmidt on normal vectors: uniform over orthogonal matrices. */
static bool draw_orthogonal(const LrtParameter *parameter, float *values, LrtRandom *random, LrtError *error) {
    int64_t height = parameter->rank > 0 ? parameter->dims[0] : 1;
    int64_t width = parameter->rows * parameter->columns / height;
    int64_t count = height < width ? height : width;
    int64_t length = height < width ? width : height;
    double *vectors = malloc((size_t)(count * length) * sizeof *vectors);
    if (!vectors) {
        return lrt_error_set(error, LRT_EXIT_SYSTEM, "out-of-memory", "no memory to initialise `%s`", parameter->name);
    }
    for (int64_t i = 0; i < count * length; i++) {
        vectors[i] = lrt_random_normal(random);
    }
    for (int64_t k = 0; k < count; k++) {
        orthogonalize(vectors, length, k);
    }
    for (int64_t row = 0; row < height; row++) {
        for (int64_t column = 0; column < width; column++) {
            double value = height < width ? vectors[row * length + column] : vectors[column * length + row];
            *element(parameter, values, row * width + column) = (float)value;
        }
    }
    free(vectors);
    return true;
}

static bool init_parameter(const LrtParameter *parameter, float *values, uint64_t seed, LrtError *error) {
    char stream[256];
    snprintf(stream, sizeof stream, "init %s", parameter->name);
    LrtRandom random = lrt_random_stream(seed, stream, 0);
    switch (parameter->init) {
    case LRT_INIT_ZEROS:
    case LRT_INIT_CONSTANT:
        for (int64_t i = 0; i < parameter->rows * parameter->columns; i++) {
            *element(parameter, values, i) = parameter->init == LRT_INIT_ZEROS ? 0.0f : (float)parameter->init_value;
        }
        return true;
    case LRT_INIT_NORMAL:
    case LRT_INIT_HE_NORMAL:
    case LRT_INIT_GLOROT_NORMAL:
    case LRT_INIT_LECUN_NORMAL:
        draw(parameter, values, &random, false);
        return true;
    case LRT_INIT_UNIFORM:
    case LRT_INIT_HE_UNIFORM:
    case LRT_INIT_GLOROT_UNIFORM:
        draw(parameter, values, &random, true);
        return true;
    case LRT_INIT_ORTHOGONAL:
        return draw_orthogonal(parameter, values, &random, error);
    }
    return true;
}

bool machine_init_parameters(Machine *machine, uint64_t seed, LrtError *error) {
    for (int64_t i = 0; i < machine->program->parameter_count; i++) {
        if (!init_parameter(&machine->program->parameters[i], machine_parameter(machine, i), seed, error)) {
            return false;
        }
    }
    return true;
}
