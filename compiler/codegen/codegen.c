/* Plans to a module to an object: templates and glue, LLVM's passes, and what was asked for as bytes. */
#include "codegen/codegen.h"

#include <llvm-c/Analysis.h>
#include <llvm-c/BitWriter.h>
#include <llvm-c/Support.h>
#include <llvm-c/Transforms/PassBuilder.h>
#include <pthread.h>
#include <string.h>

#include "codegen/emitter.h"
#include "support/panic.h"
#include "support/str.h"

static void set_llvm_options(void) {
    /* Loops that begin anywhere cost up to a fifth of the speed, by chance. */
    static const char *const arguments[] = {"lspec", "-x86-experimental-pref-innermost-loop-alignment=6"};
    LLVMParseCommandLineOptions(2, arguments, "");
}

/* LLVM keeps its options for the whole process. */
static void init_llvm(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, set_llvm_options);
}

static void add_flag(Emitter *emitter, const char *name, unsigned value) {
    LLVMMetadataRef number = LLVMValueAsMetadata(LLVMConstInt(emitter->i32, value, 0));
    LLVMAddModuleFlag(emitter->module, LLVMModuleFlagBehaviorWarning, name, strlen(name), number);
}

static void open_debug(Emitter *emitter) {
    const char *path = emitter->model != NULL ? emitter->model->spec_file : "graph";
    const char *slash = strrchr(path, '/');
    const char *folder = slash != NULL ? arena_strndup(emitter->arena, path, (size_t)(slash - path)) : ".";
    const char *file = slash != NULL ? slash + 1 : path;
    add_flag(emitter, "Debug Info Version", LLVMDebugMetadataVersion());
    add_flag(emitter, "Dwarf Version", 4);
    emitter->debug = LLVMCreateDIBuilder(emitter->module);
    emitter->debug_file = LLVMDIBuilderCreateFile(emitter->debug, file, strlen(file), folder, strlen(folder));
    emitter->debug_unit = LLVMDIBuilderCreateCompileUnit(
        emitter->debug, LLVMDWARFSourceLanguageC11, emitter->debug_file, "lspec", 5, emitter->options->optimization > 0,
        "", 0, 0, "", 0, LLVMDWARFEmissionFull, 0, 0, 0, "", 0, "", 0);
    emitter->debug_type =
        LLVMDIBuilderCreateSubroutineType(emitter->debug, emitter->debug_file, NULL, 0, LLVMDIFlagZero);
}

/* Templates that nothing calls would only cost time. A template calls no other. */
static void drop_unused(LLVMModuleRef module) {
    for (LLVMValueRef f = LLVMGetFirstFunction(module), next; f != NULL; f = next) {
        next = LLVMGetNextFunction(f);
        if (LLVMGetFirstUse(f) == NULL && LLVMGetLinkage(f) == LLVMInternalLinkage) LLVMDeleteFunction(f);
    }
}

static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

static void fill_module(Emitter *emitter, const Plan *training_plan, const Plan *evaluation_plan) {
    const char *file = emitter->model != NULL ? emitter->model->spec_file : "graph";
    LLVMSetModuleIdentifier(emitter->module, file, strlen(file));
    LLVMSetSourceFileName(emitter->module, file, strlen(file));
    if (emitter->options->debug) open_debug(emitter);
    emitter->section_base[SECTION_STATES] =
        larger(training_plan->section_size[SECTION_PARAMETERS], evaluation_plan->section_size[SECTION_PARAMETERS]);
    emitter->section_base[SECTION_CALL] =
        emitter->section_base[SECTION_STATES] +
        larger(training_plan->section_size[SECTION_STATES], evaluation_plan->section_size[SECTION_STATES]);
    LLVMValueRef step = emit_entry(emitter, training_plan, "step");
    LLVMValueRef evaluate = emit_entry(emitter, evaluation_plan, "evaluate");
    emit_program(emitter, training_plan, evaluation_plan, step, evaluate);
    if (emitter->debug != NULL) LLVMDIBuilderFinalize(emitter->debug);
    drop_unused(emitter->module);
}

static void verify(Emitter *emitter) {
    char *message = NULL;
    if (LLVMVerifyModule(emitter->module, LLVMReturnStatusAction, &message) != 0)
        BUG("the module is broken: %s", message);
    LLVMDisposeMessage(message);
}

static void optimise(Emitter *emitter, LLVMTargetMachineRef machine) {
    char *triple = LLVMGetTargetMachineTriple(machine);
    LLVMTargetDataRef layout = LLVMCreateTargetDataLayout(machine);
    LLVMSetTarget(emitter->module, triple);
    LLVMSetModuleDataLayout(emitter->module, layout);
    LLVMDisposeTargetData(layout);
    LLVMDisposeMessage(triple);
    verify(emitter);
    LLVMPassBuilderOptionsRef options = LLVMCreatePassBuilderOptions();
    const char *passes = arena_printf(emitter->arena, "default<O%d>", emitter->options->optimization);
    LLVMErrorRef error = LLVMRunPasses(emitter->module, passes, machine, options);
    if (error != NULL) BUG("LLVM's passes: %s", LLVMGetErrorMessage(error));
    LLVMDisposePassBuilderOptions(options);
}

static void keep_bytes(Emitter *emitter, const char *bytes, size_t length, const char **out_data, size_t *out_length) {
    *out_data = arena_strndup(emitter->arena, bytes, length);
    *out_length = length;
}

static void write_result(Emitter *emitter, LLVMTargetMachineRef machine, const char **out_data, size_t *out_length) {
    LLVMMemoryBufferRef buffer = NULL;
    char *message = NULL;
    if (emitter->options->emit == EMIT_LLVM) {
        char *text = LLVMPrintModuleToString(emitter->module);
        keep_bytes(emitter, text, strlen(text), out_data, out_length);
        LLVMDisposeMessage(text);
        return;
    }
    if (emitter->options->emit == EMIT_BITCODE) {
        buffer = LLVMWriteBitcodeToMemoryBuffer(emitter->module);
    } else {
        LLVMCodeGenFileType type = emitter->options->emit == EMIT_ASSEMBLY ? LLVMAssemblyFile : LLVMObjectFile;
        if (LLVMTargetMachineEmitToMemoryBuffer(machine, emitter->module, type, &message, &buffer) != 0)
            BUG("LLVM emits no code: %s", message);
    }
    keep_bytes(emitter, LLVMGetBufferStart(buffer), LLVMGetBufferSize(buffer), out_data, out_length);
    LLVMDisposeMemoryBuffer(buffer);
}

bool codegen_run(Session *session, const Model *model, const Lowered *lowered, const Plan *training_plan,
                 const Plan *evaluation_plan, const CodegenOptions *options, const char **out_data,
                 size_t *out_length) {
    init_llvm();
    Emitter emitter = {
        .session = session, .arena = session->arena, .model = model, .lowered = lowered, .options = options};
    if (!target_choose(session, options->target_cpu, &emitter.target)) return false;
    emitter_init(&emitter);
    LLVMTargetMachineRef machine = target_machine_new(&emitter.target, options->optimization);
    fill_module(&emitter, training_plan, evaluation_plan);
    optimise(&emitter, machine);
    write_result(&emitter, machine, out_data, out_length);
    LLVMDisposeTargetMachine(machine);
    emitter_free(&emitter);
    return true;
}
