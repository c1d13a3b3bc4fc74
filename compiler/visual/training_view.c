/* The training graph: operations of one layer and phase share a box, so that a network of thirty layers stays readable. */
#include "support/map.h"
#include "support/str.h"
#include "visual/dot.h"
#include "visual/visual.h"

static const char *phase_name(GraphPhase phase) {
    switch (phase) {
    case PHASE_FORWARD: return "forward";
    case PHASE_BACKWARD: return "backward";
    case PHASE_UPDATE: return "update";
    }
    return "";
}

typedef struct Box {
    const char *layer;
    GraphPhase phase;
    int32_t counts[OP_COUNT];
} Box;

typedef struct Boxes {
    Map index;
    VEC(Box) items;
    int64_t *of_node;
} Boxes;

static Boxes collect_boxes(Arena *arena, const Graph *graph) {
    Boxes boxes = {.of_node = ARENA_ARRAY(arena, int64_t, graph->nodes.count + 1)};
    map_init(&boxes.index, arena);
    for (NodeId id = 0; id < graph->nodes.count; id++) {
        const Node *node = graph_node(graph, id);
        const char *layer = node->layer != NULL ? node->layer : node->phase == PHASE_FORWARD ? "data and loss" : "objective";
        const char *key = arena_printf(arena, "%d|%s", (int)node->phase, layer);
        int64_t number = 0;
        if (!map_find(&boxes.index, key, &number)) {
            number = boxes.items.count;
            vec_push(arena, &boxes.items, (Box){.layer = layer, .phase = node->phase});
            map_insert(&boxes.index, key, number);
        }
        boxes.items.items[number].counts[node->op]++;
        boxes.of_node[id] = number;
    }
    return boxes;
}

static const char *box_body(Arena *arena, const Box *box) {
    Str text;
    str_init(&text, arena);
    for (int op = 0; op < OP_COUNT; op++) {
        if (box->counts[op] == 0) continue;
        if (text.length > 0) str_append_char(&text, '\n');
        if (box->counts[op] > 1) str_printf(&text, "%d × ", box->counts[op]);
        str_append(&text, op_table[op].name);
    }
    return text.data;
}

/* Arrows between boxes, each once, with the shape of the first tensor that goes there. */
static void draw_edges(Dot *dot, Arena *arena, const Graph *graph, const Boxes *boxes) {
    Map seen;
    map_init(&seen, arena);
    for (NodeId id = 0; id < graph->nodes.count; id++) {
        const Node *node = graph_node(graph, id);
        for (int32_t k = 0; k < node->input_count; k++) {
            int64_t from = boxes->of_node[node->inputs[k]];
            int64_t to = boxes->of_node[id];
            if (from == to || graph_node(graph, node->inputs[k])->op == OP_CONSTANT) continue;
            const char *key = arena_printf(arena, "%lld>%lld", (long long)from, (long long)to);
            if (!map_insert(&seen, key, 1)) continue;
            dot_edge(dot, arena_printf(arena, "b%lld", (long long)from), arena_printf(arena, "b%lld", (long long)to),
                     shape_text(arena, &graph_node(graph, node->inputs[k])->shape));
        }
    }
}

const char *visual_training(Session *session, const Model *model, const Lowered *lowered) {
    Arena *arena = session->arena;
    const Graph *graph = lowered->training;
    Dot dot;
    dot_begin(&dot, arena, arena_printf(arena, "%s: one training step", model->name), "TB");
    Boxes boxes = collect_boxes(arena, graph);
    for (GraphPhase phase = PHASE_FORWARD; phase <= PHASE_UPDATE; phase++) {
        static const DotRole roles[] = {DOT_LAYER, DOT_LOSS, DOT_OPTIMIZER};
        dot_cluster_begin(&dot, phase_name(phase), phase_name(phase));
        for (int64_t i = 0; i < boxes.items.count; i++)
            if (boxes.items.items[i].phase == phase)
                dot_node(&dot, arena_printf(arena, "b%lld", (long long)i), roles[phase], boxes.items.items[i].layer,
                         box_body(arena, &boxes.items.items[i]));
        dot_cluster_end(&dot);
    }
    draw_edges(&dot, arena, graph, &boxes);
    return dot_end(&dot);
}
