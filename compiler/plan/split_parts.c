/* The cost of kernels, and which are worth dividing among threads. Parts are fixed numbers, so that the bits do not
 * depend on how many threads there are; a part is a block of rows or of columns of the result, never of a sum. */
#include "plan/planner.h"

enum {
    SMALL_STEP = 4000000,    /* floating-point operations of a step below which one thread is faster */
    SMALL_PRODUCT = 1000000, /* of one kernel: some 10 microseconds */
    SMALL_REGION = 1000000,  /* elements times what is done to each */
    MOST_PARTS = 16
};

static int64_t columns_padded(int64_t columns) { return (columns + PLAN_LANES - 1) / PLAN_LANES * PLAN_LANES; }

static void cost_region(const Plan *plan, int32_t number, PlanKernel *kernel) {
    const PlanRegion *region = &kernel->region;
    int64_t rows = plan_rows(plan, region->extent.rows);
    for (int64_t i = 0; i < region->nodes.count; i++) {
        const Node *node = graph_node(plan->graph, region->nodes.items[i]);
        kernel->flops += rows * region->extent.columns;
        for (int32_t k = 0; k < node->input_count; k++) {
            NodeId base;
            PlanMatrix matrix;
            if (plan_operand(plan, number, node->inputs[k], &base, &matrix) != SOURCE_MEMORY) continue;
            kernel->bytes +=
                4 * (matrix.row_stride != 0 ? rows : 1) * (matrix.column_stride != 0 ? region->extent.columns : 1);
        }
    }
    for (int64_t i = 0; i < region->stores.count; i++) {
        PlanExtent extent = plan_extent(&graph_node(plan->graph, region->stores.items[i].node)->shape);
        kernel->bytes += 4 * plan_rows(plan, extent.rows) * extent.columns;
    }
}

static int64_t lead_count(const Plan *plan, const PlanLead *lead) {
    int64_t count = 1;
    for (int32_t axis = 0; axis < lead->rank; axis++) count *= plan_rows(plan, lead->dims[axis]);
    return count;
}

static void cost_contract(const Plan *plan, PlanKernel *kernel) {
    const PlanContract *contract = &kernel->contract;
    int64_t rows = plan_rows(plan, contract->rows), depth = plan_rows(plan, contract->depth);
    int64_t count = lead_count(plan, &contract->lead);
    kernel->flops = count * 2 * rows * depth * contract->columns;
    kernel->bytes = count * 4 * (rows * depth + depth * contract->columns + rows * contract->columns);
}

/* A pass forward and a pass back each make one product a step; some 40 operations are done to a gate. */
static void cost_recurrent(const Plan *plan, PlanKernel *kernel) {
    const PlanRecurrent *recurrent = &kernel->recurrent;
    int64_t rows = plan->capacity * recurrent->steps, gates = recurrent->units * recurrent_form(recurrent->cell)->gates;
    kernel->bytes = 4 * rows * (recurrent->input.row_stride + recurrent->out.row_stride);
    if (recurrent->op == OP_RECURRENT_LAST) kernel->bytes = 8 * plan->capacity * recurrent->units;
    if (recurrent->op != OP_RECURRENT_LAST) kernel->flops = rows * gates * (2 * recurrent->units + 40);
}

static int64_t count_elements(const Plan *plan, NodeId id) {
    return shape_count(&graph_node(plan->graph, id)->shape, plan->capacity);
}

static void cost_window(const Plan *plan, PlanKernel *kernel) {
    const Window *window = &kernel->window.window;
    int64_t channels = plan_rows(plan, kernel->window.images) * kernel->window.channels;
    kernel->flops = 2 * channels * window->places[0] * window->places[1] * window->size[0] * window->size[1];
    kernel->bytes = 8 * channels * window->image[0] * window->image[1];
}

