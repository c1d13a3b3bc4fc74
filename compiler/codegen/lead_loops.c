/* Loops over the axes before matrices: what a kernel does for one matrix it does for each place along them. */
#include "codegen/emitter.h"

static LLVMValueRef advance(Emitter *emitter, LLVMValueRef offset, LLVMValueRef index, int64_t stride) {
    LLVMValueRef step = LLVMBuildNSWMul(emitter->builder, index, emit_i64(emitter, stride), "");
    return LLVMBuildNSWAdd(emitter->builder, offset, step, "");
}

LeadLoops emit_lead_begin(Emitter *emitter, const Frame *frame, const Plan *plan, const PlanKernel *kernel,
                          LLVMValueRef part) {
    const PlanLead *lead = &kernel->contract.lead;
    LLVMValueRef zero = emit_i64(emitter, 0);
    LeadLoops loops = {.count = lead->rank, .a = zero, .b = zero, .out = zero};
    for (int32_t axis = 0; axis < lead->rank; axis++) {
        LLVMValueRef begin = zero, end = emit_rows(emitter, frame, lead->dims[axis]);
        if (axis == 0) emit_part_rows(emitter, frame, plan, kernel, lead->dims[0], part, &begin, &end);
        loops.loops[axis] = emit_loop_begin(emitter, begin, end, 1);
        LLVMValueRef index = loops.loops[axis].index;
        loops.a = advance(emitter, loops.a, index, lead->a[axis]);
        loops.b = advance(emitter, loops.b, index, lead->b[axis]);
        loops.out = advance(emitter, loops.out, index, lead->out[axis]);
    }
    return loops;
}

void emit_lead_end(Emitter *emitter, LeadLoops *loops) {
    for (int32_t axis = loops->count - 1; axis >= 0; axis--) emit_loop_end(emitter, &loops->loops[axis], false);
}
