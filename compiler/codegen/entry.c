/* An entry point calls its kernels in order, large ones through the pool, and leaves its numbers in the call. */
#include "codegen/emitter.h"

#include <stddef.h>

static Frame open_frame(Emitter *emitter, LLVMValueRef function) {
    Frame frame = {.function = function, .call = LLVMGetParam(function, 0)};
    frame.arena = emit_call_field(emitter, frame.call, offsetof(LrtCall, arena), emitter->pointer);
    frame.rows = emit_call_field(emitter, frame.call, offsetof(LrtCall, rows), emitter->i64);
    return frame;
}

/* void (LrtCall *, part) */
static LLVMTypeRef kernel_type(const Emitter *emitter) {
    LLVMTypeRef types[] = {emitter->pointer, emitter->i64};
    return LLVMFunctionType(emitter->none, types, 2, 0);
}

static void emit_kernel_body(Emitter *emitter, const Frame *frame, const Plan *plan, int32_t number,
                             LLVMValueRef part) {
    const PlanKernel *kernel = &plan->kernels.items[number];
    switch (kernel->kind) {
    case KERNEL_REGION: emit_region(emitter, frame, plan, number, part); break;
    case KERNEL_CONTRACT:
        emit_contract(emitter, frame, plan, number, part);
        if (kernel->region.nodes.count > 0) emit_region(emitter, frame, plan, number, part);
        break;
    case KERNEL_CONVOLVE:
    case KERNEL_CONVOLVE_WEIGHTS:
    case KERNEL_CONVOLVE_BACK:
        emit_convolution(emitter, frame, plan, kernel, part);
        if (kernel->region.nodes.count > 0) emit_region(emitter, frame, plan, number, part);
        break;
    case KERNEL_WINDOW: emit_window(emitter, frame, plan, kernel, part); break;
    case KERNEL_TRANSPOSE: emit_transpose(emitter, frame, plan, kernel, part); break;
    case KERNEL_MOVE: emit_move(emitter, frame, plan, kernel); break;
    case KERNEL_RECURRENT: emit_recurrent(emitter, frame, plan, kernel, part); break;
    case KERNEL_SWAP: emit_swap(emitter, frame, plan, kernel); break;
    case KERNEL_RESHAPE: emit_reshape(emitter, frame, plan, kernel); break;
    case KERNEL_GATHER:
    case KERNEL_SCATTER: emit_index(emitter, frame, plan, kernel); break;
    case KERNEL_REDUCE: emit_reduce(emitter, frame, plan, kernel); break;
    }
}

static LLVMValueRef emit_kernel(Emitter *emitter, const Plan *plan, const char *entry, int32_t number) {
    const PlanKernel *kernel = &plan->kernels.items[number];
    const char *name = arena_printf(emitter->arena, "%s.%d.%s", entry, number, kernel->name);
    LLVMValueRef function = emit_function(emitter, name, kernel_type(emitter), kernel->span);
    Frame frame = open_frame(emitter, function);
    emit_kernel_body(emitter, &frame, plan, number, LLVMGetParam(function, 1));
    LLVMBuildRetVoid(emitter->builder);
    return function;
}

static LLVMValueRef load_scalar(Emitter *emitter, const Frame *frame, const Plan *plan, const PlanMatrix *matrix) {
    LLVMValueRef address = emit_matrix_base(emitter, frame, plan, matrix->buffer, matrix->offset);
    return emit_load(emitter, emitter->f32, address);
}

static void leave_number(Emitter *emitter, const Frame *frame, const Plan *plan, const PlanMatrix *matrix,
                         size_t offset) {
    if (matrix->buffer < 0) return;
    LLVMValueRef value = load_scalar(emitter, frame, plan, matrix);
    emit_call_store(emitter, frame->call, offset, LLVMBuildFPExt(emitter->builder, value, emitter->f64, ""));
}

static void leave_results(Emitter *emitter, const Frame *frame, const Plan *plan) {
    leave_number(emitter, frame, plan, &plan->loss_sum, offsetof(LrtCall, loss_sum));
    leave_number(emitter, frame, plan, &plan->weight_sum, offsetof(LrtCall, weight_sum));
    leave_number(emitter, frame, plan, &plan->penalty, offsetof(LrtCall, penalty));
    leave_number(emitter, frame, plan, &plan->gradient_norm, offsetof(LrtCall, gradient_norm));
    if (plan->clipped.buffer < 0) return;
    LLVMValueRef clipped = LLVMBuildFCmp(emitter->builder, LLVMRealUNE,
                                         load_scalar(emitter, frame, plan, &plan->clipped), emit_f32(emitter, 0), "");
    emit_call_store(emitter, frame->call, offsetof(LrtCall, clipped),
                    LLVMBuildZExt(emitter->builder, clipped, emitter->i8, ""));
}

/* Kernels of one part that only call a function of their own are part of the entry point; the others, with loops or for
 * the pool, are functions. */
static bool has_function(const PlanKernel *kernel) {
    bool calls = kernel->kind == KERNEL_REGION || kernel->kind == KERNEL_TRANSPOSE || kernel->kind == KERNEL_WINDOW ||
                 kernel->kind == KERNEL_CONVOLVE_BACK || plan_is_product(kernel) ||
                 (kernel->kind == KERNEL_RECURRENT && kernel->recurrent.op != OP_RECURRENT_LAST);
    return kernel->parts > 1 || kernel->contract.lead.rank > 0 || !calls;
}

LLVMValueRef emit_entry(Emitter *emitter, const Plan *plan, const char *name) {
    LLVMValueRef *kernels = ARENA_ARRAY(emitter->arena, LLVMValueRef, plan->kernels.count + 1);
    for (int32_t i = 0; i < plan->kernels.count; i++)
        if (has_function(&plan->kernels.items[i])) kernels[i] = emit_kernel(emitter, plan, name, i);
    LLVMTypeRef type = LLVMFunctionType(emitter->none, &emitter->pointer, 1, 0);
    LLVMValueRef function =
        emit_function(emitter, name, type, emitter->model != NULL ? emitter->model->network_span : SPAN_NONE);
    Frame frame = open_frame(emitter, function);
    LLVMValueRef pool = emit_call_field(emitter, frame.call, offsetof(LrtCall, pool), emitter->pointer);
    for (int32_t i = 0; i < plan->kernels.count; i++) {
        const PlanKernel *kernel = &plan->kernels.items[i];
        emit_location(emitter, function, kernel->span);
        if (kernel->parts > 1) {
            LLVMValueRef arguments[] = {pool, kernels[i], frame.call, emit_i64(emitter, kernel->parts)};
            LLVMBuildCall2(emitter->builder, LLVMGlobalGetValueType(emitter->pool_run), emitter->pool_run, arguments, 4,
                           "");
            emit_region_totals(emitter, &frame, plan, kernel);
        } else if (has_function(kernel)) {
            LLVMValueRef arguments[] = {frame.call, emit_i64(emitter, 0)};
            LLVMBuildCall2(emitter->builder, kernel_type(emitter), kernels[i], arguments, 2, "");
        } else {
            emit_kernel_body(emitter, &frame, plan, i, emit_i64(emitter, 0));
        }
    }
    leave_results(emitter, &frame, plan);
    LLVMBuildRetVoid(emitter->builder);
    return function;
}
