/* How a gradient is predicted to change on its way back through a chain of layers, from the initial weights alone: mean
 * field theory (Poole et al. 2016; Schoenholz et al. 2017). With z normal of variance q behind a layer whose weights
 * have fan_in · Var(W) = s, the squared norm of the gradient changes by χ = s' · E[φ'(z)²] through the activation φ and
 * the next layer, and the next layer sees q' = s' · E[φ(z)²]. Norms, residual sums and branches end a chain: they keep
 * the size. */
#include <math.h>
#include <string.h>

#include "catalog/build.h"
#include "sema/lint.h"
#include "support/str.h"

enum { QUADRATURE_POINTS = 161, MAX_CHAIN = 1000 };

/* ---- one activation ---------------------------------------------------------------------------------------------- */

typedef struct Moments {
    double value, slope; /* E[φ(z)²], E[φ'(z)²] */
} Moments;

/* φ at z, z - h and z + h for each point of the rule, by the activation's own graph; NULL where it is not a function of
 * one number. */
static const double *activation_values(const LintView *view, const Call *call, const double *points, int64_t count) {
    static const char *const others[] = {"softmax", "swiglu"};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (strcmp(call->entry->name, others[i]) == 0) return NULL;
    Arena *arena = view->checker->arena;
    Graph *graph = graph_new(arena, false);
    Build build = build_begin(view->checker->session, graph);
    NodeId input = graph_leaf(graph, OP_FEATURES, shape_batch(1), 0, 0, 1);
    NodeId output = build_call(&build, call, input);
    if (output == NODE_NONE || graph->parameters.count > 0) return NULL;
    const EvalInput features = {.rows = count, .features = points, .feature_width = 1};
    return graph_eval(graph, arena, &features)[output];
}

/* The trapezoidal rule over ±6 deviations, for which it is as exact as the differences are. */
static bool activation_moments(const LintView *view, const Call *call, double variance, Moments *out) {
    if (!call) {
        *out = (Moments){variance, 1};
        return true;
    }
    const double step = 1e-4;
    double points[3 * QUADRATURE_POINTS], total = 0;
    for (int i = 0; i < QUADRATURE_POINTS; i++) {
        double z = sqrt(variance) * (-6 + 12.0 * i / (QUADRATURE_POINTS - 1));
        points[3 * i] = z;
        points[3 * i + 1] = z - step;
        points[3 * i + 2] = z + step;
    }
    const double *values = activation_values(view, call, points, 3 * QUADRATURE_POINTS);
    if (!values) return false;
    *out = (Moments){0, 0};
    for (int i = 0; i < QUADRATURE_POINTS; i++) {
        double x = -6 + 12.0 * i / (QUADRATURE_POINTS - 1), weight = exp(-x * x / 2);
        double slope = (values[3 * i + 2] - values[3 * i + 1]) / (2 * step);
        total += weight;
        out->value += weight * values[3 * i] * values[3 * i];
        out->slope += weight * slope * slope;
    }
    out->value /= total;
    out->slope /= total;
    return true;
}

/* ---- one layer ----------------------------------------------------------------------------------------------------
 */

/* fan_in · Var(W) at the start; -1 where it is not known. */
static double weight_scale(const Call *call, const CatalogEntry *activation, double fan_in, double fan_out) {
    const Call *init = call ? call_argument(call, "init")->call : NULL;
    const char *word = init                                    ? init->entry->name
                       : activation && activation->kernel_init ? activation->kernel_init
                                                               : "glorot_uniform";
    if (str_starts_with(word, "he_")) return 2;
    if (strcmp(word, "lecun_normal") == 0) return 1;
    if (fan_in < 1) return -1;
    if (str_starts_with(word, "glorot_")) return 2 * fan_in / (fan_in + fan_out);
    if (strcmp(word, "orthogonal") == 0) return fan_in >= fan_out ? 1 : fan_in / fan_out;
    double value = init && catalog_param(init->entry, "value") >= 0 ? call_number(init, "value") : 0;
    if (strcmp(word, "normal") == 0 && value > 0) return fan_in * value * value;
    if (strcmp(word, "uniform") == 0 && value > 0) return fan_in * value * value / 3;
    return -1;
}

/* What lies between a layer with a kernel and the next one. A max pool hands on the gradient as it is, to one place of
 * each window. */
typedef struct Link {
    int32_t next;           /* one with a kernel or an output with its own head; -1: the chain ends */
    const Call *activation; /* or NULL */
    double kept;            /* share that dropout leaves */
} Link;

static bool keeps_size(const LintView *view, int32_t node) {
    return lint_is(view, node, "gaussian_noise") || lint_is(view, node, "flatten") || lint_is(view, node, "max_pool");
}

