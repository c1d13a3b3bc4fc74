/* The buffers that a kernel reads and writes: one list for lifetimes, fusion and tests. */
#include "plan/planner.h"

typedef struct Visit {
    const Plan *plan;
    int32_t kernel;
    PlanVisitor *visitor;
    void *context;
} Visit;

static void reads(const Visit *visit, int32_t buffer) {
    if (buffer >= 0) visit->visitor(visit->context, visit->kernel, buffer, false);
}

static void writes(const Visit *visit, int32_t buffer) {
    if (buffer >= 0) visit->visitor(visit->context, visit->kernel, buffer, true);
}

static void reads_operand(const Visit *visit, NodeId operand) {
    NodeId base;
    PlanMatrix matrix;
    if (plan_operand(visit->plan, visit->kernel, operand, &base, &matrix) == SOURCE_MEMORY) reads(visit, matrix.buffer);
}

static void visit_region(const Visit *visit, const PlanRegion *region) {
    for (int64_t i = 0; i < region->nodes.count; i++) {
        const Node *node = graph_node(visit->plan->graph, region->nodes.items[i]);
        for (int32_t k = 0; k < node->input_count; k++) reads_operand(visit, node->inputs[k]);
    }
    for (int64_t i = 0; i < region->stores.count; i++) {
        const PlanStore *store = &region->stores.items[i];
        if (visit->plan->homes[store->node] != visit->kernel) reads_operand(visit, store->node);
        writes(visit, store->matrix.buffer);
        writes(visit, store->partial);
    }
}

void planner_visit_buffers(const Plan *plan, int32_t number, PlanVisitor *visitor, void *context) {
    const PlanKernel *kernel = &plan->kernels.items[number];
    const Visit visit = {plan, number, visitor, context};
    switch (kernel->kind) {
    case KERNEL_REGION: visit_region(&visit, &kernel->region); break;
    case KERNEL_CONTRACT:
    case KERNEL_CONVOLVE:
    case KERNEL_CONVOLVE_WEIGHTS:
    case KERNEL_CONVOLVE_BACK:
    case KERNEL_WINDOW:
    case KERNEL_TRANSPOSE:
        reads(&visit, kernel->contract.a.buffer);
        reads(&visit, kernel->contract.b.buffer);
        reads(&visit, kernel->contract.bias.buffer);
        writes(&visit, kernel->contract.out.buffer);
        if (kernel->kind != KERNEL_CONTRACT && kernel->kind != KERNEL_TRANSPOSE) writes(&visit, kernel->window.panel);
        visit_region(&visit, &kernel->region);
        break;
    case KERNEL_MOVE:
        reads(&visit, kernel->move.from.buffer);
        writes(&visit, kernel->move.to.buffer);
        break;
    case KERNEL_RECURRENT:
        reads(&visit, kernel->recurrent.input.buffer);
        reads(&visit, kernel->recurrent.weight.buffer);
        reads(&visit, kernel->recurrent.side.buffer);
        writes(&visit, kernel->recurrent.scratch.buffer);
        writes(&visit, kernel->recurrent.out.buffer);
        break;
    case KERNEL_SWAP:
    case KERNEL_RESHAPE:
        reads(&visit, kernel->reshape.from.buffer);
        writes(&visit, kernel->reshape.to.buffer);
        break;
    case KERNEL_GATHER:
        reads(&visit, kernel->index.table.buffer);
        reads(&visit, kernel->index.indices.buffer);
        writes(&visit, kernel->index.values.buffer);
        break;
    case KERNEL_SCATTER:
        reads(&visit, kernel->index.values.buffer);
        reads(&visit, kernel->index.indices.buffer);
        writes(&visit, kernel->index.table.buffer);
        break;
    case KERNEL_REDUCE:
        reads(&visit, kernel->reduce.from.buffer);
        writes(&visit, kernel->reduce.to.buffer);
        break;
    }
}
