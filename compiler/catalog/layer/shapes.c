/* Layers that change nothing but the shape: flatten, reshape, transpose; and upsample, which repeats pixels. */
#include "catalog/layer/layer_windows.h"

#include "support/str.h"

static NodeId build_flatten(Build *build, const Call *call, NodeId input) {
    (void)call;
    const Shape *shape = &graph_node(build->graph, input)->shape;
    return graph_reshape(build->graph, input, shape_batch(shape_count(shape, 1)));
}

/* ---- reshape ----------------------------------------------------------------------------------------------------- */

static NodeId report_reshape(Build *build, const Call *call, const Shape *from, const char *wanted) {
    Arena *arena = build->session->arena;
    Diagnostic *diagnostic = diag_report(build->session, DIAG_SHAPE_ERROR, call->span,
                                         "`reshape` makes [B, %s] of %s, which holds %lld numbers a row", wanted,
                                         shape_text(arena, from), (long long)shape_count(from, 1));
    diag_advice(diagnostic, "dimensions whose product is that number; one of them may be -1");
    return NODE_NONE;
}

static NodeId build_reshape(Build *build, const Call *call, NodeId input) {
    const Argument *dims = call_argument(call, "shape");
    const Shape from = graph_node(build->graph, input)->shape;
    int64_t numbers = shape_count(&from, 1), product = 1;
    Shape to = {.rank = 1, .dims = {DIM_BATCH}};
    int32_t open = 0; /* the axis that is -1 */
    Str text;
    str_init(&text, build->session->arena);
    for (int64_t i = 0; i < dims->count; i++) {
        int64_t dim = (int64_t)dims->numbers[i];
        str_printf(&text, "%s%lld", i > 0 ? ", " : "", (long long)dim);
        bool fits = (double)dim == dims->numbers[i] && (dim >= 1 || (dim == -1 && open == 0)) && dim <= numbers;
        if (!fits || i + 1 >= GRAPH_MAX_RANK) return report_reshape(build, call, &from, text.data);
        if (dim == -1) open = (int32_t)i + 1;
        to.dims[to.rank++] = dim;
        product *= dim < 0 ? 1 : dim;
        if (product > numbers) return report_reshape(build, call, &from, text.data);
    }
    if (open > 0) to.dims[open] = numbers / product;
    if (numbers % product != 0 || shape_count(&to, 1) != numbers) return report_reshape(build, call, &from, text.data);
    return graph_reshape(build->graph, input, to);
}

/* ---- transpose --------------------------------------------------------------------------------------------------- */

/* The order behind the batch, counted from 1, or from 0 where it holds a 0. */
static NodeId build_transpose(Build *build, const Call *call, NodeId input) {
    const Argument *order = call_argument(call, "order");
    const Shape *shape = &graph_node(build->graph, input)->shape;
    int8_t permutation[GRAPH_MAX_RANK] = {0};
    int64_t first = 1;
    uint32_t seen = 0;
    for (int64_t i = 0; i < order->count; i++)
        if (order->numbers[i] == 0) first = 0;
    for (int64_t i = 0; i < order->count && i + 1 < GRAPH_MAX_RANK; i++) {
        double axis = order->numbers[i] - (double)first + 1;
        if (axis < 1 || axis >= shape->rank || axis != (double)(int8_t)axis) continue;
        permutation[i + 1] = (int8_t)axis;
        seen |= 1u << (int32_t)axis;
    }
    if (order->count == shape->rank - 1 && seen == (1u << shape->rank) - 2)
        return graph_transpose(build->graph, input, permutation);
    Diagnostic *diagnostic =
        diag_report(build->session, DIAG_SHAPE_ERROR, call->span,
                    "`transpose` lists each of the %d dimensions behind the batch once; its input is %s",
                    shape->rank - 1, shape_text(build->session->arena, shape));
    diag_advice(diagnostic, "such as `transpose([2, 1])`, which exchanges time and features");
    return NODE_NONE;
}

/* ---- upsample ---------------------------------------------------------------------------------------------------- */

/* Each pixel becomes a block of equal ones: what the mean of a block would spread, times its size. */
static NodeId build_upsample(Build *build, const Call *call, NodeId input) {
    WindowInput places;
    const Argument *size = call_argument(call, "size");
    WindowRank ranks = size->columns != 0 ? WINDOWS_OF_IMAGES : (WindowRank)(WINDOWS_OF_SEQUENCES | WINDOWS_OF_IMAGES);
    if (!window_input(build, call, input, ranks, &places)) return NODE_NONE;
    const Shape *shape = &graph_node(build->graph, places.image)->shape;
    int64_t lines = places.is_sequence ? 1 : size->rows, columns = size->columns != 0 ? size->columns : size->rows;
    Window window = {.size = {lines, columns},
                     .stride = {lines, columns},
                     .dilation = {1, 1},
                     .places = {shape->dims[1], shape->dims[2]},
                     .image = {shape->dims[1] * lines, shape->dims[2] * columns}};
    NodeId spread = graph_window(build->graph, OP_WINDOW_SPREAD, places.image, NODE_NONE, window);
    return window_output(build, &places, build_mul_scalar(build, spread, (double)(lines * columns)));
}

const CatalogEntry catalog_layer_flatten = {
    .name = "flatten", .kind = ENTRY_LAYER, .built = true, .runtime_id = -1,
    .doc = "all dimensions of a row as one, in the order height, width, channels",
    .formula = "[B, h, w, c] as [B, h · w · c]", .source = "torch.nn.Flatten of channels-last tensors",
    .example = "image -> conv2d(16, 3x3) -> relu -> flatten -> dense(64)", .build_layer = build_flatten,
};

const CatalogEntry catalog_layer_reshape = {
    .name = "reshape", .kind = ENTRY_LAYER, .built = true, .runtime_id = -1,
    .doc = "other dimensions of a row, the same numbers in the same order; one dimension may be -1",
    .source = "torch.reshape behind the batch", .example = "features -> reshape([8, 8, 1]) -> conv2d(16, 3x3)",
    .params = {{.name = "shape", .type = PARAM_SHAPE, .doc = "the dimensions behind the batch"}},
    .build_layer = build_reshape,
};

const CatalogEntry catalog_layer_transpose = {
    .name = "transpose", .kind = ENTRY_LAYER, .built = true, .runtime_id = -1,
    .doc = "the dimensions of a row in another order; they count from 1, the batch stays first",
    .source = "torch.permute behind the batch", .example = "window([ret, vol], 60) -> transpose([2, 1]) -> dense(8)",
    .params = {{.name = "order", .type = PARAM_SHAPE,
                .doc = "for each dimension of the output, that of the input which it is"}},
    .build_layer = build_transpose,
};

const CatalogEntry catalog_layer_upsample = {
    .name = "upsample", .kind = ENTRY_LAYER, .built = true, .runtime_id = -1,
    .doc = "each pixel becomes a block of equal pixels, each time step several",
    .formula = "y[p, q, c] = x[⌊p / height⌋, ⌊q / width⌋, c]", .source = "torch.nn.Upsample(mode = nearest)",
    .example = "image -> conv2d(16, 3x3) -> relu -> upsample(2x2)",
    .params = {{.name = "size", .type = PARAM_SIZE,
                .doc = "the height and width of a block; a number is a square, of a sequence the repetitions"}},
    .build_layer = build_upsample,
};
