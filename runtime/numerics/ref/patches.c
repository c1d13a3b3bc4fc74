/* Convolutions as matrix products. Patch number p = (image, y, x) is a row of size_y x size_x x channels numbers, a copy
 * of what its window sees. Rows of patches are made block by block into a panel that stays in the second-level cache,
 * where the product reads them; the whole matrix never exists. Copying costs one load and one store where the product
 * has as many multiply-adds as there are filters.
 *
 * Sums are the chains of contract.c over ascending depth, whatever the blocks and parts. */
#include "numerics/kernels.h"
#include "numerics/windows.h"

/* Pixels of a line that lie side by side are one run. */
HELPER int64_t pixels_joined(Windows w, Image image) { return image.pixel == w.channels && w.dilation_x == 1; }

/* Floats from `from` to `to` of one line of the patch, to `out`. */
HELPER void patch_line(Windows w, Image image, const float *line, Inside x, int64_t from, int64_t to, float *out) {
    if (pixels_joined(w, image)) {
        int64_t low = lesser(greater(from, x.low * w.channels), to), high = greater(lesser(to, x.high * w.channels), low);
        const float *pixels = line + x.first * w.channels;
        if (low > from) run_zero(out, low - from);
        run_copy(out + (low - from), pixels + low, high - low);
        if (to > high) run_zero(out + (high - from), to - high);
        return;
    }
    UNROLL_NEVER for (int64_t k = from / w.channels; k * w.channels < to; k++) {
        int64_t begin = greater(from, k * w.channels), end = lesser(to, (k + 1) * w.channels);
        float *place = out + (begin - from);
        if (k < x.low || k >= x.high) run_zero(place, end - begin);
        else run_copy(place, line + (x.first + k * w.dilation_x) * image.pixel + (begin - k * w.channels), end - begin);
    }
}

/* Floats begin..end of patch `number`; up to 15 behind them are written, too. */
HELPER void patch_row(Windows w, Image image, int64_t number, int64_t begin, int64_t end, float *out) {
    int64_t row = number / (w.places_y * w.places_x), place = number % (w.places_y * w.places_x);
    Inside y = lines_inside(w, place / w.places_x), x = pixels_inside(w, place % w.places_x);
    int64_t length = w.size_x * w.channels;
    UNROLL_NEVER for (int64_t i = begin / length; i * length < end; i++) {
        int64_t from = greater(begin - i * length, 0), to = lesser(end - i * length, length);
        float *place_of_line = out + (i * length + from - begin);
        if (i < y.low || i >= y.high) {
            run_zero(place_of_line, to - from);
            continue;
        }
        const float *line = image.at + row * image.row + (y.first + i * w.dilation_y) * image.line;
        patch_line(w, image, line, x, from, to, place_of_line);
    }
}

/* The patch `number` added to where it comes from. */
HELPER void patch_row_add(Windows w, Image image, int64_t number, const float *patch) {
    int64_t row = number / (w.places_y * w.places_x), place = number % (w.places_y * w.places_x);
    Inside y = lines_inside(w, place / w.places_x), x = pixels_inside(w, place % w.places_x);
    int64_t length = w.size_x * w.channels;
    if (x.high <= x.low) return;
    UNROLL_NEVER for (int64_t i = y.low; i < y.high; i++) {
        const float *from = patch + i * length;
        if (pixels_joined(w, image)) {
            run_add(cell_at(image, w, row, y, x, i, x.low), from + x.low * w.channels, (x.high - x.low) * w.channels);
            continue;
        }
        UNROLL_NEVER for (int64_t k = x.low; k < x.high; k++)
            run_add(cell_at(image, w, row, y, x, i, k), from + k * w.channels, w.channels);
    }
}

/* Patches row_begin..row_end as a matrix; one thread alone, for a row runs over into the next. */
TEMPLATE void lk_patches(int64_t row_begin, int64_t row_end, WINDOW_PARAMETERS, IMAGE_PARAMETERS(image), float *out,
                         int64_t ld_out) {
    Windows w = WINDOW_GIVEN;
    UNROLL_NEVER for (int64_t row = row_begin; row < row_end; row++)
        patch_row(w, IMAGE_GIVEN(image), row, 0, w.size_y * w.size_x * w.channels, out + row * ld_out);
}

