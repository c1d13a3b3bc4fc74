/* Samplers: they act on the training part alone, after the split and the fits. */
#include "catalog/catalog.h"

#define RATIO                                                                                                    \
    {.name = "ratio", .type = PARAM_SHARE, .fallback = "100%", .named_only = true, .max = 1, .min_open = true,     \
     .doc = "minority to majority afterwards"}
#define SEED                                                                                                     \
    {.name = "seed", .type = PARAM_INTEGER, .fallback = "0", .named_only = true, .max = 9007199254740992.0,       \
     .doc = "seed of the choice of rows"}

const CatalogEntry catalog_sampler_oversample = {
    .name = "oversample", .kind = ENTRY_SAMPLER, .built = true, .runtime_id = LRT_SAMPLER_OVERSAMPLE,
    .doc = "repeats rows of the smaller classes at random", .example = "oversample(ratio: 50%)",
    .params = {RATIO, SEED},
};

const CatalogEntry catalog_sampler_undersample = {
    .name = "undersample", .kind = ENTRY_SAMPLER, .built = true, .runtime_id = LRT_SAMPLER_UNDERSAMPLE,
    .doc = "leaves out rows of the larger classes at random", .example = "undersample(ratio: 50%)",
    .params = {RATIO, SEED},
};

const CatalogEntry catalog_sampler_smote = {
    .name = "smote", .kind = ENTRY_SAMPLER, .built = true, .runtime_id = LRT_SAMPLER_SMOTE,
    .doc = "synthetic rows between neighbors of a smaller class",
    .source = "Chawla et al. 2002, JAIR 16, algorithm SMOTE", .example = "smote(neighbors: 5, ratio: 50%)",
    .params = {{.name = "neighbors", .type = PARAM_INTEGER, .fallback = "5", .named_only = true, .min = 1, .max = 1e6,
                .doc = "how many nearest rows of the class are drawn from"},
               RATIO, SEED},
};

const CatalogEntry catalog_sampler_tomek_links = {
    .name = "tomek_links", .kind = ENTRY_SAMPLER, .built = true, .runtime_id = LRT_SAMPLER_TOMEK_LINKS,
    .doc = "leaves out the larger class's row of each Tomek link",
    .source = "Tomek 1976, IEEE Trans. SMC 6; imbalanced-learn's TomekLinks()", .example = "tomek_links",
};

const CatalogEntry catalog_sampler_edited_neighbors = {
    .name = "edited_neighbors", .kind = ENTRY_SAMPLER, .built = true, .runtime_id = LRT_SAMPLER_EDITED_NEIGHBORS,
    .doc = "leaves out rows of larger classes that one of their 3 nearest neighbors contradicts",
    .source = "Wilson 1972, IEEE Trans. SMC 2; imbalanced-learn's EditedNearestNeighbours()",
    .example = "edited_neighbors",
};
