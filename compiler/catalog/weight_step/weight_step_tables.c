/* What is done to the weights that the optimizer leaves: words behind it in the chain. Done by runtime/train/averages.c. */
#include "catalog/catalog.h"

const CatalogEntry catalog_weight_step_ema = {
    .name = "ema", .kind = ENTRY_WEIGHT_STEP, .built = true, .runtime_id = LRT_WEIGHT_STEP_EMA,
    .doc = "measures and keeps an exponential mean of the weights; training goes on with the weights themselves",
    .formula = "a ← decay · a + (1 − decay) · w after each update, from the weights of the first",
    .source = "Polyak and Juditsky 1992; torch.optim.swa_utils.get_ema_multi_avg_fn",
    .example = "optimizer: adam(lr: 1e-3) -> ema(0.999)",
    .params = {{.name = "decay", .type = PARAM_NUMBER, .fallback = "0.999", .max = 1, .max_open = true,
                .doc = "the share of the mean that an update keeps"}},
};

const CatalogEntry catalog_weight_step_swa = {
    .name = "swa", .kind = ENTRY_WEIGHT_STEP, .built = true, .runtime_id = LRT_WEIGHT_STEP_SWA,
    .doc = "measures and keeps the mean of the weights at the ends of the epochs from `start` on",
    .formula = "a = (w_1 + … + w_n) / n", .source = "Izmailov et al. 2018, algorithm 1",
    .example = "optimizer: sgd(lr: 0.05, momentum: 0.9) -> swa(start: 60 epochs)",
    .params = {{.name = "start", .type = PARAM_DURATION, .max = 1e15,
                .doc = "the time after which the ends of epochs count"}},
};

const CatalogEntry catalog_weight_step_lookahead = {
    .name = "lookahead", .kind = ENTRY_WEIGHT_STEP, .built = true, .runtime_id = LRT_WEIGHT_STEP_LOOKAHEAD,
    .doc = "takes the weights back, every k updates, to a point on the way from where they were then",
    .formula = "every k updates: s ← s + alpha · (w − s), w ← s",
    .source = "Zhang et al. 2019, algorithm 1", .example = "optimizer: adam(lr: 1e-3) -> lookahead(k: 5, alpha: 0.5)",
    .params = {
        {.name = "k", .type = PARAM_INTEGER, .fallback = "5", .min = 1, .max = 1e9, .doc = "updates between two returns"},
        {.name = "alpha", .type = PARAM_NUMBER, .fallback = "0.5", .max = 1, .min_open = true,
         .doc = "the share of the way that is kept"},
    },
};
