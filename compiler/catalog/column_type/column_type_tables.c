/* Types of columns. Their arguments (bounds, levels) are read by the checker of `columns`, since their forms are their own. */
#include "catalog/catalog.h"

#define BOUNDS {.name = "bounds", .type = PARAM_RANGE, .fallback = "-", .doc = "every cell lies in lo..hi"}

const CatalogEntry catalog_column_type_real = {
    .name = "real", .kind = ENTRY_COLUMN_TYPE, .built = true, .runtime_id = LRT_COLUMN_REAL,
    .doc = "a number", .example = "income : real(0..)?", .params = {BOUNDS},
};

const CatalogEntry catalog_column_type_int = {
    .name = "int", .kind = ENTRY_COLUMN_TYPE, .built = true, .runtime_id = LRT_COLUMN_INT,
    .doc = "a whole number", .example = "age : int(18..120)", .params = {BOUNDS},
};

const CatalogEntry catalog_column_type_bool = {
    .name = "bool", .kind = ENTRY_COLUMN_TYPE, .built = true, .runtime_id = LRT_COLUMN_BOOL,
    .doc = "true or false, yes or no, 1 or 0", .example = "married : bool",
};

const CatalogEntry catalog_column_type_category = {
    .name = "category", .kind = ENTRY_COLUMN_TYPE, .built = true, .runtime_id = LRT_COLUMN_CATEGORY,
    .doc = "one of a set of levels without an order", .example = "plan : category(basic, pro, max)",
    .params = {{.name = "levels", .type = PARAM_ANY, .fallback = "-",
                .doc = "the levels; another value is an error. Without them they are learnt on the training part"}},
};

const CatalogEntry catalog_column_type_ordinal = {
    .name = "ordinal", .kind = ENTRY_COLUMN_TYPE, .built = true, .runtime_id = LRT_COLUMN_ORDINAL,
    .doc = "one of a set of ordered levels", .example = "size : ordinal(low < mid < high)",
    .params = {{.name = "levels", .type = PARAM_ANY, .doc = "the levels from the lowest to the highest"}},
};

const CatalogEntry catalog_column_type_timestamp = {
    .name = "timestamp", .kind = ENTRY_COLUMN_TYPE, .built = true, .runtime_id = LRT_COLUMN_TIMESTAMP,
    .doc = "a moment in time, read by a format", .example = "time : timestamp(\"%Y-%m-%d\", every: 1 day)",
    .params = {
        {.name = "format", .type = PARAM_STRING, .fallback = "-", .doc = "as strptime's: %Y %m %d %H %M %S %f %z %y %b %j"},
        {.name = "every", .type = PARAM_TIME, .fallback = "-", .named_only = true, .max = 1e15, .min_open = true,
         .doc = "the time between two rows"},
        {.name = "gaps", .type = PARAM_WORD, .fallback = "keep", .named_only = true, .choices = "keep|split|forward|error",
         .doc = "what a missing row means"},
        {.name = "from", .type = PARAM_ANY, .fallback = "-", .named_only = true, .doc = "columns that make up the moment"},
    },
};

const CatalogEntry catalog_column_type_key = {
    .name = "key", .kind = ENTRY_COLUMN_TYPE, .built = true, .runtime_id = LRT_COLUMN_KEY,
    .doc = "identity of a row, never a feature", .example = "customer : key",
};

const CatalogEntry catalog_column_type_group = {
    .name = "group", .kind = ENTRY_COLUMN_TYPE, .built = true, .runtime_id = LRT_COLUMN_GROUP,
    .doc = "rows of one group are never divided between parts", .example = "patient : group",
};

const CatalogEntry catalog_column_type_weight = {
    .name = "weight", .kind = ENTRY_COLUMN_TYPE, .built = true, .runtime_id = LRT_COLUMN_WEIGHT,
    .doc = "the weight of a row in the loss", .example = "exposure : weight",
};

const CatalogEntry catalog_column_type_fold = {
    .name = "fold", .kind = ENTRY_COLUMN_TYPE, .built = true, .runtime_id = LRT_COLUMN_FOLD,
    .doc = "the part of each row, for `predefined`", .example = "part : fold",
};

const CatalogEntry catalog_column_type_ignore = {
    .name = "ignore", .kind = ENTRY_COLUMN_TYPE, .built = true, .runtime_id = LRT_COLUMN_IGNORE,
    .doc = "a column that is not read", .example = "comment : ignore",
};

const CatalogEntry catalog_column_type_image = {
    .name = "image", .kind = ENTRY_COLUMN_TYPE, .built = true, .runtime_id = LRT_COLUMN_IMAGE,
    .doc = "pixels, row by row, the channels of a pixel side by side", .example = "image : image[28, 28, 1]",
};

const CatalogEntry catalog_column_type_vector = {
    .name = "vector", .kind = ENTRY_COLUMN_TYPE, .built = true, .runtime_id = LRT_COLUMN_VECTOR,
    .doc = "a fixed number of numbers", .example = "x : vector[64]",
};

const CatalogEntry catalog_column_type_text = {
    .name = "text", .kind = ENTRY_COLUMN_TYPE, .built = true, .runtime_id = LRT_COLUMN_TEXT,
    .doc = "words", .example = "review : text",
};
