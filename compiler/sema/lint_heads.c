/* Flows into outputs: what a normaliser, an activation or a width before the head means for the loss behind it. */
#include <math.h>
#include <string.h>

#include "sema/lint.h"
#include "support/str.h"

typedef struct Head {
    const LintView *view;
    int32_t output; /* the NET_OUTPUT node */
    int32_t last;   /* the node that flows into it, past asserts */
    bool logits;    /* head: none */
    const LrtTarget *target;
    int64_t units; /* that the target needs; -1: not known yet */
} Head;

static const Call *loss_of(const LintView *view, const LrtTarget *target) {
    for (int64_t i = 0; i < view->model->targets.count; i++)
        if (&view->checker->targets.items[view->model->targets.items[i].index] == target)
            return view->model->targets.items[i].loss;
    return NULL;
}

static int64_t units_of(const LintView *view, const LrtTarget *target) {
    const Call *loss = loss_of(view, target);
    if (!loss || (target->is_class && !target->levels)) return -1;
    return loss_head_units(view->checker, loss, (int32_t)(target - view->checker->targets.items));
}

static const char *loss_word(const Head *head) {
    const Call *loss = loss_of(head->view, head->target);
    return loss ? loss->entry->name : "cross_entropy";
}

static void label_loss(const Head *head, Diagnostic *d) {
    const Model *model = head->view->model;
    for (int64_t i = 0; i < model->targets.count; i++)
        if (&head->view->checker->targets.items[model->targets.items[i].index] == head->target)
            diag_label(d, model->targets.items[i].loss->span, "normalises by itself");
}

/* The dense layer that was meant to be the head: as wide as the target, right before the normaliser. Taken out with it,
 * the output's own head stands in its place. */
static int32_t written_head(const Head *head) {
    int32_t before = lint_input(head->view, head->last);
    bool fits = lint_is(head->view, before, "dense") && head->units > 0 && head->view->widths[before] == head->units;
    return fits && !head->logits && head->view->consumers[before] == 1 ? before : -1;
}

static void report_double(const Head *head, DiagId id) {
    const LintView *view = head->view;
    const NetNode *node = lint_node(view, head->last);
    const char *word = node->call->entry->name;
    Diagnostic *d = lint_report(view, id, head->last, "`%s` stands before the output `%s`, whose loss has one built in",
                                word, head->target->name);
    diag_caret(d, "a second %s", word);
    label_loss(head, d);
    diag_why(
        d,
        "`%s` wants logits: of numbers that are squeezed into 0..1 the second %s makes nearly equal probabilities, and "
        "the gradient is flat",
        loss_word(head), word);
    int32_t dense = written_head(head);
    if (dense >= 0 && lint_node(view, dense)->span.source == node->span.source &&
        lint_node(view, dense)->span.end <= node->span.begin)
        diag_fix_stage_out(d, true, span_join(lint_node(view, dense)->span, node->span),
                        "take it out, with the layer that `output` supplies");
    else
        diag_fix_stage_out(d, true, node->span, "take it out");
    view->told[head->last] = true;
}

/* The logits of classes run over all numbers; these activations do not. Those that reach a little below 0 can do with
 * what they have. */
static bool cuts_logits(const CatalogEntry *activation) {
    const double *range = activation->output_range;
    return range != NULL && (range[0] >= 0 || isfinite(range[1]));
}

static void report_activation(const Head *head) {
    const LintView *view = head->view;
    const NetNode *node = lint_node(view, head->last);
    Arena *arena = view->checker->arena;
    const double *range = node->call->entry->output_range;
    const char *low = str_number(arena, range[0]);
    const char *nothing = isfinite(range[1]) ? arena_printf(arena, "outside %s..%s", low, str_number(arena, range[1]))
                                             : arena_printf(arena, "below %s", low);
    Diagnostic *d = lint_report(view, DIAG_OUTPUT_ACTIVATION_MISMATCH, head->last,
                                "the logits of `%s` come from `%s`, which yields nothing %s", head->target->name,
                                node->call->entry->name, nothing);
    diag_why(d, "`%s` tells classes apart by logits of both signs and any size", loss_word(head));
    diag_fix_stage_out(d, true, node->span, "take it out");
    view->told[head->last] = true;
}

/* ---- checks of one head ------------------------------------------------------------------------------------------ */

