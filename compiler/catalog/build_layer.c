/* Around the build functions of the catalogue: a layer's name and place in the list, its parameters, its own penalties,
 * what it costs. */
#include "catalog/build.h"

#include "support/panic.h"
#include "support/str.h"

extern const CatalogEntry catalog_penalty_l1, catalog_penalty_l2;

/* The argument of that name, or NULL where the call or its entry has none. */
static const Argument *find_argument(const Call *call, const char *name) {
    int32_t index = call != NULL ? catalog_param(call->entry, name) : -1;
    return index >= 0 ? &call->args[index] : NULL;
}

Build build_begin(Session *session, Graph *graph) {
    Build build = {.session = session,
                   .graph = graph,
                   .training = graph->training,
                   .update_due = NODE_NONE,
                   .update_every = 1,
                   .penalty = NODE_NONE};
    map_init(&build.layer_numbers, session->arena);
    map_init(&build.kind_counts, session->arena);
    return build;
}

/* "dense_1": the kind and how many of the kind have come, named ones included, so that naming one renames no other. */
static const char *layer_name(Build *build, const Call *call) {
    int64_t count = 0;
    map_find(&build->kind_counts, call->entry->name, &count);
    map_set(&build->kind_counts, call->entry->name, count + 1);
    const Argument *name = find_argument(call, "name");
    if (name != NULL && name->given) return name->word;
    return arena_printf(build->session->arena, "%s_%lld", call->entry->name, (long long)count + 1);
}

static void check_name(Build *build, const Call *call, const BuildLayer *layer) {
    int64_t other;
    if (map_insert(&build->layer_numbers, layer->name, build->layers.count)) return;
    map_find(&build->layer_numbers, layer->name, &other);
    const Argument *name = find_argument(call, "name");
    Span span = name != NULL && name->given ? name->span : layer->span;
    Diagnostic *diagnostic =
        diag_report(build->session, DIAG_DUPLICATE_NAME, span, "two layers are called `%s`", layer->name);
    diag_label(diagnostic, build->layers.items[other].span, "the other one");
    diag_why(diagnostic, "the name stands before the layer's tensors in model.safetensors");
    diag_advice(diagnostic, "leave out `name:`; layers are then called by their kind and number");
}

void build_layer_begin(Build *build, const Call *call, BuildLayer layer) {
    const Argument *trainable = find_argument(call, "trainable");
    check_name(build, call, &layer);
    build->frozen = trainable != NULL && trainable->integer == 0;
    build->first_node = build->graph->nodes.count;
    build->first_parameter = build->graph->parameters.count;
    build->graph->layer = layer.name;
    build->graph->span = layer.span;
    vec_push(build->session->arena, &build->layers, layer);
}

/* Patches are moved; the others do something to every place of every window. */
static int64_t window_flops(const Graph *graph, const Node *node) {
    if (node->op == OP_PATCHES) return 0;
    const Shape *first = &graph_node(graph, node->inputs[0])->shape;
    int64_t places = node->window.places[0] * node->window.places[1] * node->window.size[0] * node->window.size[1];
    return places * first->dims[first->rank - 1] * (node->op == OP_DEPTHWISE ? 2 : 1);
}

/* Floating-point operations of one row; what is done once a batch does not count. */
static int64_t node_flops(const Graph *graph, const Node *node) {
    bool has_batch = shape_has_batch(&node->shape);
    switch (op_table[node->op].family) {
    case FAMILY_ELEMENTWISE: return has_batch ? shape_count(&node->shape, 1) : 0;
    case FAMILY_REDUCE: {
        const Shape *from = &graph_node(graph, node->inputs[0])->shape;
        return shape_has_batch(from) ? shape_count(from, 1) : 0;
    }
    case FAMILY_CONTRACT: {
        const Shape *left = &graph_node(graph, node->inputs[0])->shape;
        return has_batch ? 2 * shape_count(&node->shape, 1) * left->dims[left->rank - (node->transpose_a ? 2 : 1)] : 0;
    }
    case FAMILY_WINDOW: return has_batch ? window_flops(graph, node) : 0;
    case FAMILY_RECURRENT: {
        if (node->op != OP_RECURRENT_TAPE) return 0;
        const Shape *weight = &graph_node(graph, node->inputs[1])->shape;
        return -node->shape.dims[0] * (2 * weight->dims[0] * weight->dims[1] + node->shape.dims[1]);
    }
    case FAMILY_LEAF:
    case FAMILY_MOVEMENT:
    case FAMILY_INDEX:
    case FAMILY_RANDOM: break;
    }
    return 0;
}

