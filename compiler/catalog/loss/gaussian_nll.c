/* Mean and spread at once: the head has a mean and the logarithm of a variance for each column. */
#include "catalog/loss/likelihood.h"

static int64_t head_units(Session *session, const Call *call, const BuildTarget *target) {
    return regression_wants_one(session, call, target) ? 2 : 0;
}

typedef struct Normal {
    NodeId mean, log_variance; /* [B, width] */
} Normal;

static Normal split_head(Build *build, NodeId head) {
    int64_t width = graph_node(build->graph, head)->shape.dims[1] / 2;
    return (Normal){graph_slice(build->graph, head, 1, 0, width), graph_slice(build->graph, head, 1, width, 2 * width)};
}

/* (s + (ŷ - y)² · e^-s) / 2 */
static void build_gaussian(Build *build, const Call *call, const BuildTarget *target, NodeId head, BuildLoss *out) {
    (void)call;
    Graph *graph = build->graph;
    Normal normal = split_head(build, head);
    NodeId square = graph_unary(graph, OP_SQUARE, regression_distance(build, target, normal.mean));
    NodeId precision = likelihood_exp(build, graph_unary(graph, OP_NEG, normal.log_variance));
    NodeId sum = graph_binary(graph, OP_ADD, normal.log_variance, graph_binary(graph, OP_MUL, square, precision));
    regression_finish(build, build_mul_scalar(build, sum, 0.5), out);
}

/* The mean, and a deviation below and above it: bounds, and not the deviation, since those can be turned back into the
 * target's units through any transform. */
static NodeId build_bounds(Build *build, const Call *call, const BuildTarget *target, NodeId head) {
    (void)call, (void)target;
    Graph *graph = build->graph;
    Normal normal = split_head(build, head);
    NodeId deviation = likelihood_exp(build, build_mul_scalar(build, normal.log_variance, 0.5));
    const NodeId parts[] = {normal.mean, graph_binary(graph, OP_SUB, normal.mean, deviation),
                            graph_binary(graph, OP_ADD, normal.mean, deviation)};
    return graph_concat(graph, parts, 3, 1);
}

static const char *const *bound_names(Arena *arena, const Call *call, int64_t *out_count) {
    static const char *const names[] = {"minus_sd", "plus_sd"};
    (void)arena, (void)call;
    *out_count = 2;
    return names;
}

const CatalogEntry catalog_loss_gaussian_nll = {
    .name = "gaussian_nll", .kind = ENTRY_LOSS, .built = true, .runtime_id = -1,
    .doc = "minus the log-likelihood of a normal distribution with a predicted variance, without the constant; predicts "
           "the mean, and in further columns a deviation below and above it",
    .formula = "(s + (ŷ − y)² · e^−s) / 2, s the logarithm of the variance",
    .source = "Nix and Weigend 1994; torch.nn.GaussianNLLLoss", .example = "loss: gaussian_nll",
    .may_be_negative = true, .prediction_columns = bound_names,
    .head_units = head_units, .build_loss = build_gaussian, .build_prediction = build_bounds,
};
