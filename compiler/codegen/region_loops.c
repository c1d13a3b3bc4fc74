/* A region as code: a loop over rows; within a row one pass for each stage over its vectors of 16 columns, unrolled
 * where they are few. A column of the batch is treated as one row whose vectors run along the batch. Each element-wise
 * op is a call of its template, which LLVM inlines. */
#include "codegen/region.h"

#include <stddef.h>

/* ---- one row
 * ----------------------------------------------------------------------------------------------------------- */

/* Computed once a row and not once a vector. */
static bool is_row_work(const RegionNode *node) {
    if (node->reduction == REDUCTION_NONE) return node->is_row;
    return node->domain_is_row;
}

static bool is_stored_here(const RegionStore *store, int32_t stage, bool is_row) {
    return store->reduction == REDUCTION_NONE && store->stage == stage && store->is_row == is_row;
}

static void emit_row_work(const RegionEmitter *region, int32_t stage) {
    for (int64_t i = 0; i < region->node_count; i++) {
        RegionNode *node = &region->nodes[i];
        if (node->stage != stage || !is_row_work(node)) continue;
        if (node->reduction == REDUCTION_NONE) {
            node->row_value = region_elementwise_value(region, node, NULL);
            continue;
        }
        LLVMValueRef value = region_operand_value(region, &node->inputs[0], stage, NULL);
        if (node->op == OP_SUM) value = region_first_lane(region, value);
        region_add_to_total(region, node, value);
    }
    for (int64_t i = 0; i < region->stores.count; i++) {
        const RegionStore *store = &region->stores.items[i];
        if (is_stored_here(store, stage, true))
            region_store_row_value(region, store, region_operand_value(region, &store->value, stage, NULL));
    }
}

static void emit_vector(const RegionEmitter *region, int32_t stage, const RegionPlace *place) {
    for (int64_t i = 0; i < region->node_count; i++) {
        RegionNode *node = &region->nodes[i];
        if (node->stage != stage || is_row_work(node)) continue;
        if (node->reduction != REDUCTION_NONE) {
            region_reduce_vector(region, node, place);
            continue;
        }
        LLVMValueRef value = region_elementwise_value(region, node, place);
        node->current = value;
        if (region->is_unrolled) node->vectors[place->number] = value;
        if (node->saved != NULL)
            emit_store(region->emitter, value, emit_address(region->emitter, node->saved, place->column));
    }
    for (int64_t i = 0; i < region->stores.count; i++)
        if (is_stored_here(&region->stores.items[i], stage, false))
            region_store_vector(region, &region->stores.items[i], place);
}

static bool has_vector_work(const RegionEmitter *region, int32_t stage) {
    for (int64_t i = 0; i < region->node_count; i++)
        if (region->nodes[i].stage == stage && !is_row_work(&region->nodes[i])) return true;
    for (int64_t i = 0; i < region->stores.count; i++)
        if (is_stored_here(&region->stores.items[i], stage, false)) return true;
    return false;
}

static LLVMValueRef constant_mask(const RegionEmitter *region, int64_t count) {
    LLVMValueRef lanes[PLAN_LANES];
    for (int i = 0; i < PLAN_LANES; i++) lanes[i] = LLVMConstInt(region->emitter->i1, i < count, 0);
    return LLVMConstVector(lanes, PLAN_LANES);
}

static void emit_pass(RegionEmitter *region, int32_t stage) {
    Emitter *emitter = region->emitter;
    int64_t whole = region->columns / PLAN_LANES, left = region->columns % PLAN_LANES;
    RegionPlace tail = {.number = region->is_unrolled ? whole : -1, .column = emit_i64(emitter, whole * PLAN_LANES)};
    if (region->is_unrolled) {
        for (int64_t v = 0; v < whole; v++)
            emit_vector(region, stage, &(RegionPlace){.number = v, .column = emit_i64(emitter, v * PLAN_LANES)});
    } else {
        Loop loop = emit_loop_begin(emitter, emit_i64(emitter, 0), tail.column, PLAN_LANES);
        emit_vector(region, stage, &(RegionPlace){.number = -1, .column = loop.index});
        emit_loop_end(emitter, &loop, false);
    }
    if (left == 0) return;
    tail.mask = constant_mask(region, left);
    emit_vector(region, stage, &tail);
}

