/* Single layers and pairs of them: linear stacks, doubled activations, dropout, norms, initial weights. */
#include <math.h>
#include <string.h>

#include "sema/lint.h"
#include "support/str.h"

/* ---- activations ------------------------------------------------------------------------------------------------- */

static void check_single_softmax(const LintView *view, int32_t node) {
    if (!lint_is(view, node, "softmax") || view->widths[lint_input(view, node)] != 1) return;
    Diagnostic *d = lint_report(view, DIAG_SOFTMAX_SINGLE_UNIT, node, "a softmax over one unit is 1 for every row");
    diag_label(d, lint_node(view, lint_input(view, node))->span, "yields one unit");
    diag_why(d, "its gradient is 0: nothing before it learns");
    int32_t behind = view->consumer[node];
    bool head = behind >= 0 && lint_node(view, behind)->kind == NET_OUTPUT;
    diag_fix_stage_out(d, head, lint_node(view, node)->span,
                    head ? "take it out: `output` applies what its loss needs" : "`sigmoid`, or more units before it");
    view->told[node] = true;
}

static void check_double_activation(const LintView *view, int32_t node) {
    int32_t before = lint_is_activation(view, node) ? lint_input(view, node) : -1;
    if (!lint_is_activation(view, before) || view->told[node] || view->told[before]) return;
    const char *first = lint_node(view, before)->call->entry->name, *second = lint_node(view, node)->call->entry->name;
    Diagnostic *d =
        lint_report(view, DIAG_DOUBLE_ACTIVATION, node, "`%s` acts on what `%s` has just bent", second, first);
    diag_label(d, lint_node(view, before)->span, "the first activation");
    diag_why(d, "two activations without weights between them only lose information");
    diag_fix_stage_out(d, false, lint_node(view, node)->span,
                    arena_printf(view->checker->arena, "keep `%s` alone", first));
}

/* ---- linear stacks ----------------------------------------------------------------------------------------------- */

static bool is_scalar(const LintView *view, int32_t node) { return lint_node(view, node)->kind == NET_CONSTANT; }

