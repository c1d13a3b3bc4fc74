/* Pools: the greatest and the mean of each window, 16 channels at a time, and their gradients. Images
 * image_begin..image_end; windows in the order of their places. */
#include "numerics/windows.h"

#define FOR_EACH_WINDOW(w, row, y, x, column)                                                                          \
    UNROLL_NEVER for (int64_t row = image_begin; row < image_end; row++)                                               \
        UNROLL_NEVER for (int64_t y##_place = 0; y##_place < (w).places_y; y##_place++)                                \
            UNROLL_NEVER for (int64_t x##_place = 0; x##_place < (w).places_x; x##_place++)                            \
                UNROLL_NEVER for (int64_t column = 0; column < (w).channels; column += LANES)

HELPER float *place_at(Image places, int64_t row, int64_t y, int64_t x) {
    return places.at + row * places.row + y * places.line + x * places.pixel;
}

/* The greatest so far and the number of the cell that has it. */
typedef struct Greatest {
    v16 value;
    v16i cell;
} Greatest;

/* Of equals the first counts, and NaN above all, as in PyTorch. */
HELPER Greatest window_greatest(Windows w, Image image, int64_t row, Inside y, Inside x, int64_t column) {
    Greatest greatest = {vector_load(cell_at(image, w, row, y, x, y.low, x.low) + column),
                         (v16i)(int32_t)(y.low * w.size_x + x.low)};
    UNROLL_NEVER for (int64_t i = y.low; i < y.high; i++) {
        UNROLL_NEVER for (int64_t k = x.low; k < x.high; k++) {
            v16 value = vector_load(cell_at(image, w, row, y, x, i, k) + column);
            v16i taken = ~(value <= greatest.value) & (greatest.value == greatest.value);
            greatest.value = vector_select(taken, value, greatest.value);
            greatest.cell = vector_select_int(taken, (v16i)(int32_t)(i * w.size_x + k), greatest.cell);
        }
    }
    return greatest;
}

TEMPLATE void lk_window_max(int64_t image_begin, int64_t image_end, WINDOW_PARAMETERS, IMAGE_PARAMETERS(image),
                            IMAGE_PARAMETERS(out)) {
    Windows w = WINDOW_GIVEN;
    FOR_EACH_WINDOW(w, row, y, x, column) {
        Inside lines = lines_inside(w, y_place), pixels = pixels_inside(w, x_place);
        vector_store(place_at(IMAGE_GIVEN(out), row, y_place, x_place) + column,
                     window_greatest(w, IMAGE_GIVEN(image), row, lines, pixels, column).value);
    }
}

/* What flows into each window goes to the cell that has its greatest value. */
TEMPLATE void lk_window_max_back(int64_t image_begin, int64_t image_end, WINDOW_PARAMETERS, IMAGE_PARAMETERS(image),
                                 IMAGE_PARAMETERS(upstream), IMAGE_PARAMETERS(out), int64_t out_pitch) {
    Windows w = WINDOW_GIVEN;
    UNROLL_NEVER for (int64_t row = image_begin; row < image_end; row++)
        run_zero(out + row * out_row, image_floats(w, out_pitch));
    FOR_EACH_WINDOW(w, row, y, x, column) {
        Inside lines = lines_inside(w, y_place), pixels = pixels_inside(w, x_place);
        v16i cell = window_greatest(w, IMAGE_GIVEN(image), row, lines, pixels, column).cell;
        v16 flow = vector_load(place_at(IMAGE_GIVEN(upstream), row, y_place, x_place) + column);
        UNROLL_NEVER for (int64_t i = lines.low; i < lines.high; i++) {
            UNROLL_NEVER for (int64_t k = pixels.low; k < pixels.high; k++) {
                float *to = cell_at(IMAGE_GIVEN(out), w, row, lines, pixels, i, k) + column;
                v16i here = cell == (v16i)(int32_t)(i * w.size_x + k);
                vector_store(to, vector_load(to) + vector_select(here, flow, (v16)0.0f));
            }
        }
    }
}

/* 1 / the number of cells inside. */
HELPER v16 window_share(Inside y, Inside x) { return (v16)(1.0f / (float)((y.high - y.low) * (x.high - x.low))); }

TEMPLATE void lk_window_mean(int64_t image_begin, int64_t image_end, WINDOW_PARAMETERS, IMAGE_PARAMETERS(image),
                             IMAGE_PARAMETERS(out)) {
    Windows w = WINDOW_GIVEN;
    FOR_EACH_WINDOW(w, row, y, x, column) {
        Inside lines = lines_inside(w, y_place), pixels = pixels_inside(w, x_place);
        v16 sum = 0.0f;
        UNROLL_NEVER for (int64_t i = lines.low; i < lines.high; i++) {
            UNROLL_NEVER for (int64_t k = pixels.low; k < pixels.high; k++)
                sum += vector_load(cell_at(IMAGE_GIVEN(image), w, row, lines, pixels, i, k) + column);
        }
        vector_store(place_at(IMAGE_GIVEN(out), row, y_place, x_place) + column, sum * window_share(lines, pixels));
    }
}

TEMPLATE void lk_window_spread(int64_t image_begin, int64_t image_end, WINDOW_PARAMETERS, IMAGE_PARAMETERS(upstream),
                               IMAGE_PARAMETERS(out), int64_t out_pitch) {
    Windows w = WINDOW_GIVEN;
    UNROLL_NEVER for (int64_t row = image_begin; row < image_end; row++)
        run_zero(out + row * out_row, image_floats(w, out_pitch));
    FOR_EACH_WINDOW(w, row, y, x, column) {
        Inside lines = lines_inside(w, y_place), pixels = pixels_inside(w, x_place);
        v16 flow = vector_load(place_at(IMAGE_GIVEN(upstream), row, y_place, x_place) + column) *
                   window_share(lines, pixels);
        UNROLL_NEVER for (int64_t i = lines.low; i < lines.high; i++) {
            UNROLL_NEVER for (int64_t k = pixels.low; k < pixels.high; k++) {
                float *to = cell_at(IMAGE_GIVEN(out), w, row, lines, pixels, i, k) + column;
                vector_store(to, vector_load(to) + flow);
            }
        }
    }
}
