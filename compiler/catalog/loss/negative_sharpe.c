/* A portfolio by its Sharpe ratio: the flow gives shares, the target the returns of what can be held. The ratio belongs to the rows of a
 * step together, so each of them carries it; in evaluation, where the runtime takes the ratio over all rows, a row's loss is minus what
 * it earns. */
#include "catalog/loss/loss_rows.h"
#include "catalog/loss/regression.h"

static bool is_long_only(const Call *call) { return call_argument(call, "long_only")->integer != 0; }

static int64_t head_units(Session *session, const Call *call, const BuildTarget *target) {
    int64_t units = regression_head_units(session, call, target);
    if (units == 0) return 0;
    if (units == 1) {
        Diagnostic *d = diag_report(session, DIAG_LOSS_TARGET_MISMATCH, call->span,
                                    "`negative_sharpe` holds several things, and target `%s` is one number", target->name);
        diag_label(d, target->span, "the target");
        diag_advice(d, "a vector of returns: `target { r = [dax, smi] -> returns -> ahead(1) }`");
        return 0;
    }
    if (call_number(call, "cost") > 0) {
        diag_report(session, DIAG_UNSUPPORTED_FEATURE, call_argument(call, "cost")->span,
                    "`cost:` of `negative_sharpe` is an argument of the language that this version does not build");
        return 0;
    }
    return units;
}

/* Shares that sum to 1 (long only), or whose sizes do. */
static NodeId build_shares(Build *build, const Call *call, const BuildTarget *target, NodeId head) {
    Graph *graph = build->graph;
    (void)target;
    if (is_long_only(call)) return build_softmax(build, head);
    NodeId raw = graph_unary(graph, OP_TANH, head);
    NodeId gross = graph_reduce(graph, OP_SUM, graph_unary(graph, OP_ABS, raw), build_last_axis(build, raw));
    return graph_binary(graph, OP_DIV, raw, build_max_scalar(build, gross, 1e-12));
}

static void build_negative_sharpe(Build *build, const Call *call, const BuildTarget *target, NodeId head, BuildLoss *out) {
    Graph *graph = build->graph;
    NodeId earned = graph_binary(graph, OP_MUL, build_shares(build, call, target, head), regression_truth(build, target));
    NodeId returns = graph_reduce(graph, OP_SUM, earned, build_last_axis(build, earned)); /* [B, 1] */
    if (!build->training) {
        loss_finish(build, graph_unary(graph, OP_NEG, graph_reshape(graph, returns, shape_batch(0))), NODE_NONE, out);
        return;
    }
    NodeId mean = build_mean(build, returns, 1u << 0);
    NodeId squares = graph_unary(graph, OP_SQUARE, graph_binary(graph, OP_SUB, returns, mean));
    NodeId variance = build_max_scalar(build, build_mean(build, squares, 1u << 0), 1e-20);
    NodeId ratio = graph_binary(graph, OP_DIV, mean, graph_unary(graph, OP_SQRT, variance));
    NodeId loss = graph_unary(graph, OP_NEG, graph_reshape(graph, ratio, shape_scalar()));
    loss_finish(build, graph_broadcast(graph, loss, shape_batch(0)), NODE_NONE, out);
}

const CatalogEntry catalog_loss_negative_sharpe = {
    .name = "negative_sharpe", .kind = ENTRY_LOSS, .built = true, .runtime_id = -1,
    .doc = "minus the Sharpe ratio of a portfolio, of which the flow gives the shares and a vector target the returns",
    .formula = "−mean(R) / sd(R), R = Σ w · r over the rows of a step, sd over n; w = softmax(z), or tanh(z) / Σ|tanh(z)|",
    .source = "Sharpe 1994; Moody and Saffell 2001, equation 5", .example = "loss: negative_sharpe",
    .params = {{.name = "cost", .type = PARAM_SHARE, .fallback = "0", .named_only = true, .max = 1,
                .doc = "what it costs to buy or sell a unit, such as 10 bp"},
               {.name = "long_only", .type = PARAM_BOOL, .fallback = "true", .named_only = true,
                .doc = "shares of 0 to 1; else also below 0, and their sizes sum to 1"}},
    .may_be_negative = true, .is_portfolio = true,
    .head_units = head_units, .build_loss = build_negative_sharpe, .build_prediction = build_shares,
};
