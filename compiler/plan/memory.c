/* Offsets: buffers whose lifetimes do not meet share bytes. First fit, the largest first. */
#include "plan/planner.h"

#include <stdlib.h>

int32_t planner_new_buffer(Planner *planner, PlanSection section, int64_t size, NodeId node) {
    vec_push(
        planner->arena, &planner->plan->buffers,
        (PlanBuffer){.section = section, .offset = -1, .size = size, .first = INT32_MAX, .last = -1, .node = node});
    return (int32_t)(planner->plan->buffers.count - 1);
}

static void touch(Plan *plan, int32_t buffer, int32_t kernel) {
    if (buffer < 0) return;
    PlanBuffer *lived = &plan->buffers.items[buffer];
    if (kernel < lived->first) lived->first = kernel;
    if (kernel > lived->last) lived->last = kernel;
}

static void touch_in_kernel(void *context, int32_t kernel, int32_t buffer, bool writes) {
    (void)writes;
    touch(context, buffer, kernel);
}

/* What the caller reads lives to the end, what it fills from the start. */
static void touch_results(Plan *plan) {
    int32_t end = (int32_t)plan->kernels.count;
    for (int64_t i = 0; i < plan->graph->outputs.count; i++) {
        touch(plan, plan->outputs[i].prediction.buffer, end);
        touch(plan, plan->outputs[i].row_loss.buffer, end);
        touch(plan, plan->outputs[i].row_weight.buffer, end);
    }
    for (int64_t i = 0; i < plan->graph->parameters.count; i++) touch(plan, plan->parameters[i].gradient, end);
    const PlanMatrix *scalars[] = {&plan->loss_sum, &plan->weight_sum, &plan->penalty, &plan->gradient_norm,
                                   &plan->clipped};
    for (size_t i = 0; i < sizeof scalars / sizeof *scalars; i++) touch(plan, scalars[i]->buffer, end);
    const int32_t inputs[] = {plan->features.buffer, plan->indices.buffer, plan->targets.buffer, plan->labels.buffer,
                              plan->weights.buffer};
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) touch(plan, inputs[i], -1);
}

/* ---- placing
 * ----------------------------------------------------------------------------------------------------------- */

static int compare_sizes(const void *left, const void *right) {
    const PlanBuffer *a = *(PlanBuffer *const *)left, *b = *(PlanBuffer *const *)right;
    if (a->size != b->size) return a->size < b->size ? 1 : -1;
    return a < b ? -1 : 1;
}

static bool meet(const PlanBuffer *a, const PlanBuffer *b) { return a->first <= b->last && b->first <= a->last; }

/* The lowest offset where it overlaps no placed buffer of its time. */
static int64_t find_offset(PlanBuffer *const *placed, int64_t count, const PlanBuffer *buffer) {
    int64_t offset = 0;
    for (bool moved = true; moved;) {
        moved = false;
        for (int64_t i = 0; i < count; i++) {
            const PlanBuffer *other = placed[i];
            if (!meet(other, buffer) || other->offset + other->size <= offset || offset + buffer->size <= other->offset)
                continue;
            offset = other->offset + other->size;
            moved = true;
        }
    }
    return offset;
}

static void place_in_order(Plan *plan, PlanSection section) {
    int64_t end = 0;
    for (int64_t i = 0; i < plan->buffers.count; i++) {
        PlanBuffer *buffer = &plan->buffers.items[i];
        if (buffer->section != section) continue;
        buffer->offset = end;
        end += buffer->size;
    }
    plan->section_size[section] = end;
}

void planner_place_buffers(Planner *planner) {
    Plan *plan = planner->plan;
    for (int32_t number = 0; number < plan->kernels.count; number++)
        planner_visit_buffers(plan, number, touch_in_kernel, plan);
    touch_results(plan);
    place_in_order(plan, SECTION_PARAMETERS);
    place_in_order(plan, SECTION_STATES);
    PlanBuffer **sorted = ARENA_ARRAY(planner->arena, PlanBuffer *, plan->buffers.count + 1);
    int64_t count = 0;
    for (int64_t i = 0; i < plan->buffers.count; i++) {
        PlanBuffer *buffer = &plan->buffers.items[i];
        if (buffer->section == SECTION_CALL && buffer->last >= buffer->first) sorted[count++] = buffer;
    }
    qsort(sorted, (size_t)count, sizeof *sorted, compare_sizes);
    for (int64_t i = 0; i < count; i++) {
        sorted[i]->offset = find_offset(sorted, i, sorted[i]);
        int64_t end = sorted[i]->offset + sorted[i]->size;
        if (end > plan->section_size[SECTION_CALL]) plan->section_size[SECTION_CALL] = end;
    }
}
