/* Lints of the network: the view that they share, and their order. Causes come before symptoms: what is said of a flow
 * into an output is not said again of its layers. */
#include "sema/lint.h"

#include <stdarg.h>
#include <string.h>

#include "support/str.h"

/* ---- widths ------------------------------------------------------------------------------------------------------ */

/* A pattern without the file's header stands for no one knows how many columns. */
static bool is_single(const Checker *checker, const LrtInput *input) {
    if (checker->slots.items[input->slot].kind != LRT_SLOT_REAL) return false;
    for (int64_t i = 0; checker->has_patterns && i < checker->variables.count; i++)
        if (checker->variables.items[i].is_pattern && checker->variables.items[i].slot == input->slot) return false;
    return true;
}

static int64_t input_width(const Checker *checker, const NetNode *node) {
    if (node->dim_count > 0) return node->dims[node->dim_count - 1];
    for (int64_t i = 0; i < node->column_count; i++)
        if (!is_single(checker, &checker->inputs.items[node->columns[i]])) return -1;
    return node->column_count;
}

static int64_t call_width(const Call *call, int64_t input) {
    if (strcmp(call->entry->name, "flatten") == 0 || strcmp(call->entry->name, "transpose") == 0) return -1;
    if (strcmp(call->entry->name, "reshape") == 0) {
        const Argument *shape = call_argument(call, "shape");
        return shape->count > 0 && shape->numbers[shape->count - 1] >= 1 ? (int64_t)shape->numbers[shape->count - 1]
                                                                         : -1;
    }
    if (catalog_param(call->entry, "bidirectional") >= 0)
        return call_integer(call, "units") * (call_bool(call, "bidirectional") ? 2 : 1);
    if (strcmp(call->entry->name, "dense") == 0) return call_integer(call, "units");
    if (catalog_param(call->entry, "filters") >= 0) return call_integer(call, "filters");
    if (strcmp(call->entry->name, "depthwise_conv2d") == 0)
        return input > 0 ? input * call_integer(call, "multiplier") : -1;
    if (strcmp(call->entry->name, "embedding") == 0) return call_integer(call, "width");
    if (strcmp(call->entry->name, "swiglu") == 0) return input > 0 ? input / 2 : -1;
    return input;
}

/* One number stretches to any width, so an operand of width 1 says nothing. */
static int64_t broadcast_width(int64_t left, int64_t right) {
    return left > 1 ? left : right > 1 ? right : left == 1 && right == 1 ? 1 : -1;
}

static int64_t node_width(const LintView *view, const NetNode *node) {
    int64_t first = node->input_count > 0 ? view->widths[node->inputs[0]] : -1;
    switch (node->kind) {
    case NET_INPUT: return input_width(view->checker, node);
    case NET_CONSTANT:
    case NET_START: return 1;
    case NET_CALL: return call_width(node->call, first);
    case NET_BINARY: return broadcast_width(first, view->widths[node->inputs[1]]);
    case NET_CONCAT: {
        int64_t sum = 0;
        for (int64_t i = 0; i < node->input_count; i++) {
            if (view->widths[node->inputs[i]] < 0) return -1;
            sum += view->widths[node->inputs[i]];
        }
        return sum;
    }
    case NET_ASSERT: return node->dim_count > 0 ? node->dims[node->dim_count - 1] : first;
    case NET_NEGATE:
    case NET_OUTPUT: return first;
    case NET_INDEX: break;
    }
    return -1;
}

LintView lint_view(Checker *checker) {
    const Model *model = checker->model;
    LintView view = {.checker = checker,
                     .model = model,
                     .widths = ARENA_ARRAY(checker->arena, int64_t, model->nodes.count + 1),
                     .consumers = ARENA_ARRAY(checker->arena, int32_t, model->nodes.count + 1),
                     .consumer = ARENA_ARRAY(checker->arena, int32_t, model->nodes.count + 1),
                     .told = ARENA_ARRAY(checker->arena, bool, model->nodes.count + 1)};
    for (int64_t i = 0; i < model->nodes.count; i++) {
        const NetNode *node = &model->nodes.items[i];
        view.consumer[i] = -1;
        view.widths[i] = node_width(&view, node);
        for (int64_t k = 0; k < node->input_count; k++) {
            view.consumers[node->inputs[k]]++;
            view.consumer[node->inputs[k]] = (int32_t)i;
        }
    }
    return view;
}

