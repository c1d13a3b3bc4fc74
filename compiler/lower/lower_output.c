/* Heads: what `output(TARGET)` adds to the flow, so that the loss gets as many logits or values as it needs. */
#include "lower/lowering.h"
#include "support/panic.h"

static int64_t target_number(const Lowering *lowering, int32_t index) {
    for (int64_t i = 0; i < lowering->model->targets.count; i++)
        if (lowering->model->targets.items[i].index == index) return i;
    BUG("an output of target %d, which has no loss", index);
}

/* `head: none`: the flow itself. */
static NodeId use_flow(Lowering *lowering, const NetNode *node, int64_t units, const BuildTarget *target) {
    NodeId input = lowering->values[node->inputs[0]];
    int64_t width = graph_node(lowering->build.graph, input)->shape.dims[1];
    if (width == units) return input;
    Diagnostic *diagnostic =
        diag_report(lowering->session, DIAG_OUTPUT_WIDTH_MISMATCH, node->span,
                    "`output(%s, head: none)` wants %lld %s, and the flow is %lld wide", target->name, (long long)units,
                    target->is_class ? units == 1 ? "logit" : "logits"
                    : units == 1     ? "value"
                                     : "values",
                    (long long)width);
    diag_caret(diagnostic, "takes [B, %lld]", (long long)units);
    if (target->is_class && units == 1) diag_why(diagnostic, "two classes have one logit, that of the second");
    diag_evidence(diagnostic, "its input: %s", shape_chain(lowering, node->inputs[0]));
    diag_advice(diagnostic, "`-> dense(%lld)` before it, or `output(%s)`, which brings its own head", (long long)units,
                target->name);
    return NODE_NONE;
}

NodeId lower_output(Lowering *lowering, const NetNode *node) {
    Build *build = &lowering->build;
    Arena *arena = lowering->session->arena;
    int64_t number = target_number(lowering, node->target), first = lowering->session->diagnostics.count;
    const BuildTarget *target = &lowering->targets[number];
    NodeId input = lowering->values[node->inputs[0]];
    if (!build_wants_rows(build, input, false, arena_printf(arena, "`output(%s)`", target->name))) {
        explain_shapes(lowering, node, first);
        return NODE_NONE;
    }
    NodeId head;
    if (node->head_none) {
        head = use_flow(lowering, node, lowering->head_units[number], target);
    } else {
        const char *text = node->call != NULL ? node->call->text : arena_printf(arena, "output(%s)", target->name);
        build_layer_begin(
            build, node->call,
            (BuildLayer){.name = arena_printf(arena, "output_%s", target->name), .text = text, .span = node->span});
        head = build_affine(build, node->call, input, lowering->head_units[number]);
        build_layer_end(build, node->call, head);
    }
    lowering->heads[number] = head;
    return head;
}
