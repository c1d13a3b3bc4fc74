/* Matrix products. Every element of the result is one chain of fused multiply-adds over ascending depth, so its bits
 * depend neither on the tiling nor on how rows and columns are divided among threads.
 *
 * A tile of c (6x4, 8x3, 12x2 or 14x1 vectors: as many as the registers hold) stays in registers over a block of the
 * depth. Panels of columns are walked outermost: the block of b that belongs to a panel then stays in the first-level
 * cache for all rows. */
#include "numerics/vector.h"

enum {
    MAX_TILE_ROWS = 14,
    MAX_TILE_VECTORS = 4,
    PANEL_BYTES = 24 * 1024, /* of b, by panel and block of the depth */
};

typedef struct Product {
    int64_t depth; /* of this block */
    const float *a;
    int64_t a_row_stride, a_depth_stride;
    const float *b;
    int64_t ldb;
    const float *bias; /* NULL: none */
    float *c;
    int64_t ldc;
    int64_t continued; /* c holds the sum so far */
} Product;

/* What a sum without a bias starts from. */
static const float zeros[MAX_TILE_VECTORS * LANES] __attribute__((aligned(64))) = {0};

/* rows x vectors of c; both are constants wherever this is inlined. */
HELPER void contract_tile(int64_t rows, int64_t vectors, int64_t row, int64_t column, Product p) {
    v16 sum[MAX_TILE_ROWS][MAX_TILE_VECTORS];
    const float *a = p.a + row * p.a_row_stride;
    const float *b = p.b + column;
    float *c = p.c + row * p.ldc + column;
    const float *start = p.continued ? c : p.bias ? p.bias + column : zeros;
    int64_t start_stride = p.continued ? p.ldc : 0;
    UNROLL_FULLY for (int64_t i = 0; i < rows; i++) {
        UNROLL_FULLY for (int64_t j = 0; j < vectors; j++)
            sum[i][j] = vector_load(start + i * start_stride + j * LANES);
    }
    UNROLL_NEVER for (int64_t k = 0; k < p.depth; k++) {
        v16 line[MAX_TILE_VECTORS];
        UNROLL_FULLY for (int64_t j = 0; j < vectors; j++)
            line[j] = vector_load(b + k * p.ldb + j * LANES);
        UNROLL_FULLY for (int64_t i = 0; i < rows; i++) {
            v16 factor = (v16)a[i * p.a_row_stride + k * p.a_depth_stride];
            UNROLL_FULLY for (int64_t j = 0; j < vectors; j++)
                sum[i][j] = vector_fma(factor, line[j], sum[i][j]);
        }
    }
    UNROLL_FULLY for (int64_t i = 0; i < rows; i++) {
        UNROLL_FULLY for (int64_t j = 0; j < vectors; j++)
            vector_store(c + i * p.ldc + j * LANES, sum[i][j]);
    }
}

/* All rows of one panel of columns: tiles, then smaller ones that still keep the units busy, then single rows. (Fewer
 * sizes of tile mean less code to compile in every specialisation.) */
HELPER void contract_panel(int64_t tile_rows, int64_t vectors, int64_t row_begin, int64_t row_end, int64_t column,
                           Product p) {
    int64_t small_rows = vectors >= 3 ? 2 : 4;
    int64_t row = row_begin;
    UNROLL_NEVER for (; row + tile_rows <= row_end; row += tile_rows)
        contract_tile(tile_rows, vectors, row, column, p);
    UNROLL_NEVER for (; row + small_rows <= row_end; row += small_rows)
        contract_tile(small_rows, vectors, row, column, p);
    UNROLL_NEVER for (; row < row_end; row++)
        contract_tile(1, vectors, row, column, p);
}

