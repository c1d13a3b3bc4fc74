/* The module starts as the bitcode of the kernel templates; generated functions are added and call them. */
#include "codegen/emitter.h"

#include <llvm-c/BitReader.h>
#include <string.h>

#include "codegen/kernels_bitcode.h"
#include "support/panic.h"

static const LLVMAttributeIndex of_function = (LLVMAttributeIndex)LLVMAttributeFunctionIndex;

static void add_attribute(const Emitter *emitter, LLVMValueRef function, const char *name, const char *value) {
    LLVMAttributeRef attribute =
        LLVMCreateStringAttribute(emitter->context, name, (unsigned)strlen(name), value, (unsigned)strlen(value));
    LLVMAddAttributeAtIndex(function, of_function, attribute);
}

static void add_enum_attribute(const Emitter *emitter, LLVMValueRef function, const char *name) {
    unsigned kind = LLVMGetEnumAttributeKindForName(name, strlen(name));
    LLVMAddAttributeAtIndex(function, of_function, LLVMCreateEnumAttribute(emitter->context, kind, 0));
}

/* Inlining asks that caller and callee have the same target. */
static void stamp_target(const Emitter *emitter, LLVMValueRef function) {
    add_attribute(emitter, function, "target-cpu", emitter->target.cpu);
    add_attribute(emitter, function, "target-features", emitter->target.features);
    const char *width = emitter->target.has_wide_vectors ? "512" : "256";
    add_attribute(emitter, function, "prefer-vector-width", width);
    add_attribute(emitter, function, "min-legal-vector-width", width);
}

static void load_templates(Emitter *emitter) {
    LLVMMemoryBufferRef buffer = LLVMCreateMemoryBufferWithMemoryRange((const char *)lspec_kernels_bitcode,
                                                                       lspec_kernels_bitcode_size, "kernels", 0);
    if (LLVMParseBitcodeInContext2(emitter->context, buffer, &emitter->module) != 0)
        BUG("the kernels' bitcode does not parse");
    LLVMDisposeMemoryBuffer(buffer);
    static const char *const clangs[] = {"target-cpu", "target-features", "min-legal-vector-width", "tune-cpu",
                                         "stack-protector-buffer-size"};
    for (LLVMValueRef f = LLVMGetFirstFunction(emitter->module); f != NULL; f = LLVMGetNextFunction(f)) {
        for (size_t i = 0; i < sizeof clangs / sizeof *clangs; i++)
            LLVMRemoveStringAttributeAtIndex(f, of_function, clangs[i], (unsigned)strlen(clangs[i]));
        if (LLVMIsDeclaration(f)) continue;
        LLVMSetLinkage(f, LLVMInternalLinkage);
        stamp_target(emitter, f);
    }
}

void emitter_init(Emitter *emitter) {
    LLVMContextRef context = LLVMContextCreate();
    emitter->context = context;
    emitter->builder = LLVMCreateBuilderInContext(context);
    emitter->none = LLVMVoidTypeInContext(context);
    emitter->i1 = LLVMInt1TypeInContext(context);
    emitter->i8 = LLVMInt8TypeInContext(context);
    emitter->i32 = LLVMInt32TypeInContext(context);
    emitter->i64 = LLVMInt64TypeInContext(context);
    emitter->f32 = LLVMFloatTypeInContext(context);
    emitter->f64 = LLVMDoubleTypeInContext(context);
    emitter->v16 = LLVMVectorType(emitter->f32, PLAN_LANES);
    emitter->v16i = LLVMVectorType(emitter->i32, PLAN_LANES);
    emitter->v16d = LLVMVectorType(emitter->f64, PLAN_LANES);
    emitter->pointer = LLVMPointerTypeInContext(context, 0);
    map_init(&emitter->functions, emitter->arena);
    load_templates(emitter);
    LLVMTypeRef task[] = {emitter->pointer, emitter->pointer, emitter->pointer, emitter->i64};
    emitter->pool_run = LLVMAddFunction(emitter->module, "lrt_pool_run", LLVMFunctionType(emitter->none, task, 4, 0));
}

void emitter_free(Emitter *emitter) {
    if (emitter->debug != NULL) LLVMDisposeDIBuilder(emitter->debug);
    LLVMDisposeBuilder(emitter->builder);
    LLVMDisposeModule(emitter->module);
    LLVMContextDispose(emitter->context);
}

LLVMValueRef emit_i64(const Emitter *emitter, int64_t value) { return LLVMConstInt(emitter->i64, (uint64_t)value, 1); }
LLVMValueRef emit_f32(const Emitter *emitter, double value) {
    return LLVMConstReal(emitter->f32, (double)(float)value);
}

LLVMValueRef emit_splat(Emitter *emitter, LLVMValueRef scalar) {
    if (LLVMIsConstant(scalar)) {
        LLVMValueRef lanes[PLAN_LANES];
        for (int i = 0; i < PLAN_LANES; i++) lanes[i] = scalar;
        return LLVMConstVector(lanes, PLAN_LANES);
    }
    LLVMTypeRef type = LLVMVectorType(LLVMTypeOf(scalar), PLAN_LANES);
    LLVMValueRef first =
        LLVMBuildInsertElement(emitter->builder, LLVMGetPoison(type), scalar, emit_i64(emitter, 0), "");
    return LLVMBuildShuffleVector(emitter->builder, first, LLVMGetPoison(type), LLVMConstNull(emitter->v16i), "");
}

