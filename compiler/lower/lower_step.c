/* What makes a forward graph a training step: gradients, their norm, the chain of gradient steps, the update of each
 * weight. */
#include "lower/lower.h"
#include "passes/passes.h"
#include "support/panic.h"

static void append_update(Build *build, const Call *optimizer, int32_t parameter, NodeId gradient) {
    Graph *graph = build->graph;
    if (gradient == NODE_NONE) return; /* the objective does not depend on it: as in PyTorch, it stays */
    graph->layer = graph->parameters.items[parameter].layer;
    optimizer->entry->build_update(build, optimizer, parameter, gradient);
}

void lower_training_step(Session *session, const Model *model, Lowered *lowered) {
    Graph *graph = lowered->training;
    Build build = build_begin(session, graph);
    int64_t count = graph->parameters.count;
    NodeId *gradients = ARENA_ARRAY(session->arena, NodeId, count);
    if (model->weight_steps.count > 0) BUG("a step behind the optimizer that lowering does not know");
    autodiff_run(graph);
    for (int64_t i = 0; i < count; i++) gradients[i] = graph->parameters.items[i].gradient;
    graph->phase = PHASE_UPDATE;
    graph->span = model->optimizer->span;
    graph->gradient_norm = build_global_norm(&build, gradients, count);
    for (int64_t i = 0; i < model->gradient_steps.count; i++) {
        const Call *step = model->gradient_steps.items[i];
        graph->span = step->span;
        step->entry->build_gradients(&build, step, gradients, count);
    }
    graph->span = model->optimizer->span;
    for (int64_t i = 0; i < count; i++) append_update(&build, model->optimizer, (int32_t)i, gradients[i]);
    graph->layer = NULL;
    lowered->training = passes_simplify(graph);
    lowered->evaluation = passes_simplify(lowered->evaluation);
}
