/* K ordered levels as K - 1 questions, "is it above level k?", each with a logit and a cross entropy of its own. */
#include "catalog/loss/classification.h"

static int64_t head_units(Session *session, const Call *call, const BuildTarget *target) {
    int64_t units = classification_head_units(session, call, target);
    if (units == 0 || target->is_ordinal) return units > 1 ? target->level_count - 1 : units;
    Diagnostic *diagnostic = diag_report(session, DIAG_LOSS_TARGET_MISMATCH, call->span,
                                         "`%s` does not fit target `%s`, a category", call->entry->name, target->name);
    diag_caret(diagnostic, "wants an ordinal");
    diag_label(diagnostic, target->span, "its classes have no order");
    diag_advice(diagnostic, "`cross_entropy`, or the order declared: `%s : ordinal(low < mid < high)`", target->name);
    return 0;
}

/* softplus(z) - [y > k] · z, summed over the questions. */
static void build_ordinal(Build *build, const Call *call, const BuildTarget *target, NodeId head, BuildLoss *out) {
    Graph *graph = build->graph;
    int64_t questions = target->level_count - 1;
    NodeId labels = class_labels(build, target), levels = graph_iota(graph, shape_make(1, &questions));
    NodeId above = graph_binary(graph, OP_GREATER, graph_reshape(graph, labels, shape_batch(1)), levels);
    NodeId losses = graph_binary(graph, OP_SUB, build_softplus(build, head), graph_binary(graph, OP_MUL, above, head));
    NodeId sum = graph_reduce(graph, OP_SUM, losses, 1u << 1);
    class_finish(build, call, target, labels, graph_reshape(graph, sum, shape_batch(0)), out);
}

/* The questions are asked apart, so that a later one may get the greater probability; it is then held to that of the
 * ones before. What lies between two neighbours is the level's. */
static NodeId build_levels(Build *build, const Call *call, const BuildTarget *target, NodeId head) {
    (void)call;
    Graph *graph = build->graph;
    int64_t count = target->level_count;
    NodeId above = graph_unary(graph, OP_SIGMOID, head);
    NodeId *levels = ARENA_ARRAY(graph->arena, NodeId, count);
    NodeId before = graph_broadcast(graph, graph_constant(graph, 1), shape_batch(1));
    for (int64_t k = 0; k + 1 < count; k++) {
        NodeId own = graph_slice(graph, above, 1, k, k + 1);
        if (k > 0) own = graph_binary(graph, OP_MIN, before, own);
        levels[k] = graph_binary(graph, OP_SUB, before, own);
        before = own;
    }
    levels[count - 1] = before;
    return graph_concat(graph, levels, (int32_t)count, 1);
}

const CatalogEntry catalog_loss_ordinal_cross_entropy = {
    .name = "ordinal_cross_entropy", .kind = ENTRY_LOSS, .built = true, .runtime_id = -1,
    .doc = "cross entropy of the questions whether the level is above the first, the second …; predicts the median level",
    .formula = "Σ_{k<K} w_y · (log(1 + e^z_k) − [y > k] · z_k)", .source = "Frank and Hall 2001; Cheng et al. 2008",
    .example = "loss: ordinal_cross_entropy",
    .params = {CLASS_WEIGHTS_PARAM},
    .predicts_median = true,
    .head_units = head_units, .build_loss = build_ordinal, .build_prediction = build_levels,
};
