/* Ways to divide the rows into training, validation and test part. */
#include "catalog/catalog.h"

/* Without any share 70 %, 15 %, 15 %; where some are given, the others are what is left or nothing. */
#define SHARES                                                                                                  \
    {.name = "train", .type = PARAM_SHARE, .fallback = "70%", .named_only = true, .max = 1,                      \
     .doc = "share of the training part"},                                                                      \
    {.name = "validation", .type = PARAM_SHARE, .fallback = "15%", .named_only = true, .max = 1,                 \
     .doc = "share of the part that stopping rules may watch"},                                                 \
    {.name = "test", .type = PARAM_SHARE, .fallback = "15%", .named_only = true, .max = 1,                       \
     .doc = "share of the part that nothing looks at before the end"}

#define SEED                                                                                                    \
    {.name = "seed", .type = PARAM_INTEGER, .fallback = "0", .named_only = true, .max = 9007199254740992.0,      \
     .doc = "seed of the shuffle"}

const CatalogEntry catalog_split_random = {
    .name = "random", .kind = ENTRY_SPLIT, .built = true, .runtime_id = LRT_SPLIT_RANDOM,
    .doc = "rows at random", .example = "split: random(train: 80%, validation: 10%, test: 10%, seed: 7)",
    .params = {SHARES, SEED},
};

const CatalogEntry catalog_split_stratified = {
    .name = "stratified", .kind = ENTRY_SPLIT, .built = true, .runtime_id = LRT_SPLIT_STRATIFIED,
    .doc = "rows at random with the shares of the classes (or of the target's quantile bins) kept in each part",
    .example = "split: stratified(train: 70%, validation: 15%, test: 15%, seed: 7)",
    .params = {SHARES, SEED},
};

#define GAPS                                                                                                    \
    {.name = "purge", .type = PARAM_ANY, .fallback = "auto", .named_only = true,                                 \
     .doc = "rows or time left out before a boundary; auto: the rows whose target reads behind it"},             \
    {.name = "embargo", .type = PARAM_ANY, .fallback = "0", .named_only = true,                                  \
     .doc = "rows or time left out behind a boundary"}

const CatalogEntry catalog_split_grouped = {
    .name = "grouped", .kind = ENTRY_SPLIT, .built = true, .runtime_id = LRT_SPLIT_GROUPED,
    .doc = "whole groups at random: those of the columns of type group",
    .example = "split: grouped(train: 70%, validation: 15%, test: 15%, seed: 7)",
    .params = {SHARES, SEED},
};

const CatalogEntry catalog_split_hashed = {
    .name = "hashed", .kind = ENTRY_SPLIT, .built = true, .runtime_id = LRT_SPLIT_HASHED,
    .doc = "by the hash of a key's text alone: a row stays in its part whatever rows come and go",
    .example = "split: hashed(customer, train: 80%, validation: 10%, test: 10%)",
    .params = {{.name = "key", .type = PARAM_ANY, .doc = "the column"}, SHARES},
};

const CatalogEntry catalog_split_group_time = {
    .name = "group_time", .kind = ENTRY_SPLIT, .built = true, .runtime_id = LRT_SPLIT_GROUP_TIME,
    .doc = "each group by itself: its earliest rows for training, then validation, then test",
    .example = "split: group_time(train: 70%, validation: 15%, test: 15%, purge: auto)",
    .params = {SHARES, GAPS},
};

const CatalogEntry catalog_split_chronological = {
    .name = "chronological", .kind = ENTRY_SPLIT, .built = true, .runtime_id = LRT_SPLIT_CHRONOLOGICAL,
    .doc = "the earliest rows for training, then validation, then test",
    .example = "split: chronological(train: 70%, validation: 15%, test: 15%)",
    .params = {SHARES, GAPS},
};

const CatalogEntry catalog_split_predefined = {
    .name = "predefined", .kind = ENTRY_SPLIT, .built = true, .runtime_id = LRT_SPLIT_PREDEFINED,
    .doc = "as the column of type fold says: train, validation, test, or integers with `test: k`",
    .example = "split: predefined",
    .params = {{.name = "test", .type = PARAM_INTEGER, .fallback = "-", .named_only = true, .max = 9007199254740992.0,
                .doc = "the fold that is the test part, where folds are integers"},
               GAPS},
};
