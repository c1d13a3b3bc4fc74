/* Steps of preprocessing that the runtime performs (those that read other rows: series_tables.c); what their numbers and options mean is laid down in lrt/program.h. */
#include "catalog/catalog.h"

const CatalogEntry catalog_transform_impute = {
    .name = "impute", .kind = ENTRY_TRANSFORM, .built = true, .runtime_id = LRT_TRANSFORM_IMPUTE,
    .doc = "fills missing cells with the mean, median, mode or a constant of the training part",
    .example = "age -> impute(median, indicator: true)",
    .params = {
        {.name = "how", .type = PARAM_CHOICE_OR_NUMBER, .fallback = "-", .choices = "mean|median|mode|constant|forward",
         .doc = "what a missing cell becomes"},
        {.name = "constant", .type = PARAM_NUMBER, .fallback = "-", .named_only = true, .doc = "the number it becomes"},
        {.name = "indicator", .type = PARAM_BOOL, .fallback = "false", .named_only = true,
         .doc = "adds an input that is 1 where the cell was missing"},
        {.name = "then", .type = PARAM_WORD, .fallback = "-", .named_only = true, .choices = "mean|median|mode",
         .doc = "what cells without a row before become, for `forward`"},
    },
};

const CatalogEntry catalog_transform_winsorize = {
    .name = "winsorize", .kind = ENTRY_TRANSFORM, .built = true, .runtime_id = LRT_TRANSFORM_WINSORIZE,
    .doc = "pulls the extreme order statistics in to the last kept one",
    .source = "scipy.stats.mstats.winsorize", .example = "income -> winsorize(1%..99%)",
    .params = {
        {.name = "limits", .type = PARAM_CHOICE_OR_NUMBER,
         .doc = "the shares that are kept, 1%..99%, or the factor of `by: iqr` and `by: mad`"},
        {.name = "by", .type = PARAM_WORD, .fallback = "quantile", .named_only = true, .choices = "quantile|iqr|mad",
         .doc = "what the bounds are measured in"},
    },
};

const CatalogEntry catalog_transform_clip = {
    .name = "clip", .kind = ENTRY_TRANSFORM, .built = true, .runtime_id = LRT_TRANSFORM_CLIP,
    .doc = "limits values to lo..hi, or to quantiles where the limits are shares", .example = "age -> clip(18..90)",
    .params = {{.name = "limits", .type = PARAM_RANGE, .doc = "the least and the greatest value, or shares"}},
};

const CatalogEntry catalog_transform_scale = {
    .name = "scale", .kind = ENTRY_TRANSFORM, .built = true, .runtime_id = LRT_TRANSFORM_SCALE,
    .doc = "centers and scales by statistics of the training part", .example = "income -> scale(standard)",
    .params = {
        {.name = "how", .type = PARAM_WORD, .choices = "standard|minmax|robust|mad|maxabs|quantile|power",
         .doc = "the statistics"},
        {.name = "normal", .type = PARAM_BOOL, .fallback = "false", .named_only = true,
         .doc = "divides by 1.4826 MAD, for `mad`"},
        {.name = "to", .type = PARAM_WORD, .fallback = "uniform", .named_only = true, .choices = "uniform|normal",
         .doc = "the distribution of `quantile`"},
        {.name = "quantiles", .type = PARAM_INTEGER, .fallback = "100", .named_only = true, .min = 2, .max = 1000000,
         .doc = "how many `quantile` learns, as far as there are training rows"},
        {.name = "by", .type = PARAM_WORD, .fallback = "yeo_johnson", .named_only = true,
         .choices = "yeo_johnson|box_cox", .doc = "the family of `power`; Box-Cox takes numbers above 0 alone"},
    },
};

const CatalogEntry catalog_transform_log1p = {
    .name = "log1p", .kind = ENTRY_TRANSFORM, .built = true, .runtime_id = LRT_TRANSFORM_LOG1P,
    .doc = "log(1 + x)", .example = "income -> log1p",
};

const CatalogEntry catalog_transform_log = {
    .name = "log", .kind = ENTRY_TRANSFORM, .built = true, .runtime_id = LRT_TRANSFORM_LOG,
    .doc = "the natural logarithm", .example = "price -> log",
};

