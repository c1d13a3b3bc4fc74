/* Generated objects in this process: loaded by LLVM's JIT linker, with the pool of the runtime. */
#ifndef LSPEC_TESTS_JIT_H
#define LSPEC_TESTS_JIT_H

#include <llvm-c/Core.h>
#include <llvm-c/Error.h>
#include <llvm-c/LLJIT.h>
#include <llvm-c/Orc.h>
#include <llvm-c/Target.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lrt/pool.h"
#include "lrt/program.h"

typedef struct Jit {
    LLVMOrcLLJITRef jit;
    const LrtProgram *program;
} Jit;

static inline void jit_check(LLVMErrorRef error) {
    if (error == NULL) return;
    fprintf(stderr, "jit: %s\n", LLVMGetErrorMessage(error));
    abort();
}

static inline Jit jit_load(const char *object, size_t length) {
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
    Jit jit = {0};
    jit_check(LLVMOrcCreateLLJIT(&jit.jit, NULL));
    LLVMOrcJITDylibRef library = LLVMOrcLLJITGetMainJITDylib(jit.jit);
    LLVMOrcCSymbolMapPair symbols[] = {
        {LLVMOrcLLJITMangleAndIntern(jit.jit, "lrt_pool_run"),
         {(LLVMOrcExecutorAddress)(uintptr_t)lrt_pool_run, {1, 0}}},
        {LLVMOrcLLJITMangleAndIntern(jit.jit, "memset"), {(LLVMOrcExecutorAddress)(uintptr_t)memset, {1, 0}}},
        {LLVMOrcLLJITMangleAndIntern(jit.jit, "memcpy"), {(LLVMOrcExecutorAddress)(uintptr_t)memcpy, {1, 0}}},
    };
    jit_check(LLVMOrcJITDylibDefine(library, LLVMOrcAbsoluteSymbols(symbols, sizeof symbols / sizeof *symbols)));
    LLVMMemoryBufferRef buffer = LLVMCreateMemoryBufferWithMemoryRangeCopy(object, length, "object");
    jit_check(LLVMOrcLLJITAddObjectFile(jit.jit, library, buffer));
    LLVMOrcExecutorAddress address = 0;
    jit_check(LLVMOrcLLJITLookup(jit.jit, &address, "lrt_program"));
    jit.program = (const LrtProgram *)(uintptr_t)address;
    return jit;
}

static inline void jit_free(Jit *jit) { jit_check(LLVMOrcDisposeLLJIT(jit->jit)); }

#endif
