/* Plain C structs as constants of the module: their bytes, with pointers where a table says there are any. Private to
 * codegen/. */
#ifndef LSPEC_CODEGEN_CONSTANT_H
#define LSPEC_CODEGEN_CONSTANT_H

#include "codegen/emitter.h"

typedef enum ConstantKind {
    CONSTANT_TEXT,    /* const char * */
    CONSTANT_TEXTS,   /* const char *const *, as many as the int64_t at `count` says */
    CONSTANT_ARRAY,   /* const T *, likewise */
    CONSTANT_INSIDE,  /* a struct within the struct */
    CONSTANT_LINKED,  /* a constant of the runtime, a struct that begins with its word and its symbol (lrt/reader.h) */
    CONSTANT_FUNCTION /* a pointer given as a value of the module */
} ConstantKind;

typedef struct ConstantField {
    ConstantKind kind;
    size_t offset;
    size_t count;                    /* offset of the number of elements */
    const struct ConstantType *type; /* of the elements, or of the struct inside */
    LLVMValueRef value;              /* CONSTANT_FUNCTION */
} ConstantField;

typedef struct ConstantType {
    size_t size;
    const ConstantField *fields;
    int64_t field_count;
} ConstantType;

/* The struct at `data` as a constant, packed: its size is the struct's. */
LLVMValueRef constant_struct(Emitter *emitter, const ConstantType *type, const void *data);

#endif
