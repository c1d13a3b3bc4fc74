/* Cross entropy that looks away from rows that are right already. */
#include "catalog/loss/classification.h"

/* Two classes, with the margin m = ±z: log p = -softplus(-m) and log(1 - p) = -softplus(m). */
static NodeId two_class_rows(Build *build, NodeId labels, double gamma, NodeId head) {
    Graph *graph = build->graph;
    NodeId logit = graph_reshape(graph, head, shape_batch(0));
    NodeId margin = graph_binary(graph, OP_MUL, logit, class_select(build, labels, -1, 1));
    NodeId wrong = build_softplus(build, graph_unary(graph, OP_NEG, margin));
    NodeId decay = build_mul_scalar(build, build_softplus(build, margin), -gamma);
    return graph_binary(graph, OP_MUL, wrong, graph_unary(graph, OP_EXP, decay));
}

/* 1 - p is summed up from the other classes, so that it keeps its digits where p is almost 1; it is held off 0, where a
 * power below 1 has no derivative. */
static NodeId many_class_rows(Build *build, NodeId labels, double gamma, int64_t count, NodeId head) {
    Graph *graph = build->graph;
    NodeId hit = class_hits(build, labels, count), others = graph_binary(graph, OP_SUB, graph_constant(graph, 1), hit);
    NodeId logs = build_log_softmax(build, head);
    NodeId own = graph_reduce(graph, OP_SUM, graph_binary(graph, OP_MUL, logs, hit), 1u << 1);
    NodeId shares = graph_binary(graph, OP_MUL, graph_unary(graph, OP_EXP, logs), others);
    NodeId rest = build_max_scalar(build, graph_reduce(graph, OP_SUM, shares, 1u << 1), 1e-30);
    NodeId factor = graph_unary(graph, OP_EXP, build_mul_scalar(build, graph_unary(graph, OP_LOG, rest), gamma));
    NodeId product = graph_binary(graph, OP_MUL, graph_unary(graph, OP_NEG, own), factor);
    return graph_reshape(graph, product, shape_batch(0));
}

static void build_focal(Build *build, const Call *call, const BuildTarget *target, NodeId head, BuildLoss *out) {
    NodeId labels = class_labels(build, target);
    double gamma = call_number(call, "gamma");
    NodeId rows = target->level_count <= 2 ? two_class_rows(build, labels, gamma, head)
                                           : many_class_rows(build, labels, gamma, target->level_count, head);
    class_finish(build, call, target, labels, rows, out);
}

const CatalogEntry catalog_loss_focal = {
    .name = "focal", .kind = ENTRY_LOSS, .built = true, .runtime_id = -1,
    .doc = "cross entropy that counts a row the less, the more certain of its class the network is",
    .formula = "−w_y · (1 − p_y)^gamma · log p_y", .source = "Lin et al. 2017, eq. 4 and 5",
    .example = "loss: focal(gamma: 2)",
    .params = {
        {.name = "gamma", .type = PARAM_NUMBER, .fallback = "2", .max = 100,
         .doc = "how fast easy rows fade; 0 is cross entropy"},
        CLASS_WEIGHTS_PARAM,
    },
    .head_units = classification_head_units, .build_loss = build_focal, .build_prediction = classification_prediction,
};
