/* The last activation of a flow that is the prediction itself, against the values that its target takes. */
#include <math.h>

#include "data/inspect.h"
#include "support/str.h"

/* Of the training rows: from this share on the values outside are no rarities. */
static const double rare = 0.001;

typedef struct Reach {
    double low, high;  /* what the activation yields */
    int64_t rows, outside;
    double least, greatest; /* of the target */
} Reach;

static int32_t past_asserts(const Model *model, int32_t node) {
    while (model->nodes.items[node].kind == NET_ASSERT) node = model->nodes.items[node].inputs[0];
    return node;
}

/* The activation whose values are the predictions, or NULL. A loss with an exponential link predicts others. */
static const NetNode *last_activation(const Inspection *in, const NetNode *output) {
    const Model *model = in->model;
    const LrtTarget *target = &in->data->targets[output->target];
    if (output->kind != NET_OUTPUT || !output->head_none || target->is_class ||
        !inspect_loss_is(in, output->target, "mse mae huber log_cosh quantile mape msle"))
        return NULL;
    const NetNode *last = &model->nodes.items[past_asserts(model, output->inputs[0])];
    bool bounded = last->kind == NET_CALL && last->call->entry->output_range != NULL;
    return bounded ? last : NULL;
}

static Reach measure(const Inspection *in, const NetNode *activation, int64_t t) {
    const LrtDataset *dataset = in->dataset;
    const double *range = activation->call->entry->output_range;
    Reach reach = {range[0], range[1], dataset->train_before_sampling, 0, INFINITY, -INFINITY};
    for (int64_t i = 0; i < reach.rows; i++) {
        int64_t row = dataset->part_rows[LRT_PART_TRAIN][i];
        double value = (double)dataset->targets[row * dataset->target_width + in->data->targets[t].offset];
        reach.outside += value < reach.low || value > reach.high;
        reach.least = fmin(reach.least, value);
        reach.greatest = fmax(reach.greatest, value);
    }
    return reach;
}

static void check_reach(Inspection *in, const NetNode *activation, int32_t t) {
    Reach reach = measure(in, activation, t);
    if (reach.outside == 0) return;
    const char *word = activation->call->entry->name, *name = in->data->targets[t].name;
    Diagnostic *d = diag_report(in->session, DIAG_OUTPUT_RANGE_EXCLUDES_TARGET, activation->span,
                                "`%s` yields nothing %s %s, where target `%s` has values", word,
                                isfinite(reach.high) ? "outside" : "below",
                                isfinite(reach.high) ? arena_printf(in->session->arena, "%s..%s", str_number(in->session->arena, reach.low),
                                                                    str_number(in->session->arena, reach.high))
                                                     : str_number(in->session->arena, reach.low),
                                name);
    if ((double)reach.outside < rare * (double)reach.rows) diag_set_severity(d, SEVERITY_WARNING);
    Span span;
    inspect_target_step(in, t, &span);
    diag_label(d, span, "%s to %s in the training part", inspect_number(in, reach.least),
               inspect_number(in, reach.greatest));
    diag_evidence(d, "%lld of %lld training targets lie outside", (long long)reach.outside, (long long)reach.rows);
    diag_why(d, "no weights can predict them, and where the activation is flat nothing is learnt from them");
    diag_fix_stage_out(d, true, activation->span, "take it out: the prediction may be any number");
}

void inspect_heads(Inspection *in) {
    for (int64_t i = 0; i < in->model->nodes.count; i++) {
        const NetNode *node = &in->model->nodes.items[i];
        const NetNode *activation = node->kind == NET_OUTPUT ? last_activation(in, node) : NULL;
        if (activation != NULL) check_reach(in, activation, node->target);
    }
}
