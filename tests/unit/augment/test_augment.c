/* Augmentations: what each does to an image, that it stays within its bounds, that it changes no other column, and that a step's rows
 * come out the same whatever the threads. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "augment/augment.h"

enum { HEIGHT = 5, WIDTH = 4, CHANNELS = 2, IMAGE = HEIGHT * WIDTH * CHANNELS, ROWS = 40, STRIDE = 48, BEGIN = 3 };

/* A step whose rows hold three other columns, an image, and one target; labels and targets of a partner behind. */
typedef struct Case {
    LrtColumn column;
    LrtSlot slot;
    LrtInput input;
    LrtAugment augment;
    LrtProgram program;
    Machine machine;
    _Alignas(64) unsigned char arena[ROWS * (STRIDE + 4) * 4];
} Case;

static float *features(Case *c, int64_t row) { return (float *)(void *)c->arena + row * STRIDE; }
static float *image(Case *c, int64_t row) { return features(c, row) + BEGIN; }
static float *targets(Case *c, int64_t row) { return (float *)(void *)c->arena + ROWS * STRIDE + row * 2; }
static int32_t *labels(Case *c, int64_t row) { return (int32_t *)(void *)c->arena + ROWS * (STRIDE + 2) + row * 2; }

static float original(int64_t row, int64_t cell) { return (float)(1 + (row * 7 + cell * 13) % 29); }

static void fill(Case *c) {
    for (int64_t row = 0; row < ROWS; row++) {
        for (int64_t i = 0; i < STRIDE; i++) features(c, row)[i] = i < BEGIN || i >= BEGIN + IMAGE ? -7 : original(row, i - BEGIN);
        targets(c, row)[0] = (float)row;
        targets(c, row)[1] = 0;
        labels(c, row)[0] = (int32_t)row;
        labels(c, row)[1] = 0;
    }
}

static Case *begin(LrtAugment augment) {
    Case *c = calloc(1, sizeof *c);
    assert_non_null(c);
    c->column = (LrtColumn){.name = "x", .type = LRT_COLUMN_IMAGE, .rank = 3, .dims = {HEIGHT, WIDTH, CHANNELS}};
    c->slot = (LrtSlot){.kind = LRT_SLOT_MATRIX};
    c->input = (LrtInput){.name = "x", .offset = BEGIN, .width = IMAGE};
    c->augment = augment;
    c->program.data = (LrtDataSpec){.columns = &c->column, .column_count = 1, .slots = &c->slot, .slot_count = 1,
                                    .inputs = &c->input, .input_count = 1, .target_width = 1, .label_width = 1};
    c->program.augments = &c->augment;
    c->program.augment_count = 1;
    c->program.step = (LrtEntry){.capacity = ROWS, .features = 0, .feature_stride = STRIDE,
                                 .targets = (int64_t)ROWS * STRIDE * 4, .target_stride = 2,
                                 .labels = (int64_t)ROWS * (STRIDE + 2) * 4, .label_stride = 2, .indices = -1, .weights = -1};
    c->machine = (Machine){.program = &c->program, .arena = c->arena};
    fill(c);
    return c;
}

static void run(Case *c, uint64_t seed, int64_t step) {
    Augmenter augmenter;
    LrtError error = {0};
    fill(c);
    assert_true(augmenter_init(&augmenter, &c->machine, seed, &error));
    augment_rows(&augmenter, step, ROWS);
    augmenter_free(&augmenter);
    for (int64_t row = 0; row < ROWS; row++)
        for (int64_t i = 0; i < STRIDE; i++)
            if (i < BEGIN || i >= BEGIN + IMAGE) assert_true(features(c, row)[i] == -7);
}

static int64_t cell(int64_t y, int64_t x, int64_t channel) { return (y * WIDTH + x) * CHANNELS + channel; }

/* Whether the row's image is the original moved by (down, right). */
static bool is_moved(Case *c, int64_t row, int64_t down, int64_t right) {
    for (int64_t y = 0; y < HEIGHT; y++)
        for (int64_t x = 0; x < WIDTH; x++)
            for (int64_t k = 0; k < CHANNELS; k++) {
                int64_t from_y = y - down, from_x = x - right;
                bool inside = from_y >= 0 && from_y < HEIGHT && from_x >= 0 && from_x < WIDTH;
                if (image(c, row)[cell(y, x, k)] != (inside ? original(row, cell(from_y, from_x, k)) : 0)) return false;
            }
    return true;
}

