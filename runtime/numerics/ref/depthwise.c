/* Each channel convolved by itself, 16 channels at a time: weights [size_y x size_x, channels], rows padded to whole
 * vectors. Chains of fused multiply-adds in the order of the cells, then of the places. */
#include "numerics/windows.h"

#define FOR_EACH_PLACE(w, y, x)                                                                                        \
    UNROLL_NEVER for (int64_t y = 0; y < (w).places_y; y++)                                                            \
        UNROLL_NEVER for (int64_t x = 0; x < (w).places_x; x++)

HELPER float *place_at(Image places, int64_t row, int64_t y, int64_t x) {
    return places.at + row * places.row + y * places.line + x * places.pixel;
}

TEMPLATE void lk_depthwise(int64_t image_begin, int64_t image_end, WINDOW_PARAMETERS, IMAGE_PARAMETERS(image),
                           const float *weights, int64_t ld_weights, IMAGE_PARAMETERS(out)) {
    Windows w = WINDOW_GIVEN;
    UNROLL_NEVER for (int64_t row = image_begin; row < image_end; row++) {
        FOR_EACH_PLACE(w, y, x) {
            Inside lines = lines_inside(w, y), pixels = pixels_inside(w, x);
            UNROLL_NEVER for (int64_t column = 0; column < w.channels; column += LANES) {
                v16 sum = 0.0f;
                UNROLL_NEVER for (int64_t i = lines.low; i < lines.high; i++) {
                    UNROLL_NEVER for (int64_t k = pixels.low; k < pixels.high; k++)
                        sum = vector_fma(vector_load(cell_at(IMAGE_GIVEN(image), w, row, lines, pixels, i, k) + column),
                                         vector_load(weights + (i * w.size_x + k) * ld_weights + column), sum);
                }
                vector_store(place_at(IMAGE_GIVEN(out), row, y, x) + column, sum);
            }
        }
    }
}

TEMPLATE void lk_depthwise_back(int64_t image_begin, int64_t image_end, WINDOW_PARAMETERS, IMAGE_PARAMETERS(upstream),
                                const float *weights, int64_t ld_weights, IMAGE_PARAMETERS(out), int64_t out_pitch) {
    Windows w = WINDOW_GIVEN;
    UNROLL_NEVER for (int64_t row = image_begin; row < image_end; row++) {
        run_zero(out + row * out_row, image_floats(w, out_pitch));
        FOR_EACH_PLACE(w, y, x) {
            Inside lines = lines_inside(w, y), pixels = pixels_inside(w, x);
            UNROLL_NEVER for (int64_t column = 0; column < w.channels; column += LANES) {
                v16 flow = vector_load(place_at(IMAGE_GIVEN(upstream), row, y, x) + column);
                UNROLL_NEVER for (int64_t i = lines.low; i < lines.high; i++) {
                    UNROLL_NEVER for (int64_t k = pixels.low; k < pixels.high; k++) {
                        float *to = cell_at(IMAGE_GIVEN(out), w, row, lines, pixels, i, k) + column;
                        v16 factor = vector_load(weights + (i * w.size_x + k) * ld_weights + column);
                        vector_store(to, vector_fma(flow, factor, vector_load(to)));
                    }
                }
            }
        }
    }
}

/* Rows cell_begin..cell_end of the gradient by the weights: a cell of the window each, over all images. */
TEMPLATE void lk_depthwise_weights(int64_t cell_begin, int64_t cell_end, int64_t images, WINDOW_PARAMETERS,
                                   IMAGE_PARAMETERS(image), IMAGE_PARAMETERS(upstream), float *out, int64_t ld_out) {
    Windows w = WINDOW_GIVEN;
    UNROLL_NEVER for (int64_t cell = cell_begin; cell < cell_end; cell++) {
        int64_t i = cell / w.size_x, k = cell % w.size_x;
        UNROLL_NEVER for (int64_t column = 0; column < w.channels; column += LANES) {
            v16 sum = 0.0f;
            UNROLL_NEVER for (int64_t row = 0; row < images; row++) {
                FOR_EACH_PLACE(w, y, x) {
                    Inside lines = lines_inside(w, y), pixels = pixels_inside(w, x);
                    if (i < lines.low || i >= lines.high || k < pixels.low || k >= pixels.high) continue;
                    sum = vector_fma(vector_load(cell_at(IMAGE_GIVEN(image), w, row, lines, pixels, i, k) + column),
                                     vector_load(place_at(IMAGE_GIVEN(upstream), row, y, x) + column), sum);
                }
            }
            vector_store(out + cell * ld_out + column, sum);
        }
    }
}
