/* A struct becomes a packed struct of runs of bytes and pointers, so that its layout is the compiler's own. */
#include "codegen/constant.h"

#include <stdlib.h>
#include <string.h>

#include "support/panic.h"

enum { STRUCT_ALIGNMENT = 16 };

typedef struct Pointer {
    size_t offset;
    LLVMValueRef value;
} Pointer;

typedef struct Pointers {
    VEC(Pointer) items;
} Pointers;

static LLVMValueRef global_of(Emitter *emitter, LLVMValueRef value, unsigned alignment) {
    LLVMValueRef global = LLVMAddGlobal(emitter->module, LLVMTypeOf(value), "");
    LLVMSetInitializer(global, value);
    LLVMSetGlobalConstant(global, 1);
    LLVMSetLinkage(global, LLVMPrivateLinkage);
    LLVMSetUnnamedAddress(global, LLVMGlobalUnnamedAddr);
    LLVMSetAlignment(global, alignment);
    return global;
}

static LLVMValueRef text_of(Emitter *emitter, const char *text) {
    if (text == NULL) return LLVMConstNull(emitter->pointer);
    int64_t found = 0;
    const char *key = arena_printf(emitter->arena, "text %s", text);
    if (map_find(&emitter->functions, key, &found)) return emitter->specialised.items[found];
    LLVMValueRef global = global_of(emitter, LLVMConstStringInContext2(emitter->context, text, strlen(text), 0), 1);
    emitter_remember(emitter, key, global);
    return global;
}

static const void *read_pointer(const unsigned char *at) {
    const void *pointer;
    memcpy(&pointer, at, sizeof pointer);
    return pointer;
}

static int64_t read_count(const unsigned char *at) {
    int64_t count;
    memcpy(&count, at, sizeof count);
    return count;
}

static LLVMValueRef texts_of(Emitter *emitter, const char *const *texts, int64_t count) {
    if (texts == NULL || count == 0) return LLVMConstNull(emitter->pointer);
    LLVMValueRef *items = ARENA_ARRAY(emitter->arena, LLVMValueRef, count);
    for (int64_t i = 0; i < count; i++) items[i] = text_of(emitter, texts[i]);
    return global_of(emitter, LLVMConstArray2(emitter->pointer, items, (uint64_t)count), STRUCT_ALIGNMENT);
}

static LLVMValueRef array_of(Emitter *emitter, const ConstantType *type, const unsigned char *data, int64_t count) {
    if (data == NULL || count == 0) return LLVMConstNull(emitter->pointer);
    LLVMValueRef *items = ARENA_ARRAY(emitter->arena, LLVMValueRef, count);
    for (int64_t i = 0; i < count; i++) items[i] = constant_struct(emitter, type, data + (size_t)i * type->size);
    /* Elements differ in type where one has a pointer that another lacks: a struct of them, as long as the array. */
    return global_of(emitter, LLVMConstStructInContext(emitter->context, items, (unsigned)count, 1), STRUCT_ALIGNMENT);
}

/* The linker finds it among those of the runtime, and leaves out the others. */
static LLVMValueRef linked_of(Emitter *emitter, const void *constant) {
    if (constant == NULL) return LLVMConstNull(emitter->pointer);
    const char *symbol = ((const char *const *)constant)[1];
    LLVMValueRef known = LLVMGetNamedGlobal(emitter->module, symbol);
    if (known != NULL) return known;
    LLVMValueRef global = LLVMAddGlobal(emitter->module, LLVMInt8TypeInContext(emitter->context), symbol);
    LLVMSetGlobalConstant(global, 1);
    return global;
}

static void collect_pointers(Emitter *emitter, const ConstantType *type, const unsigned char *data, size_t base,
                             Pointers *out) {
    for (int64_t i = 0; i < type->field_count; i++) {
        const ConstantField *field = &type->fields[i];
        const unsigned char *at = data + base + field->offset;
        const unsigned char *count_at = data + base + field->count;
        LLVMValueRef value = NULL;
        switch (field->kind) {
        case CONSTANT_TEXT: value = text_of(emitter, read_pointer(at)); break;
        case CONSTANT_TEXTS: value = texts_of(emitter, read_pointer(at), read_count(count_at)); break;
        case CONSTANT_ARRAY: value = array_of(emitter, field->type, read_pointer(at), read_count(count_at)); break;
        case CONSTANT_INSIDE: collect_pointers(emitter, field->type, data, base + field->offset, out); break;
        case CONSTANT_LINKED: value = linked_of(emitter, read_pointer(at)); break;
        case CONSTANT_FUNCTION: value = field->value; break;
        }
        if (value != NULL) vec_push(emitter->arena, &out->items, (Pointer){base + field->offset, value});
    }
}

static int compare_offsets(const void *left, const void *right) {
    const Pointer *a = left, *b = right;
    return (a->offset > b->offset) - (a->offset < b->offset);
}

LLVMValueRef constant_struct(Emitter *emitter, const ConstantType *type, const void *data) {
    const char *bytes = data;
    Pointers pointers = {0};
    collect_pointers(emitter, type, data, 0, &pointers);
    int64_t count = pointers.items.count;
    if (count > 1) qsort(pointers.items.items, (size_t)count, sizeof(Pointer), compare_offsets);
    LLVMValueRef *pieces = ARENA_ARRAY(emitter->arena, LLVMValueRef, 2 * count + 1);
    unsigned piece_count = 0;
    size_t done = 0;
    for (int64_t i = 0; i <= count; i++) {
        size_t end = i < count ? pointers.items.items[i].offset : type->size;
        if (end < done) BUG("two pointers of a constant overlap");
        if (end > done)
            pieces[piece_count++] = LLVMConstStringInContext2(emitter->context, bytes + done, end - done, 1);
        if (i < count) pieces[piece_count++] = pointers.items.items[i].value;
        done = end + sizeof(void *);
    }
    return LLVMConstStructInContext(emitter->context, pieces, piece_count, 1);
}