static void test_shift(void **state) {
    (void)state;
    Case *c = begin((LrtAugment){.kind = LRT_AUGMENT_SHIFT, .number = {2}});
    int64_t seen[5][5] = {{0}}, different = 0;
    for (int64_t step = 0; step < 10; step++) {
        run(c, 1, step);
        for (int64_t row = 0; row < ROWS; row++) {
            int64_t found = 0;
            for (int64_t down = -2; down <= 2; down++)
                for (int64_t right = -2; right <= 2; right++)
                    if (is_moved(c, row, down, right)) {
                        different += seen[down + 2][right + 2]++ == 0;
                        found++;
                    }
            assert_int_equal(found, 1);
        }
    }
    assert_int_equal(different, 25);
    free(c);
}

static void test_flip(void **state) {
    (void)state;
    for (int vertical = 0; vertical < 2; vertical++) {
        Case *c = begin((LrtAugment){.kind = LRT_AUGMENT_FLIP, .vertical = vertical});
        int64_t flipped = 0;
        run(c, 1, 0);
        for (int64_t row = 0; row < ROWS; row++) {
            bool same = is_moved(c, row, 0, 0);
            flipped += !same;
            for (int64_t i = 0; !same && i < IMAGE; i++) {
                int64_t k = i % CHANNELS, x = i / CHANNELS % WIDTH, y = i / CHANNELS / WIDTH;
                int64_t from = vertical ? cell(HEIGHT - 1 - y, x, k) : cell(y, WIDTH - 1 - x, k);
                assert_true(image(c, row)[i] == original(row, from));
            }
        }
        assert_true(flipped > 8 && flipped < 32);
        free(c);
    }
}

/* The centre stays where it is; interpolated pixels never leave the range of the original; a tiny turn changes little. */
static void test_rotate_and_zoom(void **state) {
    (void)state;
    static const LrtAugment augments[] = {{.kind = LRT_AUGMENT_ROTATE, .number = {0.7}},
                                          {.kind = LRT_AUGMENT_ZOOM, .number = {0.8, 1.3}}};
    for (int i = 0; i < 2; i++) {
        Case *c = begin(augments[i]);
        int64_t changed = 0;
        run(c, 5, 3);
        for (int64_t row = 0; row < ROWS; row++) {
            changed += !is_moved(c, row, 0, 0);
            for (int64_t k = 0; k < IMAGE; k++) assert_true(image(c, row)[k] >= 0 && image(c, row)[k] <= 29.0001f);
        }
        assert_int_equal(changed, ROWS);
        c->augment.number[0] = i == 0 ? 1e-9 : 1;
        c->augment.number[1] = 1;
        run(c, 5, 3);
        for (int64_t row = 0; row < ROWS; row++)
            for (int64_t k = 0; k < IMAGE; k++) assert_true(fabsf(image(c, row)[k] - original(row, k)) < 1e-5f);
        free(c);
    }
}

/* A quarter turn of a square image moves every pixel to its place. */
static void test_quarter_turn(void **state) {
    (void)state;
    float pixels[9] = {1, 2, 3, 4, 5, 6, 7, 8, 9}, scratch[9];
    AugmentImage square = {.pixels = pixels, .scratch = scratch, .height = 3, .width = 3, .channels = 1};
    /* the angle is a · (2u - 1): with a twice the quarter over what is drawn it is a quarter */
    LrtRandom random = lrt_random_stream(1, "turn", 0), same = random;
    double drawn = 2 * lrt_random_uniform(&same) - 1;
    LrtAugment augment = {.kind = LRT_AUGMENT_ROTATE, .number = {1.57079632679489662 / drawn}};
    augment_rotate(&augment, &square, &random);
    static const float turned[2][9] = {{3, 6, 9, 2, 5, 8, 1, 4, 7}, {7, 4, 1, 8, 5, 2, 9, 6, 3}};
    bool one_way = fabsf(pixels[0] - 3) < 1;
    for (int i = 0; i < 9; i++) assert_true(fabsf(pixels[i] - turned[!one_way][i]) < 1e-5f);
}

