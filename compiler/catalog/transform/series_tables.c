/* Steps that read other rows of their series. How far each reaches stands in runtime/series/step_rows.c. */
#include "catalog/catalog.h"

#define ROWS(least, text) {.name = "k", .type = PARAM_INTEGER, .min = (least), .max = 1e9, .doc = text}

const CatalogEntry catalog_transform_lag = {
    .name = "lag",
    .kind = ENTRY_TRANSFORM,
    .built = true,
    .runtime_id = LRT_TRANSFORM_LAG,
    .doc = "the value k rows before in the series",
    .example = "income -> lag(1)",
    .params = {ROWS(1, "how many rows before")},
};

const CatalogEntry catalog_transform_diff = {
    .name = "diff",
    .kind = ENTRY_TRANSFORM,
    .built = true,
    .runtime_id = LRT_TRANSFORM_DIFF,
    .doc = "the difference to the value k rows before",
    .example = "close -> log -> diff(1)",
    .params = {ROWS(1, "how many rows before")},
};

const CatalogEntry catalog_transform_returns = {
    .name = "returns",
    .kind = ENTRY_TRANSFORM,
    .built = true,
    .runtime_id = LRT_TRANSFORM_RETURNS,
    .doc = "the relative change to the row before: x / x[-1] - 1",
    .example = "ret = close -> returns",
};

const CatalogEntry catalog_transform_log_returns = {
    .name = "log_returns",
    .kind = ENTRY_TRANSFORM,
    .built = true,
    .runtime_id = LRT_TRANSFORM_LOG_RETURNS,
    .doc = "the change of the logarithm to the row before",
    .example = "ret = close -> log_returns",
};

const CatalogEntry catalog_transform_rolling_mean = {
    .name = "rolling_mean",
    .kind = ENTRY_TRANSFORM,
    .built = true,
    .runtime_id = LRT_TRANSFORM_ROLLING_MEAN,
    .doc = "the mean of the last k rows, this one among them",
    .example = "close -> rolling_mean(20)",
    .params = {ROWS(1, "rows of the window")},
};

const CatalogEntry catalog_transform_rolling_standardize = {
    .name = "rolling_standardize",
    .kind = ENTRY_TRANSFORM,
    .built = true,
    .runtime_id = LRT_TRANSFORM_ROLLING_STANDARDIZE,
    .doc = "centred by the mean and scaled by the deviation (ddof 0) of the last k rows; a deviation of 0 gives 0",
    .example = "ret -> rolling_standardize(240)",
    .params = {ROWS(2, "rows of the window")},
};

const CatalogEntry catalog_transform_rolling_mad = {
    .name = "rolling_mad",
    .kind = ENTRY_TRANSFORM,
    .built = true,
    .runtime_id = LRT_TRANSFORM_ROLLING_MAD,
    .doc = "(x - median) / MAD of the last k rows; a MAD of 0 gives 0",
    .example = "ret -> rolling_mad(240)",
    .params = {ROWS(2, "rows of the window")},
};

const CatalogEntry catalog_transform_ewm = {
    .name = "ewm",
    .kind = ENTRY_TRANSFORM,
    .built = true,
    .runtime_id = LRT_TRANSFORM_EWM,
    .doc = "exponentially weighted mean: y = (1 - a) y + a x, a = 1 - 2^(-1 / half_life), from y = x in the first row",
    .example = "ret -> ewm(20)",
    .params = {{.name = "half_life",
                .type = PARAM_NUMBER,
                .max = 1e9,
                .min_open = true,
                .doc = "rows after which a value weighs half"}},
};

const CatalogEntry catalog_transform_ahead = {
    .name = "ahead",
    .kind = ENTRY_TRANSFORM,
    .built = true,
    .runtime_id = LRT_TRANSFORM_AHEAD,
    .doc = "the value k rows later, in `target` alone",
    .example = "y = close -> log -> diff(5) -> ahead(5)",
    .params = {ROWS(1, "how many rows later")},
};
