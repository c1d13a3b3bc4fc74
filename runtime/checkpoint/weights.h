/* The parameters of a program between the arena and files. */
#ifndef CHECKPOINT_WEIGHTS_H
#define CHECKPOINT_WEIGHTS_H

#include "lrt/error.h"
#include "lrt/program.h"
#include "lrt/safetensors.h"

/* What model.safetensors says of itself. */
typedef struct WeightsMetadata {
    int64_t epoch;           /* whose weights they are; 0: before training */
    const char *metric;      /* "validation.loss", or NULL */
    double metric_value;
    const char *data_digest;
} WeightsMetadata;

/* Floats of all parameters together, padding included. */
int64_t weights_float_count(const LrtProgram *program);
/* All parameters, one behind the other, `out` of weights_float_count. */
void weights_copy(const LrtProgram *program, const unsigned char *arena, float *out);
void weights_restore(const LrtProgram *program, unsigned char *arena, const float *copy);
/* The gradients that `step` left in the arena, laid out as weights_copy does; zero where none is kept. */
void gradients_copy(const LrtProgram *program, const unsigned char *arena, float *out);

bool weights_save(const LrtProgram *program, const unsigned char *arena, const WeightsMetadata *metadata, const char *path,
                  LrtError *error);
/* `gradients` as gradients_copy made it; frozen parameters and running statistics are left out. */
bool gradients_save(const LrtProgram *program, const float *gradients, const char *path, LrtError *error);

/* Names and shapes must be the program's, all of them and no other. The arena is untouched on error. */
bool weights_load(const LrtProgram *program, unsigned char *arena, const LrtSafetensors *file, const char *path, LrtError *error);

#endif
