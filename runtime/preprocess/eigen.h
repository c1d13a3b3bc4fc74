/* Eigenvalues and eigenvectors of a symmetric matrix. */
#ifndef PREPROCESS_EIGEN_H
#define PREPROCESS_EIGEN_H

#include <stdint.h>

/* `vectors` holds the symmetric matrix [n, n] and becomes its eigenvectors, one a row, by descending eigenvalue;
 * `values` has room for n, `scratch` for n. */
void eigen_symmetric(double *vectors, int64_t n, double *values, double *scratch);

#endif
