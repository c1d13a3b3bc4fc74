/* The module under construction and what all emitters share. Private to codegen/. */
#ifndef LSPEC_CODEGEN_EMITTER_H
#define LSPEC_CODEGEN_EMITTER_H

#include <llvm-c/Core.h>
#include <llvm-c/DebugInfo.h>
#include <llvm-c/TargetMachine.h>

#include "codegen/codegen.h"
#include "support/map.h"

/* What the code is made for. */
typedef struct Target {
    const char *cpu;         /* LLVM's name, for scheduling */
    const char *features;    /* "+avx2,-…" */
    const char *description; /* "native (znver4)", for the program */
    const char *needed;      /* "avx2,fma,avx512f": what the trainer looks for at start */
    bool has_wide_vectors;   /* 32 registers of 512 bits */
} Target;

typedef struct Emitter {
    Session *session;
    Arena *arena;
    const Model *model;
    const Lowered *lowered;
    const CodegenOptions *options;
    Target target;
    LLVMContextRef context;
    LLVMModuleRef module;
    LLVMBuilderRef builder;
    LLVMTypeRef i1, i8, i32, i64, f32, f64, v16, v16i, v16d, pointer, none;
    LLVMDIBuilderRef debug; /* NULL without -g */
    LLVMMetadataRef debug_unit, debug_file, debug_type;
    Map functions; /* specialisations by what they were made from: index into `specialised` */
    VEC(LLVMValueRef) specialised;
    int64_t section_base[SECTION_CALL + 1]; /* bytes from the start of the arena */
    LLVMValueRef pool_run;
} Emitter;

/* What one generated function works with. */
typedef struct Frame {
    LLVMValueRef function;
    LLVMValueRef call;  /* LrtCall * */
    LLVMValueRef arena; /* its arena */
    LLVMValueRef rows;  /* rows of the batch */
} Frame;

/* target.c */
bool target_choose(Session *session, const char *cpu, Target *out);
LLVMTargetMachineRef target_machine_new(const Target *target, int optimization);

/* emitter.c: types, constants, loops. */
void emitter_init(Emitter *emitter);
void emitter_free(Emitter *emitter);
LLVMValueRef emit_i64(const Emitter *emitter, int64_t value);
LLVMValueRef emit_f32(const Emitter *emitter, double value);
LLVMValueRef emit_splat(Emitter *emitter, LLVMValueRef scalar);
/* A function of the module: internal, not inlined, with the target's attributes; the builder stands in its first block.
 */
LLVMValueRef emit_function(Emitter *emitter, const char *name, LLVMTypeRef type, Span span);
/* With -g: what is built from now on comes from this place in the spec. */
void emit_location(Emitter *emitter, LLVMValueRef function, Span span);
/* Calls template `lk_<name>` of the kernels' bitcode. */
LLVMValueRef emit_template(Emitter *emitter, const char *name, LLVMValueRef *arguments, unsigned count);
LLVMTypeRef emit_template_type(Emitter *emitter, const char *name);
/* Address of element `index` (elements of four bytes) behind `base`. */
LLVMValueRef emit_address(Emitter *emitter, LLVMValueRef base, LLVMValueRef index);
LLVMValueRef emit_load(Emitter *emitter, LLVMTypeRef type, LLVMValueRef address);
void emit_store(Emitter *emitter, LLVMValueRef value, LLVMValueRef address);
LLVMValueRef emit_minimum(Emitter *emitter, LLVMValueRef left, LLVMValueRef right);
LLVMValueRef emit_alloca(Emitter *emitter, LLVMValueRef function, LLVMTypeRef type, int64_t count);

/* A counted loop: between begin and end the builder stands in its body. */
typedef struct Loop {
    LLVMValueRef index, step, end;
    LLVMBasicBlockRef header, body, exit;
} Loop;
Loop emit_loop_begin(Emitter *emitter, LLVMValueRef begin, LLVMValueRef end, int64_t step);
/* `unrolled`: LLVM may unroll it. */
void emit_loop_end(Emitter *emitter, Loop *loop, bool unrolled);

