/* A graph as text, one line a node: `%7 = contract %5, %3 transpose_b : [B, 64]   backward  dense_1`. */
#include "ir/graph.h"
#include "support/str.h"

static const char *phase_name(GraphPhase phase) {
    switch (phase) {
    case PHASE_FORWARD: return "forward";
    case PHASE_BACKWARD: return "backward";
    case PHASE_UPDATE: return "update";
    }
    return "?";
}

static void append_axes(Str *text, uint32_t axes) {
    str_append(text, " axes");
    for (int32_t i = 0; i < GRAPH_MAX_RANK; i++)
        if (axes & (1u << i)) str_printf(text, " %d", i);
}

static void append_permutation(Str *text, const Node *node) {
    str_append(text, " to");
    for (int32_t i = 0; i < node->shape.rank; i++) str_printf(text, " %d", node->permutation[i]);
}

static void append_window(Str *text, const Window *window) {
    str_printf(text, " %lldx%lld", (long long)window->size[0], (long long)window->size[1]);
    if (window->stride[0] != 1 || window->stride[1] != 1)
        str_printf(text, " stride %lldx%lld", (long long)window->stride[0], (long long)window->stride[1]);
    if (window->dilation[0] != 1 || window->dilation[1] != 1)
        str_printf(text, " dilation %lldx%lld", (long long)window->dilation[0], (long long)window->dilation[1]);
    if (window->before[0] != 0 || window->before[1] != 0)
        str_printf(text, " before %lldx%lld", (long long)window->before[0], (long long)window->before[1]);
    str_printf(text, " places %lldx%lld", (long long)window->places[0], (long long)window->places[1]);
}

static const char *cell_name(LrtRecurrence cell) {
    switch (cell) {
    case LRT_RECURRENCE_RNN: return "rnn";
    case LRT_RECURRENCE_LSTM: return "lstm";
    case LRT_RECURRENCE_GRU: return "gru";
    }
    return "?";
}

/* What an op has besides its inputs. */
static void append_attributes(Str *text, const Graph *graph, const Node *node) {
    if (op_table[node->op].family == FAMILY_WINDOW) {
        append_window(text, &node->window);
        return;
    }
    switch ((int)node->op) {
    case OP_CONSTANT: str_printf(text, " %s", str_number(graph->arena, node->value)); return;
    case OP_PARAMETER: str_printf(text, " %s", graph->parameters.items[node->index].name); return;
    case OP_STATE: str_printf(text, " %s", graph->states.items[node->index].name); return;
    case OP_INDICES:
    case OP_LABELS: str_printf(text, " column %d", node->index); return;
    case OP_UNIFORM: str_printf(text, " stream %d", node->index); return;
    case OP_FEATURES:
    case OP_TARGETS: str_printf(text, " %lld..%lld", (long long)node->begin, (long long)node->end); return;
    case OP_SUM:
    case OP_REDUCE_MAX: append_axes(text, node->axes); return;
    case OP_CONTRACT:
        if (node->transpose_a) str_append(text, " transpose_a");
        if (node->transpose_b) str_append(text, " transpose_b");
        return;
    case OP_IOTA:
        if (node->axis == 1) str_append(text, " of rows");
        return;
    case OP_TRANSPOSE: append_permutation(text, node); return;
    case OP_SLICE:
        str_printf(text, " axis %d %lld..%lld", node->axis, (long long)node->begin, (long long)node->end);
        return;
    case OP_PAD:
        str_printf(text, " axis %d by %lld, %lld", node->axis, (long long)node->begin, (long long)node->end);
        return;
    case OP_CONCAT: str_printf(text, " axis %d", node->axis); return;
    case OP_RECURRENT_TAPE:
    case OP_RECURRENT:
    case OP_RECURRENT_LAST:
    case OP_RECURRENT_GRADIENT:
        str_printf(text, " %s%s", cell_name((LrtRecurrence)node->index), node->reverse ? " reverse" : "");
        return;
    default: return; /* the others have none */
    }
}

static void print_node(const Graph *graph, NodeId id, FILE *out) {
    const Node *node = graph_node(graph, id);
    Str text;
    str_init(&text, graph->arena);
    str_printf(&text, "%%%d = %s", id, op_table[node->op].name);
    for (int32_t i = 0; i < node->input_count; i++) str_printf(&text, "%s%%%d", i > 0 ? ", " : " ", node->inputs[i]);
    append_attributes(&text, graph, node);
    const char *shape = shape_text(graph->arena, &node->shape);
    fprintf(out, "%-44s : %-14s %s%s%s%s\n", text.data, shape, node->type == ELEMENT_INT32 ? "int32 " : "",
            phase_name(node->phase), node->layer != NULL ? " " : "", node->layer != NULL ? node->layer : "");
}

static void print_result(const char *name, NodeId id, FILE *out) {
    if (id != NODE_NONE) fprintf(out, "%s = %%%d\n", name, id);
}

void graph_print(const Graph *graph, FILE *out) {
    for (NodeId id = 0; id < graph->nodes.count; id++) print_node(graph, id, out);
    for (int64_t i = 0; i < graph->outputs.count; i++) {
        const GraphOutput *output = &graph->outputs.items[i];
        fprintf(out, "output %lld: prediction = %%%d", (long long)i, output->prediction);
        if (output->row_loss != NODE_NONE) fprintf(out, ", row_loss = %%%d", output->row_loss);
        if (output->row_weight != NODE_NONE) fprintf(out, ", row_weight = %%%d", output->row_weight);
        fprintf(out, ", loss_weight = %s\n", str_number(graph->arena, output->loss_weight));
    }
    print_result("loss_sum", graph->loss_sum, out);
    print_result("weight_sum", graph->weight_sum, out);
    print_result("penalty", graph->penalty, out);
    print_result("objective", graph->objective, out);
    print_result("gradient_norm", graph->gradient_norm, out);
    print_result("clipped", graph->clipped, out);
    for (int64_t i = 0; i < graph->parameters.count; i++)
        if (graph->parameters.items[i].gradient != NODE_NONE)
            fprintf(out, "gradient %s = %%%d\n", graph->parameters.items[i].name, graph->parameters.items[i].gradient);
    for (int64_t i = 0; i < graph->assigns.count; i++) {
        const GraphAssign *assign = &graph->assigns.items[i];
        fprintf(out, "assign %s = %%%d\n",
                assign->is_state ? graph->states.items[assign->index].name
                                 : graph->parameters.items[assign->index].name,
                assign->value);
    }
}
