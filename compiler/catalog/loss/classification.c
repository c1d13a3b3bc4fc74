/* torch.nn.CrossEntropyLoss with class weights w and label smoothing s over K classes: a row of class y has the loss
 *     -Σ_c q_c log p_c    with    q_c = w_c · ((1 - s)·[c = y] + s / K),
 * and counts w_y in the mean. Two classes have the logit z of the second alone: the same with logits (0, z). */
#include "catalog/loss/classification.h"

#include "catalog/loss/class_rows.h"
#include "catalog/loss/class_weights.h"
#include "catalog/loss/loss_rows.h"

static bool wants_classes(Session *session, const Call *call, const BuildTarget *target) {
    if (target->is_class) return true;
    Diagnostic *diagnostic = diag_report(session, DIAG_CLASSIFICATION_LOSS_ON_CONTINUOUS, call->span,
                                         "`%s` does not fit target `%s`, a number", call->entry->name, target->name);
    diag_caret(diagnostic, "wants a category");
    diag_label(diagnostic, target->span, "a number has no classes");
    diag_why(diagnostic, "`%s` tells classes apart; a real target has none", call->entry->name);
    diag_fix(diagnostic, false, call->span, "huber", NULL);
    return false;
}

static bool has_two_classes(Session *session, const Call *call, const BuildTarget *target) {
    if (target->level_count != 1) return true;
    Diagnostic *diagnostic =
        diag_report(session, DIAG_LOSS_TARGET_MISMATCH, call->span,
                    "`%s` does not fit target `%s`, which has one class", call->entry->name, target->name);
    diag_label(diagnostic, target->span, "`%s` alone", target->levels[0]);
    return false;
}

int64_t classification_head_units(Session *session, const Call *call, const BuildTarget *target) {
    if (!wants_classes(session, call, target) || !has_two_classes(session, call, target)) return 0;
    if (!class_weights_check(session, call, target)) return 0;
    return target->level_count <= 2 ? 1 : target->level_count;
}

/* With -log p_2 = softplus(-z), -log p_1 = softplus(z), both of which are (|z| ∓ z) / 2 + log(1 + e^-|z|), the loss is
 *     (q_1 + q_2) · (|z| / 2 + log(1 + e^-|z|)) + (q_1 - q_2) / 2 · z. */
static void two_class_loss(Build *build, NodeId labels, const double *weights, double smoothing, NodeId head,
                           BuildLoss *out) {
    Graph *graph = build->graph;
    double first = weights != NULL ? weights[0] : 1, second = weights != NULL ? weights[1] : 1;
    double hit = 1 - smoothing / 2, miss = smoothing / 2;
    NodeId logit = graph_reshape(graph, head, shape_batch(0));
    NodeId half = build_mul_scalar(build, graph_unary(graph, OP_ABS, logit), 0.5);
    NodeId even = graph_binary(graph, OP_ADD, half, build_softplus_tail(build, logit));
    NodeId slope = class_select(build, labels, (first * hit - second * miss) / 2, (first * miss - second * hit) / 2);
    NodeId class_weight = NODE_NONE;
    if (weights != NULL) {
        NodeId both = class_select(build, labels, first * hit + second * miss, first * miss + second * hit);
        even = graph_binary(graph, OP_MUL, even, both);
        class_weight = class_select(build, labels, first, second);
    }
    NodeId row_loss = graph_binary(graph, OP_ADD, even, graph_binary(graph, OP_MUL, logit, slope));
    loss_finish(build, row_loss, class_weight, out);
}

static void many_class_loss(Build *build, NodeId labels, const double *weights, double smoothing, int64_t count,
                            NodeId head, BuildLoss *out) {
    Graph *graph = build->graph;
    Shape rows = shape_batch(0);
    NodeId hit = class_hits(build, labels, count);
    NodeId wanted = hit, class_weight = NODE_NONE;
    if (smoothing > 0)
        wanted = build_add_scalar(build, build_mul_scalar(build, hit, 1 - smoothing), smoothing / (double)count);
    if (weights != NULL) {
        NodeId vector = class_weight_vector(build, weights, count);
        wanted = graph_binary(graph, OP_MUL, wanted, vector);
        NodeId own = graph_reduce(graph, OP_SUM, graph_binary(graph, OP_MUL, hit, vector), 1u << 1);
        class_weight = graph_reshape(graph, own, rows);
    }
    NodeId product = graph_binary(graph, OP_MUL, build_log_softmax(build, head), wanted);
    NodeId sum = graph_reshape(graph, graph_reduce(graph, OP_SUM, product, 1u << 1), rows);
    loss_finish(build, graph_unary(graph, OP_NEG, sum), class_weight, out);
}

void classification_loss(Build *build, const Call *call, const BuildTarget *target, NodeId head, BuildLoss *out) {
    const double *weights = class_weights_of(build->graph->arena, call, target);
    double smoothing = call_number(call, "label_smoothing");
    NodeId labels = class_labels(build, target);
    if (target->level_count <= 2)
        two_class_loss(build, labels, weights, smoothing, head, out);
    else
        many_class_loss(build, labels, weights, smoothing, target->level_count, head, out);
}

NodeId classification_prediction(Build *build, const Call *call, const BuildTarget *target, NodeId head) {
    (void)call;
    Graph *graph = build->graph;
    if (target->level_count > 2) return build_softmax(build, head);
    /* The first class's logit is the negative of the second's: z · (-1, 1). */
    int64_t two = 2;
    NodeId sides = build_add_scalar(build, build_mul_scalar(build, graph_iota(graph, shape_make(1, &two)), 2), -1);
    return graph_unary(graph, OP_SIGMOID, graph_binary(graph, OP_MUL, head, sides));
}