static void emit_pass_flat(RegionEmitter *region, int32_t stage) {
    Emitter *emitter = region->emitter;
    Loop loop = emit_loop_begin(emitter, region->begin, region->end, PLAN_LANES);
    LLVMValueRef left = region_to_i32(region, LLVMBuildNSWSub(emitter->builder, region->end, loop.index, ""));
    RegionPlace place = {.number = -1, .column = loop.index};
    place.mask =
        LLVMBuildICmp(emitter->builder, LLVMIntSLT, region_lane_numbers(region), emit_splat(emitter, left), "");
    emit_vector(region, stage, &place);
    emit_loop_end(emitter, &loop, false);
}

/* What is the same for the whole row. */
static void enter_row(RegionEmitter *region) {
    Emitter *emitter = region->emitter;
    for (int64_t i = 0; i < region->matrices.count; i++) {
        RegionMatrix *matrix = &region->matrices.items[i];
        if (matrix->matrix.row_stride == 0) continue;
        LLVMValueRef index =
            LLVMBuildNSWMul(emitter->builder, region->row, emit_i64(emitter, matrix->matrix.row_stride), "");
        matrix->row = emit_address(emitter, matrix->base, index);
    }
    for (int64_t i = 0; i < region->node_count; i++)
        if (region->nodes[i].row_sum != NULL)
            emit_store(emitter, region_identity(region, region->nodes[i].op), region->nodes[i].row_sum);
    /* Single numbers of a row are read before anything is written. */
    for (int64_t i = 0; i < region->matrices.count; i++) {
        RegionMatrix *matrix = &region->matrices.items[i];
        if (matrix->matrix.row_stride != 0 && matrix->matrix.column_stride == 0)
            matrix->value = region_load_splat(region, matrix, matrix->row);
    }
}

static void finish_row_sums(const RegionEmitter *region, int32_t stage) {
    Emitter *emitter = region->emitter;
    for (int64_t i = 0; i < region->node_count; i++) {
        RegionNode *node = &region->nodes[i];
        if (node->stage != stage || node->row_sum == NULL) continue;
        LLVMValueRef sum = emit_load(emitter, emitter->v16, node->row_sum);
        if (node->reduction == REDUCTION_TOTAL) {
            region_add_to_total(region, node, sum);
            continue;
        }
        LLVMValueRef scalar = emit_template(emitter, node->op == OP_SUM ? "lk_reduce_add" : "lk_reduce_max", &sum, 1);
        node->row_value = emit_splat(emitter, scalar);
    }
}

static void emit_row(RegionEmitter *region) {
    enter_row(region);
    for (int32_t stage = 0; stage < region->stages; stage++) {
        emit_row_work(region, stage);
        if (has_vector_work(region, stage)) emit_pass(region, stage);
        finish_row_sums(region, stage);
    }
}

/* ---- before and behind the rows
 * ------------------------------------------------------------------------------------------ */

static bool reads_op(const RegionEmitter *region, OpKind op) {
    for (int64_t i = 0; i < region->node_count; i++) {
        const RegionNode *node = &region->nodes[i];
        if (node->op == op) return true;
        for (int32_t k = 0; k < node->input_count; k++)
            if (graph_node(region->plan->graph, node->inputs[k].base)->op == op) return true;
    }
    for (int64_t i = 0; i < region->stores.count; i++)
        if (graph_node(region->plan->graph, region->stores.items[i].value.base)->op == op) return true;
    return false;
}

/* Numbers of the step. */
static void load_step(RegionEmitter *region) {
    Emitter *emitter = region->emitter;
    LLVMValueRef call = region->frame.call;
    if (reads_op(region, OP_LEARNING_RATE)) {
        LLVMValueRef rate = emit_call_field(emitter, call, offsetof(LrtCall, learning_rate), emitter->f64);
        region->learning_rate = emit_splat(emitter, LLVMBuildFPTrunc(emitter->builder, rate, emitter->f32, ""));
    }
    if (reads_op(region, OP_ROW_COUNT))
        region->row_count =
            region_float_splat(region, emit_call_field(emitter, call, offsetof(LrtCall, rows), emitter->i64));
    if (!reads_op(region, OP_STEP_NUMBER) && !reads_op(region, OP_UNIFORM)) return;
    region->step = emit_call_field(emitter, call, offsetof(LrtCall, step), emitter->i64);
    region->step_number =
        region_float_splat(region, LLVMBuildNSWAdd(emitter->builder, region->step, emit_i64(emitter, 1), ""));
    region->key0 = emit_call_field(emitter, call, offsetof(LrtCall, random_key), emitter->i32);
    region->key1 = emit_call_field(emitter, call, offsetof(LrtCall, random_key) + 4, emitter->i32);
}

