/* The kernels of one step in their order: what each reads from whom, what it costs, and whether threads share it. */
#include <inttypes.h>

#include "support/map.h"
#include "support/str.h"
#include "visual/dot.h"
#include "visual/visual.h"

static const char *kind_name(PlanKernelKind kind) {
    static const char *const names[] = {"fused loop", "product", "transpose", "move",
                                        "reshape",    "gather",  "scatter",   "reduce"};
    return names[kind];
}

static const char *kernel_body(Arena *arena, const Plan *plan, const PlanKernel *kernel) {
    Str text;
    str_init(&text, arena);
    str_append(&text, kind_name(kernel->kind));
    for (int64_t i = 0; i < kernel->region.nodes.count; i++)
        str_printf(&text, "%s%s", i % 6 == 0 ? "\n" : ", ",
                   op_table[graph_node(plan->graph, kernel->region.nodes.items[i])->op].name);
    if (kernel->flops > 0) str_printf(&text, "\n%" PRId64 " FLOP", kernel->flops);
    str_printf(&text, "\n%" PRId64 " bytes", kernel->bytes);
    if (kernel->split != SPLIT_NONE)
        str_printf(&text, "\n%" PRId64 " parts by %s", kernel->parts, kernel->split == SPLIT_ROWS ? "rows" : "columns");
    return text.data;
}

typedef struct KernelsView {
    Dot dot;
    Arena *arena;
    const Plan *plan;
    int32_t *writers; /* by buffer: the kernel that wrote it last, or -1 */
    Map edges;
} KernelsView;

static void draw_read(KernelsView *view, int32_t kernel, int32_t buffer) {
    if (buffer < 0 || view->writers[buffer] < 0 || view->writers[buffer] == kernel) return;
    const char *key = arena_printf(view->arena, "%d>%d", view->writers[buffer], kernel);
    if (!map_insert(&view->edges, key, 1)) return;
    NodeId node = view->plan->buffers.items[buffer].node;
    const char *shape = node == NODE_NONE ? NULL : shape_text(view->arena, &graph_node(view->plan->graph, node)->shape);
    dot_edge(&view->dot, arena_printf(view->arena, "k%d", view->writers[buffer]),
             arena_printf(view->arena, "k%d", kernel), shape);
}

static void draw_operand(KernelsView *view, int32_t kernel, NodeId operand) {
    NodeId base;
    PlanMatrix matrix;
    if (plan_operand(view->plan, kernel, operand, &base, &matrix) == SOURCE_MEMORY)
        draw_read(view, kernel, matrix.buffer);
}

static void draw_region(KernelsView *view, int32_t number, const PlanRegion *region) {
    for (int64_t i = 0; i < region->nodes.count; i++) {
        const Node *node = graph_node(view->plan->graph, region->nodes.items[i]);
        for (int32_t k = 0; k < node->input_count; k++) draw_operand(view, number, node->inputs[k]);
    }
    for (int64_t i = 0; i < region->stores.count; i++) draw_operand(view, number, region->stores.items[i].node);
    for (int64_t i = 0; i < region->stores.count; i++) view->writers[region->stores.items[i].matrix.buffer] = number;
}

static void draw_kernel(KernelsView *view, int32_t number) {
    const PlanKernel *kernel = &view->plan->kernels.items[number];
    static const DotRole roles[] = {DOT_LAYER, DOT_LOSS, DOT_OPTIMIZER};
    dot_node(&view->dot, arena_printf(view->arena, "k%d", number), roles[kernel->phase],
             arena_printf(view->arena, "%d %s", number, kernel->name), kernel_body(view->arena, view->plan, kernel));
    int32_t read[3] = {-1, -1, -1}, written = -1;
    switch (kernel->kind) {
    case KERNEL_REGION: break;
    case KERNEL_CONTRACT:
    case KERNEL_CONVOLVE:
    case KERNEL_CONVOLVE_WEIGHTS:
    case KERNEL_CONVOLVE_BACK:
    case KERNEL_WINDOW:
    case KERNEL_TRANSPOSE:
        read[0] = kernel->contract.a.buffer;
        read[1] = kernel->contract.b.buffer;
        read[2] = kernel->contract.bias.buffer;
        written = kernel->contract.out.buffer;
        break;
    case KERNEL_MOVE: read[0] = kernel->move.from.buffer, written = kernel->move.to.buffer; break;
    case KERNEL_RECURRENT:
        read[0] = kernel->recurrent.input.buffer;
        read[1] = kernel->recurrent.weight.buffer;
        read[2] = kernel->recurrent.side.buffer;
        written = kernel->recurrent.out.buffer;
        break;
    case KERNEL_SWAP:
    case KERNEL_RESHAPE: read[0] = kernel->reshape.from.buffer, written = kernel->reshape.to.buffer; break;
    case KERNEL_GATHER: read[0] = kernel->index.table.buffer, written = kernel->index.values.buffer; break;
    case KERNEL_SCATTER: read[0] = kernel->index.values.buffer, written = kernel->index.table.buffer; break;
    case KERNEL_REDUCE: read[0] = kernel->reduce.from.buffer, written = kernel->reduce.to.buffer; break;
    }
    for (int i = 0; i < 3; i++) draw_read(view, number, read[i]);
    if (written >= 0) view->writers[written] = number;
    draw_region(view, number, &kernel->region);
}

const char *visual_kernels(Session *session, const Model *model, const Plan *plan) {
    Arena *arena = session->arena;
    KernelsView view = {.arena = arena, .plan = plan, .writers = ARENA_ARRAY(arena, int32_t, plan->buffers.count + 1)};
    for (int64_t i = 0; i < plan->buffers.count; i++) view.writers[i] = -1;
    map_init(&view.edges, arena);
    dot_begin(&view.dot, arena, arena_printf(arena, "%s: kernels of one training step", model->name), "TB");
    for (int32_t number = 0; number < plan->kernels.count; number++) draw_kernel(&view, number);
    return dot_end(&view.dot);
}