static void check_softmax(const Head *head) {
    if (head->view->widths[lint_input(head->view, head->last)] == 1) return; /* softmax-single-unit */
    if (head->target->is_class) report_double(head, DIAG_DOUBLE_SOFTMAX);
}

/* A wide sigmoid before a head of its own is a hidden layer, as good as any. */
static void check_sigmoid(const Head *head) {
    int64_t width = head->view->widths[head->last];
    if (!head->target->is_class) return;
    bool two = head->target->level_count == 2 || strcmp(loss_word(head), "binary_cross_entropy") == 0 ||
               (!head->target->levels && width == 1);
    if (two && (head->logits || width == 1))
        report_double(head, DIAG_DOUBLE_SIGMOID);
    else if (head->logits)
        report_activation(head);
}

static void check_activation(const Head *head) {
    if (!lint_is_activation(head->view, head->last)) return;
    const char *word = lint_node(head->view, head->last)->call->entry->name;
    if (strcmp(word, "softmax") == 0)
        check_softmax(head);
    else if (strcmp(word, "sigmoid") == 0 || strcmp(word, "hard_sigmoid") == 0)
        check_sigmoid(head);
    else if (head->logits && head->target->is_class && cuts_logits(lint_node(head->view, head->last)->call->entry))
        report_activation(head);
}

/* Reports a width that the logits cannot have. */
static bool check_width(const Head *head) {
    int64_t width = head->view->widths[head->last];
    if (!head->logits || width < 0 || head->units < 0 || width == head->units) return true;
    Diagnostic *d = lint_report(head->view, DIAG_OUTPUT_WIDTH_MISMATCH, head->output,
                                "the flow into `%s` has width %lld; the target needs %lld", head->target->name,
                                (long long)width, (long long)head->units);
    diag_label(d, lint_node(head->view, head->last)->span, "yields [B, %lld]", (long long)width);
    if (head->target->is_class)
        diag_evidence(d,
                      head->target->level_count <= 2 ? "two classes have one logit, that of the second"
                                                     : "%lld classes have a logit each",
                      (long long)head->target->level_count);
    diag_advice(d, "`output(%s)` supplies the head itself", head->target->name);
    return false;
}

static void check_dropout(const Head *head) {
    if (!head->logits || !lint_is_dropout(head->view, head->last)) return;
    Diagnostic *d = lint_report(head->view, DIAG_DROPOUT_ON_OUTPUT, head->last, "dropout acts on the logits of `%s`",
                                head->target->name);
    diag_why(d, "it sets predictions themselves to 0: noise that no weight can make up for");
    diag_fix_stage_out(d, true, lint_node(head->view, head->last)->span, "take it out");
}

/* k classes are told apart by log2 k bits at least; a narrower layer on the only way to the output cannot carry them.
 */
static void check_bottleneck(const Head *head) {
    int64_t needed = 0;
    while (head->target->levels && needed < 62 && ((int64_t)1 << needed) < head->target->level_count) needed++;
    for (int32_t at = head->last; at >= 0 && lint_node(head->view, at)->kind == NET_CALL;
         at = lint_input(head->view, at)) {
        /* Further up a width is that of each of many places. */
        if (lint_is(head->view, at, "flatten") || lint_is(head->view, at, "reshape")) return;
        if (!lint_is(head->view, at, "dense") || head->view->widths[at] >= needed) continue;
        Diagnostic *d =
            lint_report(head->view, DIAG_CAPACITY_TOO_LOW, at, "a layer of width %lld carries the %lld classes of `%s`",
                        (long long)head->view->widths[at], (long long)head->target->level_count, head->target->name);
        diag_why(d, "%lld classes need %lld numbers at least to be told apart well",
                 (long long)head->target->level_count, (long long)needed);
        diag_advice(d, "`dense(%lld)` or wider", (long long)(4 * needed));
    }
}

void lint_heads(const LintView *view) {
    for (int32_t i = 0; i < view->model->nodes.count; i++) {
        const NetNode *node = lint_node(view, i);
        if (node->kind != NET_OUTPUT) continue;
        const LrtTarget *target = &view->checker->targets.items[node->target];
        Head head = {.view = view,
                     .output = i,
                     .last = lint_input(view, i),
                     .logits = node->head_none,
                     .target = target,
                     .units = units_of(view, target)};
        if (view->checker->loss_poisoned) continue;
        bool fits = check_width(&head);
        if (fits) check_activation(&head);
        check_dropout(&head);
        if (fits) check_bottleneck(&head);
    }
}