/* What `l1:`, `l2:` and `max_norm:` of a layer act on: its kernels; of a layer without any, the table. */
static bool is_own_kernel(const Build *build, int64_t number) {
    bool any = false;
    for (int64_t i = build->first_parameter; i < build->graph->parameters.count; i++)
        any = any || build->graph->parameters.items[i].decayed;
    return any ? build->graph->parameters.items[number].decayed : number == build->first_parameter;
}

static void add_own_penalties(Build *build, const Call *call) {
    static const CatalogEntry *const penalties[] = {&catalog_penalty_l1, &catalog_penalty_l2};
    for (int i = 0; i < 2; i++) {
        const Argument *factor = find_argument(call, penalties[i]->name);
        if (factor == NULL || factor->number <= 0) continue;
        Call penalty = {.entry = penalties[i], .args = {*factor}, .span = factor->span};
        for (int64_t k = build->first_parameter; k < build->graph->parameters.count; k++)
            if (is_own_kernel(build, k)) build_add_penalty(build, &penalty, build->graph->parameters.items[k].node);
    }
}

static void add_penalty_term(Build *build, NodeId term) {
    build->penalty = build->penalty == NODE_NONE ? term : graph_binary(build->graph, OP_ADD, build->penalty, term);
}

void build_add_penalty(Build *build, const Call *penalty, NodeId parameter_node) {
    add_penalty_term(build, penalty->entry->build_penalty(build, penalty, parameter_node));
}

void build_add_prediction_penalty(Build *build, const Call *penalty, NodeId probabilities) {
    add_penalty_term(build, penalty->entry->build_prediction_penalty(build, penalty, probabilities));
}

static void set_max_norm(Build *build, const Call *call) {
    const Argument *limit = find_argument(call, "max_norm");
    for (int64_t k = build->first_parameter; limit != NULL && limit->given && k < build->graph->parameters.count; k++)
        if (is_own_kernel(build, k)) build->graph->parameters.items[k].max_norm = limit->number;
}

void build_layer_end(Build *build, const Call *call, NodeId output) {
    Graph *graph = build->graph;
    BuildLayer *layer = &build->layers.items[build->layers.count - 1];
    if (output != NODE_NONE) {
        layer->output_shape = graph_node(graph, output)->shape;
        for (int64_t i = build->first_node; i < graph->nodes.count; i++)
            layer->flops += node_flops(graph, graph_node(graph, (NodeId)i));
        add_own_penalties(build, call);
        set_max_norm(build, call);
    }
    build->frozen = false;
    build->next_activation = NULL;
    graph->layer = NULL;
}

/* Whether the layer gets numbers, or an index where it takes one. */
static bool check_element_type(Build *build, const Call *call, NodeId input) {
    bool is_index = graph_node(build->graph, input)->type == ELEMENT_INT32;
    if (is_index == call->entry->takes_index) return true;
    Diagnostic *diagnostic =
        diag_report(build->session, DIAG_TYPE_MISMATCH, call->name_span, "`%s` wants %s, not %s", call->entry->name,
                    is_index ? "numbers" : "the index of a category", is_index ? "a category" : "numbers");
    if (is_index)
        diag_advice(diagnostic, "`-> one_hot` in `preprocess`, or `-> embedding(width)` in `network`");
    else
        diag_advice(diagnostic, "a column of type category or ordinal before it, or `dense` for numbers");
    return false;
}

NodeId build_call(Build *build, const Call *call, NodeId input) {
    build_layer_begin(
        build, call,
        (BuildLayer){.name = layer_name(build, call), .text = call->text, .entry = call->entry, .span = call->span});
    NodeId output = check_element_type(build, call, input) ? call->entry->build_layer(build, call, input) : NODE_NONE;
    build_layer_end(build, call, output);
    return output;
}

/* ---- parameters ---------------------------------------------------------------------------------------------- */

