/* Initial weights: words of `init:`. The default `auto` follows the activation behind the layer. */
#include "catalog/catalog.h"

#define INITIALIZER(id, word, doc_text, example_text)                                                       \
    const CatalogEntry catalog_initializer_##word = {                                                        \
        .name = #word, .kind = ENTRY_INITIALIZER, .built = true, .runtime_id = LRT_INIT_##id,                 \
        .doc = doc_text, .example = example_text,                                                            \
    }

INITIALIZER(HE_NORMAL, he_normal, "normal, deviation sqrt(2 / fan_in) (He et al. 2015, eq. 10)",
            "dense(64, init: he_normal)");
INITIALIZER(HE_UNIFORM, he_uniform, "uniform in ±sqrt(6 / fan_in)", "dense(64, init: he_uniform)");
INITIALIZER(GLOROT_NORMAL, glorot_normal,
            "normal, deviation sqrt(2 / (fan_in + fan_out)) (Glorot and Bengio 2010, eq. 16)",
            "dense(64, init: glorot_normal)");
INITIALIZER(GLOROT_UNIFORM, glorot_uniform, "uniform in ±sqrt(6 / (fan_in + fan_out))",
            "dense(64, init: glorot_uniform)");
INITIALIZER(LECUN_NORMAL, lecun_normal, "normal, deviation sqrt(1 / fan_in)", "dense(64, init: lecun_normal)");
INITIALIZER(ORTHOGONAL, orthogonal, "a random orthogonal matrix (Saxe et al. 2014)", "dense(64, init: orthogonal)");
INITIALIZER(ZEROS, zeros, "all 0", "output(y, init: zeros)");

const CatalogEntry catalog_initializer_normal = {
    .name = "normal", .kind = ENTRY_INITIALIZER, .built = true, .runtime_id = LRT_INIT_NORMAL,
    .doc = "normal with mean 0", .example = "dense(64, init: normal(0.02))",
    .params = {{.name = "value", .type = PARAM_NUMBER, .max = 1e30, .doc = "the deviation"}},
};

const CatalogEntry catalog_initializer_uniform = {
    .name = "uniform", .kind = ENTRY_INITIALIZER, .built = true, .runtime_id = LRT_INIT_UNIFORM,
    .doc = "uniform in ±value", .example = "dense(64, init: uniform(0.05))",
    .params = {{.name = "value", .type = PARAM_NUMBER, .max = 1e30, .doc = "the greatest magnitude"}},
};

const CatalogEntry catalog_initializer_constant = {
    .name = "constant", .kind = ENTRY_INITIALIZER, .built = true, .runtime_id = LRT_INIT_CONSTANT,
    .doc = "all the same", .example = "output(y, init: constant(0.1))",
    .params = {{.name = "value", .type = PARAM_NUMBER, .doc = "the value"}},
};
