/* The pipeline: columns that take the same way share one box, so that a table of eighty columns stays readable. */
#include <math.h>
#include <string.h>

#include "support/map.h"
#include "support/str.h"
#include "visual/dot.h"
#include "visual/visual.h"

enum { NAMES_IN_A_BOX = 6 };

/* Columns that take the same way: what they are, and the steps they pass. */
typedef struct Way {
    const char *type;
    const char *steps;     /* "impute(median)\nscale(mad)", "" for none */
    VEC(const char *) names;
    bool is_target, is_fed;
} Way;

typedef struct Ways {
    Arena *arena;
    Map index;
    VEC(Way) items;
} Ways;

static const char *type_word(LrtColumnType type) {
    static const char *const words[] = {
#define COLUMN_TYPE(id, word, built, doc) word,
#include "lrt/column_types.def"
#undef COLUMN_TYPE
    };
    return words[type];
}

static const char *step_word(LrtTransform transform) {
    static const char *const words[] = {
#define TRANSFORM(id, word, kind, doc) word,
#include "lrt/transforms.def"
#undef TRANSFORM
    };
    return words[transform];
}

/* What the spec calls step `i`, or its word where no text stands for it (an embedding's index). */
static const char *step_text(Session *session, const Model *model, int64_t i) {
    Span span = model->step_spans != NULL ? model->step_spans[i] : SPAN_NONE;
    if (span_is_none(span) || span.end <= span.begin || model->data.steps[i].transform == LRT_TRANSFORM_INDEX)
        return step_word(model->data.steps[i].transform);
    return source_text(&session->sources, session->arena, span);
}

/* The steps that make a slot, one a line; those of one text (the parts of a date) stand once. */
static const char *slot_steps(Session *session, const Model *model, int32_t slot) {
    const LrtDataSpec *data = &model->data;
    bool *reached = ARENA_ARRAY(session->arena, bool, data->slot_count + 1);
    bool *taken = ARENA_ARRAY(session->arena, bool, data->step_count + 1);
    reached[slot] = true;
    for (int64_t i = data->step_count; i-- > 0;) {
        const LrtStep *step = &data->steps[i];
        taken[i] = reached[step->output];
        if (!taken[i]) continue;
        reached[step->input] = true;
        for (int64_t k = 0; k < step->other_count; k++) reached[step->others[k]] = true;
    }
    Str text;
    str_init(&text, session->arena);
    const char *before = "";
    for (int64_t i = 0; i < data->step_count; i++) {
        if (!taken[i]) continue;
        const char *of = step_text(session, model, i);
        if (strcmp(of, before) != 0) str_printf(&text, "%s%s", text.length > 0 ? "\n" : "", of);
        before = of;
    }
    return text.data;
}

/* A slot that the network or a loss reads, and the raw columns that it is made of. */
static void add_way(Session *session, const Model *model, Ways *ways, int64_t column, int32_t slot, bool fed, bool target,
                    const bool *sources) {
    const LrtColumn *raw = &model->data.columns[column];
    const char *type = arena_printf(session->arena, "%s%s", type_word(raw->type), raw->optional ? "?" : "");
    const char *steps = slot >= 0 ? slot_steps(session, model, slot) : "";
    const char *key = arena_printf(session->arena, "%d|%d|%s|%s", fed, target, type, steps);
    int64_t number = 0;
    if (!map_find(&ways->index, key, &number)) {
        number = ways->items.count;
        Way way = {.type = type, .steps = steps, .is_target = target, .is_fed = fed};
        vec_push(session->arena, &ways->items, way);
        map_insert(&ways->index, key, number);
    }
    Way *way = &ways->items.items[number];
    for (int64_t c = 0; c < model->data.column_count; c++) {
        const char *name = model->data.columns[c].name;
        bool known = !(sources ? sources[c] : c == column);
        for (int64_t i = 0; i < way->names.count && !known; i++) known = strcmp(way->names.items[i], name) == 0;
        if (!known) vec_push(session->arena, &way->names, name);
    }
}

static int64_t first_source(const LrtDataSpec *data, const bool *sources) {
    int64_t column = 0;
    while (column + 1 < data->column_count && !sources[column]) column++;
    return column;
}

