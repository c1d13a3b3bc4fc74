/* Values of a region: operands as vectors of 16 floats, ops as calls of their templates, sums, stores. */
#include "codegen/region.h"

#include "support/panic.h"

static LLVMBuilderRef builder_of(const RegionEmitter *region) { return region->emitter->builder; }

static LLVMValueRef zeros(const RegionEmitter *region) { return LLVMConstNull(region->emitter->v16); }

LLVMValueRef region_first_lane(const RegionEmitter *region, LLVMValueRef vector) {
    return LLVMBuildExtractElement(builder_of(region), vector, emit_i64(region->emitter, 0), "");
}

LLVMValueRef region_lane_numbers(const RegionEmitter *region) {
    LLVMValueRef lanes[PLAN_LANES];
    for (int i = 0; i < PLAN_LANES; i++) lanes[i] = LLVMConstInt(region->emitter->i32, (unsigned)i, 0);
    return LLVMConstVector(lanes, PLAN_LANES);
}

LLVMValueRef region_to_i32(const RegionEmitter *region, LLVMValueRef value) {
    return LLVMBuildTrunc(builder_of(region), value, region->emitter->i32, "");
}

/* index + 0, 1, 2… as floats */
static LLVMValueRef counting(const RegionEmitter *region, LLVMValueRef index) {
    LLVMValueRef start = emit_splat(region->emitter, region_to_i32(region, index));
    LLVMValueRef lanes = LLVMBuildAdd(builder_of(region), start, region_lane_numbers(region), "");
    return LLVMBuildSIToFP(builder_of(region), lanes, region->emitter->v16, "");
}

LLVMValueRef region_float_splat(const RegionEmitter *region, LLVMValueRef integer) {
    LLVMValueRef scalar = LLVMBuildSIToFP(builder_of(region), integer, region->emitter->f32, "");
    return emit_splat(region->emitter, scalar);
}

/* ---- operands
 * ---------------------------------------------------------------------------------------------------------- */

/* The place along the last axis but one: the row modulo its length. */
static LLVMValueRef row_iota_value(const RegionEmitter *region, const Node *node, const RegionPlace *place) {
    int64_t length = node->shape.dims[node->shape.rank - 2];
    if (!region->is_flat)
        return region_float_splat(
            region, LLVMBuildURem(builder_of(region), region->row, emit_i64(region->emitter, length), ""));
    LLVMValueRef rows =
        LLVMBuildAdd(builder_of(region), emit_splat(region->emitter, region_to_i32(region, place->column)),
                     region_lane_numbers(region), "");
    LLVMValueRef modulus = emit_splat(region->emitter, LLVMConstInt(region->emitter->i32, (uint64_t)length, 0));
    return LLVMBuildSIToFP(builder_of(region), LLVMBuildURem(builder_of(region), rows, modulus, ""),
                           region->emitter->v16, "");
}

static LLVMValueRef iota_value(const RegionEmitter *region, const Node *node, const RegionPlace *place) {
    if (node->axis == 1) return row_iota_value(region, node, place);
    if (node->shape.rank == 1 && node->shape.dims[0] < 0)
        return region->is_flat ? counting(region, place->column) : region_float_splat(region, region->row);
    if (node->shape.rank == 0 || node->shape.dims[node->shape.rank - 1] == 1 || place == NULL) return zeros(region);
    return counting(region, place->column);
}

