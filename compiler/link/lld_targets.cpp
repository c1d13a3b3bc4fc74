// lld asks for every target of LLVM and for its plug-ins, which it needs for link-time optimization alone. Trainers are linked from
// finished objects of one architecture: the others' initializers do nothing here, and 60 MB of code generators stay out of lspec.
#include "llvm/Config/llvm-config.h"
#include "llvm/Passes/PassPlugin.h"

// The architecture of this machine is really there; its name is put out of the way.
#if defined(__x86_64__)
#define X86 Native
#elif defined(__aarch64__)
#define AArch64 Native
#endif

#define NOTHING(name)                                                                                                  \
    extern "C" void name() {}
#define TARGET(name)                                                                                                   \
    NOTHING(LLVMInitialize##name##TargetInfo)                                                                          \
    NOTHING(LLVMInitialize##name##Target)                                                                              \
    NOTHING(LLVMInitialize##name##TargetMC)
#define ASM_PRINTER(name) NOTHING(LLVMInitialize##name##AsmPrinter)
#define ASM_PARSER(name) NOTHING(LLVMInitialize##name##AsmParser)

#define LLVM_TARGET(name) TARGET(name)
#include "llvm/Config/Targets.def"
#define LLVM_ASM_PRINTER(name) ASM_PRINTER(name)
#include "llvm/Config/AsmPrinters.def"
#define LLVM_ASM_PARSER(name) ASM_PARSER(name)
#include "llvm/Config/AsmParsers.def"

llvm::PassPluginLibraryInfo getPollyPluginInfo() {
    return {LLVM_PLUGIN_API_VERSION, "none", LLVM_VERSION_STRING, [](llvm::PassBuilder &) {}};
}
