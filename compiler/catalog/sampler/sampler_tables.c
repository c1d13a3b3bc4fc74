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

#define NEIGHBORS                                                                                                \
    {.name = "neighbors", .type = PARAM_INTEGER, .fallback = "5", .named_only = true, .min = 1, .max = 1e6,       \
     .doc = "how many nearest rows of the class are drawn from"}
#define SYNTHESIS_ENTRY(id, word, doc_text, source_text)                                                         \
    const CatalogEntry catalog_sampler_##word = {                                                                \
        .name = #word, .kind = ENTRY_SAMPLER, .built = true, .runtime_id = LRT_SAMPLER_##id, .doc = doc_text,     \
        .source = source_text, .example = #word "(neighbors: 5, ratio: 50%)", .params = {NEIGHBORS, RATIO, SEED}, \
    }

SYNTHESIS_ENTRY(SMOTE, smote, "synthetic rows between neighbors of a smaller class",
                "Chawla et al. 2002, JAIR 16, algorithm SMOTE; imbalanced-learn's SMOTE");
SYNTHESIS_ENTRY(SMOTE_NC, smote_nc,
                "SMOTE in which another level of a category is as far as the numbers of the class commonly spread",
                "Chawla et al. 2002, JAIR 16, section 6.1; imbalanced-learn's SMOTENC");
SYNTHESIS_ENTRY(BORDERLINE_SMOTE, borderline_smote,
                "SMOTE from the rows at the border: at least half but not all of their 10 neighbors are of another class",
                "Han, Wang and Mao 2005, Borderline-SMOTE1; imbalanced-learn's BorderlineSMOTE");
SYNTHESIS_ENTRY(SVM_SMOTE, svm_smote, "SMOTE from the support vectors of the class, between or beyond its rows",
                "Nguyen, Cooper and Kamei 2011; imbalanced-learn's SVMSMOTE");
SYNTHESIS_ENTRY(ADASYN, adasyn, "SMOTE that makes more rows where the neighbors of a row are of another class",
                "He et al. 2008, ADASYN; imbalanced-learn's ADASYN");
SYNTHESIS_ENTRY(SMOTE_TOMEK, smote_tomek, "SMOTE, then both rows of every Tomek link are left out",
                "Batista, Prati and Monard 2004; imbalanced-learn's SMOTETomek");
SYNTHESIS_ENTRY(SMOTE_ENN, smote_enn, "SMOTE, then rows of any class that one of their 3 nearest neighbors contradicts are left out",
                "Batista, Prati and Monard 2004; imbalanced-learn's SMOTEENN");

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

const CatalogEntry catalog_sampler_near_miss = {
    .name = "near_miss", .kind = ENTRY_SAMPLER, .built = true, .runtime_id = LRT_SAMPLER_NEAR_MISS,
    .doc = "keeps the rows of larger classes that lie nearest to the smallest class",
    .source = "Mani and Zhang 2003; imbalanced-learn's NearMiss", .example = "near_miss(version: 1)",
    .params = {{.name = "version", .type = PARAM_INTEGER, .fallback = "1", .named_only = true, .min = 1, .max = 3,
                .doc = "nearest by the mean distance to the 3 nearest rows, 2: to the 3 farthest, 3: the 3 nearest of each row of the "
                       "smallest class, of these the farthest"},
               RATIO},
};

const CatalogEntry catalog_sampler_balanced_batches = {
    .name = "balanced_batches", .kind = ENTRY_SAMPLER, .built = true, .runtime_id = LRT_SAMPLER_BALANCED_BATCHES,
    .doc = "each batch holds the classes evenly: rows of smaller classes come again, the steps of an epoch stay as many",
    .example = "balanced_batches",
};
