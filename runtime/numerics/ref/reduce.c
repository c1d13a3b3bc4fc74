/* Reductions with a fixed scheme: element i goes to lane i mod 16, lanes are joined by a fixed tree, so the bits depend
 * on the length alone. Rows are padded to whole vectors; the padding is read and never counted. */
#include "numerics/vector.h"

TEMPLATE float lk_row_sum(const float *x, int64_t count) {
    v16 sum = 0.0f;
    int64_t i = 0;
    for (; i + LANES <= count; i += LANES) sum += vector_load(x + i);
    if (i < count) sum += vector_load_tail(x + i, count - i, 0.0f);
    return vector_reduce_add(sum);
}

/* -infinity for no elements; NaN propagates. */
TEMPLATE float lk_row_max(const float *x, int64_t count) {
    v16 largest = -__builtin_inff();
    int64_t i = 0;
    for (; i + LANES <= count; i += LANES) largest = vector_max(largest, vector_load(x + i));
    if (i < count) largest = vector_max(largest, vector_load_tail(x + i, count - i, -__builtin_inff()));
    return vector_reduce_max(largest);
}

/* Four chains of vectors, in floats up to this many vectors each, then in double. */
enum { CHAINS = 4, CHAIN_VECTORS = 1024 };

typedef struct Chains {
    v16 lane[CHAINS];
} Chains;

HELPER double chains_total(Chains chains) {
    v16 lanes = (chains.lane[0] + chains.lane[1]) + (chains.lane[2] + chains.lane[3]);
    double total = 0;
    UNROLL_FULLY for (int i = 0; i < LANES; i++)
        total += (double)lanes[i];
    return total;
}

/* sum of a[i] * b[i] over at most 4 * 1024 vectors. */
HELPER double block_dot(const float *a, const float *b, int64_t count) {
    Chains chains = {{0.0f, 0.0f, 0.0f, 0.0f}};
    int64_t i = 0;
    UNROLL_NEVER for (; i + CHAINS * LANES <= count; i += CHAINS * LANES) {
        UNROLL_FULLY for (int chain = 0; chain < CHAINS; chain++) {
            int64_t at = i + chain * LANES;
            chains.lane[chain] =
                __builtin_elementwise_fma(vector_load(a + at), vector_load(b + at), chains.lane[chain]);
        }
    }
    UNROLL_NEVER for (; i < count; i += LANES) {
        v16 left = vector_load_tail(a + i, count - i, 0.0f);
        v16 right = vector_load_tail(b + i, count - i, 0.0f);
        chains.lane[0] = __builtin_elementwise_fma(left, right, chains.lane[0]);
    }
    return chains_total(chains);
}

HELPER double row_dot(const float *a, const float *b, int64_t count) {
    enum { BLOCK = CHAINS * LANES * CHAIN_VECTORS };
    double total = 0;
    UNROLL_NEVER for (int64_t begin = 0; begin < count; begin += BLOCK) {
        total += block_dot(a + begin, b + begin, count - begin < BLOCK ? count - begin : BLOCK);
    }
    return total;
}

/* sum of a[i, j] * b[i, j] over rows and columns. */
TEMPLATE double lk_dot(int64_t rows, int64_t columns, const float *a, int64_t lda, const float *b, int64_t ldb) {
    double total = 0;
    UNROLL_NEVER for (int64_t row = 0; row < rows; row++)
        total += row_dot(a + row * lda, b + row * ldb, columns);
    return total;
}

TEMPLATE double lk_sum_squares(int64_t rows, int64_t columns, const float *x, int64_t ld) {
    return lk_dot(rows, columns, x, ld, x, ld);
}

/* The sum of x[i] for i < count, in blocks of 1024 vectors that are joined in double. */
TEMPLATE float lk_sum(const float *x, int64_t count) {
    enum { BLOCK = LANES * CHAIN_VECTORS };
    double total = 0;
    UNROLL_NEVER for (int64_t begin = 0; begin < count; begin += BLOCK) {
        v16 sum = 0.0f;
        int64_t end = count - begin < BLOCK ? count : begin + BLOCK;
        int64_t i = begin;
        UNROLL_NEVER for (; i + LANES <= end; i += LANES)
            sum += vector_load(x + i);
        if (i < end) sum += vector_load_tail(x + i, end - i, 0.0f);
        UNROLL_FULLY for (int lane = 0; lane < LANES; lane++)
            total += (double)sum[lane];
    }
    return (float)total;
}

/* out[j] = (accumulate ? out[j] : 0) + sum over rows of x[row, j], rows in ascending order, one chain a column. Columns
 * begin..end are whole vectors. */
TEMPLATE void lk_column_sum(int64_t rows, int64_t column_begin, int64_t column_end, const float *x, int64_t ld,
                            float *out, int64_t accumulate) {
    enum { WIDTH = 4 };
    int64_t column = column_begin;
    UNROLL_NEVER for (; column + WIDTH * LANES <= column_end; column += WIDTH * LANES) {
        v16 sum[WIDTH];
        UNROLL_FULLY for (int j = 0; j < WIDTH; j++)
            sum[j] = accumulate ? vector_load(out + column + j * LANES) : (v16)0.0f;
        UNROLL_NEVER for (int64_t row = 0; row < rows; row++) {
            UNROLL_FULLY for (int j = 0; j < WIDTH; j++)
                sum[j] += vector_load(x + row * ld + column + j * LANES);
        }
        UNROLL_FULLY for (int j = 0; j < WIDTH; j++)
            vector_store(out + column + j * LANES, sum[j]);
    }
    UNROLL_NEVER for (; column < column_end; column += LANES) {
        v16 sum = accumulate ? vector_load(out + column) : (v16)0.0f;
        UNROLL_NEVER for (int64_t row = 0; row < rows; row++)
            sum += vector_load(x + row * ld + column);
        vector_store(out + column, sum);
    }
}
