/* What the lints share: the network seen from each node, and edits of flows. */
#ifndef LSPEC_SEMA_LINT_H
#define LSPEC_SEMA_LINT_H

#include "sema/checker.h"

typedef struct LintView {
    Checker *checker;
    const Model *model;
    int64_t *widths;    /* of what each node yields; -1: known with the data alone */
    int32_t *consumers; /* how many nodes read it */
    int32_t *consumer;  /* the last of them, -1: none */
    bool *told;         /* something worse has been said of the node */
} LintView;

LintView lint_view(Checker *checker);
const NetNode *lint_node(const LintView *view, int32_t node);
/* Whether a node is a call of that layer or activation. */
bool lint_is(const LintView *view, int32_t node, const char *word);
bool lint_is_activation(const LintView *view, int32_t node);
bool lint_is_dropout(const LintView *view, int32_t node); /* of either kind: both have a rate */
/* Whether it is a dense layer or a convolution, and how many numbers flow into each of its
 * outputs (-1: known with the data alone) and out of each input. */
bool lint_has_kernel(const LintView *view, int32_t node);
double lint_fan_in(const LintView *view, int32_t node);
double lint_fan_out(const LintView *view, int32_t node);
/* The node itself, or what it asserts the shape of. */
int32_t lint_past_asserts(const LintView *view, int32_t node);
int32_t lint_input(const LintView *view, int32_t node); /* past asserts; -1: none */

/* Starts a diagnostic at a node; inside a definition its call is labelled. */
Diagnostic *lint_report(const LintView *view, DiagId id, int32_t node, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The fix that puts text behind a stage. */
void lint_fix_insert(Diagnostic *diagnostic, bool certain, Span stage, const char *text, const char *title);

/* lint_layers.c: what is wrong with single layers and pairs of them. lint_heads.c: with flows into outputs.
 * lint_gradient.c: with the size of the gradient in long chains. */
void lint_layers(const LintView *view);
void lint_heads(const LintView *view);
void lint_gradient(const LintView *view);
/* lint_schedule.c: the learning rate over time, and the rules that stop. */
void lint_schedule(Checker *checker);

#endif
