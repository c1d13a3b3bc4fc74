/* What pixels hold: noise, brightness (a factor), contrast (a factor of the distance from the image's mean). */
#include "core/unfused.h"

#include "augment/augment.h"

static int64_t count_of(const AugmentImage *image) { return image->height * image->width * image->channels; }

static double factor_about_one(double share, LrtRandom *random) { return 1 + (2 * lrt_random_uniform(random) - 1) * share; }

void augment_noise(const LrtAugment *augment, const AugmentImage *image, LrtRandom *random) {
    for (int64_t i = 0; i < count_of(image); i++) {
        image->pixels[i] = (float)((double)image->pixels[i] + augment->number[0] * lrt_random_normal(random));
    }
}

void augment_brightness(const LrtAugment *augment, const AugmentImage *image, LrtRandom *random) {
    double factor = factor_about_one(augment->number[0], random);
    for (int64_t i = 0; i < count_of(image); i++) {
        image->pixels[i] = (float)((double)image->pixels[i] * factor);
    }
}

void augment_contrast(const LrtAugment *augment, const AugmentImage *image, LrtRandom *random) {
    double factor = factor_about_one(augment->number[0], random), mean = 0;
    for (int64_t i = 0; i < count_of(image); i++) {
        mean += (double)image->pixels[i] / (double)count_of(image);
    }
    for (int64_t i = 0; i < count_of(image); i++) {
        image->pixels[i] = (float)(mean + factor * ((double)image->pixels[i] - mean));
    }
}
