/* NumPy's .npy: the batch order is read from one, prepared data is written to one. */
#ifndef LRT_NPY_H
#define LRT_NPY_H

#include <stdio.h>

#include "lrt/error.h"

/* A matrix of int64 in C order; another type, order or rank is refused. Free with free(). NULL on error. */
int64_t *lrt_npy_read_indices(const char *path, int64_t *out_rows, int64_t *out_columns, LrtError *error);

/* The head of a float32 array of up to four dimensions in C order; its values follow. */
void lrt_npy_write_header(FILE *file, const int64_t *dims, int rank);

#endif