NodeId build_parameter(Build *build, ParameterOptions options) {
    Graph *graph = build->graph;
    BuildLayer *layer = &build->layers.items[build->layers.count - 1];
    if (!options.is_statistic) layer->parameters += shape_count(&options.shape, 1);
    GraphParameter parameter = {
        .name = arena_printf(graph->arena, "%s.%s", graph->layer, options.suffix),
        .layer = graph->layer,
        .shape = options.shape,
        .file_shape = options.shape,
        .transposed = options.transposed,
        .cells = options.cells,
        .trainable = !options.is_statistic && !build->frozen,
        .decayed = options.decayed,
        .init = options.init,
        .init_value = options.init_value,
        .fan_in = options.fan_in,
        .fan_out = options.fan_out,
        .node = NODE_NONE,
        .gradient = NODE_NONE,
        .span = graph->span,
    };
    if (options.transposed) {
        if (options.shape.rank != 2) BUG("%s is transposed and of rank %d", parameter.name, options.shape.rank);
        parameter.file_shape.dims[0] = options.shape.dims[1];
        parameter.file_shape.dims[1] = options.shape.dims[0];
    }
    if (options.file_shape.rank > 0) parameter.file_shape = options.file_shape;
    return graph_parameter(graph, parameter);
}

void build_kernel_init(const Build *build, const Call *call, ParameterOptions *options) {
    const Argument *given = find_argument(call, "init");
    if (given != NULL && given->call != NULL) {
        const CatalogEntry *entry = given->call->entry;
        options->init = (LrtInitKind)entry->runtime_id;
        if (catalog_param(entry, "value") >= 0) options->init_value = call_number(given->call, "value");
        return;
    }
    const CatalogEntry *activation = build->next_activation;
    const char *word =
        activation != NULL && activation->kernel_init != NULL ? activation->kernel_init : "glorot_uniform";
    const CatalogEntry *entry = catalog_find(ENTRY_INITIALIZER, word);
    if (entry == NULL) BUG("no initializer %s", word);
    options->init = (LrtInitKind)entry->runtime_id;
}

NodeId build_affine(Build *build, const Call *call, NodeId input, int64_t units) {
    Graph *graph = build->graph;
    Shape shape = graph_node(graph, input)->shape;
    int64_t width = shape.dims[shape.rank - 1];
    Shape rows = {.rank = 2, .dims = {shape.rank == 3 ? shape.dims[0] * shape.dims[1] : shape.dims[0], width}};
    ParameterOptions kernel = {.suffix = "weight",
                               .shape = shape_make(2, (int64_t[]){width, units}),
                               .transposed = true,
                               .decayed = true,
                               .fan_in = width,
                               .fan_out = units};
    build_kernel_init(build, call, &kernel);
    NodeId weight = build_parameter(build, kernel);
    NodeId output = graph_contract(graph, graph_reshape(graph, input, rows), weight, false, false);
    const Argument *bias = find_argument(call, "bias");
    if (bias == NULL || bias->integer != 0) {
        NodeId node = build_parameter(build, (ParameterOptions){.suffix = "bias",
                                                                .shape = shape_make(1, &units),
                                                                .init = LRT_INIT_ZEROS,
                                                                .fan_in = width,
                                                                .fan_out = units});
        output = graph_binary(graph, OP_ADD, output, node);
    }
    shape.dims[shape.rank - 1] = units;
    return graph_reshape(graph, output, shape);
}

bool build_wants_sequence(Build *build, const Call *call, NodeId input) {
    const Shape *shape = &graph_node(build->graph, input)->shape;
    if (shape->rank == 3) return true;
    Diagnostic *diagnostic =
        diag_report(build->session, DIAG_SHAPE_ERROR, call->span, "`%s` wants a sequence [B, time, width]; it gets %s",
                    call->entry->name, shape_text(build->session->arena, shape));
    if (shape->rank == 2) {
        int64_t width = shape->dims[1];
        diag_advice(diagnostic, "`window([…], T)` of columns of a series, or `reshape([T, width])` where a row holds "
                                "a whole sequence of %lld numbers", (long long)width);
    }
    return false;
}

bool build_wants_rows(Build *build, NodeId input, bool sequences, const char *what) {
    const Shape *shape = &graph_node(build->graph, input)->shape;
    if (shape->rank == 2 || (sequences && shape->rank == 3)) return true;
    const char *text = shape_text(build->session->arena, shape);
    if (shape->rank == 4) {
        Diagnostic *diagnostic = diag_report(build->session, DIAG_MISSING_FLATTEN, build->graph->span,
                                             "%s stands on an image %s", what, text);
        diag_advice(diagnostic, "`flatten ->` before it");
        return false;
    }
    diag_report(build->session, DIAG_SHAPE_ERROR, build->graph->span, "%s wants %s; it gets %s", what,
                sequences ? "[B, width] or [B, time, width]" : "[B, width]", text);
    return false;
}
