/* Windows over images: patches for matrix products, pools, and the convolution of each channel by itself. Each op's
 * gradient is another of the family, so that patches and patches_add, mean and spread, and the three of depthwise are
 * closed under differentiation. */
#include <math.h>

#include "ir/op_rules.h"

/* ---- shapes ------------------------------------------------------------------------------------------------------ */

/* A matrix [rows, columns] or images [rows, height, width, columns]; `rows` may count rows of the batch. */
static Shape matrix_shape(int64_t rows, int64_t columns) { return (Shape){.rank = 2, .dims = {rows, columns}}; }

static Shape image_shape(int64_t rows, const int64_t *size, int64_t channels) {
    return (Shape){.rank = 4, .dims = {rows, size[0], size[1], channels}};
}

static bool is_image(const Shape *shape, const int64_t *size) {
    return shape->rank == 4 && shape->dims[1] == size[0] && shape->dims[2] == size[1];
}

/* Every window meets the image; pools have no holes, so that each of theirs has a cell inside. */
static bool window_is_valid(const Node *node) {
    const Window *window = &node->window;
    bool is_pool = node->op == OP_WINDOW_MAX || node->op == OP_WINDOW_MAX_BACK || node->op == OP_WINDOW_MEAN ||
                   node->op == OP_WINDOW_SPREAD;
    if (is_pool && (window->dilation[0] != 1 || window->dilation[1] != 1)) return false;
    for (int i = 0; i < 2; i++) {
        if (window->size[i] < 1 || window->stride[i] < 1 || window->dilation[i] < 1 || window->places[i] < 1 ||
            window->image[i] < 1 || window->before[i] < 0)
            return false;
        int64_t span = (window->size[i] - 1) * window->dilation[i] + 1;
        int64_t last = window->stride[i] * (window->places[i] - 1) - window->before[i];
        if (window->before[i] >= span || last >= window->image[i]) return false;
    }
    return true;
}

static bool same_channels(const Shape *left, const Shape *right) {
    return left->dims[left->rank - 1] == right->dims[right->rank - 1];
}

static void infer(const Graph *graph, Node *node) {
    const Window *window = &node->window;
    const Shape *a = input_shape(graph, node, 0), *b = node->input_count > 1 ? input_shape(graph, node, 1) : NULL;
    int64_t cells = window->size[0] * window->size[1], places = window->places[0] * window->places[1];
    node->type = ELEMENT_FLOAT;
    node->shape = *a;
    for (int32_t i = 0; i < node->input_count; i++)
        if (graph_node(graph, node->inputs[i])->type != ELEMENT_FLOAT) rules_mismatch(graph, node, "an input is int32");
    if (!window_is_valid(node)) rules_mismatch(graph, node, "a window lies outside of the image");
    bool weights = b != NULL && b->rank == 2 && b->dims[0] == cells && same_channels(a, b);
    bool fits = false;
    if (node->op == OP_PATCHES_ADD) {
        fits = a->rank == 2 && a->dims[0] % places == 0 && a->dims[1] % cells == 0;
        node->shape = fits ? image_shape(a->dims[0] / places, window->image, a->dims[1] / cells) : *a;
    } else if (node->op == OP_WINDOW_SPREAD || node->op == OP_DEPTHWISE_BACK) {
        fits = is_image(a, window->places) && (node->op == OP_WINDOW_SPREAD || weights);
        if (fits) node->shape = image_shape(a->dims[0], window->image, a->dims[3]);
    } else if (is_image(a, window->image)) {
        bool placed = b != NULL && is_image(b, window->places) && b->dims[0] == a->dims[0] && same_channels(a, b);
        fits = node->op == OP_DEPTHWISE ? weights : b == NULL || placed;
        node->shape = node->op == OP_PATCHES             ? matrix_shape(a->dims[0] * places, cells * a->dims[3])
                      : node->op == OP_WINDOW_MAX_BACK   ? *a
                      : node->op == OP_DEPTHWISE_WEIGHTS ? matrix_shape(cells, a->dims[3])
                                                         : image_shape(a->dims[0], window->places, a->dims[3]);
    }
    if (!fits) rules_mismatch(graph, node, "the operands do not fit the windows");
}

/* ---- gradients --------------------------------------------------------------------------------------------------- */

static void flow_back(Gradient *gradient, const Node *node, int32_t number, OpKind op, NodeId a, NodeId b) {
    if (!gradient_wanted(gradient, node->inputs[number])) return;
    gradient_add(gradient, node->inputs[number], graph_window(gradient->graph, op, a, b, node->window));
}

