/* A region as code: a loop over rows; within a row one pass for each stage over its vectors of 16 columns, unrolled where
 * they are few. A column of the batch is treated as one row whose vectors run along the batch. Each element-wise op is a
 * call of its template, which LLVM inlines. */
#include "codegen/region.h"

#include <stddef.h>

#include "support/panic.h"

/* Where in the row the builder stands. */
typedef struct Place {
    int64_t number;             /* of the vector where unrolled, else -1 */
    LLVMValueRef column;        /* first column of the vector; flat: first row */
    LLVMValueRef mask;          /* lanes that count, or NULL: all */
} Place;

static LLVMBuilderRef builder_of(const RegionEmitter *region) { return region->emitter->builder; }

static LLVMValueRef zeros(const RegionEmitter *region) { return LLVMConstNull(region->emitter->v16); }

static LLVMValueRef first_lane(const RegionEmitter *region, LLVMValueRef vector) {
    return LLVMBuildExtractElement(builder_of(region), vector, emit_i64(region->emitter, 0), "");
}

static LLVMValueRef lane_numbers(const RegionEmitter *region) {
    LLVMValueRef lanes[PLAN_LANES];
    for (int i = 0; i < PLAN_LANES; i++) lanes[i] = LLVMConstInt(region->emitter->i32, (unsigned)i, 0);
    return LLVMConstVector(lanes, PLAN_LANES);
}

static LLVMValueRef to_i32(const RegionEmitter *region, LLVMValueRef value) {
    return LLVMBuildTrunc(builder_of(region), value, region->emitter->i32, "");
}

/* index + 0, 1, 2… as floats */
static LLVMValueRef counting(const RegionEmitter *region, LLVMValueRef index) {
    LLVMValueRef start = emit_splat(region->emitter, to_i32(region, index));
    LLVMValueRef lanes = LLVMBuildAdd(builder_of(region), start, lane_numbers(region), "");
    return LLVMBuildSIToFP(builder_of(region), lanes, region->emitter->v16, "");
}

static LLVMValueRef as_float_splat(const RegionEmitter *region, LLVMValueRef integer) {
    LLVMValueRef scalar = LLVMBuildSIToFP(builder_of(region), integer, region->emitter->f32, "");
    return emit_splat(region->emitter, scalar);
}

/* ---- operands ---------------------------------------------------------------------------------------------------------- */

static LLVMValueRef iota_value(const RegionEmitter *region, const Node *node, const Place *place) {
    if (node->shape.rank == 1 && node->shape.dims[0] < 0)
        return region->is_flat ? counting(region, place->column) : as_float_splat(region, region->row);
    if (node->shape.rank == 0 || node->shape.dims[node->shape.rank - 1] == 1 || place == NULL) return zeros(region);
    return counting(region, place->column);
}

static LLVMValueRef inline_value(const RegionEmitter *region, NodeId id, const Place *place) {
    const Node *node = graph_node(region->plan->graph, id);
    switch (node->op) {
    case OP_CONSTANT: return emit_splat(region->emitter, emit_f32(region->emitter, node->value));
    case OP_IOTA: return iota_value(region, node, place);
    case OP_LEARNING_RATE: return region->learning_rate;
    case OP_STEP_NUMBER: return region->step_number;
    case OP_ROW_COUNT: return region->row_count;
    default: BUG("%s is not made on the spot", op_table[node->op].name);
    }
}

/* One number as a vector. */
static LLVMValueRef load_splat(const RegionEmitter *region, const RegionMatrix *matrix, LLVMValueRef address) {
    Emitter *emitter = region->emitter;
    LLVMValueRef scalar = emit_load(emitter, matrix->is_int ? emitter->i32 : emitter->f32, address);
    if (matrix->is_int) scalar = LLVMBuildSIToFP(emitter->builder, scalar, emitter->f32, "");
    return emit_splat(emitter, scalar);
}