/* Field of an LrtCall. */
LLVMValueRef emit_call_field(Emitter *emitter, LLVMValueRef call, size_t offset, LLVMTypeRef type);
void emit_call_store(Emitter *emitter, LLVMValueRef call, size_t offset, LLVMValueRef value);
/* Where a matrix begins. */
LLVMValueRef emit_matrix_base(Emitter *emitter, const Frame *frame, const Plan *plan, int32_t buffer, int64_t offset);
/* Rows of an extent: a constant, or the batch's. */
LLVMValueRef emit_rows(Emitter *emitter, const Frame *frame, int64_t rows);

/* A specialisation found by its key, or NULL; then it is made between begin and end, which puts the builder back. */
typedef struct Specialisation {
    LLVMValueRef function;
    LLVMBasicBlockRef block; /* where the builder stood */
    LLVMMetadataRef location;
} Specialisation;
LLVMValueRef emitter_find(Emitter *emitter, const char *key);
void emitter_remember(Emitter *emitter, const char *key, LLVMValueRef value);
Specialisation emitter_begin(Emitter *emitter, const char *key, const char *name, LLVMTypeRef type, Span span);
void emitter_end(Emitter *emitter, const Specialisation *specialisation);

/* region_loops.c: the rows of part number `part`. */
void emit_region(Emitter *emitter, const Frame *frame, const Plan *plan, int32_t number, LLVMValueRef part);
/* Behind all parts: their totals become one. */
void emit_region_totals(Emitter *emitter, const Frame *frame, const Plan *plan, const PlanKernel *kernel);
/* template_calls.c */
void emit_contract(Emitter *emitter, const Frame *frame, const Plan *plan, int32_t number, LLVMValueRef part);
void emit_transpose(Emitter *emitter, const Frame *frame, const Plan *plan, const PlanKernel *kernel,
                    LLVMValueRef part);
void emit_move(Emitter *emitter, const Frame *frame, const Plan *plan, const PlanKernel *kernel);
void emit_reshape(Emitter *emitter, const Frame *frame, const Plan *plan, const PlanKernel *kernel);
void emit_index(Emitter *emitter, const Frame *frame, const Plan *plan, const PlanKernel *kernel);
void emit_reduce(Emitter *emitter, const Frame *frame, const Plan *plan, const PlanKernel *kernel);
/* Rows of part number `part`. */
void emit_part_rows(Emitter *emitter, const Frame *frame, const Plan *plan, const PlanKernel *kernel, int64_t rows,
                    LLVMValueRef part, LLVMValueRef *out_begin, LLVMValueRef *out_end);
/* window_calls.c */
void emit_convolution(Emitter *emitter, const Frame *frame, const Plan *plan, const PlanKernel *kernel,
                      LLVMValueRef part);
void emit_window(Emitter *emitter, const Frame *frame, const Plan *plan, const PlanKernel *kernel, LLVMValueRef part);
/* lead_loops.c: what lies side by side, one place after the other; `part` of the first axis. */
typedef struct LeadLoops {
    Loop loops[GRAPH_MAX_RANK - 2];
    int32_t count;
    LLVMValueRef a, b, out; /* elements from the first place */
} LeadLoops;
LeadLoops emit_lead_begin(Emitter *emitter, const Frame *frame, const Plan *plan, const PlanKernel *kernel,
                          LLVMValueRef part);
void emit_lead_end(Emitter *emitter, LeadLoops *loops);
/* recurrent_calls.c */
void emit_recurrent(Emitter *emitter, const Frame *frame, const Plan *plan, const PlanKernel *kernel,
                    LLVMValueRef part);
void emit_swap(Emitter *emitter, const Frame *frame, const Plan *plan, const PlanKernel *kernel);
/* entry.c: `step` or `evaluate`. */
LLVMValueRef emit_entry(Emitter *emitter, const Plan *plan, const char *name);
/* program.c: the constant lrt_program. */
void emit_program(Emitter *emitter, const Plan *training_plan, const Plan *evaluation_plan, LLVMValueRef step,
                  LLVMValueRef evaluate);

#endif
