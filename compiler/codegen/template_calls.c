/* Kernels other than regions: each is one call of a template with its shape and strides as constants. Products of one
 * shape share a function that is not inlined, so that twelve equal layers compile once. */
#include "codegen/emitter.h"

#include "support/panic.h"
#include "support/str.h"

void emit_part_rows(Emitter *emitter, const Frame *frame, const Plan *plan, const PlanKernel *kernel, int64_t rows,
                    LLVMValueRef part, LLVMValueRef *out_begin, LLVMValueRef *out_end) {
    *out_end = emit_rows(emitter, frame, rows);
    *out_begin = emit_i64(emitter, 0);
    if (kernel->split != SPLIT_ROWS) return;
    int64_t share = plan_part_share(plan, kernel, rows);
    LLVMValueRef first = LLVMBuildNSWMul(emitter->builder, part, emit_i64(emitter, share), "");
    LLVMValueRef behind = LLVMBuildNSWAdd(emitter->builder, first, emit_i64(emitter, share), "");
    *out_begin = emit_minimum(emitter, first, *out_end);
    *out_end = emit_minimum(emitter, behind, *out_end);
}

static int64_t padded(int64_t columns) { return (columns + PLAN_LANES - 1) / PLAN_LANES * PLAN_LANES; }

/* ---- products
 * ---------------------------------------------------------------------------------------------------------- */

enum { ROW_BEGIN, ROW_END, DEPTH, A, B, BIAS, OUT, PRODUCT_ARGUMENTS };

/* void (row begin, row end, depth, a, b, bias, out): numbers that the plan knows are constants inside. */
static LLVMValueRef product_function(Emitter *emitter, const PlanContract *contract, int64_t columns, bool whole_rows,
                                     const char *name, LLVMTypeRef type, Span span) {
    Str key;
    str_init(&key, emitter->arena);
    str_printf(&key, "product %lld %lld %lld: %lld %lld %lld %lld %d %d", (long long)contract->rows,
               (long long)contract->depth, (long long)columns, (long long)contract->a.row_stride,
               (long long)contract->a.column_stride, (long long)contract->b.row_stride,
               (long long)contract->out.row_stride, contract->bias.buffer >= 0, whole_rows);
    LLVMValueRef function = emitter_find(emitter, key.data);
    if (function != NULL) return function;
    Specialisation product = emitter_begin(emitter, key.data, name, type, span);
    LLVMValueRef given[PRODUCT_ARGUMENTS];
    for (unsigned i = 0; i < PRODUCT_ARGUMENTS; i++) given[i] = LLVMGetParam(product.function, i);
    bool fixed_rows = whole_rows && contract->rows >= 0;
    LLVMValueRef arguments[] = {
        whole_rows ? emit_i64(emitter, 0) : given[ROW_BEGIN],
        fixed_rows ? emit_i64(emitter, contract->rows) : given[ROW_END],
        emit_i64(emitter, 0),
        emit_i64(emitter, columns),
        contract->depth >= 0 ? emit_i64(emitter, contract->depth) : given[DEPTH],
        given[A],
        emit_i64(emitter, contract->a.row_stride),
        emit_i64(emitter, contract->a.column_stride),
        given[B],
        emit_i64(emitter, contract->b.row_stride),
        contract->bias.buffer >= 0 ? given[BIAS] : LLVMConstNull(emitter->pointer),
        given[OUT],
        emit_i64(emitter, contract->out.row_stride),
        emit_i64(emitter, 0),
    };
    emit_template(emitter, emitter->target.has_wide_vectors ? "lk_contract" : "lk_contract_narrow", arguments,
                  sizeof arguments / sizeof *arguments);
    emitter_end(emitter, &product);
    return product.function;
}

/* One block of columns, of rows, or all of a product. */
static void call_product(Emitter *emitter, const PlanKernel *kernel, int64_t columns, LLVMValueRef *arguments) {
    LLVMTypeRef types[PRODUCT_ARGUMENTS];
    for (int i = 0; i < PRODUCT_ARGUMENTS; i++) types[i] = LLVMTypeOf(arguments[i]);
    LLVMTypeRef type = LLVMFunctionType(emitter->none, types, PRODUCT_ARGUMENTS, 0);
    const char *name = arena_printf(emitter->arena, "product.%s", kernel->name);
    bool whole_rows = kernel->split != SPLIT_ROWS || kernel->contract.lead.rank > 0;
    LLVMValueRef function = product_function(emitter, &kernel->contract, columns, whole_rows, name, type, kernel->span);
    LLVMBuildCall2(emitter->builder, type, function, arguments, PRODUCT_ARGUMENTS, "");
}