const CatalogEntry catalog_transform_sqrt = {
    .name = "sqrt", .kind = ENTRY_TRANSFORM, .built = true, .runtime_id = LRT_TRANSFORM_SQRT,
    .doc = "the square root", .example = "area -> sqrt",
};

const CatalogEntry catalog_transform_abs = {
    .name = "abs", .kind = ENTRY_TRANSFORM, .built = true, .runtime_id = LRT_TRANSFORM_ABS,
    .doc = "the absolute value", .example = "change -> abs",
};

const CatalogEntry catalog_transform_rescale = {
    .name = "rescale", .kind = ENTRY_TRANSFORM, .built = true, .runtime_id = LRT_TRANSFORM_RESCALE,
    .doc = "multiplies by a constant", .example = "pixel -> rescale(1 / 255)",
    .params = {{.name = "factor", .type = PARAM_NUMBER, .doc = "the constant"}},
};

const CatalogEntry catalog_transform_one_hot = {
    .name = "one_hot", .kind = ENTRY_TRANSFORM, .built = true, .runtime_id = LRT_TRANSFORM_ONE_HOT,
    .doc = "one indicator a level", .example = "region -> one_hot(rare: 20, unseen: other)",
    .params = {
        {.name = "rare", .type = PARAM_INTEGER, .fallback = "1", .named_only = true, .min = 0, .max = 9007199254740992.0,
         .doc = "levels with fewer training cells are pooled in `other`"},
        {.name = "unseen", .type = PARAM_WORD, .fallback = "zero", .named_only = true, .choices = "zero|other|error",
         .doc = "what a level that training has not becomes"},
        {.name = "missing", .type = PARAM_WORD, .fallback = "level", .named_only = true, .choices = "level|zero|error",
         .doc = "what a missing cell becomes"},
    },
};

const CatalogEntry catalog_transform_ordinal = {
    .name = "ordinal", .kind = ENTRY_TRANSFORM, .built = true, .runtime_id = LRT_TRANSFORM_ORDINAL,
    .doc = "the index of the level as a number", .example = "size -> ordinal",
};

const CatalogEntry catalog_transform_bins = {
    .name = "bins", .kind = ENTRY_TRANSFORM, .built = true, .runtime_id = LRT_TRANSFORM_BINS,
    .doc = "the number of the interval that a value lies in, from 0", .source = "scikit-learn's KBinsDiscretizer",
    .example = "age -> bins(5, by: quantile)",
    .params = {
        {.name = "count", .type = PARAM_INTEGER, .min = 2, .max = 10000, .doc = "how many intervals"},
        {.name = "by", .type = PARAM_WORD, .fallback = "quantile", .named_only = true, .choices = "quantile|width",
         .doc = "intervals of equal count, or of equal width"},
    },
};

const CatalogEntry catalog_transform_drop_outliers = {
    .name = "drop_outliers", .kind = ENTRY_TRANSFORM, .built = true, .runtime_id = LRT_TRANSFORM_DROP_OUTLIERS,
    .doc = "leaves out training rows whose value lies beyond bounds", .example = "income -> drop_outliers(3, by: mad)",
    .params = {
        {.name = "limits", .type = PARAM_CHOICE_OR_NUMBER, .fallback = "-",
         .doc = "how many times `by` a value may lie beyond, or the shares that are kept, 1%..99%"},
        {.name = "by", .type = PARAM_WORD, .fallback = "iqr", .named_only = true, .choices = "iqr|mad|zscore|quantile",
         .doc = "what the bounds are measured in; 1.5 of iqr, 3 of mad and zscore are the defaults"},
    },
};

const CatalogEntry catalog_transform_drop_constant = {
    .name = "drop_constant", .kind = ENTRY_TRANSFORM, .built = true, .runtime_id = LRT_TRANSFORM_DROP_CONSTANT,
    .doc = "leaves out a column that is the same in every training row", .example = "\"pixel*\" -> drop_constant",
};

const CatalogEntry catalog_transform_date_parts = {
    .name = "date_parts", .kind = ENTRY_TRANSFORM, .built = true, .runtime_id = LRT_TRANSFORM_DATE_PART,
    .doc = "parts of a moment as numbers, a column each", .example = "time -> date_parts(month, weekday, hour)",
    .params = {{.name = "part", .type = PARAM_WORD, .repeats = true,
                .choices = "year|month|day|weekday|day_of_year|hour|minute|weekend",
                .doc = "Monday is 0, the first day of the year 1; weekend is 0 or 1"}},
};