static Position position_of(const Emitter *emitter, Span span) {
    if (span_is_none(span)) return (Position){.line = 1, .column = 1};
    return source_position(&emitter->session->sources, span.source, span.begin);
}

void emit_location(Emitter *emitter, LLVMValueRef function, Span span) {
    if (emitter->debug == NULL) return;
    Position position = position_of(emitter, span);
    LLVMMetadataRef location = LLVMDIBuilderCreateDebugLocation(emitter->context, position.line, position.column,
                                                                LLVMGetSubprogram(function), NULL);
    LLVMSetCurrentDebugLocation2(emitter->builder, location);
}

/* For the debugger the function begins at a line of the spec. */
static void describe_function(Emitter *emitter, LLVMValueRef function, const char *name, Span span) {
    uint32_t line = position_of(emitter, span).line;
    LLVMMetadataRef subprogram = LLVMDIBuilderCreateFunction(
        emitter->debug, emitter->debug_file, name, strlen(name), name, strlen(name), emitter->debug_file, line,
        emitter->debug_type, 1, 1, line, LLVMDIFlagZero, emitter->options->optimization > 0);
    LLVMSetSubprogram(function, subprogram);
    emit_location(emitter, function, span);
}

LLVMValueRef emit_function(Emitter *emitter, const char *name, LLVMTypeRef type, Span span) {
    LLVMValueRef function = LLVMAddFunction(emitter->module, name, type);
    LLVMSetLinkage(function, LLVMInternalLinkage);
    stamp_target(emitter, function);
    add_enum_attribute(emitter, function, "nounwind");
    add_enum_attribute(emitter, function, "noinline");
    LLVMPositionBuilderAtEnd(emitter->builder, LLVMAppendBasicBlockInContext(emitter->context, function, ""));
    if (emitter->debug != NULL) describe_function(emitter, function, name, span);
    return function;
}

LLVMTypeRef emit_template_type(Emitter *emitter, const char *name) {
    LLVMValueRef function = LLVMGetNamedFunction(emitter->module, name);
    if (function == NULL) BUG("there is no kernel template %s", name);
    return LLVMGlobalGetValueType(function);
}

LLVMValueRef emit_template(Emitter *emitter, const char *name, LLVMValueRef *arguments, unsigned count) {
    LLVMTypeRef type = emit_template_type(emitter, name);
    if (LLVMCountParamTypes(type) != count)
        BUG("%s takes %u arguments, not %u", name, LLVMCountParamTypes(type), count);
    return LLVMBuildCall2(emitter->builder, type, LLVMGetNamedFunction(emitter->module, name), arguments, count, "");
}

LLVMValueRef emit_address(Emitter *emitter, LLVMValueRef base, LLVMValueRef index) {
    return LLVMBuildInBoundsGEP2(emitter->builder, emitter->f32, base, &index, 1, "");
}

/* Rows need not be aligned to vectors: blocks of features begin anywhere. */
LLVMValueRef emit_load(Emitter *emitter, LLVMTypeRef type, LLVMValueRef address) {
    LLVMValueRef value = LLVMBuildLoad2(emitter->builder, type, address, "");
    LLVMSetAlignment(value, 4);
    return value;
}

void emit_store(Emitter *emitter, LLVMValueRef value, LLVMValueRef address) {
    LLVMSetAlignment(LLVMBuildStore(emitter->builder, value, address), 4);
}

LLVMValueRef emit_minimum(Emitter *emitter, LLVMValueRef left, LLVMValueRef right) {
    LLVMValueRef less = LLVMBuildICmp(emitter->builder, LLVMIntSLT, left, right, "");
    return LLVMBuildSelect(emitter->builder, less, left, right, "");
}

LLVMValueRef emit_alloca(Emitter *emitter, LLVMValueRef function, LLVMTypeRef type, int64_t count) {
    LLVMBasicBlockRef here = LLVMGetInsertBlock(emitter->builder), first = LLVMGetEntryBasicBlock(function);
    LLVMValueRef start = LLVMGetFirstInstruction(first);
    if (start != NULL)
        LLVMPositionBuilderBefore(emitter->builder, start);
    else
        LLVMPositionBuilderAtEnd(emitter->builder, first);
    if (count > 1) type = LLVMArrayType2(type, (uint64_t)count);
    LLVMValueRef place = LLVMBuildAlloca(emitter->builder, type, "");
    LLVMSetAlignment(place, 64);
    LLVMPositionBuilderAtEnd(emitter->builder, here);
    return place;
}

