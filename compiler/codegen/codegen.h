/* Graphs to machine code. The only folder that sees LLVM. */
#ifndef LSPEC_CODEGEN_CODEGEN_H
#define LSPEC_CODEGEN_CODEGEN_H

#include "lower/lower.h"
#include "plan/plan.h"

typedef enum EmitKind { EMIT_OBJECT, EMIT_LLVM, EMIT_ASSEMBLY, EMIT_BITCODE } EmitKind;

typedef struct CodegenOptions {
    int optimization;       /* 0..3 */
    const char *target_cpu; /* "native", "x86-64-v3", … */
    bool debug;             /* line tables that point into the .lspec */
    EmitKind emit;
} CodegenOptions;

/* The whole module: step, evaluate, and the constant lrt_program. `*out_data` is in the session's arena.
 * False where a diagnostic was reported (an unknown CPU). */
bool codegen_run(Session *session, const Model *model, const Lowered *lowered, const Plan *training_plan,
                 const Plan *evaluation_plan, const CodegenOptions *options, const char **out_data, size_t *out_length);

#endif
