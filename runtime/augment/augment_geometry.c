/* Where pixels go: shift and flip by whole pixels, rotate and zoom about the centre by bilinear interpolation, cutout by none. What comes
 * in from outside the image is 0. */
#include "core/unfused.h"

#include <math.h>
#include <string.h>

#include "augment/augment.h"
#include "lrt/real_math.h"

static float *pixel(const AugmentImage *image, float *pixels, int64_t y, int64_t x) {
    return pixels + (y * image->width + x) * image->channels;
}

static void keep_copy(const AugmentImage *image) {
    memcpy(image->scratch, image->pixels, (size_t)(image->height * image->width * image->channels) * sizeof *image->pixels);
}

void augment_shift(const LrtAugment *augment, const AugmentImage *image, LrtRandom *random) {
    int64_t most = (int64_t)augment->number[0];
    int64_t down = lrt_random_below(random, 2 * most + 1) - most, right = lrt_random_below(random, 2 * most + 1) - most;
    size_t size = (size_t)image->channels * sizeof(float);
    keep_copy(image);
    for (int64_t y = 0; y < image->height; y++) {
        for (int64_t x = 0; x < image->width; x++) {
            bool inside = y - down >= 0 && y - down < image->height && x - right >= 0 && x - right < image->width;
            float *to = pixel(image, image->pixels, y, x);
            if (inside) {
                memcpy(to, pixel(image, image->scratch, y - down, x - right), size);
            } else {
                memset(to, 0, size);
            }
        }
    }
}

/* Every other image, on average. */
void augment_flip(const LrtAugment *augment, const AugmentImage *image, LrtRandom *random) {
    if (lrt_random_below(random, 2) == 0) {
        return;
    }
    keep_copy(image);
    for (int64_t y = 0; y < image->height; y++) {
        for (int64_t x = 0; x < image->width; x++) {
            int64_t from_y = augment->vertical ? image->height - 1 - y : y, from_x = augment->vertical ? x : image->width - 1 - x;
            memcpy(pixel(image, image->pixels, y, x), pixel(image, image->scratch, from_y, from_x),
                   (size_t)image->channels * sizeof(float));
        }
    }
}

/* The value of channel `c` between the four pixels around a place. */
static double sample(const AugmentImage *image, double y, double x, int64_t c) {
    double top = floor(y), left = floor(x), sum = 0;
    for (int corner = 0; corner < 4; corner++) {
        double at_y = top + corner / 2, at_x = left + corner % 2;
        bool inside = at_y >= 0 && at_y < (double)image->height && at_x >= 0 && at_x < (double)image->width;
        double share = (1 - fabs(y - at_y)) * (1 - fabs(x - at_x));
        if (inside && share > 0) {
            sum += share * (double)pixel(image, image->scratch, (int64_t)at_y, (int64_t)at_x)[c];
        }
    }
    return sum;
}

/* Each pixel takes its value from the place that `matrix` sends it to, measured from the centre. */
static void warp(const AugmentImage *image, const double matrix[4]) {
    double middle_y = (double)(image->height - 1) / 2, middle_x = (double)(image->width - 1) / 2;
    keep_copy(image);
    for (int64_t y = 0; y < image->height; y++) {
        for (int64_t x = 0; x < image->width; x++) {
            double down = (double)y - middle_y, right = (double)x - middle_x;
            double from_y = middle_y + matrix[0] * down + matrix[1] * right;
            double from_x = middle_x + matrix[2] * down + matrix[3] * right;
            for (int64_t c = 0; c < image->channels; c++) {
                pixel(image, image->pixels, y, x)[c] = (float)sample(image, from_y, from_x, c);
            }
        }
    }
}

/* By an angle between -a and a. */
void augment_rotate(const LrtAugment *augment, const AugmentImage *image, LrtRandom *random) {
    double angle = (2 * lrt_random_uniform(random) - 1) * augment->number[0];
    double cosine = lrt_cos(angle), sine = lrt_sin(angle);
    warp(image, (const double[4]){cosine, -sine, sine, cosine});
}

/* By a factor between lo and hi: above 1 the image grows. */
void augment_zoom(const LrtAugment *augment, const AugmentImage *image, LrtRandom *random) {
    double factor = augment->number[0] + lrt_random_uniform(random) * (augment->number[1] - augment->number[0]);
    warp(image, (const double[4]){1 / factor, 0, 0, 1 / factor});
}

/* A square about a random pixel, cut off at the border (DeVries and Taylor 2017). */
void augment_cutout(const LrtAugment *augment, const AugmentImage *image, LrtRandom *random) {
    int64_t side = (int64_t)augment->number[0];
    int64_t top = lrt_random_below(random, image->height) - side / 2, left = lrt_random_below(random, image->width) - side / 2;
    for (int64_t y = top < 0 ? 0 : top; y < top + side && y < image->height; y++) {
        for (int64_t x = left < 0 ? 0 : left; x < left + side && x < image->width; x++) {
            memset(pixel(image, image->pixels, y, x), 0, (size_t)image->channels * sizeof(float));
        }
    }
}