/* Layers without weights through which sums and factors pass. */
static bool is_affine_way(const LintView *view, int32_t node) {
    static const char *const words[] = {"gaussian_noise", "batch_norm", "flatten",         "reshape",
                                        "transpose",      "avg_pool",   "global_avg_pool", "upsample"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (lint_is(view, node, words[i])) return true;
    return lint_is_dropout(view, node);
}

/* A depthwise convolution is the first half of a separable one: it stands before another on purpose. */
static bool is_full_kernel(const LintView *view, int32_t node) {
    return lint_has_kernel(view, node) && !lint_is(view, node, "depthwise_conv2d");
}

/* The layer with a kernel whose output arrives at the node by affine ways alone, or -1; `sources` holds it for the nodes
 * before. A sum or join is affine only where all it joins is: an identity branch brings a value that no dense layer
 * made, and breaks the stack. */
static int32_t affine_source(const LintView *view, const int32_t *sources, int32_t at) {
    const NetNode *node = lint_node(view, at);
    switch (node->kind) {
    case NET_CALL:
        if (is_full_kernel(view, at)) return at;
        return is_affine_way(view, at) ? sources[node->inputs[0]] : -1;
    case NET_ASSERT:
    case NET_NEGATE: return sources[node->inputs[0]];
    case NET_BINARY: {
        bool left = is_scalar(view, node->inputs[0]), right = is_scalar(view, node->inputs[1]);
        if (left || right) return node->op == '/' && left ? -1 : sources[node->inputs[left ? 1 : 0]];
        if (node->op != '+' && node->op != '-') return -1;
        return sources[node->inputs[1]] < 0 ? -1 : sources[node->inputs[0]];
    }
    case NET_CONCAT:
        for (int64_t i = 0; i < node->input_count; i++)
            if (sources[node->inputs[i]] < 0) return -1;
        return sources[node->inputs[0]];
    case NET_INPUT:
    case NET_INDEX:
    case NET_CONSTANT:
    case NET_START:
    case NET_OUTPUT: break;
    }
    return -1;
}

/* Where others read the first layer as well, as a residual branch does, the two are not one. A third layer in the row
 * joins the message of the two before it, which `stacks` holds by node. */
static void check_linear_stack(const LintView *view, const int32_t *sources, Diagnostic **stacks, int32_t node) {
    const NetNode *found = lint_node(view, node);
    bool head = found->kind == NET_OUTPUT && !found->head_none;
    if (!head && !is_full_kernel(view, node)) return;
    int32_t source = sources[found->inputs[0]];
    if (source < 0 || view->consumers[source] > 1) return;
    Span before = lint_node(view, source)->span;
    Diagnostic *d = stacks[source];
    if (d != NULL) {
        diag_label(d, found->span, "nor before %s", head ? "the head of the output" : "this one");
        diag_fix_also(d, (Span){before.source, before.end, before.end}, " -> relu");
    } else {
        d = lint_report(view, DIAG_LINEAR_STACK, node, "no activation stands between `%s` and %s",
                        lint_node(view, source)->call->text, head ? "the head of the output" : "this layer");
        diag_label(d, before, "the layer before");
        diag_why(d, "two affine layers in a row compute what one computes");
        lint_fix_insert(d, false, before, " -> relu", "put `relu` between them");
    }
    stacks[node] = d;
}

/* ---- dropout and norms ------------------------------------------------------------------------------------------- */

/* Rates from 0.8 on are errors of the argument itself. */
static void check_dropout_rate(const LintView *view, int32_t node) {
    if (!lint_is_dropout(view, node)) return;
    const Argument *rate = call_argument(lint_node(view, node)->call, "rate");
    if (rate->number <= 0.5) return;
    Diagnostic *d =
        diag_report(view->checker->session, DIAG_DROPOUT_TOO_HIGH, rate->span, "dropout leaves out %s of the values",
                    quantity_text(view->checker->arena, (Quantity){QUANTITY_SHARE, rate->number}));
    diag_set_severity(d, SEVERITY_WARNING);
    diag_why(d, "above one half more is lost than kept, and training slows down without generalizing better");
    diag_fix(d, false, rate->span, "30%", NULL);
}

static void check_dropout_norm(const LintView *view, int32_t node) {
    if (!lint_is(view, node, "batch_norm")) return;
    int32_t before = lint_input(view, node);
    while (lint_is_activation(view, before)) before = lint_input(view, before);
    if (!lint_is_dropout(view, before)) return;
    Diagnostic *d =
        lint_report(view, DIAG_DROPOUT_BEFORE_BATCH_NORM, node, "`batch_norm` measures what dropout has thinned out");
    diag_label(d, lint_node(view, before)->span, "the dropout");
    diag_why(d, "in evaluation nothing is left out: the variance that `batch_norm` learnt is then too large");
    diag_advice(d, "`batch_norm -> … -> dropout`, in this order");
}

static void check_small_batch(const LintView *view, int32_t node) {
    const LrtTrain *train = &view->model->train;
    if (!lint_is(view, node, "batch_norm") || train->batch_all || train->batch >= 8) return;
    Diagnostic *d = diag_report(view->checker->session, DIAG_BATCHNORM_SMALL_BATCH, view->checker->batch,
                                train->batch == 1 ? "`batch_norm` normalises batches of one row"
                                                  : "`batch_norm` takes its statistics from %lld rows",
                                (long long)train->batch);
    diag_set_severity(d, train->batch == 1 ? SEVERITY_ERROR : SEVERITY_WARNING);
    view->checker->small_batch_told = true;
    diag_label(d, lint_node(view, node)->span, "the layer");
    diag_why(d, train->batch == 1 ? "one row has no variance: every value becomes 0"
                                  : "the mean and variance of so few rows are mostly noise");
    diag_fix(d, false, view->checker->batch, "32", "`batch: 32`, or `layer_norm` in place of `batch_norm`");
}

static void check_useless_bias(const LintView *view, int32_t node) {
    int32_t before = lint_is(view, node, "batch_norm") ? lint_input(view, node) : -1;
    if (!lint_has_kernel(view, before) || view->consumers[before] != 1 ||
        !call_bool(lint_node(view, before)->call, "bias"))
        return;
    const Call *call = lint_node(view, before)->call;
    Diagnostic *d =
        lint_report(view, DIAG_USELESS_BIAS, before, "`batch_norm` takes the bias of this layer away again");
    diag_label(d, lint_node(view, node)->span, "subtracts the mean");
    if (!call_argument(call, "bias")->given)
        diag_fix(d, false, (Span){call->span.source, call->span.end - 1, call->span.end}, ", bias: false)",
                 "bias: false");
}

/* ---- initial weights --------------------------------------------------------------------------------------------- */

static bool is_constant_init(const Call *init) {
    const char *word = init->entry->name;
    if (strcmp(word, "zeros") == 0 || strcmp(word, "constant") == 0) return true;
    return (strcmp(word, "normal") == 0 || strcmp(word, "uniform") == 0) && call_number(init, "value") == 0;
}

/* Whether weights stand behind the node on a flow without branches: the last layer of a branch may start at 0. */
static bool leads_to_weights(const LintView *view, int32_t node) {
    for (int32_t at = view->consumer[node]; at >= 0 && view->consumers[node] == 1;
         node = at, at = view->consumer[node]) {
        const NetNode *found = lint_node(view, at);
        if (found->kind == NET_OUTPUT) return !found->head_none;
        if (found->kind == NET_ASSERT) continue;
        if (found->kind != NET_CALL) return false;
        if (lint_has_kernel(view, at)) return true;
    }
    return false;
}

static void check_symmetric_init(const LintView *view, int32_t node) {
    if (!lint_has_kernel(view, node) || view->widths[node] <= 1) return;
    const Argument *init = call_argument(lint_node(view, node)->call, "init");
    if (!init->call || !is_constant_init(init->call) || !leads_to_weights(view, node)) return;
    Diagnostic *d = diag_report(view->checker->session, DIAG_SYMMETRIC_INIT, init->span,
                                "all %lld units of this layer start alike", (long long)view->widths[node]);
    diag_why(d, "units that start alike get like gradients and stay alike: the layer is one unit wide");
    diag_fix(d, true, init->span, "auto", "init: auto");
    view->told[node] = true;
}

/* How many times larger the initial weights are than what keeps the signal's size behind this activation; 0 where that
 * is not known. */
static double relative_size(const Call *init, const char *activation, double fan_in, double fan_out) {
    double reference = strcmp(activation, "relu") == 0   ? 2 / fan_in
                       : strcmp(activation, "tanh") == 0 ? 2 / (fan_in + fan_out)
                                                         : 0;
    if (reference == 0) return 0;
    if (strcmp(init->entry->name, "normal") == 0) return call_number(init, "value") / sqrt(reference);
    if (strcmp(init->entry->name, "uniform") == 0) return call_number(init, "value") / sqrt(3 * reference);
    return 0;
}

/* Three times too large or small, of the initializers whose size the spec gives itself. A norm makes up for it. */
static void check_init_size(const LintView *view, int32_t node) {
    const NetNode *found = lint_node(view, node);
    if (!lint_has_kernel(view, node) || !found->next_activation || view->told[node] || view->consumers[node] != 1)
        return;
    const Argument *init = call_argument(found->call, "init");
    double fan_in = lint_fan_in(view, node);
    if (!init->call || fan_in < 1 || !lint_is_activation(view, view->consumer[node])) return;
    double ratio = relative_size(init->call, found->next_activation->name, fan_in, lint_fan_out(view, node));
    if (ratio == 0 || (ratio <= 3 && ratio >= 1.0 / 3)) return;
    Diagnostic *d = diag_report(view->checker->session, DIAG_INIT_ACTIVATION_MISMATCH, init->span,
                                "the initial weights are %s times too %s for `%s` behind %lld inputs",
                                str_number(view->checker->arena, round(10 * (ratio > 1 ? ratio : 1 / ratio)) / 10),
                                ratio > 1 ? "large" : "small", found->next_activation->name, (long long)fan_in);
    diag_why(d, "what flows through the layer %s by that factor, and its gradient with it",
             ratio > 1 ? "grows" : "shrinks");
    diag_fix(d, false, init->span, "auto", "init: auto");
    view->told[node] = true;
}

void lint_layers(const LintView *view) {
    int32_t *sources = ARENA_ARRAY(view->checker->arena, int32_t, view->model->nodes.count + 1);
    Diagnostic **stacks = ARENA_ARRAY(view->checker->arena, Diagnostic *, view->model->nodes.count + 1);
    for (int32_t i = 0; i < view->model->nodes.count; i++) {
        check_single_softmax(view, i);
        check_double_activation(view, i);
        sources[i] = affine_source(view, sources, i);
        check_linear_stack(view, sources, stacks, i);
        check_dropout_rate(view, i);
        check_dropout_norm(view, i);
        check_small_batch(view, i);
        check_useless_bias(view, i);
        check_symmetric_init(view, i);
        check_init_size(view, i);
    }
}