static void cost_kernel(const Plan *plan, int32_t number, PlanKernel *kernel) {
    switch (kernel->kind) {
    case KERNEL_REGION: cost_region(plan, number, kernel); break;
    case KERNEL_CONTRACT:
    case KERNEL_CONVOLVE:
    case KERNEL_CONVOLVE_WEIGHTS:
    case KERNEL_CONVOLVE_BACK: cost_contract(plan, kernel); break;
    case KERNEL_WINDOW: cost_window(plan, kernel); break;
    case KERNEL_RECURRENT: cost_recurrent(plan, kernel); break;
    case KERNEL_TRANSPOSE:
        kernel->bytes = lead_count(plan, &kernel->contract.lead) * 8 * kernel->contract.rows * kernel->contract.columns;
        break;
    case KERNEL_MOVE:
    case KERNEL_RESHAPE:
    case KERNEL_SWAP:
    case KERNEL_GATHER:
    case KERNEL_SCATTER:
    case KERNEL_REDUCE: kernel->bytes = 8 * count_elements(plan, kernel->node); break;
    }
}

/* Products side by side are divided along the first of their axes. */
static void split_lead(const Plan *plan, PlanKernel *kernel) {
    int64_t rows = plan_rows(plan, kernel->contract.lead.dims[0]);
    if (rows < 2) return;
    kernel->part_unit = 1;
    kernel->split = SPLIT_ROWS;
    kernel->parts = rows < MOST_PARTS ? rows : MOST_PARTS;
}

static void split_contract(const Plan *plan, PlanKernel *kernel) {
    const PlanContract *contract = &kernel->contract;
    if (kernel->flops < SMALL_PRODUCT) return;
    if (contract->lead.rank > 0) {
        split_lead(plan, kernel);
        return;
    }
    int64_t columns = columns_padded(contract->columns), rows = plan_rows(plan, contract->rows);
    if (columns % PLAN_PANEL == 0 && columns >= 2 * PLAN_PANEL) {
        kernel->split = SPLIT_COLUMNS;
        kernel->parts = columns / PLAN_PANEL;
    } else if (rows >= 2 * PLAN_PART_ROWS) {
        kernel->split = SPLIT_ROWS;
        kernel->parts = rows / PLAN_PART_ROWS < MOST_PARTS ? rows / PLAN_PART_ROWS : MOST_PARTS;
    }
}

/* Patches are copied anew for each block of columns: rows come first. */
static void split_convolution(const Plan *plan, PlanKernel *kernel) {
    int64_t rows = plan_rows(plan, kernel->contract.rows);
    if (kernel->flops < SMALL_PRODUCT || rows < 2 * PLAN_PART_ROWS) {
        split_contract(plan, kernel);
        return;
    }
    kernel->split = SPLIT_ROWS;
    kernel->parts = rows / PLAN_PART_ROWS < MOST_PARTS ? rows / PLAN_PART_ROWS : MOST_PARTS;
}

/* Whole images; of the gradient by a depthwise convolution's weights, whole cells of the window. Patches as a matrix
 * run over from row to row. */
static void split_window(const Plan *plan, PlanKernel *kernel) {
    OpKind op = graph_node(plan->graph, kernel->node)->op;
    int64_t rows = op == OP_DEPTHWISE_WEIGHTS ? kernel->window.window.size[0] * kernel->window.window.size[1]
                                              : plan_rows(plan, kernel->window.images);
    kernel->part_unit = 1;
    if (op == OP_PATCHES || kernel->flops + kernel->bytes / 4 < SMALL_REGION || rows < 2) return;
    kernel->split = SPLIT_ROWS;
    kernel->parts = rows < MOST_PARTS ? rows : MOST_PARTS;
}

/* Parts are rows of the batch, each from the first step to the last. */
static void split_recurrent(const Plan *plan, PlanKernel *kernel) {
    if (kernel->recurrent.op == OP_RECURRENT_LAST || kernel->flops < SMALL_PRODUCT) return;
    int64_t parts = plan->capacity / PLAN_RECURRENT_ROWS;
    if (parts < 2) return;
    kernel->split = SPLIT_ROWS;
    kernel->part_unit = PLAN_RECURRENT_TILE;
    kernel->parts = parts < MOST_PARTS ? parts : MOST_PARTS;
}

