/* The pinball loss: above the target an error counts 1 - q, below it q, so that the share q of the rows lies below the
 * prediction. */
#include <math.h>

#include "catalog/loss/regression.h"
#include "support/str.h"

static const double *quantiles_of(const Call *call, int64_t *out_count) {
    const Argument *argument = call_argument(call, "q");
    *out_count = argument->numbers != NULL ? argument->count : 1;
    return argument->numbers != NULL ? argument->numbers : &argument->number;
}

static int64_t head_units(Session *session, const Call *call, const BuildTarget *target) {
    int64_t count;
    const double *quantiles = quantiles_of(call, &count);
    if (!regression_wants_one(session, call, target)) return 0;
    for (int64_t i = 0; i < count; i++)
        for (int64_t k = 0; k < i; k++)
            if (quantiles[i] == quantiles[k]) {
                diag_report(session, DIAG_DUPLICATE_ARGUMENT, call_argument(call, "q")->span, "the quantile %s stands twice",
                            str_number(session->arena, quantiles[i]));
                return 0;
            }
    if (count > 0) return count;
    diag_report(session, DIAG_ARGUMENT_TYPE, call_argument(call, "q")->span, "`quantile` has no quantile");
    return 0;
}

/* |d| / 2 + (1/2 - q) · d, averaged over the quantiles. */
static void build_quantile(Build *build, const Call *call, const BuildTarget *target, NodeId head, BuildLoss *out) {
    Graph *graph = build->graph;
    int64_t count;
    const double *quantiles = quantiles_of(call, &count);
    NodeId *columns = ARENA_ARRAY(graph->arena, NodeId, count);
    for (int64_t i = 0; i < count; i++) {
        NodeId distance = regression_distance(build, target, graph_slice(graph, head, 1, i, i + 1));
        NodeId even = build_mul_scalar(build, graph_unary(graph, OP_ABS, distance), 0.5);
        columns[i] = graph_binary(graph, OP_ADD, even, build_mul_scalar(build, distance, 0.5 - quantiles[i]));
    }
    NodeId sum = columns[0];
    for (int64_t i = 1; i < count; i++) sum = graph_binary(graph, OP_ADD, sum, columns[i]);
    regression_finish(build, build_mul_scalar(build, sum, 1 / (double)count), out);
}

/* The quantile next to the median speaks for the target; of several, all follow it in their order. */
static NodeId build_quantiles(Build *build, const Call *call, const BuildTarget *target, NodeId head) {
    (void)target;
    int64_t count, middle = 0;
    const double *quantiles = quantiles_of(call, &count);
    for (int64_t i = 1; i < count; i++)
        if (fabs(quantiles[i] - 0.5) < fabs(quantiles[middle] - 0.5)) middle = i;
    const NodeId parts[] = {graph_slice(build->graph, head, 1, middle, middle + 1), head};
    return count == 1 ? head : graph_concat(build->graph, parts, 2, 1);
}

static const char *const *quantile_names(Arena *arena, const Call *call, int64_t *out_count) {
    int64_t count;
    const double *quantiles = quantiles_of(call, &count);
    *out_count = count > 1 ? count : 0;
    const char **names = ARENA_ARRAY(arena, const char *, count);
    for (int64_t i = 0; i < count; i++) names[i] = str_number(arena, quantiles[i]);
    return names;
}

const CatalogEntry catalog_loss_quantile = {
    .name = "quantile", .kind = ENTRY_LOSS, .built = true, .runtime_id = -1,
    .doc = "the pinball loss, whose best prediction is the quantile q; a list predicts several at once, a column each",
    .formula = "max(q · (y − ŷ), (q − 1) · (y − ŷ)), averaged over the quantiles",
    .source = "Koenker and Bassett 1978; sklearn.metrics.mean_pinball_loss",
    .example = "loss: quantile([10%, 50%, 90%])",
    .params = {{.name = "q", .type = PARAM_NUMBERS, .max = 1, .min_open = true, .max_open = true,
                .doc = "the share of rows below the prediction, or a list of shares"}},
    .prediction_columns = quantile_names,
    .head_units = head_units, .build_loss = build_quantile, .build_prediction = build_quantiles,
};
