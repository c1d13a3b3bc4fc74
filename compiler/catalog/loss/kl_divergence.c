/* Relative entropy of the target's distribution to the predicted one: cross entropy less the target's own entropy, so
 * that the least is 0. The distribution is a class (perhaps smoothed), a share in 0..1, or columns that sum to 1. */
#include <math.h>

#include "catalog/loss/classification.h"
#include "catalog/loss/regression.h"

static int64_t head_units(Session *session, const Call *call, const BuildTarget *target) {
    return target->is_class ? classification_head_units(session, call, target)
                            : regression_head_units(session, call, target);
}

/* q log q, 0 at 0. */
static NodeId times_log(Build *build, NodeId share) {
    Graph *graph = build->graph;
    NodeId positive = build_max_scalar(build, share, 1e-30);
    return graph_binary(graph, OP_MUL, share, graph_unary(graph, OP_LOG, positive));
}

/* softplus(z) - q z, the cross entropy of q and 1 - q. */
static NodeId two_way(Build *build, NodeId share, NodeId logit) {
    Graph *graph = build->graph;
    return graph_binary(graph, OP_SUB, build_softplus(build, logit), graph_binary(graph, OP_MUL, share, logit));
}

static NodeId many_way(Build *build, NodeId shares, NodeId logits) {
    Graph *graph = build->graph;
    NodeId product = graph_binary(graph, OP_MUL, shares, build_log_softmax(build, logits));
    return graph_unary(graph, OP_NEG, graph_reduce(graph, OP_SUM, product, 1u << 1));
}

static double smoothed_entropy(double smoothing, int64_t count) {
    double other = smoothing / (double)count, own = 1 - smoothing + other;
    return smoothing == 0 ? 0 : -own * log(own) - (double)(count - 1) * other * log(other);
}

static void class_rows(Build *build, const Call *call, const BuildTarget *target, NodeId head, BuildLoss *out) {
    Graph *graph = build->graph;
    double smoothing = call_number(call, "label_smoothing");
    int64_t count = target->level_count <= 2 ? 2 : target->level_count;
    double other = smoothing / (double)count, own = 1 - smoothing + other;
    NodeId labels = class_labels(build, target), entropy;
    if (count == 2) {
        entropy = two_way(build, class_select(build, labels, other, own), graph_reshape(graph, head, shape_batch(0)));
    } else {
        NodeId shares = build_mul_scalar(build, class_hits(build, labels, count), 1 - smoothing);
        entropy = many_way(build, build_add_scalar(build, shares, other), head);
    }
    NodeId rows = graph_reshape(graph, entropy, shape_batch(0));
    class_finish(build, call, target, labels, build_add_scalar(build, rows, -smoothed_entropy(smoothing, count)), out);
}

static void share_rows(Build *build, const BuildTarget *target, NodeId head, BuildLoss *out) {
    Graph *graph = build->graph;
    NodeId truth = regression_truth(build, target), rows;
    if (target->target_end - target->target_begin == 1) {
        NodeId rest = graph_binary(graph, OP_SUB, graph_constant(graph, 1), truth);
        NodeId own = graph_binary(graph, OP_ADD, times_log(build, truth), times_log(build, rest));
        rows = graph_binary(graph, OP_ADD, two_way(build, truth, head), own);
    } else {
        NodeId own = graph_reduce(graph, OP_SUM, times_log(build, truth), 1u << 1);
        rows = graph_binary(graph, OP_ADD, many_way(build, truth, head), own);
    }
    regression_finish(build, rows, out);
}

static void build_kl(Build *build, const Call *call, const BuildTarget *target, NodeId head, BuildLoss *out) {
    if (target->is_class)
        class_rows(build, call, target, head, out);
    else
        share_rows(build, target, head, out);
}

static NodeId build_prediction(Build *build, const Call *call, const BuildTarget *target, NodeId head) {
    if (target->is_class) return classification_prediction(build, call, target, head);
    bool one = target->target_end - target->target_begin == 1;
    return one ? graph_unary(build->graph, OP_SIGMOID, head) : build_softmax(build, head);
}

static LossDomain domain(const Call *call) {
    (void)call;
    return (LossDomain){.low = 0, .high = 1};
}

const CatalogEntry catalog_loss_kl_divergence = {
    .name = "kl_divergence", .kind = ENTRY_LOSS, .built = true, .runtime_id = -1,
    .doc = "the relative entropy of the target's distribution (a class, or a share in 0..1) to the predicted one",
    .formula = "Σ_c q_c · log(q_c / p_c)", .source = "Kullback and Leibler 1951; torch.nn.KLDivLoss",
    .example = "loss: kl_divergence", .target_domain = domain,
    .params = {CLASSIFICATION_PARAMS},
    .head_units = head_units, .build_loss = build_kl, .build_prediction = build_prediction,
};
