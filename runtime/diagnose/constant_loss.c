/* Class shares for classes; for numbers the least of a convex function of one number, found by the golden section. */
#include "diagnose/constant_loss.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lrt/real_math.h"

enum { SECTIONS = 60 };

typedef struct Part {
    const LrtProgram *program;
    const LrtDataset *dataset;
    const LrtOutput *output;
    const int64_t *rows;
    int64_t count;
    const float *weights;
} Part;

static double class_loss(const Part *part, const Part *other, double *out_other) {
    const LrtTarget *target = &part->program->data.targets[part->output->target];
    double *shares = calloc((size_t)target->level_count + 1, sizeof *shares), total = 0, loss = 0, other_loss = 0, other_total = 0;
    if (!shares) {
        return (double)NAN;
    }
    for (int64_t i = 0; i < part->count; i++) {
        int32_t label = part->dataset->labels[part->rows[i] * part->dataset->label_width + target->offset];
        shares[label] += (double)part->weights[i];
        total += (double)part->weights[i];
    }
    for (int64_t k = 0; k < target->level_count; k++) {
        shares[k] /= total;
        loss -= shares[k] > 0 ? shares[k] * lrt_log(shares[k]) : 0;
    }
    for (int64_t i = 0; i < other->count; i++) {
        double share = shares[other->dataset->labels[other->rows[i] * other->dataset->label_width + target->offset]];
        other_loss -= (double)other->weights[i] * lrt_log(share > 1e-12 ? share : 1e-12);
        other_total += (double)other->weights[i];
    }
    free(shares);
    *out_other = other_loss / other_total;
    return loss;
}

static double row_loss(const LrtOutput *output, double off) {
    double size = fabs(off);
    if (strcmp(output->loss, "mse") == 0) {
        return off * off;
    }
    if (strcmp(output->loss, "mae") == 0) {
        return size;
    }
    if (strcmp(output->loss, "huber") == 0) {
        double delta = output->huber_delta;
        return size <= delta ? off * off / 2 : delta * (size - delta / 2);
    }
    return (double)NAN;
}

static double value_of(const Part *part, int64_t i) {
    int32_t offset = part->program->data.targets[part->output->target].offset;
    return (double)part->dataset->targets[part->rows[i] * part->dataset->target_width + offset];
}

static double loss_of(const Part *part, double constant) {
    double loss = 0, weight = 0;
    for (int64_t i = 0; i < part->count; i++) {
        loss += (double)part->weights[i] * row_loss(part->output, value_of(part, i) - constant);
        weight += (double)part->weights[i];
    }
    return loss / weight;
}

static double mean_of(const Part *part, double *low, double *high) {
    double sum = 0, weight = 0;
    for (int64_t i = 0; i < part->count; i++) {
        double value = value_of(part, i);
        sum += (double)part->weights[i] * value;
        weight += (double)part->weights[i];
        *low = i == 0 || value < *low ? value : *low;
        *high = i == 0 || value > *high ? value : *high;
    }
    return sum / weight;
}

static double best_constant(const Part *part) {
    static const double GOLDEN = 0.61803398874989485;
    double low = 0, high = 0, mean = mean_of(part, &low, &high);
    for (int i = 0; i < SECTIONS && strcmp(part->output->loss, "mse") != 0; i++) {
        double left = high - GOLDEN * (high - low), right = low + GOLDEN * (high - low);
        if (loss_of(part, left) < loss_of(part, right)) {
            high = right;
        } else {
            low = left;
        }
        mean = (low + high) / 2;
    }
    return mean;
}

double constant_loss(const LrtProgram *program, const LrtDataset *dataset, const int64_t *rows, int64_t count,
                     float *const *weights, const int64_t *other, int64_t other_count, float *const *other_weights,
                     double *out_other) {
    double loss = 0;
    *out_other = 0;
    for (int64_t i = 0; i < program->output_count; i++) {
        const LrtOutput *output = &program->outputs[i];
        if (!output->loss || count < 1) {
            return (double)NAN;
        }
        Part part = {program, dataset, output, rows, count, weights[i]};
        Part second = {program, dataset, output, other, other_count, other_weights[i]};
        double own, of_other = (double)NAN;
        if (program->data.targets[output->target].is_class) {
            own = class_loss(&part, &second, &of_other);
        } else {
            double constant = best_constant(&part);
            own = loss_of(&part, constant);
            of_other = loss_of(&second, constant);
        }
        loss += output->loss_weight * own;
        *out_other += output->loss_weight * of_other;
    }
    return loss;
}