static Link link_behind(const LintView *view, int32_t dense) {
    Link link = {.next = -1, .kept = 1};
    for (int32_t node = dense; view->consumers[node] == 1;) {
        node = view->consumer[node];
        const NetNode *found = lint_node(view, node);
        if (lint_has_kernel(view, node) || (found->kind == NET_OUTPUT && !found->head_none)) {
            link.next = node;
            return link;
        }
        if (lint_is_dropout(view, node)) {
            link.kept *= 1 - call_number(found->call, "rate");
        } else if (lint_is_activation(view, node) && !link.activation) {
            link.activation = found->call;
        } else if (found->kind != NET_ASSERT && !keeps_size(view, node)) {
            return link;
        }
    }
    return link;
}

/* ---- chains --------------------------------------------------------------------------------------------------------
 */

typedef struct Chain {
    int32_t first, last;
    int64_t gaps;
    double ratio; /* of the gradient's norm at the first layer to that at the last */
    /* Layers that repeat soon see the same variance: the last moments serve again. */
    const char *activation;
    double variance;
    Moments moments;
} Chain;

static bool chain_moments(const LintView *view, Chain *chain, const Call *call, double variance) {
    const char *text = call ? call->text : "";
    if (chain->activation && strcmp(chain->activation, text) == 0 &&
        fabs(chain->variance - variance) <= 1e-6 * variance)
        return true;
    chain->activation = text;
    chain->variance = variance;
    return activation_moments(view, call, variance, &chain->moments);
}

/* `width` is that of a head's input. */
static double layer_scale(const LintView *view, int32_t node, double width) {
    const NetNode *found = lint_node(view, node);
    if (found->kind != NET_OUTPUT)
        return weight_scale(found->call, found->next_activation, lint_fan_in(view, node), lint_fan_out(view, node));
    double units = fmax(1, (double)view->checker->targets.items[found->target].level_count);
    return weight_scale(found->call, NULL, width, units);
}

static Chain follow(const LintView *view, int32_t first, bool *is_inner) {
    Chain chain = {.first = first, .last = first, .ratio = 1};
    double scale = layer_scale(view, first, -1);
    double variance = scale > 0 ? scale : 1; /* of inputs of unit size */
    while (chain.gaps < MAX_CHAIN && lint_node(view, chain.last)->kind != NET_OUTPUT) {
        Link link = link_behind(view, chain.last);
        if (link.next < 0 || link.kept <= 0 || !chain_moments(view, &chain, link.activation, variance)) break;
        scale = layer_scale(view, link.next, (double)view->widths[lint_input(view, link.next)]);
        if (scale <= 0) break;
        chain.ratio *= sqrt(scale * chain.moments.slope / link.kept);
        variance = fmin(fmax(scale * chain.moments.value / link.kept, 1e-12), 1e12);
        chain.last = link.next;
        chain.gaps++;
        is_inner[link.next] = true;
    }
    return chain;
}

/* To two figures: 1.2e3 is 1200. */
static const char *two_figures(Arena *arena, double value) {
    double unit = pow(10, floor(log10(value)) - 1);
    return str_number(arena, round(value / unit) * unit);
}

static void report_chain(const LintView *view, const Chain *chain) {
    bool vanishes = chain->ratio < 1;
    double factor = vanishes ? 1 / chain->ratio : chain->ratio;
    double each = pow(chain->ratio, 1 / (double)chain->gaps);
    Arena *arena = view->checker->arena;
    Diagnostic *d = lint_report(view, vanishes ? DIAG_PREDICTED_VANISHING : DIAG_PREDICTED_EXPLODING, chain->first,
                                "the gradient is predicted to arrive here %s times too %s", two_figures(arena, factor),
                                vanishes ? "small" : "large");
    diag_set_severity(d, factor > 1e5 ? SEVERITY_ERROR : SEVERITY_WARNING);
    diag_label(d, lint_node(view, chain->last)->span, "it comes from here");
    diag_evidence(d, "each of the %lld layers between multiplies it by about %s, at the initial weights",
                  (long long)chain->gaps, two_figures(arena, each));
    diag_why(d, vanishes ? "the first layers hardly move while the last ones learn"
                         : "the first steps throw the weights far away");
    diag_advice(d, vanishes ? "`relu` or `selu` as activations, `batch_norm` between the layers, or residual blocks"
                            : "`init: auto`, or `batch_norm` between the layers");
}

void lint_gradient(const LintView *view) {
    bool *is_inner = ARENA_ARRAY(view->checker->arena, bool, view->model->nodes.count + 1);
    for (int32_t i = 0; i < view->model->nodes.count; i++)
        if (view->told[i]) return; /* a cause has been named: its symptoms are not */
    for (int32_t i = 0; i < view->model->nodes.count; i++) {
        if (!lint_has_kernel(view, i) || is_inner[i]) continue;
        Chain chain = follow(view, i, is_inner);
        if (chain.gaps > 0 && (chain.ratio < 1e-2 || chain.ratio > 1e2)) report_chain(view, &chain);
    }
}
