/* Parameters that every layer with weights takes besides its own. */
#ifndef LSPEC_CATALOG_LAYER_LAYER_PARAMS_H
#define LSPEC_CATALOG_LAYER_LAYER_PARAMS_H

#define LAYER_INIT                                                                                             \
    {.name = "init", .type = PARAM_INIT, .fallback = "auto", .named_only = true,                                \
     .doc = "the initializer of the kernel; auto follows the activation behind"}

#define LAYER_TRAINABLE                                                                                        \
    {.name = "trainable", .type = PARAM_BOOL, .fallback = "true", .named_only = true,                           \
     .doc = "false: the weights stay as they were initialised"}

#define LAYER_NAME                                                                                             \
    {.name = "name", .type = PARAM_STRING, .fallback = "-", .named_only = true,                                 \
     .doc = "what the layer's tensors are called in place of its kind and number"},                            \
    LAYER_TRAINABLE

#define LAYER_PENALTIES                                                                                        \
    {.name = "l1", .type = PARAM_NUMBER, .fallback = "0", .named_only = true, .max = 1e30,                      \
     .doc = "adds l1 · Σ|w| over this layer's kernel to what is minimized"},                                   \
    {.name = "l2", .type = PARAM_NUMBER, .fallback = "0", .named_only = true, .max = 1e30,                      \
     .doc = "adds l2 · Σw² over this layer's kernel to what is minimized"},                                    \
    {.name = "max_norm", .type = PARAM_NUMBER, .fallback = "-", .named_only = true, .max = 1e30, .min_open = true, \
     .doc = "the longest that the weights of a unit (of an embedding: of a level) may become"}

#endif
