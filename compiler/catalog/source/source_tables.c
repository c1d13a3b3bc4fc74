/* Sources of data: what `data:` may name. */
#include "catalog/catalog.h"

/* Files a part in place of one. */
#define PARTS                                                                                                          \
    {.name = "train", .type = PARAM_ANY, .fallback = "-", .named_only = true, .doc = "the file of the training part"}, \
        {.name = "validation", .type = PARAM_ANY, .fallback = "-", .named_only = true,                                 \
         .doc = "the file of the validation part; without it, rows of `train`"},                                       \
        {.name = "test", .type = PARAM_ANY, .fallback = "-", .named_only = true,                                       \
         .doc = "the file of the test part; without it, rows of `train`"}

const CatalogEntry catalog_source_csv = {
    .name = "csv",
    .kind = ENTRY_SOURCE,
    .built = true,
    .runtime_id = -1,
    .doc = "a text file with one row a line and a character between the columns",
    .example = "data: csv(\"credit.csv\", missing: [\"\", \"NA\"])",
    .params = {
        {.name = "path", .type = PARAM_STRING, .fallback = "-", .doc = "the file, relative to the spec"},
        {.name = "delimiter", .type = PARAM_STRING, .fallback = "-", .named_only = true,
         .doc = "the character between two cells; by default a tab for .tsv, else a comma"},
        {.name = "header", .type = PARAM_BOOL, .fallback = "true", .named_only = true,
         .doc = "whether the first row names the columns; false: the names of `columns`, in order"},
        {.name = "missing", .type = PARAM_STRINGS, .fallback = "-", .named_only = true,
         .doc = "texts that stand for a missing cell, besides the empty one"},
        {.name = "decimal", .type = PARAM_STRING, .fallback = ".", .named_only = true,
         .doc = "the decimal sign, \".\" or \",\""},
        {.name = "quote", .type = PARAM_STRING, .fallback = "\"", .named_only = true,
         .doc = "the character around cells that hold a delimiter"},
        PARTS,
    },
};

const CatalogEntry catalog_source_npy = {
    .name = "npy",
    .kind = ENTRY_SOURCE,
    .built = true,
    .runtime_id = -1,
    .doc = "arrays of NumPy, a file each; their columns are `x` and `y`",
    .example = "data: npy(x: \"images.npy\", y: \"labels.npy\")",
    .params = {
        {.name = "x", .type = PARAM_STRING, .fallback = "-", .doc = "the file of `x`, relative to the spec"},
        {.name = "y", .type = PARAM_STRING, .fallback = "-", .doc = "the file of `y`"},
        PARTS,
    },
};

const CatalogEntry catalog_source_npz = {
    .name = "npz",
    .kind = ENTRY_SOURCE,
    .built = true,
    .runtime_id = -1,
    .doc = "arrays of NumPy in one archive; its members are the columns",
    .example = "data: npz(\"digits.npz\")",
    .params = {
        {.name = "path", .type = PARAM_STRING, .fallback = "-", .doc = "the archive, relative to the spec"},
        PARTS,
    },
};

const CatalogEntry catalog_source_idx = {
    .name = "idx",
    .kind = ENTRY_SOURCE,
    .built = true,
    .runtime_id = -1,
    .doc = "images and labels in the format of MNIST; their columns are `image` and `label`",
    .example = "data: idx(\"train-images-idx3-ubyte.gz\", labels: \"train-labels-idx1-ubyte.gz\")",
    .params = {
        {.name = "images", .type = PARAM_STRING, .fallback = "-", .doc = "the file of the images, relative to the spec"},
        {.name = "labels", .type = PARAM_STRING, .fallback = "-", .doc = "the file of the labels"},
        PARTS,
    },
};

const CatalogEntry catalog_source_jsonl = {
    .name = "jsonl",
    .kind = ENTRY_SOURCE,
    .built = true,
    .runtime_id = -1,
    .doc = "one JSON object a line; its keys are the columns",
    .example = "data: jsonl(\"events.jsonl\")",
    .params = {
        {.name = "path", .type = PARAM_STRING, .fallback = "-", .doc = "the file, relative to the spec"},
        PARTS,
    },
};

const CatalogEntry catalog_source_sqlite = {
    .name = "sqlite",
    .kind = ENTRY_SOURCE,
    .built = true,
    .runtime_id = -1,
    .doc = "the rows of a query; its columns bear the names that it gives them",
    .example = "data: sqlite(\"shop.db\", query: \"select * from orders\")",
    .params = {
        {.name = "path", .type = PARAM_STRING, .fallback = "-", .doc = "the database, relative to the spec"},
        {.name = "query", .type = PARAM_STRING, .named_only = true, .doc = "one SELECT, as SQLite takes it"},
        PARTS,
    },
};

const CatalogEntry catalog_source_images = {
    .name = "images",
    .kind = ENTRY_SOURCE,
    .built = true,
    .runtime_id = -1,
    .doc = "a folder of PNG and JPEG files for each class; their columns are `image` and `label`",
    .example = "data: images(\"flowers\", size: 64x64, channels: 3)",
    .params = {
        {.name = "dir", .type = PARAM_STRING, .fallback = "-", .doc = "the folder of the folders, relative to the spec"},
        {.name = "size", .type = PARAM_SIZE, .fallback = "-", .named_only = true,
         .doc = "height and width that pictures are brought to; by default those of the column"},
        {.name = "channels", .type = PARAM_INTEGER, .fallback = "-", .named_only = true, .min = 1, .max = 4,
         .doc = "1: grey, 3: colours, 2 and 4 with alpha; by default those of the column"},
        PARTS,
    },
};