static LLVMValueRef inline_value(const RegionEmitter *region, NodeId id, const RegionPlace *place) {
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
LLVMValueRef region_load_splat(const RegionEmitter *region, const RegionMatrix *matrix, LLVMValueRef address) {
    Emitter *emitter = region->emitter;
    LLVMValueRef scalar = emit_load(emitter, matrix->is_int ? emitter->i32 : emitter->f32, address);
    if (matrix->is_int) scalar = LLVMBuildSIToFP(emitter->builder, scalar, emitter->f32, "");
    return emit_splat(emitter, scalar);
}

LLVMValueRef region_load_vector(const RegionEmitter *region, const RegionMatrix *matrix, LLVMValueRef address) {
    Emitter *emitter = region->emitter;
    LLVMValueRef vector = emit_load(emitter, matrix->is_int ? emitter->v16i : emitter->v16, address);
    return matrix->is_int ? LLVMBuildSIToFP(emitter->builder, vector, emitter->v16, "") : vector;
}

static LLVMValueRef load_flat(const RegionEmitter *region, const RegionMatrix *matrix, const RegionPlace *place) {
    Emitter *emitter = region->emitter;
    int64_t stride = matrix->matrix.row_stride;
    LLVMValueRef index = LLVMBuildNSWMul(emitter->builder, place->column, emit_i64(emitter, stride), "");
    LLVMValueRef address = emit_address(emitter, matrix->base, index);
    if (stride == 1) return region_load_vector(region, matrix, address);
    LLVMValueRef arguments[] = {address, emit_i64(emitter, stride),
                                LLVMBuildNSWSub(emitter->builder, region->end, place->column, "")};
    LLVMValueRef vector =
        emit_template(emitter, matrix->is_int ? "lk_load_strided_int" : "lk_load_strided", arguments, 3);
    return matrix->is_int ? LLVMBuildSIToFP(emitter->builder, vector, emitter->v16, "") : vector;
}

static LLVMValueRef memory_value(const RegionEmitter *region, const RegionMatrix *matrix, const RegionPlace *place) {
    if (matrix->value != NULL) return matrix->value;
    if (region->is_flat) return load_flat(region, matrix, place);
    if (matrix->matrix.row_stride == 0 && region->is_unrolled) return matrix->vectors[place->number];
    LLVMValueRef row = matrix->row != NULL ? matrix->row : matrix->base;
    return region_load_vector(region, matrix, emit_address(region->emitter, row, place->column));
}

/* `place` NULL: the value of the row. */
LLVMValueRef region_operand_value(const RegionEmitter *region, const RegionOperand *operand, int32_t stage,
                                  const RegionPlace *place) {
    if (operand->source == SOURCE_INLINE) return inline_value(region, operand->base, place);
    if (operand->source == SOURCE_MEMORY) return memory_value(region, &region->matrices.items[operand->place], place);
    const RegionNode *node = &region->nodes[operand->place];
    if (node->is_row || node->reduction == REDUCTION_ROW) return node->row_value;
    if (region->is_unrolled) return node->vectors[place->number];
    if (node->stage == stage) return node->current;
    return emit_load(region->emitter, region->emitter->v16, emit_address(region->emitter, node->saved, place->column));
}

/* ---- values
 * ------------------------------------------------------------------------------------------------------------ */

static LLVMValueRef uniform_value(const RegionEmitter *region, const RegionNode *node, const RegionPlace *place) {
    Emitter *emitter = region->emitter;
    LLVMValueRef element = region->row;
    if (place != NULL && region->is_flat)
        element = place->column;
    else if (place != NULL) {
        LLVMValueRef first = LLVMBuildNSWMul(emitter->builder, region->row, emit_i64(emitter, region->columns), "");
        element = LLVMBuildNSWAdd(emitter->builder, first, place->column, "");
    }
    LLVMValueRef key1 = LLVMBuildXor(emitter->builder, region->key1, node->mix, "");
    LLVMValueRef arguments[] = {region->key0, key1, region_to_i32(region, element),
                                region_to_i32(region, region->step)};
    LLVMValueRef numbers = emit_template(emitter, "lk_uniform", arguments, 4);
    return place == NULL ? emit_splat(emitter, region_first_lane(region, numbers)) : numbers;
}

LLVMValueRef region_elementwise_value(const RegionEmitter *region, const RegionNode *node, const RegionPlace *place) {
    LLVMValueRef arguments[REGION_MOST_INPUTS];
    for (int32_t k = 0; k < node->input_count; k++)
        arguments[k] = region_operand_value(region, &node->inputs[k], node->stage, place);
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

LLVMValueRef region_identity(const RegionEmitter *region, OpKind op) {
    LLVMTypeRef type = region->emitter->f32;
    LLVMValueRef scalar = op == OP_SUM ? LLVMConstReal(type, 0) : LLVMConstReal(type, (double)-__builtin_inff());
    return emit_splat(region->emitter, scalar);
}

static LLVMValueRef masked(const RegionEmitter *region, LLVMValueRef value, const RegionPlace *place, OpKind op) {
    if (place->mask == NULL) return value;
    return LLVMBuildSelect(builder_of(region), place->mask, value, region_identity(region, op), "");
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
void region_add_to_total(const RegionEmitter *region, const RegionNode *node, LLVMValueRef value) {
    Emitter *emitter = region->emitter;
    if (node->op != OP_SUM) {
        add_in_place(region, node->op, node->total, value);
        return;
    }
    bool is_vector = LLVMGetTypeKind(LLVMTypeOf(value)) == LLVMVectorTypeKind;
    LLVMValueRef wide = LLVMBuildFPExt(emitter->builder, value, is_vector ? emitter->v16d : emitter->f64, "");
    add_in_place(region, OP_SUM, node->total, wide);
}

const RegionStore *region_store_of_column(const RegionEmitter *region, const RegionNode *node) {
    for (int64_t i = 0; i < region->stores.count; i++)
        if (region->stores.items[i].reduction == REDUCTION_COLUMN && region->stores.items[i].value.base == node->id)
            return &region->stores.items[i];
    BUG("a column sum is stored nowhere");
}

/* Where the sums of the vector's columns are kept: in registers where unrolled, else in the result itself. */
static LLVMValueRef column_place(const RegionEmitter *region, const RegionNode *node, const RegionPlace *place) {
    if (region->is_unrolled)
        return emit_address(region->emitter, node->total, emit_i64(region->emitter, place->number * PLAN_LANES));
    const RegionStore *store = region_store_of_column(region, node);
    return emit_address(region->emitter, region->matrices.items[store->matrix].base, place->column);
}

void region_reduce_vector(const RegionEmitter *region, const RegionNode *node, const RegionPlace *place) {
    LLVMValueRef value = region_operand_value(region, &node->inputs[0], node->stage, place);
    switch (node->reduction) {
    case REDUCTION_COLUMN: add_in_place(region, node->op, column_place(region, node, place), value); break;
    case REDUCTION_TOTAL:
        value = masked(region, value, place, node->op);
        if (region->is_flat)
            region_add_to_total(region, node, value);
        else
            add_in_place(region, node->op, node->row_sum, value);
        break;
    case REDUCTION_ROW: add_in_place(region, node->op, node->row_sum, masked(region, value, place, node->op)); break;
    case REDUCTION_NONE: break;
    }
}

/* ---- stores
 * ------------------------------------------------------------------------------------------------------------ */

void region_store_row_value(const RegionEmitter *region, const RegionStore *store, LLVMValueRef value) {
    const RegionMatrix *matrix = &region->matrices.items[store->matrix];
    emit_store(region->emitter, region_first_lane(region, value), matrix->row != NULL ? matrix->row : matrix->base);
}

static void store_flat(const RegionEmitter *region, const RegionMatrix *matrix, const RegionPlace *place,
                       LLVMValueRef value) {
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

void region_store_vector(const RegionEmitter *region, const RegionStore *store, const RegionPlace *place) {
    LLVMValueRef value = region_operand_value(region, &store->value, store->stage, place);
    const RegionMatrix *matrix = &region->matrices.items[store->matrix];
    if (region->is_flat)
        store_flat(region, matrix, place, value);
    else if (region->columns == 1)
        region_store_row_value(region, store, value);
    else
        emit_store(region->emitter, value,
                   emit_address(region->emitter, matrix->row != NULL ? matrix->row : matrix->base, place->column));
}
