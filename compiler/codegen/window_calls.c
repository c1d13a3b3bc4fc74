/* Kernels over windows of images: products of patches, pools, depthwise convolutions. A function for each distinct
 * geometry calls the template, in which all but rows and addresses is constant. */
#include "codegen/emitter.h"

#include "support/panic.h"
#include "support/str.h"

/* The arguments of a template in their order. Those that are no constants become parameters of the function. */
typedef struct Arguments {
    Emitter *emitter;
    Str key;
    VEC(LLVMValueRef) all;
    VEC(LLVMValueRef) given; /* of `all`, what the function takes */
} Arguments;

static Arguments begin_arguments(Emitter *emitter, const char *name) {
    Arguments arguments = {.emitter = emitter};
    str_init(&arguments.key, emitter->arena);
    str_printf(&arguments.key, "%s", name);
    return arguments;
}

static void put(Arguments *arguments, LLVMValueRef value) {
    bool constant = LLVMIsAConstantInt(value) != NULL || LLVMIsAConstantPointerNull(value) != NULL;
    if (!constant)
        str_append(&arguments->key, " *");
    else if (LLVMIsAConstantInt(value) != NULL)
        str_printf(&arguments->key, " %lld", LLVMConstIntGetSExtValue(value));
    else
        str_append(&arguments->key, " null");
    vec_push(arguments->emitter->arena, &arguments->all, value);
    if (!constant) vec_push(arguments->emitter->arena, &arguments->given, value);
}

static void put_number(Arguments *arguments, int64_t number) { put(arguments, emit_i64(arguments->emitter, number)); }

static void put_window(Arguments *arguments, const PlanWindow *window) {
    const Window *shape = &window->window;
    const int64_t *const pairs[] = {shape->size,   shape->stride, shape->dilation,
                                    shape->before, shape->places, shape->image};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        put_number(arguments, pairs[i][0]);
        put_number(arguments, pairs[i][1]);
    }
    put_number(arguments, window->channels);
}

typedef struct Scene {
    Emitter *emitter;
    const Frame *frame;
    const Plan *plan;
    const PlanKernel *kernel;
    LLVMValueRef part;
} Scene;

static void put_image(Arguments *arguments, const Scene *scene, const PlanView *view) {
    put(arguments, emit_matrix_base(scene->emitter, scene->frame, scene->plan, view->buffer, view->offset));
    for (int axis = 0; axis < 3; axis++) put_number(arguments, view->strides[axis]);
}

static void put_matrix(Arguments *arguments, const Scene *scene, const PlanMatrix *matrix) {
    put(arguments, emit_matrix_base(scene->emitter, scene->frame, scene->plan, matrix->buffer, matrix->offset));
    put_number(arguments, matrix->row_stride);
}

static void put_rows(Arguments *arguments, const Scene *scene, int64_t rows) {
    LLVMValueRef begin, end;
    emit_part_rows(scene->emitter, scene->frame, scene->plan, scene->kernel, rows, scene->part, &begin, &end);
    put(arguments, begin);
    put(arguments, end);
}

/* The memory of this part in which it makes patches. */
static void put_panel(Arguments *arguments, const Scene *scene) {
    const PlanWindow *window = &scene->kernel->window;
    Emitter *emitter = scene->emitter;
    LLVMValueRef base = emit_matrix_base(emitter, scene->frame, scene->plan, window->panel, 0);
    LLVMValueRef offset = LLVMBuildNSWMul(emitter->builder, scene->part, emit_i64(emitter, window->panel_size), "");
    put(arguments, emit_address(emitter, base, offset));
    put_number(arguments, window->panel_stride);
    put_number(arguments, window->panel_rows);
}

/* Calls the function that calls the template. */
static void call_template(Arguments *arguments, const Scene *scene, const char *name) {
    Emitter *emitter = scene->emitter;
    unsigned count = (unsigned)arguments->given.count;
    LLVMTypeRef *types = ARENA_ARRAY(emitter->arena, LLVMTypeRef, count + 1);
    for (unsigned i = 0; i < count; i++) types[i] = LLVMTypeOf(arguments->given.items[i]);
    LLVMTypeRef type = LLVMFunctionType(emitter->none, types, count, 0);
    LLVMValueRef function = emitter_find(emitter, arguments->key.data);
    if (function == NULL) {
        Specialisation made =
            emitter_begin(emitter, arguments->key.data, arena_printf(emitter->arena, "windows.%s", scene->kernel->name),
                          type, scene->kernel->span);
        function = made.function;
        LLVMValueRef *inner = ARENA_ARRAY(emitter->arena, LLVMValueRef, arguments->all.count);
        unsigned next = 0;
        for (int64_t i = 0; i < arguments->all.count; i++) {
            bool is_given = next < count && arguments->all.items[i] == arguments->given.items[next];
            inner[i] = is_given ? LLVMGetParam(function, next++) : arguments->all.items[i];
        }
        emit_template(emitter, name, inner, (unsigned)arguments->all.count);
        emitter_end(emitter, &made);
    }
    LLVMBuildCall2(emitter->builder, type, function, arguments->given.items, count, "");
}

/* ---- products ---------------------------------------------------------------------------------------------------- */

static int64_t padded(int64_t columns) { return (columns + PLAN_LANES - 1) / PLAN_LANES * PLAN_LANES; }

static LLVMValueRef first_column(const Scene *scene, int64_t columns) {
    Emitter *emitter = scene->emitter;
    if (scene->kernel->split != SPLIT_COLUMNS) return emit_i64(emitter, 0);
    return LLVMBuildNSWMul(emitter->builder, scene->part, emit_i64(emitter, columns), "");
}

