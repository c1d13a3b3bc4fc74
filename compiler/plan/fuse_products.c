/* A region that reads a product element by element follows each part of the product while it is in the cache: the
 * optimizer's pass over the weights behind their gradient, an activation behind its layer. The thread that has computed
 * a block of columns then owns it. */
#include "plan/planner.h"

/* What is done between the product and the region, and whether the region may be drawn before it. */
typedef struct Between {
    const bool *reads, *writes; /* of the region, by buffer */
    bool conflicts;
} Between;

typedef struct Marks {
    bool *reads, *writes; /* by buffer */
} Marks;

static void mark(void *context, int32_t kernel, int32_t buffer, bool writes) {
    const Marks *marks = context;
    (void)kernel;
    (writes ? marks->writes : marks->reads)[buffer] = true;
}

static void compare(void *context, int32_t kernel, int32_t buffer, bool writes) {
    Between *between = context;
    (void)kernel;
    if (between->writes[buffer] || (writes && between->reads[buffer])) between->conflicts = true;
}

/* Nothing between the two writes what the region reads, or touches what it writes. */
static bool can_move(const Planner *planner, int32_t product, int32_t region) {
    const Plan *plan = planner->plan;
    Marks marks = {ARENA_ARRAY(planner->arena, bool, plan->buffers.count),
                   ARENA_ARRAY(planner->arena, bool, plan->buffers.count)};
    planner_visit_buffers(plan, region, mark, &marks);
    Between between = {.reads = marks.reads, .writes = marks.writes};
    for (int32_t number = product + 1; number < region; number++)
        planner_visit_buffers(plan, number, compare, &between);
    /* Other parts of the product still read its operands. */
    const PlanContract *contract = &plan->kernels.items[product].contract;
    const int32_t operands[] = {contract->a.buffer, contract->b.buffer, contract->bias.buffer};
    for (size_t i = 0; i < sizeof operands / sizeof *operands; i++)
        if (operands[i] >= 0 && marks.writes[operands[i]]) between.conflicts = true;
    return !between.conflicts;
}

/* The product is read at the place that is being computed, and it is read at all. */
static bool reads_in_place(const Plan *plan, int32_t number, const PlanMatrix *out) {
    const PlanRegion *region = &plan->kernels.items[number].region;
    bool found = false;
    for (int64_t i = 0; i < region->nodes.count; i++) {
        const Node *node = graph_node(plan->graph, region->nodes.items[i]);
        for (int32_t k = 0; k < node->input_count; k++) {
            NodeId base;
            PlanMatrix matrix;
            if (plan_operand(plan, number, node->inputs[k], &base, &matrix) != SOURCE_MEMORY) continue;
            if (matrix.buffer != out->buffer) continue;
            if (matrix.offset != out->offset || matrix.row_stride != out->row_stride || matrix.column_stride != 1)
                return false;
            found = true;
        }
    }
    return found;
}

/* Everything in the region is done element by element, so that it can be done by parts. */
static bool divides(const Plan *plan, const PlanRegion *region, PlanSplit split) {
    for (int64_t i = 0; i < region->nodes.count; i++) {
        NodeId id = region->nodes.items[i];
        const Node *node = graph_node(plan->graph, id);
        PlanReduction reduction = plan->reductions[id];
        PlanExtent domain =
            plan_extent(reduction == REDUCTION_NONE ? &node->shape : &graph_node(plan->graph, node->inputs[0])->shape);
        if (domain.columns != region->extent.columns || node->op == OP_UNIFORM || reduction == REDUCTION_ROW)
            return false;
        if (reduction == REDUCTION_COLUMN && split == SPLIT_ROWS) return false;
        if (reduction == REDUCTION_TOTAL && node->op != OP_SUM) return false;
        for (int32_t k = 0; k < node->input_count; k++) {
            NodeId base;
            PlanMatrix matrix;
            plan_operand(plan, plan->homes[id], node->inputs[k], &base, &matrix);
            if (graph_node(plan->graph, base)->op == OP_IOTA) return false;
        }
    }
    return true;
}

static bool follows(const Planner *planner, int32_t product, int32_t region) {
    const Plan *plan = planner->plan;
    const PlanKernel *first = &plan->kernels.items[product], *second = &plan->kernels.items[region];
    if (second->kind != KERNEL_REGION || second->region.nodes.count == 0) return false;
    PlanExtent extent = second->region.extent;
    if (extent.rows != first->contract.rows || extent.columns != first->contract.columns || extent.columns == 1)
        return false;
    if (first->split == SPLIT_COLUMNS && extent.columns % PLAN_PANEL != 0) return false; /* a sum would count padding */
    return reads_in_place(plan, region, &first->contract.out) && divides(plan, &second->region, first->split) &&
           can_move(planner, product, region);
}

static void remove_kernel(Planner *planner, int32_t number) {
    Plan *plan = planner->plan;
    for (int64_t i = number; i + 1 < plan->kernels.count; i++) plan->kernels.items[i] = plan->kernels.items[i + 1];
    plan->kernels.count--;
    for (int64_t id = 0; id < plan->graph->nodes.count; id++)
        if (planner->homes[id] > number) planner->homes[id]--;
}

void planner_fuse_products(Planner *planner) {
    Plan *plan = planner->plan;
    for (int32_t product = 0; product < plan->kernels.count; product++) {
        PlanKernel *kernel = &plan->kernels.items[product];
        if (!plan_is_product(kernel) || kernel->split == SPLIT_NONE || kernel->contract.lead.rank > 0) continue;
        for (int32_t number = product + 1; number < plan->kernels.count; number++) {
            if (!follows(planner, product, number)) continue;
            const PlanKernel *region = &plan->kernels.items[number];
            kernel->region = region->region;
            kernel->flops += region->flops;
            kernel->bytes += region->bytes;
            for (int64_t i = 0; i < kernel->region.nodes.count; i++)
                planner->homes[kernel->region.nodes.items[i]] = product;
            remove_kernel(planner, number);
            break;
        }
    }
}