static LLVMValueRef load_vector(const RegionEmitter *region, const RegionMatrix *matrix, LLVMValueRef address) {
    Emitter *emitter = region->emitter;
    LLVMValueRef vector = emit_load(emitter, matrix->is_int ? emitter->v16i : emitter->v16, address);
    return matrix->is_int ? LLVMBuildSIToFP(emitter->builder, vector, emitter->v16, "") : vector;
}

static LLVMValueRef load_flat(const RegionEmitter *region, const RegionMatrix *matrix, const Place *place) {
    Emitter *emitter = region->emitter;
    int64_t stride = matrix->matrix.row_stride;
    LLVMValueRef index = LLVMBuildNSWMul(emitter->builder, place->column, emit_i64(emitter, stride), "");
    LLVMValueRef address = emit_address(emitter, matrix->base, index);
    if (stride == 1) return load_vector(region, matrix, address);
    LLVMValueRef arguments[] = {address, emit_i64(emitter, stride),
                                LLVMBuildNSWSub(emitter->builder, region->end, place->column, "")};
    LLVMValueRef vector = emit_template(emitter, matrix->is_int ? "lk_load_strided_int" : "lk_load_strided", arguments, 3);
    return matrix->is_int ? LLVMBuildSIToFP(emitter->builder, vector, emitter->v16, "") : vector;
}

static LLVMValueRef memory_value(const RegionEmitter *region, const RegionMatrix *matrix, const Place *place) {
    if (matrix->value != NULL) return matrix->value;
    if (region->is_flat) return load_flat(region, matrix, place);
    if (matrix->matrix.row_stride == 0 && region->is_unrolled) return matrix->vectors[place->number];
    LLVMValueRef row = matrix->row != NULL ? matrix->row : matrix->base;
    return load_vector(region, matrix, emit_address(region->emitter, row, place->column));
}

/* `place` NULL: the value of the row. */
static LLVMValueRef operand_value(const RegionEmitter *region, const RegionOperand *operand, int32_t stage,
                                  const Place *place) {
    if (operand->source == SOURCE_INLINE) return inline_value(region, operand->base, place);
    if (operand->source == SOURCE_MEMORY) return memory_value(region, &region->matrices.items[operand->place], place);
    const RegionNode *node = &region->nodes[operand->place];
    if (node->is_row || node->reduction == REDUCTION_ROW) return node->row_value;
    if (region->is_unrolled) return node->vectors[place->number];
    if (node->stage == stage) return node->current;
    return emit_load(region->emitter, region->emitter->v16, emit_address(region->emitter, node->saved, place->column));
}

/* ---- values ------------------------------------------------------------------------------------------------------------ */

static LLVMValueRef uniform_value(const RegionEmitter *region, const RegionNode *node, const Place *place) {
    Emitter *emitter = region->emitter;
    uint32_t mix = graph_stream_mix(graph_node(region->plan->graph, node->id)->index);
    LLVMValueRef element = region->row;
    if (place != NULL && region->is_flat) element = place->column;
    else if (place != NULL) {
        LLVMValueRef first = LLVMBuildNSWMul(emitter->builder, region->row, emit_i64(emitter, region->columns), "");
        element = LLVMBuildNSWAdd(emitter->builder, first, place->column, "");
    }
    LLVMValueRef key1 = LLVMBuildXor(emitter->builder, region->key1, LLVMConstInt(emitter->i32, mix, 0), "");
    LLVMValueRef arguments[] = {region->key0, key1, to_i32(region, element), to_i32(region, region->step)};
    LLVMValueRef numbers = emit_template(emitter, "lk_uniform", arguments, 4);
    return place == NULL ? emit_splat(emitter, first_lane(region, numbers)) : numbers;
}

