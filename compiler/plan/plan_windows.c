/* Kernels over windows of images. Patches that only products read are never made as a whole: the product makes them by
 * panels, and where it yields patches that are only added up, it adds up each panel. */
#include "plan/planner.h"

#include "support/panic.h"

enum {
    PANEL_FLOATS = 48 * 1024, /* of one thread: a part of the second-level cache */
    PANEL_UNIT = 48,          /* whole tiles of a product */
    FEWEST_PANEL_ROWS = 12,
    MOST_PANEL_ROWS = 192,
    MOST_PANEL_DEPTH = 512
};

static const Shape *shape_of(const Planner *planner, NodeId id) { return &graph_node(planner->graph, id)->shape; }

/* ---- roles ------------------------------------------------------------------------------------------------------- */

/* The channels of a pixel lie side by side. */
static bool has_pixels(const Planner *planner, NodeId id) {
    const Shape *shape = shape_of(planner, id);
    return shape->dims[3] == 1 || planner->nodes[id].view.strides[3] == 1;
}

static bool is_left_operand(const Node *reader, NodeId id) {
    return reader->op == OP_CONTRACT && reader->inputs[0] == id && reader->inputs[1] != id;
}

/* What products alone read, as their left operand. */
static void hide_patches(Planner *planner, const int32_t *uses) {
    const Graph *graph = planner->graph;
    int32_t *products = ARENA_ARRAY(planner->arena, int32_t, graph->nodes.count + 1);
    for (NodeId id = 0; id < graph->nodes.count; id++) {
        const Node *node = graph_node(graph, id);
        if (planner->nodes[id].role == ROLE_DEAD || node->input_count == 0) continue;
        if (is_left_operand(node, node->inputs[0])) products[node->inputs[0]]++;
    }
    for (NodeId id = 0; id < graph->nodes.count; id++) {
        const Node *node = graph_node(graph, id);
        PlanNode *info = &planner->nodes[id];
        if (node->op != OP_PATCHES || info->role != ROLE_OPAQUE || products[id] != uses[id]) continue;
        if (!has_pixels(planner, node->inputs[0])) continue;
        info->role = ROLE_PATCHES;
        info->base = planner->nodes[node->inputs[0]].base;
    }
}

/* A product of which nothing but the sum of its patches is read. */
static void absorb_patches(Planner *planner, const int32_t *uses) {
    const Graph *graph = planner->graph;
    for (NodeId id = 0; id < graph->nodes.count; id++) {
        const Node *node = graph_node(graph, id);
        PlanNode *info = &planner->nodes[id];
        if (node->op != OP_PATCHES_ADD || info->role != ROLE_OPAQUE) continue;
        NodeId product = node->inputs[0];
        const Node *below = graph_node(graph, product);
        if (below->op != OP_CONTRACT || uses[product] != 1 || below->transpose_a) continue;
        if (planner->nodes[product].role != ROLE_OPAQUE || planner->nodes[below->inputs[0]].role == ROLE_PATCHES)
            continue;
        planner->nodes[product].role = ROLE_ABSORBED;
        info->product = product;
    }
}

void planner_assign_windows(Planner *planner, const int32_t *uses) {
    hide_patches(planner, uses);
    absorb_patches(planner, uses);
}

/* ---- kernels ----------------------------------------------------------------------------------------------------- */

/* Images as a kernel reads them: as they lie, or moved to where their channels lie side by side. */
static PlanView image_of(Planner *planner, NodeId id) {
    PlanView view = planner_view(planner, id);
    const Shape *shape = shape_of(planner, id);
    if (shape->dims[3] == 1 || view.strides[3] == 1) return view;
    return planner_move_to_rows(planner, id);
}

static PlanMatrix place_of(const PlanView *view) {
    return (PlanMatrix){.buffer = view->buffer, .offset = view->offset, .column_stride = 1};
}

static PlanWindow begin_window(const Planner *planner, NodeId id) {
    const Node *node = graph_node(planner->graph, id);
    bool from_patches = node->op == OP_PATCHES_ADD;
    const Shape *images = from_patches ? &node->shape : shape_of(planner, node->inputs[0]);
    PlanView none = {.buffer = -1};
    return (PlanWindow){.window = node->window,
                        .images = images->dims[0],
                        .channels = images->dims[3],
                        .image = none,
                        .places = none,
                        .back = none,
                        .panel = -1};
}

/* The place of a value that consists of images. */
static PlanView own_image(Planner *planner, NodeId id, PlanWindow *window) {
    planner_own_buffer(planner, id);
    window->pitch = layout_row_stride(planner->nodes[id].extent, true);
    return planner_view(planner, id);
}

void planner_emit_convolve(Planner *planner, NodeId id, NodeId product, PlanContract contract) {
    const Node *node = graph_node(planner->graph, product);
    NodeId patches = node->inputs[0];
    PlanWindow window = begin_window(planner, patches);
    window.image = planner_view(planner, graph_node(planner->graph, patches)->inputs[0]);
    contract.a = place_of(&window.image);
    PlanKernel *kernel = planner_new_kernel(planner, node->transpose_a ? KERNEL_CONVOLVE_WEIGHTS : KERNEL_CONVOLVE, id);
    kernel->contract = contract;
    kernel->window = window;
}

