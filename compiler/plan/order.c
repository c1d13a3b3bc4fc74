/* What groups read, and an order in which they can run: numbers of the step first, updates as soon as their gradient is
 * there (it may still be in the cache), else as the graph has it. */
#include "plan/planner.h"
#include "support/panic.h"

static void add_read(Planner *planner, PlanGroup *group, int32_t number, NodeId operand) {
    NodeId base;
    if (planner_operand(planner, number, operand, &base) != SOURCE_MEMORY) return;
    for (int64_t i = 0; i < group->reads.count; i++)
        if (group->reads.items[i] == base) return;
    vec_push(planner->arena, &group->reads, base);
}

void planner_collect_reads(Planner *planner) {
    for (int32_t number = 0; number < planner->groups.count; number++) {
        PlanGroup *group = &planner->groups.items[number];
        group->reads.count = 0;
        for (int64_t i = 0; i < group->nodes.count; i++) {
            NodeId id = group->nodes.items[i];
            const Node *node = graph_node(planner->graph, id);
            NodeId product = planner->nodes[id].product;
            for (int32_t k = 0; k < node->input_count; k++)
                if (node->inputs[k] != product) add_read(planner, group, number, node->inputs[k]);
            if (product == NODE_NONE) continue;
            const Node *below = graph_node(planner->graph, product);
            for (int32_t k = 0; k < below->input_count; k++) add_read(planner, group, number, below->inputs[k]);
        }
        for (int64_t i = 0; i < group->stores.count; i++) add_read(planner, group, number, group->stores.items[i].node);
    }
}

static void mark_before(const Planner *planner, int32_t number, bool *before) {
    if (before[number]) return;
    before[number] = true;
    const PlanGroup *group = &planner->groups.items[number];
    for (int64_t i = 0; i < group->reads.count; i++) {
        int32_t producer = planner->nodes[group->reads.items[i]].group;
        if (producer >= 0) mark_before(planner, producer, before);
    }
    for (int64_t i = 0; i < group->after.count; i++) mark_before(planner, group->after.items[i], before);
}

bool planner_reaches(const Planner *planner, int32_t from, int32_t to) {
    bool *before = ARENA_ARRAY(planner->arena, bool, planner->groups.count);
    mark_before(planner, to, before);
    return before[from];
}

static bool is_ready(const Planner *planner, int32_t number, const bool *done) {
    const PlanGroup *group = &planner->groups.items[number];
    for (int64_t i = 0; i < group->reads.count; i++) {
        int32_t producer = planner->nodes[group->reads.items[i]].group;
        if (producer >= 0 && producer != number && !done[producer]) return false;
    }
    for (int64_t i = 0; i < group->after.count; i++)
        if (!done[group->after.items[i]]) return false;
    return true;
}

static bool is_update(const Planner *planner, const PlanGroup *group) {
    for (int64_t i = 0; i < group->stores.count; i++)
        if (planner->plan->buffers.items[group->stores.items[i].matrix.buffer].section != SECTION_CALL) return true;
    return false;
}

/* Smaller runs earlier among those that are ready. */
static int urgency(const Planner *planner, const PlanGroup *group) {
    if (group->is_front) return 0;
    return is_update(planner, group) ? 1 : 2;
}

void planner_order(Planner *planner) {
    int64_t count = planner->groups.count;
    bool *done = ARENA_ARRAY(planner->arena, bool, count + 1);
    planner->order = ARENA_ARRAY(planner->arena, int32_t, count + 1);
    for (int64_t position = 0; position < count; position++) {
        int32_t best = -1;
        for (int32_t number = 0; number < count; number++) {
            const PlanGroup *group = &planner->groups.items[number];
            if (done[number] ||
                (best >= 0 && urgency(planner, group) >= urgency(planner, &planner->groups.items[best])))
                continue;
            if (is_ready(planner, number, done)) best = number;
        }
        if (best < 0) BUG("the kernels of the plan wait for each other");
        planner->order[position] = best;
        done[best] = true;
    }
}