/* One panel over the whole depth, block by block; a depth of 0 still writes the start of the sum. */
HELPER void contract_panel_deep(int64_t tile_rows, int64_t vectors, int64_t row_begin, int64_t row_end, int64_t column,
                                Product p) {
    int64_t block = PANEL_BYTES / (vectors * (int64_t)sizeof(v16));
    int64_t left = p.depth;
    if (left <= block * 3 / 2) block = left;
    UNROLL_NEVER do {
        p.depth = left < block ? left : block;
        contract_panel(tile_rows, vectors, row_begin, row_end, column, p);
        p.a += block * p.a_depth_stride;
        p.b += block * p.ldb;
        p.continued = 1;
        left -= block;
    } while (left > 0);
}

/* For machines with 32 registers of 512 bits. Panels of 4 and 3 vectors cover every number but 1, 2 and 5. */
HELPER void contract_wide(int64_t row_begin, int64_t row_end, int64_t col_begin, int64_t col_end, Product p) {
    int64_t vectors = (col_end - col_begin + LANES - 1) / LANES;
    int64_t threes = (4 - vectors % 4) % 4;
    if (vectors < threes * 3) threes = vectors / 3;
    int64_t column = col_begin;
    UNROLL_NEVER for (int64_t fours = (vectors - threes * 3) / 4; fours > 0; fours--) {
        contract_panel_deep(6, 4, row_begin, row_end, column, p);
        column += 4 * LANES;
    }
    UNROLL_NEVER for (int64_t left = threes; left > 0; left--) {
        contract_panel_deep(8, 3, row_begin, row_end, column, p);
        column += 3 * LANES;
    }
    int64_t left = (vectors - threes * 3) % 4;
    if (left == 2) contract_panel_deep(12, 2, row_begin, row_end, column, p);
    if (left == 1) contract_panel_deep(14, 1, row_begin, row_end, column, p);
}

/* For machines with 16 registers of 256 bits: a vector takes two of them, a tile of 6x1 twelve. */
HELPER void contract_narrow(int64_t row_begin, int64_t row_end, int64_t col_begin, int64_t col_end, Product p) {
    UNROLL_NEVER for (int64_t column = col_begin; column < col_end; column += LANES) {
        contract_panel_deep(6, 1, row_begin, row_end, column, p);
    }
}

/* c[i, j] = (accumulate ? c[i, j] : bias ? bias[j] : 0)
 *           + sum over k < depth of a[i * a_row_stride + k * a_depth_stride] * b[k * ldb + j]
 * for row_begin <= i < row_end and col_begin <= j < col_end. Rows of b and c are padded to whole vectors and col_begin,
 * col_end are multiples of 16: padding is computed and never read. Dynamic rows cost little code, dynamic columns much:
 * keep those constant. */
TEMPLATE void lk_contract(int64_t row_begin, int64_t row_end, int64_t col_begin, int64_t col_end, int64_t depth,
                          const float *a, int64_t a_row_stride, int64_t a_depth_stride, const float *b, int64_t ldb,
                          const float *bias, float *c, int64_t ldc, int64_t accumulate) {
    Product p = {
        .depth = depth,
        .a = a,
        .a_row_stride = a_row_stride,
        .a_depth_stride = a_depth_stride,
        .b = b,
        .ldb = ldb,
        .bias = bias,
        .c = c,
        .ldc = ldc,
        .continued = accumulate,
    };
    contract_wide(row_begin, row_end, col_begin, col_end, p);
}

/* The same, bit for bit, in the tiles that suit a target without AVX-512. */
TEMPLATE void lk_contract_narrow(int64_t row_begin, int64_t row_end, int64_t col_begin, int64_t col_end, int64_t depth,
                                 const float *a, int64_t a_row_stride, int64_t a_depth_stride, const float *b,
                                 int64_t ldb, const float *bias, float *c, int64_t ldc, int64_t accumulate) {
    Product p = {
        .depth = depth,
        .a = a,
        .a_row_stride = a_row_stride,
        .a_depth_stride = a_depth_stride,
        .b = b,
        .ldb = ldb,
        .bias = bias,
        .c = c,
        .ldc = ldc,
        .continued = accumulate,
    };
    contract_narrow(row_begin, row_end, col_begin, col_end, p);
}
