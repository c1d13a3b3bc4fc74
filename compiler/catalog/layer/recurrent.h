/* What the recurrent layers share: all but the cell. */
#ifndef LSPEC_CATALOG_LAYER_RECURRENT_H
#define LSPEC_CATALOG_LAYER_RECURRENT_H

#include "catalog/build.h"
#include "catalog/layer/layer_params.h"

/* A stack of layers of that cell over [B, T, F], with PyTorch's tensors and their names. */
NodeId recurrent_build(Build *build, const Call *call, NodeId input, LrtRecurrence cell);

#define RECURRENT_PARAMS                                                                                       \
    {.name = "units", .type = PARAM_INTEGER, .min = 1, .max = 1 << 16, .doc = "the width of the state"},        \
    {.name = "layers", .type = PARAM_INTEGER, .fallback = "1", .named_only = true, .min = 1, .max = 64,         \
     .doc = "how many stand on each other; each reads the outputs of the one below"},                          \
    {.name = "dropout", .type = PARAM_SHARE, .fallback = "0", .named_only = true, .max = 0.8, .max_open = true, \
     .doc = "the share that is left out between layers"},                                                      \
    {.name = "bidirectional", .type = PARAM_BOOL, .fallback = "false", .named_only = true,                      \
     .doc = "whether a second pass runs from the last step to the first; the outputs are joined"},             \
    {.name = "return", .type = PARAM_WORD, .fallback = "last", .named_only = true, .choices = "last|sequence",  \
     .doc = "the final state [units], or the outputs of all steps [T, units]"},                                \
    {.name = "bias", .type = PARAM_BOOL, .fallback = "true", .named_only = true,                                \
     .doc = "whether the biases are there"},                                                                   \
    LAYER_INIT, LAYER_NAME, LAYER_PENALTIES

#endif
