/* mixup (Zhang et al. 2018, section 2): row i of a batch becomes l · row i + (1 - l) · row p(i), where p(i) comes behind i in a random cycle of all rows, and one
 * l ~ Beta(alpha, alpha) a batch. Targets that are numbers are mixed alike; of classes the loss is mixed, so the labels of row p(i) and
 * its share are left behind the row's own. The larger share is always the row's own. */
#include "core/unfused.h"

#include <math.h>
#include <string.h>

#include "augment/augment.h"
#include "lrt/real_math.h"

/* Gamma(shape, 1) by Marsaglia and Tsang 2000; below 1 by the power of a uniform number (their section 6). */
static double draw_gamma(double shape, LrtRandom *random) {
    double boost = 1, d, c;
    if (shape < 1) {
        boost = lrt_pow(1 - lrt_random_uniform(random), 1 / shape);
        shape += 1;
    }
    d = shape - 1.0 / 3;
    c = 1 / sqrt(9 * d);
    for (;;) {
        double normal = lrt_random_normal(random), cube = 1 + c * normal;
        cube = cube * cube * cube;
        if (cube > 0 && lrt_log(1 - lrt_random_uniform(random)) < 0.5 * normal * normal + d - d * cube + d * lrt_log(cube)) {
            return boost * d * cube;
        }
    }
}

static double draw_share(double alpha, LrtRandom *random) {
    double first = draw_gamma(alpha, random), second = draw_gamma(alpha, random);
    double share = first + second > 0 ? second / (first + second) : 0;
    return share > 0.5 ? 1 - share : share;
}

static float mix(float own, float other, double share) { return (float)((double)own + share * ((double)other - (double)own)); }

typedef struct Rows {
    float *features, *targets;
    int32_t *labels;
    int64_t feature_stride, target_stride, label_stride, begin, width, target_width, label_width;
} Rows;

static void mix_row(const Rows *rows, int64_t to, const float *features, const float *targets, const int32_t *labels, double share) {
    float *own = rows->features + to * rows->feature_stride + rows->begin;
    for (int64_t c = 0; c < rows->width; c++) {
        own[c] = mix(own[c], features[c], share);
    }
    float *own_targets = rows->targets + to * rows->target_stride;
    for (int64_t c = 0; c < rows->target_width; c++) {
        own_targets[c] = mix(own_targets[c], targets[c], share);
    }
    own_targets[rows->target_width] = (float)share;
    for (int64_t c = 0; c < rows->label_width; c++) {
        rows->labels[to * rows->label_stride + rows->label_width + c] = labels[c];
    }
}

/* The partner of a row is the one behind it in a shuffled order, whose own values are still there; the first row is kept aside for the
 * last. */
static void mix_rows(const Rows *rows, const int64_t *order, int64_t count, double share, float *aside) {
    float kept_targets[LRT_AUGMENT_MAX_TARGETS];
    int32_t kept_labels[LRT_AUGMENT_MAX_TARGETS];
    int64_t first = order[0];
    memcpy(aside, rows->features + first * rows->feature_stride + rows->begin, (size_t)rows->width * sizeof *aside);
    memcpy(kept_targets, rows->targets + first * rows->target_stride, (size_t)rows->target_width * sizeof *kept_targets);
    for (int64_t c = 0; c < rows->label_width; c++) {
        kept_labels[c] = rows->labels[first * rows->label_stride + c];
    }
    for (int64_t i = 0; i + 1 < count; i++) {
        int64_t next = order[i + 1];
        mix_row(rows, order[i], rows->features + next * rows->feature_stride + rows->begin, rows->targets + next * rows->target_stride,
                rows->labels + next * rows->label_stride, share);
    }
    mix_row(rows, order[count - 1], aside, kept_targets, kept_labels, share);
}

void augment_mixup(const Augmenter *augmenter, const LrtAugment *augment, int64_t begin, int64_t width, int64_t count, LrtRandom *random) {
    const LrtProgram *program = augmenter->machine->program;
    unsigned char *arena = augmenter->machine->arena;
    int32_t no_labels[1] = {0};
    Rows rows = {.features = (float *)(void *)(arena + program->step.features),
                 .targets = (float *)(void *)(arena + program->step.targets),
                 .labels = program->step.labels >= 0 ? (int32_t *)(void *)(arena + program->step.labels) : no_labels,
                 .feature_stride = program->step.feature_stride,
                 .target_stride = program->step.target_stride,
                 .label_stride = program->step.label_stride,
                 .begin = begin,
                 .width = width,
                 .target_width = program->data.target_width,
                 .label_width = program->step.labels >= 0 ? program->data.label_width : 0};
    double share = draw_share(augment->number[0], random);
    for (int64_t i = 0; i < count; i++) {
        augmenter->order[i] = i;
    }
    lrt_random_shuffle(random, augmenter->order, count);
    mix_rows(&rows, augmenter->order, count, share, augmenter->scratch);
}
