/* The decoder overlooks much (checksums of PNG, a JPEG that ends early), so that is looked at before. */
#include "core/unfused.h"

#include "data/picture.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define STBI_NO_STDIO
#include <stb/stb_image.h>

#include "core/crc32.h"

static uint32_t big_endian(const unsigned char *at) {
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* Every chunk is whole, its checksum is right, and the last one is the end. */
static bool check_png(const unsigned char *bytes, size_t length, const char **out_why) {
    enum { SIGNATURE = 8, AROUND = 12 };
    Crc32 crc;
    crc32_init(&crc);
    for (size_t at = SIGNATURE; length - at >= AROUND;) {
        size_t size = big_endian(bytes + at);
        if (size > length - at - AROUND) {
            break;
        }
        crc32_restart(&crc);
        crc32_update(&crc, bytes + at + 4, size + 4);
        if (crc32_value(&crc) != big_endian(bytes + at + 8 + size)) {
            *out_why = "a checksum of the PNG is another";
            return false;
        }
        if (memcmp(bytes + at + 4, "IEND", 4) == 0) {
            return true;
        }
        at += size + AROUND;
    }
    *out_why = "the PNG ends before its last chunk";
    return false;
}

/* Behind its segments the coded picture ends with a marker of its own; what cameras append is passed over. */
static bool check_jpeg(const unsigned char *bytes, size_t length, const char **out_why) {
    for (size_t at = length; at >= 4; at--) {
        if (bytes[at - 2] == 0xff && bytes[at - 1] == 0xd9) {
            return true;
        }
    }
    *out_why = "the JPEG ends before its last marker";
    return false;
}

/* ---- another size ---------------------------------------------------------------------------------------------- */

/* Weights of the inputs that make up each output along one side: [out, taps] from first[out] on. */
typedef struct Taps {
    int64_t count;
    int64_t *first;
    double *weights;
} Taps;

static bool make_taps(int64_t in, int64_t out, Taps *taps) {
    double scale = (double)in / (double)out, reach = scale > 1 ? scale : 1;
    taps->count = (int64_t)ceil(2 * reach) + 2;
    taps->first = malloc((size_t)out * sizeof *taps->first);
    taps->weights = calloc((size_t)(out * taps->count), sizeof *taps->weights);
    for (int64_t i = 0; taps->first && taps->weights && i < out; i++) {
        double center = ((double)i + 0.5) * scale, sum = 0;
        int64_t first = (int64_t)floor(center - reach);
        first = first < 0 ? 0 : first;
        taps->first[i] = first;
        double *weights = taps->weights + i * taps->count;
        for (int64_t k = 0; k < taps->count && first + k < in; k++) {
            double distance = fabs((double)(first + k) + 0.5 - center) / reach;
            weights[k] = distance < 1 ? 1 - distance : 0;
            sum += weights[k];
        }
        for (int64_t k = 0; k < taps->count; k++) {
            weights[k] /= sum;
        }
    }
    return taps->first && taps->weights;
}

static void free_taps(Taps *taps) {
    free(taps->first);
    free(taps->weights);
}

/* Rows of `in` become shorter: [height, in_width, channels] to [height, out_width, channels]. */
static void scale_rows(const unsigned char *in, int64_t height, int64_t in_width, int64_t channels, const Taps *taps,
                       int64_t out_width, double *out) {
    for (int64_t y = 0; y < height; y++) {
        for (int64_t x = 0; x < out_width; x++) {
            const unsigned char *from = in + (y * in_width + taps->first[x]) * channels;
            int64_t left = in_width - taps->first[x], count = left < taps->count ? left : taps->count;
            for (int64_t c = 0; c < channels; c++) {
                double sum = 0;
                for (int64_t k = 0; k < count; k++) {
                    sum += taps->weights[x * taps->count + k] * (double)from[k * channels + c];
                }
                out[(y * out_width + x) * channels + c] = sum;
            }
        }
    }
}

static void scale_columns(const double *in, int64_t in_height, int64_t row, const Taps *taps, int64_t out_height,
                          unsigned char *out) {
    for (int64_t y = 0; y < out_height; y++) {
        int64_t left = in_height - taps->first[y], count = left < taps->count ? left : taps->count;
        for (int64_t i = 0; i < row; i++) {
            double sum = 0;
            for (int64_t k = 0; k < count; k++) {
                sum += taps->weights[y * taps->count + k] * in[(taps->first[y] + k) * row + i];
            }
            out[y * row + i] = (unsigned char)(sum + 0.5);
        }
    }
}

static bool resize(const unsigned char *in, int64_t in_height, int64_t in_width, PictureSize size, unsigned char *out) {
    Taps across = {0}, down = {0};
    double *rows = malloc((size_t)(in_height * size.width * size.channels) * sizeof *rows);
    bool good = rows && make_taps(in_width, size.width, &across) && make_taps(in_height, size.height, &down);
    if (good) {
        scale_rows(in, in_height, in_width, size.channels, &across, size.width, rows);
        scale_columns(rows, in_height, size.width * size.channels, &down, size.height, out);
    }
    free_taps(&across);
    free_taps(&down);
    free(rows);
    return good;
}

bool picture_read(const void *bytes, size_t length, PictureSize size, unsigned char *out, const char **out_why) {
    static const unsigned char png[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    const unsigned char *start = bytes;
    bool is_png = length > sizeof png && memcmp(start, png, sizeof png) == 0;
    bool is_jpeg = length > 4 && start[0] == 0xff && start[1] == 0xd8;
    *out_why = "it is neither PNG nor JPEG";
    if ((!is_png && !is_jpeg) || length > INT_MAX ||
        !(is_png ? check_png(start, length, out_why) : check_jpeg(start, length, out_why))) {
        return false;
    }
    int width, height, channels;
    unsigned char *pixels = stbi_load_from_memory(start, (int)length, &width, &height, &channels, (int)size.channels);
    if (!pixels) {
        *out_why = stbi_failure_reason();
        return false;
    }
    bool good = true;
    if (height == size.height && width == size.width) {
        memcpy(out, pixels, (size_t)(size.height * size.width * size.channels));
    } else {
        good = resize(pixels, height, width, size, out);
        *out_why = "there is no memory to scale it";
    }
    stbi_image_free(pixels);
    return good;
}
