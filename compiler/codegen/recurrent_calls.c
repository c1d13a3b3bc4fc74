/* Passes over time, and sequences turned between batch-major and time-major. Passes of one cell, width and layout share
 * a function, so that stacked and bidirectional layers compile once. */
#include "codegen/emitter.h"

/* void (batch, row begin, row end, input, weight, side, out, scratch): what differs from call to call. */
enum { BATCH, ROW_BEGIN, ROW_END, INPUT, WEIGHT, SIDE, OUT, SCRATCH, ARGUMENTS };

static const char *pass_key(Emitter *emitter, const PlanRecurrent *pass) {
    return arena_printf(emitter->arena, "recurrent %d %d %d %d: %lld %lld, %lld %lld %lld %lld %lld", (int)pass->op,
                        (int)pass->cell, pass->reverse, pass->last_alone, (long long)pass->steps,
                        (long long)pass->units, (long long)pass->input.row_stride, (long long)pass->weight.row_stride,
                        (long long)pass->side.row_stride, (long long)pass->out.row_stride,
                        (long long)pass->scratch.row_stride);
}

/* The arguments that lk_recurrent and lk_recurrent_gradient begin with. */
static void begin_arguments(Emitter *emitter, const PlanRecurrent *pass, LLVMValueRef function, LLVMValueRef *out) {
    const LLVMValueRef first[] = {
        emit_i64(emitter, pass->cell),
        emit_i64(emitter, pass->reverse),
        emit_i64(emitter, emitter->target.has_wide_vectors),
        emit_i64(emitter, pass->steps),
        emit_i64(emitter, pass->units),
        LLVMGetParam(function, BATCH),
        LLVMGetParam(function, ROW_BEGIN),
        LLVMGetParam(function, ROW_END),
        LLVMGetParam(function, INPUT),
        emit_i64(emitter, pass->input.row_stride),
        LLVMGetParam(function, WEIGHT),
        emit_i64(emitter, pass->weight.row_stride),
        LLVMGetParam(function, SIDE),
    };
    for (size_t i = 0; i < sizeof first / sizeof *first; i++) out[i] = first[i];
}

static LLVMValueRef pass_function(Emitter *emitter, const PlanKernel *kernel, LLVMTypeRef type) {
    const PlanRecurrent *pass = &kernel->recurrent;
    const char *key = pass_key(emitter, pass);
    LLVMValueRef found = emitter_find(emitter, key);
    if (found != NULL) return found;
    Specialisation loop = emitter_begin(emitter, key, kernel->name, type, kernel->span);
    bool is_back = pass->op == OP_RECURRENT_GRADIENT;
    LLVMValueRef arguments[19];
    unsigned count = 13;
    begin_arguments(emitter, pass, loop.function, arguments);
    if (is_back) {
        arguments[count++] = emit_i64(emitter, pass->side.row_stride);
        arguments[count++] = emit_i64(emitter, pass->last_alone);
    }
    arguments[count++] = LLVMGetParam(loop.function, OUT);
    arguments[count++] = emit_i64(emitter, pass->out.row_stride);
    arguments[count++] = LLVMGetParam(loop.function, SCRATCH);
    arguments[count++] = emit_i64(emitter, pass->scratch.row_stride);
    emit_template(emitter, is_back ? "lk_recurrent_gradient" : "lk_recurrent", arguments, count);
    emitter_end(emitter, &loop);
    return loop.function;
}

static LLVMValueRef base_of(Emitter *emitter, const Frame *frame, const Plan *plan, const PlanMatrix *matrix) {
    return emit_matrix_base(emitter, frame, plan, matrix->buffer, matrix->offset);
}

/* The last step's rows, of the last columns of the tape. */
static void emit_last(Emitter *emitter, const Frame *frame, const Plan *plan, const PlanRecurrent *pass) {
    const RecurrentForm *form = recurrent_form(pass->cell);
    int64_t steps_before = pass->reverse ? 0 : pass->steps - 1;
    LLVMValueRef row =
        LLVMBuildNSWMul(emitter->builder, frame->rows, emit_i64(emitter, steps_before * pass->input.row_stride), "");
    LLVMValueRef at = LLVMBuildNSWAdd(emitter->builder, row, emit_i64(emitter, (form->tape - 1) * pass->units), "");
    LLVMValueRef zero = emit_i64(emitter, 0), one = emit_i64(emitter, 1);
    LLVMValueRef arguments[] = {one,
                                one,
                                one,
                                frame->rows,
                                emit_i64(emitter, pass->units),
                                emit_address(emitter, base_of(emitter, frame, plan, &pass->input), at),
                                zero,
                                zero,
                                zero,
                                emit_i64(emitter, pass->input.row_stride),
                                one,
                                base_of(emitter, frame, plan, &pass->out),
                                zero,
                                zero,
                                zero,
                                emit_i64(emitter, pass->out.row_stride),
                                one};
    emit_template(emitter, "lk_move", arguments, sizeof arguments / sizeof *arguments);
}

void emit_recurrent(Emitter *emitter, const Frame *frame, const Plan *plan, const PlanKernel *kernel,
                    LLVMValueRef part) {
    const PlanRecurrent *pass = &kernel->recurrent;
    if (pass->op == OP_RECURRENT_LAST) {
        emit_last(emitter, frame, plan, pass);
        return;
    }
    LLVMValueRef arguments[ARGUMENTS];
    arguments[BATCH] = frame->rows;
    emit_part_rows(emitter, frame, plan, kernel, DIM_BATCH, part, &arguments[ROW_BEGIN], &arguments[ROW_END]);
    arguments[INPUT] = base_of(emitter, frame, plan, &pass->input);
    arguments[WEIGHT] = base_of(emitter, frame, plan, &pass->weight);
    arguments[SIDE] = base_of(emitter, frame, plan, &pass->side);
    arguments[OUT] = base_of(emitter, frame, plan, &pass->out);
    arguments[SCRATCH] = base_of(emitter, frame, plan, &pass->scratch);
    LLVMTypeRef types[ARGUMENTS];
    for (int i = 0; i < ARGUMENTS; i++) types[i] = LLVMTypeOf(arguments[i]);
    LLVMTypeRef type = LLVMFunctionType(emitter->none, types, ARGUMENTS, 0);
    LLVMBuildCall2(emitter->builder, type, pass_function(emitter, kernel, type), arguments, ARGUMENTS, "");
}

void emit_swap(Emitter *emitter, const Frame *frame, const Plan *plan, const PlanKernel *kernel) {
    const PlanReshape *swap = &kernel->reshape;
    const Shape *shape = &graph_node(plan->graph, kernel->node)->shape;
    bool to_time = graph_node(plan->graph, kernel->node)->op == OP_TIME_MAJOR;
    LLVMValueRef steps = emit_i64(emitter, to_time ? -shape->dims[0] : shape->dims[1]);
    LLVMValueRef arguments[] = {
        to_time ? frame->rows : steps,
        to_time ? steps : frame->rows,
        emit_i64(emitter, swap->to_extent.columns),
        base_of(emitter, frame, plan, &swap->from),
        emit_i64(emitter, swap->from.row_stride),
        base_of(emitter, frame, plan, &swap->to),
        emit_i64(emitter, swap->to.row_stride),
    };
    emit_template(emitter, "lk_swap_rows", arguments, sizeof arguments / sizeof *arguments);
}
