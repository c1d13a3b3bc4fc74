/* The network: one box a layer, shapes on the arrows, what it costs inside. */
#include "support/str.h"
#include "visual/dot.h"
#include "visual/visual.h"

static const char *node_id(Arena *arena, int64_t number) { return arena_printf(arena, "n%lld", (long long)number); }

/* 1234567 as "1.23 M". */
static const char *short_count(Arena *arena, int64_t count) {
    if (count >= 1000000) return arena_printf(arena, "%.3g M", (double)count / 1e6);
    if (count >= 10000) return arena_printf(arena, "%.3g k", (double)count / 1e3);
    return arena_printf(arena, "%lld", (long long)count);
}

static const char *layer_body(Arena *arena, const BuildLayer *layer) {
    Str text;
    str_init(&text, arena);
    str_append(&text, layer->name);
    if (layer->parameters > 0)
        str_printf(&text, "\n%s parameters, %s bytes", short_count(arena, layer->parameters),
                   short_count(arena, 4 * layer->parameters));
    if (layer->flops > 0) str_printf(&text, "\n%s FLOPs a row", short_count(arena, layer->flops));
    return text.data;
}

static const char *input_body(Arena *arena, const Model *model, const NetNode *node) {
    enum { SHOWN = 8 };
    Str text;
    str_init(&text, arena);
    for (int64_t i = 0; i < node->column_count && i < SHOWN; i++) {
        const LrtInput *input = &model->data.inputs[node->columns[i]];
        str_printf(&text, "%s%s", i > 0 ? "\n" : "", input->name);
        if (input->is_index) str_printf(&text, " (%d levels)", input->index_count);
        else if (input->width > 1) str_printf(&text, " [%d]", input->width);
    }
    if (node->column_count > SHOWN) str_printf(&text, "\nand %lld more", (long long)(node->column_count - SHOWN));
    return text.data;
}

static void draw_node(Dot *dot, Arena *arena, const Model *model, const Lowered *lowered, int64_t number) {
    const NetNode *node = &model->nodes.items[number];
    const char *id = node_id(arena, number);
    int32_t layer = lowered->net_layers[number];
    const char *body = layer >= 0 ? layer_body(arena, &lowered->layers[layer]) : "";
    switch (node->kind) {
    case NET_INPUT:
    case NET_INDEX:
        dot_node(dot, id, DOT_COLUMNS, node->column_count == 1 ? "column" : "columns", input_body(arena, model, node));
        return;
    case NET_CONSTANT:
        dot_node(dot, id, DOT_PLAIN, str_number(arena, node->value), "");
        return;
    case NET_START:
        dot_node(dot, id, DOT_PLAIN, "constant", "a learnt start");
        return;
    case NET_CALL:
        dot_node(dot, id, node->call->entry->kind == ENTRY_ACTIVATION ? DOT_ACTIVATION : DOT_LAYER, node->call->text, body);
        return;
    case NET_BINARY:
        dot_node(dot, id, DOT_PLAIN, arena_printf(arena, "%c", node->op), "");
        return;
    case NET_NEGATE:
        dot_node(dot, id, DOT_PLAIN, "-", "");
        return;
    case NET_CONCAT:
        dot_node(dot, id, DOT_PLAIN, "concat", "");
        return;
    case NET_ASSERT:
        dot_node(dot, id, DOT_PLAIN, "shape checked", "");
        return;
    case NET_OUTPUT:
        dot_node(dot, id, DOT_LOSS, arena_printf(arena, "output(%s)", model->data.targets[node->target].name), body);
        return;
    }
}

const char *visual_network(Session *session, const Model *model, const Lowered *lowered) {
    Arena *arena = session->arena;
    Dot dot;
    int64_t parameters = 0;
    for (int64_t i = 0; i < lowered->layer_count; i++) parameters += lowered->layers[i].parameters;
    dot_begin(&dot, arena, arena_printf(arena, "%s: %s parameters", model->name, short_count(arena, parameters)), "TB");
    for (int64_t i = 0; i < model->nodes.count; i++) {
        const NetNode *node = &model->nodes.items[i];
        draw_node(&dot, arena, model, lowered, i);
        for (int64_t k = 0; k < node->input_count; k++) {
            const Shape *shape = &lowered->net_shapes[node->inputs[k]];
            dot_edge(&dot, node_id(arena, node->inputs[k]), node_id(arena, i), shape_text(arena, shape));
        }
    }
    for (int64_t i = 0; i < model->targets.count; i++) {
        const ModelTarget *target = &model->targets.items[i];
        const char *id = arena_printf(arena, "loss%lld", (long long)i);
        dot_node(&dot, id, DOT_LOSS, "loss", target->loss->text);
        for (int64_t k = 0; k < model->nodes.count; k++)
            if (model->nodes.items[k].kind == NET_OUTPUT && model->nodes.items[k].target == target->index)
                dot_edge(&dot, node_id(arena, k), id, shape_text(arena, &lowered->net_shapes[k]));
    }
    return dot_end(&dot);
}