static void call_products(Emitter *emitter, const Frame *frame, const Plan *plan, const PlanKernel *kernel,
                          LLVMValueRef part, LLVMValueRef *arguments) {
    arguments[ROW_BEGIN] = emit_i64(emitter, 0);
    arguments[ROW_END] = emit_i64(emitter, kernel->contract.rows);
    LeadLoops loops = emit_lead_begin(emitter, frame, plan, kernel, part);
    arguments[A] = emit_address(emitter, arguments[A], loops.a);
    arguments[B] = emit_address(emitter, arguments[B], loops.b);
    arguments[OUT] = emit_address(emitter, arguments[OUT], loops.out);
    call_product(emitter, kernel, padded(kernel->contract.columns), arguments);
    emit_lead_end(emitter, &loops);
}

void emit_contract(Emitter *emitter, const Frame *frame, const Plan *plan, int32_t number, LLVMValueRef part) {
    const PlanKernel *kernel = &plan->kernels.items[number];
    const PlanContract *contract = &kernel->contract;
    LLVMValueRef arguments[PRODUCT_ARGUMENTS];
    arguments[DEPTH] = emit_rows(emitter, frame, contract->depth);
    arguments[A] = emit_matrix_base(emitter, frame, plan, contract->a.buffer, contract->a.offset);
    arguments[B] = emit_matrix_base(emitter, frame, plan, contract->b.buffer, contract->b.offset);
    bool has_bias = contract->bias.buffer >= 0;
    arguments[BIAS] = has_bias ? emit_matrix_base(emitter, frame, plan, contract->bias.buffer, contract->bias.offset)
                               : LLVMConstNull(emitter->pointer);
    arguments[OUT] = emit_matrix_base(emitter, frame, plan, contract->out.buffer, contract->out.offset);
    if (contract->lead.rank > 0) {
        call_products(emitter, frame, plan, kernel, part, arguments);
        return;
    }
    emit_part_rows(emitter, frame, plan, kernel, contract->rows, part, &arguments[ROW_BEGIN], &arguments[ROW_END]);
    int64_t columns = padded(contract->columns);
    if (kernel->split == SPLIT_COLUMNS) {
        columns /= kernel->parts;
        LLVMValueRef first = LLVMBuildNSWMul(emitter->builder, part, emit_i64(emitter, columns), "");
        arguments[B] = emit_address(emitter, arguments[B], first);
        arguments[OUT] = emit_address(emitter, arguments[OUT], first);
        if (has_bias) arguments[BIAS] = emit_address(emitter, arguments[BIAS], first);
    }
    call_product(emitter, kernel, columns, arguments);
}

/* void (from, to) */
static LLVMValueRef transpose_function(Emitter *emitter, const PlanKernel *kernel, LLVMTypeRef type) {
    const PlanContract *turned = &kernel->contract;
    const char *key =
        arena_printf(emitter->arena, "transpose %lld %lld %lld %lld", (long long)turned->columns,
                     (long long)turned->rows, (long long)turned->a.row_stride, (long long)turned->out.row_stride);
    LLVMValueRef function = emitter_find(emitter, key);
    if (function != NULL) return function;
    Specialisation transpose = emitter_begin(emitter, key, kernel->name, type, kernel->span);
    LLVMValueRef arguments[] = {emit_i64(emitter, turned->columns),  emit_i64(emitter, turned->rows),
                                LLVMGetParam(transpose.function, 0), emit_i64(emitter, turned->a.row_stride),
                                LLVMGetParam(transpose.function, 1), emit_i64(emitter, turned->out.row_stride)};
    emit_template(emitter, "lk_transpose", arguments, 6);
    emitter_end(emitter, &transpose);
    return transpose.function;
}

void emit_transpose(Emitter *emitter, const Frame *frame, const Plan *plan, const PlanKernel *kernel,
                    LLVMValueRef part) {
    const PlanContract *turned = &kernel->contract;
    LLVMTypeRef types[] = {emitter->pointer, emitter->pointer};
    LLVMTypeRef type = LLVMFunctionType(emitter->none, types, 2, 0);
    LLVMValueRef arguments[] = {emit_matrix_base(emitter, frame, plan, turned->a.buffer, turned->a.offset),
                                emit_matrix_base(emitter, frame, plan, turned->out.buffer, turned->out.offset)};
    LeadLoops loops = {.count = 0};
    if (turned->lead.rank > 0) {
        loops = emit_lead_begin(emitter, frame, plan, kernel, part);
        arguments[0] = emit_address(emitter, arguments[0], loops.a);
        arguments[1] = emit_address(emitter, arguments[1], loops.out);
    }
    LLVMBuildCall2(emitter->builder, type, transpose_function(emitter, kernel, type), arguments, 2, "");
    emit_lead_end(emitter, &loops);
}

/* ---- boxes: dims and strides filled up to five axes from the left
 * ---------------------------------------------------------- */

static void put_dims(Emitter *emitter, const Frame *frame, const int64_t *dims, int32_t rank, LLVMValueRef *out) {
    int32_t missing = GRAPH_MAX_RANK - rank;
    for (int32_t axis = 0; axis < GRAPH_MAX_RANK; axis++)
        out[axis] = axis < missing ? emit_i64(emitter, 1) : emit_rows(emitter, frame, dims[axis - missing]);
}