static void split_product(const Plan *plan, PlanKernel *kernel) {
    switch ((int)kernel->kind) {
    case KERNEL_CONTRACT: split_contract(plan, kernel); break;
    case KERNEL_TRANSPOSE:
        if (kernel->contract.lead.rank > 0 && kernel->bytes / 8 >= SMALL_REGION) split_lead(plan, kernel);
        break;
    case KERNEL_CONVOLVE:
    case KERNEL_CONVOLVE_WEIGHTS: split_convolution(plan, kernel); break;
    case KERNEL_CONVOLVE_BACK:
    case KERNEL_WINDOW: split_window(plan, kernel); break;
    case KERNEL_RECURRENT: split_recurrent(plan, kernel); break;
    default: break;
    }
}

/* Parts of rows cannot add to one column; to one total they can, each to its own, which are added up in order. */
static bool divides_by_rows(const Plan *plan, const PlanRegion *region) {
    for (int64_t i = 0; i < region->nodes.count; i++) {
        NodeId id = region->nodes.items[i];
        if (plan->reductions[id] == REDUCTION_COLUMN) return false;
        if (plan->reductions[id] == REDUCTION_TOTAL && graph_node(plan->graph, id)->op != OP_SUM) return false;
    }
    return true;
}

/* Each part's total has a place of its own. */
static void part_totals(Planner *planner, PlanKernel *kernel) {
    const Plan *plan = planner->plan;
    for (int64_t i = 0; i < kernel->region.stores.count; i++) {
        PlanStore *store = &kernel->region.stores.items[i];
        bool is_own = plan->homes[store->node] == kernel - plan->kernels.items;
        if (!is_own || plan->reductions[store->node] != REDUCTION_TOTAL) continue;
        store->partial = planner_new_buffer(planner, SECTION_CALL, (kernel->parts + 7) / 8 * 64, store->node);
    }
}

static void split_region(const Plan *plan, PlanKernel *kernel) {
    const PlanRegion *region = &kernel->region;
    int64_t rows = plan_rows(plan, region->extent.rows);
    if (kernel->flops + kernel->bytes / 4 < SMALL_REGION || rows < 2 * PLAN_PART_ROWS || !divides_by_rows(plan, region))
        return;
    kernel->split = SPLIT_ROWS;
    kernel->parts = rows / PLAN_PART_ROWS < MOST_PARTS ? rows / PLAN_PART_ROWS : MOST_PARTS;
}

void planner_split_products(Planner *planner) {
    Plan *plan = planner->plan;
    int64_t flops = 0;
    for (int32_t number = 0; number < plan->kernels.count; number++) {
        cost_kernel(plan, number, &plan->kernels.items[number]);
        flops += plan->kernels.items[number].flops;
    }
    planner->is_small = flops < SMALL_STEP;
    for (int32_t number = 0; number < plan->kernels.count; number++) {
        PlanKernel *kernel = &plan->kernels.items[number];
        if (!planner->is_small) split_product(plan, kernel);
        bool by_panels = kernel->kind == KERNEL_CONVOLVE || kernel->kind == KERNEL_CONVOLVE_WEIGHTS ||
                         kernel->kind == KERNEL_CONVOLVE_BACK;
        if (by_panels) planner_place_panel(planner, kernel);
    }
}

void planner_split_regions(Planner *planner) {
    Plan *plan = planner->plan;
    for (int32_t number = 0; number < plan->kernels.count && !planner->is_small; number++) {
        PlanKernel *kernel = &plan->kernels.items[number];
        if (kernel->kind == KERNEL_REGION) split_region(plan, kernel);
        if (kernel->split != SPLIT_NONE) part_totals(planner, kernel);
    }
}
