/* Values moved to where they are wanted, element by element, for layouts that no vector loop fits; and single columns
 * read and written as vectors. */
#include "numerics/vector.h"

/* 16 floats `stride` apart; those from `count` on are 0 and not touched. */
TEMPLATE v16 lk_load_strided(const float *from, int64_t stride, int64_t count) {
    float lanes[LANES] = {0};
    int64_t end = count < LANES ? count : LANES;
    UNROLL_NEVER for (int64_t i = 0; i < end; i++)
        lanes[i] = from[i * stride];
    return vector_load(lanes);
}

TEMPLATE v16i lk_load_strided_int(const int32_t *from, int64_t stride, int64_t count) {
    int32_t lanes[LANES] = {0};
    int64_t end = count < LANES ? count : LANES;
    UNROLL_NEVER for (int64_t i = 0; i < end; i++)
        lanes[i] = from[i * stride];
    return vector_load_int(lanes);
}

TEMPLATE void lk_store_strided(float *to, int64_t stride, int64_t count, v16 x) {
    float lanes[LANES];
    vector_store(lanes, x);
    int64_t end = count < LANES ? count : LANES;
    UNROLL_NEVER for (int64_t i = 0; i < end; i++)
        to[i * stride] = lanes[i];
}

/* Boxes of five axes; the last is innermost. */

HELPER void copy_line(int64_t count, const float *from, int64_t from_stride, float *to, int64_t to_stride) {
    int64_t i = 0;
    if (from_stride == 1 && to_stride == 1) {
        UNROLL_NEVER for (; i + LANES <= count; i += LANES)
            vector_store(to + i, vector_load(from + i));
    }
    UNROLL_NEVER for (; i < count; i++)
        to[i * to_stride] = from[i * from_stride];
}

TEMPLATE void lk_move(int64_t d0, int64_t d1, int64_t d2, int64_t d3, int64_t d4, const float *from, int64_t f0,
                      int64_t f1, int64_t f2, int64_t f3, int64_t f4, float *to, int64_t t0, int64_t t1, int64_t t2,
                      int64_t t3, int64_t t4) {
    UNROLL_NEVER for (int64_t i = 0; i < d0; i++) {
        UNROLL_NEVER for (int64_t j = 0; j < d1; j++) {
            UNROLL_NEVER for (int64_t k = 0; k < d2; k++) {
                UNROLL_NEVER for (int64_t l = 0; l < d3; l++)
                    copy_line(d4, from + i * f0 + j * f1 + k * f2 + l * f3, f4, to + i * t0 + j * t1 + k * t2 + l * t3, t4);
            }
        }
    }
}

/* The same value in every element of the box. */
TEMPLATE void lk_fill(int64_t d0, int64_t d1, int64_t d2, int64_t d3, int64_t d4, float value, float *to, int64_t t0,
                      int64_t t1, int64_t t2, int64_t t3, int64_t t4) {
    UNROLL_NEVER for (int64_t i = 0; i < d0; i++) {
        UNROLL_NEVER for (int64_t j = 0; j < d1; j++) {
            UNROLL_NEVER for (int64_t k = 0; k < d2; k++) {
                UNROLL_NEVER for (int64_t l = 0; l < d3; l++) {
                    UNROLL_NEVER for (int64_t m = 0; m < d4; m++)
                        to[i * t0 + j * t1 + k * t2 + l * t3 + m * t4] = value;
                }
            }
        }
    }
}

/* to = to + from, or the larger of both, over the box in row-major order; reduced axes have stride 0 in `to`. */
TEMPLATE void lk_reduce_axes(int64_t is_max, int64_t d0, int64_t d1, int64_t d2, int64_t d3, int64_t d4,
                             const float *from, int64_t f0, int64_t f1, int64_t f2, int64_t f3, int64_t f4, float *to,
                             int64_t t0, int64_t t1, int64_t t2, int64_t t3, int64_t t4) {
    UNROLL_NEVER for (int64_t i = 0; i < d0; i++) {
        UNROLL_NEVER for (int64_t j = 0; j < d1; j++) {
            UNROLL_NEVER for (int64_t k = 0; k < d2; k++) {
                UNROLL_NEVER for (int64_t l = 0; l < d3; l++) {
                    UNROLL_NEVER for (int64_t m = 0; m < d4; m++) {
                        float *sum = to + i * t0 + j * t1 + k * t2 + l * t3 + m * t4;
                        float value = from[i * f0 + j * f1 + k * f2 + l * f3 + m * f4];
                        if (is_max) *sum = value > *sum || value != value ? value : *sum; /* NaN stays */
                        else *sum += value;
                    }
                }
            }
        }
    }
}

/* `count` elements in row-major order from rows of one length to rows of another. */
TEMPLATE void lk_reshape(int64_t count, int64_t from_columns, const float *from, int64_t from_stride, int64_t to_columns,
                         float *to, int64_t to_stride) {
    int64_t from_row = 0, from_column = 0, to_row = 0, to_column = 0;
    UNROLL_NEVER for (int64_t i = 0; i < count; i++) {
        to[to_row * to_stride + to_column] = from[from_row * from_stride + from_column];
        if (++from_column == from_columns) from_column = 0, from_row++;
        if (++to_column == to_columns) to_column = 0, to_row++;
    }
}

/* outer x inner rows become inner x outer: a sequence between batch-major and time-major. */
TEMPLATE void lk_swap_rows(int64_t outer, int64_t inner, int64_t width, const float *from, int64_t from_stride, float *to,
                           int64_t to_stride) {
    UNROLL_NEVER for (int64_t i = 0; i < outer; i++) {
        UNROLL_NEVER for (int64_t k = 0; k < inner; k++)
            copy_line(width, from + (i * inner + k) * from_stride, 1, to + (k * outer + i) * to_stride, 1);
    }
}