const CatalogEntry catalog_transform_cyclic = {
    .name = "cyclic", .kind = ENTRY_TRANSFORM, .built = true, .runtime_id = LRT_TRANSFORM_CYCLIC,
    .doc = "the place in a period as a point on a circle: sine and cosine", .example = "hour -> cyclic(24)",
    .params = {{.name = "period", .type = PARAM_NUMBER, .fallback = "-", .min = 0, .max = 1e15, .min_open = true,
                .doc = "behind `date_parts` each part has its own"}},
};

const CatalogEntry catalog_transform_cross = {
    .name = "cross", .kind = ENTRY_TRANSFORM, .built = true, .runtime_id = LRT_TRANSFORM_CROSS,
    .doc = "the combination of the levels of two columns", .example = "both = region -> cross(plan) -> one_hot",
    .params = {{.name = "column", .type = PARAM_ANY, .doc = "the other category"}},
};

const CatalogEntry catalog_transform_hash = {
    .name = "hash", .kind = ENTRY_TRANSFORM, .built = true, .runtime_id = LRT_TRANSFORM_HASH,
    .doc = "the bucket of a level, or how many words of a text fall into each",
    .source = "Weinberger et al. 2009, Feature hashing", .example = "city -> hash(64)",
    .params = {{.name = "buckets", .type = PARAM_INTEGER, .min = 2, .max = 1000000, .doc = "how many"}},
};

const CatalogEntry catalog_transform_bag_of_words = {
    .name = "bag_of_words", .kind = ENTRY_TRANSFORM, .built = true, .runtime_id = LRT_TRANSFORM_BAG_OF_WORDS,
    .doc = "how often the most frequent words of the training part stand in a text",
    .source = "scikit-learn's CountVectorizer", .example = "review -> bag_of_words(max: 1000)",
    .params = {{.name = "max", .type = PARAM_INTEGER, .min = 1, .max = 1000000, .doc = "how many words"}},
};

const CatalogEntry catalog_transform_pca = {
    .name = "pca", .kind = ENTRY_TRANSFORM, .built = true, .runtime_id = LRT_TRANSFORM_PCA,
    .doc = "principal components of the columns together: pca_1, pca_2 …",
    .source = "scikit-learn's PCA: centred, not scaled", .example = "\"x*\" -> scale(standard) -> pca(5)",
    .params = {{.name = "components", .type = PARAM_INTEGER, .min = 1, .max = 100000, .doc = "how many"}},
};

const CatalogEntry catalog_transform_select = {
    .name = "select", .kind = ENTRY_TRANSFORM, .built = true, .runtime_id = LRT_TRANSFORM_SELECT,
    .doc = "the columns that tell most about the target, by the F statistic of the training part",
    .source = "scikit-learn's f_classif and f_regression", .example = "\"x*\" -> scale(standard) -> select(10)",
    .params = {
        {.name = "count", .type = PARAM_INTEGER, .min = 1, .max = 1000000, .doc = "how many columns"},
        {.name = "target", .type = PARAM_ANY, .fallback = "-", .named_only = true, .doc = "which, of several"},
    },
};

const CatalogEntry catalog_transform_target_encode = {
    .name = "target_encode", .kind = ENTRY_TRANSFORM, .built = true, .runtime_id = LRT_TRANSFORM_TARGET_ENCODE,
    .doc = "the mean of the target by level, drawn towards the mean of all; cross-fitted in five folds",
    .formula = "(sum + smoothing · prior) / (n + smoothing)",
    .source = "Micci-Barreca 2001; scikit-learn's TargetEncoder", .example = "city -> target_encode(smoothing: 10)",
    .params = {
        {.name = "smoothing", .type = PARAM_NUMBER, .fallback = "10", .named_only = true, .min = 0, .max = 1e15,
         .doc = "how many rows of the prior a level starts with"},
        {.name = "target", .type = PARAM_ANY, .fallback = "-", .named_only = true, .doc = "which, of several"},
    },
};