static void differentiate(Gradient *gradient, const Node *node, NodeId id, NodeId upstream) {
    (void)id;
    NodeId a = node->inputs[0], b = node->input_count > 1 ? node->inputs[1] : NODE_NONE;
    switch ((int)node->op) {
    case OP_PATCHES: flow_back(gradient, node, 0, OP_PATCHES_ADD, upstream, NODE_NONE); break;
    case OP_PATCHES_ADD: flow_back(gradient, node, 0, OP_PATCHES, upstream, NODE_NONE); break;
    case OP_WINDOW_MAX: flow_back(gradient, node, 0, OP_WINDOW_MAX_BACK, a, upstream); break;
    case OP_WINDOW_MEAN: flow_back(gradient, node, 0, OP_WINDOW_SPREAD, upstream, NODE_NONE); break;
    case OP_WINDOW_SPREAD: flow_back(gradient, node, 0, OP_WINDOW_MEAN, upstream, NODE_NONE); break;
    case OP_DEPTHWISE:
        flow_back(gradient, node, 0, OP_DEPTHWISE_BACK, upstream, b);
        flow_back(gradient, node, 1, OP_DEPTHWISE_WEIGHTS, a, upstream);
        break;
    case OP_DEPTHWISE_BACK:
        flow_back(gradient, node, 0, OP_DEPTHWISE, upstream, b);
        flow_back(gradient, node, 1, OP_DEPTHWISE_WEIGHTS, upstream, a);
        break;
    case OP_DEPTHWISE_WEIGHTS:
        flow_back(gradient, node, 0, OP_DEPTHWISE_BACK, b, upstream);
        flow_back(gradient, node, 1, OP_DEPTHWISE, a, upstream);
        break;
    default: break; /* WINDOW_MAX_BACK carries none */
    }
}

/* ---- evaluation -------------------------------------------------------------------------------------------------- */

/* One place of one window: its elements in the image, among the places, and in the window. */
typedef struct Cell {
    int64_t image, place, number;
} Cell;

/* What is done with a cell of channel `channel`. */
typedef struct Visit {
    const Node *node;
    const double *a, *b;
    double *out;
    int64_t channels, cells;
    int64_t first; /* WINDOW_MAX_BACK: the cell that has the greatest value; its image index */
    double greatest;
    int64_t inside; /* cells of the window that lie in the image */
} Visit;

static void visit_cell(Visit *visit, const Cell *cell, int64_t channel) {
    int64_t weight = cell->number * visit->channels + channel;
    int64_t patch = (cell->place / visit->channels * visit->cells + cell->number) * visit->channels + channel;
    switch ((int)visit->node->op) {
    case OP_PATCHES: visit->out[patch] = visit->a[cell->image]; break;
    case OP_PATCHES_ADD: visit->out[cell->image] += visit->a[patch]; break;
    case OP_WINDOW_MEAN: visit->out[cell->place] += visit->a[cell->image] / (double)visit->inside; break;
    case OP_WINDOW_SPREAD: visit->out[cell->image] += visit->a[cell->place] / (double)visit->inside; break;
    case OP_DEPTHWISE: visit->out[cell->place] += visit->a[cell->image] * visit->b[weight]; break;
    case OP_DEPTHWISE_BACK: visit->out[cell->image] += visit->a[cell->place] * visit->b[weight]; break;
    case OP_DEPTHWISE_WEIGHTS: visit->out[weight] += visit->a[cell->image] * visit->b[cell->place]; break;
    default: /* WINDOW_MAX, WINDOW_MAX_BACK: the first of equals, and NaN above all */
        if (visit->first < 0 || (!(visit->a[cell->image] <= visit->greatest) && !isnan(visit->greatest))) {
            visit->first = cell->image;
            visit->greatest = visit->a[cell->image];
        }
    }
}

/* The cells of the window at places (y, x), one pass. */
static void visit_window(Visit *visit, int64_t row, int64_t y, int64_t x, int64_t channel, bool count) {
    const Window *window = &visit->node->window;
    Cell cell = {.place = ((row * window->places[0] + y) * window->places[1] + x) * visit->channels + channel};
    for (int64_t i = 0; i < window->size[0]; i++)
        for (int64_t k = 0; k < window->size[1]; k++) {
            int64_t at_y = y * window->stride[0] - window->before[0] + i * window->dilation[0];
            int64_t at_x = x * window->stride[1] - window->before[1] + k * window->dilation[1];
            if (at_y < 0 || at_y >= window->image[0] || at_x < 0 || at_x >= window->image[1]) continue;
            cell.image = ((row * window->image[0] + at_y) * window->image[1] + at_x) * visit->channels + channel;
            cell.number = i * window->size[1] + k;
            if (count)
                visit->inside++;
            else
                visit_cell(visit, &cell, channel);
        }
}

static void evaluate(const Evaluation *evaluation, const Node *node, double *out) {
    const Window *window = &node->window;
    Visit visit = {.node = node, .a = evaluation->values[node->inputs[0]], .out = out};
    if (node->input_count > 1) visit.b = evaluation->values[node->inputs[1]];
    int64_t dims[GRAPH_MAX_RANK];
    evaluation_dims(evaluation, input_shape(evaluation->graph, node, 0), dims);
    visit.cells = window->size[0] * window->size[1];
    int64_t places = window->places[0] * window->places[1];
    int64_t rows = node->op == OP_PATCHES_ADD ? dims[0] / places : dims[0];
    visit.channels = node->op == OP_PATCHES_ADD ? dims[1] / visit.cells : dims[3];
    for (int64_t place = 0; place < rows * places * visit.channels; place++) {
        int64_t channel = place % visit.channels, at = place / visit.channels;
        int64_t row = at / places, y = at % places / window->places[1], x = at % window->places[1];
        visit.inside = 0;
        visit.greatest = -INFINITY;
        visit.first = -1;
        visit_window(&visit, row, y, x, channel, true);
        visit_window(&visit, row, y, x, channel, false);
        if (node->op == OP_WINDOW_MAX) out[place] = visit.greatest;
        if (node->op == OP_WINDOW_MAX_BACK) out[visit.first] += visit.b[place];
    }
}

const OpRules rules_window = {infer, differentiate, evaluate};