/* What a slot is made of; the columns are marked as drawn. */
static const bool *slot_sources(Session *session, const LrtDataSpec *data, int32_t slot, bool *drawn) {
    bool *sources = ARENA_ARRAY(session->arena, bool, data->slot_count + 1);
    lrt_slot_sources(data, slot, sources);
    for (int64_t c = 0; c < data->column_count; c++) drawn[c] |= sources[c];
    return sources;
}

static bool is_indicator(const LrtDataSpec *data, int32_t slot) {
    for (int64_t i = 0; i < data->step_count; i++)
        if (data->steps[i].indicator == slot) return true;
    return false;
}

/* In the order of the columns; columns that end nowhere stand among them. */
static Ways collect_ways(Session *session, const Model *model) {
    const LrtDataSpec *data = &model->data;
    Ways ways = {.arena = session->arena};
    bool *drawn = ARENA_ARRAY(session->arena, bool, data->column_count + 1);
    const bool **inputs = ARENA_ARRAY(session->arena, const bool *, data->input_count + 1);
    const bool **targets = ARENA_ARRAY(session->arena, const bool *, data->target_count + 1);
    map_init(&ways.index, session->arena);
    for (int64_t i = 0; i < data->input_count; i++) inputs[i] = slot_sources(session, data, data->inputs[i].slot, drawn);
    for (int64_t i = 0; i < data->target_count; i++)
        targets[i] = slot_sources(session, data, data->targets[i].slot, drawn);
    for (int64_t column = 0; column < data->column_count; column++) {
        for (int64_t i = 0; i < data->input_count; i++)
            if (first_source(data, inputs[i]) == column && !is_indicator(data, data->inputs[i].slot))
                add_way(session, model, &ways, column, data->inputs[i].slot, true, false, inputs[i]);
        for (int64_t i = 0; i < data->target_count; i++)
            if (first_source(data, targets[i]) == column)
                add_way(session, model, &ways, column, data->targets[i].slot, false, true, targets[i]);
        if (!drawn[column]) add_way(session, model, &ways, column, -1, false, false, NULL);
    }
    return ways;
}

static const char *way_names(Arena *arena, const Way *way) {
    Str text;
    str_init(&text, arena);
    int64_t shown = way->names.count <= NAMES_IN_A_BOX + 1 ? way->names.count : NAMES_IN_A_BOX;
    for (int64_t i = 0; i < shown; i++) str_printf(&text, "%s%s", i > 0 ? "\n" : "", way->names.items[i]);
    if (shown < way->names.count) str_printf(&text, "\nand %lld more", (long long)(way->names.count - shown));
    return text.data;
}

static const char *way_head(Arena *arena, const Way *way) {
    if (way->is_target) return arena_printf(arena, "target : %s", way->type);
    if (way->names.count == 1) return way->type;
    return arena_printf(arena, "%lld columns : %s", (long long)way->names.count, way->type);
}

static const char *split_word(LrtSplitKind kind) {
    static const char *const words[] = {
#define SPLIT(id, word, built, doc) word,
#include "lrt/splits.def"
#undef SPLIT
    };
    return words[kind];
}

static const char *split_body(Arena *arena, const Model *model) {
    static const char *const parts[] = {"train", "validation", "test"};
    Str text;
    str_init(&text, arena);
    for (int part = 0; part < LRT_PART_COUNT; part++) {
        if (model->data_known && model->part_rows != NULL)
            str_printf(&text, "%s%s %lld rows", part > 0 ? "\n" : "", parts[part], (long long)model->part_rows[part]);
        else if (model->data.split.kind != LRT_SPLIT_PREDEFINED)
            str_printf(&text, "%s%s %g %%", part > 0 ? "\n" : "", parts[part], 100 * model->data.split.share[part]);
    }
    return text.data;
}

static const char *sampler_text(Arena *arena, const LrtSampler *sampler) {
    static const char *const words[] = {
#define SAMPLER(id, word, built, doc) word,
#include "lrt/samplers.def"
#undef SAMPLER
    };
    return sampler->ratio > 0 ? arena_printf(arena, "%s, ratio %g %%", words[sampler->kind], 100 * sampler->ratio)
                              : words[sampler->kind];
}

