/* For classes the loss of a constant depends on their shares alone; for numbers it is the least of a function of one number, found by
 * the golden section where no formula gives it. Formulas: compiler/catalog/loss. */
#include "diagnose/constant_loss.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lrt/real_math.h"

static const double GOLDEN = 0.61803398874989485, LEAST_SHARE = 1e-12;
enum { SECTIONS = 60, SWEEPS = 4, MOST_NUMERIC_LEVELS = 64 };

typedef struct Part {
    const LrtProgram *program;
    const LrtDataset *dataset;
    const LrtOutput *output;
    const int64_t *rows;
    int64_t count;
    const float *weights;
} Part;

static bool loss_is(const LrtOutput *output, const char *name) { return strcmp(output->loss, name) == 0; }

typedef double Curve(const void *context, double at);

/* Where a function with one minimum has it, between two points. */
static double minimise(Curve *curve, const void *context, double low, double high) {
    for (int i = 0; i < SECTIONS; i++) {
        double left = high - GOLDEN * (high - low), right = low + GOLDEN * (high - low);
        if (curve(context, left) < curve(context, right)) {
            high = right;
        } else {
            low = left;
        }
    }
    return (low + high) / 2;
}

/* ---- classes ----------------------------------------------------------------------------------------------------- */

typedef struct Classes {
    const LrtOutput *output;
    int64_t count;
    double *shares, *logits;
    int64_t moved;                 /* the logit that is looked for */
} Classes;

static double softplus(double z) { return z > 0 ? z + lrt_log1p(lrt_exp(-z)) : lrt_log1p(lrt_exp(z)); }

static double missing(const LrtOutput *output, double margin) {
    double off = margin < 1 ? 1 - margin : 0;
    return loss_is(output, "squared_hinge") ? off * off : off;
}

/* Of a row of class `k`, for the losses that have no formula for the best constant. Two classes have one logit. */
static double margin_loss(const Classes *classes, int64_t k) {
    const LrtOutput *output = classes->output;
    const double *z = classes->logits;
    bool focal = loss_is(output, "focal");
    double gamma = output->loss_numbers[0];
    if (classes->count == 2) {
        double margin = k == 1 ? z[0] : -z[0];
        return focal ? softplus(-margin) * lrt_exp(-gamma * softplus(margin)) : missing(output, margin);
    }
    double sum = 0, most = z[0];
    for (int64_t c = 1; c < classes->count; c++) {
        most = fmax(most, z[c]);
    }
    for (int64_t c = 0; c < classes->count; c++) {
        sum += focal ? lrt_exp(z[c] - most) : c == k ? 0 : missing(output, z[k] - z[c]) / (double)classes->count;
    }
    double share = focal ? lrt_exp(z[k] - most) / sum : 0;
    return focal ? -lrt_log(fmax(share, LEAST_SHARE)) * lrt_exp(gamma * lrt_log(fmax(1 - share, LEAST_SHARE))) : sum;
}

static double mean_margin_loss(const void *context, double at) {
    const Classes *classes = context;
    double sum = 0;
    classes->logits[classes->moved] = at;
    for (int64_t k = 0; k < classes->count; k++) {
        sum += classes->shares[k] > 0 ? classes->shares[k] * margin_loss(classes, k) : 0;
    }
    return sum;
}

static void find_logits(Classes *classes) {
    int64_t logits = classes->count == 2 ? 1 : classes->count;
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
        for (classes->moved = 0; classes->moved < logits; classes->moved++) {
            classes->logits[classes->moved] = minimise(mean_margin_loss, classes, -10, 10);
        }
    }
}

static double entropy_of(double share) { return share > 0 ? -share * lrt_log(share) : 0; }

/* What the predicted share of class `c` is where labels are smoothed. */
static double smoothed(const Classes *classes, int64_t c) {
    double smoothing = classes->output->label_smoothing;
    return (1 - smoothing) * classes->shares[c] + smoothing / (double)classes->count;
}

/* A row of class `k` against the best constant. */
static double entropy_loss(const Classes *classes, int64_t k) {
    double smoothing = classes->output->label_smoothing, sum = 0, above = 0;
    if (loss_is(classes->output, "ordinal_cross_entropy")) {
        for (int64_t c = classes->count - 1; c > 0; c--) {
            above += classes->shares[c];
            double share = fmin(fmax(above, LEAST_SHARE), 1 - LEAST_SHARE);
            sum -= lrt_log(k >= c ? share : 1 - share);
        }
        return sum;
    }
    for (int64_t c = 0; c < classes->count; c++) {
        double wanted = (c == k ? 1 - smoothing : 0) + smoothing / (double)classes->count;
        sum -= wanted > 0 ? wanted * lrt_log(fmax(smoothed(classes, c), LEAST_SHARE)) : 0;
    }
    return sum;
}

