/* Normalised by the statistics of the batch in training, by running ones in evaluation. */
#include "catalog/layer/layer_params.h"
#include "catalog/layer/norm.h"

/* running = momentum · running + (1 - momentum) · batch, at the end of the step. */
static void update_running(Build *build, NodeId running, NodeId batch, double momentum) {
    Graph *graph = build->graph;
    NodeId value = graph_reshape(graph, batch, graph_node(graph, running)->shape);
    NodeId kept = build_mul_scalar(build, running, momentum);
    NodeId mixed = graph_binary(graph, OP_ADD, kept, build_mul_scalar(build, value, 1 - momentum));
    graph_assign_parameter(graph, graph_node(graph, running)->index, mixed);
}

/* n / (n - 1) with n the number of rows (and time steps): the running variance is unbiased. One row has no variance:
 * the factor is then 1, and the product 0. */
static NodeId unbiased(Build *build, NodeId input, NodeId variance) {
    Graph *graph = build->graph;
    const Shape *shape = &graph_node(graph, input)->shape;
    int64_t a_row = 1;
    for (int32_t i = 1; i < shape->rank - 1; i++) a_row *= shape->dims[i];
    NodeId count = build_mul_scalar(build, build_row_count(build), (double)a_row);
    NodeId fewer = build_max_scalar(build, build_add_scalar(build, count, -1), 1);
    return graph_binary(graph, OP_MUL, variance, graph_binary(graph, OP_DIV, count, fewer));
}

static NodeId build_batch_norm(Build *build, const Call *call, NodeId input) {
    Graph *graph = build->graph;
    Shape shape = graph_node(graph, input)->shape;
    if (!norm_wants_channels(build, call, input)) return NODE_NONE;
    double epsilon = call_number(call, "epsilon"), momentum = call_number(call, "momentum");
    NormWeights weights = norm_weights(build, input);
    ParameterOptions mean_options = {.suffix = "running_mean",
                                     .shape = shape_make(1, &shape.dims[shape.rank - 1]),
                                     .is_statistic = true,
                                     .init = LRT_INIT_ZEROS};
    ParameterOptions variance_options = mean_options;
    variance_options.suffix = "running_var";
    variance_options.init = LRT_INIT_CONSTANT;
    variance_options.init_value = 1;
    NodeId running_mean = build_parameter(build, mean_options);
    NodeId running_variance = build_parameter(build, variance_options);
    if (!build->training) return norm_apply(build, input, running_mean, running_variance, epsilon, weights);
    NodeId variance;
    NodeId mean = norm_mean(build, input, build_leading_axes(build, input), &variance);
    update_running(build, running_mean, mean, momentum);
    update_running(build, running_variance, unbiased(build, input, variance), momentum);
    return norm_apply(build, input, mean, variance, epsilon, weights);
}

const CatalogEntry catalog_layer_batch_norm = {
    .name = "batch_norm", .kind = ENTRY_LAYER, .built = true, .runtime_id = -1,
    .doc = "each channel centred and scaled by the batch's mean and variance, then by learnt ones; evaluation uses "
           "running statistics",
    .formula = "y = (x − mean) / √(var + epsilon) · weight + bias; "
               "running = momentum · running + (1 − momentum) · batch",
    .source = "Ioffe and Szegedy 2015, algorithm 1; torch.nn.BatchNorm1d with momentum 1 − ours",
    .example = "x -> dense(64) -> batch_norm -> relu",
    .params = {
        {.name = "momentum", .type = PARAM_NUMBER, .fallback = "0.9", .named_only = true, .max = 1, .max_open = true,
         .doc = "the share of the running statistics that a step keeps"},
        {.name = "epsilon", .type = PARAM_NUMBER, .fallback = "1e-5", .named_only = true, .max = 1, .min_open = true,
         .doc = "added to the variance"},
        LAYER_NAME,
    },
    .build_layer = build_batch_norm,
};