Loop emit_loop_begin(Emitter *emitter, LLVMValueRef begin, LLVMValueRef end, int64_t step) {
    LLVMBasicBlockRef before = LLVMGetInsertBlock(emitter->builder);
    LLVMValueRef function = LLVMGetBasicBlockParent(before);
    Loop loop = {.end = end, .step = emit_i64(emitter, step)};
    loop.header = LLVMAppendBasicBlockInContext(emitter->context, function, "");
    loop.body = LLVMAppendBasicBlockInContext(emitter->context, function, "");
    loop.exit = LLVMAppendBasicBlockInContext(emitter->context, function, "");
    LLVMBuildBr(emitter->builder, loop.header);
    LLVMPositionBuilderAtEnd(emitter->builder, loop.header);
    loop.index = LLVMBuildPhi(emitter->builder, emitter->i64, "");
    LLVMAddIncoming(loop.index, &begin, &before, 1);
    LLVMBuildCondBr(emitter->builder, LLVMBuildICmp(emitter->builder, LLVMIntSLT, loop.index, end, ""), loop.body,
                    loop.exit);
    LLVMPositionBuilderAtEnd(emitter->builder, loop.body);
    return loop;
}

/* A node that names itself, with "do not unroll": loops of vectors are as wide as they should be. */
static LLVMValueRef loop_metadata(Emitter *emitter) {
    static const char text[] = "llvm.loop.unroll.disable";
    LLVMMetadataRef name = LLVMMDStringInContext2(emitter->context, text, sizeof text - 1);
    LLVMMetadataRef option = LLVMMDNodeInContext2(emitter->context, &name, 1);
    LLVMMetadataRef self = LLVMTemporaryMDNode(emitter->context, NULL, 0);
    LLVMMetadataRef parts[] = {self, option};
    LLVMMetadataRef node = LLVMMDNodeInContext2(emitter->context, parts, 2);
    LLVMMetadataReplaceAllUsesWith(self, node);
    return LLVMMetadataAsValue(emitter->context, node);
}

void emit_loop_end(Emitter *emitter, Loop *loop, bool unrolled) {
    LLVMBasicBlockRef latch = LLVMGetInsertBlock(emitter->builder);
    LLVMValueRef next = LLVMBuildNSWAdd(emitter->builder, loop->index, loop->step, "");
    LLVMValueRef branch = LLVMBuildBr(emitter->builder, loop->header);
    if (!unrolled)
        LLVMSetMetadata(branch, LLVMGetMDKindIDInContext(emitter->context, "llvm.loop", 9), loop_metadata(emitter));
    LLVMAddIncoming(loop->index, &next, &latch, 1);
    LLVMPositionBuilderAtEnd(emitter->builder, loop->exit);
}

static LLVMValueRef field_address(Emitter *emitter, LLVMValueRef call, size_t offset) {
    LLVMValueRef index = emit_i64(emitter, (int64_t)offset);
    return LLVMBuildInBoundsGEP2(emitter->builder, emitter->i8, call, &index, 1, "");
}

LLVMValueRef emit_call_field(Emitter *emitter, LLVMValueRef call, size_t offset, LLVMTypeRef type) {
    return LLVMBuildLoad2(emitter->builder, type, field_address(emitter, call, offset), "");
}

void emit_call_store(Emitter *emitter, LLVMValueRef call, size_t offset, LLVMValueRef value) {
    LLVMBuildStore(emitter->builder, value, field_address(emitter, call, offset));
}

LLVMValueRef emit_matrix_base(Emitter *emitter, const Frame *frame, const Plan *plan, int32_t buffer, int64_t offset) {
    const PlanBuffer *place = &plan->buffers.items[buffer];
    LLVMValueRef index = emit_i64(emitter, emitter->section_base[place->section] + place->offset + 4 * offset);
    return LLVMBuildInBoundsGEP2(emitter->builder, emitter->i8, frame->arena, &index, 1, "");
}

LLVMValueRef emit_rows(Emitter *emitter, const Frame *frame, int64_t rows) {
    if (rows >= 0) return emit_i64(emitter, rows);
    if (rows == -1) return frame->rows;
    return LLVMBuildNSWMul(emitter->builder, frame->rows, emit_i64(emitter, -rows), "");
}

LLVMValueRef emitter_find(Emitter *emitter, const char *key) {
    int64_t index = 0;
    return map_find(&emitter->functions, key, &index) ? emitter->specialised.items[index] : NULL;
}

void emitter_remember(Emitter *emitter, const char *key, LLVMValueRef value) {
    map_insert(&emitter->functions, key, emitter->specialised.count);
    vec_push(emitter->arena, &emitter->specialised, value);
}

Specialisation emitter_begin(Emitter *emitter, const char *key, const char *name, LLVMTypeRef type, Span span) {
    Specialisation specialisation = {.block = LLVMGetInsertBlock(emitter->builder),
                                     .location = LLVMGetCurrentDebugLocation2(emitter->builder)};
    specialisation.function = emit_function(emitter, name, type, span);
    emitter_remember(emitter, key, specialisation.function);
    return specialisation;
}

void emitter_end(Emitter *emitter, const Specialisation *specialisation) {
    LLVMBuildRetVoid(emitter->builder);
    LLVMPositionBuilderAtEnd(emitter->builder, specialisation->block);
    if (specialisation->location != NULL) LLVMSetCurrentDebugLocation2(emitter->builder, specialisation->location);
}