static void put_columns_of(Arguments *arguments, const Scene *scene, const PlanMatrix *matrix, LLVMValueRef first) {
    LLVMValueRef base = emit_matrix_base(scene->emitter, scene->frame, scene->plan, matrix->buffer, matrix->offset);
    put(arguments, scene->kernel->split == SPLIT_COLUMNS ? emit_address(scene->emitter, base, first) : base);
}

static void emit_product(const Scene *scene, bool is_weights) {
    const PlanContract *contract = &scene->kernel->contract;
    Emitter *emitter = scene->emitter;
    const char *name = is_weights ? "lk_convolve_weights" : "lk_convolve";
    int64_t columns = padded(contract->columns);
    if (scene->kernel->split == SPLIT_COLUMNS) columns /= scene->kernel->parts;
    LLVMValueRef first = first_column(scene, columns);
    Arguments arguments = begin_arguments(emitter, name);
    put_number(&arguments, !emitter->target.has_wide_vectors);
    put_rows(&arguments, scene, contract->rows);
    if (is_weights) put(&arguments, emit_rows(emitter, scene->frame, contract->depth));
    put_number(&arguments, columns);
    put_window(&arguments, &scene->kernel->window);
    put_image(&arguments, scene, &scene->kernel->window.image);
    put_columns_of(&arguments, scene, &contract->b, first);
    put_number(&arguments, contract->b.row_stride);
    if (!is_weights && contract->bias.buffer >= 0)
        put_columns_of(&arguments, scene, &contract->bias, first);
    else if (!is_weights)
        put(&arguments, LLVMConstNull(emitter->pointer));
    put_columns_of(&arguments, scene, &contract->out, first);
    put_number(&arguments, contract->out.row_stride);
    put_panel(&arguments, scene);
    call_template(&arguments, scene, name);
}

static void emit_back(const Scene *scene) {
    const PlanContract *contract = &scene->kernel->contract;
    const PlanWindow *window = &scene->kernel->window;
    Arguments arguments = begin_arguments(scene->emitter, "lk_convolve_back");
    put_number(&arguments, !scene->emitter->target.has_wide_vectors);
    put_rows(&arguments, scene, window->images);
    put_number(&arguments, contract->depth);
    put_window(&arguments, window);
    put_matrix(&arguments, scene, &contract->a);
    put_matrix(&arguments, scene, &contract->b);
    put_image(&arguments, scene, &window->back);
    put_number(&arguments, window->pitch);
    put_panel(&arguments, scene);
    call_template(&arguments, scene, "lk_convolve_back");
}

void emit_convolution(Emitter *emitter, const Frame *frame, const Plan *plan, const PlanKernel *kernel,
                      LLVMValueRef part) {
    const Scene scene = {emitter, frame, plan, kernel, part};
    if (kernel->kind == KERNEL_CONVOLVE_BACK)
        emit_back(&scene);
    else
        emit_product(&scene, kernel->kind == KERNEL_CONVOLVE_WEIGHTS);
}

/* ---- the others -------------------------------------------------------------------------------------------------- */

static const char *template_of(OpKind op) {
    switch ((int)op) {
    case OP_PATCHES: return "lk_patches";
    case OP_PATCHES_ADD: return "lk_patches_add";
    case OP_WINDOW_MAX: return "lk_window_max";
    case OP_WINDOW_MAX_BACK: return "lk_window_max_back";
    case OP_WINDOW_MEAN: return "lk_window_mean";
    case OP_WINDOW_SPREAD: return "lk_window_spread";
    case OP_DEPTHWISE: return "lk_depthwise";
    case OP_DEPTHWISE_BACK: return "lk_depthwise_back";
    case OP_DEPTHWISE_WEIGHTS: return "lk_depthwise_weights";
    default: BUG("%s has no windows", op_table[op].name);
    }
}

/* Templates take rows, the windows, then what they read and what they write: images, matrices, places. */
void emit_window(Emitter *emitter, const Frame *frame, const Plan *plan, const PlanKernel *kernel, LLVMValueRef part) {
    const Scene scene = {emitter, frame, plan, kernel, part};
    const PlanWindow *window = &kernel->window;
    const Window *shape = &window->window;
    OpKind op = graph_node(plan->graph, kernel->node)->op;
    Arguments arguments = begin_arguments(emitter, template_of(op));
    bool by_cells = op == OP_DEPTHWISE_WEIGHTS, by_patches = op == OP_PATCHES;
    int64_t places = shape->places[0] * shape->places[1];
    put_rows(&arguments, &scene,
             by_cells     ? shape->size[0] * shape->size[1]
             : by_patches ? window->images * places
                          : window->images);
    if (by_cells) put(&arguments, emit_rows(emitter, frame, window->images));
    put_window(&arguments, window);
    if (window->image.buffer >= 0) put_image(&arguments, &scene, &window->image);
    bool reads_places = op == OP_WINDOW_SPREAD || op == OP_DEPTHWISE_BACK;
    if (reads_places) put_image(&arguments, &scene, &window->places);
    if (kernel->contract.b.buffer >= 0) put_matrix(&arguments, &scene, &kernel->contract.b);
    if (!reads_places && window->places.buffer >= 0) put_image(&arguments, &scene, &window->places);
    if (window->back.buffer >= 0) {
        put_image(&arguments, &scene, &window->back);
        put_number(&arguments, window->pitch);
    }
    if (by_cells || by_patches) put_matrix(&arguments, &scene, &kernel->contract.out);
    call_template(&arguments, &scene, template_of(op));
}