/* ---- questions --------------------------------------------------------------------------------------------------- */

const NetNode *lint_node(const LintView *view, int32_t node) { return &view->model->nodes.items[node]; }

bool lint_is(const LintView *view, int32_t node, const char *word) {
    return node >= 0 && lint_node(view, node)->kind == NET_CALL &&
           strcmp(lint_node(view, node)->call->entry->name, word) == 0;
}

bool lint_is_activation(const LintView *view, int32_t node) {
    return node >= 0 && lint_node(view, node)->kind == NET_CALL &&
           lint_node(view, node)->call->entry->kind == ENTRY_ACTIVATION;
}

bool lint_is_dropout(const LintView *view, int32_t node) {
    return lint_is(view, node, "dropout") || lint_is(view, node, "alpha_dropout");
}

bool lint_has_kernel(const LintView *view, int32_t node) {
    static const char *const words[] = {"dense", "conv1d", "conv2d", "depthwise_conv2d"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (lint_is(view, node, words[i])) return true;
    return false;
}

/* Places of a convolution's window; 1 of a dense layer. */
static double window_cells(const Call *call) {
    int32_t index = catalog_param(call->entry, "size");
    if (index < 0) return 1;
    const Argument *size = &call->args[index];
    if (call->entry->params[index].type == PARAM_INTEGER) return size->number;
    return (double)size->rows * (double)(size->columns != 0 ? size->columns : size->rows);
}

double lint_fan_in(const LintView *view, int32_t node) {
    const Call *call = lint_node(view, node)->call;
    int64_t width = view->widths[lint_input(view, node)];
    if (lint_is(view, node, "depthwise_conv2d")) return window_cells(call);
    if (width < 1) return -1;
    double groups = catalog_param(call->entry, "groups") >= 0 ? call_number(call, "groups") : 1;
    return window_cells(call) * (double)width / groups;
}

double lint_fan_out(const LintView *view, int32_t node) {
    return window_cells(lint_node(view, node)->call) * (double)view->widths[node];
}

int32_t lint_past_asserts(const LintView *view, int32_t node) {
    while (node >= 0 && lint_node(view, node)->kind == NET_ASSERT) node = lint_node(view, node)->inputs[0];
    return node;
}

int32_t lint_input(const LintView *view, int32_t node) {
    return lint_node(view, node)->input_count > 0 ? lint_past_asserts(view, lint_node(view, node)->inputs[0]) : -1;
}

/* ---- reports and edits ------------------------------------------------------------------------------------------- */

Diagnostic *lint_report(const LintView *view, DiagId id, int32_t node, const char *format, ...) {
    Checker *checker = view->checker;
    va_list arguments;
    va_start(arguments, format);
    const char *message = arena_vprintf(checker->arena, format, arguments);
    va_end(arguments);
    const NetNode *found = lint_node(view, node);
    Diagnostic *d = diag_report(checker->session, id, found->span, "%s", message);
    if (!span_is_none(found->definition_call)) diag_label(d, found->definition_call, "called here");
    return d;
}

void lint_fix_insert(Diagnostic *diagnostic, bool certain, Span stage, const char *text, const char *title) {
    diag_fix(diagnostic, certain, (Span){stage.source, stage.end, stage.end}, text, title);
}

void lint_network(Checker *checker) {
    if (checker->network_poisoned || checker->target_poisoned || checker->columns_poisoned) return;
    LintView view = lint_view(checker);
    lint_heads(&view);
    lint_layers(&view);
    lint_gradient(&view);
}
