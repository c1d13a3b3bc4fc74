/* The columns of a step's slots side by side, for transforms that act on several at once: a slot of numbers is one, a
 * matrix as many as it is wide. */
#ifndef PREPROCESS_COLUMNS_BESIDE_H
#define PREPROCESS_COLUMNS_BESIDE_H

#include "preprocess/transform.h"

typedef struct BesideColumn {
    const double *real;  /* [rows], or NULL */
    const float *matrix; /* the column's first cell */
    int64_t stride;      /* of the matrix */
    int32_t slot;
    const char *name;
} BesideColumn;

typedef struct Beside {
    BesideColumn *columns;
    int64_t count;
} Beside;

/* The array lives in `region`. */
bool beside_open(Frame *frame, int32_t step, Region *region, Beside *out);

static inline double beside_cell(const BesideColumn *column, int64_t row) {
    return column->real ? column->real[row] : (double)column->matrix[row * column->stride];
}

/* Reads a row; a missing cell is the error `missing-unhandled`. */
bool beside_read_row(Frame *frame, int32_t step, const Beside *beside, int64_t row, double *out);

#endif
