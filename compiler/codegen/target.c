/* The processor that code is made for. What it can do is decided by features, never by its name: names are for
 * scheduling, and for the user's convenience. */
#include "codegen/emitter.h"

#include <llvm-c/Target.h>
#include <string.h>

#include "support/fuzzy.h"
#include "support/panic.h"
#include "support/str.h"

typedef struct Cpu {
    const char *name;
    int level;
} Cpu;

static const Cpu cpus[] = {
#define CPU(name, level) {name, level},
#include "codegen/cpus.def"
#undef CPU
};

enum { CPU_COUNT = sizeof cpus / sizeof *cpus, LEVEL_FMA = 3, LEVEL_WIDE = 4 };

static const char level3[] = "+avx,+avx2,+bmi,+bmi2,+f16c,+fma,+lzcnt,+movbe,+popcnt,+sse3,+ssse3,+sse4.1,+sse4.2";
static const char level4[] = ",+avx512f,+avx512bw,+avx512cd,+avx512dq,+avx512vl";

static bool has_feature(const char *features, const char *name) {
    size_t length = strlen(name);
    for (const char *at = features; at != NULL && *at != '\0';) {
        if (at[0] == '+' && strncmp(at + 1, name, length) == 0 && (at[length + 1] == ',' || at[length + 1] == '\0'))
            return true;
        at = strchr(at, ',');
        if (at != NULL) at++;
    }
    return false;
}

/* The names that the runtime looks for at start. */
static const char *needed_features(Arena *arena, const char *features) {
    static const char *const names[] = {"avx2", "fma", "avx512f", "avx512bw", "avx512dq", "avx512vl"};
    Str text;
    str_init(&text, arena);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (has_feature(features, names[i])) str_printf(&text, "%s%s", text.length > 0 ? "," : "", names[i]);
    return text.data;
}

static bool refuse(Session *session, const char *format, const char *cpu) {
    Diagnostic *diagnostic = diag_report(session, DIAG_UNKNOWN_CPU, SPAN_NONE, format, cpu);
    Str names;
    str_init(&names, session->arena);
    for (int i = 0; i < CPU_COUNT; i++)
        if (cpus[i].level >= LEVEL_FMA) str_printf(&names, ", %s", cpus[i].name);
    diag_advice(diagnostic, "--target-cpu takes native%s", names.data);
    return false;
}

static bool choose_native(Session *session, Target *out) {
    char *name = LLVMGetHostCPUName(), *features = LLVMGetHostCPUFeatures();
    out->cpu = arena_strdup(session->arena, name);
    out->features = arena_strdup(session->arena, features);
    out->description = arena_printf(session->arena, "native (%s)", name);
    LLVMDisposeMessage(name);
    LLVMDisposeMessage(features);
    if (has_feature(out->features, "avx2") && has_feature(out->features, "fma")) return true;
    return refuse(session,
                  "this machine's processor (%s) has no fused multiply-add (AVX2 and FMA), which trainers need",
                  out->cpu);
}

static bool choose_named(Session *session, const char *cpu, Target *out) {
    for (int i = 0; i < CPU_COUNT; i++) {
        if (!str_equal(cpus[i].name, cpu)) continue;
        if (cpus[i].level < LEVEL_FMA)
            return refuse(session, "the processor `%s` has no fused multiply-add (AVX2 and FMA), which trainers need",
                          cpu);
        out->cpu = out->description = arena_strdup(session->arena, cpu);
        out->features = arena_printf(session->arena, "%s%s", level3, cpus[i].level >= LEVEL_WIDE ? level4 : "");
        return true;
    }
    return refuse(session, "`%s` is no processor that code can be made for", cpu);
}

bool target_choose(Session *session, const char *cpu, Target *out) {
    *out = (Target){0};
    bool known = str_equal(cpu, "native") ? choose_native(session, out) : choose_named(session, cpu, out);
    if (!known) return false;
    out->has_wide_vectors = has_feature(out->features, "avx512f") && has_feature(out->features, "avx512dq") &&
                            has_feature(out->features, "avx512bw") && has_feature(out->features, "avx512vl");
    out->needed = needed_features(session->arena, out->features);
    return true;
}

LLVMTargetMachineRef target_machine_new(const Target *target, int optimization) {
    static const LLVMCodeGenOptLevel levels[] = {LLVMCodeGenLevelNone, LLVMCodeGenLevelLess, LLVMCodeGenLevelDefault,
                                                 LLVMCodeGenLevelAggressive};
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
    const char *triple = "x86_64-unknown-linux-gnu";
    LLVMTargetRef found = NULL;
    char *message = NULL;
    if (LLVMGetTargetFromTriple(triple, &found, &message) != 0) BUG("no target %s: %s", triple, message);
    return LLVMCreateTargetMachine(found, triple, target->cpu, target->features, levels[optimization], LLVMRelocPIC,
                                   LLVMCodeModelDefault);
}
