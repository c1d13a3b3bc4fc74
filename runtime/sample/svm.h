/* The support vectors of a classifier of two classes with a Gaussian kernel, for samplers that work along its margin. */
#ifndef SAMPLE_SVM_H
#define SAMPLE_SVM_H

#include "sample/neighbors.h"

/* Rows of two classes. */
typedef struct SvmPoints {
    const NeighborPoints *points; /* distances as for neighbours */
    const signed char *side;      /* [count] +1 or -1 */
    double gamma;                 /* K(a, b) = exp(-gamma · squared distance) */
} SvmPoints;

/* Solves the soft-margin dual with C = 1 and marks the points whose multiplier is not 0. False where there is no memory. */
bool svm_mark_support(const SvmPoints *svm, bool *out_support, Region *region, LrtError *error);

#endif