static void put_view(Emitter *emitter, const Frame *frame, const Plan *plan, const PlanView *view, int32_t rank,
                     LLVMValueRef *out) {
    int32_t missing = GRAPH_MAX_RANK - rank;
    *out++ = emit_matrix_base(emitter, frame, plan, view->buffer, view->offset);
    for (int32_t axis = 0; axis < GRAPH_MAX_RANK; axis++)
        out[axis] = emit_i64(emitter, axis < missing ? 0 : view->strides[axis - missing]);
}

static void emit_fill(Emitter *emitter, const Frame *frame, const Plan *plan, const int64_t *dims, int32_t rank,
                      double value, const PlanView *to) {
    LLVMValueRef arguments[2 * GRAPH_MAX_RANK + 2];
    put_dims(emitter, frame, dims, rank, arguments);
    arguments[GRAPH_MAX_RANK] = emit_f32(emitter, value);
    put_view(emitter, frame, plan, to, rank, arguments + GRAPH_MAX_RANK + 1);
    emit_template(emitter, "lk_fill", arguments, 2 * GRAPH_MAX_RANK + 2);
}

void emit_move(Emitter *emitter, const Frame *frame, const Plan *plan, const PlanKernel *kernel) {
    const PlanMove *move = &kernel->move;
    if (move->from.buffer < 0) {
        emit_fill(emitter, frame, plan, move->dims, move->rank, 0, &move->to);
        return;
    }
    LLVMValueRef arguments[3 * GRAPH_MAX_RANK + 2];
    put_dims(emitter, frame, move->dims, move->rank, arguments);
    put_view(emitter, frame, plan, &move->from, move->rank, arguments + GRAPH_MAX_RANK);
    put_view(emitter, frame, plan, &move->to, move->rank, arguments + 2 * GRAPH_MAX_RANK + 1);
    emit_template(emitter, "lk_move", arguments, 3 * GRAPH_MAX_RANK + 2);
}

void emit_reduce(Emitter *emitter, const Frame *frame, const Plan *plan, const PlanKernel *kernel) {
    const PlanReduce *reduce = &kernel->reduce;
    int64_t kept[GRAPH_MAX_RANK];
    for (int32_t axis = 0; axis < reduce->rank; axis++) kept[axis] = reduce->axes & 1u << axis ? 1 : reduce->dims[axis];
    emit_fill(emitter, frame, plan, kept, reduce->rank, reduce->is_max ? (double)-__builtin_inff() : 0, &reduce->to);
    LLVMValueRef arguments[3 * GRAPH_MAX_RANK + 3];
    arguments[0] = emit_i64(emitter, reduce->is_max);
    put_dims(emitter, frame, reduce->dims, reduce->rank, arguments + 1);
    put_view(emitter, frame, plan, &reduce->from, reduce->rank, arguments + GRAPH_MAX_RANK + 1);
    put_view(emitter, frame, plan, &reduce->to, reduce->rank, arguments + 2 * GRAPH_MAX_RANK + 2);
    emit_template(emitter, "lk_reduce_axes", arguments, 3 * GRAPH_MAX_RANK + 3);
}

void emit_reshape(Emitter *emitter, const Frame *frame, const Plan *plan, const PlanKernel *kernel) {
    const PlanReshape *reshape = &kernel->reshape;
    LLVMValueRef rows = emit_rows(emitter, frame, reshape->to_extent.rows);
    LLVMValueRef arguments[] = {
        LLVMBuildNSWMul(emitter->builder, rows, emit_i64(emitter, reshape->to_extent.columns), ""),
        emit_i64(emitter, reshape->from_extent.columns),
        emit_matrix_base(emitter, frame, plan, reshape->from.buffer, reshape->from.offset),
        emit_i64(emitter, reshape->from.row_stride),
        emit_i64(emitter, reshape->to_extent.columns),
        emit_matrix_base(emitter, frame, plan, reshape->to.buffer, reshape->to.offset),
        emit_i64(emitter, reshape->to.row_stride),
    };
    emit_template(emitter, "lk_reshape", arguments, 7);
}

void emit_index(Emitter *emitter, const Frame *frame, const Plan *plan, const PlanKernel *kernel) {
    const PlanIndex *index = &kernel->index;
    bool is_gather = kernel->kind == KERNEL_GATHER;
    const PlanMatrix *from = is_gather ? &index->table : &index->values,
                     *to = is_gather ? &index->values : &index->table;
    LLVMValueRef arguments[] = {
        emit_rows(emitter, frame, index->rows),
        emit_i64(emitter, index->width),
        emit_matrix_base(emitter, frame, plan, from->buffer, from->offset),
        emit_i64(emitter, from->row_stride),
        emit_matrix_base(emitter, frame, plan, index->indices.buffer, index->indices.offset),
        emit_i64(emitter, index->indices.row_stride),
        emit_matrix_base(emitter, frame, plan, to->buffer, to->offset),
        emit_i64(emitter, to->row_stride),
    };
    emit_template(emitter, is_gather ? "lk_gather" : "lk_scatter_add", arguments, 8);
}