static void test_cutout(void **state) {
    (void)state;
    Case *c = begin((LrtAugment){.kind = LRT_AUGMENT_CUTOUT, .number = {3}});
    run(c, 1, 0);
    for (int64_t row = 0; row < ROWS; row++) {
        int64_t blank = 0;
        for (int64_t k = 0; k < IMAGE; k++) {
            bool zero = image(c, row)[k] == 0;
            blank += zero;
            assert_true(zero || image(c, row)[k] == original(row, k));
        }
        assert_true(blank >= 4 * CHANNELS && blank <= 9 * CHANNELS);
    }
    free(c);
}

static void test_values(void **state) {
    (void)state;
    Case *c = begin((LrtAugment){.kind = LRT_AUGMENT_BRIGHTNESS, .number = {0.2}});
    run(c, 1, 0);
    for (int64_t row = 0; row < ROWS; row++) {
        float factor = image(c, row)[0] / original(row, 0);
        assert_true(factor >= 0.8f && factor <= 1.2f);
        for (int64_t k = 0; k < IMAGE; k++) assert_true(fabsf(image(c, row)[k] - factor * original(row, k)) < 1e-4f);
    }
    c->augment = (LrtAugment){.kind = LRT_AUGMENT_CONTRAST, .number = {0.5}};
    run(c, 1, 0);
    for (int64_t row = 0; row < ROWS; row++) {
        double before = 0, after = 0;
        for (int64_t k = 0; k < IMAGE; k++) {
            before += (double)original(row, k) / (double)IMAGE;
            after += (double)image(c, row)[k] / (double)IMAGE;
        }
        assert_true(fabs(before - after) < 1e-4);
    }
    c->augment = (LrtAugment){.kind = LRT_AUGMENT_NOISE, .number = {0.5}};
    double squares = 0;
    run(c, 1, 0);
    for (int64_t row = 0; row < ROWS; row++)
        for (int64_t k = 0; k < IMAGE; k++) squares += pow((double)(image(c, row)[k] - original(row, k)), 2) / (ROWS * IMAGE);
    assert_true(squares > 0.2 && squares < 0.3);
    free(c);
}

/* Every row is mixed with one other, all by one share of at most a half, and no row serves twice. */
static void test_mixup(void **state) {
    (void)state;
    Case *c = begin((LrtAugment){.kind = LRT_AUGMENT_MIXUP, .number = {1}});
    double shares = 0;
    for (int64_t step = 0; step < 50; step++) {
        int uses[ROWS] = {0};
        run(c, 1, step);
        double share = (double)targets(c, 0)[1];
        shares += share / 50;
        assert_true(share >= 0 && share <= 0.5);
        for (int64_t row = 0; row < ROWS; row++) {
            int32_t partner = labels(c, row)[1];
            assert_int_equal(labels(c, row)[0], row);
            assert_true(partner != row);
            uses[partner]++;
            assert_true((double)targets(c, row)[1] == share);
            assert_true(fabs((double)targets(c, row)[0] - ((double)row + share * (double)(partner - row))) < 1e-4);
            for (int64_t k = 0; k < IMAGE; k++) {
                double mixed = (double)original(row, k) * (1 - share) + (double)original(partner, k) * share;
                assert_true(fabs((double)image(c, row)[k] - mixed) < 1e-4);
            }
        }
        for (int i = 0; i < ROWS; i++) assert_int_equal(uses[i], 1);
    }
    assert_true(shares > 0.15 && shares < 0.35); /* the mean of the smaller share of a uniform one is 1/4 */
    free(c);
}

static void test_threads_and_seeds(void **state) {
    (void)state;
    Case *c = begin((LrtAugment){.kind = LRT_AUGMENT_NOISE, .number = {1}});
    static unsigned char first[sizeof c->arena];
    run(c, 1, 4);
    memcpy(first, c->arena, sizeof first);
    c->machine.pool = lrt_pool_new(3);
    c->machine.threads = 3;
    run(c, 1, 4);
    assert_memory_equal(first, c->arena, sizeof first);
    run(c, 1, 5);
    assert_memory_not_equal(first, c->arena, sizeof first);
    run(c, 2, 4);
    assert_memory_not_equal(first, c->arena, sizeof first);
    lrt_pool_free(c->machine.pool);
    free(c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shift),        cmocka_unit_test(test_flip),   cmocka_unit_test(test_rotate_and_zoom),
        cmocka_unit_test(test_quarter_turn), cmocka_unit_test(test_cutout), cmocka_unit_test(test_values),
        cmocka_unit_test(test_mixup),        cmocka_unit_test(test_threads_and_seeds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
