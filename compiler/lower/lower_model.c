/* A model becomes two graphs by the same steps: one that trains, with dropout and batch statistics, and one that
 * predicts. */
#include <string.h>

#include "lower/lowering.h"
#include "support/panic.h"

static BuildTarget describe_target(const Model *model, int32_t index) {
    const LrtTarget *target = &model->data.targets[index];
    int32_t column = model->data.slots[target->slot].column;
    return (BuildTarget){
        .name = target->name,
        .is_class = target->is_class,
        .is_ordinal = target->is_ordinal,
        .level_count = target->is_class ? target->level_count : 0,
        .levels = target->levels,
        .level_weights = model->level_weights != NULL ? model->level_weights[index] : NULL,
        .target_begin = target->is_class ? 0 : target->offset,
        .target_end = target->is_class ? 0 : target->offset + lrt_target_width(target),
        .label_column = target->is_class ? target->offset : -1,
        .span = model->column_spans != NULL && column >= 0 ? model->column_spans[column] : model->target_span,
    };
}

static Lowering begin(Session *session, const Model *model, bool training) {
    Arena *arena = session->arena;
    Lowering lowering = {
        .session = session,
        .model = model,
        .build = build_begin(session, graph_new(arena, training)),
        .values = ARENA_ARRAY(arena, NodeId, model->nodes.count),
        .heads = ARENA_ARRAY(arena, NodeId, model->targets.count),
        .net_layers = ARENA_ARRAY(arena, int32_t, model->nodes.count),
    };
    lowering.build.has_row_weights = model->data.weight_slot >= 0;
    for (int64_t i = 0; i < model->targets.count; i++) lowering.heads[i] = NODE_NONE;
    BuildTarget *targets = ARENA_ARRAY(arena, BuildTarget, model->targets.count);
    int64_t *units = ARENA_ARRAY(arena, int64_t, model->targets.count);
    for (int64_t i = 0; i < model->targets.count; i++) {
        const Call *loss = model->targets.items[i].loss;
        targets[i] = describe_target(model, model->targets.items[i].index);
        units[i] = loss->entry->head_units(session, loss, &targets[i]);
    }
    lowering.targets = targets;
    lowering.head_units = units;
    return lowering;
}

static void check_same_parameters(const Graph *left, const Graph *right) {
    if (left->parameters.count != right->parameters.count)
        BUG("%lld parameters in training and %lld in evaluation", (long long)left->parameters.count,
            (long long)right->parameters.count);
    for (int64_t i = 0; i < left->parameters.count; i++) {
        const GraphParameter *a = &left->parameters.items[i], *b = &right->parameters.items[i];
        if (strcmp(a->name, b->name) != 0 || !shape_equal(&a->shape, &b->shape))
            BUG("parameter %lld is %s in training and %s in evaluation", (long long)i, a->name, b->name);
    }
}

static const Shape *network_shapes(const Lowering *lowering) {
    int64_t count = lowering->model->nodes.count;
    Shape *shapes = ARENA_ARRAY(lowering->session->arena, Shape, count);
    for (int64_t i = 0; i < count; i++) shapes[i] = graph_node(lowering->build.graph, lowering->values[i])->shape;
    return shapes;
}

Lowered *lower_model(Session *session, const Model *model) {
    int64_t errors = session->error_count;
    if (model->optimizer->entry->check_call != NULL) model->optimizer->entry->check_call(session, model->optimizer);
    Lowering training = begin(session, model, true);
    if (session->error_count > errors) return NULL;
    lower_network(&training);
    if (session->error_count > errors) return NULL;
    lower_objective(&training);
    Lowering evaluation = begin(session, model, false);
    lower_network(&evaluation);
    lower_evaluation(&evaluation);
    if (session->error_count > errors) return NULL;
    check_same_parameters(training.build.graph, evaluation.build.graph);
    Lowered *lowered = ARENA_NEW(session->arena, Lowered);
    *lowered = (Lowered){
        .training = training.build.graph,
        .evaluation = evaluation.build.graph,
        .layers = training.build.layers.items,
        .layer_count = training.build.layers.count,
        .net_shapes = network_shapes(&training),
        .net_layers = training.net_layers,
    };
    return lowered;
}