/* Operands that are the same in every row. */
static void load_invariants(RegionEmitter *region) {
    Emitter *emitter = region->emitter;
    for (int64_t i = 0; i < region->matrices.count; i++) {
        RegionMatrix *matrix = &region->matrices.items[i];
        if (matrix->matrix.row_stride != 0) continue;
        if (matrix->matrix.column_stride == 0) {
            matrix->value = region_load_splat(region, matrix, matrix->base);
        } else if (region->is_unrolled) {
            for (int64_t v = 0; v < region->vectors; v++)
                matrix->vectors[v] = region_load_vector(
                    region, matrix, emit_address(emitter, matrix->base, emit_i64(emitter, v * PLAN_LANES)));
        }
    }
}

/* Columns' sums start in the result where they are too many for registers. */
static void clear_columns(const RegionEmitter *region, const RegionNode *node) {
    Emitter *emitter = region->emitter;
    const RegionMatrix *matrix = &region->matrices.items[region_store_of_column(region, node)->matrix];
    Loop loop = emit_loop_begin(emitter, emit_i64(emitter, 0), emit_i64(emitter, region->columns), PLAN_LANES);
    emit_store(emitter, region_identity(region, node->op), emit_address(emitter, matrix->base, loop.index));
    emit_loop_end(emitter, &loop, true);
}

static void prepare_node(RegionEmitter *region, RegionNode *node) {
    Emitter *emitter = region->emitter;
    LLVMValueRef function = region->frame.function;
    bool needs_memory = !region->is_unrolled && !region->is_flat && !node->is_row && node->last_stage > node->stage;
    if (node->reduction == REDUCTION_NONE && needs_memory)
        node->saved = emit_alloca(emitter, function, emitter->v16, region->vectors);
    bool in_row = !region->is_flat && !node->domain_is_row;
    if ((node->reduction == REDUCTION_ROW || node->reduction == REDUCTION_TOTAL) && in_row)
        node->row_sum = emit_alloca(emitter, function, emitter->v16, 1);
    if (node->reduction == REDUCTION_TOTAL) {
        LLVMTypeRef type = node->op != OP_SUM ? emitter->v16 : node->domain_is_row ? emitter->f64 : emitter->v16d;
        LLVMValueRef start = node->op == OP_SUM ? LLVMConstNull(type) : region_identity(region, node->op);
        node->total = emit_alloca(emitter, function, type, 1);
        emit_store(emitter, start, node->total);
    }
    if (node->reduction != REDUCTION_COLUMN) return;
    if (!region->is_unrolled) {
        clear_columns(region, node);
        return;
    }
    node->total = emit_alloca(emitter, function, emitter->v16, region->vectors);
    for (int64_t v = 0; v < region->vectors; v++)
        emit_store(emitter, region_identity(region, node->op),
                   emit_address(emitter, node->total, emit_i64(emitter, v * PLAN_LANES)));
}

/* The lanes of a total in ascending order; of a sum, as a double. */
static LLVMValueRef total_value(const RegionEmitter *region, const RegionNode *node) {
    Emitter *emitter = region->emitter;
    if (node->op != OP_SUM) {
        LLVMValueRef vector = emit_load(emitter, emitter->v16, node->total);
        return emit_template(emitter, "lk_reduce_max", &vector, 1);
    }
    LLVMValueRef sum;
    if (node->domain_is_row) {
        sum = emit_load(emitter, emitter->f64, node->total);
    } else {
        LLVMValueRef lanes = emit_load(emitter, emitter->v16d, node->total);
        sum = LLVMBuildExtractElement(emitter->builder, lanes, emit_i64(emitter, 0), "");
        for (int i = 1; i < PLAN_LANES; i++)
            sum = LLVMBuildFAdd(emitter->builder, sum,
                                LLVMBuildExtractElement(emitter->builder, lanes, emit_i64(emitter, i), ""), "");
    }
    return sum;
}