static double smoothed_entropy(const Classes *classes) {
    double other = classes->output->label_smoothing / (double)classes->count;
    return entropy_of(1 - classes->output->label_smoothing + other) + (double)(classes->count - 1) * entropy_of(other);
}

static int32_t label_of(const Part *part, int64_t i) {
    const LrtTarget *target = &part->program->data.targets[part->output->target];
    return part->dataset->labels[part->rows[i] * part->dataset->label_width + target->offset];
}

static double mean_over(const Part *part, const Classes *classes, bool by_margin) {
    double sum = 0, total = 0;
    for (int64_t i = 0; i < part->count; i++) {
        int32_t k = label_of(part, i);
        sum += (double)part->weights[i] * (by_margin ? margin_loss(classes, k) : entropy_loss(classes, k));
        total += (double)part->weights[i];
    }
    return sum / total;
}

static ConstantLoss class_loss(const Part *own, const Part *other) {
    const LrtTarget *target = &own->program->data.targets[own->output->target];
    Classes classes = {.output = own->output, .count = target->level_count > 2 ? target->level_count : 2};
    bool margin = loss_is(own->output, "focal") || loss_is(own->output, "hinge") || loss_is(own->output, "squared_hinge");
    ConstantLoss out = {(double)NAN, (double)NAN, 0};
    classes.shares = calloc((size_t)classes.count, sizeof(double));
    classes.logits = calloc((size_t)classes.count, sizeof(double));
    bool good = classes.shares && classes.logits && !(margin && classes.count > MOST_NUMERIC_LEVELS);
    double total = 0;
    for (int64_t i = 0; good && i < own->count; i++) {
        classes.shares[label_of(own, i)] += (double)own->weights[i];
        total += (double)own->weights[i];
    }
    for (int64_t k = 0; good && k < classes.count; k++) {
        classes.shares[k] /= total;
    }
    if (good && margin) {
        find_logits(&classes);
    }
    if (good) {
        bool relative = loss_is(own->output, "kl_divergence"); /* less the entropy of the target, so that its floor is 0 */
        out.floor = margin || loss_is(own->output, "ordinal_cross_entropy") ? 0 : smoothed_entropy(&classes);
        out.own = mean_over(own, &classes, margin) - out.floor;
        out.other = mean_over(other, &classes, margin) - out.floor;
        out.floor = relative ? 0 : out.floor;
    }
    free(classes.shares);
    free(classes.logits);
    return out;
}

/* ---- numbers ------------------------------------------------------------------------------------------------------ */

typedef struct Column {
    const Part *part;
    int64_t number;                /* which of the loss's numbers: a quantile */
} Column;

static double value_of(const Part *part, int64_t i) {
    int32_t offset = part->program->data.targets[part->output->target].offset;
    return (double)part->dataset->targets[part->rows[i] * part->dataset->target_width + offset];
}

static double power_of(const LrtOutput *output) {
    return loss_is(output, "poisson") ? 1 : loss_is(output, "gamma") ? 2 : loss_is(output, "tweedie") ? output->loss_numbers[0] : 0;
}

/* Tweedie's family at mean m (compiler/catalog/loss/likelihood.c); 0 at its edge. */
static double amount_loss(double power, double y, double m) {
    double log_m = lrt_log(fmax(m, 1e-30));
    double first = power == 2 ? log_m : lrt_exp((2 - power) * log_m) / (2 - power);
    double second = power == 1 ? log_m : lrt_exp((1 - power) * log_m) / (1 - power);
    return first - (y > 0 ? y * second : 0);
}

static double row_loss(const LrtOutput *output, int64_t number, double y, double c) {
    double off = c - y, size = fabs(off), parameter = output->loss_numbers[number];
    if (loss_is(output, "mse")) {
        return off * off;
    }
    if (loss_is(output, "mae")) {
        return size;
    }
    if (loss_is(output, "huber")) {
        return size <= parameter ? off * off / 2 : parameter * (size - parameter / 2);
    }
    if (loss_is(output, "log_cosh")) {
        return size + lrt_log1p(lrt_exp(-2 * size)) - lrt_log(2);
    }
    if (loss_is(output, "quantile")) {
        return size / 2 + (0.5 - parameter) * off;
    }
    if (loss_is(output, "mape")) {
        return size / fmax(fabs(y), 1e-7);
    }
    if (loss_is(output, "msle")) {
        double d = lrt_log1p(fmax(c, -0.5)) - lrt_log1p(fmax(y, 0));
        return d * d;
    }
    if (loss_is(output, "kl_divergence")) {
        double p = fmin(fmax(c, LEAST_SHARE), 1 - LEAST_SHARE);
        return -y * lrt_log(p) - (1 - y) * lrt_log(1 - p) - entropy_of(y) - entropy_of(1 - y);
    }
    return power_of(output) > 0 ? amount_loss(power_of(output), y, c) : (double)NAN;
}

