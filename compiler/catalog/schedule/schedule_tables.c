/* Learning rates over time: words of `lr:`. Formulas in docs/reference and runtime/train. */
#include "catalog/catalog.h"

#define WARMUP                                                                                           \
    {.name = "warmup", .type = PARAM_DURATION, .fallback = "0", .named_only = true, .max = 1e15,          \
     .doc = "steps or epochs in which the rate rises from 0"}

const CatalogEntry catalog_schedule_constant = {
    .name = "constant", .kind = ENTRY_SCHEDULE, .built = true, .runtime_id = LRT_SCHEDULE_CONSTANT,
    .doc = "one rate; what a bare number means, with a warm-up before it", .example = "lr: constant(1e-3, warmup: 5 epochs)",
    .params = {{.name = "lr", .type = PARAM_NUMBER, .doc = "the rate"}, WARMUP},
};

const CatalogEntry catalog_schedule_step = {
    .name = "step", .kind = ENTRY_SCHEDULE, .built = true, .runtime_id = LRT_SCHEDULE_STEP,
    .doc = "multiplied by `factor` every so many epochs or steps", .example = "lr: step(1e-2, every: 30 epochs)",
    .formula = "lr · factor^⌊t / every⌋",
    .params = {
        {.name = "lr", .type = PARAM_NUMBER, .doc = "the rate at the start"},
        {.name = "every", .type = PARAM_DURATION, .named_only = true, .max = 1e15, .min_open = true,
         .doc = "time between two drops"},
        {.name = "factor", .type = PARAM_NUMBER, .fallback = "0.1", .named_only = true, .max = 1, .min_open = true,
         .doc = "what the rate is multiplied by"},
        WARMUP,
    },
};

const CatalogEntry catalog_schedule_cosine = {
    .name = "cosine", .kind = ENTRY_SCHEDULE, .built = true, .runtime_id = LRT_SCHEDULE_COSINE,
    .doc = "half a cosine from the first rate to the second", .source = "Loshchilov and Hutter 2017, eq. 5",
    .example = "lr: cosine(1e-3..1e-5, warmup: 5 epochs)", .formula = "to + (from − to) · (1 + cos(π · t / T)) / 2",
    .params = {
        {.name = "rates", .type = PARAM_RANGE, .doc = "the rate at the start and at the end"},
        {.name = "restarts", .type = PARAM_INTEGER, .fallback = "0", .named_only = true, .max = 1e6,
         .doc = "how often the curve starts anew"},
        WARMUP,
    },
};
