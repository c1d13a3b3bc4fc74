/* When training ends: words of `stop { }`. */
#include "catalog/catalog.h"

const CatalogEntry catalog_stop_early = {
    .name = "early", .kind = ENTRY_STOP, .built = true, .runtime_id = LRT_STOP_EARLY,
    .doc = "stops when the monitor has not improved for `patience` epochs",
    .example = "early(validation.loss, patience: 10, restore: best)",
    .params = {
        {.name = "monitor", .type = PARAM_MONITOR, .doc = "`train.` or `validation.` and a metric"},
        {.name = "patience", .type = PARAM_INTEGER, .fallback = "10", .named_only = true, .min = 1, .max = 1e9,
         .doc = "epochs without an improvement"},
        {.name = "min_delta", .type = PARAM_NUMBER, .fallback = "0", .named_only = true, .max = 1e30,
         .doc = "the least change that counts as an improvement"},
        {.name = "restore", .type = PARAM_WORD, .fallback = "best", .named_only = true, .choices = "best|last",
         .doc = "which weights the model ends with"},
    },
};

const CatalogEntry catalog_stop_time_limit = {
    .name = "time_limit", .kind = ENTRY_STOP, .built = true, .runtime_id = LRT_STOP_TIME_LIMIT,
    .doc = "stops after so much wall time", .example = "time_limit(10 min)",
    .params = {{.name = "time", .type = PARAM_TIME, .max = 1e12, .min_open = true, .doc = "the time"}},
};

const CatalogEntry catalog_stop_max_steps = {
    .name = "max_steps", .kind = ENTRY_STOP, .built = true, .runtime_id = LRT_STOP_MAX_STEPS,
    .doc = "stops after so many optimizer steps", .example = "max_steps(20_000)",
    .params = {{.name = "steps", .type = PARAM_INTEGER, .min = 1, .max = 1e15, .doc = "the number of steps"}},
};

const CatalogEntry catalog_stop_reached = {
    .name = "reached", .kind = ENTRY_STOP, .built = true, .runtime_id = LRT_STOP_REACHED,
    .doc = "stops at the end of the epoch in which the monitor has reached a value",
    .example = "reached(validation.accuracy >= 95%)",
    .params = {{.name = "condition", .type = PARAM_ANY, .doc = "a monitor, `>=` `>` `<=` or `<`, and a number"}},
};

const CatalogEntry catalog_stop_diverged = {
    .name = "diverged", .kind = ENTRY_STOP, .built = true, .runtime_id = LRT_STOP_DIVERGED,
    .doc = "stops at the end of the epoch in which `train.loss` is more than `factor` times its lowest so far",
    .example = "diverged(factor: 10)",
    .params = {{.name = "factor", .type = PARAM_NUMBER, .fallback = "10", .min = 1, .max = 1e30, .min_open = true,
                .doc = "how many times the lowest loss is too much"}},
};
