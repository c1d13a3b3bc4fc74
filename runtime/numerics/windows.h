/* Windows over images, as the templates of patches, pools and depthwise convolutions see them. All numbers but those of
 * rows are constants wherever a template is inlined.
 *
 * The channels of a pixel lie side by side, and what follows them up to a whole vector may be read. Where an image is
 * written, its pixels are padded to whole vectors, which are written, never counted. */
#ifndef LRT_NUMERICS_WINDOWS_H
#define LRT_NUMERICS_WINDOWS_H

#include "numerics/vector.h"

typedef struct Windows {
    int64_t size_y, size_x, stride_y, stride_x, dilation_y, dilation_x, before_y, before_x;
    int64_t places_y, places_x, image_y, image_x, channels;
} Windows;

/* Floats from image to image, line to line and pixel to pixel; 0 along axes of length 1. */
typedef struct Image {
    float *at;
    int64_t row, line, pixel;
} Image;

#define WINDOW_PARAMETERS                                                                                              \
    int64_t size_y, int64_t size_x, int64_t stride_y, int64_t stride_x, int64_t dilation_y, int64_t dilation_x,        \
        int64_t before_y, int64_t before_x, int64_t places_y, int64_t places_x, int64_t image_y, int64_t image_x,      \
        int64_t channels
#define WINDOW_GIVEN                                                                                                   \
    (Windows) {                                                                                                        \
        size_y, size_x, stride_y, stride_x, dilation_y, dilation_x, before_y, before_x, places_y, places_x, image_y,   \
            image_x, channels                                                                                          \
    }
#define IMAGE_PARAMETERS(name) float *name, int64_t name##_row, int64_t name##_line, int64_t name##_pixel
#define IMAGE_GIVEN(name)                                                                                              \
    (Image) { name, name##_row, name##_line, name##_pixel }

HELPER int64_t lesser(int64_t a, int64_t b) { return a < b ? a : b; }
HELPER int64_t greater(int64_t a, int64_t b) { return a > b ? a : b; }

/* Cells low <= i < high of a window that lie inside: 0 <= first + i * dilation < length. */
typedef struct Inside {
    int64_t first, low, high;
} Inside;

HELPER Inside cells_inside(int64_t first, int64_t size, int64_t dilation, int64_t length) {
    int64_t low = first < 0 ? (dilation - 1 - first) / dilation : 0;
    int64_t left = length - 1 - first;
    return (Inside){first, low, left < 0 ? 0 : lesser(size, left / dilation + 1)};
}

HELPER Inside lines_inside(Windows w, int64_t y) {
    return cells_inside(y * w.stride_y - w.before_y, w.size_y, w.dilation_y, w.image_y);
}

HELPER Inside pixels_inside(Windows w, int64_t x) {
    return cells_inside(x * w.stride_x - w.before_x, w.size_x, w.dilation_x, w.image_x);
}

/* Where cell (i, k) of a window that begins at `y.first`, `x.first` lies in image number `row`. */
HELPER float *cell_at(Image image, Windows w, int64_t row, Inside y, Inside x, int64_t i, int64_t k) {
    return image.at + row * image.row + (y.first + i * w.dilation_y) * image.line +
           (x.first + k * w.dilation_x) * image.pixel;
}

/* Up to 15 floats more than `count` are written: what lies behind comes later, or is padding. */
HELPER void run_zero(float *to, int64_t count) {
    UNROLL_NEVER for (int64_t i = 0; i < count; i += LANES)
        vector_store(to + i, (v16)0.0f);
}

HELPER void run_copy(float *to, const float *from, int64_t count) {
    UNROLL_NEVER for (int64_t i = 0; i < count; i += LANES)
        vector_store(to + i, vector_load(from + i));
}

HELPER void run_add(float *to, const float *from, int64_t count) {
    UNROLL_NEVER for (int64_t i = 0; i < count; i += LANES)
        vector_store(to + i, vector_load(to + i) + vector_load(from + i));
}

/* Floats from pixel to pixel of images with a buffer of their own, and of one such image. */
HELPER int64_t image_floats(Windows w, int64_t pixel) { return w.image_y * w.image_x * pixel; }

#endif