static void store_reductions(const RegionEmitter *region) {
    Emitter *emitter = region->emitter;
    for (int64_t i = 0; i < region->stores.count; i++) {
        const RegionStore *store = &region->stores.items[i];
        if (store->reduction == REDUCTION_NONE) continue;
        const RegionNode *node = &region->nodes[store->value.place];
        LLVMValueRef base = region->matrices.items[store->matrix].base;
        if (store->reduction == REDUCTION_TOTAL) {
            LLVMValueRef total = total_value(region, node);
            if (node->op == OP_SUM && !store->is_partial)
                total = LLVMBuildFPTrunc(emitter->builder, total, emitter->f32, "");
            emit_store(emitter, total, base);
            continue;
        }
        for (int64_t v = 0; region->is_unrolled && v < region->vectors; v++) {
            LLVMValueRef offset = emit_i64(emitter, v * PLAN_LANES);
            emit_store(emitter, emit_load(emitter, emitter->v16, emit_address(emitter, node->total, offset)),
                       emit_address(emitter, base, offset));
        }
    }
}

static void emit_body(RegionEmitter *region) {
    Emitter *emitter = region->emitter;
    load_step(region);
    load_invariants(region);
    for (int64_t i = 0; i < region->node_count; i++) prepare_node(region, &region->nodes[i]);
    if (region->is_flat) {
        region->row = emit_i64(emitter, 0);
        emit_pass_flat(region, 0);
    } else if (region->rows == 1) {
        region->row = emit_i64(emitter, 0);
        emit_row(region);
    } else {
        Loop loop = emit_loop_begin(emitter, region->begin, region->end, 1);
        region->row = loop.index;
        emit_row(region);
        emit_loop_end(emitter, &loop, false);
    }
    store_reductions(region);
}

enum { FIRST_MATRIX = 3 }; /* behind the call and the rows */

static int64_t argument_count(const RegionEmitter *region) {
    return FIRST_MATRIX + region->matrices.count + region->stream_count;
}

/* void (LrtCall *, begin, end, pointers to the matrices…, streams…) */
static LLVMTypeRef region_type(const RegionEmitter *region) {
    const Emitter *emitter = region->emitter;
    int64_t count = argument_count(region);
    LLVMTypeRef *types = ARENA_ARRAY(emitter->arena, LLVMTypeRef, count);
    for (int64_t i = 0; i < count; i++) {
        bool is_stream = i >= FIRST_MATRIX + region->matrices.count;
        types[i] = is_stream ? emitter->i32 : i == 1 || i == 2 ? emitter->i64 : emitter->pointer;
    }
    return LLVMFunctionType(emitter->none, types, (unsigned)count, 0);
}

static void name_arguments(RegionEmitter *region, LLVMValueRef function) {
    region->frame = (Frame){.function = function, .call = LLVMGetParam(function, 0)};
    region->begin = LLVMGetParam(function, 1);
    region->end = LLVMGetParam(function, 2);
    unsigned number = FIRST_MATRIX;
    for (int64_t i = 0; i < region->matrices.count; i++)
        region->matrices.items[i].base = LLVMGetParam(function, number++);
    for (int64_t i = 0; i < region->node_count; i++)
        if (region->nodes[i].op == OP_UNIFORM) region->nodes[i].mix = LLVMGetParam(function, number++);
}

static LLVMValueRef region_function(RegionEmitter *region, LLVMTypeRef type) {
    Emitter *emitter = region->emitter;
    const char *key = region_key(region);
    LLVMValueRef found = emitter_find(emitter, key);
    if (found != NULL) return found;
    const PlanKernel *kernel = &region->plan->kernels.items[region->kernel];
    const char *name = arena_printf(emitter->arena, "region.%s", kernel->name);
    Specialisation loop = emitter_begin(emitter, key, name, type, kernel->span);
    name_arguments(region, loop.function);
    emit_body(region);
    emitter_end(emitter, &loop);
    return loop.function;
}

