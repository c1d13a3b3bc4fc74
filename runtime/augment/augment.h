/* Random changes of a training step's rows, once they have been gathered: no other row is ever touched. What happens to a row is a pure
 * function of the run's seed, the step and the row's place in the batch. */
#ifndef AUGMENT_AUGMENT_H
#define AUGMENT_AUGMENT_H

#include "lrt/error.h"
#include "lrt/random.h"
#include "train/machine.h"

typedef struct Augmenter {
    const Machine *machine;
    uint64_t seed;
    float *scratch;   /* one image for each row of a step */
    int64_t image;    /* floats of the largest image */
    int64_t *order;   /* [rows of a step] */
} Augmenter;

bool augmenter_init(Augmenter *augmenter, const Machine *machine, uint64_t seed, LrtError *error);
void augmenter_free(Augmenter *augmenter);

/* Changes the `count` rows that lie in the buffers of `step`. */
void augment_rows(const Augmenter *augmenter, int64_t step, int64_t count);

/* An image of a row, channels last. */
typedef struct AugmentImage {
    float *pixels;
    float *scratch;   /* as large */
    int64_t height, width, channels;
} AugmentImage;

typedef void AugmentImageFunction(const LrtAugment *augment, const AugmentImage *image, LrtRandom *random);

/* augment_geometry.c: what comes in from outside an image is 0. */
AugmentImageFunction augment_shift;
AugmentImageFunction augment_flip;
AugmentImageFunction augment_rotate;
AugmentImageFunction augment_zoom;
AugmentImageFunction augment_cutout;
/* augment_values.c */
AugmentImageFunction augment_noise;
AugmentImageFunction augment_brightness;
AugmentImageFunction augment_contrast;
/* augment_mixup.c: the columns [begin, begin + width) of the features of all rows, and their targets. */
void augment_mixup(const Augmenter *augmenter, const LrtAugment *augment, int64_t begin, int64_t width, int64_t count, LrtRandom *random);

#endif