static LLVMValueRef elementwise_value(const RegionEmitter *region, const RegionNode *node, const Place *place) {
    LLVMValueRef arguments[REGION_MOST_INPUTS];
    for (int32_t k = 0; k < node->input_count; k++)
        arguments[k] = operand_value(region, &node->inputs[k], node->stage, place);
    if (node->op == OP_UNIFORM) return uniform_value(region, node, place);
    /* The sum of one element, a number that was converted when it was loaded, a gradient's end. */
    if (op_table[node->op].family == FAMILY_REDUCE || node->op == OP_CONVERT || node->op == OP_STOP_GRADIENT)
        return arguments[0];
    if ((node->op == OP_MAX || node->op == OP_MIN) && LLVMIsConstant(arguments[0])) {
        LLVMValueRef constant = arguments[0]; /* on the right it costs less */
        arguments[0] = arguments[1];
        arguments[1] = constant;
    }
    const char *name = arena_printf(region->emitter->arena, "lk_%s", op_table[node->op].name);
    return emit_template(region->emitter, name, arguments, (unsigned)node->input_count);
}

static LLVMValueRef identity_of(const RegionEmitter *region, OpKind op) {
    LLVMTypeRef type = region->emitter->f32;
    LLVMValueRef scalar = op == OP_SUM ? LLVMConstReal(type, 0) : LLVMConstReal(type, (double)-__builtin_inff());
    return emit_splat(region->emitter, scalar);
}

static LLVMValueRef masked(const RegionEmitter *region, LLVMValueRef value, const Place *place, OpKind op) {
    if (place->mask == NULL) return value;
    return LLVMBuildSelect(builder_of(region), place->mask, value, identity_of(region, op), "");
}

static LLVMValueRef combine(const RegionEmitter *region, OpKind op, LLVMValueRef sum, LLVMValueRef value) {
    if (op == OP_SUM) return LLVMBuildFAdd(builder_of(region), sum, value, "");
    LLVMValueRef arguments[] = {sum, value};
    return emit_template(region->emitter, "lk_max", arguments, 2);
}

static void add_in_place(const RegionEmitter *region, OpKind op, LLVMValueRef place, LLVMValueRef value) {
    LLVMValueRef sum = emit_load(region->emitter, LLVMTypeOf(value), place);
    emit_store(region->emitter, combine(region, op, sum, value), place);
}

/* Totals of sums are kept in double, so that the error does not grow with the rows. */
static void add_to_total(const RegionEmitter *region, const RegionNode *node, LLVMValueRef value) {
    Emitter *emitter = region->emitter;
    if (node->op != OP_SUM) {
        add_in_place(region, node->op, node->total, value);
        return;
    }
    bool is_vector = LLVMGetTypeKind(LLVMTypeOf(value)) == LLVMVectorTypeKind;
    LLVMValueRef wide = LLVMBuildFPExt(emitter->builder, value, is_vector ? emitter->v16d : emitter->f64, "");
    add_in_place(region, OP_SUM, node->total, wide);
}

static const RegionStore *store_of_column(const RegionEmitter *region, const RegionNode *node) {
    for (int64_t i = 0; i < region->stores.count; i++)
        if (region->stores.items[i].reduction == REDUCTION_COLUMN && region->stores.items[i].value.base == node->id)
            return &region->stores.items[i];
    BUG("a column sum is stored nowhere");
}

/* Where the sums of the vector's columns are kept: in registers where unrolled, else in the result itself. */
static LLVMValueRef column_place(const RegionEmitter *region, const RegionNode *node, const Place *place) {
    if (region->is_unrolled)
        return emit_address(region->emitter, node->total, emit_i64(region->emitter, place->number * PLAN_LANES));
    const RegionStore *store = store_of_column(region, node);
    return emit_address(region->emitter, region->matrices.items[store->matrix].base, place->column);
}

static void reduce_vector(const RegionEmitter *region, const RegionNode *node, const Place *place) {
    LLVMValueRef value = operand_value(region, &node->inputs[0], node->stage, place);
    switch (node->reduction) {
    case REDUCTION_COLUMN: add_in_place(region, node->op, column_place(region, node, place), value); break;
    case REDUCTION_TOTAL:
        value = masked(region, value, place, node->op);
        if (region->is_flat) add_to_total(region, node, value);
        else add_in_place(region, node->op, node->row_sum, value);
        break;
    case REDUCTION_ROW: add_in_place(region, node->op, node->row_sum, masked(region, value, place, node->op)); break;
    case REDUCTION_NONE: break;
    }
}

/* ---- stores ------------------------------------------------------------------------------------------------------------ */

