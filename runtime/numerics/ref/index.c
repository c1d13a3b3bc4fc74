/* Rows of a table picked by index, and the gradient of that. */
#include "numerics/vector.h"

/* out[row, :] = table[indices[row * index_stride], :]. Whole vectors are moved: width is rounded up into the padding of both. */
TEMPLATE void lk_gather(int64_t rows, int64_t width, const float *table, int64_t ld, const int32_t *indices, int64_t index_stride,
                        float *out, int64_t ld_out) {
    for (int64_t row = 0; row < rows; row++) {
        const float *from = table + indices[row * index_stride] * ld;
        float *to = out + row * ld_out;
        for (int64_t column = 0; column < width; column += LANES) vector_store(to + column, vector_load(from + column));
    }
}

/* out[indices[row * index_stride], :] += grad[row, :], rows in ascending order; `out` holds what is added to. */
TEMPLATE void lk_scatter_add(int64_t rows, int64_t width, const float *grad, int64_t ld_grad, const int32_t *indices,
                             int64_t index_stride, float *out, int64_t ld_out) {
    for (int64_t row = 0; row < rows; row++) {
        const float *from = grad + row * ld_grad;
        float *to = out + indices[row * index_stride] * ld_out;
        for (int64_t column = 0; column < width; column += LANES) {
            vector_store(to + column, vector_load(to + column) + vector_load(from + column));
        }
    }
}
