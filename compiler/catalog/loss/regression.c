/* Means over the columns of a row; over the rows, lowering takes the weighted mean. */
#include "catalog/loss/regression.h"

#include "catalog/loss/loss_rows.h"

static void report_categorical(Session *session, const Call *call, const BuildTarget *target) {
    Diagnostic *diagnostic;
    if (target->level_count > 0)
        diagnostic = diag_report(session, DIAG_REGRESSION_LOSS_ON_CATEGORICAL, call->span,
                                 "`%s` does not fit target `%s`, %s with %lld classes", call->entry->name, target->name,
                                 target->is_ordinal ? "an ordinal" : "a category", (long long)target->level_count);
    else
        diagnostic = diag_report(session, DIAG_REGRESSION_LOSS_ON_CATEGORICAL, call->span,
                                 "`%s` does not fit target `%s`, a category", call->entry->name, target->name);
    diag_caret(diagnostic, "wants a real target");
    diag_label(diagnostic, target->span, "classes have no distance between them");
    diag_why(diagnostic,
             "the gradient of %s through a sigmoid vanishes for confident wrong answers: the loss stays high "
             "whatever the learning rate",
             call->entry->name);
    diag_fix(diagnostic, true, call->span, "cross_entropy", NULL);
}

int64_t regression_head_units(Session *session, const Call *call, const BuildTarget *target) {
    if (!target->is_class) return target->target_end - target->target_begin;
    report_categorical(session, call, target);
    return 0;
}

bool regression_wants_one(Session *session, const Call *call, const BuildTarget *target) {
    int64_t units = regression_head_units(session, call, target);
    if (units <= 1) return units == 1;
    Diagnostic *d = diag_report(session, DIAG_LOSS_TARGET_MISMATCH, call->span, "`%s` predicts one number, and target `%s` is a vector of %lld",
                                call->entry->name, target->name, (long long)units);
    diag_label(d, target->span, "the target");
    diag_advice(d, "`mse` or `huber`, or a target for each number");
    return false;
}

NodeId regression_truth(Build *build, const BuildTarget *target) {
    int64_t begin = target->target_begin, end = target->target_end;
    return graph_leaf(build->graph, OP_TARGETS, shape_batch(end - begin), 0, begin, end);
}

NodeId regression_distance(Build *build, const BuildTarget *target, NodeId head) {
    return graph_binary(build->graph, OP_SUB, head, regression_truth(build, target));
}

void regression_finish(Build *build, NodeId losses, BuildLoss *out) {
    NodeId mean = build_mean(build, losses, build_last_axis(build, losses));
    loss_finish(build, graph_reshape(build->graph, mean, shape_batch(0)), NODE_NONE, out);
}

NodeId regression_prediction(Build *build, const Call *call, const BuildTarget *target, NodeId head) {
    (void)build, (void)call, (void)target;
    return head;
}