static void store_row_value(const RegionEmitter *region, const RegionStore *store, LLVMValueRef value) {
    const RegionMatrix *matrix = &region->matrices.items[store->matrix];
    emit_store(region->emitter, first_lane(region, value), matrix->row != NULL ? matrix->row : matrix->base);
}

static void store_flat(const RegionEmitter *region, const RegionMatrix *matrix, const Place *place, LLVMValueRef value) {
    Emitter *emitter = region->emitter;
    int64_t stride = matrix->matrix.row_stride;
    LLVMValueRef index = LLVMBuildNSWMul(emitter->builder, place->column, emit_i64(emitter, stride), "");
    LLVMValueRef address = emit_address(emitter, matrix->base, index);
    if (stride == 1) {
        emit_store(emitter, value, address);
        return;
    }
    LLVMValueRef arguments[] = {address, emit_i64(emitter, stride),
                                LLVMBuildNSWSub(emitter->builder, region->end, place->column, ""), value};
    emit_template(emitter, "lk_store_strided", arguments, 4);
}

static void store_vector(const RegionEmitter *region, const RegionStore *store, const Place *place) {
    LLVMValueRef value = operand_value(region, &store->value, store->stage, place);
    const RegionMatrix *matrix = &region->matrices.items[store->matrix];
    if (region->is_flat) store_flat(region, matrix, place, value);
    else if (region->columns == 1) store_row_value(region, store, value);
    else emit_store(region->emitter, value,
                    emit_address(region->emitter, matrix->row != NULL ? matrix->row : matrix->base, place->column));
}

static bool is_stored_here(const RegionStore *store, int32_t stage, bool is_row) {
    return store->reduction == REDUCTION_NONE && store->stage == stage && store->is_row == is_row;
}

/* ---- one row ----------------------------------------------------------------------------------------------------------- */

/* Computed once a row and not once a vector. */
static bool is_row_work(const RegionNode *node) {
    if (node->reduction == REDUCTION_NONE) return node->is_row;
    return node->domain_is_row;
}

static void emit_row_work(const RegionEmitter *region, int32_t stage) {
    for (int64_t i = 0; i < region->node_count; i++) {
        RegionNode *node = &region->nodes[i];
        if (node->stage != stage || !is_row_work(node)) continue;
        if (node->reduction == REDUCTION_NONE) {
            node->row_value = elementwise_value(region, node, NULL);
            continue;
        }
        LLVMValueRef value = operand_value(region, &node->inputs[0], stage, NULL);
        if (node->op == OP_SUM) value = first_lane(region, value);
        add_to_total(region, node, value);
    }
    for (int64_t i = 0; i < region->stores.count; i++) {
        const RegionStore *store = &region->stores.items[i];
        if (is_stored_here(store, stage, true)) store_row_value(region, store, operand_value(region, &store->value, stage, NULL));
    }
}

static void emit_vector(const RegionEmitter *region, int32_t stage, const Place *place) {
    for (int64_t i = 0; i < region->node_count; i++) {
        RegionNode *node = &region->nodes[i];
        if (node->stage != stage || is_row_work(node)) continue;
        if (node->reduction != REDUCTION_NONE) {
            reduce_vector(region, node, place);
            continue;
        }
        LLVMValueRef value = elementwise_value(region, node, place);
        node->current = value;
        if (region->is_unrolled) node->vectors[place->number] = value;
        if (node->saved != NULL) emit_store(region->emitter, value, emit_address(region->emitter, node->saved, place->column));
    }
    for (int64_t i = 0; i < region->stores.count; i++)
        if (is_stored_here(&region->stores.items[i], stage, false)) store_vector(region, &region->stores.items[i], place);
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
    Place tail = {.number = region->is_unrolled ? whole : -1, .column = emit_i64(emitter, whole * PLAN_LANES)};
    if (region->is_unrolled) {
        for (int64_t v = 0; v < whole; v++)
            emit_vector(region, stage, &(Place){.number = v, .column = emit_i64(emitter, v * PLAN_LANES)});
    } else {
        Loop loop = emit_loop_begin(emitter, emit_i64(emitter, 0), tail.column, PLAN_LANES);
        emit_vector(region, stage, &(Place){.number = -1, .column = loop.index});
        emit_loop_end(emitter, &loop, false);
    }
    if (left == 0) return;
    tail.mask = constant_mask(region, left);
    emit_vector(region, stage, &tail);
}