/* What the function works on for this kernel and part. */
static LLVMValueRef *call_arguments(const RegionEmitter *region, const Frame *frame, LLVMValueRef part) {
    Emitter *emitter = region->emitter;
    const PlanKernel *kernel = &region->plan->kernels.items[region->kernel];
    LLVMValueRef *arguments = ARENA_ARRAY(emitter->arena, LLVMValueRef, argument_count(region));
    arguments[0] = frame->call;
    emit_part_rows(emitter, frame, region->plan, kernel, region->rows, part, &arguments[1], &arguments[2]);
    LLVMValueRef *bases = arguments + FIRST_MATRIX;
    for (int64_t i = 0; i < region->matrices.count; i++) {
        const PlanMatrix *matrix = &region->matrices.items[i].matrix;
        bases[i] = emit_matrix_base(emitter, frame, region->plan, matrix->buffer, matrix->offset);
        if (kernel->split != SPLIT_COLUMNS || matrix->column_stride != 1) continue;
        LLVMValueRef panel = LLVMBuildNSWMul(emitter->builder, part, emit_i64(emitter, PLAN_PANEL), "");
        bases[i] = emit_address(emitter, bases[i], panel);
    }
    for (int64_t i = 0; i < region->stores.count; i++) {
        if (!region->stores.items[i].is_partial) continue;
        LLVMValueRef *base = &bases[region->stores.items[i].matrix];
        *base = LLVMBuildInBoundsGEP2(emitter->builder, emitter->f64, *base, &part, 1, "");
    }
    LLVMValueRef *streams = bases + region->matrices.count;
    for (int64_t i = 0; i < region->node_count; i++) {
        const RegionNode *node = &region->nodes[i];
        if (node->op != OP_UNIFORM) continue;
        uint32_t mix = graph_stream_mix(graph_node(region->plan->graph, node->id)->index);
        *streams++ = LLVMConstInt(emitter->i32, mix, 0);
    }
    return arguments;
}

void emit_region(Emitter *emitter, const Frame *frame, const Plan *plan, int32_t number, LLVMValueRef part) {
    const PlanKernel *kernel = &plan->kernels.items[number];
    RegionEmitter region = {.emitter = emitter, .plan = plan, .kernel = number, .region = &kernel->region};
    region.rows = region.region->extent.rows;
    region.columns = kernel->split == SPLIT_COLUMNS ? PLAN_PANEL : region.region->extent.columns;
    region.is_flat = region.rows < 0 && region.columns == 1;
    region.vectors = (region.columns + PLAN_LANES - 1) / PLAN_LANES;
    region.is_unrolled = !region.is_flat && region.vectors <= REGION_UNROLLED_VECTORS;
    region_analyse(&region);
    LLVMTypeRef type = region_type(&region);
    LLVMValueRef function = region_function(&region, type);
    LLVMValueRef *arguments = call_arguments(&region, frame, part);
    LLVMBuildCall2(emitter->builder, type, function, arguments, (unsigned)argument_count(&region), "");
}

void emit_region_totals(Emitter *emitter, const Frame *frame, const Plan *plan, const PlanKernel *kernel) {
    for (int64_t i = 0; i < kernel->region.stores.count; i++) {
        const PlanStore *store = &kernel->region.stores.items[i];
        if (store->partial < 0) continue;
        LLVMValueRef sum = NULL, base = emit_matrix_base(emitter, frame, plan, store->partial, 0);
        for (int64_t part = 0; part < kernel->parts; part++) {
            LLVMValueRef index = emit_i64(emitter, part);
            LLVMValueRef address = LLVMBuildInBoundsGEP2(emitter->builder, emitter->f64, base, &index, 1, "");
            LLVMValueRef value = emit_load(emitter, emitter->f64, address);
            sum = sum == NULL ? value : LLVMBuildFAdd(emitter->builder, sum, value, "");
        }
        emit_store(emitter, LLVMBuildFPTrunc(emitter->builder, sum, emitter->f32, ""),
                   emit_matrix_base(emitter, frame, plan, store->matrix.buffer, store->matrix.offset));
    }
}
