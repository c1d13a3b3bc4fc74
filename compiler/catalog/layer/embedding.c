/* A table of learnt vectors, one for each level of a category. */
#include "catalog/build.h"
#include "catalog/layer/layer_params.h"

#include "support/panic.h"

static NodeId build_embedding(Build *build, const Call *call, NodeId input) {
    int64_t width = call_integer(call, "width");
    if (build->index_count < 1) BUG("an embedding of %lld rows", (long long)build->index_count);
    ParameterOptions table = {
        .suffix = "weight",
        .shape = shape_make(2, (int64_t[]){build->index_count, width}),
        .init = LRT_INIT_NORMAL,
        .init_value = 1,
        .fan_in = width, /* as PyTorch counts them for a table */
        .fan_out = build->index_count,
    };
    if (call_argument(call, "init")->call != NULL) build_kernel_init(build, call, &table);
    return graph_gather(build->graph, build_parameter(build, table), input);
}

const CatalogEntry catalog_layer_embedding = {
    .name = "embedding", .kind = ENTRY_LAYER, .built = true, .runtime_id = -1,
    .doc = "a learnt vector for each level of a category; normal with deviation 1 at first",
    .formula = "y = W[x]", .source = "torch.nn.Embedding", .example = "plan -> embedding(4)",
    .params = {
        {.name = "width", .type = PARAM_INTEGER, .min = 1, .max = 1 << 20, .doc = "the length of a vector"},
        {.name = "init", .type = PARAM_INIT, .fallback = "auto", .named_only = true,
         .doc = "the initializer of the table; auto is normal(1)"},
        LAYER_NAME, LAYER_PENALTIES,
    },
    .takes_index = true,
    .build_layer = build_embedding,
};