static void emit_convolve_back(Planner *planner, NodeId id) {
    const Node *product = graph_node(planner->graph, planner->nodes[id].product);
    PlanWindow window = begin_window(planner, id);
    PlanContract contract = {.rows = product->shape.dims[0],
                             .depth = shape_of(planner, product->inputs[0])->dims[1],
                             .columns = product->shape.dims[1],
                             .a = planner_in_rows(planner, product->inputs[0]),
                             .b = planner_right_operand(planner, product->inputs[1], product->transpose_b),
                             .bias = {.buffer = -1}};
    window.back = own_image(planner, id, &window);
    contract.out = place_of(&window.back);
    PlanKernel *kernel = planner_new_kernel(planner, KERNEL_CONVOLVE_BACK, id);
    kernel->contract = contract;
    kernel->window = window;
}

void planner_emit_window(Planner *planner, NodeId id) {
    const Node *node = graph_node(planner->graph, id);
    if (planner->nodes[id].product != NODE_NONE) {
        emit_convolve_back(planner, id);
        return;
    }
    NodeId a = node->inputs[0], b = node->input_count > 1 ? node->inputs[1] : NODE_NONE;
    PlanWindow window = begin_window(planner, id);
    PlanMatrix none = {.buffer = -1}, out = none, weights = none;
    if (node->op == OP_PATCHES_ADD)
        weights = planner_in_rows(planner, a);
    else if (node->op == OP_WINDOW_SPREAD || node->op == OP_DEPTHWISE_BACK)
        window.places = image_of(planner, a);
    else
        window.image = image_of(planner, a);
    if (node->op == OP_WINDOW_MAX_BACK || node->op == OP_DEPTHWISE_WEIGHTS) window.places = image_of(planner, b);
    if (node->op == OP_DEPTHWISE || node->op == OP_DEPTHWISE_BACK) weights = planner_in_rows(planner, b);
    if (node->shape.rank == 2) {
        out = planner_own_buffer(planner, id);
    } else {
        PlanView own = own_image(planner, id, &window);
        bool forward = node->op == OP_WINDOW_MAX || node->op == OP_WINDOW_MEAN || node->op == OP_DEPTHWISE;
        *(forward ? &window.places : &window.back) = own;
        out = place_of(&own);
    }
    PlanView *first = window.image.buffer >= 0 ? &window.image : &window.places;
    PlanKernel *kernel = planner_new_kernel(planner, KERNEL_WINDOW, id);
    kernel->window = window;
    kernel->contract = (PlanContract){.a = first->buffer >= 0 ? place_of(first) : none, .b = weights, .bias = none};
    if (node->op == OP_WINDOW_MAX_BACK || node->op == OP_DEPTHWISE_WEIGHTS)
        kernel->contract.bias = place_of(&window.places);
    kernel->contract.out = out;
}

/* ---- parts and panels -------------------------------------------------------------------------------------------- */

static int64_t panel_stride(int64_t columns) { return layout_row_stride((PlanExtent){2, columns}, true); }

/* As many rows as a panel holds: whole tiles where there are enough. */
static int64_t rows_that_fit(int64_t stride) {
    int64_t rows = PANEL_FLOATS / stride;
    if (rows >= PANEL_UNIT) rows = rows / PANEL_UNIT * PANEL_UNIT;
    return rows < FEWEST_PANEL_ROWS ? FEWEST_PANEL_ROWS : rows > MOST_PANEL_ROWS ? MOST_PANEL_ROWS : rows;
}

void planner_place_panel(Planner *planner, PlanKernel *kernel) {
    PlanWindow *window = &kernel->window;
    const Window *shape = &window->window;
    int64_t columns = shape->size[0] * shape->size[1] * window->channels, places = shape->places[0] * shape->places[1];
    if (kernel->kind == KERNEL_CONVOLVE_WEIGHTS) {
        int64_t share = kernel->split == SPLIT_ROWS ? plan_part_share(planner->plan, kernel, columns) : columns;
        window->panel_stride = panel_stride(share);
        int64_t rows = PANEL_FLOATS / window->panel_stride;
        window->panel_rows = rows < PLAN_LANES ? PLAN_LANES : rows > MOST_PANEL_DEPTH ? MOST_PANEL_DEPTH : rows;
    } else {
        window->panel_stride = panel_stride(columns);
        window->panel_rows = rows_that_fit(window->panel_stride);
    }
    if (kernel->kind == KERNEL_CONVOLVE_BACK) { /* blocks of equal size in each image */
        int64_t blocks = (places + window->panel_rows - 1) / window->panel_rows;
        window->panel_rows = (places + blocks - 1) / blocks;
    }
    /* A row is written as whole vectors. */
    window->panel_size = window->panel_rows * window->panel_stride + PLAN_LANES;
    window->panel = planner_new_buffer(planner, SECTION_CALL, kernel->parts * window->panel_size * 4, kernel->node);
}
