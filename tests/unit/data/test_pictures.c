/* Pictures of a formula in several files, other sizes as Pillow makes them, and files that are damaged. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "data/picture.h"

#define WAVE "tests/data/pictures/wave"
enum { HEIGHT = 14, WIDTH = 20 };

static unsigned char *load(const char *path, size_t *out_length) {
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    unsigned char *bytes = malloc(1 << 16);
    *out_length = fread(bytes, 1, 1 << 16, file);
    fclose(file);
    return bytes;
}

static void read_as(const char *path, PictureSize size, unsigned char *out) {
    size_t length;
    const char *why;
    unsigned char *bytes = load(path, &length);
    if (!picture_read(bytes, length, size, out, &why)) fail_msg("%s: %s", path, why);
    free(bytes);
}

static void pixel(int y, int x, int out[3]) {
    out[0] = 12 * x;
    out[1] = 18 * y;
    out[2] = (int)(127 + 120 * sin(x * y / 20.0));
}

/* The mean distance of a channel from the formula; JPEG keeps colours at half the resolution. */
static double distance_from_formula(const unsigned char *have) {
    int sum = 0;
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            int want[3];
            pixel(y, x, want);
            for (int c = 0; c < 3; c++) {
                sum += abs(want[c] - have[(y * WIDTH + x) * 3 + c]);
            }
        }
    return sum / (double)(3 * HEIGHT * WIDTH);
}

static void test_formats(void **state) {
    (void)state;
    unsigned char out[HEIGHT * WIDTH * 4];
    const PictureSize rgb = {HEIGHT, WIDTH, 3}, grey = {HEIGHT, WIDTH, 1}, alpha = {HEIGHT, WIDTH, 4};
    read_as(WAVE ".png", rgb, out);
    assert_true(distance_from_formula(out) == 0);
    read_as(WAVE ".jpg", rgb, out);
    assert_true(distance_from_formula(out) < 12);
    read_as(WAVE "_progressive.jpg", rgb, out);
    assert_true(distance_from_formula(out) < 12);
    read_as(WAVE ".png", alpha, out);
    assert_int_equal(out[3], 255);
    unsigned char luma[HEIGHT * WIDTH];
    read_as(WAVE "_grey.png", grey, out);
    read_as(WAVE ".png", grey, luma);
    for (int i = 0; i < HEIGHT * WIDTH; i++) assert_true(abs(out[i] - luma[i]) <= 2);
    read_as(WAVE "_palette.png", rgb, out);
    assert_true(distance_from_formula(out) < 40); /* of 216 colours */
}

static void check_size(PictureSize size, const unsigned char *want, size_t count) {
    unsigned char *out = malloc((size_t)(size.height * size.width * size.channels));
    read_as(WAVE ".png", size, out);
    for (size_t i = 0; i < count; i++)
        if (abs(out[i] - want[i]) > 1) fail_msg("%zu: %d, not %d", i, out[i], want[i]);
    free(out);
}

/* Image.resize(…, BILINEAR) of Pillow 11. */
static void test_sizes(void **state) {
    (void)state;
    static const unsigned char shrunk[] = {
        18,  28, 140, 54,  28, 166, 94,  28, 187, 134, 28, 198, 174, 28, 198, 210, 28, 191, 18,  86,  166, 54,  86,  220,
        94,  86, 220, 134, 86, 166, 174, 86, 109, 210, 86, 86,  18,  148, 187, 54,  148, 220, 94, 148, 122, 134, 148, 54,
        174, 148, 106, 210, 148, 162, 18, 206, 197, 54, 206, 174, 94, 206, 51, 134, 206, 131, 174, 206, 181, 210, 206, 96};
    static const unsigned char grown[] = {
        0,   0, 127, 8,   0, 127, 18,  0, 127, 28,  0, 127, 37,  0, 127, 47,  0, 127, 56,  0, 127, 66,  0, 127, 76,
        0,   127, 85, 0,  127, 95, 0,  127, 104, 0, 127, 114, 0, 127, 124, 0, 127, 133, 0, 127, 143, 0, 127, 152, 0,
        127, 162, 0, 127, 172, 0, 127, 181, 0, 127, 191, 0, 127, 200, 0, 127, 210, 0, 127, 220, 0, 127, 228, 0, 127};
    check_size((PictureSize){4, 6, 3}, shrunk, sizeof shrunk);
    check_size((PictureSize){17, 25, 3}, grown, sizeof grown);
    check_size((PictureSize){1, 1, 3}, (const unsigned char[]){114, 117, 143}, 2);
}

static void test_damage(void **state) {
    (void)state;
    static const char *const files[] = {WAVE ".png", WAVE ".jpg", WAVE "_progressive.jpg"};
    unsigned char out[HEIGHT * WIDTH * 3];
    const char *why;
    for (size_t i = 0; i < 3; i++) {
        size_t length;
        unsigned char *bytes = load(files[i], &length);
        for (size_t cut = 0; cut < length - 2; cut++)
            assert_false(picture_read(bytes, cut, (PictureSize){HEIGHT, WIDTH, 3}, out, &why));
        assert_non_null(why);
        free(bytes);
    }
    size_t length;
    unsigned char *bytes = load(WAVE ".png", &length);
    for (size_t at = 8; at < length - 12; at++) {
        bytes[at] ^= 1;
        assert_false(picture_read(bytes, length, (PictureSize){HEIGHT, WIDTH, 3}, out, &why));
        bytes[at] ^= 1;
    }
    free(bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_formats), cmocka_unit_test(test_sizes),
                                       cmocka_unit_test(test_damage)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
