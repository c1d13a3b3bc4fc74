/* Windows as layers ask for them: sizes, strides and paddings held against the shape of the input. */
#include "catalog/layer/layer_windows.h"

#include <string.h>

#include "support/panic.h"

/* ---- input ------------------------------------------------------------------------------------------------------- */

static void report_rank(Build *build, const Call *call, const Shape *shape, WindowRank ranks) {
    const char *wanted = ranks == WINDOWS_OF_IMAGES      ? "[B, height, width, channels]"
                         : ranks == WINDOWS_OF_SEQUENCES ? "[B, time, channels]"
                                                         : "[B, height, width, channels] or [B, time, channels]";
    Diagnostic *diagnostic = diag_report(build->session, DIAG_SHAPE_ERROR, call->span, "`%s` wants %s; it gets %s",
                                         call->entry->name, wanted, shape_text(build->session->arena, shape));
    bool images = (ranks & WINDOWS_OF_IMAGES) != 0;
    if (shape->rank == 2)
        diag_advice(diagnostic, "`%s ->` before it makes %s of a row's numbers",
                    images ? "reshape([height, width, channels])" : "reshape([time, channels])",
                    images ? "an image" : "a sequence");
    else if (shape->rank == 3 && ranks == WINDOWS_OF_IMAGES)
        diag_advice(diagnostic, "`conv1d` for sequences, or `reshape([height, width, channels]) ->` before it");
    else if (shape->rank == 4)
        diag_advice(diagnostic, "`conv2d` for images");
}

bool window_input(Build *build, const Call *call, NodeId input, WindowRank ranks, WindowInput *out) {
    const Shape shape = graph_node(build->graph, input)->shape;
    bool is_sequence = shape.rank == 3 && (ranks & WINDOWS_OF_SEQUENCES) != 0;
    if (!is_sequence && !(shape.rank == 4 && (ranks & WINDOWS_OF_IMAGES) != 0)) {
        report_rank(build, call, &shape, ranks);
        return false;
    }
    *out = (WindowInput){.image = input, .is_sequence = is_sequence, .channels = shape.dims[shape.rank - 1]};
    if (is_sequence)
        out->image = graph_reshape(build->graph, input,
                                   (Shape){.rank = 4, .dims = {shape.dims[0], 1, shape.dims[1], shape.dims[2]}});
    return true;
}

NodeId window_output(Build *build, const WindowInput *input, NodeId image) {
    const Shape shape = graph_node(build->graph, image)->shape;
    if (!input->is_sequence) return image;
    return graph_reshape(build->graph, image,
                         (Shape){.rank = 3, .dims = {shape.dims[0], shape.dims[2], shape.dims[3]}});
}

/* ---- sizes ------------------------------------------------------------------------------------------------------- */

/* A size argument along height and width. A number is a square on images and a length on sequences. */
static bool read_pair(Build *build, const Call *call, const char *name, const WindowInput *input, int64_t *out) {
    int32_t index = catalog_param(call->entry, name);
    if (index < 0) return true;
    const Argument *argument = &call->args[index];
    int64_t rows = call->entry->params[index].type == PARAM_INTEGER ? argument->integer : argument->rows;
    if (rows == 0) return true; /* not given, without a default */
    if (input->is_sequence && argument->columns != 0) {
        Diagnostic *diagnostic =
            diag_report(build->session, DIAG_ARGUMENT_TYPE, argument->span,
                        "`%s` of `%s` is a number on a sequence, not a size", name, call->entry->name);
        diag_fix(diagnostic, false, argument->span,
                 arena_printf(build->session->arena, "%lld", (long long)argument->rows), NULL);
        return false;
    }
    out[0] = input->is_sequence ? 1 : rows;
    out[1] = argument->columns != 0 ? argument->columns : rows;
    return true;
}

static void report_too_large(Build *build, const Call *call, const Window *window, int axis, bool is_sequence) {
    int64_t span = (window->size[axis] - 1) * window->dilation[axis] + 1;
    const char *what = is_sequence ? "time steps" : axis == 0 ? "lines" : "columns";
    Diagnostic *diagnostic = diag_report(build->session, DIAG_SHAPE_ERROR, call->span,
                                         "a window of `%s` spans %lld %s, and its input has %lld", call->entry->name,
                                         (long long)span, what, (long long)window->image[axis]);
    diag_advice(diagnostic, "`padding: same`, or a smaller window");
}

/* How many windows there are along an axis and where the first one begins. `same` pads as TensorFlow does: the larger
 * half behind. */
static bool place_windows(Window *window, int axis, const char *padding) {
    int64_t length = window->image[axis], stride = window->stride[axis];
    int64_t span = (window->size[axis] - 1) * window->dilation[axis] + 1;
    if (strcmp(padding, "valid") == 0) {
        window->places[axis] = span <= length ? (length - span) / stride + 1 : 0;
        return span <= length;
    }
    window->places[axis] = (length + stride - 1) / stride;
    int64_t missing = (window->places[axis] - 1) * stride + span - length;
    window->before[axis] = strcmp(padding, "causal") == 0 ? span - 1 : missing > 0 ? missing / 2 : 0;
    return true;
}

bool window_read(Build *build, const Call *call, const WindowInput *input, Window *out) {
    const Shape *shape = &graph_node(build->graph, input->image)->shape;
    *out = (Window){.size = {1, 1}, .stride = {1, 1}, .dilation = {1, 1}, .image = {shape->dims[1], shape->dims[2]}};
    if (!read_pair(build, call, "size", input, out->size)) return false;
    bool is_pool = catalog_param(call->entry, "dilation") < 0;
    if (is_pool) memcpy(out->stride, out->size, sizeof out->stride);
    if (!read_pair(build, call, "stride", input, out->stride) ||
        !read_pair(build, call, "dilation", input, out->dilation))
        return false;
    const char *padding = call_word(call, "padding");
    for (int axis = input->is_sequence; axis < 2; axis++) {
        if (place_windows(out, axis, padding)) continue;
        report_too_large(build, call, out, axis, input->is_sequence);
        return false;
    }
    if (input->is_sequence) out->places[0] = 1;
    return true;
}

Window window_whole(const Build *build, const WindowInput *input) {
    const Shape *shape = &graph_node(build->graph, input->image)->shape;
    int64_t height = shape->dims[1], width = shape->dims[2];
    return (Window){
        .size = {height, width}, .stride = {1, 1}, .dilation = {1, 1}, .places = {1, 1}, .image = {height, width}};
}