static void emit_pass_flat(RegionEmitter *region, int32_t stage) {
    Emitter *emitter = region->emitter;
    Loop loop = emit_loop_begin(emitter, region->begin, region->end, PLAN_LANES);
    LLVMValueRef left = to_i32(region, LLVMBuildNSWSub(emitter->builder, region->end, loop.index, ""));
    Place place = {.number = -1, .column = loop.index};
    place.mask = LLVMBuildICmp(emitter->builder, LLVMIntSLT, lane_numbers(region), emit_splat(emitter, left), "");
    emit_vector(region, stage, &place);
    emit_loop_end(emitter, &loop, false);
}

/* What is the same for the whole row. */
static void enter_row(RegionEmitter *region) {
    Emitter *emitter = region->emitter;
    for (int64_t i = 0; i < region->matrices.count; i++) {
        RegionMatrix *matrix = &region->matrices.items[i];
        if (matrix->matrix.row_stride == 0) continue;
        LLVMValueRef index = LLVMBuildNSWMul(emitter->builder, region->row, emit_i64(emitter, matrix->matrix.row_stride), "");
        matrix->row = emit_address(emitter, matrix->base, index);
    }
    for (int64_t i = 0; i < region->node_count; i++)
        if (region->nodes[i].row_sum != NULL)
            emit_store(emitter, identity_of(region, region->nodes[i].op), region->nodes[i].row_sum);
    /* Single numbers of a row are read before anything is written. */
    for (int64_t i = 0; i < region->matrices.count; i++) {
        RegionMatrix *matrix = &region->matrices.items[i];
        if (matrix->matrix.row_stride != 0 && matrix->matrix.column_stride == 0) matrix->value = load_splat(region, matrix, matrix->row);
    }
}

static void finish_row_sums(const RegionEmitter *region, int32_t stage) {
    Emitter *emitter = region->emitter;
    for (int64_t i = 0; i < region->node_count; i++) {
        RegionNode *node = &region->nodes[i];
        if (node->stage != stage || node->row_sum == NULL) continue;
        LLVMValueRef sum = emit_load(emitter, emitter->v16, node->row_sum);
        if (node->reduction == REDUCTION_TOTAL) {
            add_to_total(region, node, sum);
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

/* ---- before and behind the rows ------------------------------------------------------------------------------------------ */

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
        region->row_count = as_float_splat(region, emit_call_field(emitter, call, offsetof(LrtCall, rows), emitter->i64));
    if (!reads_op(region, OP_STEP_NUMBER) && !reads_op(region, OP_UNIFORM)) return;
    region->step = emit_call_field(emitter, call, offsetof(LrtCall, step), emitter->i64);
    region->step_number = as_float_splat(region, LLVMBuildNSWAdd(emitter->builder, region->step, emit_i64(emitter, 1), ""));
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
            matrix->value = load_splat(region, matrix, matrix->base);
        } else if (region->is_unrolled) {
            for (int64_t v = 0; v < region->vectors; v++)
                matrix->vectors[v] = load_vector(region, matrix, emit_address(emitter, matrix->base, emit_i64(emitter, v * PLAN_LANES)));
        }
    }
}

/* Columns' sums start in the result where they are too many for registers. */
static void clear_columns(const RegionEmitter *region, const RegionNode *node) {
    Emitter *emitter = region->emitter;
    const RegionMatrix *matrix = &region->matrices.items[store_of_column(region, node)->matrix];
    Loop loop = emit_loop_begin(emitter, emit_i64(emitter, 0), emit_i64(emitter, region->columns), PLAN_LANES);
    emit_store(emitter, identity_of(region, node->op), emit_address(emitter, matrix->base, loop.index));
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
        LLVMValueRef start = node->op == OP_SUM ? LLVMConstNull(type) : identity_of(region, node->op);
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
        emit_store(emitter, identity_of(region, node->op), emit_address(emitter, node->total, emit_i64(emitter, v * PLAN_LANES)));
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
            if (node->op == OP_SUM && !store->is_partial) total = LLVMBuildFPTrunc(emitter->builder, total, emitter->f32, "");
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
    LLVMBuildRetVoid(emitter->builder);
}