static double loss_at(const void *context, double constant) {
    const Column *column = context;
    const Part *part = column->part;
    double loss = 0, weight = 0;
    for (int64_t i = 0; i < part->count; i++) {
        loss += (double)part->weights[i] * row_loss(part->output, column->number, value_of(part, i), constant);
        weight += (double)part->weights[i];
    }
    return loss / weight;
}

typedef struct Moments {
    double mean, variance, low, high;
} Moments;

static Moments moments_of(const Part *part, double around) {
    Moments out = {.low = value_of(part, 0), .high = value_of(part, 0)};
    double sum = 0, squares = 0, weight = 0;
    for (int64_t i = 0; i < part->count; i++) {
        double value = value_of(part, i), off = value - around;
        sum += (double)part->weights[i] * value;
        squares += (double)part->weights[i] * off * off;
        weight += (double)part->weights[i];
        out.low = fmin(out.low, value);
        out.high = fmax(out.high, value);
    }
    out.mean = sum / weight;
    out.variance = squares / weight;
    return out;
}

/* Of the perfect predictor, which says each row's own value. */
static double own_floor(const Column *column) {
    const Part *part = column->part;
    double loss = 0, weight = 0;
    for (int64_t i = 0; i < part->count; i++) {
        double y = value_of(part, i);
        loss += (double)part->weights[i] * (y > 0 ? amount_loss(power_of(part->output), y, y) : 0);
        weight += (double)part->weights[i];
    }
    return loss / weight;
}

/* (s + e^-s v) / 2 is least where e^s is the variance v. A perfect predictor would have no least loss: a nat below the constant counts
 * as all there is to be won. */
static ConstantLoss normal_loss(const Part *own, const Part *other) {
    Moments of_own = moments_of(own, 0);
    double mean = of_own.mean, variance = fmax(moments_of(own, mean).variance, 1e-30);
    double log_variance = lrt_log(variance), at_best = (log_variance + 1) / 2;
    double of_other = (log_variance + (other->count > 0 ? moments_of(other, mean).variance : variance) / variance) / 2;
    return (ConstantLoss){.own = 1, .other = of_other - at_best + 1, .floor = at_best - 1};
}

static ConstantLoss column_loss(const Part *own, const Part *other, int64_t number) {
    Column of_own = {own, number}, of_other = {other, number};
    Moments moments = moments_of(own, 0);
    bool at_mean = loss_is(own->output, "mse") || loss_is(own->output, "kl_divergence") || power_of(own->output) > 0;
    double constant = at_mean ? moments.mean : minimise(loss_at, &of_own, moments.low, moments.high);
    double floor = power_of(own->output) > 0 ? own_floor(&of_own) : 0;
    double other_loss = other->count > 0 ? loss_at(&of_other, constant) : (double)NAN;
    return (ConstantLoss){.own = loss_at(&of_own, constant) - floor, .other = other_loss - floor, .floor = floor};
}

/* The mean over the quantiles of a list. */
static ConstantLoss real_loss(const Part *own, const Part *other) {
    int64_t numbers = loss_is(own->output, "quantile") ? own->output->loss_number_count : 1;
    ConstantLoss sum = {0};
    if (loss_is(own->output, "gaussian_nll")) {
        return normal_loss(own, other);
    }
    for (int64_t i = 0; i < numbers; i++) {
        ConstantLoss one = column_loss(own, other, i);
        sum.own += one.own / (double)numbers;
        sum.other += one.other / (double)numbers;
        sum.floor += one.floor / (double)numbers;
    }
    return sum;
}

ConstantLoss constant_loss(const LrtProgram *program, const LrtDataset *dataset, const LossRows *own, const LossRows *other) {
    ConstantLoss sum = {0};
    for (int64_t i = 0; i < program->output_count; i++) {
        const LrtOutput *output = &program->outputs[i];
        if (!output->loss || own->count < 1) {
            return (ConstantLoss){(double)NAN, (double)NAN, 0};
        }
        Part first = {program, dataset, output, own->rows, own->count, own->weights[i]};
        Part second = {program, dataset, output, other->rows, other->count, other->weights[i]};
        ConstantLoss one = program->data.targets[output->target].is_class ? class_loss(&first, &second) : real_loss(&first, &second);
        sum.own += output->loss_weight * one.own;
        sum.other += output->loss_weight * one.other;
        sum.floor += output->loss_weight * one.floor;
    }
    return sum;
}
