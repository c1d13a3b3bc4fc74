/* Pictures: PNG and JPEG in memory to bytes of one size. */
#ifndef DATA_PICTURE_H
#define DATA_PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct PictureSize {
    int64_t height, width, channels; /* channels 1: grey, 2: grey and alpha, 3: RGB, 4: RGBA */
} PictureSize;

/* Decodes a picture and brings it to `size`, into out[height * width * channels]. On failure *out_why says what is
 * wrong with it. Another size is resampled by a triangle as wide as the scale (Pillow's BILINEAR): bilinear where it
 * grows, an average of all pixels where it shrinks; sides are scaled by themselves. */
bool picture_read(const void *bytes, size_t length, PictureSize size, unsigned char *out, const char **out_why);

#endif
