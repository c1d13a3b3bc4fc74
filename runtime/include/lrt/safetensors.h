/* safetensors: named tensors of floats in a file, in the layout PyTorch reads. */
#ifndef LRT_SAFETENSORS_H
#define LRT_SAFETENSORS_H

#include <stddef.h>

#include "lrt/error.h"
#include "lrt/program.h"

/* A tensor in memory: `rows` rows of `columns` floats, `stride` apart; the file holds the transpose where `transposed`. */
typedef struct LrtTensorView {
    const char *name;
    int32_t rank;
    int64_t dims[LRT_MAX_RANK];
    const float *values;
    int64_t rows, columns, stride;
    bool transposed;
    int64_t cells; /* of a convolution's kernel, as in LrtParameter */
} LrtTensorView;

typedef struct LrtMetadata {
    const char *key, *value;
} LrtMetadata;

bool lrt_safetensors_write(const char *path, const LrtTensorView *tensors, int64_t count, const LrtMetadata *metadata,
                           int64_t metadata_count, LrtError *error);

typedef struct LrtTensor {
    char *name;
    char type[8];                  /* "F32", "F64"; another type is kept for messages */
    int32_t rank;
    int64_t dims[LRT_MAX_RANK];
    int64_t element_count;
    const unsigned char *bytes;    /* little-endian, in C order */
} LrtTensor;

typedef struct LrtSafetensors {
    LrtTensor *tensors;
    int64_t count;
    struct LrtJson *header;
    unsigned char *content;
} LrtSafetensors;

/* The whole file, checked: every byte belongs to one tensor whose size fits its shape. NULL on error. */
LrtSafetensors *lrt_safetensors_read(const char *path, LrtError *error);
void lrt_safetensors_free(LrtSafetensors *file);
const LrtTensor *lrt_safetensors_find(const LrtSafetensors *file, const char *name); /* NULL where absent */
const char *lrt_safetensors_metadata(const LrtSafetensors *file, const char *key);   /* NULL where absent */

#endif
