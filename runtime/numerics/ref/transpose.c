/* Transposition in blocks of 16 x 16 that stay in registers: four rounds swap squares of 1, 2, 4 and 8 lanes across the
 * diagonal. */
#include "numerics/vector.h"

typedef struct Block {
    v16 row[LANES];
} Block;

/* Rows i and i + size exchange their lanes: the upper one takes the lower's left squares for its
 * right ones. */
#define SWAP_SQUARES(block, size)                                                                                      \
    UNROLL_FULLY for (int i = 0; i < LANES; i++) {                                                                     \
        if (i & (size)) continue;                                                                                      \
        v16 upper = (block).row[i], lower = (block).row[i + (size)];                                                   \
        (block).row[i] = __builtin_shufflevector(upper, lower, KEPT_##size);                                           \
        (block).row[i + (size)] = __builtin_shufflevector(lower, upper, SWAPPED_##size);                               \
    }

/* Lane numbers of the two results; 16 and more are lanes of the second operand. */
#define KEPT_1 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30
#define SWAPPED_1 17, 1, 19, 3, 21, 5, 23, 7, 25, 9, 27, 11, 29, 13, 31, 15
#define KEPT_2 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29
#define SWAPPED_2 18, 19, 2, 3, 22, 23, 6, 7, 26, 27, 10, 11, 30, 31, 14, 15
#define KEPT_4 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27
#define SWAPPED_4 20, 21, 22, 23, 4, 5, 6, 7, 28, 29, 30, 31, 12, 13, 14, 15
#define KEPT_8 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23
#define SWAPPED_8 24, 25, 26, 27, 28, 29, 30, 31, 8, 9, 10, 11, 12, 13, 14, 15

HELPER Block block_transpose(Block block) {
    SWAP_SQUARES(block, 1)
    SWAP_SQUARES(block, 2)
    SWAP_SQUARES(block, 4)
    SWAP_SQUARES(block, 8)
    return block;
}

/* out[j, i] = in[i, j]; the padding of out's rows (up to whole vectors) becomes 0. Rows of `in` are padded. */
TEMPLATE void lk_transpose(int64_t rows, int64_t cols, const float *in, int64_t ld_in, float *out, int64_t ld_out) {
    UNROLL_NEVER for (int64_t row = 0; row < rows; row += LANES) {
        UNROLL_NEVER for (int64_t column = 0; column < cols; column += LANES) {
            const float *from = in + row * ld_in + column;
            float *to = out + column * ld_out + row;
            Block block;
            UNROLL_FULLY for (int i = 0; i < LANES; i++)
                block.row[i] = row + i < rows ? vector_load(from + i * ld_in) : (v16)0.0f;
            block = block_transpose(block);
            UNROLL_FULLY for (int i = 0; i < LANES; i++) {
                if (column + i < cols) vector_store(to + i * ld_out, block.row[i]);
            }
        }
    }
}