/* void (LrtCall *, begin, end, pointers to the matrices…) */
static LLVMTypeRef region_type(const RegionEmitter *region) {
    const Emitter *emitter = region->emitter;
    int64_t count = region->matrices.count + 3;
    LLVMTypeRef *types = ARENA_ARRAY(emitter->arena, LLVMTypeRef, count);
    for (int64_t i = 0; i < count; i++) types[i] = i == 1 || i == 2 ? emitter->i64 : emitter->pointer;
    return LLVMFunctionType(emitter->none, types, (unsigned)count, 0);
}

static LLVMValueRef make_function(RegionEmitter *region, LLVMTypeRef type) {
    Emitter *emitter = region->emitter;
    const PlanKernel *kernel = &region->plan->kernels.items[region->kernel];
    LLVMBasicBlockRef here = LLVMGetInsertBlock(emitter->builder);
    LLVMMetadataRef location = LLVMGetCurrentDebugLocation2(emitter->builder);
    const char *name = arena_printf(emitter->arena, "region.%s", kernel->name);
    LLVMValueRef function = emit_function(emitter, name, type, kernel->span);
    region->frame = (Frame){.function = function, .call = LLVMGetParam(function, 0)};
    region->begin = LLVMGetParam(function, 1);
    region->end = LLVMGetParam(function, 2);
    for (int64_t i = 0; i < region->matrices.count; i++) region->matrices.items[i].base = LLVMGetParam(function, (unsigned)i + 3);
    emit_body(region);
    LLVMPositionBuilderAtEnd(emitter->builder, here);
    if (location != NULL) LLVMSetCurrentDebugLocation2(emitter->builder, location);
    return function;
}

void emit_region(Emitter *emitter, const Frame *frame, const Plan *plan, int32_t number, LLVMValueRef part) {
    const PlanKernel *kernel = &plan->kernels.items[number];
    RegionEmitter region = {.emitter = emitter, .plan = plan, .kernel = number, .region = &kernel->region};
    region.rows = region.region->extent.rows;
    region.columns = region.region->extent.columns;
    region.is_flat = region.rows < 0 && region.columns == 1;
    region.vectors = (region.columns + PLAN_LANES - 1) / PLAN_LANES;
    region.is_unrolled = !region.is_flat && region.vectors <= REGION_UNROLLED_VECTORS;
    region_analyse(&region);
    LLVMTypeRef type = region_type(&region);
    const char *key = region_key(&region);
    LLVMValueRef function = emitter_find(emitter, key);
    if (function == NULL) {
        function = make_function(&region, type);
        emitter_remember(emitter, key, function);
    }
    int64_t count = region.matrices.count + 3;
    LLVMValueRef *arguments = ARENA_ARRAY(emitter->arena, LLVMValueRef, count);
    arguments[0] = frame->call;
    emit_part_rows(emitter, frame, plan, kernel, region.rows, part, &arguments[1], &arguments[2]);
    for (int64_t i = 0; i < region.matrices.count; i++) {
        const PlanMatrix *matrix = &region.matrices.items[i].matrix;
        arguments[i + 3] = emit_matrix_base(emitter, frame, plan, matrix->buffer, matrix->offset);
    }
    for (int64_t i = 0; i < region.stores.count; i++) {
        if (!region.stores.items[i].is_partial) continue;
        LLVMValueRef *base = &arguments[region.stores.items[i].matrix + 3];
        *base = LLVMBuildInBoundsGEP2(emitter->builder, emitter->f64, *base, &part, 1, "");
    }
    LLVMBuildCall2(emitter->builder, type, function, arguments, (unsigned)count, "");
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