/* Images image_begin..image_end out of the matrix of all patches. */
TEMPLATE void lk_patches_add(int64_t image_begin, int64_t image_end, WINDOW_PARAMETERS, const float *patches,
                             int64_t ld_patches, IMAGE_PARAMETERS(image), int64_t image_pitch) {
    Windows w = WINDOW_GIVEN;
    int64_t places = w.places_y * w.places_x;
    UNROLL_NEVER for (int64_t row = image_begin; row < image_end; row++) {
        run_zero(image + row * image_row, image_floats(w, image_pitch));
        UNROLL_NEVER for (int64_t number = row * places; number < (row + 1) * places; number++)
            patch_row_add(w, IMAGE_GIVEN(image), number, patches + number * ld_patches);
    }
}

HELPER void contract(int64_t narrow, int64_t rows, int64_t columns, int64_t depth, const float *a, int64_t a_row_stride,
                     int64_t a_depth_stride, const float *b, int64_t ldb, const float *bias, float *c, int64_t ldc,
                     int64_t accumulate) {
    if (narrow)
        lk_contract_narrow(0, rows, 0, columns, depth, a, a_row_stride, a_depth_stride, b, ldb, bias, c, ldc, accumulate);
    else
        lk_contract(0, rows, 0, columns, depth, a, a_row_stride, a_depth_stride, b, ldb, bias, c, ldc, accumulate);
}

/* out[p, :] = bias + patch p times b, for row_begin <= p < row_end. */
TEMPLATE void lk_convolve(int64_t narrow, int64_t row_begin, int64_t row_end, int64_t columns, WINDOW_PARAMETERS,
                          IMAGE_PARAMETERS(image), const float *b, int64_t ldb, const float *bias, float *out,
                          int64_t ld_out, float *panel, int64_t ld_panel, int64_t panel_rows) {
    Windows w = WINDOW_GIVEN;
    int64_t depth = w.size_y * w.size_x * w.channels;
    UNROLL_NEVER for (int64_t row = row_begin; row < row_end; row += panel_rows) {
        int64_t rows = lesser(panel_rows, row_end - row);
        UNROLL_NEVER for (int64_t i = 0; i < rows; i++)
            patch_row(w, IMAGE_GIVEN(image), row + i, 0, depth, panel + i * ld_panel);
        contract(narrow, rows, columns, depth, panel, ld_panel, 1, b, ldb, bias, out + row * ld_out, ld_out, 0);
    }
}

/* The gradient by the weights, rows row_begin..row_end of it: out[k, :] = sum over patches p of patch[p, k] * b[p, :]. */
TEMPLATE void lk_convolve_weights(int64_t narrow, int64_t row_begin, int64_t row_end, int64_t patches, int64_t columns,
                                  WINDOW_PARAMETERS, IMAGE_PARAMETERS(image), const float *b, int64_t ldb, float *out,
                                  int64_t ld_out, float *panel, int64_t ld_panel, int64_t panel_rows) {
    UNROLL_NEVER for (int64_t number = 0; number < patches; number += panel_rows) {
        int64_t depth = lesser(panel_rows, patches - number);
        UNROLL_NEVER for (int64_t i = 0; i < depth; i++)
            patch_row(WINDOW_GIVEN, IMAGE_GIVEN(image), number + i, row_begin, row_end, panel + i * ld_panel);
        contract(narrow, row_end - row_begin, columns, depth, panel, 1, ld_panel, b + number * ldb, ldb, (float *)0,
                 out + row_begin * ld_out, ld_out, number > 0);
    }
}

/* The gradient by the images: rows of `a` times b are patches, which are added up where they come from. Blocks of
 * `panel_rows` patches begin anew with each image. */
TEMPLATE void lk_convolve_back(int64_t narrow, int64_t image_begin, int64_t image_end, int64_t depth, WINDOW_PARAMETERS,
                               const float *a, int64_t lda, const float *b, int64_t ldb, IMAGE_PARAMETERS(image),
                               int64_t image_pitch, float *panel, int64_t ld_panel, int64_t panel_rows) {
    Windows w = WINDOW_GIVEN;
    int64_t places = w.places_y * w.places_x;
    int64_t columns = (w.size_y * w.size_x * w.channels + LANES - 1) / LANES * LANES;
    UNROLL_NEVER for (int64_t row = image_begin; row < image_end; row++) {
        run_zero(image + row * image_row, image_floats(w, image_pitch));
        UNROLL_NEVER for (int64_t first = 0; first < places; first += panel_rows) {
            int64_t rows = lesser(panel_rows, places - first), number = row * places + first;
            contract(narrow, rows, columns, depth, a + number * lda, lda, 1, b, ldb, (float *)0, panel, ld_panel, 0);
            UNROLL_NEVER for (int64_t i = 0; i < rows; i++)
                patch_row_add(w, IMAGE_GIVEN(image), number + i, panel + i * ld_panel);
        }
    }
}