static const char *network_body(Arena *arena, const Model *model) {
    Str text;
    str_init(&text, arena);
    int64_t shown = 0;
    for (int64_t i = 0; i < model->nodes.count; i++) {
        const NetNode *node = &model->nodes.items[i];
        if (node->kind != NET_CALL) continue;
        if (shown++ < 8) str_printf(&text, "%s%s", text.length > 0 ? "\n" : "", node->call->text);
    }
    if (shown > 8) str_printf(&text, "\nand %lld more layers", (long long)(shown - 8));
    return text.data;
}

static void draw_ways(Dot *dot, Arena *arena, const Ways *ways) {
    for (int64_t i = 0; i < ways->items.count; i++) {
        const Way *way = &ways->items.items[i];
        const char *id = arena_printf(arena, "columns%lld", (long long)i);
        dot_node(dot, id, DOT_COLUMNS, way_head(arena, way), way_names(arena, way));
        dot_edge(dot, "data", id, NULL);
        dot_edge(dot, id, "split", NULL);
    }
}

/* Behind the split: each way's fits, then the network, or the loss for targets. */
static void draw_fits(Dot *dot, Arena *arena, const Ways *ways, const char *inlet) {
    for (int64_t i = 0; i < ways->items.count; i++) {
        const Way *way = &ways->items.items[i];
        if (!way->is_fed && !way->is_target) continue;
        const char *goal = way->is_target ? "loss" : inlet;
        if (way->steps[0] == '\0') {
            if (!way->is_target) dot_edge(dot, "split", goal, "as it is");
            else dot_edge(dot, "split", goal, way->names.items[0]);
            continue;
        }
        const char *id = arena_printf(arena, "fit%lld", (long long)i);
        const char *head = way->names.count == 1 ? way->names.items[0]
                                                 : arena_printf(arena, "%s and %lld more", way->names.items[0],
                                                                (long long)(way->names.count - 1));
        dot_node(dot, id, DOT_FIT, head, way->steps);
        dot_edge(dot, "split", id, NULL);
        dot_edge(dot, id, goal, NULL);
    }
}

static const char *loss_body(Arena *arena, const Model *model) {
    Str text;
    str_init(&text, arena);
    for (int64_t i = 0; i < model->targets.count; i++) {
        const ModelTarget *target = &model->targets.items[i];
        str_printf(&text, "%s%s: %s", i > 0 ? "\n" : "", model->data.targets[target->index].name, target->loss->text);
    }
    for (int64_t i = 0; i < model->penalties.count; i++) str_printf(&text, "\n+ %s", model->penalties.items[i]->text);
    return text.data;
}

static const char *optimizer_body(Arena *arena, const Model *model) {
    Str text;
    str_init(&text, arena);
    for (int64_t i = 0; i < model->gradient_steps.count; i++)
        str_printf(&text, "%s\n", model->gradient_steps.items[i]->text);
    str_append(&text, model->optimizer->text);
    str_printf(&text, "\nbatch %lld, up to %lld epochs", (long long)model->train.batch, (long long)model->train.epochs);
    return text.data;
}

const char *visual_pipeline(Session *session, const Model *model) {
    Arena *arena = session->arena;
    Dot dot;
    dot_begin(&dot, arena, model->name, "LR");
    dot_node(&dot, "data", DOT_DATA, "data", model->data.source.spec_path);
    Ways ways = collect_ways(session, model);
    draw_ways(&dot, arena, &ways);
    dot_node(&dot, "split", DOT_SPLIT, split_word(model->data.split.kind), split_body(arena, model));
    bool sampled = model->data.sampler_count > 0;
    draw_fits(&dot, arena, &ways, sampled ? "sampling" : "network");
    if (sampled) {
        Str text;
        str_init(&text, arena);
        for (int64_t i = 0; i < model->data.sampler_count; i++)
            str_printf(&text, "%s%s", i > 0 ? "\n" : "", sampler_text(arena, &model->data.samplers[i]));
        dot_node(&dot, "sampling", DOT_SAMPLING, "sampling (training part)", text.data);
        dot_edge(&dot, "sampling", "network", NULL);
    }
    dot_node(&dot, "network", DOT_LAYER, "network", network_body(arena, model));
    dot_node(&dot, "loss", DOT_LOSS, "loss", loss_body(arena, model));
    dot_node(&dot, "optimizer", DOT_OPTIMIZER, "optimizer", optimizer_body(arena, model));
    dot_edge(&dot, "network", "loss", "predictions");
    dot_edge(&dot, "loss", "optimizer", "gradient");
    return dot_end(&dot);
}
