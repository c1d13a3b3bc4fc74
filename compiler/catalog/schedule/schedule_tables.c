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

const CatalogEntry catalog_schedule_exponential = {
    .name = "exponential", .kind = ENTRY_SCHEDULE, .built = true, .runtime_id = LRT_SCHEDULE_EXPONENTIAL,
    .doc = "falls evenly, by `factor` every so many epochs or steps", .formula = "lr · factor^(t / every)",
    .example = "lr: exponential(1e-2, factor: 0.95)", .source = "torch.optim.lr_scheduler.ExponentialLR, step by step",
    .params = {
        {.name = "lr", .type = PARAM_NUMBER, .doc = "the rate at the start"},
        {.name = "factor", .type = PARAM_NUMBER, .named_only = true, .max = 1, .min_open = true,
         .doc = "what the rate is multiplied by in `every`"},
        {.name = "every", .type = PARAM_DURATION, .fallback = "1 epoch", .named_only = true, .max = 1e15, .min_open = true,
         .doc = "the time in which it falls by `factor`"},
        WARMUP,
    },
};

const CatalogEntry catalog_schedule_one_cycle = {
    .name = "one_cycle", .kind = ENTRY_SCHEDULE, .built = true, .runtime_id = LRT_SCHEDULE_ONE_CYCLE,
    .doc = "from peak / 25 up to the peak and down to peak / 250000, along half cosines",
    .source = "Smith and Topin 2018; torch.optim.lr_scheduler.OneCycleLR", .example = "lr: one_cycle(0.1)",
    .formula = "up while t ≤ pct_up · T − 1, down to t = T − 1; from a to b: b + (a − b) · (1 + cos(π · share)) / 2",
    .params = {
        {.name = "peak", .type = PARAM_NUMBER, .doc = "the greatest rate"},
        {.name = "pct_up", .type = PARAM_SHARE, .fallback = "30%", .named_only = true, .max = 1, .min_open = true,
         .max_open = true, .doc = "the share of the time in which the rate rises"},
        WARMUP,
    },
};

const CatalogEntry catalog_schedule_linear = {
    .name = "linear", .kind = ENTRY_SCHEDULE, .built = true, .runtime_id = LRT_SCHEDULE_LINEAR,
    .doc = "a straight line from the first rate to the second", .formula = "from + (to − from) · t / T",
    .example = "lr: linear(1e-2..0)",
    .params = {{.name = "rates", .type = PARAM_RANGE, .doc = "the rate at the start and at the end"}, WARMUP},
};

const CatalogEntry catalog_schedule_polynomial = {
    .name = "polynomial", .kind = ENTRY_SCHEDULE, .built = true, .runtime_id = LRT_SCHEDULE_POLYNOMIAL,
    .doc = "from the first rate to the second by a power of the time left",
    .formula = "to + (from − to) · (1 − t / T)^power", .example = "lr: polynomial(1e-2..1e-5, power: 2)",
    .source = "torch.optim.lr_scheduler.PolynomialLR",
    .params = {
        {.name = "rates", .type = PARAM_RANGE, .doc = "the rate at the start and at the end"},
        {.name = "power", .type = PARAM_NUMBER, .fallback = "2", .named_only = true, .max = 100, .min_open = true,
         .doc = "the power; 1 is linear"},
        WARMUP,
    },
};

const CatalogEntry catalog_schedule_inverse_sqrt = {
    .name = "inverse_sqrt", .kind = ENTRY_SCHEDULE, .built = true, .runtime_id = LRT_SCHEDULE_INVERSE_SQRT,
    .doc = "falls with the root of the number of steps, from the end of the warm-up on",
    .formula = "lr · √(max(W, 1) / (t + 1)), t from the start of training, W the steps of the warm-up",
    .source = "Vaswani et al. 2017, eq. 3", .example = "lr: inverse_sqrt(1e-3, warmup: 400)",
    .params = {{.name = "lr", .type = PARAM_NUMBER, .doc = "the rate at the end of the warm-up"}, WARMUP},
};

const CatalogEntry catalog_schedule_on_plateau = {
    .name = "on_plateau", .kind = ENTRY_SCHEDULE, .built = true, .runtime_id = LRT_SCHEDULE_ON_PLATEAU,
    .doc = "multiplied by `factor` whenever the monitor has not improved for more than `patience` epochs",
    .formula = "an epoch improves where the monitor is better than the best so far by 1e-4 of it",
    .source = "torch.optim.lr_scheduler.ReduceLROnPlateau", .example = "lr: on_plateau(1e-2, factor: 0.5, patience: 5)",
    .params = {
        {.name = "lr", .type = PARAM_NUMBER, .doc = "the rate at the start"},
        {.name = "monitor", .type = PARAM_MONITOR, .fallback = "validation.loss", .named_only = true,
         .doc = "`train.` or `validation.` and a metric"},
        {.name = "factor", .type = PARAM_NUMBER, .fallback = "0.1", .named_only = true, .max = 1, .min_open = true,
         .max_open = true, .doc = "what the rate is multiplied by"},
        {.name = "patience", .type = PARAM_INTEGER, .fallback = "10", .named_only = true, .max = 1e9,
         .doc = "epochs without an improvement that are let pass"},
        WARMUP,
    },
};

const CatalogEntry catalog_schedule_cyclic = {
    .name = "cyclic", .kind = ENTRY_SCHEDULE, .built = true, .runtime_id = LRT_SCHEDULE_CYCLIC,
    .doc = "triangles: up from the first rate to the second and down again",
    .formula = "lo + (hi − lo) · (1 − |2 · share − 1|), share of the cycle that has passed",
    .source = "Smith 2017; torch.optim.lr_scheduler.CyclicLR with step_size_up = every / 2",
    .example = "lr: cyclic(1e-4..1e-2, every: 10 epochs)",
    .params = {
        {.name = "rates", .type = PARAM_RANGE, .doc = "the least and the greatest rate"},
        {.name = "every", .type = PARAM_DURATION, .named_only = true, .max = 1e15, .min_open = true,
         .doc = "the time of a cycle, up and down"},
        WARMUP,
    },
};

const CatalogEntry catalog_schedule_piecewise = {
    .name = "piecewise", .kind = ENTRY_SCHEDULE, .built = true, .runtime_id = LRT_SCHEDULE_PIECEWISE,
    .doc = "constant rates from given times on", .example = "lr: piecewise([0: 1e-2, 10 epochs: 1e-3])",
    .source = "tf.keras.optimizers.schedules.PiecewiseConstantDecay",
    .params = {
        {.name = "pieces", .type = PARAM_ANY, .doc = "times, steps or epochs, each with its rate, from 0 on"},
        WARMUP,
    },
};
